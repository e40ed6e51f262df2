// From a copied create request to a request file.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

const key = 'sk-pasted-5f2c9a7e41d04b6f8a3e6c1b9d7f2e50';
const line = `curl https://gateway.example/kling/v1/videos/text2video -H "Authorization: Bearer ${key}" -d '{"model_name":"kling-v3","prompt":"A fox in deep snow","duration":"5"}'`;
const request =
	'{\n  "operation": "videos/text2video",\n  "body": {\n    "model_name": "kling-v3",\n    "prompt": "A fox in deep snow",\n    "duration": "5"\n  }\n}\n';

describe('a new request', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({}, (opened) => {
		({ around, workbench } = opened);
	});
	afterEach(async () => {
		await workbench.page.keyboard.press('Escape');
		await workbench.closeNotifications();
	});

	const saved = (name: string): Promise<string> => readFile(path.join(around.folder, name), 'utf8');
	/** As Ctrl+C elsewhere and Ctrl+V here. */
	const paste = async (text: string): Promise<void> => {
		await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await workbench.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
		await workbench.page.keyboard.press('Control+V');
	};

	it('opens as a file with the prompt selected', async () => {
		await workbench.run('Kling: New Request…');
		await workbench.quickRows.filter({ hasText: 'Image to Video' }).first().waitFor();
		await workbench.shot('new-request-1-operations');
		await workbench.pick('Text to Video');
		await workbench.page.getByText('Name of the file in').first().waitFor();
		await workbench.shot('new-request-2-name');
		await workbench.page.keyboard.type('boat');
		await workbench.page.keyboard.press('Enter');
		await workbench.page.getByRole('tab', { name: /boat/ }).waitFor();
		await workbench.page.keyboard.type('A kite over the dunes');
		await workbench.page.keyboard.press('Control+S');
		await soon('what was typed over the prompt', async () =>
			(await saved('boat.kling.json')).includes('"prompt": "A kite over the dunes"'),
		);
		await workbench.page.getByText('Dry Run').first().waitFor();
		await workbench.shot('new-request-3-file');
	});

	it('is offered for a create line in Track Kling task, without its key', async () => {
		await workbench.runAndFill('Track Kling task', line);
		await workbench.quickRows.filter({ hasText: 'New Request from This Line' }).waitFor();
		await workbench.shot('new-request-4-track');
		await workbench.pick('New Request from This Line');
		await workbench.page.getByText('Name of the file in').first().waitFor();
		await workbench.page.keyboard.type('fox');
		await workbench.page.keyboard.press('Enter');
		await workbench.notification('The API key in the copied text was left out of the request.').waitFor();
		await soon('the file', async () => (await saved('fox.kling.json')) === request);
		await workbench.shot('new-request-5-made');
		assert.ok(!(await workbench.browserStorage()).includes(key));
	});

	it('is made of a create request that is pasted into an empty request file', async () => {
		await writeFile(path.join(around.folder, 'empty.kling.json'), '');
		await workbench.openFile('empty.kling.json');
		await workbench.page.locator('.monaco-editor .view-lines').first().click();
		await paste(line);
		await workbench.notification('The API key in the copied text was left out of the request.').waitFor();
		await workbench.shot('new-request-6-pasted');
		await workbench.page.keyboard.press('Control+S');
		await soon(
			'the request in the file',
			async () => (await saved('empty.kling.json')) === request.replace(/^ +/gm, (indent) => indent.repeat(2)),
		);
		assert.ok(!(await workbench.page.content()).includes(key));
	});

	it('of a pasted body that may be of several operations says that it lacks one', async () => {
		await writeFile(path.join(around.folder, 'body.kling.json'), '');
		await workbench.openFile('body.kling.json');
		await workbench.page.locator('.monaco-editor:visible .view-lines').first().click();
		await paste('{"prompt":"A fox in deep snow"}');
		await workbench.notification('The copied text does not say which operation it is for: enter it.').waitFor();
		await workbench.shot('new-request-7-operation');
		await workbench.page.keyboard.press('Control+S');
		await soon('the request in the file', async () => (await saved('body.kling.json')).includes('"prompt": "A fox in deep snow"'));
	});

	it('without a file keeps its schema when a request is pasted into it', async () => {
		await workbench.runAndPick('Kling: New Request…', 'Text to Audio');
		await workbench.page.getByText('Name of the file in').first().waitFor();
		await workbench.page.keyboard.press('Control+A');
		await workbench.page.keyboard.press('Delete');
		await workbench.page.keyboard.press('Enter');
		await workbench.page.locator('.monaco-editor:visible', { hasText: 'audio/text-to-audio' }).first().waitFor();
		await workbench.page.keyboard.press('Control+A');
		// The editor adds the bracket that closes.
		await workbench.page.keyboard.insertText('{ "$schema": "kling-schema:/request.schema.json" ');
		await paste(line);
		await workbench.notification('The API key in the copied text was left out of the request.').waitFor();
		const text = await soon('the request', async () => {
			const drawn = await workbench.page.locator('.monaco-editor:visible .view-line').allInnerTexts();
			const lines = drawn.map((one) => one.replaceAll('\u00a0', ' '));
			return lines.some((one) => one.includes('A fox in deep snow')) && lines;
		});
		assert.equal(text.filter((one) => one.includes('kling-schema:/request.schema.json')).length, 1);
		assert.equal(text.filter((one) => one.includes('text-to-audio')).length, 0);
		await workbench.shot('new-request-8-untitled');
	});
});
