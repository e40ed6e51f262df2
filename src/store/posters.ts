import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isCode } from './storeError';

/** Of all posters together, bytes. */
const mostBytes = 50 * 1024 * 1024;
/** What is left of them (bytes) when the least recently used are removed: not each further one needs a listing of the folder. */
const leftBytes = 0.9 * mostBytes;
/** Number of posters after which the folder is listed anew: other windows write too. */
const listedEach = 20;
/** Of one, bytes: 256 pixels need a tenth of it. */
const mostPosterBytes = 256 * 1024;
/** A temporary file that is older (ms) is of a window that died. */
const temporaryLivesMs = 60 * 60_000;
/** One that was used within this time (ms) is not noted again: rows are drawn often. */
const usedAgainMs = 60 * 60_000;

interface Entry {
	readonly path: string;
	readonly size: number;
	/** When it was last used, ms since 1970. */
	readonly at: number;
}

/** Small pictures in a folder: `<sha256>.webp`. Its modification time is when one was last used. Entry point of dist/posters.js. */
export class DiskPosters {
	readonly #folder: string;
	readonly #pathOf: (sha256: string) => string;
	readonly #used = new Map<string, number>();
	/** Bytes at the last listing and written since; undefined: it is to be listed. */
	#total: number | undefined;
	#written = 0;
	/** Posters are written one after the other, so that they stay within the limit together. */
	#last: Promise<unknown> = Promise.resolve();

	/** @param folder absolute @param pathOf throws if that is no digest: it becomes the name of a file */
	constructor(folder: string, pathOf: (sha256: string) => string) {
		this.#folder = folder;
		this.#pathOf = pathOf;
	}

	put(sha256: string, bytes: Uint8Array): Promise<readonly string[]> {
		const path = this.#pathOf(sha256);
		if (bytes.length > mostPosterBytes || !isPicture(bytes)) {
			return Promise.reject(new Error('That is no poster'));
		}
		return this.#next(async () => {
			await mkdir(this.#folder, { recursive: true });
			await replaceFile(path, bytes);
			this.#used.set(sha256, Date.now());
			this.#total = this.#written++ % listedEach === 0 || this.#total === undefined ? undefined : this.#total + bytes.length;
			return this.#total === undefined || this.#total > mostBytes ? await this.#removeLeastUsed(path) : [];
		});
	}

	use(sha256s: readonly string[]): void {
		const now = Date.now();
		for (const sha256 of sha256s) {
			const path = this.#pathOf(sha256);
			if ((this.#used.get(sha256) ?? -Infinity) <= now - usedAgainMs) {
				this.#used.set(sha256, now);
				// One that was removed meanwhile, or a folder that is not writable: it is drawn anew when it is needed.
				void utimes(path, now / 1000, now / 1000).catch(() => undefined);
			}
		}
	}

	async deleteEverything(): Promise<void> {
		await this.#next(() => rm(this.#folder, { recursive: true, force: true }));
		this.#used.clear();
	}

	#next<T>(work: () => Promise<T>): Promise<T> {
		const done = this.#last.then(work);
		this.#last = done.catch(() => undefined);
		return done;
	}

	/** Lists the posters, and removes those used longest ago if they are too many. Returns the digests of the removed ones. */
	async #removeLeastUsed(written: string): Promise<readonly string[]> {
		const entries = await this.#entries();
		let total = entries.reduce((sum, { size }) => sum + size, 0);
		const others = total > mostBytes ? entries.filter(({ path }) => path !== written).sort((a, b) => a.at - b.at) : [];
		const removed: string[] = [];
		for (const { path, size } of others) {
			if (total <= leftBytes) {
				break;
			}
			await rm(path, { force: true });
			total -= size;
			removed.push(basename(path, '.webp'));
		}
		this.#total = total;
		return removed;
	}

	/** The posters. Temporary files of windows that died are removed; other files are not ours. */
	async #entries(): Promise<readonly Entry[]> {
		const entries: Entry[] = [];
		for (const name of await readdir(this.#folder)) {
			const path = join(this.#folder, name);
			try {
				const { size, mtimeMs } = await stat(path);
				if (/^[0-9a-f]{64}\.webp$/.test(name)) {
					entries.push({ path, size, at: mtimeMs });
				} else if (name.endsWith('.tmp') && mtimeMs < Date.now() - temporaryLivesMs) {
					await rm(path, { force: true });
				}
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

/** WebP or PNG by its first bytes: what a page sends is not trusted. */
function isPicture(bytes: Uint8Array): boolean {
	const text = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
	return text.startsWith('\x89PNG\r\n\x1a\n') || (text.startsWith('RIFF') && text.endsWith('WEBP'));
}

/** Writes a file that is complete under its name; a power failure may lose it, which costs drawing it again. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
	const temporary = `${path}.${randomUUID()}.tmp`;
	try {
		const file = await open(temporary, 'wx', 0o600);
		try {
			await file.writeFile(bytes);
		} finally {
			await file.close();
		}
		await rename(temporary, path);
	} finally {
		await rm(temporary, { force: true });
	}
}
