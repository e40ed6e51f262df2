// Heads of images that say their pixels; none has a picture.

/** Bytes from parts: texts in Latin-1, and numbers of one byte. */
export function bytesOf(...parts: readonly (string | number | Uint8Array)[]): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(
		parts.flatMap((part) =>
			typeof part === 'string' ? Array.from(part, (character) => character.charCodeAt(0)) : typeof part === 'number' ? [part] : [...part],
		),
	);
}

/** A number in big-endian bytes. */
export function bigEndian(value: number, length: number): Uint8Array {
	return Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) & 255);
}

/** A box of the MP4 family. */
export function box(type: string, ...content: readonly (string | number | Uint8Array)[]): Uint8Array<ArrayBuffer> {
	const inside = bytesOf(...content);
	return bytesOf(bigEndian(8 + inside.length, 4), type, inside);
}

export function png(width: number, height: number): Uint8Array<ArrayBuffer> {
	return bytesOf('\x89PNG\r\n\x1a\n', bigEndian(13, 4), 'IHDR', bigEndian(width, 4), bigEndian(height, 4), 8, 2, 0, 0, 0, 'crc.');
}

/** @param orientation of EXIF, 1 to 8; undefined: no EXIF */
export function jpeg(width: number, height: number, orientation?: number): Uint8Array<ArrayBuffer> {
	const tag = bytesOf(bigEndian(0x0112, 2), bigEndian(3, 2), bigEndian(1, 4), bigEndian(orientation ?? 1, 2), 0, 0);
	const exif = bytesOf('Exif\0\0MM\0*', bigEndian(8, 4), bigEndian(1, 2), tag, bigEndian(0, 4));
	const start = bytesOf('\xff\xe0', bigEndian(16, 2), 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0');
	const app1 = orientation === undefined ? bytesOf() : bytesOf('\xff\xe1', bigEndian(exif.length + 2, 2), exif);
	const frame = bytesOf('\xff\xc0', bigEndian(17, 2), 8, bigEndian(height, 2), bigEndian(width, 2), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1);
	return bytesOf('\xff\xd8', start, app1, frame, '\xff\xda');
}

/** @param count how many times it says its pixels: of previews and tiles */
export function heic(width: number, height: number, count = 1): Uint8Array<ArrayBuffer> {
	const size = box('ispe', bigEndian(0, 4), bigEndian(width, 4), bigEndian(height, 4));
	const sizes = new Uint8Array(size.length * count);
	for (let index = 0; index < count; index++) {
		sizes.set(size, index * size.length);
	}
	const properties = box('iprp', box('ipco', sizes));
	return bytesOf(box('ftyp', 'heic', bigEndian(0, 4), 'mif1heic'), box('meta', bigEndian(0, 4), properties));
}
