import assert from 'node:assert/strict';
import { applySnapshot, type AppliedSnapshot } from '../../../src/core/applySnapshot';
import { taskKey, type ActiveTask, type FinishedTask, type TaskSnapshot, type Task } from '../../../src/core/task';

const ref = { origin: 'https://api.example', action: 'videos', action2: 'text2video', id: '900' };
const clip = { kind: 'video', url: 'https://media.example/clip.mp4' } as const;
const otherClip = { kind: 'video', url: 'https://media.example/other.mp4' } as const;

const active: ActiveTask = {
	key: taskKey(ref),
	ref,
	status: 'processing',
	rawStatus: 'processing',
	trackedAt: 1_000,
	lastCheckedAt: 2_000,
	results: [],
};
const succeeded: FinishedTask = { ...active, status: 'succeeded', rawStatus: 'succeed', finishedAt: 5_000, results: [clip] };
const failed: FinishedTask = { ...active, status: 'failed', rawStatus: 'failed', finishedAt: 5_000, message: 'No face was found' };
/** A success without results; its second check for them is due at 50,000. */
const awaiting: FinishedTask = { ...succeeded, results: [], resultChecks: 1, nextPollAt: 50_000 };

const processing: TaskSnapshot = { status: 'processing', rawStatus: 'processing', results: [] };
const done: TaskSnapshot = { status: 'succeeded', rawStatus: 'succeed', results: [clip] };
const lost: TaskSnapshot = { status: 'failed', rawStatus: 'failed', results: [], message: 'No face was found' };

/** What a response changes, as a short text. */
function change(before: Task, { task, justFinished, isBelieved, confirmAt }: AppliedSnapshot): string {
	if (!isBelieved) {
		return 'not believed';
	}
	return confirmAt !== undefined
		? 'in doubt'
		: justFinished
			? `finished: ${task.status}`
			: before.status === task.status
				? 'same status'
				: task.status;
}

describe('what a response changes', () => {
	const table: readonly (readonly [string, Task, TaskSnapshot, string])[] = [
		['the same again', active, processing, 'same status'],
		['work began', { ...active, status: 'submitted' }, processing, 'processing'],
		['an unknown word after a known one', active, { ...processing, status: 'unknown', rawStatus: 'warming' }, 'unknown'],
		['back in the queue', active, { ...processing, status: 'submitted' }, 'submitted'],
		['a success', active, done, 'finished: succeeded'],
		['a failure straight from the queue', { ...active, status: 'submitted' }, lost, 'finished: failed'],
		['an end after an unknown word', { ...active, status: 'unknown' }, done, 'finished: succeeded'],
		['an end that is not beyond doubt', active, { ...done, evidence: 'repeated' }, 'in doubt'],
		[
			'its repetition too early',
			{ ...active, unconfirmed: { status: 'succeeded', at: 95_000 } },
			{ ...done, evidence: 'repeated' },
			'in doubt',
		],
		[
			'its repetition',
			{ ...active, unconfirmed: { status: 'succeeded', at: 90_000 } },
			{ ...done, evidence: 'repeated' },
			'finished: succeeded',
		],
		['the other end after it', { ...active, unconfirmed: { status: 'failed', at: 1_000 } }, { ...done, evidence: 'repeated' }, 'in doubt'],
		['an end seen again', succeeded, done, 'same status'],
		['an ended one seen active again', succeeded, processing, 'not believed'],
		['a failed one seen active again', failed, processing, 'not believed'],
		['a success that failed after all', succeeded, lost, 'not believed'],
		['a failure that was none', failed, done, 'succeeded'],
		['a failure that was none, in doubt', failed, { ...done, evidence: 'repeated' }, 'not believed'],
		['awaited results of an answer in doubt that names nobody', awaiting, { ...done, evidence: 'repeated' }, 'not believed'],
		[
			'awaited results of an answer in doubt that names the task',
			awaiting,
			{ ...done, evidence: 'repeated', taskId: '900' },
			'same status',
		],
	];
	for (const [name, before, snapshot, expected] of table) {
		it(`is decided for ${name}: ${expected}`, () => assert.equal(change(before, applySnapshot(before, snapshot, 100_000)), expected));
	}

	it('makes an active task the picture of the response, with nothing booked and nothing wrong', () => {
		const before: ActiveTask = {
			...active,
			name: 'Cat',
			progress: 0.3,
			message: 'queueing',
			nextPollAt: 9_000,
			intervalMs: 4_000,
			failures: { transient: 2, refused: 0, persistent: 0 },
			problem: { kind: 'server', failures: 2, at: 8_000 },
		};
		const snapshot: TaskSnapshot = {
			...processing,
			createdAt: 500,
			updatedAt: 700,
			respondedAt: 100_250,
			parentVideo: { id: '7' },
			externalTaskId: 'mine',
			unitsDeducted: '3.5',
			requestId: 'r1',
			action: 'TEXT_TO_VIDEO',
			expectedResults: 2,
		};
		assert.deepEqual(applySnapshot(before, snapshot, 100_000), {
			task: {
				key: 'https://api.example 900',
				ref,
				status: 'processing',
				rawStatus: 'processing',
				trackedAt: 1_000,
				lastCheckedAt: 100_000,
				results: [],
				name: 'Cat',
				createdAt: 500,
				updatedAt: 700,
				serverAheadMs: 250,
				parentVideo: { id: '7' },
				externalTaskId: 'mine',
				unitsDeducted: '3.5',
				requestId: 'r1',
			},
			justFinished: false,
			isBelieved: true,
		});
	});

	it('keeps what a shorter response leaves out, but neither its reason nor its progress', () => {
		const known = {
			parentVideo: { id: '7' },
			createdAt: 500,
			updatedAt: 700,
			serverAheadMs: 250,
			externalTaskId: 'mine',
			unitsDeducted: '3.5',
			requestId: 'r1',
		};
		const { task } = applySnapshot({ ...active, ...known, progress: 0.3, message: 'queueing' }, processing, 100_000);
		assert.deepEqual(task, { ...active, ...known, lastCheckedAt: 100_000 });
	});

	it('keeps the results that a response with fewer of them no longer names', () => {
		assert.deepEqual(applySnapshot(succeeded, { ...done, results: [] }, 100_000).task.results, [clip]);
		assert.deepEqual(applySnapshot(succeeded, { ...done, results: [otherClip] }, 100_000).task.results, [otherClip]);
		assert.deepEqual(applySnapshot(succeeded, { ...done, results: [clip, otherClip] }, 100_000).task.results, [clip, otherClip]);
		assert.deepEqual(applySnapshot({ ...failed, results: [clip] }, { ...done, results: [] }, 100_000).task.results, []);
	});

	it('counts the results that are too many to be kept', () => {
		const results = Array.from({ length: 103 }, (_, index) => ({ kind: 'image' as const, url: `https://media.example/${index}` }));
		const { task } = applySnapshot(active, { ...done, results }, 100_000);
		assert.equal(task.results.length, 100);
		assert.equal(task.resultsLeftOut, 3);
	});

	it('leaves a task in doubt what it was, and says when a second response would confirm it', () => {
		const before: ActiveTask = { ...active, results: [otherClip] };
		assert.deepEqual(applySnapshot(before, { ...done, evidence: 'repeatedLate' }, 100_000), {
			task: { ...before, lastCheckedAt: 100_000, unconfirmed: { status: 'succeeded', at: 100_000 } },
			justFinished: false,
			isBelieved: true,
			confirmAt: 400_000,
		});
	});

	it('lets a verdict wait through an unknown word, and takes it back when the task runs', () => {
		const before: ActiveTask = { ...active, unconfirmed: { status: 'failed', at: 90_000 } };
		const unknown: TaskSnapshot = { ...processing, status: 'unknown', rawStatus: 'warming' };
		assert.deepEqual(applySnapshot(before, unknown, 100_000).task.unconfirmed, { status: 'failed', at: 90_000 });
		assert.equal(applySnapshot(before, processing, 100_000).task.unconfirmed, undefined);
	});

	it('dates the end by the server, else by the response, and never again', () => {
		const finishedAt = (before: Task, snapshot: TaskSnapshot) => {
			const { task } = applySnapshot(before, snapshot, 100_000);
			return 'finishedAt' in task ? task.finishedAt : undefined;
		};
		assert.equal(finishedAt(active, { ...done, updatedAt: 99_000 }), 99_000);
		assert.equal(finishedAt(active, done), 100_000);
		assert.equal(finishedAt(succeeded, { ...done, updatedAt: 99_000 }), 5_000);
		assert.equal(finishedAt(failed, { ...done, updatedAt: 99_000 }), 5_000);
	});

	it('keeps when a person viewed a finished task', () => {
		const { task } = applySnapshot({ ...failed, viewedAt: 6_000 }, done, 100_000);
		assert.deepEqual(task, { ...succeeded, viewedAt: 6_000, lastCheckedAt: 100_000 });
	});

	it('changes of a finished task that it does not believe only when it was seen', () => {
		const before: FinishedTask = { ...succeeded, viewedAt: 6_000, message: 'done' };
		assert.deepEqual(applySnapshot(before, { ...lost, unitsDeducted: '9' }, 100_000), {
			task: { ...before, lastCheckedAt: 100_000 },
			justFinished: false,
			isBelieved: false,
		});
	});

	it('has a task tracked anew by its first response where a wrong clock may have tracked it', () => {
		const neverFound: ActiveTask = { key: active.key, ref, status: 'processing', trackedAt: 1_000, results: [] };
		const thirtyDays = 2_592_000_000;
		assert.equal(applySnapshot(neverFound, processing, 1_000 + thirtyDays).task.trackedAt, 1_000 + thirtyDays);
		assert.equal(applySnapshot(neverFound, { ...processing, createdAt: 500 }, 1_000 + thirtyDays).task.trackedAt, 1_000);
		assert.equal(applySnapshot(neverFound, processing, 999 + thirtyDays).task.trackedAt, 1_000);
		assert.equal(applySnapshot(active, processing, 1_000 + thirtyDays).task.trackedAt, 1_000);
	});

	it('learns how long a task took that has just finished, by the times of that response', () => {
		const times = { createdAt: 10_000, updatedAt: 52_000 };
		assert.deepEqual(applySnapshot(active, { ...done, ...times }, 100_000).duration, { ms: 42_000, failed: false });
		assert.deepEqual(applySnapshot(active, { ...lost, ...times }, 100_000).duration, { ms: 42_000, failed: true });
		assert.equal(applySnapshot({ ...active, createdAt: 10_000 }, { ...done, updatedAt: 52_000 }, 100_000).duration, undefined);
		assert.equal(applySnapshot(active, { ...done, createdAt: 10_000, updatedAt: 10_000 }, 100_000).duration, undefined);
		assert.equal(applySnapshot({ ...active, owner: 'd' }, { ...done, ...times }, 100_000).duration, undefined);
		assert.equal(applySnapshot(succeeded, { ...done, ...times }, 100_000).duration, undefined);
		assert.equal(applySnapshot(active, { ...done, ...times, evidence: 'repeated' }, 100_000).duration, undefined);
	});
});

describe('the checks for results that a success lacks', () => {
	const empty: TaskSnapshot = { ...done, results: [] };
	const table: readonly (readonly [string, Task, TaskSnapshot, now: number, checks: number | undefined, nextAt: number | undefined])[] = [
		['a success with its result', active, done, 100_000, undefined, undefined],
		['a success without results', active, empty, 100_000, 0, 105_000],
		['a success with fewer than announced', active, { ...done, expectedResults: 2 }, 100_000, 0, 105_000],
		['a failure', active, lost, 100_000, undefined, undefined],
		['nothing again when the check was due', awaiting, empty, 50_000, 2, 170_000],
		['nothing again when a person asked before', awaiting, empty, 49_999, 1, 50_000],
		['the result', awaiting, done, 50_000, 2, undefined],
		['one of two', awaiting, { ...done, expectedResults: 2 }, 50_000, 2, 170_000],
		['one, and no word of another', { ...awaiting, results: [clip] }, done, 50_000, 2, 170_000],
		['one, and the word that this is all', { ...awaiting, results: [clip] }, { ...done, expectedResults: 1 }, 50_000, 2, undefined],
		['nothing after the last wait', { ...awaiting, resultChecks: 3 }, empty, 50_000, 4, undefined],
		['what is not believed', awaiting, processing, 50_000, 1, undefined],
		['nothing of one whose results nobody awaits', succeeded, empty, 50_000, undefined, undefined],
	];
	for (const [name, before, snapshot, now, checks, nextAt] of table) {
		it(`are booked after ${name}: ${nextAt === undefined ? 'none' : `at ${nextAt}`}`, () => {
			const { task, nextResultCheckAt } = applySnapshot(before, snapshot, now);
			assert.equal('resultChecks' in task ? task.resultChecks : undefined, checks);
			assert.equal(nextResultCheckAt, nextAt);
		});
	}
});

describe('the ID that a response names a task by', () => {
	const other: TaskSnapshot = { ...processing, taskId: '7', foreignId: '7' };

	it('is an alias once it was named a minute later, unless another task has it', () => {
		const first = applySnapshot(active, other, 100_000).task;
		assert.deepEqual(first.alias, { id: '7', since: 100_000, isSure: false });
		assert.deepEqual(applySnapshot(first, other, 160_000).task.alias, { id: '7', since: 100_000, isSure: true });
		assert.deepEqual(applySnapshot(first, other, 160_000, true).task.alias, { id: '7', since: 100_000, isSure: false });
	});

	it("is counted where it is the task's own, up to twice, and ends a candidate", () => {
		const own: TaskSnapshot = { ...processing, taskId: '900' };
		const before: ActiveTask = { ...active, alias: { id: '7', since: 90_000, isSure: false } };
		const once = applySnapshot(before, own, 100_000).task;
		assert.equal(once.alias, undefined);
		assert.equal(once.timesNamedItself, 1);
		assert.equal(applySnapshot({ ...active, timesNamedItself: 2 }, own, 100_000).task.timesNamedItself, 2);
	});

	it('is not counted as its own where it is the alias', () => {
		const before: ActiveTask = { ...active, alias: { id: '7', since: 1_000, isSure: true } };
		const { task } = applySnapshot(before, { ...processing, taskId: '7' }, 100_000);
		assert.deepEqual(task.alias, { id: '7', since: 1_000, isSure: true });
		assert.equal(task.timesNamedItself, undefined);
	});

	it('is learned from a response about a finished task that is not believed otherwise', () => {
		assert.deepEqual(applySnapshot(succeeded, other, 100_000).task.alias, { id: '7', since: 100_000, isSure: false });
	});
});
