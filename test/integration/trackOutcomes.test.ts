import assert from 'node:assert/strict';
import type { Problem } from '../../src/core/problem';
import type { Task } from '../../src/core/task';
import type { TrackOutcome } from '../../src/tracking/tracker';
import { showOutcome } from '../../src/ui/commands/track/outcomes';
import { key, ref, video } from '../support/makers';

describe('what the Track command says of several tasks', () => {
	const task = (id: string, status: 'submitted' | 'succeeded' | 'failed'): Task => {
		const facts = { key: key(id), ref: ref(id), trackedAt: 0, results: status === 'succeeded' ? [video] : [] };
		return status === 'submitted' ? { ...facts, status } : { ...facts, status, finishedAt: 1 };
	};
	const fresh = (id: string, status: 'submitted' | 'succeeded' | 'failed', isAnnounced = false): TrackOutcome => ({
		kind: 'updated',
		ref: ref(id),
		task: task(id, status),
		isAnnounced,
	});
	const known = (id: string): TrackOutcome => ({ kind: 'known', ref: ref(id), task: task(id, 'submitted') });

	for (const [text, outcomes] of [
		['Tracking 2 tasks.', [fresh('a', 'submitted'), fresh('b', 'submitted')]],
		['Tracking 3 tasks, 1 already ready, 1 already failed.', [fresh('a', 'submitted'), fresh('b', 'succeeded'), fresh('c', 'failed')]],
		['Tracking 2 tasks.', [fresh('a', 'submitted'), fresh('b', 'succeeded', true)]],
		['Added 1 task, 1 already failed, 2 already tracked.', [fresh('a', 'failed'), known('b'), known('c')]],
		['Added 2 tasks, 1 already tracked.', [fresh('a', 'submitted'), fresh('b', 'submitted'), known('c')]],
		['All 2 tasks are already tracked.', [known('a'), known('b')]],
	] as const) {
		it(text, async () => {
			const texts: string[] = [];
			await showOutcome(
				outcomes,
				() => Promise.resolve(),
				(_, shown) => {
					texts.push(shown);
					return Promise.resolve();
				},
			);
			assert.deepEqual(texts, [text]);
		});
	}
});

describe('what the Track command says of one task', () => {
	const messageFor = async (problem: Problem): Promise<readonly string[]> => {
		const task: Task = { key: key('a'), ref: ref('a'), trackedAt: 0, results: [], status: 'submitted', problem };
		const texts: string[] = [];
		await showOutcome(
			[{ kind: 'pending', ref: ref('a'), task, problem }],
			() => Promise.resolve(),
			(_, text, remedies) => {
				texts.push(text, ...(remedies ?? []).map(({ label }) => label));
				return Promise.resolve();
			},
		);
		return texts;
	};

	it('calls a rejected request rejected, not the task not found', async () => {
		assert.deepEqual(await messageFor({ kind: 'badRequest', failures: 1, at: 0, message: 'no such field' }), [
			'The task is tracked, but the first check failed. Request rejected: no such field. Checking again.',
			'Change Operation…',
			'Remove from List',
		]);
	});
});
