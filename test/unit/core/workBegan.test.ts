import assert from 'node:assert/strict';
import { applySnapshot } from '../../../src/core/applySnapshot';
import { omitUndefined } from '../../../src/core/omitUndefined';
import { taskKey, type Task, type TaskSnapshot } from '../../../src/core/task';
import { beganOf, queueTimeOf, workBeganBy } from '../../../src/core/workBegan';

const ref = { origin: 'https://api.example', action: 'videos', action2: 'text2video', id: '901' };
/** The server's clock is 10 s ahead. */
const ahead = 10_000;
const createdAt = Date.UTC(2026, 5, 1);
/** Checked 30 s after its creation: still waiting. */
const waiting: Task = {
	key: taskKey(ref),
	ref,
	status: 'submitted',
	trackedAt: createdAt - ahead,
	createdAt,
	lastCheckedAt: createdAt + 30_000 - ahead,
	serverAheadMs: ahead,
	results: [],
};
const processing = (more: Partial<TaskSnapshot> = {}): TaskSnapshot => ({
	status: 'processing',
	rawStatus: 'processing',
	results: [],
	createdAt,
	respondedAt: createdAt + 90_000,
	...more,
});
/** As seconds since the creation. */
const seconds = (before: Task, snapshot: TaskSnapshot): readonly number[] | undefined => {
	const began = workBeganBy(before, snapshot);
	return began === undefined ? undefined : [(began.after - createdAt) / 1_000, (began.before - createdAt) / 1_000];
};

describe('when the work on a task began', () => {
	it('is between the last response that said “submitted” and the first that says “processing”', () => {
		assert.deepEqual(seconds(waiting, processing()), [30, 90]);
		assert.deepEqual(seconds({ ...waiting, status: 'unknown' }, processing()), [0, 90], 'another word says nothing');
	});

	it('is the time of the change where the response says one within these bounds', () => {
		assert.deepEqual(seconds(waiting, processing({ updatedAt: createdAt + 45_000 })), [45, 45]);
		assert.deepEqual(seconds(waiting, processing({ updatedAt: createdAt })), [30, 90], 'not changed since it was submitted');
		assert.deepEqual(seconds(waiting, processing({ updatedAt: createdAt + 95_000 })), [30, 90], 'in the future');
	});

	it('is after the creation for a task that is first seen at work, whatever the response says of changes', () => {
		const fresh = omitUndefined({ ...waiting, lastCheckedAt: undefined, serverAheadMs: undefined });
		assert.deepEqual(seconds(fresh, processing({ updatedAt: createdAt + 80_000 })), [0, 90]);
	});

	it('is unknown while it waits, without the server’s times, and if the task finishes unseen', () => {
		assert.equal(seconds(waiting, processing({ status: 'submitted' })), undefined);
		assert.equal(seconds(waiting, { status: 'processing', rawStatus: 'processing', results: [], createdAt }), undefined);
		assert.equal(
			seconds(omitUndefined({ ...waiting, createdAt: undefined }), { status: 'processing', rawStatus: 'processing', results: [] }),
			undefined,
		);
		assert.equal(seconds(waiting, processing({ status: 'succeeded' })), undefined);
	});

	it('stays the same, even if a response says “submitted” again', () => {
		const began = { after: createdAt + 45_000, before: createdAt + 45_000 };
		const running: Task = { ...waiting, status: 'processing', workBegan: began };
		assert.equal(workBeganBy(running, processing({ updatedAt: createdAt + 80_000 })), began);
		assert.equal(workBeganBy(running, processing({ status: 'submitted' })), began);
	});

	it('gives the ages that the schedule needs', () => {
		assert.deepEqual(beganOf(waiting, 30_000), { after: 30_000, before: Infinity });
		assert.deepEqual(
			beganOf({ status: 'processing', createdAt, workBegan: { after: createdAt + 5_000, before: createdAt + 9_000 } }, 30_000),
			{ after: 5_000, before: 9_000 },
		);
		assert.equal(beganOf({ status: 'processing', createdAt }, 30_000), undefined);
		// A creation time of another year, as some gateways send: the age is that since tracking.
		const wrong = { createdAt: createdAt - 365 * 86_400_000, workBegan: { after: createdAt + 5_000, before: createdAt + 9_000 } };
		assert.equal(beganOf({ status: 'processing', ...wrong }, 30_000), undefined);
		const again = { createdAt, workBegan: { after: createdAt + 5_000, before: createdAt + 5_000 } };
		assert.deepEqual(beganOf({ status: 'submitted', ...again }, 30_000), { after: 5_000, before: 5_000 });
	});

	it('is learned from where it is known to a quarter of the duration', () => {
		const between = (after: number, before: number) => ({ after: createdAt + after, before: createdAt + before });
		assert.equal(queueTimeOf(createdAt, 100_000, between(10_000, 34_000)), 22_000);
		assert.equal(queueTimeOf(createdAt, 100_000, between(10_000, 36_000)), undefined);
	});

	it('is part of the duration that a finished task adds', () => {
		const { task } = applySnapshot(waiting, processing({ updatedAt: createdAt + 45_000 }), createdAt + 90_000 - ahead);
		assert.deepEqual(task.workBegan, { after: createdAt + 45_000, before: createdAt + 45_000 });
		const done = processing({
			status: 'succeeded',
			updatedAt: createdAt + 200_000,
			respondedAt: createdAt + 201_000,
			results: [{ kind: 'video', url: 'https://m.example/a.mp4' }],
		});
		const { duration } = applySnapshot(task, done, createdAt + 201_000 - ahead);
		assert.deepEqual(duration, { ms: 200_000, failed: false, queueMs: 45_000 });
	});
});
