/**
 * Finds out how the editor serves a kept file, for a video that is sought. VS Code 1.105 responds to any range with the whole file, as if it
 * began at 0 (its `pre/service-worker.js`): with every range that the browser requests it reads the file again, 150 MB in five seconds. There
 * the file is fetched once and played from memory; later editors send the range, and play it where it is.
 */
export class KeptFileLoader {
	readonly #abort = new AbortController();
	#blob: string | undefined;
	#isLoading = true;
	#waiting: (() => void) | undefined;

	/**
	 * @param loaded gets an address that is valid until `release`
	 * @param failed the file could not be read
	 */
	constructor(url: string, loaded: (address: string) => void, failed: () => void) {
		this.#load(url)
			.then((address) => {
				if (!this.#abort.signal.aborted) {
					this.#isLoading = false;
					loaded(address);
					this.#waiting?.();
				}
			})
			.catch(() => {
				if (!this.#abort.signal.aborted) {
					failed();
				}
			});
	}

	get isLoading(): boolean {
		return this.#isLoading;
	}

	/** Calls the last one given when it has loaded; never if it is released or fails before. */
	whenLoaded(next: () => void): void {
		this.#waiting = next;
	}

	/** Frees the memory. */
	release(): void {
		this.#abort.abort();
		if (this.#blob !== undefined) {
			URL.revokeObjectURL(this.#blob);
		}
	}

	async #load(url: string): Promise<string> {
		const { signal } = this.#abort;
		const blob = await requested(url, 'bytes=0-0', signal);
		if (blob.size <= 1 || signal.aborted) {
			return url;
		}
		this.#blob = URL.createObjectURL(blob);
		return this.#blob;
	}
}

/** A whole kept file. @throws if it cannot be read */
export function readKeptFile(url: string, signal: AbortSignal): Promise<Blob> {
	// What is requested as a range is not copied to the editor's cache.
	return requested(url, 'bytes=0-', signal);
}

async function requested(url: string, range: string, signal: AbortSignal): Promise<Blob> {
	const response = await fetch(url, { headers: { range }, signal });
	if (!response.ok) {
		throw new Error(`Status ${response.status}`);
	}
	return await response.blob();
}
