import type { RateLimitHint } from '../tracking/ports/requestSlots';
import { rateLimitHintOfError } from '../tracking/rateLimitHint';
import type { CreateOutcome, SearchOutcome } from './ports/createApi';

/**
 * What the response to a create says about the rate of requests. That the account has no free slot for another task says nothing about it:
 * polls go on as before.
 * @param random a number in [0, 1)
 */
export function sendHint(outcome: CreateOutcome, random: number): RateLimitHint | undefined {
	switch (outcome.kind) {
		case 'accepted':
		case 'exists':
		case 'rejected':
			return 'normal';
		case 'busy':
			return outcome.error.kind === 'rateLimit' ? { retryAfterMs: outcome.error.retryAfterMs, random } : undefined;
		case 'notSent':
		case 'uncertain':
			return undefined;
	}
}

/** Likewise of a search. */
export function searchHint(outcome: SearchOutcome, random: number): RateLimitHint | undefined {
	return outcome.kind === 'failed' ? rateLimitHintOfError(outcome.error, random) : 'normal';
}
