import { parentPort } from 'node:worker_threads';
import { disableTypes, imageSize, types } from 'image-size';

/** Those of `mediaTypeOf`, as image-size calls them. Of the others some search a text with regular expressions. */
const known = ['png', 'jpg', 'webp', 'gif', 'bmp', 'tiff', 'heif'];
disableTypes(types.filter((type) => !known.includes(type)));

/** Responds to each head of an image with its pixels, or with nothing if it does not say them. */
parentPort?.on('message', (head: Uint8Array) => parentPort?.postMessage(pixelsOf(head)));

function pixelsOf(head: Uint8Array): { readonly width: number; readonly height: number } | undefined {
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
