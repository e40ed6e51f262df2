import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Disposable } from '../../core/emitter';
import { onDidChangeSettings, readKeepSettings } from '../settings';
import type { Keeping } from './keeping';
import type { KeepingParts } from './keepingParts';

/** When a focused window checks for the first time whether links expire soon, and how often then, ms. */
const expiryChecks = { first: 60_000, every: 60 * 60_000 } as const;

/** The setting that was applied last, in any window. */
const appliedKey = 'appliedKeepSetting';

/** Loads what keeping results needs once something is kept, has failed, or is about to be lost. */
export class LazyKeeping implements Disposable {
	readonly #own = new Disposables();
	readonly #parts: KeepingParts;
	readonly #onUnexpected: (error: unknown) => void;
	#loaded: Promise<Keeping> | undefined;
	/** The setting as it was applied last, in any window as far as this one knows. */
	#setting = readKeepSettings();
	#isChoosing = false;
	#expiryTimer: Disposable | undefined;
	#isExpiryDue = false;

	constructor(parts: KeepingParts, onUnexpected: (error: unknown) => void) {
		this.#parts = parts;
		this.#onUnexpected = onUnexpected;
		const { store, downloads } = parts;
		const showItem = (): void => {
			if (store.downloads.pending().length > 0) {
				this.#do((keeping) => keeping.showItem());
			}
		};
		this.#own.own(store.changes.onDidChange(showItem));
		this.#own.own(
			downloads.onDidSettle((download) => {
				if (download.state === 'failed') {
					this.#do((keeping) => keeping.noteFailed(download));
				}
			}),
		);
		this.#own.own(onDidChangeSettings(() => this.#applySetting(), 'kling.results'));
		this.#own.own(
			vscode.window.onDidChangeWindowState(() => {
				this.#applySetting();
				this.#checkExpiry();
			}),
		);
		this.#checkExpiryLater(expiryChecks.first);
	}

	/** Loads it for a command. */
	get(): Promise<Keeping> {
		this.#loaded ??= import('./keeping').then(({ Keeping: Loaded }) => this.#own.own(new Loaded(this.#parts)));
		return this.#loaded;
	}

	/** The command that changes the setting, and applies it itself. */
	async keepAllResults(): Promise<void> {
		this.#isChoosing = true;
		try {
			await (await this.get()).keepAllResults();
		} finally {
			this.#isChoosing = false;
			this.#setting = readKeepSettings();
			this.#noteApplied();
		}
	}

	dispose(): void {
		this.#expiryTimer?.dispose();
		this.#own.dispose();
	}

	/** In the focused window alone: the folder of the workspace is that of the person who has changed the setting. */
	#applySetting(): void {
		const [before, setting] = [this.#setting, readKeepSettings()];
		const text = JSON.stringify(setting);
		if (this.#isChoosing || JSON.stringify(before) === text || !vscode.window.state.focused) {
			return;
		}
		this.#setting = setting;
		if (this.#parts.memory.get<unknown>(appliedKey) !== text) {
			this.#noteApplied();
			this.#do((keeping) => keeping.applySetting(before));
		}
	}

	/** So that another window that gets the focus does not apply it again. */
	#noteApplied(): void {
		void this.#parts.memory.update(appliedKey, JSON.stringify(this.#setting));
	}

	#checkExpiryLater(ms: number): void {
		this.#expiryTimer = this.#parts.clock.after(ms, () => {
			this.#isExpiryDue = true;
			this.#checkExpiry();
			this.#checkExpiryLater(expiryChecks.every);
		});
	}

	/** In a focused window; in another one as soon as it is: a person who works elsewhere is rarely here when the time comes. */
	#checkExpiry(): void {
		if (this.#isExpiryDue && vscode.window.state.focused) {
			this.#isExpiryDue = false;
			if (this.#parts.store.tasks.hasResults()) {
				this.#do((keeping) => keeping.warnOfExpiry());
			}
		}
	}

	#do(work: (keeping: Keeping) => unknown): void {
		this.get().then(work).catch(this.#onUnexpected);
	}
}
