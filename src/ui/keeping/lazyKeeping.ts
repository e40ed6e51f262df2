import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Disposable } from '../../core/emitter';
import { keepSettingsOf, onDidChangeSettings, readKeepSettings, type KeepSettings } from '../settings';
import type { Keeping } from './keeping';
import type { KeepingParts } from './keepingParts';

/** When a focused window checks for the first time whether links expire soon, and how often then, ms. */
const expiryChecks = { first: 60_000, every: 60 * 60_000 } as const;

/** The setting that was applied last, in any window, also before a restart of the editor. */
const appliedKey = 'appliedKeepSetting';

/** Loads what keeping results needs once something is kept, has failed, or is about to be lost. */
export class LazyKeeping implements Disposable {
	readonly #own = new Disposables();
	readonly #parts: KeepingParts;
	readonly #onUnexpected: (error: unknown) => void;
	#loaded: Promise<Keeping> | undefined;
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
		if (this.#applied() === undefined) {
			this.#noteApplied(readKeepSettings());
		}
		// It may have been changed while no window was open, or by Settings Sync.
		this.#applySetting();
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
			this.#noteApplied(readKeepSettings());
		}
	}

	dispose(): void {
		this.#expiryTimer?.dispose();
		this.#own.dispose();
	}

	/** In the focused window alone: the folder of the workspace is that of the person who has changed the setting. */
	#applySetting(): void {
		if (this.#isChoosing || !vscode.window.state.focused) {
			return;
		}
		const [before, setting] = [this.#applied(), readKeepSettings()];
		if (before !== undefined && JSON.stringify(before) !== JSON.stringify(setting)) {
			this.#noteApplied(setting);
			this.#do((keeping) => keeping.applySetting(before));
		}
	}

	#applied(): KeepSettings | undefined {
		const noted = this.#parts.memory.get<unknown>(appliedKey);
		return typeof noted === 'object' && noted !== null ? keepSettingsOf((name) => Reflect.get(noted, name)) : undefined;
	}

	/** So that another window that gets the focus does not apply it again. */
	#noteApplied(setting: KeepSettings): void {
		void this.#parts.memory.update(appliedKey, setting);
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
