import type { ApiError } from '../../core/problem';
import type { OriginOperation, TaskSnapshot } from '../../core/task';

/** A create as it is sent. */
export interface CreateQuestion {
	readonly operation: OriginOperation;
	/** The body's length, bytes. */
	readonly length: number;
	/** The body in pieces, JSON in UTF-8; read once. */
	readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * What became of one POST, with its evidence (the table of creates in docs/creating.md).
 * - `notSent`: certainly no byte of the request was written
 * - `accepted`: a response names the task. `snapshot`: what it says of it, for operations that finish with the response
 * - `exists`: the API has a task with this external ID
 * - `busy`: it has no free slot; nothing was created
 * - `rejected`: it refused the request; `isFree`: with a code by which Kling charges nothing
 * - `uncertain`: everything else, `lost` without a response and `unreadable` with one
 *
 * `body` is the response as text (at most 4 MiB), without the key.
 */
export type CreateOutcome =
	| { readonly kind: 'notSent'; readonly error: ApiError }
	| { readonly kind: 'accepted'; readonly taskId: string; readonly snapshot?: TaskSnapshot; readonly body: string }
	| { readonly kind: 'exists'; readonly error: ApiError }
	| { readonly kind: 'busy'; readonly error: ApiError }
	| { readonly kind: 'rejected'; readonly error: ApiError; readonly isFree: boolean }
	| { readonly kind: 'uncertain'; readonly how: 'lost' | 'unreadable'; readonly error: ApiError };

/** A task that the API has under an external ID. */
export interface FoundTask {
	readonly taskId: string;
	/** The external ID that the response repeats, if it does. */
	readonly externalId?: string;
	/** The operation that the response itself names, as sent. */
	readonly action?: string;
	/** When the API created it, ms since 1970 on its clock. */
	readonly createdAt?: number;
	readonly snapshot: TaskSnapshot;
	readonly body: string;
}

/**
 * What one search for a task gave.
 * - `notFound`: the API says that it has no such task; evidence only where it is known to find tasks by external ID
 * - `failed`: nothing was found out
 */
export type SearchOutcome =
	| { readonly kind: 'found'; readonly task: FoundTask }
	| { readonly kind: 'notFound'; readonly error: ApiError }
	| { readonly kind: 'failed'; readonly error: ApiError };

/** Creating over HTTP. Never throws, except the signal's reason when aborted. Nothing is ever retried here. */
export interface CreateApi {
	/** One POST. Deadline: 120 s and the time of the body at 250 KB/s. Aborting after the first byte gives `uncertain`, never an exception. */
	create(question: CreateQuestion, apiKey: string, signal: AbortSignal): Promise<CreateOutcome>;
	/** `GET /kling/v1/{action}/{action2}/{external ID}`. */
	queryByExternalId(operation: OriginOperation, externalId: string, apiKey: string, signal: AbortSignal): Promise<SearchOutcome>;
	/** One page of the operation's list, for the task with this external ID; `notFound` if the list is there and does not show it. */
	findInList(operation: OriginOperation, externalId: string, apiKey: string, signal: AbortSignal): Promise<SearchOutcome>;
}
