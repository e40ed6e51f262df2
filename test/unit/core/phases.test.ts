import assert from 'node:assert/strict';
import type { Observation } from '../../../src/core/durationModel';
import { learnDurations } from '../../../src/core/durationModel';
import { durationQuantile, nextPollAge } from '../../../src/core/finishTimes';
import { finishTimesAfter, waitsTooLong } from '../../../src/core/phases';
import type { Began, Phases } from '../../../src/core/phases';
import { finishTimes } from '../../../src/core/schedule';

const second = 1_000;
/** Tasks that wait these times (s), and then take 100 s each. */
const waiting = (...queues: readonly number[]): Observation[] =>
	queues.map((queue) => ({ ms: (queue + 100) * second, failed: false, queueMs: queue * second }));
const learned = (...queues: readonly number[]): Phases => {
	const { phases } = learnDurations(waiting(...queues), 100, 'video');
	assert.ok(phases);
	return phases;
};
/** Waits of a minute and of ten, as often. */
const short = [55, 57, 59, 61, 63, 65];
const long = short.map((queue) => 10 * queue);
const mixed = learned(...short.flatMap((queue, index) => [queue, long[index] ?? 0]));
/** The median age at the finish, s. */
const median = (phases: Phases, began: Began): number => durationQuantile(finishTimesAfter(phases, began), 0.5) / second;
const near = (value: number, wanted: number, part: number): void =>
	assert.ok(Math.abs(value / wanted - 1) <= part, `${value}, not ${wanted}`);

describe('queue time and work', () => {
	it('are known once five tasks have shown when the work on them began', () => {
		const phasesOf = (observations: readonly Observation[]) => learnDurations(observations, 100, 'video').phases;
		assert.equal(phasesOf(waiting(1, 2, 3, 4)), undefined);
		assert.notEqual(phasesOf(waiting(1, 2, 3, 4, 5)), undefined);
		const unknown = waiting(1, 2, 3, 4, 5).map(({ ms, failed }) => ({ ms, failed }));
		assert.equal(phasesOf([...waiting(1, 2, 3, 4), ...unknown]), undefined);
		assert.equal(phasesOf(waiting(1, 2, 3, 4, 5).map((one) => ({ ...one, queueMs: one.ms }))), undefined, 'no work is left');
		assert.equal(phasesOf(waiting(1, 2, 3, 4, 5).map((one) => ({ ...one, ms: 2 * second, failed: true }))), undefined, 'rejections');
	});

	it('add up: the work follows the time at which it began', () => {
		near(median(mixed, { after: 60 * second, before: 60 * second }), 160, 0.03);
		near(median(mixed, { after: 600 * second, before: 600 * second }), 700, 0.03);
	});

	it('leave the queue times that are possible between two responses', () => {
		near(median(mixed, { after: 20 * second, before: 120 * second }), 160, 0.05);
		near(median(mixed, { after: 120 * second, before: 900 * second }), 700, 0.05);
		// Never seen: the middle.
		near(median(learned(60, 60, 60, 60, 60), { after: 3_000 * second, before: 3_002 * second }), 3_101, 0.03);
	});

	it('tell a waiting task from a running one: it does not finish before its work can', () => {
		const after = 120 * second;
		const waits = finishTimesAfter(mixed, { after, before: Infinity });
		near(durationQuantile(waits, 0.5) / second, 700, 0.05);
		const runs = finishTimesAfter(mixed, { after: 60 * second, before: 60 * second });
		// The running one is about to finish, the waiting one has waited longer than the short queue.
		assert.ok(nextPollAge(runs, after, 3 * second) < 145 * second, String(nextPollAge(runs, after, 3 * second)));
		assert.ok(nextPollAge(waits, after, 3 * second) > 300 * second, String(nextPollAge(waits, after, 3 * second)));
	});

	it('say nothing of a task that waits longer than all others did: its status may not be kept current', () => {
		const quick = learned(2, 2, 2, 3, 2, 2, 3, 2);
		const waits = (seconds: number) => waitsTooLong(quick, { after: seconds * second, before: Infinity });
		assert.deepEqual([waits(1), waits(2), waits(60)], [false, false, true]);
		assert.equal(waitsTooLong(quick, { after: 60 * second, before: 60 * second }), false, 'it has begun');
		const model = learnDurations(waiting(2, 2, 2, 3, 2, 2, 3, 2), 100, 'video');
		assert.equal(finishTimes(model, { after: 60 * second, before: Infinity }), model);
	});

	it('agree with the durations where nothing waits', () => {
		const spread = Array.from({ length: 40 }, (_, index): Observation => ({
			ms: 100 * second * Math.exp(0.3 * Math.sin(7 * index)),
			failed: false,
			queueMs: second,
		}));
		const model = learnDurations(spread, 100, 'video');
		assert.ok(model.phases);
		const apart = finishTimesAfter(model.phases, { after: second, before: second });
		for (const age of [2, 30, 70, 90, 110, 130]) {
			near(nextPollAge(apart, age * second, 3 * second), nextPollAge(model, age * second, 3 * second), 0.03);
		}
	});

	it('are finite for every beginning', () => {
		for (const [after, before] of [
			[0, 0],
			[-5, Infinity],
			[1e12, Infinity],
			[1e12, 1e12],
			[5_000, 1],
		] as const) {
			const times = finishTimesAfter(mixed, { after, before });
			assert.ok([...times.survival, ...times.cumulativeIntensity].every(Number.isFinite), `${after} ${before}`);
			assert.ok(nextPollAge(times, second, 3 * second) > second);
		}
	});
});
