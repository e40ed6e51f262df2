import type { FileHandle } from 'node:fs/promises';
import { asFileProblem, onDisk, type FileProblem } from './fileProblem';

/** How many bytes may wait for the disk. As many again are being written. */
const mostWaiting = 1024 * 1024;
/** How many bytes are written before the disk is asked to store them, so that little is left for the end. */
const syncEvery = 32 * 1024 * 1024;

/** Gets the chunks in their order, once they are written. */
export type OnWritten = (chunks: readonly Uint8Array[]) => void;

/**
 * Writes a stream to a file. While one write runs, the chunks that arrive are gathered for the next one: a write for each chunk would leave
 * the network waiting for the disk most of the time. Who waits when it is asked to needs constant memory.
 */
export class FileWriter {
	readonly #file: FileHandle;
	readonly #onWritten: OnWritten | undefined;
	#position: number;
	#waiting: Uint8Array[] = [];
	#waitingBytes = 0;
	/** The batch that is being written. It never rejects: what fails is thrown by the next call. */
	#batch: Promise<void> | undefined;
	#unsynced = 0;
	#syncing: Promise<void> | undefined;
	#failure: FileProblem | undefined;

	/**
	 * @param file open for writing; it belongs to this writer from now on
	 * @param position of the first byte
	 * @param onWritten may empty the chunks
	 */
	constructor(file: FileHandle, position = 0, onWritten?: OnWritten) {
		this.#file = file;
		this.#onWritten = onWritten;
		this.#position = position;
	}

	/**
	 * Takes over a chunk; its bytes must not change any more.
	 * @returns what to wait for before the next chunk; undefined while the disk keeps up
	 * @throws FileProblem, of this or of an earlier chunk; the promise rejects with it too
	 */
	add(chunk: Uint8Array): Promise<void> | undefined {
		this.#throwFailure();
		this.#waiting.push(chunk);
		this.#waitingBytes += chunk.length;
		this.#batch ??= this.#writeBatch();
		// When this batch is written, the next one takes everything that waits.
		return this.#waitingBytes < mostWaiting ? undefined : this.#batch.then(() => this.#throwFailure());
	}

	/**
	 * The same, and waits if the disk does not keep up.
	 * @throws FileProblem
	 */
	async write(chunk: Uint8Array): Promise<void> {
		await this.add(chunk);
	}

	/**
	 * Resolves when everything is on the disk; closes the file.
	 * @throws FileProblem; the file is closed then too
	 */
	async finish(): Promise<void> {
		try {
			await this.#idle();
			this.#throwFailure();
			await onDisk(() => this.#file.sync());
		} finally {
			await this.close();
		}
	}

	/** Writes what still waits, unless a write has failed, and closes the file. Never rejects, and may be called again. */
	async close(): Promise<void> {
		await this.#idle();
		await this.#file.close().catch(() => undefined);
	}

	/** Closes the file without what still waits. Never rejects. */
	async discard(): Promise<void> {
		this.#waiting = [];
		this.#waitingBytes = 0;
		await this.close();
	}

	/** Waits until nothing uses the file. */
	async #idle(): Promise<void> {
		while (this.#batch !== undefined) {
			await this.#batch;
		}
		await this.#syncing;
	}

	async #writeBatch(): Promise<void> {
		const batch = this.#waiting;
		this.#waiting = [];
		this.#waitingBytes = 0;
		try {
			await this.#writeAll(batch);
			this.#onWritten?.(batch);
			this.#batch = this.#waiting.length > 0 ? this.#writeBatch() : undefined;
			this.#syncEarly();
		} catch (error) {
			this.#failure ??= asFileProblem(error);
			this.#batch = undefined;
		}
	}

	async #writeAll(chunks: readonly Uint8Array[]): Promise<void> {
		let left = chunks.filter(({ length }) => length > 0);
		while (left.length > 0) {
			const { bytesWritten } = await this.#file.writev(left, this.#position);
			if (bytesWritten === 0) {
				throw new Error('The system wrote nothing');
			}
			this.#position += bytesWritten;
			this.#unsynced += bytesWritten;
			// The system may write less than it was given, for example all that fits on the disk; the next call says why.
			left = withoutFirst(left, bytesWritten);
		}
	}

	#syncEarly(): void {
		if (this.#unsynced < syncEvery || this.#syncing !== undefined) {
			return;
		}
		this.#unsynced = 0;
		this.#syncing = this.#file.datasync().then(
			() => {
				this.#syncing = undefined;
			},
			(error: unknown) => {
				this.#failure ??= asFileProblem(error);
				this.#syncing = undefined;
			},
		);
	}

	#throwFailure(): void {
		if (this.#failure !== undefined) {
			throw this.#failure;
		}
	}
}

function withoutFirst(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
	const left: Uint8Array[] = [];
	let skipped = bytes;
	for (const chunk of chunks) {
		if (skipped < chunk.length) {
			left.push(chunk.subarray(skipped));
		}
		skipped = Math.max(0, skipped - chunk.length);
	}
	return left;
}
