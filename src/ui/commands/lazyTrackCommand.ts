import type { Disposable } from '../../core/emitter';
import type { PasteReader } from './pasteReader';
import type * as Track from './track';
import type { TrackParts } from './track/flow';

/** The Track command. Its code is loaded on first use: the paste reader is a fifth of all code. */
export class LazyTrackCommand implements Disposable {
	readonly #parts: Omit<TrackParts, 'reader'>;
	readonly #threadFile: string;
	#reader: PasteReader | undefined;
	#isDisposed = false;

	/** @param threadFile absolute path of the worker that reads long texts */
	constructor(parts: Omit<TrackParts, 'reader'>, threadFile: string) {
		this.#parts = parts;
		this.#threadFile = threadFile;
	}

	/**
	 * **Track Kling task**.
	 * @param text given by another command or extension; without it, the person is asked
	 * @throws UserError with the reason and its remedies; vscode.CancellationError when the person cancels
	 */
	async run(text: unknown): Promise<void> {
		await this.#with(({ trackTask }, parts) => trackTask(parts, typeof text === 'string' ? text : undefined));
	}

	/** **Track Kling Tasks in Selection**. Throws as `run` does. */
	async runOnSelection(): Promise<void> {
		await this.#with(({ trackSelection }, parts) => trackSelection(parts));
	}

	/** **Track Kling Tasks in File**; `args` as the editor passes them. Throws as `run` does. */
	async runOnFiles(args: readonly unknown[]): Promise<void> {
		await this.#with(({ trackFiles }, parts) => trackFiles(parts, args));
	}

	async #with(work: (code: typeof Track, parts: TrackParts) => Promise<void>): Promise<void> {
		const code = await import('./track');
		if (this.#isDisposed) {
			return;
		}
		this.#reader ??= new code.PasteReader(this.#threadFile);
		await work(code, { ...this.#parts, reader: this.#reader });
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#reader?.dispose();
	}
}
