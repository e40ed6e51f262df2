import type { ApiError, Problem } from '../core/problem';
import type { EngineParts } from './engineHost';
import { rateLimitHintOf } from './rateLimitHint';

/**
 * The result of a key check.
 * - `accepted`: the API accepts the key
 * - `rejected`: the API rejects it, and its origin is paused; `isNews`: the pause is new, so no notification was shown for it yet
 * - `unclear`: the API could not be reached, or its response says nothing about the key
 * - `replaced`: the key was replaced or removed during the check, so the response is not about the stored key
 */
export type KeyCheckResult =
	| { readonly kind: 'accepted' }
	| { readonly kind: 'rejected'; readonly error: ApiError; readonly isNews: boolean }
	| { readonly kind: 'unclear'; readonly problem: Pick<Problem, 'kind' | 'message' | 'code'> }
	| { readonly kind: 'replaced' };

/** A well-formed task ID that no API issues. */
const impossibleId = 'kling-tasks-key-check';

/** Checks whether an API accepts a key by querying a task that cannot exist; free of charge. */
export class KeyCheck {
	readonly #parts: Pick<EngineParts, 'store' | 'api' | 'keys' | 'slots' | 'clock' | 'random'>;

	constructor(parts: Pick<EngineParts, 'store' | 'api' | 'keys' | 'slots' | 'clock' | 'random'>) {
		this.#parts = parts;
	}

	/**
	 * Checks a key, and pauses or resumes its origin accordingly.
	 * @param origin normalised base URL
	 * @param apiKey the key that is stored for the origin
	 */
	async check(origin: string, apiKey: string): Promise<KeyCheckResult> {
		const { store, api, keys, slots, clock, random } = this.#parts;
		const { signal } = new AbortController();
		const outcome = await slots.use(
			origin,
			() => api.query({ origin, action: 'videos', action2: 'text2video', id: impossibleId }, apiKey, signal),
			(response) => rateLimitHintOf(response, random()),
			signal,
		);
		if ((await keys.get(origin)) !== apiKey) {
			return { kind: 'replaced' };
		}
		if (outcome.ok || isUnknownTask(outcome.error)) {
			if (store.origins.paused().has(origin)) {
				await store.origins.noteKey(origin, true, clock.now(), false);
			}
			return { kind: 'accepted' };
		}
		const { error } = outcome;
		if (error.kind === 'auth') {
			return { kind: 'rejected', error, isNews: await store.origins.pause(origin, 'auth', clock.now()) };
		}
		// A "not found" that does not mention a task means a missing page: the base URL is wrong.
		return { kind: 'unclear', problem: error.kind === 'notFound' ? { kind: 'malformed' } : error };
	}
}

/** Whether the API searched for the task, and so accepted the key. */
function isUnknownTask({ kind, code, message }: ApiError): boolean {
	return kind === 'notFound' && /task/i.test(`${code ?? ''} ${message}`);
}
