import type { Disposable } from '../../core/emitter';
import { mediaTypeOf, mostOfMark } from '../../requests/mediaType';
import type { InspectedMedia, MediaInspector } from '../../requests/ports/mediaInspector';
import type { Clock } from '../../tracking/ports/host';
import { PixelReader } from './pixelReader';

/** Finds out what files are: type and digest at once, pixels in a thread. */
export class FileInspector implements MediaInspector, Disposable {
	readonly #pixels: PixelReader;

	/** @param threadFile absolute path of dist/media.js */
	constructor(threadFile: string, clock: Clock) {
		this.#pixels = new PixelReader(threadFile, clock);
	}

	/** Goes on after an abort: what it finds is remembered, and an image that stops its reader for seconds stops it once. */
	inspect(bytes: Uint8Array): Promise<InspectedMedia> {
		return this.#find(bytes);
	}

	dispose(): void {
		this.#pixels.dispose();
	}

	async #find(bytes: Uint8Array): Promise<InspectedMedia> {
		const size = bytes.length;
		const found = mediaTypeOf(bytes.subarray(0, mostOfMark));
		if (found === undefined) {
			return { kind: 'other', size };
		}
		const { kind, type } = found;
		const sha256 = await sha256Of(bytes);
		if (kind === 'audio') {
			return { kind, type, size, sha256 };
		}
		const pixels = await this.#pixels.read(bytes);
		return { kind, type, size, sha256, width: pixels?.width, height: pixels?.height };
	}
}

/** The digest in hexadecimal, lower case. Computed on another thread. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', bytes);
	return Buffer.from(digest).toString('hex');
}
