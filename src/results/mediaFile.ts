import { isMpegAudio, stands } from '../core/fileMarks';
import { mediaFormats, type MediaFormat } from '../core/mediaFormat';
import type { MediaKind } from '../core/media';

/**
 * The first bytes of the formats without boxes, in Latin-1; `?` is any byte. Sources: the formats' own specifications, as collected in
 * https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern and https://www.garykessler.net/library/file_sigs.html.
 */
const signatures: readonly (readonly [mark: string, format: MediaFormat])[] = [
	['\x89PNG\r\n\x1a\n', 'png'],
	['\xff\xd8\xff', 'jpeg'],
	['GIF87a', 'gif'],
	['GIF89a', 'gif'],
	['RIFF????WEBP', 'webp'],
	['RIFF????WAVE', 'wav'],
	['RF64????WAVE', 'wav'],
	['BW64????WAVE', 'wav'],
	['OggS\0', 'ogg'],
	['ID3\x02', 'mp3'], // with tags in front
	['ID3\x03', 'mp3'],
	['ID3\x04', 'mp3'],
];

/** With this many bytes `formatOf` decides, whatever may follow. */
export const mostOfSignature = 256;

/**
 * The format that a file has by its first bytes; undefined for any other file, and while there are too few bytes to tell. A result has one of
 * these formats or is none: they are what Kling makes and gateways pass on, what the editor can play, and what has a file extension; a file
 * of another format would be kept under a wrong name.
 * @param expected what the file should be: the container of MP4 does not say in its first bytes whether there is a picture
 */
export function formatOf(head: Uint8Array, expected?: MediaKind): MediaFormat | undefined {
	const format =
		signatures.find(([mark]) => stands(head, mark))?.[1] ??
		formatOfBoxes(head) ??
		formatOfEbml(head) ??
		(isMpegAudio(head) ? 'mp3' : undefined);
	return format === 'mp4' && expected === 'audio' ? 'm4a' : format;
}

/** @see formatOf */
export function kindOf(format: MediaFormat): MediaKind {
	return mediaFormats[format].kind;
}

/**
 * Boxes that a file of the MP4 family may begin with, and its format if they do. `ftyp` names the format, but old QuickTime files lack it
 * (ISO/IEC 14496-12, 4.2; QuickTime File Format, "File type").
 */
const firstBoxes = {
	ftyp: 'brand',
	styp: 'brand',
	moof: 'mp4',
	sidx: 'mp4',
	moov: 'mov',
	mdat: 'mov',
	wide: 'mov',
	pnot: 'mov',
	free: 'padding',
	skip: 'padding',
} as const;

const isFirstBox = (type: string): type is keyof typeof firstBoxes => Object.hasOwn(firstBoxes, type);

/** A first byte of 0 limits the length to 16 MB and excludes text (64-bit lengths and "to the end" pass too). */
function formatOfBoxes(head: Uint8Array, isPadded = head.length >= mostOfSignature): MediaFormat | undefined {
	const type = latin1(head, 4, 8);
	if (head[0] !== 0 || !isFirstBox(type)) {
		return undefined;
	}
	const format = firstBoxes[type];
	switch (format) {
		case 'brand':
			return head.length < 12 ? undefined : formatOfBrand(latin1(head, 8, 12));
		case 'padding': {
			const length = new DataView(head.buffer, head.byteOffset, 4).getUint32(0);
			const rest = length < 8 ? new Uint8Array() : head.subarray(length);
			// Behind the bytes that are known, the newer family is the likelier one.
			return rest.length < 12 ? (isPadded ? 'mp4' : undefined) : formatOfBoxes(rest, isPadded);
		}
		default:
			return format;
	}
}

/** Brands of files that are neither video nor audio: still images (AVIF, HEIC) and camera raw. */
const imageBrands = [
	'avif',
	'avis',
	'mif1',
	'mif2',
	'miaf',
	'msf1',
	'heic',
	'heix',
	'hevc',
	'hevx',
	'heim',
	'heis',
	'hevm',
	'hevs',
	'crx ',
];

/** By the major brand, https://mp4ra.org/registered-types/brands. */
function formatOfBrand(brand: string): MediaFormat | undefined {
	if (brand === 'qt  ') {
		return 'mov';
	}
	if (/^M4[AB] $/.test(brand)) {
		return 'm4a';
	}
	return imageBrands.includes(brand) ? undefined : 'mp4';
}

/** WebM, unless the DocType (RFC 8794, 11.2.6) is that of Matroska. It is among the first elements, of a few bytes each. */
function formatOfEbml(head: Uint8Array): MediaFormat | undefined {
	if (!stands(head, '\x1a\x45\xdf\xa3')) {
		return undefined;
	}
	const start = latin1(head, 4, 64);
	return start.includes('webm') || (head.length >= 64 && !start.includes('matroska')) ? 'webm' : undefined;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
	return Buffer.from(bytes.subarray(from, to)).toString('latin1');
}
