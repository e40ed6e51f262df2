import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { StoreFiles } from './files';
import type { ThreadRun, Threads } from './thread';

/** Writes consistent copies of a database that is in use (`VACUUM INTO`), on a thread: a large file takes seconds. */
export class Copier {
	readonly #files: StoreFiles;
	readonly #threads: Threads;
	#run: ThreadRun | undefined;

	constructor(files: StoreFiles, threads: Threads) {
		this.#files = files;
		this.#threads = threads;
	}

	/**
	 * Writes a copy to a temporary file, and calls `keep`, which may rename it. The temporary file is removed afterwards.
	 * @throws ThreadError, or any error of `keep`
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

	/** Cancels the copy in progress, if any. Resolves when its thread has exited. */
	async cancel(): Promise<void> {
		await this.#run?.cancel();
	}
}
