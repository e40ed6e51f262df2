/**
 * A kept file that is fetched whole and played from memory. The editor's service worker (VS Code 1.105: `pre/service-worker.js`) responds to any
 * range with the whole file, and says that it begins at 0, so that a browser gives up a video in which it seeks.
 */
export class FileInMemory {
	readonly #abort = new AbortController();
	#address: string | undefined;
	#waiting: (() => void) | undefined;

	/**
	 * @param loaded gets an address that is valid until `release`
	 * @param failed the file could not be fetched
	 */
	constructor(url: string, loaded: (address: string) => void, failed: () => void) {
		this.#load(url).then(
			(address) => {
				if (address === undefined) {
					return;
				}
				loaded(address);
				this.#waiting?.();
			},
			() => {
				if (!this.#abort.signal.aborted) {
					failed();
				}
			},
		);
	}

	get isLoading(): boolean {
		return this.#address === undefined && !this.#abort.signal.aborted;
	}

	/** Calls the last one given when it has loaded; never if it is released or fails before. */
	whenLoaded(next: () => void): void {
		this.#waiting = next;
	}

	/** Frees the memory. */
	release(): void {
		this.#abort.abort();
		if (this.#address !== undefined) {
			URL.revokeObjectURL(this.#address);
		}
		this.#address = undefined;
	}

	/** Undefined if it was released meanwhile. */
	async #load(url: string): Promise<string | undefined> {
		const { signal } = this.#abort;
		// What is asked for as a range is not copied to the editor's cache.
		const response = await fetch(url, { headers: { range: 'bytes=0-' }, signal });
		if (!response.ok) {
			throw new Error(`Status ${response.status}`);
		}
		const blob = await response.blob();
		if (signal.aborted) {
			return undefined;
		}
		this.#address = URL.createObjectURL(blob);
		return this.#address;
	}
}
