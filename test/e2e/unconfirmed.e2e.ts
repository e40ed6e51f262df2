// What a person sees while a response is in doubt, and while results are waited for.
import assert from 'node:assert/strict';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

describe('an unconfirmed response', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({}, (opened) => {
		({ around, workbench } = opened);
	});

	it('that says "failed" beside an error does not finish a running task: the row shows it, and the next check confirms or drops it', async () => {
		const { simulator } = around;
		const id = simulator.create({ action: 'videos', action2: 'text2video' }, { submittedMs: 0, durationMs: 3_600_000 });
		await workbench.track(around.link('videos/text2video', id));
		await workbench.row('Processing').waitFor();
		const body = JSON.stringify({
			code: 5000,
			message: 'upstream busy',
			data: { task_id: id, task_status: 'failed', task_status_msg: 'upstream busy' },
		});
		simulator.faults.next({ fault: { kind: 'body', status: 500, body }, match: { taskId: id } });
		await workbench.run('Kling: Refresh All Tasks');
		await workbench.row('Failed? Checking again').waitFor();
		await workbench.shot('doubt-1-reported-as-failed');
		await workbench.row('Processing').waitFor({ timeout: 20_000 });
		assert.equal(await workbench.page.locator('.notification-toast').count(), 0, 'nothing was announced');
	});

	it('that says "succeeded" without results is announced when the results are there, and the row shows that they are awaited', async () => {
		const { simulator } = around;
		const id = simulator.create({ action: 'videos', action2: 'image2video' }, { submittedMs: 0, durationMs: 10_000 });
		await workbench.track(around.link('videos/image2video', id));
		await workbench.row('Image to Video').waitFor();
		simulator.faults.next({ fault: { kind: 'withoutLinks' }, match: { taskId: id }, times: 1 });
		simulator.clock.advance(10_000);
		await workbench.row('waiting for results').waitFor();
		await workbench.shot('doubt-2-waiting-for-results');
		assert.equal(await workbench.page.locator('.notification-toast').count(), 0, 'it is announced with its results');
		await workbench.press(/Image to Video \d+ is ready/, 'Open');
		await soon('the video', async () => (await workbench.panel('Image to Video')).locator('video').isVisible());
		await workbench.shot('doubt-3-result');
	});
});
