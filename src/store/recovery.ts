import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Log } from '../tracking/ports/host';
import type { Connection } from './connection';
import type { StoreFiles } from './files';
import { copyWithSoundHeader, removeDatabase } from './header';
import { openReadable } from './journal';
import { openFile, retryMs } from './openFile';
import { salvage } from './salvage';
import { sqlFailure } from './storeError';
import type { Timers } from './timers';

/** How often a lock is tried for (about three seconds): who holds it for longer is stopped, and waits for us no less. */
const lockAttempts = 20;

interface Parts {
	readonly files: StoreFiles;
	readonly log: Log;
	readonly timers: Timers;
	/**
	 * Called before a file that SQLite cannot read is copied byte by byte: no connection of this process may be open to it, because closing any
	 * descriptor of a file drops the locks that SQLite holds on it.
	 */
	readonly letGo: () => void;
}

/** Fills a new, empty file with what the earlier ones and the copy still hold. */
export class Recovery {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/**
	 * @param target with our schema, empty, in a transaction
	 * @param number the target's own
	 * @throws SQLite's errors on the target; what cannot be read of the others is left out
	 */
	async bringIn(target: Connection, number: number): Promise<void> {
		const { files, timers } = this.#parts;
		const opened: Connection[] = [];
		const repaired: string[] = [];
		try {
			let nearest: Connection | undefined;
			const others: Connection[] = [];
			for (const earlier of files
				.numbers()
				.filter((other) => other < number)
				.sort((one, other) => other - one)) {
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
			const copy = this.openCopy();
			if (copy !== undefined) {
				opened.push(copy);
				others.push(copy);
			}
			if (number > 1 || copy !== undefined) {
				await salvage(target, nearest, others, () => timers.breathe());
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

	/** The daily copy, of which no window has a log; undefined when there is none that can be read. */
	openCopy(): Connection | undefined {
		const { copy } = this.#parts.files;
		return existsSync(copy) ? this.#unlessDamaged(copy, () => openFile(copy, 'immutable')) : undefined;
	}

	/** A numbered file, or a copy of one; undefined when nothing at all can be read from it. */
	openSource(path: string): Connection | undefined {
		return this.#unlessDamaged(path, () => openReadable(path));
	}

	#unlessDamaged(path: string, open: () => Connection): Connection | undefined {
		let connection: Connection | undefined;
		try {
			connection = open();
			connection.first('SELECT 1 FROM sqlite_schema');
			return connection;
		} catch (error) {
			connection?.close();
			if (sqlFailure(error) !== 'damaged') {
				throw error;
			}
			this.#parts.log.warn(`nothing can be read from ${path}: ${String(error)}`);
			return undefined;
		}
	}

	/** Takes a file's write lock, and keeps it until the connection rolls back; false when it cannot be had. */
	async lock(sql: Connection): Promise<boolean> {
		for (let attempt = 1; attempt <= lockAttempts; attempt++) {
			try {
				sql.exec('BEGIN IMMEDIATE');
				return true;
			} catch (error) {
				sql.rollback();
				if (sqlFailure(error) !== 'busy') {
					// A file so damaged that it cannot be locked has no writer either.
					return false;
				}
			}
			await this.#parts.timers.wait(retryMs);
		}
		this.#parts.log.warn('a lock could not be had in time: another process holds it');
		return false;
	}

	async #openEarlier(number: number, repaired: string[]): Promise<Connection | undefined> {
		const { files, letGo } = this.#parts;
		const source = this.openSource(files.path(number));
		if (source === undefined) {
			const temporary = files.temporary(`repair.${randomUUID()}`);
			repaired.push(temporary);
			letGo();
			await copyWithSoundHeader(files.path(number), temporary);
			return this.openSource(temporary);
		}
		// Who writes to it now began before the new file existed; once its lock is free, nobody writes to it any more.
		if (await this.lock(source)) {
			source.rollback();
		}
		return source;
	}
}
