import type { OperationPicker, OperationPickerParts } from './operationPicker';

/** Chooses and finds operations; the code is loaded on first use. */
export class LazyOperationPicker implements Pick<OperationPicker, 'pick' | 'findOrPick'> {
	readonly #parts: OperationPickerParts;
	#loaded: Promise<OperationPicker> | undefined;

	constructor(parts: OperationPickerParts) {
		this.#parts = parts;
	}

	/** See `OperationPicker.pick`. */
	async pick(...args: Parameters<OperationPicker['pick']>): ReturnType<OperationPicker['pick']> {
		return (await this.#load()).pick(...args);
	}

	/** See `OperationPicker.findOrPick`. */
	async findOrPick(...args: Parameters<OperationPicker['findOrPick']>): ReturnType<OperationPicker['findOrPick']> {
		return (await this.#load()).findOrPick(...args);
	}

	#load(): Promise<OperationPicker> {
		this.#loaded ??= import('./operationPicker').then(({ OperationPicker: Picker }) => new Picker(this.#parts));
		return this.#loaded;
	}
}
