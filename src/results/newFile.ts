import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { onDisk, unlessMissing } from './fileProblem';
import { FileWriter, type OnWritten } from './fileWriter';

/**
 * Writes a file atomically: the bytes go to a hidden file in the same folder, are synced to disk, and only then replace the target. The old
 * file's mode is kept. A symbolic link is kept too: the file it leads to is replaced. Every method throws a FileProblem; then call
 * `discard`.
 */
export class NewFile {
	/** Absolute path of the hidden file. It can be read once it is stored. */
	readonly path: string;
	readonly #file: FileHandle;
	readonly #target: string;
	readonly #mode: number | undefined;
	readonly #writer: FileWriter;
	#stored: Promise<void> | undefined;

	private constructor(file: FileHandle, path: string, target: string, mode: number | undefined, onWritten?: OnWritten) {
		this.path = path;
		this.#file = file;
		this.#writer = new FileWriter(file, 0, onWritten);
		this.#target = target;
		this.#mode = mode;
	}

	/**
	 * @param path absolute
	 * @param onWritten see `FileWriter`
	 */
	static async create(path: string, onWritten?: OnWritten): Promise<NewFile> {
		return onDisk(async () => {
			const target = await behindLinks(path);
			const mode = (await unlessMissing(stat(target)))?.mode;
			// Shortened: a file name may have 255 bytes, and the target's name may use them all.
			const temporary = join(dirname(target), `.${basename(target).slice(0, 40)}.${randomUUID()}.part`);
			const file = await open(temporary, 'wx', mode === undefined ? 0o666 : mode & 0o777);
			return new NewFile(file, temporary, target, mode, onWritten);
		});
	}

	/** See `FileWriter.add`. */
	add(chunk: Uint8Array): Promise<void> | undefined {
		return this.#writer.add(chunk);
	}

	/** See `FileWriter.write`. */
	write(chunk: Uint8Array): Promise<void> {
		return this.#writer.write(chunk);
	}

	/** Stores everything on the disk. */
	store(): Promise<void> {
		this.#stored ??= onDisk(async () => {
			// Again: the mode at creation was reduced by the process's umask.
			if (this.#mode !== undefined) {
				await this.#file.chmod(this.#mode & 0o7777);
			}
			await this.#writer.finish();
		});
		return this.#stored;
	}

	/** Moves the file to its target. */
	async finish(): Promise<void> {
		await this.store();
		await onDisk(() => rename(this.path, this.#target));
	}

	/** Removes the partial file. */
	discard(): Promise<void> {
		return onDisk(async () => {
			await this.#writer.discard();
			await rm(this.path, { force: true });
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
