import type { Disposable } from '../../core/emitter';
import { BoundedThread } from '../../results/boundedThread';
import type { Pixels } from '../../results/imagePixels';
import type { Clock } from '../../tracking/ports/host';

/** How much of an image is read, bytes. Its pixels stand at the beginning, after colour profiles and previews. */
const mostOfHead = 524_288;

/** Reads the pixels of images in a thread of its own. */
export class PixelReader implements Disposable {
	readonly #thread: BoundedThread<Uint8Array, Pixels>;

	/** @param file absolute path of the thread's program, dist/media.js */
	constructor(file: string, clock: Clock) {
		this.#thread = new BoundedThread(file, clock);
	}

	/**
	 * As they are shown: turned if the file says so.
	 * @param bytes of an image; only the first `mostOfHead` are used
	 * @returns undefined if the image does not say them, or not within three seconds
	 */
	read(bytes: Uint8Array): Promise<Pixels | undefined> {
		// A copy, because the thread takes its memory; `slice` of a Buffer is none, and the memory may be a file system's own.
		const head = new Uint8Array(bytes.subarray(0, mostOfHead));
		return this.#thread.run(head, [head.buffer]);
	}

	dispose(): void {
		this.#thread.dispose();
	}
}
