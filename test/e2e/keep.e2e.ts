// Results that are kept by themselves, in a real window.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mediaFolder } from '../support/simulator';
import { soon } from '../support/retry';
import { journey } from './journey';
import type { Surroundings } from './surroundings';
import type { Player, Workbench } from './ui';

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('results that are kept', function () {
	this.timeout(120_000);
	let around: Surroundings;
	let workbench: Workbench;

	journey({ simulator: { linkLifetimeMs: 3_600_000 }, settings: { 'kling.results.keep': 'workspace' } }, (opened) => {
		({ around, workbench } = opened);
	});

	it('are files with their origin beside them', async () => {
		const id = around.simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 0, files: ['tide.mp4'] });
		await workbench.track(around.link('videos/text2video', id));
		const folder = path.join(around.folder, 'kling-results');
		await soon('the file', () => readdirSync(folder).length === 2, 30_000);
		const names = readdirSync(folder);
		assert.equal(sha256(path.join(folder, names[0] ?? '')), sha256(path.join(mediaFolder, 'tide.mp4')));
		await workbench.shot('keep-1-row');
		await workbench.row('Text to Video').click();
		await soon('the video', async () =>
			(await workbench.panel('Text to Video')).locator('video').evaluate((one: Player) => one.readyState >= 1),
		);
		await workbench.shot('keep-2-panel');
	});
});
