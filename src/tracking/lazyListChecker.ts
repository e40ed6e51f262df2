import type { Disposable } from '../core/emitter';
import { triedAbove } from '../core/listQuery';
import type { CheckRecorder } from './checkRecorder';
import type { EngineParts } from './engineHost';
import type { ListChecker } from './listChecker';

/** The checker for list queries, loaded when many tasks are active for the first time. */
export class LazyListChecker implements Disposable {
	readonly #parts: EngineParts;
	readonly #recorder: CheckRecorder;
	#loaded: Promise<ListChecker> | undefined;
	#closed = false;

	constructor(parts: EngineParts, recorder: CheckRecorder) {
		this.#parts = parts;
		this.#recorder = recorder;
	}

	/** Undefined while there have been few active tasks since the window opened, or when it is closed. */
	async get(): Promise<ListChecker | undefined> {
		if (this.#closed || (this.#loaded === undefined && this.#parts.store.tasks.counts().active <= triedAbove)) {
			return undefined;
		}
		this.#loaded ??= this.#load();
		const checker = await this.#loaded;
		return this.#closed ? undefined : checker;
	}

	async #load(): Promise<ListChecker> {
		const { ListChecker: Checker } = await import('./listChecker');
		return new Checker({ ...this.#parts, lists: await this.#parts.store.listQueries.load(), recorder: this.#recorder });
	}

	/** See `ListChecker.close`. */
	async close(): Promise<void> {
		this.#closed = true;
		await (await this.#loaded)?.close();
	}

	dispose(): void {
		this.#closed = true;
		void this.#loaded?.then((checker) => checker.dispose());
	}
}
