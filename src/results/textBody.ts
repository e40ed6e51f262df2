/** The kind of a body that is not media. `unknown`: not a known format. */
type BodyKind = 'empty' | 'json' | 'xml' | 'webPage' | 'playlist' | 'text' | 'compressed' | 'unknown';

/** A body that is not media: its kind, and its text if it is text. */
export interface OtherBody {
	readonly kind: BodyKind;
	readonly text: string;
}

/**
 * Classifies a body that `isMediaFile` does not recognise.
 * @param head the body, or its beginning
 */
export function readOtherBody(head: Uint8Array): OtherBody {
	if (head.length === 0) {
		return { kind: 'empty', text: '' };
	}
	if (isCompressed(head)) {
		return { kind: 'compressed', text: '' };
	}
	const text = textOf(head)?.replace(/^[\s\0\uFEFF]+|[\s\0]+$/g, '');
	if (text === undefined || (text === '' && head.includes(0))) {
		return { kind: 'unknown', text: '' };
	}
	return { kind: text === '' ? 'empty' : kindOfText(text), text };
}

/** gzip, zlib (RFC 1950), Zstandard, bzip2, xz, zip. Brotli has no signature. */
const compressedMarks = ['\x1f\x8b', '\x78\x01', '\x78\x5e', '\x78\x9c', '\x78\xda', '\x28\xb5\x2f\xfd', 'BZh', '\xfd7zXZ\0', 'PK\x03\x04'];

function isCompressed(head: Uint8Array): boolean {
	const start = Buffer.from(head.subarray(0, 6)).toString('latin1');
	return compressedMarks.some((mark) => start.startsWith(mark));
}

/** Decodes text in any known encoding; undefined when the bytes are not text. The last character may be cut. */
function textOf(bytes: Uint8Array): string | undefined {
	const marked = markedEncoding(bytes);
	if (marked !== undefined) {
		return decode(bytes, marked);
	}
	// Zeros around a text are padding; zeros inside are halves of wider characters.
	const latin1 = Buffer.from(bytes)
		.toString('latin1')
		.replace(/^\0+|\0+$/g, '');
	if (latin1.includes('\0')) {
		return wideText(bytes);
	}
	const narrow = Buffer.from(latin1, 'latin1');
	const utf8 = decode(narrow, 'utf-8');
	if (utf8 !== undefined && isPlain(utf8)) {
		return utf8;
	}
	// Without control characters it is text in an older encoding, most likely Chinese.
	return /[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(latin1) ? undefined : (decode(narrow, 'gb18030') ?? latin1);
}

/**
 * Decodes text of 16 or 32 bits a character. At least half of it must be ASCII, which random bytes or the wrong byte order hardly produce.
 */
function wideText(bytes: Uint8Array): string | undefined {
	const isAscii = (text: string): boolean => text.replace(/[^\t\n\r -~]/g, '').length * 2 >= text.length;
	return (['utf-32le', 'utf-32be', 'utf-16le', 'utf-16be'] as const)
		.map((encoding) => decode(bytes, encoding))
		.find((text) => text !== undefined && isPlain(text) && isAscii(text));
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be' | 'gb18030';

function markedEncoding([first, second, third, fourth]: Uint8Array): Encoding | undefined {
	if (first === 0xef && second === 0xbb && third === 0xbf) {
		return 'utf-8';
	}
	if (first === 0xff && second === 0xfe) {
		return third === 0 && fourth === 0 ? 'utf-32le' : 'utf-16le';
	}
	if (first === 0xfe && second === 0xff) {
		return 'utf-16be';
	}
	return first === 0 && second === 0 && third === 0xfe && fourth === 0xff ? 'utf-32be' : undefined;
}

/** Undefined when the bytes are not valid in this encoding. */
function decode(bytes: Uint8Array, encoding: Encoding): string | undefined {
	if (encoding === 'utf-32le' || encoding === 'utf-32be') {
		return decodeUtf32(bytes, encoding === 'utf-32le');
	}
	try {
		return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
	} catch (error) {
		if (error instanceof TypeError) {
			return undefined;
		}
		throw error;
	}
}

function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string | undefined {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	let text = '';
	for (let at = 0; at + 4 <= bytes.length; at += 4) {
		const code = view.getUint32(at, littleEndian);
		if (code > 0x10ffff) {
			return undefined;
		}
		text += String.fromCodePoint(code);
	}
	return text;
}

/** Whether a text has only characters that occur in plain text. */
function isPlain(text: string): boolean {
	return !/(?![\t\n\v\f\r\x1b\x85])\p{Cc}|[\p{Cn}\p{Co}\p{Cs}]/u.test(text);
}

/** The tags that a page without `<html>` may begin with. */
const pageTags = new Set([
	'html',
	'head',
	'body',
	'title',
	'meta',
	'link',
	'base',
	'script',
	'noscript',
	'style',
	'h1',
	'h2',
	'h3',
	'p',
	'div',
	'center',
	'table',
	'form',
	'iframe',
	'frameset',
	'main',
	'section',
	'article',
	'header',
	'nav',
	'span',
	'font',
	'img',
	'hr',
	'br',
	'a',
	'b',
	'pre',
	'ul',
	'marquee',
]);

function kindOfText(text: string): BodyKind {
	if (text.startsWith('#EXTM3U') || /^\[playlist\]/i.test(text)) {
		return 'playlist';
	}
	if (/^[[{]/.test(text) || isJson(text)) {
		return 'json';
	}
	const markup = withoutProlog(text);
	if (/^<!doctype\s+html\b/i.test(markup)) {
		return 'webPage';
	}
	const tag = /^<(?:!doctype\s+|[\w.-]*:)?([\w.-]+)/i.exec(markup)?.[1];
	if (tag === undefined) {
		return markup === text ? 'text' : 'xml';
	}
	if (/^(?:MPD|SmoothStreamingMedia)$/.test(tag)) {
		return 'playlist';
	}
	return pageTags.has(tag.toLowerCase()) ? 'webPage' : 'xml';
}

/** Removes the comments and instructions (`<?xml …?>`) before the first element. */
function withoutProlog(text: string): string {
	let rest = text;
	for (;;) {
		const [open, close] = rest.startsWith('<!--') ? ['<!--', '-->'] : ['<?', '?>'];
		if (!rest.startsWith(open)) {
			return rest;
		}
		const end = rest.indexOf(close, open.length);
		if (end < 0) {
			return '';
		}
		rest = rest.slice(end + close.length).trimStart();
	}
}

function isJson(text: string): boolean {
	return parseJson(text) !== undefined;
}

/** Undefined when a text is not JSON. */
export function parseJson(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch (error) {
		if (error instanceof SyntaxError) {
			return undefined;
		}
		throw error;
	}
}
