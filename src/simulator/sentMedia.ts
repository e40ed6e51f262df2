import type { MediaField } from '../requests/bodySchemas';
import { refusalWords } from './refusalWords';
import { failureReasons } from './tasks';

/** What is wrong with a file in a body: the create is refused, or the task is created and fails. */
export type MediaFault = { readonly refused: string } | { readonly fails: string };

const kindNames = { image: 'Image', audio: 'Audio', video: 'Video' } as const;

/**
 * Checks a file in a body: Base64 by its bytes, a link by its form only, because nothing is downloaded.
 * @returns undefined if nothing is wrong with it
 */
export function mediaFault(value: string, { kind, takes, types, mostBytes, leastPixels, mostRatio }: MediaField): MediaFault | undefined {
	if (takes.includes('url') && /^https?:\/\/[^\s/]/i.test(value)) {
		return undefined;
	}
	if (!takes.includes('base64')) {
		return takes.includes('id') ? undefined : { refused: refusalWords.link(kindNames[kind]) };
	}
	if (!isBase64(value)) {
		return { refused: refusalWords.base64() };
	}
	const bytes = Buffer.from(value, 'base64');
	const type = typeOf(bytes);
	if (type === undefined || kindOf(type) !== kind) {
		return { refused: refusalWords.base64() };
	}
	if (types?.includes(type) === false) {
		return { refused: refusalWords.fileFormat(kindNames[kind]) };
	}
	if (bytes.length > (mostBytes ?? Infinity)) {
		return { refused: refusalWords.fileSize(kindNames[kind]) };
	}
	const size = kind === 'image' ? pixelsOf(bytes, type) : undefined;
	if (size === undefined) {
		return undefined;
	}
	// Kling downloads and measures an image after it has created the task.
	if (Math.min(...size) < (leastPixels ?? 0)) {
		return { fails: failureReasons.pixels };
	}
	return Math.max(...size) / Math.min(...size) > (mostRatio ?? Infinity) ? { fails: failureReasons.ratio } : undefined;
}

/** Padded or not, without line breaks and without a prefix such as `data:`. */
function isBase64(text: string): boolean {
	const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
	const digits = text.length - padding;
	// Looks for one wrong character: to match millions of right ones takes more stack than there may be.
	const isWhole = digits > 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, digits));
	return isWhole && (padding === 0 ? digits % 4 !== 1 : text.length % 4 === 0);
}

/** File types by their first bytes. */
const signatures = [
	{ type: 'png', at: 0, bytes: '89504e470d0a1a0a' },
	{ type: 'jpeg', at: 0, bytes: 'ffd8ff' },
	{ type: 'gif', at: 0, bytes: '47494638' },
	{ type: 'webp', at: 8, bytes: '57454250' },
	{ type: 'wav', at: 8, bytes: '57415645' },
	{ type: 'mp3', at: 0, bytes: '494433' },
	{ type: 'm4a', at: 4, bytes: '66747970' },
] as const;
type FileType = (typeof signatures)[number]['type'] | 'aac';

function typeOf(bytes: Buffer): FileType | undefined {
	const known = signatures.find(({ at, bytes: hex }) => bytes.toString('hex', at, at + hex.length / 2) === hex);
	if (known !== undefined) {
		return known.type;
	}
	// A frame of MPEG audio: eleven set bits; layer 0 is that of AAC.
	const [first = 0, second = 0] = bytes;
	return first === 0xff && second >= 0xe0 ? ((second & 0x06) === 0 ? 'aac' : 'mp3') : undefined;
}

function kindOf(type: FileType): 'image' | 'audio' {
	return type === 'png' || type === 'jpeg' || type === 'gif' || type === 'webp' ? 'image' : 'audio';
}

/** Width and height of a PNG or JPEG file; undefined if it does not say. */
function pixelsOf(bytes: Buffer, type: FileType): readonly [width: number, height: number] | undefined {
	if (type === 'png') {
		return bytes.length < 24 ? undefined : [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
	}
	if (type !== 'jpeg') {
		return undefined;
	}
	// A JPEG file is a row of segments: FF, kind, length. A frame header (C0 to CF but for C4, C8 and CC) has height and width.
	for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
		const kind = bytes[at + 1] ?? 0;
		if (kind >= 0xc0 && kind <= 0xcf && kind !== 0xc4 && kind !== 0xc8 && kind !== 0xcc) {
			return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
		}
	}
	return undefined;
}
