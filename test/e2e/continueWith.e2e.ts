// From a result to the request that continues with it.
import assert from 'node:assert/strict';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

describe('Continue With', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		const { simulator } = around;
		const video = simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 0 });
		const images = simulator.create({ action: 'images', action2: 'generations' }, { durationMs: 0, count: 3 });
		await workbench.track(around.link('videos/text2video', video));
		await workbench.track(around.link('images/generations', images));
		await soon('both rows', async () => (await workbench.tasks()).filter(({ ariaLabel }) => ariaLabel.includes('Succeeded')).length === 2);
		await workbench.closeNotifications();
	});
	afterEach(async () => {
		await workbench.page.keyboard.press('Escape');
		await workbench.closeNotifications();
	});

	const rows = async (): Promise<string[]> => (await workbench.quickRows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());

	it('on a row lists what can be made of the video, and what cannot with its reason', async () => {
		await workbench.contextMenu(workbench.row('Text to Video'), 'Continue With…');
		await workbench.quickRows.filter({ hasText: 'Video to Audio' }).waitFor();
		await workbench.shot('continue-1-operations');
		const listed = await rows();
		assert.match(listed[0] ?? '', /^Video to Audio ?audio\/video-to-audio Fills in the ID of the video\. Until \w+ \d+, \d+\.$/);
		const refused = listed.find((text) => text.startsWith('Omni Video'));
		assert.match(refused ?? '', /Kling cannot open its link: it leads to a private address\./);
	});

	it('what is not possible says why once more, and the list stays', async () => {
		await workbench.contextMenu(workbench.row('Text to Video'), 'Continue With…');
		await workbench.input.fill('Advanced Lip Sync');
		await soon('the only row', async () => (await rows())[0]?.startsWith('Advanced Lip Sync'));
		await workbench.input.press('Enter');
		await workbench.notification('Advanced Lip Sync: Continue with Identify Faces first, then with what that gives.').waitFor();
		assert.equal(await workbench.input.isVisible(), true);
		await workbench.shot('continue-2-reason');
	});

	it('opens a request with the video filled in, and sends nothing', async () => {
		await workbench.contextMenu(workbench.row('Text to Video'), 'Continue With…');
		await workbench.pick('Video to Audio');
		const editor = workbench.page.locator('.monaco-editor:visible', { hasText: 'audio/video-to-audio' }).first();
		await editor.waitFor();
		await workbench.page.locator('.codelens-decoration', { hasText: 'Preview' }).waitFor();
		// Over the first text that is to be written.
		await workbench.page.keyboard.type('Waves on pebbles');
		const text = await soon('what was typed', async () => {
			const drawn = (await editor.locator('.view-line').allInnerTexts()).map((line) => line.replaceAll('\u00a0', ' ').trim());
			return drawn.some((line) => line.includes('"sound_effect_prompt": "Waves on pebbles"')) && drawn;
		});
		assert.ok(
			text.some((line) => /^"video_id": "\d{18}",$/.test(line)),
			text.join('\n'),
		);
		await workbench.shot('continue-3-request');
		assert.deepEqual(around.simulator.requests.all({ kind: 'create' }), []);
	});

	it('in the panel says what can still be done, beside the button', async () => {
		const page = await workbench.openPanel('Text to Video');
		await page.getByRole('button', { name: 'Continue With…' }).waitFor();
		await workbench.shot('continue-4-panel');
		await page.getByText(/^Video to Audio, Identify Faces, Lip Sync, Start a Selection and 1 more, until /).scrollIntoViewIfNeeded();
		await workbench.shot('continue-5-facts');
		await page.getByRole('button', { name: 'Continue With…' }).click();
		await workbench.quickRows.filter({ hasText: 'Video to Audio' }).waitFor();
	});

	it('of several images asks for one, or takes all of them', async () => {
		await workbench.contextMenu(workbench.row('Image Generation'), 'Continue With…');
		await workbench.quickRows.filter({ hasText: 'All 3 Images' }).waitFor();
		await workbench.shot('continue-6-results');
		await workbench.pick('All 3 Images');
		await workbench.quickRows.filter({ hasText: 'Takes at most 2 images, not 3: select a single result.' }).first().waitFor();
		await workbench.shot('continue-7-all');
	});

	it('is in the hover of the row', async () => {
		const { text } = await workbench.hover(workbench.row('Text to Video'), 'Continue with');
		assert.match(text, /Continue with: Video to Audio, Identify Faces, Lip Sync, Start a Selection and 1 more, until \w+ \d+, \d+/);
		await workbench.shot('continue-8-hover');
	});
});
