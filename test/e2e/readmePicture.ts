// Takes the README's picture: the packed extension in a real window, with tasks of its offline demo. npm run readme-picture
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from '../host/paths.mjs';
import { soon } from '../support/retry';
import { Surroundings } from './surroundings';

/** Also shown by the walkthrough, and packed into the .vsix: a test holds its size to the same limit. */
const file = path.join(root, 'media', 'readme', 'tasks.png');
/** What the demo calls its tasks -> what a person could call them. */
const names = { 'Lip Sync': 'Narrator, take 2', 'Image Generation': 'Valley and bloom', 'Text to Video': 'Dawn over the hills' };
/** Of the window; its title bar is cut off. */
const size = { width: 1000, height: 650 };
/** s: a frame of the demo's first video, with the sun above the hills. */
const frame = 2.4;

async function takePicture(): Promise<void> {
	const around = await Surroundings.start({
		// No message covers the page.
		settings: { 'kling.notifications.show': 'none', 'workbench.colorTheme': 'Default Dark Modern' },
	});
	try {
		const workbench = await around.open();
		const { page } = workbench;
		await page.setViewportSize(size);
		await workbench.run('Kling: Try Offline Demo');
		await soon('the tasks of the demo', async () => (await workbench.treeRows.count()) > 5);
		await workbench.closeNotifications();
		await widenSideBar(page, 45);
		for (const [operation, name] of Object.entries(names)) {
			await workbench.contextMenu(workbench.row(operation), 'Rename Task');
			await workbench.accept(name);
			await workbench.row(name).waitFor();
		}
		const video = (await workbench.panel(names['Text to Video'])).locator('video');
		await workbench.row('Text to Audio').filter({ hasText: 'Succeeded' }).waitFor({ timeout: 60_000 });
		await video.evaluate(showFrame, frame);
		await page.mouse.move(0, 0);
		const bar = await boxOf(page.locator('.part.titlebar'));
		const { width, height } = size;
		await page.screenshot({ path: file, clip: { x: 0, y: bar.height, width, height: height - bar.height } });
	} finally {
		await around.stop();
	}
	console.log(`${path.relative(root, file)}: ${statSync(file).size} bytes`);
}

async function boxOf(part: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
	const box = await part.boundingBox();
	if (box === null) {
		throw new Error('A part of the window is not shown');
	}
	return box;
}

/** Drags the edge of the side bar, so that its rows are not cut off. */
async function widenSideBar(page: Page, by: number): Promise<void> {
	const { x, y, width, height } = await boxOf(page.locator('.part.sidebar'));
	await page.mouse.move(x + width, y + height / 2);
	await page.mouse.down();
	await page.mouse.move(x + width + by, y + height / 2, { steps: 5 });
	await page.mouse.up();
}

/** What is used of a video element. */
interface Video {
	currentTime: number;
	pause(): void;
	onseeked: (() => void) | null;
}

/** Runs in the page. */
function showFrame(video: Video, seconds: number): Promise<void> {
	video.pause();
	return new Promise((resolve) => {
		video.onseeked = () => resolve();
		video.currentTime = seconds;
	});
}

void takePicture();
