import type { ApiError, Problem } from '../core/problem';
import type { EngineParts } from './engineHost';
import { rateLimitHintOf } from './rateLimitHint';

/**
 * What an API says of a key.
 * - `accepted`: it takes it
 * - `rejected`: it does not, which pauses its origin; `isNews`: no check of a task has found that out before
 * - `unclear`: it could not be asked, or did not say
 * - `replaced`: the key was replaced or removed meanwhile, so the response says nothing of the one that is stored
 */
export type KeyCheckResult =
	| { readonly kind: 'accepted' }
	| { readonly kind: 'rejected'; readonly error: ApiError; readonly isNews: boolean }
	| { readonly kind: 'unclear'; readonly problem: Pick<Problem, 'kind' | 'message' | 'code'> }
	| { readonly kind: 'replaced' };

/** Well formed, and never given out: an ID of this product's own. */
const impossibleId = 'kling-tasks-key-check';

/** Finds out whether an API takes a key, by asking about a task that cannot exist; costs nothing. */
export class KeyCheck {
	readonly #parts: Pick<EngineParts, 'store' | 'api' | 'keys' | 'slots' | 'clock' | 'random'>;

	constructor(parts: Pick<EngineParts, 'store' | 'api' | 'keys' | 'slots' | 'clock' | 'random'>) {
		this.#parts = parts;
	}

	/**
	 * Asks an API about a key, and pauses or resumes the checks of its tasks by the response.
	 * @param origin normalised base URL
	 * @param apiKey the one that is stored for it
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
				await store.origins.noteKey(origin, true, clock.now());
			}
			return { kind: 'accepted' };
		}
		const { error } = outcome;
		if (error.kind === 'auth') {
			return { kind: 'rejected', error, isNews: await store.origins.pause(origin, 'auth', clock.now()) };
		}
		// A "not found" that speaks of no task is a page that does not exist: a wrong base URL.
		return { kind: 'unclear', problem: error.kind === 'notFound' ? { kind: 'malformed' } : error };
	}
}

/** Whether the API looked for the task, and so took the key. */
function isUnknownTask({ kind, code, message }: ApiError): boolean {
	return kind === 'notFound' && /task/i.test(`${code ?? ''} ${message}`);
}
