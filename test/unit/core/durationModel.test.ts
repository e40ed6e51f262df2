import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Observation } from '../../../src/core/durationModel';
import { learnDurations, maxObservations } from '../../../src/core/durationModel';
import { durationQuantile, medianLeft, nextPollAge } from '../../../src/core/finishTimes';
import { SeededRandom } from '../../../src/simulator/random';

const second = 1_000;
const durations = (...seconds: readonly number[]): Observation[] => seconds.map((one) => ({ ms: one * second, failed: false }));
const rejected = (seconds: number): Observation => ({ ms: seconds * second, failed: true });
/** Log-normal durations around a median, s. */
function draw(count: number, median: number, deviation: number, seed = 1): Observation[] {
	const random = new SeededRandom(seed);
	return durations(
		...Array.from(
			{ length: count },
			() => median * Math.exp(deviation * Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())),
		),
	);
}
const near = (value: number, wanted: number, part: number, what = ''): void =>
	assert.ok(Math.abs(value / wanted - 1) <= part, `${what} ${value}, not ${wanted}`);
const median = (observations: readonly Observation[], average: number | undefined = 319): number =>
	durationQuantile(learnDurations(observations, average, 'video'), 0.5);

/** The index of the grid's edge at about this time, s: half a second, and 5 % more each. */
const edgeAt = (seconds: number): number => Math.round(Math.log(seconds / 0.5) / 0.05);

describe('the duration model', () => {
	it('is a wide distribution around the published average before any observation', () => {
		const model = learnDurations([], 319, 'video');
		near(durationQuantile(model, 0.5), 319 * second, 0.02);
		near(durationQuantile(model, 0.9), 1_149 * second, 0.03);
		near(durationQuantile(model, 0.1), 88.6 * second, 0.03);
		assert.equal(model.isReliable, true);
	});

	it('is not reliable without a published average until five tasks have finished', () => {
		const founded = (...seconds: number[]) => learnDurations(durations(...seconds), undefined, 'image').isReliable;
		assert.deepEqual([founded(), founded(20, 21, 22, 23), founded(20, 21, 22, 23, 24)], [false, false, true]);
		// A rejection says nothing about how long the work takes.
		assert.equal(learnDurations([...durations(20, 21, 22, 23), rejected(2)], undefined, 'image').isReliable, false);
	});

	it('follows the observations, more closely the more there are', () => {
		const medians = [0, 1, 3, 10, 50].map((count) => median(draw(count, 60, 0.3)));
		medians.slice(1).forEach((value, index) => assert.ok(value < (medians[index] ?? 0) * 1.15, medians.join(' ')));
		const fifty = draw(50, 60, 0.3)
			.map(({ ms }) => ms)
			.sort((a, b) => a - b);
		near(medians.at(-1) ?? 0, fifty[25] ?? 0, 0.05);
	});

	it('has two modes if the observations have two', () => {
		const long = draw(30, 300, 0.1, 2);
		const model = learnDurations(
			draw(30, 60, 0.1).flatMap((short, index) => [short, ...long.slice(index, index + 1)]),
			319,
			'video',
		);
		near(durationQuantile(model, 0.25), 60 * second, 0.1);
		near(durationQuantile(model, 0.75), 300 * second, 0.1);
		// After the short ones, the estimate is that of the long ones.
		near(medianLeft(model, 120 * second), 180 * second, 0.1);
	});

	it('does not depend on the order of durations that do not change', () => {
		const mixture = draw(40, 120, 0.3);
		for (let seed = 1; seed <= 20; seed++) {
			const random = new SeededRandom(seed);
			const shuffled = mixture
				.map((one) => ({ one, at: random.fraction() }))
				.sort((a, b) => a.at - b.at)
				.map(({ one }) => one);
			near(median(shuffled), median(mixture), 0.05, `shuffled with ${seed}:`);
		}
	});

	it('follows a change within five tasks, whichever way, and forgets what was before', () => {
		for (const seconds of [48, 300]) {
			const model = learnDurations([...draw(200, 120, 0.2), ...draw(5, seconds, 0.1, 2)], 319, 'video');
			near(durationQuantile(model, 0.5), seconds * second, 0.15, `to ${seconds} s:`);
			assert.ok(nextPollAge(model, 20 * second, 3 * second) < seconds * second);
		}
		// The same durations in another order are two modes that have always been there.
		const mixed = draw(200, 120, 0.2);
		draw(5, 48, 0.1, 2).forEach((short, index) => mixed.splice(30 * index, 0, short));
		near(median(mixed), 120 * second, 0.05);
	});

	it('takes failures in less than a quarter of the usual time for rejections, and later ones for work', () => {
		const early = [3, 8, 14, 19, 22].map(rejected);
		const model = learnDurations([...draw(20, 120, 0.2), ...early], 319, 'video');
		near(durationQuantile(model, 0.5), median(draw(20, 120, 0.2)), 0.001);
		near(1 - (model.survivalWithRejections[edgeAt(30)] ?? 0), 0.15, 0.1, 'the share that is rejected:');
		// Nothing has succeeded yet: a quarter of the published average is the limit.
		near(median([rejected(60), rejected(70)]), 319 * second, 0.05);
		assert.ok(median([rejected(90), rejected(100)]) < 200 * second);
	});

	it('hardly changes by one absurd duration', () => {
		const mixture = draw(20, 120, 0.3);
		const before = median(mixture);
		for (const absurd of [0, 0.001, 30 * 86_400]) {
			const model = learnDurations([...mixture, ...durations(absurd)], 319, 'video');
			near(durationQuantile(model, 0.5), before, 0.08, `${absurd} s`);
			assert.ok(nextPollAge(model, 100 * second, 3 * second) < 112 * second);
		}
	});

	it('is valid for any observations: quantiles rise, no remaining time is negative, each next poll is later, and all is finite', () => {
		const numbers = fc.oneof(
			fc.integer({ min: 0, max: 5_000 }),
			fc.integer({ min: 0, max: 1_000_000_000_000 }),
			fc.constantFrom(NaN, Infinity, -1),
		);
		fc.assert(
			fc.property(
				fc.array(fc.record({ ms: numbers, failed: fc.boolean(), queueMs: numbers }, { requiredKeys: ['ms', 'failed'] }), {
					maxLength: maxObservations,
				}),
				fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
				(observations, average) => {
					const model = learnDurations(observations, average, 'audio');
					const quantiles = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99].map((share) => durationQuantile(model, share));
					quantiles.forEach((value, index) =>
						assert.ok(Number.isFinite(value) && value >= (quantiles[index - 1] ?? 0), quantiles.join(' ')),
					);
					for (const age of [0, 0.5, 2, 10, 60, 600, 3_600].map((seconds) => seconds * second)) {
						const left = medianLeft(model, age);
						assert.ok(Number.isFinite(left) && left >= 0, `${left} ms left at ${age} ms`);
						const [soon, late] = [nextPollAge(model, age, 3 * second), nextPollAge(model, age, 9 * second)];
						assert.ok(soon > age && late > age && Number.isFinite(soon + late), `polls at ${soon} and ${late} ms after one at ${age} ms`);
					}
				},
			),
			{ numRuns: 40 },
		);
	});

	it('gives the median remaining time', () => {
		const model = learnDurations(draw(200, 120, 0.2), 319, 'video');
		near(medianLeft(model, 0), 120 * second, 0.05);
		near(medianLeft(model, 60 * second), 60 * second, 0.1);
		assert.ok(medianLeft(model, 130 * second) > 5 * second, 'a late task never has a remaining time of zero');
		assert.ok(medianLeft(model, 10 * 86_400 * second) >= 0);
	});
});

/** The ages (ms) of all polls of a task that never finishes, up to an age. */
function checkAges(model: ReturnType<typeof learnDurations>, lag: number, until: number, from = 0): number[] {
	const ages: number[] = [];
	for (let age = from; age < until; ages.push(age)) {
		age = nextPollAge(model, age, lag);
	}
	return ages;
}

describe('the polls by the duration model', () => {
	it('come within the requested lag of a short operation that always takes equally long, however large that is', () => {
		for (const seconds of [10, 20, 40]) {
			const steady = learnDurations(draw(50, seconds, 0.03), 32, 'image');
			const first = checkAges(steady, 9 * second, 2 * seconds * second).find((age) => age >= 1.06 * seconds * second) ?? Infinity;
			assert.ok(first < (seconds + 9) * second, `${seconds} s: noticed at ${first} ms`);
		}
	});

	const model = learnDurations(draw(200, 120, 0.25), 319, 'video');

	it('are frequent where tasks finish and rare elsewhere', () => {
		const ages = checkAges(model, 3 * second, 300 * second, 2 * second);
		const within = (from: number, to: number) => ages.filter((age) => age >= from * second && age < to * second).length;
		assert.ok(within(2, 70) <= 3, `${within(2, 70)} before`);
		assert.ok(within(90, 150) >= 8, `${within(90, 150)} around`);
		// After that only the prior is left, with a falling rate.
		const distance = (age: number) => nextPollAge(model, age * second, 3 * second) - age * second;
		const distances = [120, 300, 600, 1_200].map(distance);
		assert.ok(
			distances.every((value, index) => index === 0 || value > 1.1 * (distances[index - 1] ?? 0)),
			distances.join(' '),
		);
	});

	it('notice a finished task with the requested mean lag', () => {
		// Over all durations of the model, in steps of a thousandth.
		for (const lag of [3 * second, 9 * second]) {
			const ages = checkAges(model, lag, 4 * 3_600 * second);
			let sum = 0;
			for (let index = 0; index < 1_000; index++) {
				const duration = durationQuantile(model, (index + 0.5) / 1_000);
				sum += (ages.find((age) => age >= duration) ?? assert.fail()) - duration;
			}
			near(sum / 1_000, lag, 0.15);
		}
	});

	it('are nearly as good as the optimal plan with as many polls, found by dynamic programming', () => {
		// On a small grid of durations, dynamic programming finds the plan with the least mean lag for each number of polls.
		const grid = Array.from({ length: 60 }, (_, index) => durationQuantile(model, (index + 0.5) / 60));
		const cost = (from: number, to: number): number =>
			grid.slice(from, to).reduce((sum, duration) => sum + (grid[to - 1] ?? 0) - duration, 0) / grid.length;
		/**
		 * Least Σ lag + price · Σ polls over plans whose polls are at durations of the grid: the remaining cost after `from` durations,
		 * where each task pays for its own polls.
		 */
		const best = (price: number): { readonly lag: number; readonly checkAges: number } => {
			const plan: { total: number; lag: number; checkAges: number }[] = [];
			for (let from = grid.length; from >= 0; from--) {
				plan[from] = { total: from === grid.length ? 0 : Infinity, lag: 0, checkAges: 0 };
				for (let to = from + 1; to <= grid.length; to++) {
					const rest = plan[to] ?? assert.fail();
					const alive = (grid.length - from) / grid.length;
					const total = cost(from, to) + price * alive + rest.total;
					if (total < (plan[from]?.total ?? 0)) {
						plan[from] = { total, lag: cost(from, to) + rest.lag, checkAges: alive + rest.checkAges };
					}
				}
			}
			return plan[0] ?? assert.fail();
		};
		for (const price of [2 * second, 6 * second, 20 * second]) {
			const { lag, checkAges: fewest } = best(price);
			/** Our schedule, at the same mean lag on the same durations. */
			const run = (wanted: number): { readonly lag: number; readonly checkAges: number } => {
				const ages = checkAges(model, wanted, 4 * 3_600 * second);
				const noticed = grid.map((duration) => ages.findIndex((age) => age >= duration - 1));
				return {
					lag: grid.reduce((sum, duration, index) => sum + (ages[noticed[index] ?? 0] ?? 0) - duration, 0) / grid.length,
					checkAges: noticed.reduce((sum, index) => sum + index + 1, 0) / grid.length,
				};
			};
			let [low, high] = [0.1 * second, 200 * second];
			for (let round = 0; round < 40; round++) {
				const middle = (low + high) / 2;
				if (run(middle).lag > lag) {
					high = middle;
				} else {
					low = middle;
				}
			}
			const ours = run(low);
			assert.ok(ours.checkAges <= fewest * 1.35 + 0.5, `${ours.checkAges} polls where ${fewest} would do, at a lag of ${lag} ms`);
		}
	});

	it('always move forward, whatever the age', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.integer({ min: 1_000, max: 100_000 }), (age, lag) => {
				const next = nextPollAge(model, age, lag);
				assert.ok(Number.isFinite(next));
				assert.ok(next > age || age > 4 * 3_600 * second * 0.9, `${next} after ${age}`);
			}),
		);
	});

	it('come soon after tracking if tasks are rejected or few have finished, and late if a hundred have without a rejection', () => {
		const next = (observations: readonly Observation[]) => nextPollAge(learnDurations(observations, 319, 'video'), 0, 3 * second);
		const some = [rejected(2), rejected(2.5), rejected(3), rejected(1.7), rejected(2.2), rejected(1.9)];
		assert.ok(next([...draw(36, 120, 0.2), ...some]) < 5 * second);
		assert.ok(next([...draw(20, 120, 0.2)]) < 8 * second, 'one in ten may still be rejected');
		assert.ok(next(draw(200, 120, 0.2)) > 30 * second);
	});

	it('notice rejections within 15 s on average after 20 observations, if one task in ten is rejected', () => {
		const random = new SeededRandom(7);
		let [late, count] = [0, 0];
		for (let sample = 0; sample < 60; sample++) {
			const observations = draw(20, 120, 0.2, 100 + sample).map((one) =>
				random.fraction() < 0.1 ? rejected(1.5 + random.fraction()) : one,
			);
			const polls = checkAges(learnDurations(observations, 319, 'video'), 3 * second, 300 * second);
			for (const finished of [1.5, 2, 3, 4].map((seconds) => seconds * second)) {
				late += (polls.find((age) => age >= finished) ?? assert.fail()) - finished;
				count++;
			}
		}
		assert.ok(late / count < 15 * second, `${late / count} ms`);
	});

	it('take less than a tenth of a millisecond to compute', () => {
		// CPU time, so that a busy machine does not matter.
		const before = process.cpuUsage();
		for (let round = 0; round < 20_000; round++) {
			nextPollAge(model, round * 10, 3 * second);
		}
		const { user, system } = process.cpuUsage(before);
		assert.ok((user + system) / 1_000 / 20_000 < 0.1, `${(user + system) / 1_000 / 20_000} ms`);
	});
});
