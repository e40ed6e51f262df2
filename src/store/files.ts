import { closeSync, existsSync, linkSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isCode } from './storeError';

/** The numbered database files of a folder, and the one copy beside them. */
export class StoreFiles {
	readonly directory: string;

	constructor(directory: string) {
		this.directory = directory;
	}

	path(number: number): string {
		return join(this.directory, `kling-${number}.db`);
	}

	/** Yesterday's state at the oldest, or that before the last migration. */
	get copy(): string {
		return join(this.directory, 'kling-copy.db');
	}

	hasCopy(): boolean {
		return existsSync(this.copy);
	}

	/** A name for a file that is in the making. */
	temporary(suffix: string): string {
		return join(this.directory, `kling-${suffix}.tmp`);
	}

	/** Removes what a window left in the making when it died. */
	removeTemporary(): void {
		for (const name of readdirSync(this.directory)) {
			if (/^kling-.*\.tmp(-journal|-wal|-shm)?$/.test(name)) {
				rmSync(join(this.directory, name), { force: true });
			}
		}
	}

	has(number: number): boolean {
		return existsSync(this.path(number));
	}

	/** Whether a window has the file open, or was killed while it had. */
	isInUse(number: number): boolean {
		return existsSync(`${this.path(number)}-wal`);
	}

	/** The number of the file in use; undefined when there is none (yet, or any more). */
	highest(): number | undefined {
		const numbers = this.numbers();
		return numbers.length === 0 ? undefined : Math.max(...numbers);
	}

	/** Whether there is a file of a higher number. A folder that cannot be listed is no sign of one. */
	hasAbove(number: number): boolean {
		try {
			return (this.highest() ?? 0) > number;
		} catch {
			return false;
		}
	}

	/** In no order; none in a folder that is not there. */
	numbers(): readonly number[] {
		return (existsSync(this.directory) ? readdirSync(this.directory) : []).flatMap((name) => {
			const digits = /^kling-([1-9]\d{0,8})\.db$/.exec(name)?.[1];
			return digits === undefined ? [] : [Number(digits)];
		});
	}

	/** Makes the folder if it is missing. */
	makeFolder(): void {
		mkdirSync(this.directory, { recursive: true });
	}

	/** Makes a file, empty; one window wins, for the others it is simply there. An empty file is filled by whoever locks it first. */
	make(number: number): void {
		try {
			closeSync(openSync(this.path(number), 'wx'));
		} catch (error) {
			if (!isCode(error, 'EEXIST')) {
				throw error;
			}
		}
	}

	/** Removes a file with its log. */
	remove(number: number): void {
		for (const suffix of ['', '-wal', '-shm']) {
			rmSync(this.path(number) + suffix, { force: true });
		}
	}

	/** Gives a complete file, which nobody has open, its number; false when there is one of that number. */
	publish(temporary: string, number: number): boolean {
		try {
			linkSync(temporary, this.path(number));
		} catch (error) {
			if (isCode(error, 'EEXIST') || this.has(number)) {
				return false;
			}
			// A file system without links. Whoever else gives this number away holds the same lock.
			renameSync(temporary, this.path(number));
		}
		return true;
	}

	/**
	 * Removes the shared memory that a deleted file of this number left behind: the windows that still have that file open would share it with a
	 * new one. Call with the write lock on a file of the number; one that anybody uses with a write-ahead log is not empty.
	 */
	removeStaleMemory(number: number): void {
		if (statSync(this.path(number)).size === 0) {
			rmSync(`${this.path(number)}-shm`, { force: true });
		}
	}
}
