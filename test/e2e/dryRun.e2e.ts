// A request on the offline Kling: without an API key, beside the sample tasks of the demo.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

const request = `{
	"name": "Fox in the snow",
	"operation": "images/generations",
	"body": {
		"model_name": "kling-v3",
		"prompt": "A fox in deep snow",
		"n": 2
	}
}
`;

describe('a dry run', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({ hasKey: false }, async (opened) => {
		({ around, workbench } = opened);
		await writeFile(path.join(around.folder, 'fox.kling.json'), request);
		await writeFile(
			path.join(around.folder, 'storm.kling.json'),
			request.replace('A fox in deep snow', 'A storm [fail]').replace('Fox in the snow', 'Storm'),
		);
	});

	/** Opens a request; the commands on it are offered when its lenses are there. */
	const open = async (name: string): Promise<void> => {
		await workbench.openFile(name);
		await workbench.page.getByRole('tab', { name, selected: true }).waitFor();
		await workbench.page.locator('.codelens-decoration', { hasText: 'Preview' }).waitFor();
	};
	const rows = async (): Promise<string[]> => (await workbench.tasks()).map(({ label }) => label);

	it('needs no key, and its task is in the group of the demo, counted nowhere', async () => {
		await open('fox.kling.json');
		await workbench.page.locator('.codelens-decoration a', { hasText: 'Dry Run' }).first().click();
		await workbench.openView('Kling');
		await workbench.row('Fox in the snow').waitFor();
		assert.deepEqual(
			(await workbench.tree()).map(({ label }) => label),
			['Offline Demo', 'Fox in the snow'],
		);
		await workbench.shot('dry-run-1-listed');
		assert.equal(await workbench.badge('Kling'), '');
		await workbench.page
			.getByText(/about \d+ s left|should finish soon/)
			.first()
			.waitFor();
		await workbench.shot('dry-run-2-lens');
	});

	it('is announced once, as one that cost nothing, and its result opens', async () => {
		const ready = workbench.notification('Dry run, no cost: Fox in the snow is ready');
		await ready.waitFor({ timeout: 60_000 });
		await workbench.shot('dry-run-3-ready');
		assert.equal(await workbench.badge('Kling'), '');
		await workbench.press('Dry run, no cost: Fox in the snow is ready', 'Open');
		const page = await workbench.panel('Fox in the snow');
		await soon('both images', async () => (await page.locator('img').count()) >= 2);
		await page.getByText('Image Generation · 2 images · just now · offline demo').waitFor();
		await workbench.shot('dry-run-4-result');
	});

	it('can fail as on Kling, in its words', async () => {
		await open('storm.kling.json');
		await workbench.run('Kling: Dry Run Request');
		await workbench.notification(/Dry run, no cost: Storm failed: Failure to pass the risk control system/).waitFor();
		await workbench.shot('dry-run-5-failed');
		await workbench.closeNotifications();
	});

	it('is no demo: that can still be started, beside it, and one command stops both', async () => {
		await workbench.run('Kling: Try Offline Demo');
		await workbench.notification('Demo running: six sample tasks finish within a minute.').waitFor();
		await soon('the sample tasks beside those of dry runs', async () => {
			const labels = await rows();
			return ['Fox in the snow', 'Storm', 'Demo: Sunrise', 'Demo: Narrator'].every((label) => labels.includes(label));
		});
		await workbench.shot('dry-run-6-demo');
		assert.equal(await workbench.offers('Kling: Try Offline Demo'), false);
		await workbench.run('Kling: Stop Offline Demo');
		await soon('all of them to go', async () => (await rows()).length === 0);
		assert.equal(await workbench.offers('Kling: Stop Offline Demo'), false);
		assert.equal(await workbench.offers('Kling: Try Offline Demo'), true);
		await workbench.shot('dry-run-7-stopped');
	});

	it('sends no request to another host', () => assert.deepEqual(around.context.blocked, []));
});
