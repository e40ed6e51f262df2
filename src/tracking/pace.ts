import { apiErrorTraits } from '../core/problemTraits';
import type { CheckOutcome } from './ports/kling';
import type { Pace } from './ports/requestSlots';

/**
 * What an answer says of the pace of looks; undefined when it says nothing: a server in trouble, or none at all, may be one that is asked too much.
 * @param dice a number in [0, 1)
 */
export function paceOf(outcome: CheckOutcome, dice: number): Pace | undefined {
	if (outcome.ok) {
		return 'asUsual';
	}
	switch (apiErrorTraits[outcome.error.kind].pace) {
		case 'slowDown':
			return { retryAfterMs: outcome.error.retryAfterMs, dice };
		case 'asUsual':
			return 'asUsual';
		case 'unsaid':
			return undefined;
	}
}
