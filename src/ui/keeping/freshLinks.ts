import type { TaskKey } from '../../core/task';
import type { KeepingParts } from './keepingParts';
import type { ChosenResult } from './chosenResult';

/** New links in place of expired ones: each task is checked once, however many of its results need one. */
export class FreshLinks {
	readonly #parts: Pick<KeepingParts, 'store' | 'tracker'>;
	readonly #checked = new Map<TaskKey, Promise<unknown>>();

	constructor(parts: Pick<KeepingParts, 'store' | 'tracker'>) {
		this.#parts = parts;
	}

	/** The link of the same result after the check; undefined if it is not tracked or has none. */
	async of({ task, media }: ChosenResult): Promise<string | undefined> {
		const checked = this.#checked.get(task) ?? this.#parts.tracker.refresh([task]);
		this.#checked.set(task, checked);
		await checked;
		return this.#parts.store.tasks.get(task)?.results[media]?.url;
	}
}
