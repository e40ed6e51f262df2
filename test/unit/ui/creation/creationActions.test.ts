import assert from 'node:assert/strict';
import type { Creation } from '../../../../src/creation/creation';
import { actionsOf, creationNeedsPerson, type CreationAction } from '../../../../src/ui/creation/creationActions';
import { creation } from '../../../support/shownCreations';

interface Row {
	readonly what: string;
	readonly of: Partial<Creation>;
	readonly actions: readonly CreationAction[];
	readonly needsPerson: boolean;
}

const rows: readonly Row[] = [
	{ what: 'planned', of: {}, actions: ['cancel'], needsPerson: false },
	{ what: 'planned long ago', of: { state: 'planned', reason: { kind: 'late' } }, actions: ['confirm', 'cancel'], needsPerson: true },
	{
		what: 'planned, without a key',
		of: { state: 'planned', reason: { kind: 'noKey' }, nextAt: 5_000 },
		actions: ['cancel'],
		needsPerson: true,
	},
	{
		what: 'planned, not sent',
		of: { state: 'planned', reason: { kind: 'notSent' }, nextAt: 5_000 },
		actions: ['cancel'],
		needsPerson: false,
	},
	{
		what: 'planned, not sent, and not tried again by itself',
		of: { state: 'planned', reason: { kind: 'notSent' } },
		actions: ['confirm', 'cancel'],
		needsPerson: true,
	},
	{ what: 'sending', of: { state: 'sending' }, actions: [], needsPerson: false },
	{ what: 'waiting', of: { state: 'waiting', reason: { kind: 'busy' }, nextAt: 5_000 }, actions: ['cancel'], needsPerson: false },
	{ what: 'rejected', of: { state: 'rejected', reason: { kind: 'rejected' } }, actions: ['remove'], needsPerson: true },
	{
		what: 'uncertain',
		of: { state: 'uncertain', reason: { kind: 'lost' } },
		actions: ['search', 'enterId', 'sendAgain', 'leaveOpen'],
		needsPerson: true,
	},
	{
		what: 'uncertain, of an operation without external IDs',
		of: { state: 'uncertain', reason: { kind: 'lost' }, operation: { origin: 'https://a.example', action: 'audio', action2: 'tts' } },
		actions: ['enterId', 'sendAgain', 'leaveOpen'],
		needsPerson: true,
	},
	{
		what: 'uncertain, where the API has a task with its external ID',
		of: { state: 'uncertain', reason: { kind: 'exists', otherTaskId: '77' } },
		actions: ['trackFound', 'search', 'enterId', 'leaveOpen'],
		needsPerson: true,
	},
	{
		what: 'uncertain, where the API has such a task and does not show it',
		of: { state: 'uncertain', reason: { kind: 'exists' } },
		actions: ['search', 'enterId', 'leaveOpen'],
		needsPerson: true,
	},
	{
		what: 'absent',
		of: { state: 'absent', reason: { kind: 'lost' } },
		actions: ['sendAgain', 'search', 'enterId', 'remove'],
		needsPerson: true,
	},
	{ what: 'accepted', of: { state: 'accepted' }, actions: [], needsPerson: false },
	{ what: 'left open', of: { state: 'leftOpen' }, actions: ['search', 'enterId', 'remove'], needsPerson: false },
];

describe('what a person can do about a creation', () => {
	for (const { what, of, actions, needsPerson } of rows) {
		it(`that is ${what}`, () => {
			const { externalId, ...bare } = creation(of);
			const one: Creation = what.includes('without external IDs') ? bare : { ...bare, ...(externalId !== undefined && { externalId }) };
			assert.deepEqual(actionsOf(one), actions);
			assert.equal(creationNeedsPerson(one), needsPerson);
		});
	}

	it('never includes sending what is being sent, or cancelling what was', () => {
		for (const state of ['sending', 'accepted', 'uncertain', 'absent', 'rejected', 'leftOpen'] as const) {
			assert.equal(actionsOf(creation({ state })).includes('cancel'), false, state);
		}
		for (const state of ['planned', 'waiting', 'sending', 'accepted'] as const) {
			assert.equal(actionsOf(creation({ state })).includes('sendAgain'), false, state);
		}
	});
});
