import { unreachable } from '../core/unreachable';
import type { LookOutcome } from './ports/kling';
import type { Pace } from './ports/requestSlots';

/**
 * What an answer says of the pace of looks; undefined when it says nothing: a server in trouble, or none at all, may be one that is asked too much.
 * @param dice a number in [0, 1)
 */
export function paceOf(outcome: LookOutcome, dice: number): Pace | undefined {
	if (outcome.ok) {
		return 'asUsual';
	}
	switch (outcome.error.kind) {
		case 'rateLimit':
		case 'concurrency':
			return { retryAfterMs: outcome.error.retryAfterMs, dice };
		case 'server':
		case 'unreachable':
		case 'malformed':
			return undefined;
		case 'auth':
		case 'quota':
		case 'forbidden':
		case 'notFound':
		case 'badRequest':
		case 'policy':
			return 'asUsual';
		default:
			return unreachable(outcome.error.kind);
	}
}
