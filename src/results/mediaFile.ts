import { isAdts, isMpegAudio, stands } from '../core/fileMarks';

/**
 * The first bytes of video, image and audio files, in Latin-1; `?` is any byte. Sources: the formats' own specifications, as collected in
 * https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern and https://www.garykessler.net/library/file_sigs.html.
 */
const signatures = [
	'\x89PNG\r\n\x1a\n',
	'\xff\xd8\xff', // JPEG
	'GIF87a',
	'GIF89a',
	'RIFF????WEBP',
	'II*\0', // TIFF
	'MM\0*',
	'\0\0\0\x0cJXL \r\n\x87\n', // JPEG XL in boxes; the mark of the bare codestream has only two bytes, too few to be distinctive
	'\x1a\x45\xdf\xa3', // WebM, Matroska
	'RIFF????AVI ',
	'FLV\x01',
	'\x30\x26\xb2\x75\x8e\x66\xcf\x11', // ASF: WMV, WMA
	'\0\0\x01\xba', // MPEG program stream
	'\0\0\x01\xb3', // MPEG video
	'RIFF????WAVE',
	'RF64????WAVE',
	'FORM????AIF',
	'OggS\0',
	'fLaC',
	'ID3\x02', // MP3 with tags in front
	'ID3\x03',
	'ID3\x04',
	'#!AMR',
	'caff\0\x01',
];

/** How many bytes `isMediaFile` reads. */
export const mostOfSignature = 377;

/** Whether these are the first bytes of a video, an image or an audio file. */
export function isMediaFile(head: Uint8Array): boolean {
	return (
		signatures.some((signature) => stands(head, signature)) ||
		isBoxes(head) ||
		isBitmap(head) ||
		isMpegAudio(head) ||
		isAdts(head) ||
		isTransportStream(head)
	);
}

/**
 * Boxes that a file of the MP4 family (mp4, mov, m4a, avif, heic, 3gp) may begin with. `ftyp` names the format, but old files lack it
 * (ISO/IEC 14496-12, 4.2; QuickTime).
 */
const firstBoxes = ['ftyp', 'styp', 'moov', 'moof', 'mdat', 'sidx', 'free', 'skip', 'wide', 'pnot'];

/** A first byte of 0 limits the length to 16 MB and excludes text (64-bit lengths and "to the end" pass too). */
function isBoxes(head: Uint8Array): boolean {
	return head[0] === 0 && firstBoxes.some((text) => stands(head, text, 4));
}

/** `BM`, and four reserved bytes that are zero (BITMAPFILEHEADER). */
function isBitmap(head: Uint8Array): boolean {
	return stands(head, 'BM????\0\0\0\0');
}

/** A sync byte at the beginning of each packet of 188 bytes (ISO/IEC 13818-1, 2.4.3.2). */
function isTransportStream(head: Uint8Array): boolean {
	return [0, 188, 376].every((offset) => head[offset] === 0x47);
}
