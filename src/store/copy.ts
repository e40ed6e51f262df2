import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { StoreFiles } from './files';
import type { ThreadRun } from './thread';
import { runThread } from './thread';

/** Checks the file first, and the copy's own count of tasks afterwards: a copy of a damaged file must never take a good one's place. */
const program = `
	function check(isSound) {
		if (!isSound) throw Object.assign(new Error('the file is not consistent'), { errcode: 11 });
	}
	const source = new DatabaseSync(data.from, { readOnly: true, timeout: 5000 });
	check(source.prepare('PRAGMA quick_check(1)').get()?.quick_check === 'ok');
	source.prepare('VACUUM INTO ?').run(data.to);
	source.close();
	const copy = new DatabaseSync(data.to, { readOnly: true });
	check(copy.prepare('SELECT tasks = (SELECT count(*) FROM tasks) AS agrees FROM state').get()?.agrees === 1);
	copy.close();
`;

/** Writes consistent copies of a database that is in use (`VACUUM INTO`), in a thread of their own: one takes seconds for a large file. */
export class Copier {
	readonly #files: StoreFiles;
	#run: ThreadRun | undefined;

	constructor(files: StoreFiles) {
		this.#files = files;
	}

	/**
	 * Writes a copy beside the one there is, and lets `keep` put it into its place.
	 * @throws ThreadError, or what `keep` throws
	 */
	async copy<T>(number: number, keep: (temporary: string) => T | Promise<T>): Promise<T> {
		const temporary = this.#files.temporary(`copy.${randomUUID()}`);
		const run = runThread(program, { from: this.#files.path(number), to: temporary });
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
