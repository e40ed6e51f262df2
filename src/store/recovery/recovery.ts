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
	 * Called before a file that SQLite cannot read is copied byte by byte. This process must have no connection to it: closing any
	 * descriptor of a file drops the locks that SQLite holds on it.
	 */
	readonly letGo: () => void;
}

/**
 * Recovers the list from damaged and lost files. A separate bundle (`dist/recovery.js`), loaded when the first such file is found. Each
 * bundle has its own classes: objects that cross are used by their methods only, and errors are recognised by their data (`sqlFailure`).
 */
export class Recovery {
	readonly #parts: Parts;
	readonly #sources: Sources;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.#sources = new Sources(parts);
	}

	/**
	 * Fills a new, empty file from the earlier ones and the copy.
	 * @param target has our schema and no rows, and is in a transaction
	 * @param number the number of the target
	 * @throws SQLite's errors on the target; unreadable parts of the others are skipped
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

	/** For a file that was lost while it was open; see `Rescue`. */
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
		// A writer that has the lock now started before the new file existed. Once the lock is free, nobody writes to this file any more.
		if (await this.#sources.lock(source)) {
			source.rollback();
		}
		return source;
	}
}
