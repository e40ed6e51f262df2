import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Log } from '../../tracking/ports/host';
import type { Connection } from '../connection';
import type { StoreFiles } from '../files';
import { identityOf } from '../identity';
import { inTransaction, openFile } from '../openFile';
import type { Mark } from './salvage';
import { holds, markOf, merge, salvage } from './salvage';
import { FileMovedError, sqlFailure } from '../storeError';
import type { Timers } from '../timers';
import type { Sources } from './sources';

interface Parts {
	readonly files: StoreFiles;
	readonly migrations: readonly string[];
	readonly log: Log;
	readonly timers: Timers;
	readonly sources: Sources;
}

/**
 * Saves the list when its file is deleted, moved or replaced while it is open. An open connection can still read a deleted file. Its
 * content is written to the file of the next number, merged with the rows that a window opened meanwhile has written to a new file of the
 * old number.
 *
 * The lock is the write lock on the file at the old number's path (an empty one is created if there is none): every window that lost its
 * file and every window that opens uses that file. The next file appears complete, by a hard link, so that no window can fill it with less.
 */
export class Rescue {
	readonly #parts: Parts;
	/** The number of the lost file. */
	readonly #number: number;
	readonly #mark: Mark;

	/**
	 * @param number the number of the lost file
	 * @param source the connection to it
	 * @throws SQLite's errors
	 */
	constructor(parts: Parts, number: number, source: Connection) {
		this.#parts = parts;
		this.#number = number;
		this.#mark = markOf(source);
	}

	/**
	 * Afterwards a file, made by this window or another, holds the content of the lost one. Can be called again after an error.
	 * @param source the connection for reading: to the lost file, or the one last passed to `hold`
	 * @param hold called with a connection that has all content of `source` and replaces it for reading; and with undefined to close that
	 * one, right before the next file can be attached
	 * @throws the errors of SQLite and of the file system; StoreError `disposed`
	 */
	async run(source: Connection, hold: (next: Connection | undefined) => void): Promise<void> {
		const { files, log } = this.#parts;
		const number = this.#number;
		files.makeFolder();
		let held = source;
		const keep = (next: Connection | undefined): void => {
			held = next ?? held;
			hold(next);
		};
		for (let isSaved = false; !isSaved;) {
			const used = Math.max(number, files.highest() ?? number);
			if (used > number && this.#isIn(used)) {
				break;
			}
			log.warn(`kling-${number}.db was deleted, moved or replaced while open: saving its content to kling-${used + 1}.db`);
			const temporary = files.temporary(`rescue.${randomUUID()}`);
			const target = await this.#save(held, temporary);
			// One inode must not be open twice in one process, and the lost file may still be at its path, having lost only its WAL.
			keep(target);
			isSaved = await this.#importAndPublish(used, target, temporary, keep);
		}
	}

	/**
	 * Whether a file of a higher number has the content of the lost one, because another window has saved it. A file made without knowledge
	 * of the lost one does not have it.
	 */
	#isIn(number: number): boolean {
		const next = this.#open(this.#parts.files.path(number));
		const isIn = next !== undefined && holds(next, this.#mark);
		next?.close();
		return isIn;
	}

	async #save(source: Connection, temporary: string): Promise<Connection> {
		const { migrations, timers, sources } = this.#parts;
		// A writer that has the lock now has not noticed the loss yet. Once the lock is free, nobody writes to this file any more.
		if (await sources.lock(source)) {
			source.rollback();
		}
		const target = openFile(temporary, 'make');
		const copy = sources.openCopy();
		try {
			await inTransaction(target, async () => {
				for (const step of migrations) {
					target.exec(step);
				}
				await salvage(target, source, copy === undefined ? [] : [copy], () => timers.yieldToOthers());
				// No recovery notice for an empty list.
				target.exec(`UPDATE state SET recovered = nullif(recovered, 0); PRAGMA user_version = ${migrations.length}`);
			});
			return target;
		} catch (error) {
			target.close();
			rmSync(temporary, { force: true });
			throw error;
		} finally {
			copy?.close();
		}
	}

	/** False if another window was faster. In every case, errors included, `hold` has been called with the connection that has the list. */
	async #importAndPublish(
		number: number,
		target: Connection,
		temporary: string,
		hold: (next: Connection | undefined) => void,
	): Promise<boolean> {
		const { files } = this.#parts;
		// If the file of the highest number was lost, a window that opened meanwhile uses an earlier one.
		const used = files.highest() ?? number;
		const locked: Connection[] = [];
		try {
			if (used < number) {
				files.make(number);
				if (files.isInUse(used)) {
					await this.#importFrom(used, target, locked);
				}
			}
			await this.#importFrom(number, target, locked);
			if (files.has(number + 1)) {
				return false;
			}
			// The file must not stay open under its temporary name.
			hold(undefined);
			let isPublished = false;
			try {
				isPublished = files.publish(temporary, number + 1);
			} finally {
				if (!isPublished) {
					hold(openFile(temporary, 'write'));
				}
			}
			return isPublished;
		} finally {
			for (const connection of locked) {
				connection.rollback();
				connection.close();
			}
			rmSync(temporary, { force: true });
		}
	}

	/** Locks the file of a number and imports its rows. Skips an unreadable file: no window can write to it. */
	async #importFrom(number: number, target: Connection, locked: Connection[]): Promise<void> {
		const { files, timers, sources, log } = this.#parts;
		const path = files.path(number);
		const before = identityOf(path, false).file;
		const other = this.#open(path);
		if (other === undefined) {
			return;
		}
		locked.push(other);
		const isLocked = await sources.lock(other);
		if (identityOf(path, false).file !== before) {
			throw new FileMovedError();
		}
		if (isLocked) {
			files.removeStaleMemory(number);
		}
		const copy = sources.openCopy();
		try {
			await inTransaction(target, () => merge(target, other, copy, () => timers.yieldToOthers()));
		} catch (error) {
			if (sqlFailure(error) !== 'disk') {
				throw error;
			}
			log.warn(`Failed to import kling-${number}.db: ${String(error)}`);
		} finally {
			copy?.close();
		}
	}

	/** Undefined if nothing can be read: not a database, or its WAL was deleted while windows had it open. */
	#open(path: string): Connection | undefined {
		try {
			return this.#parts.sources.open(path);
		} catch (error) {
			if (sqlFailure(error) !== 'disk') {
				throw error;
			}
			this.#parts.log.warn(`Failed to read ${path}: ${String(error)}`);
			return undefined;
		}
	}
}
