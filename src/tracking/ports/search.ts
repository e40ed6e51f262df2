import type { TaskKey } from '../../core/task';

/** Finds tasks by what people remember of them. */
export interface TaskSearch {
	/** Keys of tasks that match every word (name, prompt, ID, operation, status, API), best first, at most `limit`. Rejects when `signal` is aborted. */
	find(text: string, limit: number, signal?: AbortSignal): Promise<readonly TaskKey[]>;
}
