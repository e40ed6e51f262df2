// A task that is found in a long list, and a list that goes to another machine.
import assert from 'node:assert/strict';
import path from 'node:path';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

describe('a long list', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	let harbour: string;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		const create = (): string => around.simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 3_600_000 });
		harbour = create();
		const others = Array.from({ length: 12 }, (_, index) => ({ task_id: create(), action2: 'text2video', name: `shot ${index + 1}` }));
		const prompt = 'A lighthouse at dusk, the beam sweeping over a calm sea';
		const tasks = others.toSpliced(3, 0, { task_id: harbour, action2: 'text2video', name: 'Harbour', ...{ prompt } });
		await workbench.track(JSON.stringify(tasks.map((task) => ({ action: 'videos', ...task }))));
		// Several are confirmed.
		await workbench.quickRows.getByRole('checkbox').first().waitFor();
		await workbench.page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }).click();
		await soon('all rows', async () => (await workbench.tree()).length >= 13, 30_000);
	});

	it('has a task that is found by a word of its prompt, and revealed by Enter', async () => {
		await workbench.closeNotifications();
		const selected = workbench.page.locator('.sidebar .monaco-list-row.selected', { hasText: 'Harbour' });
		assert.equal(await selected.isVisible(), false);
		await workbench.runAndUse('Kling: Find Task…', async (timeout) => {
			await workbench.quickRows.filter({ hasText: 'shot 12' }).first().waitFor({ timeout });
			await workbench.shot('lists-1-find');
			await workbench.input.pressSequentially('lighthouse dusk', { timeout });
			await soon('the match alone', async () => (await workbench.quickRows.count()) === 1, timeout);
			assert.match((await workbench.quickRows.first().getAttribute('aria-label')) ?? '', /^Harbour, .*A lighthouse at dusk/);
			await workbench.shot('lists-2-found');
			await workbench.input.press('Enter', { timeout });
		});
		await soon('its row', () => selected.isVisible());
		await workbench.input.waitFor({ state: 'hidden' });
		await workbench.shot('lists-3-revealed');
	});

	it('says what it does not find', async () => {
		await workbench.runAndUse('Kling: Find Task…', async (timeout) => {
			await workbench.input.pressSequentially('zebra', { timeout });
			await workbench.quickRows.filter({ hasText: 'No task matches “zebra”.' }).waitFor({ timeout });
		});
		await workbench.shot('lists-4-nothing');
		await workbench.page.keyboard.press('Escape');
	});

	it('goes to a file, and comes back after all data were deleted', async () => {
		const file = path.join(around.folder, 'list.csv');
		await workbench.run('Kling: Export Task List…');
		await workbench.typePath(file);
		await workbench.notification('Exported 13 tasks to list.csv.').waitFor();
		await workbench.shot('lists-5-exported');
		await workbench.closeNotifications();
		await workbench.run('Kling: Delete All Data…');
		await workbench.dialog.getByRole('button', { name: 'Delete All Data' }).click();
		await soon('the list to be empty', async () => (await workbench.tree()).length === 0);
		await workbench.closeNotifications();
		await workbench.run('Kling: Import Task List…');
		await workbench.typePath(file);
		await workbench.dialog.waitFor();
		assert.match(await workbench.dialog.innerText(), /No API key is set for: 127\.0\.0\.1/);
		await workbench.shot('lists-6-question');
		await workbench.dialog.getByRole('button', { name: 'Import All' }).click();
		await workbench.notification('Imported 13 tasks.').waitFor();
		await soon('the rows', async () => (await workbench.tree()).some(({ label }) => label === 'Harbour'));
		await workbench.shot('lists-7-imported');
	});
});
