import assert from 'node:assert/strict';
import { applySnapshot, type AppliedSnapshot } from '../../../src/core/applySnapshot';
import { isFinished, taskKey, type ActiveTask, type FinishedTask, type TaskSnapshot, type Task } from '../../../src/core/task';

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
		? 'unconfirmed'
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
		['an unknown status after a known one', active, { ...processing, status: 'unknown', rawStatus: 'warming' }, 'unknown'],
		[
			'another unknown status',
			{ ...active, status: 'unknown', rawStatus: 'warming' },
			{ ...processing, status: 'unknown', rawStatus: 'polishing' },
			'same status',
		],
		['back in the queue', active, { ...processing, status: 'submitted' }, 'submitted'],
		['a success', active, done, 'finished: succeeded'],
		['a failure straight from the queue', { ...active, status: 'submitted' }, lost, 'finished: failed'],
		['a final status after an unknown one', { ...active, status: 'unknown' }, done, 'finished: succeeded'],
		['a final status that is not certain', active, { ...done, evidence: 'repeated' }, 'unconfirmed'],
		[
			'a repeated final status that comes too early',
			{ ...active, unconfirmed: { status: 'succeeded', at: 95_000 } },
			{ ...done, evidence: 'repeated' },
			'unconfirmed',
		],
		[
			'a repeated final status',
			{ ...active, unconfirmed: { status: 'succeeded', at: 90_000 } },
			{ ...done, evidence: 'repeated' },
			'finished: succeeded',
		],
		[
			'the other final status after an unconfirmed one',
			{ ...active, unconfirmed: { status: 'failed', at: 1_000 } },
			{ ...done, evidence: 'repeated' },
			'unconfirmed',
		],
		['a finished task reported again', succeeded, done, 'same status'],
		['a succeeded task reported as active', succeeded, processing, 'not believed'],
		['a failed task reported as active', failed, processing, 'not believed'],
		['a succeeded task reported as failed', succeeded, lost, 'not believed'],
		['a failed task reported as succeeded', failed, done, 'succeeded'],
		['a failed task reported as succeeded, without certainty', failed, { ...done, evidence: 'repeated' }, 'not believed'],
		['awaited results in an uncertain response that names no task', awaiting, { ...done, evidence: 'repeated' }, 'not believed'],
		[
			'awaited results in an uncertain response that names the task',
			awaiting,
			{ ...done, evidence: 'repeated', taskId: '900' },
			'same status',
		],
	];
	for (const [name, before, snapshot, expected] of table) {
		it(`is decided for ${name}: ${expected}`, () => assert.equal(change(before, applySnapshot(before, snapshot, 100_000)), expected));
	}

	it('shows the unknown status that was sent last', () => {
		const { task } = applySnapshot(
			{ ...active, status: 'unknown', rawStatus: 'warming' },
			{ ...processing, status: 'unknown', rawStatus: 'polishing' },
			100_000,
		);
		assert.equal(task.rawStatus, 'polishing');
	});

	it('replaces the reason of a failure by a later one, which is no second finish', () => {
		const { task, justFinished } = applySnapshot(
			{ ...failed, message: 'Failure to pass the check' },
			{ ...lost, message: 'No voice was found' },
			100_000,
		);
		assert.deepEqual([task.message, justFinished, isFinished(task) && task.finishedAt], ['No voice was found', false, failed.finishedAt]);
	});

	it('gives an active task the facts of the response, without a schedule or problem', () => {
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
				workBegan: { after: 500, before: 100_250 },
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

	it('keeps the facts that a later response omits, but neither the message nor the progress', () => {
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

	it('keeps the results when a response has fewer of them', () => {
		assert.deepEqual(applySnapshot(succeeded, { ...done, results: [] }, 100_000).task.results, [clip]);
		assert.deepEqual(applySnapshot(succeeded, { ...done, results: [otherClip] }, 100_000).task.results, [otherClip]);
		assert.deepEqual(applySnapshot(succeeded, { ...done, results: [clip, otherClip] }, 100_000).task.results, [clip, otherClip]);
		assert.deepEqual(applySnapshot({ ...failed, results: [clip] }, { ...done, results: [] }, 100_000).task.results, []);
	});

	it('counts the results that are not kept', () => {
		const results = Array.from({ length: 103 }, (_, index) => ({ kind: 'image' as const, url: `https://media.example/${index}` }));
		const { task } = applySnapshot(active, { ...done, results }, 100_000);
		assert.equal(task.results.length, 100);
		assert.equal(task.resultsLeftOut, 3);
	});

	it('keeps the status of a task whose final status is unconfirmed, and says when to confirm it', () => {
		const before: ActiveTask = { ...active, results: [otherClip] };
		assert.deepEqual(applySnapshot(before, { ...done, evidence: 'repeatedLate' }, 100_000), {
			task: { ...before, lastCheckedAt: 100_000, unconfirmed: { status: 'succeeded', at: 100_000 } },
			justFinished: false,
			isBelieved: true,
			confirmAt: 400_000,
		});
	});

	it('keeps an unconfirmed status through an unknown one, and drops it when the task is active', () => {
		const before: ActiveTask = { ...active, unconfirmed: { status: 'failed', at: 90_000 } };
		const unknown: TaskSnapshot = { ...processing, status: 'unknown', rawStatus: 'warming' };
		assert.deepEqual(applySnapshot(before, unknown, 100_000).task.unconfirmed, { status: 'failed', at: 90_000 });
		assert.equal(applySnapshot(before, processing, 100_000).task.unconfirmed, undefined);
	});

	it('sets the finish time once, by the server or else by the time of the response', () => {
		const finishedAt = (before: Task, snapshot: TaskSnapshot) => {
			const { task } = applySnapshot(before, snapshot, 100_000);
			return 'finishedAt' in task ? task.finishedAt : undefined;
		};
		assert.equal(finishedAt(active, { ...done, updatedAt: 99_000 }), 99_000);
		assert.equal(finishedAt(active, done), 100_000);
		assert.equal(finishedAt(succeeded, { ...done, updatedAt: 99_000 }), 5_000);
		assert.equal(finishedAt(failed, { ...done, updatedAt: 99_000 }), 5_000);
	});

	it('keeps the time when a person viewed a finished task', () => {
		const { task } = applySnapshot({ ...failed, viewedAt: 6_000 }, done, 100_000);
		assert.deepEqual(task, { ...succeeded, viewedAt: 6_000, lastCheckedAt: 100_000 });
	});

	it('changes only the time of the last check when it does not believe a response about a finished task', () => {
		const before: FinishedTask = { ...succeeded, viewedAt: 6_000, message: 'done' };
		assert.deepEqual(applySnapshot(before, { ...lost, unitsDeducted: '9' }, 100_000), {
			task: { ...before, lastCheckedAt: 100_000 },
			justFinished: false,
			isBelieved: false,
		});
	});

	it('resets the tracking time by the first response if a wrong clock may have set it', () => {
		const neverFound: ActiveTask = { key: active.key, ref, status: 'processing', trackedAt: 1_000, results: [] };
		const thirtyDays = 2_592_000_000;
		assert.equal(applySnapshot(neverFound, processing, 1_000 + thirtyDays).task.trackedAt, 1_000 + thirtyDays);
		assert.equal(applySnapshot(neverFound, { ...processing, createdAt: 500 }, 1_000 + thirtyDays).task.trackedAt, 1_000);
		assert.equal(applySnapshot(neverFound, processing, 999 + thirtyDays).task.trackedAt, 1_000);
		assert.equal(applySnapshot(active, processing, 1_000 + thirtyDays).task.trackedAt, 1_000);
	});

	it('learns no duration from times that cannot be right: updated after the response, or a month after its creation', () => {
		const times = { createdAt: 10_000, updatedAt: 100_000 };
		assert.deepEqual(applySnapshot(active, { ...done, ...times, respondedAt: 40_000 }, 45_000).duration, { ms: 90_000, failed: false });
		assert.equal(applySnapshot(active, { ...done, ...times, respondedAt: 39_999 }, 45_000).duration, undefined);
		const month = 2_592_000_000;
		assert.deepEqual(applySnapshot(active, { ...done, createdAt: 10_000, updatedAt: month + 10_000 }, 45_000).duration, {
			ms: month,
			failed: false,
		});
		assert.equal(applySnapshot(active, { ...done, createdAt: 10_000, updatedAt: month + 10_001 }, 45_000).duration, undefined);
	});

	it('learns the duration of a task that has just finished from the times of the response', () => {
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

describe('the checks for missing results', () => {
	const empty: TaskSnapshot = { ...done, results: [] };
	const table: readonly (readonly [string, Task, TaskSnapshot, now: number, checks: number | undefined, nextAt: number | undefined])[] = [
		['a success with its result', active, done, 100_000, undefined, undefined],
		['a success without results', active, empty, 100_000, 0, 105_000],
		['a success with fewer results than announced', active, { ...done, expectedResults: 2 }, 100_000, 0, 105_000],
		['a failure', active, lost, 100_000, undefined, undefined],
		['a due check without results', awaiting, empty, 50_000, 2, 170_000],
		['an early refresh without results', awaiting, empty, 49_999, 1, 50_000],
		['a check with the result', awaiting, done, 50_000, 2, undefined],
		['a check with one of two results', awaiting, { ...done, expectedResults: 2 }, 50_000, 2, 170_000],
		['a check with one result and no expected number', { ...awaiting, results: [clip] }, done, 50_000, 2, 170_000],
		[
			'a check with one result, the expected number',
			{ ...awaiting, results: [clip] },
			{ ...done, expectedResults: 1 },
			50_000,
			2,
			undefined,
		],
		['the last check without results', { ...awaiting, resultChecks: 3 }, empty, 50_000, 4, undefined],
		['a response that is not believed', awaiting, processing, 50_000, 1, undefined],
		['a response without results while none are awaited', succeeded, empty, 50_000, undefined, undefined],
	];
	for (const [name, before, snapshot, now, checks, nextAt] of table) {
		it(`are scheduled after ${name}: ${nextAt === undefined ? 'none' : `at ${nextAt}`}`, () => {
			const { task, nextResultCheckAt } = applySnapshot(before, snapshot, now);
			assert.equal('resultChecks' in task ? task.resultChecks : undefined, checks);
			assert.equal(nextResultCheckAt, nextAt);
		});
	}
});

describe('the ID that a response names a task by', () => {
	const other: TaskSnapshot = { ...processing, taskId: '7', foreignId: '7' };

	it('is an alias once it is named again a minute later, unless another task has it', () => {
		const first = applySnapshot(active, other, 100_000).task;
		assert.deepEqual(first.alias, { id: '7', since: 100_000, isSure: false });
		assert.deepEqual(applySnapshot(first, other, 160_000).task.alias, { id: '7', since: 100_000, isSure: true });
		assert.deepEqual(applySnapshot(first, other, 160_000, true).task.alias, { id: '7', since: 100_000, isSure: false });
	});

	it("is counted up to twice if it is the task's own, and removes an unconfirmed alias", () => {
		const own: TaskSnapshot = { ...processing, taskId: '900' };
		const before: ActiveTask = { ...active, alias: { id: '7', since: 90_000, isSure: false } };
		const once = applySnapshot(before, own, 100_000).task;
		assert.equal(once.alias, undefined);
		assert.equal(once.timesNamedItself, 1);
		assert.equal(applySnapshot({ ...active, timesNamedItself: 2 }, own, 100_000).task.timesNamedItself, 2);
	});

	it("is not counted as the task's own if it is the alias", () => {
		const before: ActiveTask = { ...active, alias: { id: '7', since: 1_000, isSure: true } };
		const { task } = applySnapshot(before, { ...processing, taskId: '7' }, 100_000);
		assert.deepEqual(task.alias, { id: '7', since: 1_000, isSure: true });
		assert.equal(task.timesNamedItself, undefined);
	});

	it('is learned from a response about a finished task that is not believed otherwise', () => {
		assert.deepEqual(applySnapshot(succeeded, other, 100_000).task.alias, { id: '7', since: 100_000, isSure: false });
	});
});
