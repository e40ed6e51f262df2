import type { Creation, CreationState } from '../../creation/creation';

/** What a person has to know first where takes of one Run stand differently. */
const urgency: Readonly<Record<CreationState, number>> = {
	uncertain: 0,
	absent: 1,
	rejected: 2,
	sending: 3,
	waiting: 4,
	planned: 5,
	accepted: 6,
	leftOpen: 7,
};

/** The one that a person has to know of first; of equals the first one. */
export function mostUrgent<C extends Pick<Creation, 'state'>>(creations: readonly C[]): C | undefined {
	return creations.toSorted((a, b) => urgency[a.state] - urgency[b.state])[0];
}
