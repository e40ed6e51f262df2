import { isAdts, isMpegAudio, stands } from '../core/fileMarks';

/** What a file is by its bytes. */
export interface MediaType {
	readonly kind: 'image' | 'audio';
	/** `png`, `jpeg`, `mp3`…; the words of `MediaFacts.type`. */
	readonly type: string;
}

/** How many bytes at the beginning `mediaTypeOf` reads, at most. */
export const mostOfMark = 64;

/**
 * The first bytes of images and sounds, in Latin-1; `?` is any byte. Sources: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 * and the formats' own specifications.
 */
const marks: readonly (readonly [mark: string, kind: MediaType['kind'], type: string])[] = [
	['\x89PNG\r\n\x1a\n', 'image', 'png'],
	['\xff\xd8\xff', 'image', 'jpeg'],
	['RIFF????WEBP', 'image', 'webp'],
	['GIF87a', 'image', 'gif'],
	['GIF89a', 'image', 'gif'],
	['BM????\0\0\0\0', 'image', 'bmp'],
	['II*\0', 'image', 'tiff'],
	['MM\0*', 'image', 'tiff'],
	['ID3\x02', 'audio', 'mp3'],
	['ID3\x03', 'audio', 'mp3'],
	['ID3\x04', 'audio', 'mp3'],
	['RIFF????WAVE', 'audio', 'wav'],
	['OggS\0', 'audio', 'ogg'],
	['fLaC', 'audio', 'flac'],
];

/** Brands of the MP4 family (https://mp4ra.org/registered-types/brands). Those of videos are missing: no field takes a video's bytes. */
const brands: Readonly<Record<string, MediaType>> = {
	avif: { kind: 'image', type: 'avif' },
	avis: { kind: 'image', type: 'avif' },
	heic: { kind: 'image', type: 'heic' },
	heix: { kind: 'image', type: 'heic' },
	heim: { kind: 'image', type: 'heic' },
	heis: { kind: 'image', type: 'heic' },
	hevc: { kind: 'image', type: 'heic' },
	hevx: { kind: 'image', type: 'heic' },
	mif1: { kind: 'image', type: 'heic' },
	msf1: { kind: 'image', type: 'heic' },
	'M4A ': { kind: 'audio', type: 'm4a' },
	'M4B ': { kind: 'audio', type: 'm4a' },
};

/**
 * Which image or sound a file is; undefined: neither, or one that is not known.
 * @param head the first bytes, `mostOfMark` or the whole file
 */
export function mediaTypeOf(head: Uint8Array): MediaType | undefined {
	const found = marks.find(([mark]) => stands(head, mark));
	if (found !== undefined) {
		return { kind: found[1], type: found[2] };
	}
	if (stands(head, 'ftyp', 4)) {
		return typeOfBrands(String.fromCharCode(...head.subarray(0, mostOfMark)));
	}
	// Frames without a header: the two bits of the layer are 0 in AAC only.
	if (isMpegAudio(head)) {
		return { kind: 'audio', type: 'mp3' };
	}
	return isAdts(head) ? { kind: 'audio', type: 'aac' } : undefined;
}

/** The major brand, then the compatible ones within the first bytes; `mif1` says only that there is some image. */
function typeOfBrands(text: string): MediaType | undefined {
	const length = text.charCodeAt(2) * 256 + text.charCodeAt(3);
	const list = [text.slice(8, 12), ...(text.slice(16, Math.min(length, text.length)).match(/[^]{4}/g) ?? [])];
	const known = list.filter((brand) => Object.hasOwn(brands, brand));
	const specific = known.find((brand) => brand !== 'mif1' && brand !== 'msf1') ?? known[0];
	// A video may be compatible with the brands of sounds.
	const isVideo = list[0] !== known[0] && (list.includes('M4V ') || !known.includes('M4A '));
	return specific === undefined || isVideo ? undefined : brands[specific];
}
