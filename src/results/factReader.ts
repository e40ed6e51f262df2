import type { FileFacts } from '../core/download';
import type { Disposable } from '../core/emitter';
import type { MediaKind } from '../core/media';
import type { Clock } from '../tracking/ports/host';
import { BoundedThread } from './boundedThread';

/** Reads in a thread of its own what media files say of themselves. */
export class FactReader implements Disposable {
	readonly #thread: BoundedThread<{ readonly path: string; readonly kind: MediaKind }, FileFacts>;

	/** @param program absolute path of the thread's program, dist/facts.js */
	constructor(program: string, clock: Clock) {
		this.#thread = new BoundedThread(program, clock);
	}

	/**
	 * @param path absolute
	 * @returns undefined if the file cannot be read, or not within three seconds
	 */
	read(path: string, kind: MediaKind): Promise<FileFacts | undefined> {
		return this.#thread.run({ path, kind });
	}

	dispose(): void {
		this.#thread.dispose();
	}
}
