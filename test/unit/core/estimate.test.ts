import assert from 'node:assert/strict';
import { learnDurations } from '../../../src/core/durationModel';
import { estimateOf, approximateSpan } from '../../../src/core/estimate';
import type { Task } from '../../../src/core/task';
import { taskKey } from '../../../src/core/task';

const second = 1_000;
const minute = 60 * second;
const now = Date.UTC(2026, 5, 1, 12);
const ref = { origin: 'https://kling.example', action: 'videos', action2: 'text2video', id: 't1' };
const task = (age: number, more: Partial<Task> = {}): Task =>
	({
		key: taskKey(ref),
		ref,
		trackedAt: now - age,
		lastCheckedAt: now,
		createdAt: now - age,
		serverAheadMs: 0,
		status: 'processing',
		results: [],
		...more,
	}) as Task;
/** All took about two minutes. */
const model = learnDurations(
	Array.from({ length: 60 }, (_, index) => ({ ms: 120 * second * Math.exp(0.15 * Math.sin(index)), failed: false })),
	319,
	'video',
);

describe('how long a task still takes', () => {
	it('is the median remaining time, then soon, then late', () => {
		const expected = [0, 60, 100, 115, 125, 150, 200].map((age) => estimateOf(task(age * second), model, now));
		const left = expected.slice(0, 4).map((estimate) => (estimate?.kind === 'left' ? Math.round(estimate.ms / second) : estimate?.kind));
		assert.ok(
			left.every((value) => typeof value === 'number'),
			left.join(' '),
		);
		assert.ok(Math.abs(Number(left[0]) - 120) < 8 && Math.abs(Number(left[1]) - 60) < 8, left.join(' '));
		assert.deepEqual(
			expected.slice(4).map((estimate) => estimate?.kind),
			['soon', 'late', 'late'],
		);
	});

	it('is late only if it still ran when it was last checked after the usual time', () => {
		const kindAt = (checkedAtAge: number) =>
			estimateOf(task(200 * second, { lastCheckedAt: now - (200 - checkedAtAge) * second }), model, now)?.kind;
		assert.deepEqual([10, 120, 160, 200].map(kindAt), ['soon', 'soon', 'late', 'late']);
	});

	it('is compared by the work alone where queue times are known, and never “soon” while the task waits', () => {
		const queued = learnDurations(
			Array.from({ length: 60 }, (_, index) => {
				const queueMs = 300 * second * Math.exp(0.3 * Math.cos(index));
				return { ms: queueMs + 60 * second * Math.exp(0.1 * Math.sin(index)), failed: false, queueMs };
			}),
			319,
			'video',
		);
		const started = (age: number, queue: number) => {
			const began = now - age * second + queue * second;
			return estimateOf(task(age * second, { workBegan: { after: began, before: began } }), queued, now);
		};
		const [fresh, half, over] = [started(31, 30), started(92, 30), started(120, 30)];
		assert.ok(fresh?.kind === 'left' && Math.abs(fresh.ms / second - 59) < 5, JSON.stringify(fresh));
		assert.deepEqual([half?.kind, over?.kind], ['soon', 'late']);
		const waits = (age: number) => estimateOf(task(age * second, { status: 'submitted' }), queued, now);
		const [just, still] = [waits(1), waits(370)];
		assert.ok(just?.kind === 'left' && Math.abs(just.ms / second - 360) < 30, JSON.stringify(just));
		assert.ok(still?.kind === 'left' && still.ms / second > 60, JSON.stringify(still));
		assert.deepEqual(waits(600), { kind: 'late' });
	});

	it('takes the usual queue time of a task that is first seen at work', () => {
		const quick = learnDurations(
			Array.from({ length: 60 }, (_, index) => ({
				ms: 120 * second * Math.exp(0.1 * Math.sin(index)),
				failed: false,
				queueMs: 2 * second,
			})),
			319,
			'video',
		);
		// Tracked after 150 s: the work began at some time in them, which is after 2 s as always.
		const late = task(150 * second, { workBegan: { after: now - 150 * second, before: now } });
		assert.deepEqual(estimateOf(late, quick, now), { kind: 'late' });
	});

	it('uses the server’s clock', () => {
		const behind = task(60 * second, { createdAt: now - 60 * second - 3 * 3_600_000, serverAheadMs: -3 * 3_600_000 });
		assert.deepEqual(estimateOf(behind, model, now), estimateOf(task(60 * second), model, now));
	});

	it('is undefined if the task is finished, has a problem, has no known age, or the model is not reliable', () => {
		assert.equal(estimateOf(task(minute, { status: 'succeeded', finishedAt: now }), model, now), undefined);
		assert.equal(estimateOf(task(minute, { problem: { kind: 'server', failures: 1, at: now } }), model, now), undefined);
		assert.equal(
			estimateOf({ key: taskKey(ref), ref, trackedAt: now + 3_600_000, lastCheckedAt: now, status: 'submitted', results: [] }, model, now),
			undefined,
		);
		assert.equal(
			estimateOf({ key: taskKey(ref), ref, trackedAt: now - minute, status: 'submitted', results: [] }, model, now),
			undefined,
			'it may have finished long ago',
		);
		assert.equal(estimateOf(task(minute), learnDurations([], undefined, 'video'), now), undefined);
	});

	it('is rounded for people', () => {
		const rows: readonly [ms: number, expected: string][] = [
			[0, 'fewSeconds'],
			[7_400, 'fewSeconds'],
			[7_600, '10 seconds'],
			[14_900, '10 seconds'],
			[38_000, '40 seconds'],
			[54_900, '50 seconds'],
			[55_000, '1 minutes'],
			[89_000, '1 minutes'],
			[91_000, '2 minutes'],
			[10.4 * minute, '10 minutes'],
			[11 * minute, '10 minutes'],
			[18 * minute, '20 minutes'],
			[57 * minute, '55 minutes'],
			[58 * minute, '1 hours'],
			[100 * minute, '2 hours'],
		];
		for (const [ms, expected] of rows) {
			const span = approximateSpan(ms);
			assert.equal(span.unit === 'fewSeconds' ? span.unit : `${span.count} ${span.unit}`, expected, `${ms}`);
		}
	});
});
