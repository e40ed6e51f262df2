import type { ApiError } from '../../core/problem';
import type { TaskSnapshot, TaskRef } from '../../core/task';
import type { TaskIds } from '../../core/taskIds';

/** What one look brought. `body` is the answer as text (at most 4 MiB), for "show the raw answer"; absent when there was none. */
export type CheckOutcome =
	| { readonly ok: true; readonly snapshot: TaskSnapshot; readonly body: string }
	| { readonly ok: false; readonly error: ApiError; readonly body?: string };

/** Kling over HTTP. Never throws, except the signal's reason when aborted. */
export interface KlingApi {
	/** @param known what else the task is known by */
	query(ref: TaskRef, apiKey: string, signal: AbortSignal, known?: Omit<TaskIds, 'id'>): Promise<CheckOutcome>;
}

/** The keys, one per API origin. */
export interface ApiKeys {
	get(origin: string): Promise<string | undefined>;
}
