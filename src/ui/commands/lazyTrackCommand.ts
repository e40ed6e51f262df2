import type { Disposable } from '../../core/emitter';
import type { PasteReader } from './pasteReader';
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
	 * @param text given by another command or extension; without it, the person is asked
	 * @throws UserError with the reason and its remedies; vscode.CancellationError when the person cancels
	 */
	async run(text: unknown): Promise<void> {
		const { PasteReader: Reader, trackTask } = await import('./track');
		if (this.#isDisposed) {
			return;
		}
		this.#reader ??= new Reader(this.#threadFile);
		await trackTask({ ...this.#parts, reader: this.#reader }, typeof text === 'string' ? text : undefined);
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#reader?.dispose();
	}
}
