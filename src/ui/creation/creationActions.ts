import type { Creation, CreationState } from '../../creation/creation';

/**
 * What a person can do about a creation.
 * - `search`: have Kling searched for its task now
 * - `enterId`: name its task
 * - `trackFound`: take the task that the API has under its external ID as its own
 * - `sendAgain`: send the same request with the same external ID once more
 * - `leaveOpen`: close it without knowing what became of it
 * - `confirm`: send one that is not sent by itself: it was planned long ago, or could not be sent as things were
 * - `cancel`: never send it; only while nothing was sent
 * - `remove`: take one that is over off the list
 */
export type CreationAction = 'search' | 'enterId' | 'trackFound' | 'sendAgain' | 'leaveOpen' | 'confirm' | 'cancel' | 'remove';

/** What is done about a creation in each state, if it applies. */
const actionsIn: Readonly<Record<CreationState, readonly CreationAction[]>> = {
	planned: ['confirm', 'cancel'],
	sending: [],
	waiting: ['cancel'],
	accepted: [],
	rejected: ['remove'],
	uncertain: ['trackFound', 'search', 'enterId', 'sendAgain', 'leaveOpen'],
	absent: ['trackFound', 'sendAgain', 'search', 'enterId', 'remove'],
	leftOpen: ['search', 'enterId', 'remove'],
};

/** What applies to a creation, in the order in which it is offered. */
export function actionsOf(creation: Creation): readonly CreationAction[] {
	return actionsIn[creation.state].filter((action) => applies(action, creation));
}

function applies(action: CreationAction, { externalId, reason, nextAt }: Creation): boolean {
	switch (action) {
		case 'search':
			// Without an external ID there is nothing to search by.
			return externalId !== undefined;
		case 'confirm':
			return nextAt === undefined;
		case 'trackFound':
			return reason?.kind === 'exists' && reason.otherTaskId !== undefined;
		case 'sendAgain':
			// The same external ID would be refused again.
			return reason?.kind !== 'exists';
		case 'enterId':
		case 'leaveOpen':
		case 'cancel':
		case 'remove':
			return true;
	}
}

/** Whether a creation goes on, or is understood, only with a person's help. */
export function creationNeedsPerson({ state, reason, nextAt }: Creation): boolean {
	switch (state) {
		case 'planned':
		case 'waiting':
			return nextAt === undefined || reason?.kind === 'noKey';
		case 'uncertain':
		case 'absent':
		case 'rejected':
			return true;
		case 'sending':
		case 'accepted':
		case 'leftOpen':
			return false;
	}
}
