import { closeSync, existsSync, linkSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isCode } from './storeError';

/** The numbered database files of a folder, and their copy. */
export class StoreFiles {
	readonly directory: string;

	constructor(directory: string) {
		this.directory = directory;
	}

	path(number: number): string {
		return join(this.directory, `kling-${number}.db`);
	}

	/** At most a day old, or the state before the last migration. */
	get copy(): string {
		return join(this.directory, 'kling-copy.db');
	}

	hasCopy(): boolean {
		return existsSync(this.copy);
	}

	/** Path for a temporary file. */
	temporary(suffix: string): string {
		return join(this.directory, `kling-${suffix}.tmp`);
	}

	/** Removes the temporary files of windows that died. */
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

	/** Whether a window has the file open, or was killed while it had it open. */
	isInUse(number: number): boolean {
		return existsSync(`${this.path(number)}-wal`);
	}

	/** The number of the file in use; undefined if there is none. */
	highest(): number | undefined {
		const numbers = this.numbers();
		return numbers.length === 0 ? undefined : Math.max(...numbers);
	}

	/** Whether there is a file of a higher number. False if the folder cannot be listed. */
	hasAbove(number: number): boolean {
		try {
			return (this.highest() ?? 0) > number;
		} catch {
			return false;
		}
	}

	/** Unsorted; empty if the folder does not exist. */
	numbers(): readonly number[] {
		return (existsSync(this.directory) ? readdirSync(this.directory) : []).flatMap((name) => {
			const digits = /^kling-([1-9]\d{0,8})\.db$/.exec(name)?.[1];
			return digits === undefined ? [] : [Number(digits)];
		});
	}

	/** Creates the folder if it is missing. */
	makeFolder(): void {
		mkdirSync(this.directory, { recursive: true });
	}

	/** Creates an empty file unless it exists. The first window that locks it fills it. */
	make(number: number): void {
		try {
			closeSync(openSync(this.path(number), 'wx'));
		} catch (error) {
			if (!isCode(error, 'EEXIST')) {
				throw error;
			}
		}
	}

	/** Removes a file with its WAL. */
	remove(number: number): void {
		for (const suffix of ['', '-wal', '-shm']) {
			rmSync(this.path(number) + suffix, { force: true });
		}
	}

	/** Moves a complete file, which nobody has open, to its number. False if that number is taken. */
	publish(temporary: string, number: number): boolean {
		try {
			linkSync(temporary, this.path(number));
		} catch (error) {
			if (isCode(error, 'EEXIST') || this.has(number)) {
				return false;
			}
			// A file system without hard links. `rename` is safe: every window that publishes this number holds the same lock.
			renameSync(temporary, this.path(number));
		}
		return true;
	}

	/**
	 * Removes the shared memory (`-shm`) of a deleted file of this number: windows that still have that file open would share it with the
	 * new one. Call with the write lock on the new file. Does nothing unless that file is empty, which excludes one in use with a WAL.
	 */
	removeStaleMemory(number: number): void {
		if (statSync(this.path(number)).size === 0) {
			rmSync(`${this.path(number)}-shm`, { force: true });
		}
	}
}
