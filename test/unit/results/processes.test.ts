// Three windows as processes keep results, from a host that misbehaves, while windows are killed.
import assert from 'node:assert/strict';
import { brokenDownloads } from '../../support/keeping/downloadGuarantees';
import { downloadPlan } from '../../support/keeping/downloadPlan';
import { DownloadRun } from '../../support/keeping/downloadRun';

/** Which process does what is still up to the system's scheduler. */
const seed = Number(process.env['KLING_TEST_SEED'] ?? 15);

describe('downloads of windows that are processes', function () {
	this.timeout(180_000);
	let run: DownloadRun | undefined;
	afterEach(() => run?.close());

	it('keep every result exactly once, with the right digest', async () => {
		run = await DownloadRun.start({ plan: downloadPlan(seed, 20, 10_000, 3), speed: 20, windows: 3 });
		await run.run();
		assert.deepEqual(await brokenDownloads(run), []);
		assert.deepEqual(run.problems(), []);
		assert.deepEqual(await run.leaks(), [], 'the API key is in a file');
		// Otherwise the test would prove nothing.
		assert.ok(new Set(run.deaths).size >= 4, `windows were killed at ${run.deaths.join(', ')}`);
		assert.ok(run.host.requests.filter(({ range }) => range !== undefined).length >= 4, 'too few downloads were continued');
	});
});
