import * as vscode from 'vscode';
import type { Disposable } from '../../../src/core/emitter';
import { soon } from '../../support/retry';
import { replace } from './replace';

type Row = vscode.QuickPickItem;

/** A quick pick that the editor shows. */
export class ShownPick {
	readonly #picker: vscode.QuickPick<Row>;
	readonly #pressers: ((event: vscode.QuickPickItemButtonEvent<Row>) => unknown)[] = [];
	#isShown = false;

	constructor(picker: vscode.QuickPick<Row>) {
		this.#picker = picker;
		const listen = picker.onDidTriggerItemButton;
		replace(picker, 'onDidTriggerItemButton', (listener) => {
			const press = listener as (event: vscode.QuickPickItemButtonEvent<Row>) => unknown;
			this.#pressers.push(press);
			return listen(press);
		});
		const show = picker.show.bind(picker);
		replace(picker, 'show', () => {
			this.#isShown = true;
			show();
		});
		picker.onDidHide(() => {
			this.#isShown = false;
		});
	}

	get isShown(): boolean {
		return this.#isShown;
	}

	get rows(): readonly Row[] {
		return this.#picker.items;
	}

	get selected(): readonly string[] {
		return this.#picker.selectedItems.map(({ label }) => label);
	}

	get active(): readonly string[] {
		return this.#picker.activeItems.map(({ label }) => label);
	}

	get title(): string | undefined {
		return this.#picker.title;
	}

	/** What is typed instead of what is there; the editor passes it on as if a person had typed it. */
	type(text: string): void {
		this.#picker.value = text;
	}

	/** Whether it says that it is at work. */
	get isBusy(): boolean {
		return this.#picker.busy;
	}

	/** As a click on the first button of a row, for which the editor has no command. */
	pressButton(label: string): void {
		const item = this.rows.find((row) => row.label === label);
		const button = item?.buttons?.[0];
		if (item === undefined || button === undefined) {
			throw new Error(`${label} has no button`);
		}
		for (const press of this.#pressers) {
			press({ item, button });
		}
	}
}

/** Watches the quick picks that the extension makes; they are shown as always. */
export class Picks implements Disposable {
	readonly #shown: ShownPick[] = [];
	readonly #own: Disposable;

	constructor() {
		const create = vscode.window.createQuickPick.bind(vscode.window);
		this.#own = replace(vscode.window, 'createQuickPick', () => {
			const picker = create<Row>();
			this.#shown.push(new ShownPick(picker));
			return picker;
		});
	}

	/** How many were made. */
	get count(): number {
		return this.#shown.length;
	}

	/** Waits for the next one after `earlier` ones. */
	async next(earlier: number): Promise<ShownPick> {
		return soon('a quick pick', () => {
			const pick = this.#shown[earlier];
			return pick?.isShown === true && pick;
		});
	}

	/** Enter. */
	async accept(): Promise<void> {
		await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
	}

	/** Escape. */
	async cancel(): Promise<void> {
		await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
	}

	dispose(): void {
		this.#own.dispose();
	}
}
