// The pages on which VS Code itself presents the extension: its README and its walkthrough.
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
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
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;

	journey({ hasKey: false, prepare: addPublicPicture, handsOn: true }, (opened) => {
		({ around, workbench } = opened);
	});

	it('show the README: without a broken image where its picture has no public address, and with the picture where it has one', async () => {
		await workbench.openView('Extensions');
		await workbench.page.locator('.extensions-list .monaco-list-row', { hasText: 'Kling Tasks' }).first().click();
		const page = workbench.webview();
		await page.getByText('Kling videos, images and audio take seconds to many minutes').waitFor();
		const images = page.locator('img');
		await soon('the picture', () => images.last().evaluate(({ naturalWidth }: Picture) => naturalWidth > 0));
		// An image that is refused loses its address, and is drawn as broken unless its alternative text is empty.
		assert.deepEqual(await images.evaluateAll((all: readonly Picture[]) => all.map(({ alt, src }) => ({ alt, src }))), [
			{ alt: '', src: '' },
			{ alt: '', src: '' },
			{ alt: '', src: publicAddress + picture },
		]);
		await workbench.shot('page-1-readme');
	});

	it('show the picture in the walkthrough', async () => {
		// A narrow walkthrough leaves its pictures out.
		await workbench.page.setViewportSize({ width: 1600, height: 900 });
		await workbench.runAndPick('Welcome: Open Walkthrough...', 'Get Started with Kling Tasks');
		await workbench.page.locator('.getting-started-step', { hasText: 'Open the result' }).click();
		const image = workbench.page.locator('.getting-started-media img');
		await image.waitFor();
		await soon('the picture', () => image.evaluate(({ naturalWidth }: Picture) => naturalWidth > 0));
		await workbench.shot('page-2-walkthrough');
	});

	it('ask nobody else for anything', () => assert.deepEqual(around.context.blocked, []));
});

/** Adds the picture once more to the installed README, as it would be packed with a public address, and answers for that address. */
async function addPublicPicture({ dataDir, context }: Surroundings): Promise<void> {
	const [name] = readdirSync(extensionsDir(dataDir)).filter((folder) => folder.startsWith('kling-tasks.'));
	assert.ok(name !== undefined);
	const folder = path.join(extensionsDir(dataDir), name);
	appendFileSync(path.join(folder, 'readme.md'), `\n<img src="${publicAddress}${picture}" alt="">\n`);
	await context.route(publicAddress + picture, (route) => route.fulfill({ path: path.join(folder, picture), contentType: 'image/png' }));
}
