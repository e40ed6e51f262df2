import { withoutCredentials } from '../../core/credentials';
import { errorMessage } from '../../core/errorMessage';
import type { ApiError } from '../../core/problem';
import type { OriginOperation, TaskSnapshot, TaskRef } from '../../core/task';
import type { TaskIds } from '../../core/taskIds';
import type { Log } from './host';

/** What one request returned. `body` is the response as text (at most 4 MiB), for "show raw response"; absent when there was none. */
export type CheckOutcome =
	| { readonly ok: true; readonly snapshot: TaskSnapshot; readonly body: string }
	| { readonly ok: false; readonly error: ApiError; readonly body?: string };

/** A response that shows the task. */
export type ShownOutcome = Extract<CheckOutcome, { readonly ok: true }>;

/** Which tasks to find in an operation's list, and how much of it to request. */
export interface ListQuestion {
	readonly operation: OriginOperation;
	readonly tasks: readonly TaskIds[];
	/** How many of the newest tasks. */
	readonly pageSize: number;
}

/**
 * What one list query returned. `shown` has one element per task of the question, in its order: what a response of that item alone would
 * say, or undefined if the list does not show the task, shows it more than once, or says anything but a status of it. A list is never an
 * error of a task.
 */
export type ListOutcome =
	| {
			readonly ok: true;
			readonly shown: readonly (ShownOutcome | undefined)[];
			/** How many items the list has. */
			readonly length: number;
			/** The position of the last item that is shown, from 1; 0 if none is. */
			readonly depth: number;
	  }
	| { readonly ok: false; readonly error: ApiError };

/** Kling over HTTP. Never throws, except the signal's reason when aborted. */
export interface KlingApi {
	/** @param known other IDs of the task */
	query(ref: TaskRef, apiKey: string, signal: AbortSignal, known?: Omit<TaskIds, 'id'>): Promise<CheckOutcome>;
	/** The newest tasks of an operation, in one request. */
	list(question: ListQuestion, apiKey: string, signal: AbortSignal): Promise<ListOutcome>;
}

/** The API keys, one per origin. */
export interface ApiKeys {
	get(origin: string): Promise<string | undefined>;
}

/** The key of an origin; undefined if there is none, or if it could not be read, which is logged. */
export async function keyOf(origin: string, { keys, log }: { readonly keys: ApiKeys; readonly log: Log }): Promise<string | undefined> {
	try {
		return await keys.get(origin);
	} catch (error) {
		log.warn(`Failed to read an API key: ${withoutCredentials(errorMessage(error))}`);
		return undefined;
	}
}
