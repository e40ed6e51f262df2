import { renameSync, rmSync } from 'node:fs';
import type { Clock, Log } from '../tracking/ports/host';
import type { Connection } from './connection';
import type { Copier } from './copy';
import type { StoreFiles } from './files';
import { sqlFailure } from './storeError';
import { ThreadError } from './thread';
import type { Timers } from './timers';

const everyMs = 24 * 60 * 60_000;
const checkMs = 60 * 60_000;
/** Delay of the first copy (ms), so that it does not slow down the start of the window. */
const firstCheckMs = 60_000;
/** Duration of the lease of the window that copies, ms. */
const leaseMs = 10 * 60_000;

/** What the daily copy needs of the database. */
interface CopySource {
	number(): number;
	/** Whether a file is in use and writable. */
	isUsable(): boolean;
	write<T>(body: (sql: Connection) => T): Promise<T>;
	/** Called when copying has found damage in the file of this number. */
	foundDamage(number: number, error: unknown): void;
}

interface Parts {
	readonly files: StoreFiles;
	readonly clock: Clock;
	readonly log: Log;
	readonly timers: Timers;
	readonly copier: Copier;
	readonly source: CopySource;
}

/** Copies the file in use once a day, over all windows. */
export class DailyCopy {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	start(): void {
		this.#parts.timers.after(firstCheckMs, () => this.#now());
	}

	/** Copies the file if a day has passed since the last copy and no other window is copying. Resolves to whether it did. */
	async copyIfDue(): Promise<boolean> {
		const { files, clock, log, copier, source } = this.#parts;
		const now = clock.now();
		const until = now + leaseMs;
		const isMine = await source.write(
			(sql) =>
				sql.run(
					'UPDATE state SET copying_until = :until WHERE abs(:now - copied_at) >= :every AND NOT (copying_until > :now AND copying_until <= :until)',
					{
						now,
						until,
						every: everyMs,
					},
				) > 0,
		);
		if (!isMine || !source.isUsable()) {
			return false;
		}
		const number = source.number();
		files.removeTemporary();
		try {
			return await copier.copy(number, (temporary) =>
				// Under the write lock: deleting all data resets the lease and removes the copy; it must not reappear.
				source.write((sql) => {
					const isStillMine =
						sql.run('UPDATE state SET copied_at = :now, copying_until = 0 WHERE copying_until = :until', { now, until }) > 0;
					if (isStillMine && number === source.number()) {
						renameSync(temporary, files.copy);
					}
					return isStillMine && number === source.number();
				}),
			);
		} catch (error) {
			const failure = error instanceof ThreadError ? error.failure : sqlFailure(error);
			log.warn(`Failed to copy kling-${number}.db: ${String(error)}`);
			if (failure === 'damaged') {
				source.foundDamage(number, error);
			}
			return false;
		}
	}

	/** Removes the copy and the temporary files, and cancels a copy in progress. */
	forget(): void {
		const { files, copier } = this.#parts;
		void copier.cancel();
		rmSync(files.copy, { force: true });
		files.removeTemporary();
	}

	#now(): void {
		const { log, timers, source } = this.#parts;
		void (source.isUsable() ? this.copyIfDue() : Promise.resolve(false))
			.catch((error: unknown) => log.error('Failed to make the daily copy', error))
			.then(() => void timers.after(checkMs, () => this.#now()));
	}
}
