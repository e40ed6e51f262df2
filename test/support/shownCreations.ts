// Creations, with the least that a test must give.
import assert from 'node:assert/strict';
import type { Creation, CreationId, CreationReason } from '../../src/creation/creation';
import type { CreationChange, CreationStore, PlanOrder } from '../../src/creation/ports/creationStore';
import { omitUndefined } from '../../src/core/omitUndefined';
import type { ApiError } from '../../src/core/problem';
import { origin } from './makers';

export const creationId = (id: string): CreationId => id as CreationId;

/** An error of an API, or of the way to it. */
export function apiError(kind: ApiError['kind'], message: string, more: Partial<ApiError> = {}): ApiError {
	return { kind, message, retryable: false, ...more };
}

/** A creation of a text-to-video; it was planned at 0. */
export function creation(more: Partial<Creation> = {}): Creation {
	return {
		id: creationId('c1'),
		operation: { origin, action: 'videos', action2: 'text2video' },
		externalId: 'kt-abcdefghijklmnopqrstuvwxyz',
		unitKey: 'unit',
		take: 1,
		body: ['{"prompt":"A fox"}'],
		estimate: { unitKind: 'video', units: 4, dollars: 0.56 },
		subject: { name: 'Fox', prompt: 'A fox in the snow', model: 'kling-v3', mode: 'std', seconds: 5 },
		source: { uri: 'file:///films/fox%20one.kling.json', text: '{}' },
		plannedAt: 0,
		keyCounter: 0,
		state: 'planned',
		attempts: 0,
		searches: 0,
		changedAt: 0,
		// One that was just planned is due.
		...(more.state === undefined && { nextAt: 0 }),
		...more,
	};
}

/** How a creation is to stand in a journal. */
export interface Standing {
	readonly state: Creation['state'];
	readonly reason?: CreationReason;
	readonly nextAt?: number;
	readonly sentAt?: number;
}

/** Plans a creation in a journal and records how it stands. @param now ms since 1970 */
export async function addCreation(
	store: CreationStore,
	id: string,
	now: number,
	standing: Standing = { state: 'planned' },
	more: Partial<Pick<Creation, 'operation' | 'unitKey' | 'subject' | 'source' | 'externalId'>> = {},
): Promise<CreationId> {
	const made = creation({ id: creationId(id), externalId: `kt-${id}`, unitKey: `unit ${id}`, ...more });
	const { body, estimate, subject, source, externalId, operation, unitKey } = made;
	const order: PlanOrder = {
		operation,
		unitKey,
		count: 1,
		now,
		details: () => omitUndefined({ id: made.id, externalId, body, estimate, subject, source }),
	};
	assert.equal((await store.plan(order)).kind, 'planned');
	if (standing.state !== 'planned' || standing.reason !== undefined) {
		await setStanding(store, made.id, now, standing);
	}
	return made.id;
}

/** Records how a creation stands, as a window does that has claimed it. */
export async function setStanding(store: CreationStore, id: CreationId, now: number, standing: Standing): Promise<void> {
	const claim = await store.claim(id, now, now + 1_000, `claim ${id} ${now}`);
	assert.ok(claim, 'the creation is claimed');
	const change: CreationChange = { attempts: 1, searches: 0, changedAt: now, ...standing };
	assert.ok(await store.record(claim, change));
}
