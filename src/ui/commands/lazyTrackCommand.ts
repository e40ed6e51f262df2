import type { Disposable } from '../../core/emitter';
import type { PasteReader } from './pasteReader';
import type { TrackParts } from './track/flow';

/** The Track command, whose code is loaded when it is first run: a fifth of all code reads what people paste. */
export class LazyTrackCommand implements Disposable {
	readonly #parts: Omit<TrackParts, 'reader'>;
	readonly #threadFile: string;
	#reader: PasteReader | undefined;
	#isDisposed = false;

	/** @param threadFile the program of the thread that reads long texts, absolute */
	constructor(parts: Omit<TrackParts, 'reader'>, threadFile: string) {
		this.#parts = parts;
		this.#threadFile = threadFile;
	}

	/**
	 * @param text given by another command or extension instead of being asked for
	 * @throws UserError with the reason and the way out; vscode.CancellationError when the person leaves
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
