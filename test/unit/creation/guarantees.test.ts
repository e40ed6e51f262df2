import assert from 'node:assert/strict';
import type { AcceptedCreate, Evidence, JournalEntry, Post } from '../../support/creations/creationGuarantees';
import { brokenGuarantees } from '../../support/creations/creationGuarantees';

const accept = (more: Partial<AcceptedCreate> = {}): AcceptedCreate => ({ mode: 'honoured', taskId: 't1', externalId: 'kt-1', ...more });
const post = (at: number, outcome: string | undefined): Post => ({ externalId: 'kt-1', at, outcome });
const entry = (more: Partial<JournalEntry> = {}): JournalEntry => ({
	mode: 'honoured',
	installation: 0,
	externalId: 'kt-1',
	unitKey: 'u1',
	take: 1,
	state: 'accepted',
	isDue: false,
	taskId: 't1',
	...more,
});
const good: Evidence = { accepted: [accept()], posts: [post(1, 'accepted')], journal: [entry()], tracked: new Set(['t1']) };

describe('the guarantees of a run of creates', () => {
	const cases: readonly (readonly [string, Partial<Evidence>, readonly string[]])[] = [
		['everything is as it should be', {}, []],
		['a second create was accepted', { accepted: [accept(), accept()] }, ['honoured kt-1 was accepted 2 times']],
		['it was sent again after an API that was busy', { posts: [post(1, 'busy'), post(2, 'notSent'), post(3, 'accepted')] }, []],
		[
			'it was sent again after a lost response',
			{ posts: [post(2, 'accepted'), post(1, 'uncertain')] },
			['kt-1 was sent again after uncertain'],
		],
		['it was sent again after a kill', { posts: [post(1, undefined), post(2, 'accepted')] }, ['kt-1 was sent again after a kill']],
		[
			'its take was given twice',
			{ journal: [entry(), entry({ externalId: 'kt-2', state: 'absent', taskId: undefined })] },
			['the take honoured 0 u1 1 was given twice'],
		],
		[
			'another installation has the same take',
			{ journal: [entry(), entry({ installation: 1, externalId: 'kt-2', state: 'absent', taskId: undefined })] },
			[],
		],
		[
			'another creation has adopted its task',
			{ accepted: [accept(), accept({ externalId: 'kt-2', taskId: 't2' })], journal: [entry(), entry({ externalId: 'kt-2', take: 2 })] },
			['two creations have the task honoured t1', 'honoured kt-2 has another task or none'],
		],
		['the journal does not have it', { journal: [] }, ['honoured kt-1 was accepted and is not in the journal']],
		['its task is not in the list', { tracked: new Set() }, ['honoured kt-1 has another task or none']],
		[
			'it was accepted, and is absent',
			{ journal: [entry({ state: 'absent', taskId: undefined })] },
			['honoured kt-1 was accepted and is absent'],
		],
		[
			'it was accepted, and not found where it can be',
			{ journal: [entry({ state: 'uncertain', taskId: undefined })] },
			['honoured kt-1 was accepted and is uncertain'],
		],
		[
			'it was accepted, and cannot be found',
			{ accepted: [accept({ mode: 'ignored' })], journal: [entry({ mode: 'ignored', state: 'uncertain', taskId: undefined })] },
			[],
		],
		[
			'it is said to be absent where that cannot be known',
			{ accepted: [], journal: [entry({ mode: 'stripped', state: 'absent', taskId: undefined })] },
			['stripped kt-1 must not end as absent'],
		],
		[
			'it has not settled',
			{ accepted: [], journal: [entry({ state: 'uncertain', isDue: true, taskId: undefined })] },
			['honoured kt-1 has not settled: it is uncertain'],
		],
		['it has a task that the API does not have', { accepted: [] }, ['honoured kt-1 is accepted, and the API knows nothing of it']],
	];
	for (const [what, more, broken] of cases) {
		it(what, () => assert.deepEqual(brokenGuarantees({ ...good, ...more }), broken));
	}
});
