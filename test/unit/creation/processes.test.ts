// Three windows as processes create tasks at three APIs, while responses get lost and windows are killed: nothing is created twice, and
// nothing that was created is lost sight of.
import assert from 'node:assert/strict';
import { createFaults, searchFaults } from '../../support/creations/faultsOfCreates';
import { creationPlan } from '../../support/creations/creationPlan';
import { reportOf } from '../../support/creations/creationReport';
import { CreationRun } from '../../support/creations/creationRun';
import { acceptsPerId, brokenGuarantees } from '../../support/creations/creationGuarantees';

/** Which process does what is still up to the system's scheduler. */
const seed = Number(process.env['KLING_TEST_SEED'] ?? 14);
const creations = 72;
const windows = 3;

describe('creates of windows that are processes', function () {
	this.timeout(120_000);
	let run: CreationRun | undefined;

	afterEach(() => run?.close());

	it('reach each API once at most, and every task that was created is tracked or said to be uncertain', async () => {
		const plan = creationPlan(seed, creations, 2_000, windows, createFaults, searchFaults);
		run = await CreationRun.start({ seed, plan, speed: 20, windows });
		await run.run();
		const evidence = await run.evidence();
		console.log(
			reportOf(evidence, run)
				.map(([what, value]) => `      ${what}: ${value}`)
				.join('\n'),
		);
		assert.deepEqual(brokenGuarantees(evidence), []);
		assert.deepEqual(run.problems(), []);
		assert.deepEqual(await run.leaks(), [], 'the API key is in a file');
		// Otherwise the test would prove nothing.
		const { accepted, posts, journal } = evidence;
		const states = new Set(journal.map(({ state }) => state));
		assert.equal(journal.length, creations);
		assert.ok(accepted.length >= 20, `${accepted.length} creates were accepted`);
		assert.ok(posts.filter(({ outcome }) => outcome === undefined || outcome === 'uncertain').length >= 8, 'too few responses were lost');
		assert.ok(new Set(run.deaths).size >= 4, `windows were killed at ${run.deaths.join(', ')}`);
		for (const state of ['accepted', 'rejected', 'absent', 'uncertain'] as const) {
			assert.ok(states.has(state), `no creation is ${state}`);
		}
		assert.equal(Math.max(...acceptsPerId(accepted).values()), 1);
	});

	it('of two installations with the same requests and account never adopt each other’s task', async () => {
		const plan = creationPlan(seed, 24, 2_000, 2, createFaults, searchFaults);
		run = await CreationRun.start({ seed, plan, speed: 20, windows: 2, installations: 2 });
		await run.run();
		const evidence = await run.evidence();
		assert.deepEqual(brokenGuarantees(evidence), []);
		const shared = evidence.journal.filter(({ installation, unitKey }) =>
			evidence.journal.some((other) => other.unitKey === unitKey && other.installation !== installation),
		);
		assert.ok(shared.length >= 4, `${shared.length} creations are of the same request in both`);
	});
});
