import type { ApiError } from '../../core/problem';
import type { TaskSnapshot, TaskRef } from '../../core/task';
import type { TaskIds } from '../../core/taskIds';

/** What one request returned. `body` is the response as text (at most 4 MiB), for "show raw response"; absent when there was none. */
export type CheckOutcome =
	| { readonly ok: true; readonly snapshot: TaskSnapshot; readonly body: string }
	| { readonly ok: false; readonly error: ApiError; readonly body?: string };

/** Kling over HTTP. Never throws, except the signal's reason when aborted. */
export interface KlingApi {
	/** @param known other IDs of the task */
	query(ref: TaskRef, apiKey: string, signal: AbortSignal, known?: Omit<TaskIds, 'id'>): Promise<CheckOutcome>;
}

/** The API keys, one per origin. */
export interface ApiKeys {
	get(origin: string): Promise<string | undefined>;
}
