// A folder that nobody has said to trust, in a browser that gives the editor no clipboard.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { soon } from '../support/retry';
import { journey } from './journey';
import type { Surroundings } from './surroundings';
import { type Player, type Workbench } from './ui';

describe('in restricted mode', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;

	journey({ server: { workspaceTrust: true }, clipboard: false, hasKey: false }, (opened) => {
		({ around, workbench } = opened);
	});

	it('tracks and shows as usual', async () => {
		await workbench.statusItem('Restricted Mode').waitFor();
		await around.setKey(workbench);
		const id = around.simulator.create({ action: 'videos', action2: 'text2video' }, { submittedMs: 0, durationMs: 10_000 });
		await workbench.track(around.link('videos/text2video', id));
		await workbench.row('Processing').waitFor();
		around.simulator.clock.advance(10_000);
		await workbench.press(/Text to Video \d+ is ready/, 'Open');
		const video = (await workbench.panel('Text to Video')).locator('video');
		await soon('the video to play', () => video.evaluate((one: Player) => one.currentTime > 0.5));
		await workbench.statusItem('Restricted Mode').waitFor();
		await workbench.shot('trust-restricted');
		assert.deepEqual(around.context.blocked, []);
	});

	it('runs no request, whatever its file says', async () => {
		const text = JSON.stringify({ operation: 'images/generations', body: { model_name: 'kling-v3', prompt: 'A fox' } }, undefined, 2);
		await writeFile(path.join(around.folder, 'fox.kling.json'), text);
		await workbench.openFile('fox.kling.json');
		await workbench.page.locator('.codelens-decoration', { hasText: 'Preview' }).waitFor();
		await workbench.run('Kling: Run Request');
		await workbench.notification('Requests are not run in a workspace that you do not trust').waitFor();
		await workbench.shot('trust-run-refused');
		assert.equal(await workbench.dialog.isVisible(), false);
		assert.deepEqual(around.simulator.requests.all({ kind: 'create' }), []);
	});
});
