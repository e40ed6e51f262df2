import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { StoreFiles } from './files';
import type { ThreadRun, Threads } from './thread';

/** Writes consistent copies of a database that is in use (`VACUUM INTO`), in a thread of their own: one takes seconds for a large file. */
export class Copier {
	readonly #files: StoreFiles;
	readonly #threads: Threads;
	#run: ThreadRun | undefined;

	constructor(files: StoreFiles, threads: Threads) {
		this.#files = files;
		this.#threads = threads;
	}

	/**
	 * Writes a copy beside the one there is, and lets `keep` put it into its place.
	 * @throws ThreadError, or what `keep` throws
	 */
	async copy<T>(number: number, keep: (temporary: string) => T | Promise<T>): Promise<T> {
		const temporary = this.#files.temporary(`copy.${randomUUID()}`);
		const run = this.#threads.run({ kind: 'copy', from: this.#files.path(number), to: temporary });
		this.#run = run;
		try {
			await run.finished;
			return await keep(temporary);
		} finally {
			this.#run = undefined;
			rmSync(temporary, { force: true });
		}
	}

	/** Ends the copy that is being made, if any; resolves when its thread has ended. */
	async cancel(): Promise<void> {
		await this.#run?.cancel();
	}
}
