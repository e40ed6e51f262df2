import type { TaskKey } from '../core/task';
import type { TaskSearch } from '../tracking/ports/search';
import type { SearchParts, SqliteTaskSearch } from './search';
import { StoreError } from './storeError';

/** The search over all tasks; its code is loaded by the first one. */
export class LazyTaskSearch implements TaskSearch {
	readonly #parts: SearchParts;
	#loaded: Promise<SqliteTaskSearch> | undefined;
	#isClosed = false;

	constructor(parts: SearchParts) {
		this.#parts = parts;
	}

	async find(text: string, limit: number, signal?: AbortSignal): Promise<readonly TaskKey[]> {
		if (this.#isClosed) {
			throw new StoreError('disposed');
		}
		this.#loaded ??= import('./search').then(({ SqliteTaskSearch: Search }) => new Search(this.#parts));
		return (await this.#loaded).find(text, limit, signal);
	}

	/** Resolves when the search's thread has exited. Never rejects. */
	async close(): Promise<void> {
		this.#isClosed = true;
		// What could not be loaded has no thread.
		const search = await this.#loaded?.catch(() => undefined);
		await search?.close();
	}
}
