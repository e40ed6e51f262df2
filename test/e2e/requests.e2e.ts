// A request file as a person writes it: what the editor says, offers and shows, and the dry run.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import { rightKey, type Surroundings } from './surroundings';
import type { Player, Workbench } from './ui';

const name = 'lighthouse.kling.json';
const request = `{
	// The opening of the film.
	"operation": "videos/text2video",
	"vars": { "weather": "in thick fog" },
	"body": {
		"model_name": "kling-v2-5-turbo",
		"mode": "pro",
		"duration": 5,
		"prompt": "A lighthouse \${{ vars.weather }}, slow push in"
	}
}
`;

const repaired = request.replace('"duration": 5', '"duration": "5"');

describe('a request file', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		await writeFile(path.join(around.folder, name), request);
		await workbench.openFile(name);
	});

	const saved = (): Promise<string> => readFile(path.join(around.folder, name), 'utf8');
	const lens = (text: string | RegExp): Locator => workbench.page.locator('.codelens-decoration a', { hasText: text }).first();
	const line = (text: string): Locator => workbench.page.locator('.monaco-editor .view-line', { hasText: text }).first();
	/** The text of the editor in front, as far as it is on the screen. */
	const shownText = async (): Promise<string> =>
		(await workbench.page.locator('.editor-group-container.active .monaco-editor .view-line').allTextContents())
			.join('\n')
			.replaceAll('\u00a0', ' ');

	it('shows its price, what can be done with it, and what is wrong', async () => {
		await lens('Run ≈ 2.5 units ($0.35 list price)').waitFor();
		assert.deepEqual(await workbench.page.locator('.codelens-decoration a').allTextContents(), [
			'Run ≈ 2.5 units ($0.35 list price)',
			'Dry Run',
			'Preview',
		]);
		await workbench.page.locator('.squiggly-error').first().waitFor();
		await workbench.shot('requests-1-open');
		await line('"operation"').click();
		await workbench.page.keyboard.press('F8');
		const problem = workbench.page.locator('.marker-widget', { hasText: 'must be a string' });
		await problem.waitFor();
		await workbench.shot('requests-2-problem');
		await workbench.page.keyboard.press('Escape');
	});

	it('refuses the dry run while it is wrong, and says why', async () => {
		await lens('Dry Run').click();
		await workbench.notification(`${name}, line 8: `).waitFor();
		await workbench.shot('requests-3-refused');
		await workbench.closeNotifications();
	});

	it('is repaired by the quick fix, from the keyboard', async () => {
		const { keyboard } = workbench.page;
		const fix = workbench.page.locator('.action-widget', { hasText: 'Change to "5"' });
		await soon(
			'the quick fix',
			async () => {
				// A list that is open keeps the keys.
				await keyboard.press('Escape');
				await line('"duration"').click();
				await keyboard.press('F8');
				await workbench.page.locator('.marker-widget').waitFor({ timeout: 5000 });
				await keyboard.press('Escape');
				await keyboard.press('Control+.');
				// The editor drops it without a word when a text, its problems or the focus change meanwhile.
				await fix.waitFor({ timeout: 5000 });
				return true;
			},
			60_000,
		);
		await workbench.shot('requests-4-fix');
		await workbench.page.keyboard.press('Enter');
		await soon('the text', async () => (await shownText()).includes('"duration": "5",'));
		await soon('no error', async () => (await workbench.page.locator('.squiggly-error').count()) === 0);
		await workbench.page.keyboard.press('Control+S');
		await soon('the file', async () => (await saved()) === repaired);
	});

	it('completes expressions and fields', async () => {
		const suggestion = (text: string): Locator => workbench.page.locator('.suggest-widget .monaco-list-row', { hasText: text }).first();
		await writeFile(path.join(around.folder, 'fields.kling.json'), repaired);
		await workbench.openFile('fields.kling.json');
		await line('"prompt"').click();
		await workbench.page.keyboard.press('End');
		await workbench.page.keyboard.press('ArrowLeft');
		await workbench.page.keyboard.type(', ${{ ');
		await workbench.page.keyboard.press('Control+Space');
		await suggestion('vars.weather').waitFor();
		await workbench.shot('requests-5-expression');
		await workbench.page.keyboard.press('Enter');
		await soon('the expression', async () => (await shownText()).includes('push in, ${{ vars.weather }}"'));
		await line('"mode"').click();
		await workbench.page.keyboard.press('End');
		await workbench.page.keyboard.press('Enter');
		await workbench.page.keyboard.type('"nega');
		await suggestion('negative_prompt').waitFor();
		await workbench.shot('requests-6-field');
		await workbench.page.keyboard.press('Enter');
		await soon('the field', async () => (await shownText()).includes('"negative_prompt": "'));
		await workbench.page.keyboard.press('Escape');
		await workbench.run('File: Revert File');
		await workbench.run('View: Close Editor');
		await lens('≈ 2.5 units').waitFor();
	});

	it('shows in a hover what a field is for, and what an expression stands for', async () => {
		const hover = async (text: string, expected: string): Promise<void> => {
			await workbench.hover(line(text).locator('span span', { hasText: text }).last(), expected);
		};
		await hover('"mode"', '1080p');
		await workbench.shot('requests-7-hover-field');
		await hover('vars.weather', 'in thick fog');
		await workbench.shot('requests-8-hover-value');
	});

	it('is previewed exactly as it would be sent, without a key', async () => {
		await lens('Preview').click();
		await soon('the preview', async () => (await shownText()).includes('exactly what would be sent'));
		await workbench.shot('requests-9-preview');
		const text = await shownText();
		for (const part of [
			`// POST ${around.simulator.origin}/kling/v1/videos/text2video`,
			'// Authorization: Bearer <your API key>',
			'"prompt": "A lighthouse in thick fog, slow push in"',
		]) {
			assert.ok(text.includes(part), `${part} in ${text}`);
		}
		assert.ok(!(await workbench.page.content()).includes(rightKey));
		await workbench.run('View: Close Editor');
	});

	it('is run on the offline Kling, and its result opens from above the request', async () => {
		await writeFile(path.join(around.folder, name), repaired);
		await workbench.openFile(name);
		await soon('the request without a mistake', async () => (await shownText()).includes('"duration": "5",'));
		await workbench.page.locator('.squiggly-error').waitFor({ state: 'detached' });
		around.simulator.requests.clear();
		await lens('Dry Run').click();
		await lens(/^running/).waitFor();
		await workbench.shot('requests-10-running');
		await workbench.row('lighthouse').waitFor();
		await lens(/^✓ .+ · Open$/).waitFor({ timeout: 80_000 });
		await workbench.shot('requests-11-done');
		await lens(/^✓/).click();
		const video = workbench.webview().locator('video');
		await soon('the video to play', async () => (await video.evaluate((one: Player) => one.currentTime)) > 0);
		await workbench.shot('requests-12-result');
		assert.deepEqual(around.simulator.requests.all(), []);
	});
});
