import type { KeyFlowParts, KeyFlows } from './keyFlows';

/** Asking for, checking and removing keys. Its code is loaded on first use. */
export class ApiKeyPrompts {
	readonly #parts: KeyFlowParts;

	constructor(parts: KeyFlowParts) {
		this.#parts = parts;
	}

	/** Asks for a key of the origin, or of the base URL's, and stores it. */
	async set(origin?: string): Promise<void> {
		await (await this.#load()).set(origin);
	}

	/** Asks for a key of the origin for a task that is about to be tracked, and stores it. Resolves to whether one was stored. */
	async setToTrack(origin: string): Promise<boolean> {
		return (await this.#load()).set(origin, true);
	}

	/** Shows whether the API accepts a stored key. */
	async check(): Promise<void> {
		await (await this.#load()).check();
	}

	/** Removes a stored key, once the person has confirmed it. */
	async remove(): Promise<void> {
		await (await this.#load()).remove();
	}

	async #load(): Promise<KeyFlows> {
		const { KeyFlows } = await import('./keyFlows');
		return new KeyFlows(this.#parts);
	}
}
