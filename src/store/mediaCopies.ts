import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '../core/errorMessage';
import type { MediaPart } from '../creation/creation';
import type { CopyProblem, MediaCopies } from '../creation/ports/mediaCopies';
import { createFile } from './atomicFile';
import { isCode } from './storeError';

/** Of all copies together, bytes. */
const mostBytes = 500 * 1024 * 1024;
/** Bytes that are read, hashed and encoded at once: a multiple of three, so that pieces of Base64 can be joined; far below a stall. */
const pieceBytes = 3 * 64 * 1024;
/** A temporary file that is older (ms) is of a window that died. */
const temporaryLivesMs = 60 * 60_000;

/** The name of the folder beside the database. */
const mediaFolder = 'media';

interface Entry {
	readonly name: string;
	readonly path: string;
	readonly size: number;
	/** When it was last needed, ms since 1970. */
	readonly at: number;
}

/** Copies in a folder beside the database: `media/<sha256>`. Its modification time is when a copy was last needed. */
export class DiskMediaCopies implements MediaCopies {
	readonly #folder: string;
	/** Copies are made one after the other, so that they stay within the limit together. */
	#last: Promise<unknown> = Promise.resolve();

	/** @param directory the folder of the database, absolute */
	constructor(directory: string) {
		this.#folder = join(directory, mediaFolder);
	}

	put(bytes: Uint8Array, sha256: string): Promise<CopyProblem | undefined> {
		const made = this.#last.then(() => this.#put(bytes, sha256));
		this.#last = made.catch(() => undefined);
		return made;
	}

	async #put(bytes: Uint8Array, sha256: string): Promise<CopyProblem | undefined> {
		const path = this.#pathOf(sha256);
		try {
			if (await isKept(path, bytes.length)) {
				return undefined;
			}
			const total = (await this.#entries()).reduce((sum, { size }) => sum + size, 0);
			if (total + bytes.length > mostBytes) {
				return { kind: 'full', most: mostBytes };
			}
			await mkdir(this.#folder, { recursive: true });
			// One of another size is damaged.
			await rm(path, { force: true });
			await createFile(path, bytes);
			return undefined;
		} catch (error) {
			return { kind: 'disk', message: errorMessage(error) };
		}
	}

	/** The whole copy is compared with its digest before the first piece: a body is sent with all its files, or not at all. */
	async *base64({ sha256, size }: MediaPart): AsyncGenerator<Uint8Array> {
		const file = await open(this.#pathOf(sha256), 'r');
		try {
			const hash = createHash('sha256');
			let length = 0;
			for await (const piece of piecesOf(file)) {
				hash.update(piece);
				length += piece.length;
			}
			if (length !== size || hash.digest('hex') !== sha256) {
				throw new Error(`The copy of a file was changed: ${sha256}`);
			}
			for await (const piece of piecesOf(file)) {
				yield Buffer.from(piece.toString('base64'), 'latin1');
			}
		} finally {
			await file.close();
		}
	}

	async sweep(needed: ReadonlySet<string>, olderThan: number): Promise<void> {
		for (const { name, path, at } of await this.#entries()) {
			const isTemporary = name.endsWith('.tmp');
			if (isTemporary ? at < olderThan - temporaryLivesMs : !needed.has(name) && at < olderThan) {
				await rm(path, { force: true });
			}
		}
	}

	async deleteEverything(): Promise<void> {
		await this.#last;
		await rm(this.#folder, { recursive: true, force: true });
	}

	/** @throws if that is no digest: it becomes the name of a file */
	#pathOf(sha256: string): string {
		if (!/^[0-9a-f]{64}$/.test(sha256)) {
			throw new Error('That is no digest');
		}
		return join(this.#folder, sha256);
	}

	async #entries(): Promise<readonly Entry[]> {
		const entries: Entry[] = [];
		for (const name of await namesIn(this.#folder)) {
			const path = join(this.#folder, name);
			try {
				const { size, mtimeMs } = await stat(path);
				entries.push({ name, path, size, at: mtimeMs });
			} catch (error) {
				// Removed by another window meanwhile.
				if (!isCode(error, 'ENOENT')) {
					throw error;
				}
			}
		}
		return entries;
	}
}

/** Whether a copy is there; it then counts as just needed, so that no window removes it before a creation is planned. */
async function isKept(path: string, size: number): Promise<boolean> {
	try {
		if ((await stat(path)).size !== size) {
			return false;
		}
		const now = new Date();
		await utimes(path, now, now);
		return true;
	} catch (error) {
		if (isCode(error, 'ENOENT')) {
			return false;
		}
		throw error;
	}
}

/** Each piece but the last has `pieceBytes`. The memory is used again for the next one. */
async function* piecesOf(file: FileHandle): AsyncGenerator<Buffer> {
	const buffer = Buffer.alloc(pieceBytes);
	for (let position = 0; ;) {
		let length = 0;
		// One read may return less than there is.
		for (;;) {
			const { bytesRead } = await file.read(buffer, length, pieceBytes - length, position + length);
			length += bytesRead;
			if (bytesRead === 0 || length === pieceBytes) {
				break;
			}
		}
		if (length > 0) {
			yield buffer.subarray(0, length);
		}
		if (length < pieceBytes) {
			return;
		}
		position += length;
	}
}

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (isCode(error, 'ENOENT')) {
			return [];
		}
		throw error;
	}
}
