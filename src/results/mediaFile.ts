/** What stands at fixed places of a file: Latin-1 text, `?` for any byte. */
interface Signature {
	readonly offset: number;
	readonly text: string;
}

/**
 * The first bytes of files that hold video, images or sound. Sources: the formats' own specifications, as gathered in
 * https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern and https://www.garykessler.net/library/file_sigs.html.
 */
const signatures: readonly Signature[] = [
	{ offset: 0, text: '\x89PNG\r\n\x1a\n' },
	{ offset: 0, text: '\xff\xd8\xff' }, // JPEG
	{ offset: 0, text: 'GIF87a' },
	{ offset: 0, text: 'GIF89a' },
	{ offset: 0, text: 'RIFF????WEBP' },
	{ offset: 0, text: 'II*\0' }, // TIFF
	{ offset: 0, text: 'MM\0*' },
	{ offset: 0, text: '\xff\x0a' }, // JPEG XL, bare and in boxes
	{ offset: 0, text: '\0\0\0\x0cJXL \r\n\x87\n' },
	{ offset: 0, text: '\x1a\x45\xdf\xa3' }, // WebM, Matroska
	{ offset: 0, text: 'RIFF????AVI ' },
	{ offset: 0, text: 'FLV\x01' },
	{ offset: 0, text: '\x30\x26\xb2\x75\x8e\x66\xcf\x11' }, // ASF: WMV, WMA
	{ offset: 0, text: '\0\0\x01\xba' }, // MPEG program stream
	{ offset: 0, text: '\0\0\x01\xb3' }, // MPEG video
	{ offset: 0, text: 'RIFF????WAVE' },
	{ offset: 0, text: 'RF64????WAVE' },
	{ offset: 0, text: 'FORM????AIF' },
	{ offset: 0, text: 'OggS\0' },
	{ offset: 0, text: 'fLaC' },
	{ offset: 0, text: 'ID3\x02' }, // MP3 behind its tags
	{ offset: 0, text: 'ID3\x03' },
	{ offset: 0, text: 'ID3\x04' },
	{ offset: 0, text: '#!AMR' },
	{ offset: 0, text: 'caff\0\x01' },
];

/** As many bytes as `isMediaFile` looks at. */
export const mostOfSignature = 377;

/** Whether a file that begins like this holds video, an image or sound. */
export function isMediaFile(head: Uint8Array): boolean {
	return signatures.some((signature) => stands(head, signature)) || isBoxes(head) || isBitmap(head) || isMpegAudio(head) || isAdts(head) || isTransportStream(head);
}

function stands(head: Uint8Array, { offset, text }: Signature): boolean {
	if (head.length < offset + text.length) return false;
	return Array.from(text).every((character, index) => character === '?' || head[offset + index] === character.charCodeAt(0));
}

/** Boxes that a file of the MP4 family (mp4, mov, m4a, avif, heic, 3gp) may begin with; its own kind stands in `ftyp`, which old ones lack (ISO/IEC 14496-12, 4.2; QuickTime). */
const firstBoxes = ['ftyp', 'styp', 'moov', 'moof', 'mdat', 'sidx', 'free', 'skip', 'wide', 'pnot'];

/** The length in front is under 16 MB, which no text looks like (64-bit ones and "to the end" included). */
function isBoxes(head: Uint8Array): boolean {
	return head[0] === 0 && firstBoxes.some((text) => stands(head, { offset: 4, text }));
}

/** `BM`, and four reserved bytes that are zero (BITMAPFILEHEADER). */
function isBitmap(head: Uint8Array): boolean {
	return stands(head, { offset: 0, text: 'BM????\0\0\0\0' });
}

/** A frame of MPEG audio, layer II or III (ISO/IEC 11172-3, 2.4.1.3): sync, and no reserved version, bit rate or sampling rate. Layer I would look like UTF-16. */
function isMpegAudio(head: Uint8Array): boolean {
	const [sync = 0, kind = 0, rates = 0] = head;
	const layer = (kind >> 1) & 3;
	return head.length >= 4 && sync === 0xff && (kind & 0xe0) === 0xe0 && (kind & 0x18) !== 0x08 && (layer === 1 || layer === 2) && rates >> 4 !== 15 && (rates & 0x0c) !== 0x0c;
}

/** A frame of AAC (ISO/IEC 13818-7, 6.2): sync, layer 0, a sampling rate that there is. */
function isAdts(head: Uint8Array): boolean {
	const [sync = 0, kind = 0, rate = 0] = head;
	return head.length >= 7 && sync === 0xff && (kind & 0xf6) === 0xf0 && ((rate >> 2) & 15) < 13;
}

/** A sync byte at the beginning of each packet of 188 bytes (ISO/IEC 13818-1, 2.4.3.2). */
function isTransportStream(head: Uint8Array): boolean {
	return [0, 188, 376].every((offset) => head[offset] === 0x47);
}
