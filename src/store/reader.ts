import type { Log } from '../tracking/ports/host';
import type { Condition } from './condition';
import type { Connection } from './connection';
import type { CurrentFile } from './currentFile';
import type { FileSwitch } from './fileSwitch';
import { retryMs } from './openFile';
import { sqlFailure } from './storeError';
import type { Timers } from './timers';

/** How often a read that meets another process's lock is attempted, 50 ms each. */
const busyAttempts = 3;

interface Parts {
	readonly current: CurrentFile;
	readonly condition: Condition;
	readonly fileSwitch: FileSwitch;
	readonly log: Log;
	readonly timers: Timers;
}

/** Reads of the file in use. They wait for locks only for a fraction of a second, and never for the disk or a recovery. */
export class Reader {
	readonly #parts: Parts;
	#isRetryBooked = false;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** See `Database.read`. */
	read<T>(body: (sql: Connection) => T, fallback: T): T {
		const { current, condition, fileSwitch, log } = this.#parts;
		for (let attempt = 1; current.connection !== undefined; attempt++) {
			try {
				return body(current.checked(current.connection));
			} catch (error) {
				const failure = sqlFailure(error);
				switch (failure) {
					case 'busy':
						if (attempt < busyAttempts) {
							continue;
						}
						this.#readAgainLater();
						return fallback;
					case 'damaged':
						fileSwitch.leave('damaged', error);
						return fallback;
					case 'full':
					case 'disk':
						fileSwitch.failed(failure, error);
						this.#readAgainLater();
						return fallback;
					case 'other':
						if (condition.isReadOnly) {
							// A newer version may have removed a column; an older version's file that cannot be migrated does not have it
							// yet.
							log.warn(`Failed to read from ${current.name}, which has another schema: ${String(error)}`);
							return fallback;
						}
						throw error;
				}
			}
		}
		return fallback;
	}

	#readAgainLater(): void {
		if (this.#isRetryBooked) {
			return;
		}
		this.#isRetryBooked = true;
		this.#parts.timers.after(retryMs, () => {
			this.#isRetryBooked = false;
			this.#parts.current.replaced();
		});
	}
}
