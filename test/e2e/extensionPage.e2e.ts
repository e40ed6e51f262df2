// The pages on which VS Code itself presents the extension: its README and its walkthrough.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { extensionsDir } from '../host/server.mjs';
import { soon } from '../support/retry';
import { journey } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

/** A public address of the repository's files, as `vsce --baseImagesUrl` would name it. The browser of this test answers for it. */
const publicAddress = 'https://files.kling.example/';
const picture = 'media/readme/tasks.png';

/** What is read of an image element. */
interface Picture {
	readonly alt: string;
	readonly src: string;
	readonly naturalWidth: number;
}

describe('the pages of the extension', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	let readme: string;

	journey(
		{
			hasKey: false,
			prepare: async (opened) => {
				around = opened;
				const [folder] = readdirSync(extensionsDir(around.dataDir)).filter((name) => name.startsWith('kling-tasks.'));
				assert.ok(folder !== undefined);
				readme = path.join(extensionsDir(around.dataDir), folder, 'readme.md');
				await around.context.route(`${publicAddress}${picture}`, (route) =>
					route.fulfill({ path: path.join(path.dirname(readme), picture), contentType: 'image/png' }),
				);
			},
		},
		(opened) => {
			({ workbench } = opened);
		},
	);

	async function openReadme(): Promise<FrameLocator> {
		await workbench.openView('Extensions');
		const row = workbench.page.locator('.extensions-list .monaco-list-row', { hasText: 'Kling Tasks' }).first();
		await row.click();
		await workbench.webview().getByRole('heading', { level: 1, name: 'Kling Tasks' }).waitFor();
		return workbench.webview();
	}

	const pictures = (page: FrameLocator): Promise<readonly Picture[]> =>
		page
			.locator('img')
			.evaluateAll((images: readonly Picture[]) => images.map(({ alt, src, naturalWidth }) => ({ alt, src, naturalWidth })));

	it('show the README without a broken image where its picture has no public address', async () => {
		const page = await openReadme();
		// An image that is refused is drawn as broken unless it has an empty alternative text.
		assert.deepEqual(await pictures(page), [{ alt: '', src: '', naturalWidth: 0 }]);
		await page.getByText('In the picture: running tasks').waitFor();
		await workbench.shot('page-1-readme');
	});

	it('show the picture in the walkthrough', async () => {
		// A narrow walkthrough leaves its pictures out.
		await workbench.page.setViewportSize({ width: 1600, height: 900 });
		await workbench.run('Welcome: Open Walkthrough...');
		await workbench.pick('Get Started with Kling Tasks');
		await workbench.page.locator('.getting-started-step', { hasText: 'Open the result' }).click();
		const image = workbench.page.locator('.getting-started-media img');
		await image.waitFor();
		await soon('the picture', () => image.evaluate(({ naturalWidth }: Picture) => naturalWidth > 0));
		await workbench.shot('page-2-walkthrough');
	});

	it('show the picture in the README where it has a public address', async () => {
		writeFileSync(readme, readFileSync(readme, 'utf8').replace(picture, publicAddress + picture));
		await workbench.reload();
		const page = await openReadme();
		await soon('the picture', async () => (await pictures(page)).every(({ naturalWidth }) => naturalWidth > 0));
		await workbench.shot('page-3-public');
	});

	it('ask nobody else for anything', () => assert.deepEqual(around.context.blocked, []));
});
