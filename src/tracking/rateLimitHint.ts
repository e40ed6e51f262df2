import type { ApiError } from '../core/problem';
import { apiErrorTraits } from '../core/problemTraits';
import type { CheckOutcome, ListOutcome } from './ports/kling';
import type { RateLimitHint } from './ports/requestSlots';

/**
 * What a response says about the rate limit; undefined when it says nothing: a server error, or no response, may itself be caused by too
 * many requests.
 * @param random a number in [0, 1)
 */
export function rateLimitHintOf(outcome: CheckOutcome | ListOutcome, random: number): RateLimitHint | undefined {
	if (outcome.ok) {
		return 'normal';
	}
	return rateLimitHintOfError(outcome.error, random);
}

/** The same of an error. */
export function rateLimitHintOfError({ kind, retryAfterMs }: ApiError, random: number): RateLimitHint | undefined {
	switch (apiErrorTraits[kind].rateLimitHint) {
		case 'slowDown':
			return { retryAfterMs, random };
		case 'normal':
			return 'normal';
		case 'unsaid':
			return undefined;
	}
}
