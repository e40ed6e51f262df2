import { apiErrorTraits } from '../core/problemTraits';
import type { CheckOutcome } from './ports/kling';
import type { RateLimitHint } from './ports/requestSlots';

/**
 * What an answer says of the pace of looks; undefined when it says nothing: a server in trouble, or none at all, may be one that is asked too much.
 * @param random a number in [0, 1)
 */
export function rateLimitHintOf(outcome: CheckOutcome, random: number): RateLimitHint | undefined {
	if (outcome.ok) {
		return 'normal';
	}
	switch (apiErrorTraits[outcome.error.kind].rateLimitHint) {
		case 'slowDown':
			return { retryAfterMs: outcome.error.retryAfterMs, random };
		case 'normal':
			return 'normal';
		case 'unsaid':
			return undefined;
	}
}
