import type { MediaKind } from './media';

/** The file extension of a result if its link names none. */
export const defaultExtensions = { video: 'mp4', image: 'png', audio: 'mp3' } as const satisfies Record<MediaKind, string>;
const mediaExtensions = new Set([
	'mp4',
	'm4v',
	'mov',
	'webm',
	'mkv',
	'png',
	'jpg',
	'jpeg',
	'webp',
	'gif',
	'mp3',
	'wav',
	'm4a',
	'aac',
	'ogg',
	'flac',
]);

/**
 * Limit (UTF-8 bytes) for a file name without number and extension. With a number, an extension and the longest suffix of a file beside it
 * (`.kling-result.json`) the whole stays under 143, the lowest limit in use (eCryptfs).
 */
export const maxBaseBytes = 112;

/** Windows device names, reserved with an extension too (`nul.txt`). */
const reservedName = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/**
 * The file name of a result, safe on Windows, macOS and Linux and never a path: `text2video-853300000000000101-1.mp4`, or with the task's
 * own name `Cat on a roof-1.mp4`.
 * @param task its reference, and its name if a person gave it one
 * @param index of the result within the task, from 0
 * @param url decides the extension if it names a media format; otherwise `kind` does
 */
export function resultFileName(
	task: { readonly name?: string; readonly ref: { readonly action2: string; readonly id: string } },
	kind: MediaKind,
	index: number,
	url: string,
): string {
	const path = URL.parse(url)?.pathname ?? '';
	const found = extensionOf(path);
	const name = task.name === undefined ? '' : safeBaseName(withoutExtension(task.name));
	const base = name === '' ? safeBaseName(`${task.ref.action2}-${task.ref.id}`) : name;
	return `${base}-${index + 1}.${found ?? defaultExtensions[kind]}`;
}

function extensionOf(path: string): string | undefined {
	const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
	return mediaExtensions.has(extension) ? extension : undefined;
}

/** Without the extension of a media file. */
export function withoutExtension(name: string): string {
	return name.includes('.') && extensionOf(name) !== undefined ? name.slice(0, name.lastIndexOf('.')) : name;
}

/**
 * A file name without extension that Windows, macOS and Linux accept, of at most `maxBaseBytes`, and never a path; empty if there is nothing
 * to name the file after.
 */
export function safeBaseName(text: string): string {
	// Windows drops trailing dots and spaces; a leading dot hides a file, a leading hyphen reads as an option.
	const base = firstBytes(safeCharacters(text), maxBaseBytes)
		.replace(/^[\s.\-\uFE00-\uFE0F]+/, '')
		.replace(/[\s.]+$/, '');
	return reservedName.test(base.split('.', 1)[0]?.trimEnd() ?? '') ? `_${base}` : base;
}

/** The same of names that are one on some system: macOS and Windows do not distinguish capitals, and macOS not how an accent is composed. */
export function nameKey(name: string): string {
	return name.normalize('NFC').toUpperCase().toLowerCase();
}

/** Of a text the first 1,000 characters, in which none is left that a file name may not have or that cannot be seen. */
export function safeCharacters(text: string): string {
	return (
		text
			.slice(0, 1000)
			.normalize('NFC')
			// Control, invisible and direction characters and lone surrogates can make one name look like another; some systems refuse characters
			// that are not assigned.
			.replace(/[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0]/gu, ' ')
			.replace(/[<>:"/\\|?*]/g, '-')
			.replace(/\s+/g, ' ')
	);
}

/** As many whole characters as fit into so many bytes of UTF-8. */
export function firstBytes(text: string, most: number): string {
	let bytes = 0;
	let kept = '';
	for (const character of text) {
		bytes += utf8Length(character);
		if (bytes > most) {
			break;
		}
		kept += character;
	}
	return kept;
}

/** The length of a text without lone surrogates in UTF-8, bytes. */
export function utf8Length(text: string): number {
	let bytes = 0;
	for (const character of text) {
		const code = character.codePointAt(0) ?? 0;
		bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	}
	return bytes;
}
