import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The numbered database files of a folder, and the one copy beside them. */
export class StoreFiles {
	readonly directory: string;

	constructor(directory: string) {
		this.directory = directory;
	}

	path(number: number): string {
		return join(this.directory, `tasks-${number}.db`);
	}

	/** Yesterday's state at the oldest, or that before the last migration. */
	get copy(): string {
		return join(this.directory, 'tasks-copy.db');
	}

	hasCopy(): boolean {
		return existsSync(this.copy);
	}

	/** A name for a file that is in the making. */
	temporary(token: string): string {
		return join(this.directory, `tasks-${token}.tmp`);
	}

	/** Removes what a window left in the making when it died. */
	removeTemporary(): void {
		for (const name of readdirSync(this.directory)) {
			if (/^tasks-.*\.tmp(-journal|-wal|-shm)?$/.test(name)) {
				rmSync(join(this.directory, name), { force: true });
			}
		}
	}

	has(number: number): boolean {
		return existsSync(this.path(number));
	}

	/** The number of the file in use; undefined when there is none yet. */
	highest(): number | undefined {
		const numbers = this.numbers();
		return numbers.length === 0 ? undefined : Math.max(...numbers);
	}

	numbers(): readonly number[] {
		return readdirSync(this.directory).flatMap((name) => {
			const digits = /^tasks-([1-9]\d{0,8})\.db$/.exec(name)?.[1];
			return digits === undefined ? [] : [Number(digits)];
		});
	}

	/** Makes the next file, empty; one window wins, for the others it is simply there. An empty file is filled by whoever locks it first. */
	makeNext(number: number): void {
		try {
			closeSync(openSync(this.path(number), 'wx'));
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
				throw error;
			}
		}
	}
}
