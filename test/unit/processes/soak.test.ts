import assert from 'node:assert/strict';
import { operations, operationKey } from '../../../src/core/operation';
import { secondsOf } from '../../../src/simulator/tasks';
import { readCommandLine } from '../../support/machine/soakCommandLine';
import { shortestRunMs, soakPlan } from '../../support/machine/soakPlan';
import type { Happening } from '../../support/machine/soakPlan';
import { describesTheProblem } from '../simulator/mistakes';

const minute = 60_000;

describe("the soak's command line", () => {
	it('reads its options', () => {
		assert.deepEqual(readCommandLine([]), { kind: 'run', minutes: 5, seed: undefined, speed: 20 });
		assert.deepEqual(readCommandLine(['--minutes', '2.7', '--seed=42', '--speed', '10']), {
			kind: 'run',
			minutes: 2.7,
			seed: 42,
			speed: 10,
		});
		assert.deepEqual(readCommandLine(['--only', 'creations', '--seed', '7']), { kind: 'run', only: 'creations', seed: 7 });
		assert.deepEqual(readCommandLine(['--only', 'downloads']), { kind: 'run', only: 'downloads', seed: undefined });
		assert.deepEqual(readCommandLine(['--help']), { kind: 'help' });
	});

	describesTheProblem(readCommandLine, [
		[['--sed', '1'], /'--sed'.*Use --only, --minutes, --seed, --speed or --help/],
		[['--seed'], /--seed.*missing/],
		[['--seed', 'x'], /--seed must be a whole number, not "x"/],
		[['--minutes', 'x'], /--minutes must be a number, not "x"/],
		[['--minutes', '0'], /--minutes must be at least 1\.4 at speed 20, not 0: in a shorter run the last tasks cannot finish\./],
		[['--minutes', '1.3'], /at least 1\.4 at speed 20, not 1\.3/],
		[['--minutes', '2.6', '--speed', '10'], /at least 2\.7 at speed 10/],
		[['--minutes', '0.7', '--speed', '100'], /at least 0\.8 at speed 100/],
		[['--speed', '1'], /at least 27 at speed 1, not 5/],
		[['--speed', '1000'], /--speed must be a number from 1 to 100, not "1000"/],
		[['--only', 'tasks'], /--only must be creations or downloads, not "tasks"/],
		[['--only', 'creations', '--minutes', '2'], /--only creations has no other option than --seed/],
		[['--only', 'downloads', '--speed', '2'], /--only downloads has no other option than --seed/],
		[['now'], /'now'/],
	]);
});

describe("the soak's plan", () => {
	const plan = (seed: number) => soakPlan(seed, 100 * minute, 3, 300);

	it('is the same for the same seed, and different for another', () => {
		assert.deepEqual(plan(1), plan(1));
		assert.notDeepEqual(plan(1), plan(2));
	});

	it('contains every kind of step, and stops early enough for the remaining tasks to finish', () => {
		for (const seed of [1, 2, 3]) {
			const { steps, jumps, calmFrom, finishesAt } = plan(seed);
			const kinds: readonly Happening['what'][] = ['track', 'fault', 'kill', 'close', 'focus', 'removeKey', 'rejectKey', 'lock', 'refresh'];
			// Removing or rejecting the key is chosen at random only a few times.
			const drawn = new Set(steps.map(({ what }) => what));
			assert.deepEqual(
				kinds.filter((kind) => !drawn.has(kind) && kind !== 'removeKey' && kind !== 'rejectKey'),
				[],
			);
			assert.ok(drawn.has('removeKey') || drawn.has('rejectKey'));
			const tracked = steps.flatMap((step) => (step.what === 'track' ? [operationKey(step.operation)] : []));
			assert.deepEqual([tracked.length, new Set(tracked).size], [300, operations.length]);
			assert.equal(new Set(steps.flatMap((step) => (step.what === 'fault' ? [step.name] : []))).size, 20);
			assert.deepEqual(
				jumps.map(({ byMs }) => byMs / minute),
				[60, -60],
			);
			for (const step of steps) {
				assert.ok(step.at >= 0 && step.at + ('lastsMs' in step ? step.lastsMs : 0) <= calmFrom, JSON.stringify(step));
				if (step.what === 'kill' || step.what === 'close') {
					assert.ok(step.window === 1 || step.window === 2);
				}
			}
			assert.ok(calmFrom < finishesAt && finishesAt === 100 * minute);
			assert.deepEqual(
				steps.map(({ at }) => at),
				steps.map(({ at }) => at).toSorted((a, b) => a - b),
			);
		}
	});

	it('leaves every task of the shortest run four minutes after it has finished, and a silent request after its 15 s', () => {
		for (const [speed, shortestMs] of [
			[1, 1_616_280],
			[20, 1_616_280],
			[100, 4_350_000],
		] as const) {
			assert.equal(Math.ceil(shortestRunMs(speed) / 10) * 10, shortestMs);
			for (let seed = 0; seed < 50; seed++) {
				const { steps, calmFrom, finishesAt } = soakPlan(seed, shortestMs, 3, 300);
				const last = Math.max(...steps.map((step) => (step.what === 'track' ? step.at + 1_000 * secondsOf(step.operation) : 0)));
				assert.ok(last + 4 * minute <= finishesAt, `seed ${seed}: ${finishesAt - last} ms`);
				assert.ok(calmFrom + 15_000 * speed + 4 * minute <= finishesAt);
			}
		}
	});
});
