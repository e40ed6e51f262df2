// Result tabs as the editor's own, commands on the task that a person means, and keys.
import assert from 'node:assert/strict';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Player, Workbench } from './ui';

describe('result tabs and the list', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;
	/** The labels of the rows, in their order. */
	let names: readonly string[];
	let idOf: ReadonlyMap<string, string>;

	sharedJourney({}, (opened) => {
		({ around, workbench } = opened);
	});
	// What a failed test has left open is no part of the next one.
	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			await keys().press('Escape');
			await workbench.openView('Kling');
			await workbench.run('View: Close All Editors');
			await workbench.closeNotifications();
		}
	});

	const tabs = async (): Promise<readonly { readonly title: string; readonly preview: boolean; readonly active: boolean }[]> =>
		workbench.page.locator('.tabs-container .tab').evaluateAll((all: readonly TabElement[]) =>
			all.map((tab) => ({
				title: tab.querySelector('.label-name')?.textContent ?? '',
				preview: tab.querySelector('.label-name')?.matches('.italic, .italic *') ?? false,
				active: tab.getAttribute('aria-selected') === 'true',
			})),
		);
	const titles = async (): Promise<readonly string[]> => (await tabs()).map(({ title }) => title);
	/** The row that has the keyboard's focus, empty when the list has not. */
	const focused = async (): Promise<string> =>
		String(
			await workbench.page.evaluate(
				"document.activeElement?.closest('.sidebar .monaco-list')?.querySelector('.monaco-list-row.focused .label-name')?.textContent ?? ''",
			),
		);
	const row = (name = '') => workbench.row(name);
	/** Has exactly these tasks in tabs that are kept, the last one in front. */
	const open = async (...wanted: readonly string[]): Promise<void> => {
		const now = await tabs();
		if (
			now.length === wanted.length &&
			now.every(({ title, preview }, index) => title === wanted[index] && !preview) &&
			now.at(-1)?.active
		) {
			return;
		}
		await workbench.run('View: Close All Editors');
		for (const name of wanted) {
			await row(name).dblclick();
			await soon(`the tab of ${name}`, async () =>
				(await tabs()).some(({ title, preview, active }) => title === name && !preview && active),
			);
		}
	};

	const hidden = async (work: () => Promise<void>): Promise<void> => {
		const list = workbench.page.locator('.sidebar .pane-body').first();
		await workbench.run('View: Toggle Primary Side Bar Visibility');
		await list.waitFor({ state: 'hidden' });
		try {
			await work();
			assert.equal(await list.isVisible(), false);
		} finally {
			await workbench.openView('Kling');
			await list.waitFor();
		}
	};
	const selected = (): Promise<string[]> => workbench.page.locator('.sidebar .monaco-list-row.selected .label-name').allTextContents();
	const video = () => workbench.webview().locator('video');
	const keys = () => workbench.page.keyboard;
	const labels = async (): Promise<readonly string[]> =>
		(await workbench.tasks()).filter(({ level }) => level === 1).map(({ label }) => label);
	/** The entries of a row's context menu. */
	const menuOf = async (name = ''): Promise<readonly string[]> => {
		await row(name).click({ button: 'right' });
		const entries = workbench.page.locator('.monaco-menu .action-item .action-label:not(.separator)');
		await entries.first().waitFor();
		const texts = await entries.allTextContents();
		await workbench.shot(`tabs-menu-${texts.length}`);
		await keys().press('Escape');
		await entries.first().waitFor({ state: 'detached' });
		return texts;
	};
	const copied = async (key: () => Promise<void>): Promise<string> => {
		await workbench.page.evaluate("navigator.clipboard.writeText('mine')");
		await key();
		return soon('something copied', async () => {
			const text = await workbench.clipboard();
			return text !== 'mine' && text;
		});
	};

	it('tracks six tasks', async () => {
		const ids = [0, 1, 2, 3, 4, 5].map((index) =>
			around.simulator.create(
				{ action: 'videos', action2: 'text2video' },
				{ durationMs: 0, files: [index % 2 === 0 ? 'dawn.mp4' : 'tide.mp4'] },
			),
		);
		await workbench.runAndFill('Track Kling task', ids.map((id) => `videos/text2video ${id}`).join(' '));
		await workbench.quickRows.filter({ hasText: 'Track 6 tasks' }).click();
		await workbench.pickMany(...ids);
		await soon('six rows', async () => (await labels()).length === 6);
		idOf = new Map(ids.map((id) => [`Text to Video ${id.slice(-6)}`, id]));
		names = await labels();
		await workbench.closeNotifications();
	});

	it('opens one preview after the other while the list keeps the focus', async () => {
		for (const name of names) {
			await row(name).click();
			await soon(`the tab of ${name}`, async () => (await titles()).join() === name);
			assert.equal(await focused(), name);
		}
		assert.deepEqual(
			(await tabs()).map(({ preview }) => preview),
			[true],
		);
	});

	it('plays without sound; Down goes to the next row', async () => {
		await row(names[0]).click();
		await soon('the video to play', () => video().evaluate((one: Player) => one.currentTime > 0.3));
		assert.equal(await video().evaluate((one: Player) => one.muted), true);
		assert.equal(await focused(), names[0]);
		await workbench.shot('tabs-1-preview');
		await keys().press('ArrowDown');
		await soon('the next row', async () => (await focused()) === names[1]);
	});

	it('keeps a tab that is opened by a double click or Enter', async () => {
		await workbench.run('View: Close All Editors');
		await row(names[2]).dblclick();
		await soon('it to be kept', async () => (await tabs()).some(({ title, preview }) => title === names[2] && !preview));
		await row(names[3]).click();
		await soon('a preview beside it', async () => (await titles()).join() === `${names[2]},${names[3]}`);
		await keys().press('Enter');
		await soon('it to be kept', async () => (await tabs()).every(({ preview }) => !preview));
		await soon('the focus to leave the list', async () => (await focused()) === '');
		await video().waitFor();
		await workbench.shot('tabs-2-kept');
	});

	it('selects the row of the tab that comes to the front, and leaves a hidden side bar hidden', async () => {
		const [, , third = '', fourth = ''] = names;
		await open(third, fourth);
		await workbench.page.locator('.tabs-container .tab').first().click();
		await soon('its row', async () => (await selected()).join() === third);
		await hidden(async () => {
			await workbench.page.locator('.tabs-container .tab').nth(1).click();
			await soon('the tab', async () => (await tabs())[1]?.active === true);
			await video().waitFor();
		});
		await soon('the row when the list is shown again', async () => (await selected()).join() === fourth);
	});

	it('offers in the tab’s title what can work', async () => {
		await open(names[3] ?? '');
		const actions = workbench.page.locator('.editor-actions .action-label:visible');
		await soon('the actions', async () => (await actions.count()) > 2);
		const offered = await actions.evaluateAll((all: readonly TabElement[]) => all.map((one) => one.getAttribute('aria-label') ?? ''));
		assert.deepEqual(
			offered.filter((label) => /Kling|Result|Browser|Refresh|Task/.test(label)).map((label) => label.replace(/ \(.*/, '')),
			['Save Result As...', 'Open in Browser'].map((label) => label.replace('...', '…')),
		);
	});

	it('acts from the palette on the task of the tab, then on the selected row, and asks when neither is there', async () => {
		await open(names[3] ?? '');
		assert.equal(await copied(() => workbench.run('Kling: Copy Task ID')), idOf.get(names[3] ?? ''));
		await workbench.run('View: Close All Editors');
		await row(names[4]).click();
		await soon('its tab', async () => (await titles()).join() === names[4]);
		await workbench.run('View: Close All Editors');
		assert.equal(await copied(() => workbench.run('Kling: Copy Task ID')), idOf.get(names[4] ?? ''));
		await hidden(async () => {
			await workbench.page.evaluate("navigator.clipboard.writeText('mine')");
			const ask = 'Kling: Copy Task ID';
			await workbench.runAndUse(ask, async (timeout) => {
				await workbench.quickRows.nth(5).waitFor({ timeout });
				assert.equal(await workbench.quickRows.getByRole('checkbox').count(), 0);
				await workbench.shot('tabs-3-asks');
				await workbench.input.press('Escape', { timeout });
			});
			assert.equal(await workbench.clipboard(), 'mine');
			const chooseFirst = async (timeout: number): Promise<void> => {
				await workbench.quickRows.nth(5).waitFor({ timeout });
				await workbench.input.press('Enter', { timeout });
			};
			assert.equal(await copied(() => workbench.runAndUse(ask, chooseFirst)), idOf.get(names[0] ?? ''));
		});
	});

	it('has keys in the list that mean the focused row, not the selected one', async () => {
		await row(names[0]).click();
		await soon('its tab', async () => (await titles()).join() === names[0]);
		await keys().press('ArrowDown');
		await keys().press('ArrowDown');
		await soon('the focus', async () => (await focused()) === names[2]);
		assert.deepEqual(await selected(), [names[0]]);
		assert.equal(await copied(() => keys().press('Control+C')), idOf.get(names[2] ?? ''));
		assert.deepEqual(await selected(), [names[0]]);

		await keys().press('F2');
		await workbench.page.locator('.quick-input-title', { hasText: `Rename ${names[2] ?? ''}` }).waitFor();
		await workbench.shot('tabs-4-rename');
		await workbench.accept('Bridge');
		await soon('its name', async () => (await labels())[2] === 'Bridge');
		assert.deepEqual(await titles(), [names[0]]);

		await soon('the focus in the list', async () => (await focused()) === 'Bridge');
		await keys().press('Delete');
		await workbench.notification('Removed Bridge from the list.').waitFor();
		await soon('its row to go', async () => (await labels()).join() === names.filter((_, index) => index !== 2).join());
		await workbench.press('Removed Bridge from the list.', 'Undo');
		await soon('its row', async () => (await labels()).includes('Bridge'));
		await workbench.closeNotifications();
	});

	it('names the tab as the task is named, and opens no second one after a rename', async () => {
		await open(names[5] ?? '');
		// A page that only now takes the focus would close the input box.
		await workbench.webview().locator('video:focus').waitFor();
		await workbench.runAndAccept('Kling: Rename Task…', 'A bridge in the rain, seen from the far bank of the river');
		await soon('the title', async () => (await titles()).includes('A bridge in the rain, seen from…'));
		await row('A bridge').click();
		await workbench.shot('tabs-5-renamed');
		assert.deepEqual(await titles(), ['A bridge in the rain, seen from…']);
	});

	it('acts on all selected rows, and offers no command that could not', async () => {
		assert.ok((await menuOf(names[0])).includes('Rename Task…'));
		await row(names[0]).click({ button: 'right' });
		const shortcut = (entry: string) => workbench.page.locator('.monaco-menu .action-item', { hasText: entry }).locator('.keybinding');
		await shortcut('Rename Task').waitFor();
		const shortcuts = await Promise.all(['Rename Task', 'Remove from List', 'Copy Task ID'].map((entry) => shortcut(entry).innerText()));
		assert.match(shortcuts.join(' '), /^F2 Del(?:ete)? Ctrl\+C$/);
		await keys().press('Escape');
		await row(names[0]).click();
		await row(names[1]).click({ modifiers: ['ControlOrMeta'] });
		await soon('both selected', async () => (await selected()).length === 2);
		assert.deepEqual(await menuOf(names[0]), [
			'Save All…',
			'Keep Results',
			'Export Results…',
			'Refresh Task',
			'Copy Task ID',
			'Copy Result Link',
			'Remove from List',
		]);
		const links = (await copied(() => workbench.contextMenu(row(names[1]), 'Copy Result Link'))).split('\n');
		assert.deepEqual([links.length, new Set(links).size], [2, 2]);
		assert.deepEqual(
			(await copied(() => workbench.contextMenu(row(names[1]), 'Copy Task ID'))).split('\n').sort(),
			[idOf.get(names[0] ?? ''), idOf.get(names[1] ?? '')].sort(),
		);
	});

	it('gives the player the focus when a row is opened by Enter', async () => {
		await workbench.run('View: Close All Editors');
		await row(names[0]).click();
		await soon('its tab', async () => (await titles()).join() === names[0]);
		await keys().press('ArrowDown');
		await soon('the focus', async () => (await focused()) === names[1]);
		await keys().press('Enter');
		await soon('its tab, kept', async () => (await tabs()).some(({ title, preview }) => title === names[1] && !preview));
		await workbench.webview().locator('video:focus').waitFor();
	});

	it('opens a single result by its own row, at that result, and leaves the focus in the list', async () => {
		const id = around.simulator.create({ action: 'images', action2: 'generations' }, { durationMs: 0, count: 9 });
		const name = `Image Generation ${id.slice(-6)}`;
		await workbench.track(around.link('images/generations', id));
		await row(name).waitFor();
		await workbench.closeNotifications();
		await row(name).locator('.monaco-tl-twistie').click();
		await row('Image 9 of 9').click();
		await soon('its tab', async () => (await tabs()).some(({ title, active }) => title === name && active));
		const inView = (index: number): Promise<boolean> =>
			workbench
				.webview()
				.locator('img')
				.nth(index)
				.evaluate((image: Box) => {
					const { top, bottom } = image.getBoundingClientRect();
					return top >= 0 && bottom > top && bottom <= (image.ownerDocument.defaultView?.innerHeight ?? 0) + 1;
				});
		await soon('the ninth image in view', () => inView(8));
		assert.equal(await focused(), 'Image 9 of 9');
		await row('Image 1 of 9').click();
		await soon('the first image in view', () => inView(0));
		assert.equal(await focused(), 'Image 1 of 9');
		await row(name).locator('.monaco-tl-twistie').click();
	});

	it('closes the tab of a task that is removed; opened again it says so, and shows the task when that is undone', async () => {
		const name = names[4] ?? '';
		await open(name);
		await workbench.run('Kling: Remove from List');
		const removed = `Removed ${name} from the list.`;
		await workbench.notification(removed).waitFor();
		await soon('its tab to close', async () => !(await titles()).includes(name));
		await workbench.run('View: Reopen Closed Editor');
		await workbench.webview().getByText('This task is not in the list of Kling tasks.').waitFor();
		await workbench.shot('tabs-6-not-in-list');
		await workbench.press(removed, 'Undo');
		await video().waitFor();
		await workbench.closeNotifications();
	});

	it('saves from the tab by Ctrl+S', async () => {
		await workbench.run('View: Close All Editors');
		await row(names[0]).click();
		await soon('its tab', async () => (await titles()).join() === names[0]);
		await keys().press('Enter');
		await video().waitFor();
		await keys().press('Control+S');
		await workbench.input.waitFor();
		await soon('the file’s name', async () => (await workbench.input.inputValue()).endsWith('.mp4'));
		await keys().press('Escape');
	});

	it('is there again after a reload, at its position, and does not play by itself', async () => {
		await workbench.run('View: Close All Editors');
		await row(names[0]).dblclick();
		await soon('the video to play', () => video().evaluate((one: Player) => one.currentTime > 1.3));
		await video().evaluate((one: Player) => one.pause());
		await workbench.reload();
		await soon('the position of before', () => video().evaluate((one: Player) => one.currentTime > 1.2 && one.paused));
		assert.deepEqual(await titles(), [names[0]]);
		await soon('its row', async () => (await selected()).join() === names[0]);
		await workbench.shot('tabs-7-restored');
	});
});

interface TabElement {
	getAttribute(name: string): string | null;
	querySelector(selector: string): { readonly textContent: string | null; matches(selector: string): boolean } | null;
}

/** What is read of an element in a page. */
interface Box {
	getBoundingClientRect(): { readonly top: number; readonly bottom: number };
	readonly ownerDocument: { readonly defaultView: { readonly innerHeight: number } | null };
}
