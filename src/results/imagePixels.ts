import { disableTypes, imageSize, types } from 'image-size';

/** Width and height, px. */
export interface Pixels {
	readonly width: number;
	readonly height: number;
}

/** Those that requests and results may have, as image-size calls them. Of the others some search a text with regular expressions. */
const known = ['png', 'jpg', 'webp', 'gif', 'bmp', 'tiff', 'heif'];
disableTypes(types.filter((type) => !known.includes(type)));

/**
 * The pixels of an image as it is shown: turned if the file says so.
 * @param head its beginning, where they stand; a thread reads it, as it may be made to stop its reader
 * @returns undefined if it does not say them
 */
export function pixelsOf(head: Uint8Array): Pixels | undefined {
	try {
		const { width, height, orientation = 1 } = imageSize(head);
		if (!(width > 0 && height > 0)) {
			return undefined;
		}
		// From 5 on the image is shown turned by a quarter (EXIF 2.32, 4.6.4, Orientation).
		return orientation >= 5 && orientation <= 8 ? { width: height, height: width } : { width, height };
	} catch {
		return undefined;
	}
}
