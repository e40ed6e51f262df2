import { randomUUID } from 'node:crypto';
import type { Log } from '../../tracking/ports/host';
import type { Connection } from '../connection';
import type { StoreFiles } from '../files';
import { copyWithSoundHeader, removeDatabase } from './header';
import { Rescue } from './rescue';
import { salvage } from './salvage';
import { Sources } from './sources';
import type { Timers } from '../timers';

interface Parts {
	readonly files: StoreFiles;
	readonly migrations: readonly string[];
	readonly log: Log;
	readonly timers: Timers;
	/**
	 * Called before a file that SQLite cannot read is copied byte by byte: no connection of this process may be open to it, because closing any
	 * descriptor of a file drops the locks that SQLite holds on it.
	 */
	readonly letGo: () => void;
}

/**
 * What is done about damaged and lost files. A bundle of its own (`dist/recovery.js`), loaded when the first one is met: connections and files that
 * cross are used by their methods alone, and errors are told apart by their data (`sqlFailure`), because each bundle has classes of its own.
 */
export class Recovery {
	readonly #parts: Parts;
	readonly #sources: Sources;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.#sources = new Sources(parts);
	}

	/**
	 * Fills a new, empty file with what the earlier ones and the copy still hold.
	 * @param target with our schema, empty, in a transaction
	 * @param number the target's own
	 * @throws SQLite's errors on the target; what cannot be read of the others is left out
	 */
	async importFrom(target: Connection, number: number): Promise<void> {
		const { files, timers } = this.#parts;
		const opened: Connection[] = [];
		const repaired: string[] = [];
		try {
			let nearest: Connection | undefined;
			const others: Connection[] = [];
			for (const earlier of files
				.numbers()
				.filter((other) => other < number)
				.sort((a, b) => b - a)) {
				const source = await this.#openEarlier(earlier, repaired);
				if (source === undefined) {
					continue;
				}
				opened.push(source);
				if (earlier === number - 1) {
					nearest = source;
				} else {
					others.push(source);
				}
			}
			const copy = this.#sources.openCopy();
			if (copy !== undefined) {
				opened.push(copy);
				others.push(copy);
			}
			if (number > 1 || copy !== undefined) {
				await salvage(target, nearest, others, () => timers.yieldToOthers());
			}
		} finally {
			for (const source of opened) {
				source.close();
			}
			for (const path of repaired) {
				await removeDatabase(path);
			}
		}
	}

	/** What saves the list of a file that was lost while it was open; see `Rescue`. */
	rescue(number: number, source: Connection): Rescue {
		return new Rescue({ ...this.#parts, sources: this.#sources }, number, source);
	}

	async #openEarlier(number: number, repaired: string[]): Promise<Connection | undefined> {
		const { files, letGo } = this.#parts;
		const source = this.#sources.open(files.path(number));
		if (source === undefined) {
			const temporary = files.temporary(`repair.${randomUUID()}`);
			repaired.push(temporary);
			letGo();
			await copyWithSoundHeader(files.path(number), temporary);
			return this.#sources.open(temporary);
		}
		// Who writes to it now began before the new file existed; once its lock is free, nobody writes to it any more.
		if (await this.#sources.lock(source)) {
			source.rollback();
		}
		return source;
	}
}
