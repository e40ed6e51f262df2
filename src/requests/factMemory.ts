/**
 * What was found out about files, by their versions (`FileStat.version`): the last ones that were found. Two checks at the same time read a
 * file once. A refusal is not remembered: it is not of the file's content.
 */
export class FactMemory<T extends { readonly kind: string }> {
	readonly #most: number;
	readonly #known = new Map<string, T>();
	readonly #pending = new Map<string, Promise<T>>();

	/** @param most how many are remembered */
	constructor(most: number) {
		this.#most = most;
	}

	/** What was found out about this version; undefined: nothing yet. */
	recall(version: string): T | undefined {
		return this.#known.get(version);
	}

	/**
	 * What is remembered of this version, otherwise what `read` finds out. Waits for another call that is reading it already; if that fails,
	 * because it was aborted, `read` is called.
	 * @throws what `read` throws
	 */
	async find(version: string, read: () => Promise<T>): Promise<T> {
		for (let pending = this.#pending.get(version); pending !== undefined; pending = this.#pending.get(version)) {
			const found = await pending.catch(() => undefined);
			if (found !== undefined) {
				return found;
			}
		}
		return this.#known.get(version) ?? this.#read(version, read);
	}

	async #read(version: string, read: () => Promise<T>): Promise<T> {
		const reading = read();
		this.#pending.set(version, reading);
		try {
			const found = await reading;
			if (found.kind !== 'refused') {
				this.#remember(version, found);
			}
			return found;
		} finally {
			this.#pending.delete(version);
		}
	}

	#remember(version: string, found: T): void {
		this.#known.set(version, found);
		const [oldest] = this.#known.keys();
		if (this.#known.size > this.#most && oldest !== undefined) {
			this.#known.delete(oldest);
		}
	}
}
