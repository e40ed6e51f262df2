import * as vscode from 'vscode';
import { downloadKey, type Download } from '../../core/download';
import { Disposables } from '../../core/disposables';
import { savingText } from '../text/keeping';
import { ThrottledRedraw } from '../throttledRedraw';
import type { KeepingParts } from './keepingParts';
import { needsPerson, percentOfDownload } from './keepResults';

/** A download that is tried within this time (ms) counts as running. */
const soonMs = 5000;

/** An item in the status bar while results are being saved, by this window or another: how many, and in the tooltip how far. */
export class SavingItem implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #parts: KeepingParts;
	readonly #onStopped: (download: Download) => void;
	#stopped: ReadonlySet<string> = new Set();
	readonly #item = this.#own.own(vscode.window.createStatusBarItem('kling.saving', vscode.StatusBarAlignment.Left, 50));
	#shown: string | undefined;

	/** @param onStopped called with each download that waits for what only a person can do, if the window has the focus: the others do not */
	constructor(parts: KeepingParts, onStopped: (download: Download) => void) {
		this.#parts = parts;
		this.#onStopped = onStopped;
		this.#item.name = vscode.l10n.t('Kling Tasks: Saving');
		this.#item.command = 'kling.cancelSaving';
		const redraw = this.#own.own(new ThrottledRedraw(parts.clock, () => this.#draw()));
		this.#own.own(parts.store.changes.onDidChange(() => redraw.request()));
		this.#own.own(parts.downloads.onDidChangeProgress(() => redraw.request()));
		this.#draw();
	}

	dispose(): void {
		this.#own.dispose();
	}

	#draw(): void {
		const { store, downloads, clock } = this.#parts;
		const pending = store.downloads.pending();
		this.#noteStopped(pending.filter(needsPerson));
		const running = runningDownloads(pending, clock.now());
		const count = running.length;
		if (count === 0) {
			this.#item.hide();
			this.#shown = undefined;
			return;
		}
		const percents = running.map((download) => percentOfDownload(download, downloads.progressOf(download)));
		const known = percents.filter((percent) => percent !== undefined);
		const label = savingText(count, known.length === 0 ? undefined : Math.floor(known.reduce((sum, percent) => sum + percent, 0) / count));
		if (this.#shown === label) {
			return;
		}
		this.#shown = label;
		this.#item.text = `$(cloud-download) ${savingText(count, undefined)}`;
		this.#item.tooltip = `${label}\n${vscode.l10n.t('Show or Cancel')}`;
		this.#item.accessibilityInformation = { label, role: 'button' };
		this.#item.show();
	}

	#noteStopped(stopped: readonly Download[]): void {
		if (!vscode.window.state.focused) {
			return;
		}
		for (const download of stopped.filter((each) => !this.#stopped.has(downloadKey(each)))) {
			this.#onStopped(download);
		}
		this.#stopped = new Set(stopped.map(downloadKey));
	}
}

/** Those that a window works on, and those that wait for their turn; empty while none runs and all wait for another attempt. */
function runningDownloads(pending: readonly Download[], now: number): readonly Download[] {
	return pending.filter(({ state, nextAt = now }) => state === 'running' || nextAt <= now + soonMs);
}
