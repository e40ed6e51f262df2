// The workbench as a person sees and uses it, through Playwright.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import axe, { type AxeResults } from 'axe-core';
import type { CDPSession, FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../host/paths.mjs';
import { soon } from '../support/retry';

/** Where screenshots go. */
const shotsDir = path.join(root, 'out', 'e2e');

/** Playwright's own. */
const usualTimeoutMs = 30_000;

/** Themes by what they are to a person, with the name that VS Code offers and the class by which the page shows that it is on. */
const themes = {
	dark: { name: 'Dark 2026', className: 'vs-dark' },
	light: { name: 'Light 2026', className: 'vs' },
	highContrast: { name: 'Dark High Contrast', className: 'hc-black' },
	highContrastLight: { name: 'Light High Contrast', className: 'hc-light' },
} as const;
export type Theme = keyof typeof themes;

/** What is read of a row's element. */
interface RowElement {
	getAttribute(name: string): string | null;
	querySelector(selector: string): { readonly textContent: string | null } | null;
}

/** What is changed of the workbench's element. */
interface ClassList {
	add(name: string): void;
	remove(name: string): void;
}

/** What a task without a name is called: its operation, without the end of its ID. */
export function operationOf(label: string): string {
	return label.replace(/ \d{6}$/, '');
}

/** One visible row of a tree. */
export interface TreeRow {
	readonly label: string;
	readonly description: string;
	/** What a screen reader says. */
	readonly ariaLabel: string;
	/** 1 for the outermost. */
	readonly level: number;
	/** undefined when there is nothing to expand. */
	readonly expanded: boolean | undefined;
}

/** What tests ask of a video or audio element. */
export interface Player {
	readonly readyState: number;
	readonly currentTime: number;
	readonly duration: number;
	readonly paused: boolean;
	readonly muted: boolean;
	pause(): void;
	/** 0 for sounds. */
	readonly videoWidth: number;
}

/** One window of VS Code. */
export class Workbench {
	readonly page: Page;
	#cdp: CDPSession | undefined;

	constructor(page: Page) {
		this.page = page;
	}

	/** Opens a window in the given page and waits until it can be used. */
	static async open(page: Page, url: string): Promise<Workbench> {
		await page.goto(url);
		const workbench = new Workbench(page);
		await workbench.ready();
		return workbench;
	}

	/** Another window of the same person (same browser profile), with an extension host of its own. */
	async secondWindow(url: string): Promise<Workbench> {
		return Workbench.open(await this.page.context().newPage(), url);
	}

	async ready(): Promise<void> {
		await this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
		// What slides and fades costs a third of the time of a journey where no graphics card draws it. The setting for that would reach the
		// result page too, which then plays nothing by itself.
		await this.page.locator('.monaco-workbench').evaluate(({ classList }: { readonly classList: ClassList }) => {
			classList.remove('monaco-enable-motion');
			classList.add('monaco-reduce-motion');
		});
		// The editor has no setting for what turns: each such icon is drawn anew twenty times a second, as long as a task runs.
		await this.page.addStyleTag({ content: '.codicon-modifier-spin { animation: none !important; }' });
	}

	/** Developer: Reload Window. The editor writes its state down first. */
	async reload(): Promise<void> {
		const left = this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame());
		await this.run('Developer: Reload Window');
		await left;
		await this.ready();
	}

	/** The browser's own reload, which does not wait for anything; also where the server has gone. */
	async reopen(): Promise<void> {
		await this.page.reload();
		await this.ready();
	}

	// --- the quick input: command palette, input boxes, picks

	get input(): Locator {
		return this.page.locator('.quick-input-widget:visible .quick-input-box input');
	}

	get quickRows(): Locator {
		return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
	}

	/** What stands under the input box: its prompt, or why the input is refused. */
	get quickMessage(): Locator {
		return this.page.locator('.quick-input-widget:visible .quick-input-message');
	}

	/** Opens the palette with a text in it and waits for an entry. */
	async palette(text: string, entry: Locator): Promise<void> {
		await this.#withPalette(text, (timeout) => entry.waitFor({ timeout }));
	}

	/**
	 * Opens the palette with a text in it and uses it. Again when that fails: while the workbench is still starting a key pressed is lost, and
	 * an editor that comes back, or a page that is drawn only now, takes the focus, which closes the palette.
	 */
	async #withPalette(text: string, use: (timeoutMs: number) => Promise<void>): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			await this.page.keyboard.press('F1');
			try {
				await this.input.fill(text, { timeout: 3000 });
				await use(10_000);
				return;
			} catch (error) {
				if (attempt === 6) {
					throw error;
				}
				// One that stays open gets no command that came later, also when it is opened again.
				await this.#closeInput();
			}
		}
	}

	async #closeInput(): Promise<void> {
		await soon('the quick input to close', async () => {
			if ((await this.input.count()) > 0) {
				await this.input.press('Escape', { timeout: 1000 });
			}
			return (await this.input.count()) === 0;
		});
	}

	/** Runs a command by its title as the palette shows it, such as `Kling: Set API Key`. */
	async run(title: string): Promise<void> {
		await this.#withPalette(`>${title}`, (timeout) => this.#paletteRow(title).first().click({ timeout }));
		// An input box or a pick reuses the palette's widget: wait until the palette is out of it.
		await soon(
			'the palette to close',
			async () =>
				!(await this.input.evaluateAll((inputs: readonly { value?: string }[]) =>
					inputs.some(({ value }) => value?.startsWith('>') === true),
				)),
		);
	}

	/** Whether the palette offers a command. */
	async offers(title: string): Promise<boolean> {
		await this.palette(`>${title}`, this.quickRows.first());
		// The list is filtered a moment after the typing.
		await delay(500);
		const offered = (await this.#paletteRow(title).count()) > 0;
		await this.page.keyboard.press('Escape');
		return offered;
	}

	#paletteRow(title: string): Locator {
		const quoted = JSON.stringify(title);
		const start = JSON.stringify(`${title},`);
		return this.page.locator(`.quick-input-widget:visible .monaco-list-row:is([aria-label=${quoted}], [aria-label^=${start}])`);
	}

	/** Types into the input box and presses Enter. */
	async accept(text: string, timeout = usualTimeoutMs): Promise<void> {
		await this.input.fill(text, { timeout });
		// One that stays open although something else has the focus hears no key without it.
		await this.input.press('Enter', { timeout });
	}

	/** Chooses one entry of a pick, by a text in it. */
	async pick(text: string, timeout = usualTimeoutMs): Promise<void> {
		await this.quickRows.filter({ hasText: text }).first().click({ timeout });
	}

	/**
	 * Runs a command that asks something in the quick input, and uses that. Again when that fails: most lists close when something else is
	 * given the focus, such as an editor that comes back. The editor itself gives it back to a page in front some 50 ms after the palette has
	 * closed, by a message that may arrive when the list is open already.
	 * @param use is done from its start again; gets how long its steps may take
	 */
	async runAndUse(title: string, use: (timeoutMs: number) => Promise<void>): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			await this.run(title);
			try {
				await use(10_000);
				return;
			} catch (error) {
				if (attempt === 3) {
					throw error;
				}
				await this.#closeInput();
			}
		}
	}

	/** Runs a command that offers entries, and chooses one. */
	async runAndPick(title: string, text: string): Promise<void> {
		await this.runAndUse(title, (timeout) => this.pick(text, timeout));
	}

	/** Runs a command that asks for a text, types it and presses Enter. */
	async runAndAccept(title: string, text: string): Promise<void> {
		await this.runAndUse(title, (timeout) => this.accept(text, timeout));
	}

	/** Runs a command that asks for a text, and types it. */
	async runAndFill(title: string, text: string): Promise<void> {
		await this.runAndUse(title, (timeout) => this.input.fill(text, { timeout }));
	}

	/** Makes exactly these entries of a multi-select pick the chosen ones (by a text in each), and confirms. */
	async pickMany(...texts: string[]): Promise<void> {
		// The list before it in the same widget has no boxes.
		await this.quickRows.getByRole('checkbox').first().waitFor();
		for (const row of await this.quickRows.all()) {
			const label = (await row.getAttribute('aria-label')) ?? '';
			const box = row.getByRole('checkbox');
			if ((await box.getAttribute('aria-checked')) !== String(texts.some((text) => label.includes(text)))) {
				await box.click();
			}
		}
		await this.page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }).click();
	}

	/** Track Kling task, with a text that needs no further answer. */
	async track(text: string): Promise<void> {
		await this.runAndFill('Track Kling task', text);
		await this.quickRows.filter({ hasText: /^Track / }).waitFor();
		await this.input.press('Enter');
	}

	async openFile(name: string): Promise<void> {
		const row = this.quickRows.filter({ hasText: name }).first();
		// A list that was made before a new file was seen does not get it any more.
		await this.#withPalette(name, () => row.click({ timeout: 2000 }));
	}

	/** Closes all of them, without saving what was changed. */
	async closeEditors(): Promise<void> {
		await this.run('View: Close All Editors');
		const discard = this.dialog.getByRole('button', { name: /^Don['’]t Save$/ });
		await soon('the editors to close', async () => {
			if (await discard.isVisible()) {
				await discard.click();
			}
			return (await this.page.locator('.tabs-container .tab').count()) === 0;
		});
	}

	/** Answers the file dialog of the web workbench, which is an input box, with a path. */
	async typePath(file: string): Promise<void> {
		// Before it has listed the folder it overwrites what is typed.
		await this.quickRows.filter({ hasText: '..' }).first().waitFor();
		await soon('the dialog to take the path', async () => {
			await this.input.fill(file);
			await delay(200);
			return (await this.input.inputValue()) === file;
		});
		await this.page
			.locator('.quick-input-widget:visible')
			.getByRole('button', { name: /^(?:OK|Save|Save Here|Open|Read|Import|Track|Export)$/ })
			.click();
	}

	// --- views

	/** Opens a view container by its title in the activity bar. */
	async openView(title: string): Promise<void> {
		const item = this.activity(title);
		// A click on the open one would close the side bar.
		if (!/\bchecked\b/.test((await item.getAttribute('class')) ?? '')) {
			await item.click();
		}
	}

	activity(title: string): Locator {
		return this.page.locator('.activitybar .action-item', { has: this.page.locator(`a[aria-label^=${JSON.stringify(title)}]`) }).first();
	}

	/** The badge's text, empty without one. */
	async badge(title: string): Promise<string> {
		return (await this.activity(title).locator('.badge-content').allTextContents()).join('');
	}

	get treeRows(): Locator {
		return this.page.locator('.sidebar .pane-body .monaco-list-row');
	}

	/** The row that shows this text in its label or description, or says it to a screen reader, such as its status. */
	row(text: string): Locator {
		const heard = this.page.locator(`.sidebar .pane-body .monaco-list-row[aria-label*=${JSON.stringify(text)}]`);
		return this.treeRows.filter({ hasText: text }).or(heard).first();
	}

	/** The rows of tasks and their results without those of the groups, which are their parents: tasks are of level 1. */
	async tasks(): Promise<TreeRow[]> {
		return (await this.tree()).filter(({ level }) => level > 1).map((row) => ({ ...row, level: row.level - 1 }));
	}

	async tree(): Promise<TreeRow[]> {
		// In one go: rows come and go while one reads.
		return this.treeRows.evaluateAll((rows: readonly RowElement[]) =>
			rows.map((row) => {
				const expanded = row.getAttribute('aria-expanded');
				return {
					label: row.querySelector('.label-name')?.textContent ?? '',
					description: row.querySelector('.label-description')?.textContent ?? '',
					ariaLabel: row.getAttribute('aria-label') ?? '',
					level: Number(row.getAttribute('aria-level')),
					expanded: expanded === null ? undefined : expanded === 'true',
				};
			}),
		);
	}

	/** Presses one of the buttons that a row shows under the mouse. */
	async inlineAction(row: Locator, title: string): Promise<void> {
		await row.hover();
		await row.locator(`.actions .action-label[aria-label^=${JSON.stringify(title)}]`).click();
	}

	/**
	 * Rests the mouse on something until its hover is there: it closes, or never comes, when what it belongs to is drawn anew meanwhile.
	 * @param text what the hover shows
	 * @returns the hover, and its whole text
	 */
	async hover(over: Locator, text: string | RegExp): Promise<{ readonly hover: Locator; readonly text: string }> {
		const hover = this.page.locator('.monaco-hover:visible', { hasText: text }).first();
		const whole = await soon('the hover', async () => {
			await this.page.mouse.move(0, 0);
			await over.hover();
			return hover.innerText({ timeout: 4000 });
		});
		return { hover, text: whole };
	}

	/** Chooses an entry of a row's context menu. */
	async contextMenu(row: Locator, title: string): Promise<void> {
		await row.click({ button: 'right' });
		await this.menuItem(title);
	}

	/** Chooses an entry of the menu that is open. @param timeout ms */
	async menuItem(title: string, timeout = 30_000): Promise<void> {
		// A menu hears no button released in its first 100 ms: that might be the one that opened it.
		await this.page.locator('.monaco-menu .action-item', { hasText: title }).first().click({ delay: 300, timeout });
	}

	/** The text and buttons that a view shows while it has nothing else. */
	get welcome(): Locator {
		return this.page.locator('.sidebar .welcome-view-content');
	}

	/** All of that text, empty without a welcome. */
	async welcomeText(): Promise<string> {
		return (await this.welcome.allInnerTexts()).join('\n');
	}

	// --- what the workbench says

	notification(text: string | RegExp): Locator {
		return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
	}

	/** Presses a button of a notification. */
	async press(text: string | RegExp, button: string): Promise<void> {
		await this.notification(text).first().getByRole('button', { name: button, exact: true }).click();
	}

	/** The texts of the notifications that are shown now. */
	async notifications(): Promise<string[]> {
		return this.page.locator('.notifications-toasts .notification-list-item-message').allTextContents();
	}

	/** How many messages with this text the notification center has kept, the closed toasts' too, since they were last cleared. */
	async countNotifications(text: string | RegExp): Promise<number> {
		await this.run('Notifications: Show Notifications');
		const countNotifications = await this.page.locator('.notifications-center .notification-list-item', { hasText: text }).count();
		await this.run('Notifications: Hide Notifications');
		return countNotifications;
	}

	/** From now on keeps what the workbench says to a screen reader, its notifications among it, until it is reloaded. */
	async listen(): Promise<void> {
		await this.page.evaluate(`(() => {
			const heard = globalThis.heardByTests = [];
			const listener = new MutationObserver((changes) => heard.push(...changes.filter(({ addedNodes }) => addedNodes.length > 0).map(({ target }) => target.textContent)));
			for (const voice of document.querySelectorAll('.monaco-aria-container > *')) listener.observe(voice, { childList: true });
		})()`);
	}

	/** How often this was said since `listen`. The notification center shows a message that is told twice only once. */
	async recorded(text: string | RegExp): Promise<number> {
		const matches = text instanceof RegExp ? `${String(text)}.test(heard)` : `heard.includes(${JSON.stringify(text)})`;
		return Number(await this.page.evaluate(`heardByTests.filter((heard) => ${matches}).length`));
	}

	/** Closes everything that is shown now. */
	async closeNotifications(): Promise<void> {
		await this.run('Notifications: Clear All Notifications');
		await soon('the notifications to close', async () => (await this.notifications()).length === 0);
	}

	/** The extension's item in the status bar. */
	get klingStatus(): Locator {
		return this.page.locator('.statusbar-item[id="kling-tasks.kling-tasks.kling.status"]');
	}

	/** What that item says to a screen reader; empty while it is hidden. */
	async statusText(): Promise<string> {
		const labels = this.klingStatus.locator('[aria-label]');
		return ((await labels.count()) === 0 ? undefined : await labels.first().getAttribute('aria-label')) ?? '';
	}

	statusItem(text: string | RegExp): Locator {
		return this.page.locator('.statusbar-item', { hasText: text });
	}

	/** The modal dialog. */
	get dialog(): Locator {
		return this.page.locator('.monaco-dialog-box');
	}

	/** What the extension put into its nth visible webview. */
	webview(n = 0): FrameLocator {
		return this.page.locator('iframe.webview.ready').nth(n).contentFrame().frameLocator('iframe#active-frame');
	}

	/** Opens a task's panel by its row, whose label is the panel's heading too: a name, or an operation with or without the end of the ID. */
	async openPanel(label: string): Promise<FrameLocator> {
		await soon(`the panel of ${label}`, async () => {
			// A row that is drawn anew at this very moment misses a click.
			await this.row(label).click();
			await this.#heading(label).waitFor({ timeout: 5000 });
			return true;
		});
		return this.webview();
	}

	/** Waits for the result panel of a task to be in front, by its heading. */
	async panel(heading: string): Promise<FrameLocator> {
		await this.#heading(heading).waitFor();
		return this.webview();
	}

	#heading(name: string): Locator {
		const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		return this.webview().getByRole('heading', { level: 1, name: new RegExp(`^${escaped}(?: \\d{6})?$`) });
	}

	/** Opens the context menu of a part of the page, and returns its items. */
	async pageMenu(part: Locator): Promise<readonly string[]> {
		await part.click({ button: 'right' });
		const items = this.page.locator('.monaco-menu .action-menu-item');
		await items.first().waitFor();
		return (await items.allInnerTexts()).map((text) => text.trim());
	}

	/** What the editor keeps of a page for when it is shown again, as JSON. */
	async webviewState(): Promise<string> {
		// It is handed to the page in the script that defines acquireVsCodeApi.
		const script = String(await this.webview().locator('html').evaluate('document.getElementById("_vscodeApiScript")?.textContent ?? ""'));
		const encoded = /\bstate = JSON\.parse\(decodeURIComponent\("([^"]*)"\)\)/.exec(script)?.[1];
		if (encoded === undefined) {
			throw new Error(`The page was given no state:\n${script}`);
		}
		return decodeURIComponent(encoded);
	}

	/** Everything that the editor keeps in the browser, as text. */
	async browserStorage(): Promise<string> {
		return String(
			await this.page.evaluate(`(async () => {
				const all = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
				const ask = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
				for (const { name } of await indexedDB.databases()) {
					const database = await ask(indexedDB.open(name));
					for (const store of database.objectStoreNames) {
						const content = database.transaction(store).objectStore(store);
						const [keys, values] = await Promise.all([ask(content.getAllKeys()), ask(content.getAll())]);
						all.push(name, store, JSON.stringify(keys), ...values.map((value) => value instanceof Uint8Array ? new TextDecoder().decode(value) : typeof value === 'string' ? value : JSON.stringify(value)));
					}
					database.close();
				}
				return all.join('\\n');
			})()`),
		);
	}

	/** What axe has against a page, a sentence each. */
	async axe(frame: FrameLocator): Promise<string[]> {
		// The page's policy lets no script in: this comes by way of the developer tools, as a person's would.
		const page = frame.locator('html');
		await page.evaluate(`${axe.source}; undefined`);
		const { violations }: Pick<AxeResults, 'violations'> = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
		return violations.map(
			({ id, help, nodes }) =>
				`${id}: ${help}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`).join('; ')}`,
		);
	}

	// --- the person's surroundings

	/** Chooses the colour theme, as a person does, and waits until it is on. */
	async useTheme(theme: Theme): Promise<void> {
		const { name, className } = themes[theme];
		await this.runAndUse('Preferences: Color Theme', async (timeout) => {
			await this.input.fill(name, { timeout });
			// The one that Enter chooses: the list has them all at first.
			await this.page.locator('.quick-input-widget:visible .monaco-list-row.focused', { hasText: name }).waitFor({ timeout });
			await this.input.press('Enter', { timeout });
		});
		await this.page.locator(`.monaco-workbench.${className}`).waitFor();
	}

	/** What a paste would give. The browser context must have been given the permission. */
	async clipboard(): Promise<string> {
		return String(await this.page.evaluate('navigator.clipboard.readText()'));
	}

	/** Drags the edge of the side bar until it has a width, px. */
	async sideBar(wanted: number): Promise<void> {
		const bar = this.page.locator('.part.sidebar');
		for (let attempt = 0; attempt < 3; attempt++) {
			const { x, y, width, height } = (await bar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
			if (Math.abs(width - wanted) < 2) {
				break;
			}
			await this.page.mouse.move(x + width, y + height / 2);
			await this.page.mouse.down();
			await this.page.mouse.move(x + wanted, y + height / 2, { steps: 5 });
			await this.page.mouse.up();
		}
		await this.page.mouse.move(0, 0);
	}

	/** The tab of an editor, by its title. */
	tab(title: string): Locator {
		return this.page.locator(`.tabs-container .tab[data-resource-name=${JSON.stringify(title)}]`).first();
	}

	/** Drags one thing onto the middle of another, as a hand does. */
	async drag(from: Locator, to: Locator): Promise<void> {
		const target = (await to.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
		const [x, y] = [target.x + target.width / 2, target.y + target.height / 2];
		await from.hover();
		await this.page.mouse.down();
		await this.page.mouse.move(x - 20, y - 20, { steps: 5 });
		// What a target shows while something is over it comes with the next move.
		await delay(300);
		await this.page.mouse.move(x, y, { steps: 5 });
		await delay(300);
		await this.page.mouse.up();
	}

	/** Writes a screenshot to out/e2e/NAME.png, to be looked at; none in a run of everything, which nobody looks at: it takes 0.3 s each. */
	async shot(name: string): Promise<void> {
		if (process.env['CI'] === undefined) {
			await this.capture(name);
		}
	}

	/** Writes a screenshot to out/e2e/NAME.png in any run. */
	async capture(name: string): Promise<void> {
		mkdirSync(shotsDir, { recursive: true });
		// What fades in or out is shown as it will be; a transition that is cut short has nothing more to show.
		await this.page.evaluate(
			'Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition || one.effect?.getComputedTiming().iterations !== Infinity).map((one) => one.finished))',
		);
		await this.page.screenshot({ path: path.join(shotsDir, `${name}.png`) });
	}

	/**
	 * Makes focus real: Playwright tells every page that it has it. From then on a window is focused by `focus` alone, and loses
	 * it when another page is brought to the front.
	 */
	async useRealFocus(): Promise<void> {
		await this.#emulateFocus(false);
	}

	/** Lets a window with real focus report it again whatever is in front, as two windows may for a moment. */
	async claimFocus(): Promise<void> {
		await this.#emulateFocus(true);
	}

	async #emulateFocus(enabled: boolean): Promise<void> {
		// The session stays open: what it set ends with it.
		this.#cdp ??= await this.page.context().newCDPSession(this.page);
		await this.#cdp.send('Emulation.setFocusEmulationEnabled', { enabled });
	}

	async focus(): Promise<void> {
		await this.page.bringToFront();
	}
}
