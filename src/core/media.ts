import { isLoopbackHost } from './origin';

/** What kind of thing a task produces. */
export type MediaKind = 'video' | 'image' | 'audio';

/** One produced video, image or sound. Links are http(s) URLs as the API sent them; they die within 30 days. */
export interface Media {
	readonly kind: MediaKind;
	readonly url: string;
	/** The API's id of the media (not of the task); some answers have none. */
	readonly id?: string;
	readonly durationSeconds?: number;
	readonly watermarkUrl?: string;
	/** The same media in another format, e.g. wav beside mp3. */
	readonly alternatives?: readonly { readonly format: string; readonly url: string }[];
}

/** The video that a lip-sync, extension or sound was made from. */
export interface ParentVideo {
	readonly id?: string;
	readonly url?: string;
	readonly durationSeconds?: number;
}

/** When a link dies, in ms since 1970. `exact`: the link itself says so; otherwise it may die earlier, never later. */
export interface LinkExpiry {
	readonly at: number;
	readonly exact: boolean;
}

/** Kling deletes results 30 days after the task ended (measured: the links it signs expire within seconds of that). */
const retentionMs = 30 * 24 * 60 * 60 * 1000;

/**
 * When a result link expires: what its signature says, else 30 days after `updatedAt` (ms, the server's clock).
 * Signatures read: `Expires=<s since 1970>` (OSS, CloudFront, S3 v2), `q-sign-time=<start>;<end>` (COS), and the pairs
 * `X-…-Date=<yyyymmddThhmmssZ>` + `X-…-Expires=<seconds>` (S3 v4, OSS v4, GCS, TOS). Undefined when nothing is known.
 */
export function linkExpiry(url: string, updatedAt?: number): LinkExpiry | undefined {
	const parsed = URL.parse(url);
	const signed = parsed === null ? undefined : signedExpiry(parsed);
	if (signed !== undefined) return { at: signed, exact: true };
	return updatedAt === undefined ? undefined : { at: updatedAt + retentionMs, exact: false };
}

function signedExpiry(url: URL): number | undefined {
	const parameters = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
	const absolute = parameters.get('expires') ?? parameters.get('x-expires') ?? parameters.get('q-sign-time')?.split(';')[1];
	// Nine to eleven digits: s since 1970 from 1973 to far beyond; anything else is another meaning of the word.
	if (absolute !== undefined && /^\d{9,11}$/.test(absolute)) return Number(absolute) * 1000;
	for (const [name, lifetime] of parameters) {
		if (!/^x-[a-z]+-expires$/.test(name) || !/^\d{1,9}$/.test(lifetime)) continue;
		const signedAt = basicIsoTime(parameters.get(name.replace(/expires$/, 'date')) ?? '');
		if (signedAt !== undefined) return signedAt + Number(lifetime) * 1000;
	}
	return undefined;
}

/** `20260428T101530Z` in ms since 1970. */
function basicIsoTime(text: string): number | undefined {
	const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
	if (parts === null) return undefined;
	const time = Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
	return Number.isNaN(time) ? undefined : time;
}

/**
 * Whether a result link may be followed, played or saved: over `https:`, or over `http:` on the loopback origin of its own task
 * (same host and port), never with credentials in it.
 * @param origin the task's API origin
 */
export function isAllowedLink(url: string, origin: string): boolean {
	const link = URL.parse(url);
	if (link?.username !== '' || link.password !== '') return false;
	if (link.protocol === 'https:') return true;
	if (link.protocol !== 'http:' || !isLoopbackHost(link.hostname)) return false;
	const home = URL.parse(origin);
	return home?.protocol === 'http:' && home.host === link.host;
}

const defaultExtensions = { video: 'mp4', image: 'png', audio: 'mp3' } as const satisfies Record<MediaKind, string>;
const mediaExtensions = new Set(['mp4', 'm4v', 'mov', 'webm', 'mkv', 'png', 'jpg', 'jpeg', 'webp', 'gif', 'mp3', 'wav', 'm4a', 'aac', 'ogg', 'flac']);

/** UTF-8 bytes of a file name before its number and extension: with them under 143, the lowest limit in use (eCryptfs). */
const maxBaseBytes = 120;

/** Device names of Windows, which also claim `nul.txt`. */
const reservedName = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/**
 * The file name a result deserves, safe on Windows, macOS and Linux and never a path: `text2video-853300000000000101-1.mp4`, or
 * with the task's own name `Cat on a roof-1.mp4`.
 * @param task its name, if a person gave it one, and its reference
 * @param index of the result within the task, from 0
 * @param url decides the extension where it names a media format; else `kind` does
 */
export function resultFileName(task: { readonly name?: string; readonly ref: { readonly action2: string; readonly id: string } }, kind: MediaKind, index: number, url: string): string {
	const path = URL.parse(url)?.pathname ?? '';
	const found = extensionOf(path);
	const name = task.name === undefined ? '' : fileNameBase(withoutExtension(task.name));
	const base = name === '' ? fileNameBase(`${task.ref.action2}-${task.ref.id}`) : name;
	return `${base}-${index + 1}.${found ?? defaultExtensions[kind]}`;
}

function extensionOf(path: string): string | undefined {
	const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
	return mediaExtensions.has(extension) ? extension : undefined;
}

function withoutExtension(name: string): string {
	return name.includes('.') && extensionOf(name) !== undefined ? name.slice(0, name.lastIndexOf('.')) : name;
}

function fileNameBase(text: string): string {
	const printable = text
		.slice(0, 1000)
		.normalize('NFC')
		// Control, invisible and direction characters, and halves of surrogate pairs: all can make a name look like another one.
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
		.replace(/[<>:"/\\|?*]/g, '-')
		.replace(/\s+/g, ' ');
	let bytes = 0;
	let kept = '';
	for (const character of printable) {
		bytes += utf8Length(character);
		if (bytes > maxBaseBytes) break;
		kept += character;
	}
	// Windows drops trailing dots and spaces; a leading dot hides a file, a leading hyphen reads as an option.
	const base = kept.replace(/^[\s.-]+/, '').replace(/[\s.]+$/, '');
	return reservedName.test(base.split('.', 1)[0]?.trimEnd() ?? '') ? `_${base}` : base;
}

function utf8Length(character: string): number {
	const code = character.codePointAt(0) ?? 0;
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
