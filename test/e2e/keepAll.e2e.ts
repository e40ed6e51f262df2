// The offer to keep every result, and nine images that are saved with one dialog.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { soon } from '../support/retry';
import { journey } from './journey';
import type { Surroundings } from './surroundings';
import type { Theme, Workbench } from './ui';

const bothThemes: readonly Theme[] = ['light', 'dark'];

describe('keeping every result', function () {
	this.timeout(120_000);
	let around: Surroundings;
	let workbench: Workbench;

	journey({}, (opened) => {
		({ around, workbench } = opened);
	});

	const files = (...names: readonly string[]): readonly string[] => {
		const folder = path.join(around.folder, ...names);
		return readdirSync(folder).filter((name) => !name.endsWith('.json'));
	};
	const status = (): Locator => workbench.page.locator('.statusbar-item[id="kling-tasks.kling-tasks.kling.saving"]');

	it('is offered by the first task that finishes, and asks about what is finished', async () => {
		const id = around.simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 20_000, files: ['dawn.mp4'] });
		await workbench.track(JSON.stringify({ task_id: id, action: 'videos', action2: 'text2video', name: 'Dawn' }));
		await workbench.row('Dawn').waitFor();
		around.simulator.clock.advance(20_000);
		const ready = workbench.notification('Dawn is ready');
		await ready.waitFor();
		assert.deepEqual(
			(await ready.getByRole('button').allInnerTexts()).filter((text) => text !== ''),
			['Open', 'Save', 'Keep All Results…'],
		);
		await workbench.shot('keepAll-1-offer');
		await workbench.press('Dawn is ready', 'Keep All Results…');
		await workbench.quickRows.filter({ hasText: 'Workspace Folder' }).waitFor();
		assert.equal(await workbench.quickRows.count(), 3);
		await workbench.shot('keepAll-2-pick');
		await workbench.pick('Workspace Folder');
		await workbench.notification('Keep 1 finished result too?').waitFor();
		await workbench.shot('keepAll-3-question');
		await workbench.press('Keep 1 finished result too?', 'Keep It');
		await workbench.notification('Kept 1 result in kling-results.').waitFor();
		await workbench.shot('keepAll-4-kept');
		assert.equal(files('kling-results').length, 1);
	});

	it('shows in the status bar what is being saved, and cancels it there', async () => {
		await workbench.closeNotifications();
		for (let index = 0; index < 2; index++) {
			around.simulator.faults.next({ fault: { kind: 'slowBody', ms: 60_000 }, match: { on: 'result' } });
		}
		const id = around.simulator.create({ action: 'images', action2: 'generations' }, { durationMs: 0, count: 3, files: ['bloom.png'] });
		await workbench.track(JSON.stringify({ task_id: id, action: 'images', action2: 'generations', name: 'Blooms' }));
		await status().waitFor();
		await soon('the count', async () => (await status().innerText()).includes('3 results'));
		await workbench.closeNotifications();
		await workbench.hover(status(), /Saving 3 results/);
		await workbench.shot('keepAll-5-status');
		await status().click();
		await workbench.quickRows.filter({ hasText: 'Cancel All' }).waitFor();
		await workbench.shot('keepAll-6-cancel');
		await workbench.pick('Cancel All');
		await status().waitFor({ state: 'hidden' });
		await soon('their parts to be gone', () => files('kling-results').length === 1);
	});

	it('saves nine images with one dialog', async () => {
		await workbench.closeNotifications();
		await workbench.runAndPick('Kling: Keep All Results…', 'Off');
		await workbench.notification('no longer kept').waitFor();
		await workbench.closeNotifications();
		const id = around.simulator.create(
			{ action: 'images', action2: 'generations' },
			{ durationMs: 0, count: 9, files: ['bloom.png', 'valley.png'] },
		);
		await workbench.track(JSON.stringify({ task_id: id, action: 'images', action2: 'generations', name: 'Nine' }));
		await workbench.row('Nine').waitFor();
		await workbench.closeNotifications();
		const folder = path.join(around.folder, 'chosen');
		mkdirSync(folder);
		around.simulator.faults.next({ fault: { kind: 'slowBody', ms: 6000 }, match: { on: 'result' } });
		await workbench.row('Nine').click({ button: 'right' });
		await workbench.page.locator('.monaco-menu .action-menu-item', { hasText: 'Save All…' }).first().waitFor();
		await workbench.shot('keepAll-7-menu');
		await workbench.menuItem('Save All…');
		// With the slash it is the folder itself, not an entry of the one around it.
		await workbench.typePath(`${folder}/`);
		await workbench.notification('Kling: Saving results…').waitFor();
		await workbench.shot('keepAll-8-progress');
		await workbench.notification('Saved 9 results to chosen.').waitFor();
		assert.equal(files('chosen').length, 9);
		for (const theme of bothThemes) {
			await workbench.useTheme(theme);
			await workbench.notification('Saved 9 results to chosen.').waitFor();
			await workbench.shot(`keepAll-9-saved-${theme}`);
		}
	});

	it('has its settings beside each other', async () => {
		await workbench.closeNotifications();
		for (const theme of bothThemes) {
			await workbench.useTheme(theme);
			await workbench.run('Preferences: Open Settings (UI)');
			const editor = workbench.page.locator('.settings-editor');
			await editor.locator('.settings-header').waitFor();
			await workbench.page.keyboard.type('kling.results');
			await editor.locator('.setting-item-label', { hasText: 'Library Folder' }).waitFor();
			await workbench.shot(`keepAll-10-settings-${theme}`);
			await workbench.page
				.getByRole('button', { name: /^Close/ })
				.first()
				.click();
			await editor.waitFor({ state: 'hidden' });
		}
	});
});
