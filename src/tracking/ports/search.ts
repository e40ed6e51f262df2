import type { TaskKey, TaskStatus } from '../../core/task';

/** Finds tasks by what people remember of them. */
export interface TaskSearch {
	/** Keys of tasks that match every word (name, prompt, ID, operation, status, API), best first, at most `limit`. Rejects when `signal` is aborted. */
	find(text: string, limit: number, signal?: AbortSignal): Promise<readonly TaskKey[]>;
}

/** The words that people see in rows, in their language; the API's own words are found besides. Plain data: it goes to a thread. */
export interface SearchWords {
	/** By operation key: `videos/text2video` → "Text to Video". */
	readonly operations: Readonly<Record<string, string>>;
	readonly statuses: Readonly<Partial<Record<TaskStatus, string>>>;
}
