// The first video of a person who has just installed the extension.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { mediaFolder } from '../support/simulator';
import { soon } from '../support/retry';
import { journey } from './journey';
import { rightKey, type Surroundings } from './surroundings';
import { type Player, type Workbench } from './ui';

describe('the first video', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;
	let id: string;
	let queries = 0;

	journey({ hasKey: false, handsOn: true }, (opened) => {
		({ around, workbench } = opened);
	});

	it('starts with a view that explains what to do', async () => {
		await soon('the welcome', async () =>
			(await workbench.welcomeText()).includes('Know when your Kling videos, images and audio are ready'),
		);
		assert.match(await workbench.welcomeText(), /Set API Key/);
		assert.match(await workbench.welcomeText(), /Get an API key, or try the offline demo first/);
		assert.match(await workbench.welcomeText(), /Results on disk\? Track their tasks\./);
		await workbench.shot('first-1-welcome');
	});

	it('takes a key and says that the API accepted it', async () => {
		await workbench.welcome.getByRole('button', { name: 'Set API Key' }).click();
		await workbench.input.waitFor();
		assert.equal(await workbench.input.getAttribute('type'), 'password');
		assert.match(
			await workbench.quickMessage.innerText(),
			/^Stored in VS Code’s secret storage; sent only to 127\.0\.0\.1:\d+\. Get a key…/,
		);
		const link = workbench.quickMessage
			.getByRole('link', { name: 'Get a key…' })
			.or(workbench.quickMessage.getByRole('button', { name: 'Get a key…' }));
		assert.equal(await link.getAttribute('href'), `${around.simulator.origin}/console/token`);
		await workbench.shot('first-2-key');
		await workbench.accept(rightKey);
		await workbench.notification('API key saved.').waitFor();
		await soon('the next step', async () => (await workbench.welcomeText()).includes('No tasks yet.'));
		await workbench.shot('first-3-key-accepted');
	});

	it('tracks a task by its id alone', async () => {
		id = around.simulator.create(
			{ action: 'videos', action2: 'text2video' },
			{ submittedMs: 10_000, durationMs: 60_000, files: ['dawn.mp4'] },
		);
		await workbench.press('API key saved.', 'Track a Task');
		await workbench.input.fill(id);
		await workbench.quickRows.filter({ hasText: `Track ${id}` }).waitFor();
		await workbench.shot('first-4-paste');
		await workbench.input.press('Enter');
		await workbench.row('Submitted').waitFor();
		const [row] = await workbench.tasks();
		assert.equal(row?.label, `Text to Video ${id.slice(-6)}`);
		assert.match(row.description, /^(?:~\d+ s left|a few seconds left|should finish soon)$/);
		await soon('the status bar', async () => (await workbench.statusText()).startsWith('Kling Tasks: 1 running'));
		await workbench.shot('first-6-submitted');
	});

	it('shows the status and the remaining time', async () => {
		around.simulator.clock.advance(10_000);
		await workbench.row('Processing').waitFor();
		await workbench.shot('first-7-processing');
		// By the server's clock it has then run for longer than half of such tasks take.
		around.simulator.clock.advance(20_000);
		await soon('the time to go on', async () => (await workbench.tasks())[0]?.description === 'should finish soon', 40_000);
	});

	it('notifies once when it has finished', async () => {
		around.simulator.clock.advance(30_000);
		await workbench.row('Succeeded').waitFor();
		await workbench.statusItem(`Text to Video ${id.slice(-6)} is ready`).waitFor();
		await workbench.shot('first-8-finished');
		await workbench.notification(`Text to Video ${id.slice(-6)} is ready`).waitFor();
		assert.deepEqual(await workbench.notifications(), [`Text to Video ${id.slice(-6)} is ready`]);
		queries = around.queries(id);
		await soon('the badge', async () => (await workbench.badge('Kling')) === '1');
		assert.deepEqual(
			(await workbench.tree()).map(({ label, description }) => [label, description]),
			[
				['Today', '1'],
				[`Text to Video ${id.slice(-6)}`, 'just now'],
			],
		);
		assert.match((await workbench.tasks())[0]?.ariaLabel ?? '', /^Text to Video \d{6}, Succeeded, just now, not viewed/);
		await workbench.shot('first-9-notification');
	});

	it('opens the video from the notification, and it plays', async () => {
		await workbench.press(`Text to Video ${id.slice(-6)} is ready`, 'Open');
		const video = workbench.webview().locator('video');
		const first = await soon('the video to play', () => video.evaluate((one: Player) => one.currentTime));
		await soon('the video to go on', async () => (await video.evaluate((one: Player) => one.currentTime)) > first + 0.5);
		await workbench.shot('first-10-playing');
	});

	it('no longer counts a result that was viewed', async () => {
		await soon('the badge to go', async () => (await workbench.badge('Kling')) === '');
		await soon('the status bar to be empty', async () => (await workbench.klingStatus.count()) === 0);
		assert.deepEqual(await workbench.notifications(), []);
	});

	it('saves the file as it was made', async () => {
		const target = path.join(around.folder, 'dawn over hills.mp4');
		await workbench.run('Kling: Save Result As…');
		await workbench.typePath(target);
		await workbench.notification('Saved dawn over hills.mp4').waitFor();
		await workbench.shot('first-11-saved');
		assert.ok((await readFile(target)).equals(await readFile(path.join(mediaFolder, 'dawn.mp4'))));
		await workbench.closeNotifications();
	});

	it('copies a curl command without the key', async () => {
		await workbench.run('Kling: Copy as curl');
		const line = await soon('the clipboard', async () => /^curl .*/.exec(await workbench.clipboard())?.[0]);
		assert.equal(line, `curl --header "Authorization: Bearer $COMETAPI_KEY" '${around.simulator.origin}/kling/v1/videos/text2video/${id}'`);
	});

	it('sends no request once the task has finished, and none to another host', () => {
		assert.equal(around.queries(id), queries);
		assert.deepEqual(around.context.blocked, []);
	});
});
