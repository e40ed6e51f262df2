// What VS Code's own JSON support makes of the schema of request files: snippets, completion, hovers, and no complaint of its own.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

describe('the schema of request files in the editor', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		await writeFile(path.join(around.folder, 'shot.kling.json'), '');
	});

	/** The entries of the list of suggestions that is open, as they are shown. */
	const suggestions = async (): Promise<readonly string[]> =>
		(await workbench.page.locator('.suggest-widget.visible .monaco-list-row .label-name').allTextContents()).map((text) =>
			text.replaceAll('\u00a0', ' '),
		);
	/** Opens the list at the cursor and waits for an entry. The JSON server starts with the first file. */
	const suggest = (entry: string): Promise<readonly string[]> =>
		soon(`the suggestion ${entry}`, async () => {
			if (!(await workbench.page.locator('.suggest-widget.visible .monaco-list-row').first().isVisible())) {
				await workbench.page.keyboard.press('Control+Space');
				await workbench.page.locator('.suggest-widget.visible .monaco-list-row').first().waitFor({ timeout: 2_000 });
			}
			const offered = await suggestions();
			return offered.includes(entry) ? offered : undefined;
		});
	const saved = async (): Promise<string> => {
		await workbench.page.keyboard.press('Control+S');
		return readFile(path.join(around.folder, 'shot.kling.json'), 'utf8');
	};

	it('an empty file gets a whole request, with a tab stop for its prompt', async () => {
		await workbench.openFile('shot.kling.json');
		await workbench.page.locator('.editor-instance .view-lines').first().click();
		await suggest('audio/text-to-audio: smallest request');
		await workbench.shot('schema-1-empty');
		await workbench.page.keyboard.type('text2video');
		await soon('the request of videos/text2video', async () => (await suggestions())[0]?.startsWith('videos/text2video: '));
		await workbench.page.keyboard.type('smallest');
		await soon('the smallest request alone', async () => (await suggestions())[0] === 'videos/text2video: smallest request');
		await workbench.page.keyboard.press('Enter');
		await workbench.page.keyboard.type('A kite over dunes');
		await workbench.page.keyboard.press('Escape');
		const text = await soon('the request in the file', async () => {
			const now = await saved();
			return now.includes('kite') ? now : undefined;
		});
		assert.deepEqual(JSON.parse(text), {
			operation: 'videos/text2video',
			body: { model_name: 'kling-v3', prompt: 'A kite over dunes' },
		});
	});

	it('a body gets fields of its operation, and a field its values', async () => {
		await workbench.page.keyboard.press('End');
		await workbench.page.keyboard.type(',\n');
		const fields = await suggest('sound');
		assert.deepEqual(fields.slice(0, 3), ['aspect_ratio', 'camera_control', 'cfg_scale']);
		assert.ok(!fields.includes('image'), fields.join());
		await workbench.shot('schema-2-fields');
		await workbench.page.keyboard.type('sou');
		await soon('the field sound first', async () => (await suggestions())[0] === 'sound');
		await workbench.page.keyboard.press('Enter');
		await soon('its values', async () => (await suggestions()).includes('"on"'));
		await workbench.shot('schema-3-values');
		await workbench.page.keyboard.type('"on');
		await soon('the value on', async () => (await suggestions())[0] === '"on"');
		await workbench.page.keyboard.press('Enter');
		const text = await soon('the field in the file', async () => {
			const now = await saved();
			return now.includes('sound') ? now : undefined;
		});
		assert.deepEqual(JSON.parse(text), {
			operation: 'videos/text2video',
			body: { model_name: 'kling-v3', prompt: 'A kite over dunes', sound: 'on' },
		});
	});

	it('a hover explains a field, with its limits', async () => {
		const field = workbench.page.locator('.view-line span', { hasText: /^"prompt"$/ }).first();
		const { text } = await workbench.hover(field, 'What the video shows.');
		assert.match(text, /at most 2500 characters \(CometAPI's text-to-video page: 500\)/);
		await workbench.shot('schema-4-hover');
	});

	it('nothing that the schema does not know is underlined by VS Code', async () => {
		await writeFile(
			path.join(around.folder, 'shot.kling.json'),
			'{ "operation": "videos/unheard-of", "body": { "duration": 5, "sound": true, }, "nonsense": 1 }',
		);
		await workbench.run('Problems: Focus on Problems View');
		await workbench.page.locator('.markers-panel .monaco-list-row', { hasText: 'nonsense' }).first().waitFor();
		const rows = await workbench.page.locator('.markers-panel .monaco-list-row').allTextContents();
		await workbench.shot('schema-5-problems');
		assert.deepEqual(
			rows.filter((row) => /jsonc?(?:\(|$|\[)/.test(row.replaceAll('shot.kling.json', ''))),
			[],
		);
	});
});
