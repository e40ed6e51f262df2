import type { Media } from './media';
import type { EndedStatus, TaskStatus } from './task';
import { isEndedStatus } from './task';

/** What two sightings are compared by; a `Task` and a `Sighting` both have it. */
export interface Seen {
	readonly status: TaskStatus;
	readonly rawStatus?: string;
	readonly message?: string;
	/** 0 to 1. */
	readonly progress?: number;
	readonly results: readonly Media[];
}

/**
 * What changed between two sightings of a task.
 * - `started`: work on it began
 * - `progressed`: still active, and its status word, progress or message moved
 * - `ended`: for the first time
 * - `corrected`: it had ended, and a later look saw another end, other links or another reason
 * - `nothing`: the same, or an ended task seen active again or without the results it had (ended is final)
 */
export type Transition =
	| { readonly kind: 'nothing' }
	| { readonly kind: 'started' }
	| { readonly kind: 'progressed' }
	| { readonly kind: 'ended'; readonly status: EndedStatus }
	| { readonly kind: 'corrected'; readonly status: EndedStatus };

/** Names the change from `before` to `after`. */
export function transition(before: Seen, after: Seen): Transition {
	if (isEndedStatus(before.status)) {
		if (!isEndedStatus(after.status)) {
			return { kind: 'nothing' };
		}
		if (before.status === after.status) {
			if (before.results.length > 0 && after.results.length === 0) {
				return { kind: 'nothing' };
			}
			if (before.message === after.message && sameResults(before.results, after.results)) {
				return { kind: 'nothing' };
			}
		}
		return { kind: 'corrected', status: after.status };
	}
	if (isEndedStatus(after.status)) {
		return { kind: 'ended', status: after.status };
	}
	if (before.status === 'submitted' && after.status === 'processing') {
		return { kind: 'started' };
	}
	const same =
		before.status === after.status &&
		before.rawStatus === after.rawStatus &&
		before.message === after.message &&
		before.progress === after.progress;
	return same ? { kind: 'nothing' } : { kind: 'progressed' };
}

/** The rule for what deserves telling: a task that ended while it was watched, never a correction. */
export function deservesTelling(change: Transition): boolean {
	return change.kind === 'ended';
}

function sameResults(one: readonly Media[], other: readonly Media[]): boolean {
	return one.length === other.length && one.every((media, index) => media.url === other[index]?.url && media.kind === other[index].kind);
}
