import type { Disposable } from '../core/emitter';
import { triedAbove } from '../core/listQuery';
import type { CheckRecorder } from './checkRecorder';
import type { EngineParts } from './engineHost';
import type { ListChecker } from './listChecker';
import type { TaskChecker } from './taskChecker';

/** The checker for list queries, loaded when many tasks are active for the first time. */
export class LazyListChecker implements Disposable {
	readonly #parts: EngineParts;
	readonly #recorder: CheckRecorder;
	readonly #checker: TaskChecker;
	#loaded: Promise<ListChecker | undefined> | undefined;
	readonly #closing = new AbortController();

	constructor(parts: EngineParts, recorder: CheckRecorder, checker: TaskChecker) {
		this.#parts = parts;
		this.#recorder = recorder;
		this.#checker = checker;
	}

	/** Undefined while there have been few active tasks since the window opened, when it is closed, or if loading failed. Never rejects. */
	async get(): Promise<ListChecker | undefined> {
		if (this.#loaded === undefined && this.#parts.store.tasks.counts().active <= triedAbove) {
			return undefined;
		}
		const checker = await (this.#loaded ??= this.#load());
		return this.#closing.signal.aborted ? undefined : checker;
	}

	async #load(): Promise<ListChecker | undefined> {
		try {
			const { ListChecker: Checker } = await import('./listChecker');
			return new Checker({
				...this.#parts,
				lists: await this.#parts.store.listQueries.load(),
				recorder: this.#recorder,
				checkClaimed: (claim) => this.#checker.checkClaimed(claim),
			});
		} catch (error) {
			this.#parts.log.error('Failed to load list queries', error);
			return undefined;
		}
	}

	/** See `ListChecker.close`. */
	async close(): Promise<void> {
		this.dispose();
		await (await this.#loaded)?.close();
	}

	dispose(): void {
		this.#closing.abort();
		void this.#loaded?.then((checker) => checker?.dispose());
	}
}
