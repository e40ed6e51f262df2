// Creations with the least that a test must give.
import type { Creation, CreationId, CreationPlan } from '../../src/creation/creation';
import type { CreationChange, CreationStore, PlanOrder } from '../../src/creation/ports/creationStore';
import type { OriginOperation } from '../../src/core/task';
import { origin } from './makers';

/** Two units of videos. */
export const twoUnits = { unitKind: 'video', units: 2, dollars: 0.28 } as const;

export const textToVideo: OriginOperation = { origin, action: 'videos', action2: 'text2video' };

let nextId = 0;

interface Terms extends Partial<Omit<PlanOrder, 'details'>> {
	readonly details?: Partial<CreationPlan>;
	/** What the plan does not have. */
	readonly without?: 'externalId' | 'estimate';
}

/** An order of one take of `unit`, whose external ID is `unit-take`. */
export function order(unitKey: string, now: number, { details = {}, without, ...more }: Terms = {}): PlanOrder {
	return {
		operation: textToVideo,
		unitKey,
		count: 1,
		now,
		details: (take, salt) => ({
			id: `c${process.pid}-${++nextId}` as CreationId,
			...(without !== 'externalId' && { externalId: `${unitKey}${salt}-${take}` }),
			...(without !== 'estimate' && { estimate: twoUnits }),
			body: ['{"prompt":"A fox"}'],
			subject: { name: `fox ${take}`, prompt: 'A fox' },
			source: { uri: 'file:///requests/fox.kling.json', text: '{ "operation": "videos/text2video" }' },
			...details,
		}),
		...more,
	};
}

/** Plans, or fails the test. */
export async function planned(
	store: { readonly creations: CreationStore },
	...terms: Parameters<typeof order>
): Promise<readonly Creation[]> {
	const outcome = await store.creations.plan(order(...terms));
	if (outcome.kind !== 'planned') {
		throw new Error(`not planned: ${JSON.stringify(outcome)}`);
	}
	return outcome.creations;
}

/** Plans one, or fails the test. */
export async function plannedOne(store: { readonly creations: CreationStore }, ...terms: Parameters<typeof order>): Promise<Creation> {
	const [creation] = await planned(store, ...terms);
	if (creation === undefined) {
		throw new Error('none was planned');
	}
	return creation;
}

/** A change of a creation that is no longer `planned`. */
export function changeTo(state: Creation['state'], changedAt: number, more: Partial<CreationChange> = {}): CreationChange {
	return { state, changedAt, attempts: 1, searches: 0, ...more };
}

/** Claims a creation and records a change, or fails the test. */
export async function recorded(
	store: { readonly creations: CreationStore },
	{ id }: Pick<Creation, 'id'>,
	change: CreationChange,
): Promise<void> {
	const claim = await store.creations.claim(id, change.changedAt, change.changedAt + 8_000, `record ${id}`);
	if (claim === undefined || !(await store.creations.record(claim, change))) {
		throw new Error(`${id} is claimed`);
	}
}
