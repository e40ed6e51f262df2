// Run: from a request file to a paid task and its result, at an offline Kling in the place of the real one.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { Simulator } from '../../src/simulator/simulator';
import { soon } from '../support/retry';
import { journey } from './journey';
import { rightKey, type Surroundings } from './surroundings';
import type { Workbench } from './ui';

const image = (prompt: string, name: string): string => `{
	"name": "${name}",
	"operation": "images/generations",
	"body": {
		"model_name": "kling-v3",
		"prompt": "${prompt}"
	}
}
`;
const video = (prompt: string, seconds: number): string => `{
	"operation": "videos/text2video",
	"body": {
		"model_name": "kling-v3",
		"mode": "pro",
		"duration": "${seconds}",
		"sound": "off",
		"prompt": "${prompt}"
	}
}
`;

describe('Run', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let simulator: Simulator;
	let workbench: Workbench;

	// The gateway has no lists, as far as is known; the limit is that of one of the tests.
	journey({ simulator: { lists: 'refused' }, settings: { 'kling.create.dailyLimit': 2 }, handsOn: true }, async (opened) => {
		({ around, simulator, workbench } = opened);
		const files: Readonly<Record<string, string>> = {
			'fox.kling.json': image('A fox in deep snow', 'Fox in the snow'),
			'owl.kling.json': image('An owl at dusk', 'Owl'),
			'pier.kling.json': video('A pier in the rain', 5),
			'storm.kling.json': video('A storm over the sea', 5),
			'long.kling.json': video('A long storm', 15),
		};
		await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(around.folder, name), text)));
	});

	const lens = (text: string | RegExp): Locator => workbench.page.locator('.codelens-decoration a', { hasText: text }).first();
	const open = async (name: string): Promise<void> => {
		await workbench.openFile(name);
		await workbench.page.getByRole('tab', { name, selected: true }).waitFor();
		await lens('Preview').waitFor();
	};
	/** Presses Run above the request in front, and confirms. */
	const run = async (): Promise<void> => {
		await lens(/^Run ≈/).click();
		await workbench.dialog.getByRole('button', { name: 'Run', exact: true }).click();
	};

	it('asks once, with everything in it, and then the task is in the list with its name', async () => {
		await open('fox.kling.json');
		await lens('Run ≈ 8.0 units').click();
		const dialog = workbench.dialog;
		await dialog.getByText('Run “fox.kling.json”').waitFor();
		const text = await dialog.innerText();
		for (const part of ['127.0.0.1', 'Image Generation (images/generations)', 'kling-v3', 'Take: 1', '$']) {
			assert.ok(text.includes(part), `${part} is not in the dialog:\n${text}`);
		}
		await workbench.shot('run-1-dialog');
		assert.equal(simulator.creates.length, 0);
		await dialog.getByRole('button', { name: 'Run', exact: true }).click();
		await workbench.row('Fox in the snow').waitFor();
		await soon('the task', () => simulator.creates.length === 1);
		assert.match(simulator.creates[0]?.externalId ?? '', /^kt-[a-z2-7]{26}$/);
		const { text: facts } = await workbench.hover(workbench.row('Fox in the snow'), '$0.028');
		assert.ok(facts.includes('A fox in deep snow'), facts);
		await workbench.shot('run-2-listed');
		assert.equal(simulator.requests.all({ kind: 'create' }).length, 1);
	});

	it('shows the result with what was requested and what it cost', async () => {
		simulator.clock.advance(120_000);
		await workbench.press('Fox in the snow is ready', 'Open');
		const page = await workbench.panel('Fox in the snow');
		await soon('the image', async () => (await page.locator('img').count()) >= 1);
		await workbench.shot('run-3-result');
	});

	it('again is another take, asked for again', async () => {
		await workbench.contextMenu(workbench.row('Fox in the snow'), 'Run Again');
		await workbench.dialog.getByText('Take: 2').waitFor();
		await workbench.shot('run-4-again');
		await workbench.dialog.getByRole('button', { name: 'Run', exact: true }).click();
		await soon('the second task', () => simulator.creates.length === 2);
		assert.notEqual(simulator.creates[1]?.externalId, simulator.creates[0]?.externalId);
		await soon('both rows', async () => (await workbench.tasks()).filter(({ label }) => label.startsWith('Fox in the snow')).length === 2);
	});

	it('finds the task of a response that got lost, without sending it again', async () => {
		simulator.faults.next({ fault: { kind: 'noResponse', end: 'reset', executed: true }, match: { method: 'POST' } });
		await open('owl.kling.json');
		await run();
		await soon('the third task', () => simulator.creates.length === 3);
		await workbench.row('Owl').waitFor();
		await soon('the row to be a task', async () => {
			const rows = (await workbench.tasks()).filter(({ label }) => label.startsWith('Owl'));
			return rows.length === 1 && !(rows[0]?.description ?? '').includes('may or may not');
		});
		await workbench.shot('run-5-found');
		assert.equal(simulator.requests.all({ kind: 'create' }).length, 3);
	});

	it('says so when it cannot be known, and takes the ID from the person', async () => {
		simulator.externalIds = 'ignored';
		await open('pier.kling.json');
		await run();
		await soon('the video', () => simulator.creates.length === 4);
		await workbench.row('pier').waitFor();
		simulator.faults.next({ fault: { kind: 'noResponse', end: 'reset', executed: true }, match: { method: 'POST' } });
		await open('storm.kling.json');
		await run();
		await soon('the video that got lost', () => simulator.creates.length === 5);
		const row = workbench.row('Kling may or may not have it');
		await row.waitFor();
		await workbench.shot('run-6-uncertain');
		await workbench.contextMenu(row, 'I Have the ID…');
		await workbench.accept(simulator.creates[4]?.taskId ?? '');
		const other = workbench.dialog.getByRole('button', { name: 'Track It Anyway' });
		await soon('the row to be a task', async () => {
			if (await other.isVisible()) {
				await other.click();
			}
			return (await workbench.tasks()).every(({ description }) => !description.includes('may or may not'));
		});
		await workbench.shot('run-7-entered');
		assert.equal(simulator.requests.all({ kind: 'create' }).length, 5);
	});

	it('sends nothing above the daily limit, and says what is left', async () => {
		await open('long.kling.json');
		await lens('Run ≈ 12.0 units').click();
		await workbench.notification(/of your daily limit of \$2\.00 only/).waitFor();
		await workbench.shot('run-8-limit');
		assert.equal(simulator.creates.length, 5);
		await workbench.closeNotifications();
	});

	it('goes on from a result to the next request, up to its task', async () => {
		simulator.clock.advance(10 * 60_000);
		await soon('the video', async () => (await workbench.row('pier').getAttribute('aria-label'))?.includes('Succeeded'));
		await workbench.closeNotifications();
		await workbench.contextMenu(workbench.row('pier'), 'Continue With…');
		await workbench.quickRows.filter({ hasText: 'Video to Audio' }).first().waitFor();
		await workbench.shot('run-9-continue');
		await workbench.pick('Video to Audio');
		await workbench.page.locator('.monaco-editor:visible', { hasText: 'audio/video-to-audio' }).first().waitFor();
		await lens('Preview').waitFor();
		await workbench.page.keyboard.type('Waves under a pier');
		await workbench.page.keyboard.press('Tab');
		await workbench.page.keyboard.type('A slow accordion');
		await workbench.shot('run-10-next');
		await run();
		await soon('the next task', () => simulator.creates.length === 6);
		assert.equal(simulator.creates[5]?.operation, 'audio/video-to-audio');
		await workbench.row('Video to Audio').waitFor();
		await workbench.shot('run-11-continued');
	});

	it('sends no request to another host, and keeps the key out of what is kept', async () => {
		assert.deepEqual(around.context.blocked, []);
		assert.ok(!(await workbench.browserStorage()).includes(rightKey));
	});
});
