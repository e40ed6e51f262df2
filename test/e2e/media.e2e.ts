// Images, sounds, videos made from videos, and failures; in every theme, and for everybody.
import assert from 'node:assert/strict';
import { failureReasons } from '../../src/simulator/tasks';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import { operationOf, type Player, type Theme, type Workbench } from './ui';

const themes: readonly Theme[] = ['dark', 'light', 'highContrast', 'highContrastLight'];

describe('images, sounds, lip-sync and failures', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({}, (opened) => {
		({ around, workbench } = opened);
	});

	it('tracks several at once, from one text', async () => {
		const { simulator } = around;
		const times = { submittedMs: 2000, durationMs: 20_000 };
		const parent = simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 0, files: ['dawn.mp4'] });
		const links = [
			around.link('images/generations', simulator.create({ action: 'images', action2: 'generations' }, { ...times, count: 2 })),
			around.link('audio/text-to-audio', simulator.create({ action: 'audio', action2: 'text-to-audio' }, times)),
			around.link(
				'videos/lip-sync',
				simulator.create({ action: 'videos', action2: 'lip-sync' }, { ...times, parent, files: ['voice.mp4'] }),
			),
			around.link(
				'videos/image2video',
				simulator.create({ action: 'videos', action2: 'image2video' }, { ...times, failure: failureReasons.risk }),
			),
			around.link(
				'videos/effects',
				simulator.create({ action: 'videos', action2: 'effects' }, { submittedMs: 2000, durationMs: 3_600_000 }),
			),
		];
		await workbench.runAndFill('Track Kling task', links.join(' '));
		await workbench.quickRows.filter({ hasText: 'Track 5 tasks' }).click();
		await workbench.quickRows.nth(4).waitFor();
		await workbench.shot('media-1-confirm');
		await workbench.pickMany(...links.map((link) => link.replace(/.*\//, '')));
		await soon('all rows', async () => (await workbench.tasks()).filter(({ ariaLabel }) => ariaLabel.includes('Submitted')).length === 5);
		await workbench.notification('Tracking 5 tasks.').waitFor();
		await workbench.shot('media-2-tracked');
		await workbench.closeNotifications();
	});

	it('notifies of tasks that finish together in one message', async () => {
		around.simulator.clock.advance(20_000);
		await workbench.run('Kling: Refresh All Tasks');
		await workbench.notification('3 results are ready, 1 task failed').waitFor();
		assert.deepEqual(await workbench.notifications(), ['3 results are ready, 1 task failed']);
		await workbench.shot('media-3-ended');
		await workbench.press('3 results are ready', 'Show');
		await soon('rows in order', async () => {
			const rows = await workbench.tasks();
			return (
				rows.length === 5 &&
				operationOf(rows[0]?.label ?? '') === 'Video Effects' &&
				rows.slice(1).every(({ ariaLabel }) => /, (?:Succeeded|Failed), /.test(ariaLabel))
			);
		});
	});

	it('shows images', async () => {
		const panel = await workbench.openPanel('Image Generation');
		await soon('both images', async () => {
			const widths = await panel
				.locator('figure img')
				.evaluateAll((images: readonly { readonly naturalWidth?: number }[]) => images.map(({ naturalWidth }) => naturalWidth ?? 0));
			return widths.length === 2 && widths.every((width) => width > 0);
		});
		await workbench.shot('media-4-images');
	});

	it('plays a sound, in either format', async () => {
		const panel = await workbench.openPanel('Text to Audio');
		const audio = panel.locator('audio');
		const plays = () => audio.evaluate((one: Player) => one.currentTime > 0.3 && !one.paused);
		await soon('the sound to be there', () => audio.evaluate((one: Player) => one.readyState >= 1));
		assert.equal(await audio.evaluate((one: Player) => one.paused), true, 'no sound plays by itself');
		// The button of the browser's own controls.
		await audio.click({ position: { x: 24, y: 27 } });
		await soon('the sound to play', plays);
		await workbench.shot('media-5-sound');
		await panel.getByRole('button', { name: 'WAV', exact: true }).click();
		await soon('the other format to play', async () => (await audio.getAttribute('src'))?.includes('.wav') === true && (await plays()));
	});

	it('shows a lip-sync with the video it was made from', async () => {
		const row = workbench.row('Lip Sync');
		const panel = await workbench.openPanel('Lip Sync');
		await panel.getByRole('heading', { name: 'Before' }).waitFor();
		await soon('both videos', async () => {
			const videos = await panel
				.locator('video')
				.evaluateAll((all: readonly { readonly videoWidth?: number }[]) => all.map(({ videoWidth }) => videoWidth ?? 0));
			return videos.length === 2 && videos.every((width) => width > 0);
		});
		await row.locator('.monaco-tl-twistie').click();
		await soon('its children', async () => {
			const children = (await workbench.tasks()).filter(({ level }) => level === 2).map(({ label }) => label);
			return children.length === 2 && children[0] === 'Video' && children[1] === 'Parent video';
		});
		await workbench.shot('media-6-lip-sync');
	});

	it('shows the reason of a failure in the row and the panel', async () => {
		const row = (await workbench.tasks()).find(({ label }) => operationOf(label) === 'Image to Video');
		assert.ok(row !== undefined);
		assert.equal(row.description, `${failureReasons.risk} · just now`);
		assert.ok(row.ariaLabel.includes(failureReasons.risk), row.ariaLabel);
		const panel = await workbench.openPanel('Image to Video');
		await panel.getByText(failureReasons.risk).waitFor();
		await workbench.shot('media-7-failed');
	});

	it('shows the reason of a failure in the notification and the status bar', async () => {
		const id = around.simulator.create(
			{ action: 'videos', action2: 'multi-image2video' },
			{ durationMs: 20_000, failure: failureReasons.ratio },
		);
		await workbench.track(around.link('videos/multi-image2video', id));
		await workbench.row('Multiple Images to Video').waitFor();
		around.simulator.clock.advance(20_000);
		await workbench.statusItem(/Multiple Images to Video \d+ failed/).waitFor();
		await workbench.notification(failureReasons.ratio).waitFor();
		await workbench.shot('media-8-failure-told');
		assert.equal(await workbench.notification(failureReasons.ratio).getByRole('button', { name: 'Save', exact: true }).count(), 0);
		await workbench.press(failureReasons.ratio, 'Open');
		await workbench.panel('Multiple Images to Video');
	});

	for (const theme of themes) {
		it(`has accessible panels in the theme ${theme}`, async () => {
			await workbench.useTheme(theme);
			// The images differ from videos by their picture alone.
			for (const heading of [
				...(theme === 'dark' ? ['Image Generation'] : []),
				'Text to Audio',
				'Lip Sync',
				'Image to Video',
				'Video Effects',
			]) {
				const panel = await workbench.openPanel(heading);
				await soon(
					'the theme to reach the page',
					async () =>
						(await panel.locator('body').getAttribute('data-vscode-theme-kind')) ===
						{
							dark: 'vscode-dark',
							light: 'vscode-light',
							highContrast: 'vscode-high-contrast',
							highContrastLight: 'vscode-high-contrast-light',
						}[theme],
				);
				assert.deepEqual(await workbench.axe(panel), [], heading);
				await workbench.shot(`media-${theme}-${heading.toLowerCase().replaceAll(' ', '-')}`);
			}
		});
	}

	it('sends no request to another host', () => assert.deepEqual(around.context.blocked, []));
});
