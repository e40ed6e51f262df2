import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Installation } from '../creation/ports/identity';
import { createFile } from './atomicFile';
import { isCode } from './storeError';

/** Bytes: 256 bits. */
const length = 32;

/** The name of the file in the folder of the database. */
const installationFile = 'installation-id';

/** The ID of this installation, in a file: a database may be copied to another machine. */
export class FileInstallation implements Installation {
	readonly #path: string;

	/** @param directory the folder of the database, absolute */
	constructor(directory: string) {
		this.#path = join(directory, installationFile);
	}

	/** Read each time: another window may have deleted it with all data. Windows that make one at once agree on the first. */
	async id(): Promise<Uint8Array> {
		for (let attempt = 1; ; attempt++) {
			const found = await this.#read();
			if (found?.length === length) {
				return found;
			}
			if (attempt === 3) {
				throw new Error(`${installationFile} cannot be written`);
			}
			if (found !== undefined) {
				// Damaged. External IDs that were made are kept in the journal, so another ID does no harm.
				await this.delete();
			}
			await mkdir(dirname(this.#path), { recursive: true });
			await createFile(this.#path, randomBytes(length));
		}
	}

	async delete(): Promise<void> {
		await rm(this.#path, { force: true });
	}

	async #read(): Promise<Uint8Array | undefined> {
		try {
			return await readFile(this.#path);
		} catch (error) {
			if (isCode(error, 'ENOENT')) {
				return undefined;
			}
			throw error;
		}
	}
}
