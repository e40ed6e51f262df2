import type { Log } from '../../tracking/ports/host';
import type { Connection } from '../connection';
import type { StoreFiles } from '../files';
import { openReadable } from '../journal';
import { openFile, retryMs } from '../openFile';
import { sqlFailure } from '../storeError';
import type { Timers } from '../timers';

/** Attempts at a lock (about three seconds in all). A process that holds it for longer is suspended or stuck. */
const lockAttempts = 20;

interface Parts {
	readonly files: StoreFiles;
	readonly log: Log;
	readonly timers: Timers;
}

/** Opens the files from which a list is recovered. */
export class Sources {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** The daily copy, which never has a WAL; undefined if there is none or it is damaged. */
	openCopy(): Connection | undefined {
		const { files } = this.#parts;
		return files.hasCopy() ? this.#unlessDamaged(files.copy, () => openFile(files.copy, 'immutable')) : undefined;
	}

	/**
	 * A numbered file, or a copy of one; undefined if not even its schema can be read.
	 * @param path absolute
	 * @throws SQLite's errors other than damage
	 */
	open(path: string): Connection | undefined {
		return this.#unlessDamaged(path, () => openReadable(path));
	}

	/** Takes a file's write lock, which is held until the connection rolls back. False if it cannot be taken. */
	async lock(sql: Connection): Promise<boolean> {
		for (let attempt = 1; attempt <= lockAttempts; attempt++) {
			try {
				sql.exec('BEGIN IMMEDIATE');
				return true;
			} catch (error) {
				sql.rollback();
				if (sqlFailure(error) !== 'busy') {
					// A file too damaged to be locked has no writer either.
					return false;
				}
			}
			await this.#parts.timers.wait(retryMs);
		}
		this.#parts.log.warn('Failed to lock a file in time: another process holds it');
		return false;
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
			this.#parts.log.warn(`Failed to read anything from ${path}: ${String(error)}`);
			return undefined;
		}
	}
}
