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
 * Saves the list when its file is deleted, moved or replaced while it is open. A deleted file can be read as long as a connection to it is open:
 * what this one reads goes into the file of the next number, with what a window that opened meanwhile has put into a new file of the old number.
 *
 * The lock is the write lock of whatever file lies at the old number's path (an empty one is made if there is none): every window that lost its file and every
 * window that opens comes by there. The next file appears complete, by a link, so that nobody can fill it with less.
 */
export class Rescue {
	readonly #parts: Parts;
	/** Of the file that was lost. */
	readonly #number: number;
	readonly #mark: Mark;

	/**
	 * @param number of the file that was lost
	 * @param source the connection to it
	 * @throws SQLite's errors
	 */
	constructor(parts: Parts, number: number, source: Connection) {
		this.#parts = parts;
		this.#number = number;
		this.#mark = markOf(source);
	}

	/**
	 * Afterwards there is a file that holds what the lost one did, ours or another window's. Can be called again after an error.
	 * @param source what reads the list now: the connection to the lost file, or what `hold` was called with
	 * @param hold called when all that `source` holds is in another connection, which takes its place for reading; and with undefined when that
	 * one is to be closed, right before the next file can be attached
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
			log.warn(`kling-${number}.db is no longer the file that is open: saving what that one holds in kling-${used + 1}.db`);
			const temporary = files.temporary(`rescue.${randomUUID()}`);
			const target = await this.#save(held, temporary);
			// Two files of one inode must not be open in one process: the lost one may lack no more than its log.
			keep(target);
			isSaved = await this.#importAndPublish(used, target, temporary, keep);
		}
	}

	/**
	 * Whether a file of a higher number holds what the lost one did: another window has saved it. One that was made by a window that knew nothing of
	 * the lost file does not.
	 */
	#isIn(number: number): boolean {
		const next = this.#open(this.#parts.files.path(number));
		const isIn = next !== undefined && holds(next, this.#mark);
		next?.close();
		return isIn;
	}

	async #save(source: Connection, temporary: string): Promise<Connection> {
		const { migrations, timers, sources } = this.#parts;
		// Who writes to it now has not noticed yet; once its lock is free, nobody writes to it any more.
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
				// Of an empty list there is nothing to say.
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

	/** False when another window was faster. Either way, and after an error too, `hold` has been called with what holds the list now. */
	async #importAndPublish(
		number: number,
		target: Connection,
		temporary: string,
		hold: (next: Connection | undefined) => void,
	): Promise<boolean> {
		const { files } = this.#parts;
		// Where the file of a higher number was lost, a window that opened took an earlier one into use.
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
			// Nobody may have it open under its old name.
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

	/** Locks the file at a path, and brings in what it holds; one that cannot be read has no window that writes to it. */
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
			log.warn(`Failed to bring kling-${number}.db in: ${String(error)}`);
		} finally {
			copy?.close();
		}
	}

	/** Undefined when nothing can be read: noise, or a file whose log was deleted under those who still have it open. */
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
