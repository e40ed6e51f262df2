import { operationKey } from '../core/operation';
import type { Task, TaskKey } from '../core/task';
import type { TaskSearch } from '../tracking/ports/search';
import type { SqliteTaskTable } from './taskTable';

/** The search over all tasks. The contract: see `TaskSearch`. */
export class SqliteTaskSearch implements TaskSearch {
	readonly #tasks: SqliteTaskTable;

	constructor(tasks: SqliteTaskTable) {
		this.#tasks = tasks;
	}

	async find(text: string, limit: number, signal?: AbortSignal): Promise<readonly TaskKey[]> {
		const words = text.toLowerCase().split(/\s+/).filter(Boolean);
		const found: TaskKey[] = [];
		for (const list of ['active', 'finished'] as const) {
			for (const page of this.#tasks.keyPages(list)) {
				for (const key of page) {
					const task = this.#tasks.get(key);
					if (found.length < limit && task !== undefined && words.every((word) => textOf(task).includes(word))) {
						found.push(key);
					}
				}
				await new Promise<void>((resolve) => void setImmediate(resolve));
				signal?.throwIfAborted();
			}
		}
		return found;
	}
}

function textOf({ name, ref, status }: Task): string {
	return [name, ref.id, operationKey(ref), status, ref.origin].join('\n').toLowerCase();
}
