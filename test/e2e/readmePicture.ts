// Takes the pictures of README and walkthrough: the packed extension in a real window, with tasks of its offline demo.
// npm run readme-picture
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from '../host/paths.mjs';
import { soon } from '../support/retry';
import { rightKey, Surroundings } from './surroundings';
import type { Workbench } from './ui';

/** What a person could call the demo's tasks. */
const names = [
	['Demo: Narrator', 'Narrator, take 2'],
	['Demo: Tide', 'Tide, shot 03'],
	['Demo: Rejected Prompt', 'Crowd, shot 04'],
	['Demo: Chord', 'Closing chord'],
	['Demo: Flowers', 'Valley and bloom'],
	['Demo: Sunrise', 'Dawn over the hills'],
] as const;
/** What a person has copied, to be tracked; nothing is sent before the list of tasks is confirmed. */
const copied = ['shot 07: 871234567890123456', 'shot 08: 871234567890123789', 'opening credits: 871234567890124012']
	.map((line) => line.replace(': ', ': https://api.cometapi.com/kling/v1/videos/image2video/'))
	.join('\n');
/** s: a frame of the demo's first video, with the sun above the hills. */
const frame = 2.4;

/** A request that a person could write. */
const request = `{
  "name": "Harbour, shot 03",
  "operation": "videos/text2video",
  "body": {
    "model_name": "kling-v3",
    "mode": "pro",
    "duration": "5",
    "sound": "off",
    "prompt": "A harbour at dawn, fishing boats leave, slow dolly"
  }
}
`;

/** The window in the README's picture, which shows all of it but its title bar, ... */
const large = { width: 1000, height: 650 };
/** ... and in the walkthrough's, which show what a step is about. */
const small = { width: 760, height: 430 };
/** ... and in that of Run: the request is seen above its dialog. */
const middle = { width: 860, height: 640 };
/** px around an input box. */
const margin = 20;

interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

async function takePictures(): Promise<void> {
	const around = await Surroundings.start({
		settings: {
			// A person's own, whose host is in the picture; the key box sends nothing before it is confirmed.
			'kling.api.baseUrl': 'https://api.cometapi.com',
			// No message covers the page.
			'kling.notifications.show': 'none',
			'workbench.colorTheme': 'Default Dark Modern',
			'workbench.tips.enabled': false,
		},
	});
	try {
		const workbench = await around.open();
		const { page } = workbench;
		await page.setViewportSize(small);
		// Nothing shows half behind the input boxes.
		await workbench.run('View: Toggle Primary Side Bar Visibility');
		await takeKey(workbench);
		await takeTrack(workbench);
		await takeRun(workbench, around.folder);
		// A lower window has no room for its icon.
		await workbench.openView('Kling');
		await page.setViewportSize(small);
		await workbench.run('Kling: Try Offline Demo');
		await workbench.row('Demo: Sunrise').waitFor();
		await workbench.closeNotifications();
		await soon('three tasks to be processed', async () => (await page.locator('.sidebar .codicon-modifier-spin').count()) >= 3);
		await widenSideBar(page, 45);
		const bar = await boxOf(page.locator('.part.sidebar'));
		const last = await boxOf(workbench.row('Demo: Sunrise'));
		const height = last.y + last.height + margin - bar.y;
		await take(page, 'walkthrough/demo.png', { x: bar.x, y: bar.y, width: bar.width, height });

		await page.setViewportSize(large);
		for (const [name, given] of names) {
			await workbench.contextMenu(workbench.row(name), 'Rename Task');
			await workbench.accept(given);
			await workbench.row(given).waitFor();
		}
		const video = (await workbench.panel('Dawn over the hills')).locator('video');
		const chord = workbench.row('Closing chord');
		await soon(
			'a result that was not viewed',
			async () => (await chord.getAttribute('aria-label'))?.includes('Succeeded') === true,
			60_000,
		);
		await video.evaluate(showFrame, frame);
		await page.mouse.move(0, 0);
		const { height: title } = await boxOf(page.locator('.part.titlebar'));
		await take(page, 'readme/tasks.png', { x: 0, y: title, width: large.width, height: large.height - title });
	} finally {
		await around.stop();
	}
}

async function takeKey(workbench: Workbench): Promise<void> {
	await workbench.run('Kling: Set API Key');
	await workbench.quickMessage.filter({ hasText: 'Get a key' }).waitFor();
	await takeInput(workbench, 'walkthrough/key.png');
}

async function takeTrack(workbench: Workbench): Promise<void> {
	await workbench.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(copied)})`);
	await workbench.runAndPick('Track Kling task', 'Use the clipboard');
	await workbench.quickRows.filter({ hasText: 'opening credits' }).waitFor();
	await takeInput(workbench, 'walkthrough/track.png');
}

/** The dialog of Run above its request; it is left again, so that nothing is sent. */
async function takeRun(workbench: Workbench, folder: string): Promise<void> {
	const { page } = workbench;
	await page.setViewportSize(middle);
	await workbench.runAndAccept('Kling: Set API Key', rightKey);
	// Nobody is there to check it: the editor reaches no network here.
	await workbench.notification('The API key was saved').waitFor();
	await workbench.closeNotifications();
	const name = 'harbour-03.kling.json';
	writeFileSync(path.join(folder, name), request);
	await workbench.openFile(name);
	await page.locator('.codelens-decoration a', { hasText: 'Run ≈' }).click();
	await workbench.dialog.getByRole('button', { name: 'Run', exact: true }).waitFor();
	await page.mouse.move(0, 0);
	const { height } = await boxOf(page.locator('.part.titlebar'));
	await take(page, 'readme/run.png', { x: 0, y: height, width: middle.width, height: middle.height - height });
	await page.keyboard.press('Escape');
	await workbench.closeEditors();
}

/** The input box or list that is open, which is closed then. */
async function takeInput({ page }: Workbench, name: string): Promise<void> {
	const { x, y, width, height } = await boxOf(page.locator('.quick-input-widget:visible'));
	await take(page, name, { x: x - margin, y: 0, width: width + 2 * margin, height: y + height + margin });
	await page.keyboard.press('Escape');
}

async function take(page: Page, name: string, clip: Box): Promise<void> {
	const file = path.join(root, 'media', name);
	mkdirSync(path.dirname(file), { recursive: true });
	// What fades in is shown as it will be.
	await page.screenshot({ path: file, clip, animations: 'disabled' });
	console.log(`${path.relative(root, file)}: ${statSync(file).size} bytes`);
}

async function boxOf(part: Locator): Promise<Box> {
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

void takePictures();
