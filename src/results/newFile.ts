import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { onDisk, unlessMissing } from './fileProblem';
import { FileWriter } from './fileWriter';

/**
 * Writes a file atomically: the bytes go to a hidden file in the same folder, are synced to disk, and only then replace the target. The old
 * file's mode is kept. A symbolic link is kept too: the file it leads to is replaced. Every method throws a FileProblem; then call
 * `discard`.
 */
export class NewFile {
	readonly #file: FileHandle;
	readonly #temporary: string;
	readonly #target: string;
	readonly #mode: number | undefined;
	readonly #writer: FileWriter;
	#stored: Promise<string> | undefined;

	private constructor(file: FileHandle, temporary: string, target: string, mode: number | undefined) {
		this.#file = file;
		this.#writer = new FileWriter(file);
		this.#temporary = temporary;
		this.#target = target;
		this.#mode = mode;
	}

	/** @param path absolute */
	static async create(path: string): Promise<NewFile> {
		return onDisk(async () => {
			const target = await behindLinks(path);
			const mode = (await unlessMissing(stat(target)))?.mode;
			// Shortened: a file name may have 255 bytes, and the target's name may use them all.
			const temporary = join(dirname(target), `.${basename(target).slice(0, 40)}.${randomUUID()}.part`);
			return new NewFile(await open(temporary, 'wx', mode === undefined ? 0o666 : mode & 0o777), temporary, target, mode);
		});
	}

	write(chunk: Uint8Array): Promise<void> {
		return this.#writer.write(chunk);
	}

	/** Stores everything on the disk. Returns the path of the hidden file, which can be read now. */
	store(): Promise<string> {
		this.#stored ??= onDisk(async () => {
			// Again: the mode at creation was reduced by the process's umask.
			if (this.#mode !== undefined) {
				await this.#file.chmod(this.#mode & 0o7777);
			}
			await this.#writer.finish();
			return this.#temporary;
		});
		return this.#stored;
	}

	/** Moves the file to its target. */
	async finish(): Promise<void> {
		const stored = await this.store();
		await onDisk(() => rename(stored, this.#target));
	}

	/** Removes the partial file. */
	discard(): Promise<void> {
		return onDisk(async () => {
			await this.#writer.discard();
			await rm(this.#temporary, { force: true });
		});
	}
}

/** The path behind symbolic links. The file at their end may be missing. */
async function behindLinks(path: string, links = 0): Promise<string> {
	const found = await unlessMissing(realpath(path));
	if (found !== undefined) {
		return found;
	}
	const isLink = (await unlessMissing(lstat(path)))?.isSymbolicLink() === true;
	// As many as Linux follows; `realpath` detects circles.
	return isLink && links < 40 ? behindLinks(resolve(dirname(path), await readlink(path)), links + 1) : path;
}
