import type { Download } from '../../core/download';
import { Disposables } from '../../core/disposables';
import type { Disposable } from '../../core/emitter';
import type { KeepOrder } from '../../tracking/ports/downloads';
import type { KeepSettings } from '../settings';
import { cancelSaving } from './cancelSaving';
import { warnOfExpiry } from './expiryNotice';
import { FailedDownloads } from './failedDownloads';
import { applySetting, keepAllResults } from './keepAll';
import type { KeepingParts } from './keepingParts';
import { KeepResults } from './keepResults';
import { SavingItem } from './savingItem';
import { saveAll } from './saveAll';

export { showKeepNotice } from './keepNotice';

/** Everything about keeping results that a person sees. Entry point of dist/keeping.js, loaded when it is needed. */
export class Keeping implements Disposable {
	readonly #own = new Disposables();
	readonly #parts: KeepingParts;
	readonly #results: KeepResults;
	readonly #failed: FailedDownloads;
	#item: SavingItem | undefined;

	constructor(parts: KeepingParts) {
		this.#parts = parts;
		this.#results = new KeepResults(parts);
		this.#failed = this.#own.own(new FailedDownloads(this.#results, parts));
	}

	/** The command on all results from now on. */
	keepAllResults(): Promise<void> {
		return keepAllResults(this.#parts, this.#results);
	}

	/** The command on chosen results. */
	keepResults(args: readonly unknown[]): Promise<void> {
		return this.#results.run(args);
	}

	/** The command on results that could not be kept, or whose file is missing. */
	keepAgain(orders: readonly KeepOrder[]): Promise<void> {
		return this.#results.keep(orders);
	}

	saveAll(args: readonly unknown[]): Promise<void> {
		return saveAll(args, this.#parts);
	}

	cancelSaving(args: readonly unknown[]): Promise<void> {
		return cancelSaving(args, this.#parts);
	}

	/** The settings were changed by hand. */
	applySetting(before: KeepSettings): Promise<void> {
		return applySetting(this.#parts, this.#results, before);
	}

	/** Something is being saved. */
	showItem(): void {
		this.#item ??= this.#own.own(new SavingItem(this.#parts, (download) => this.#failed.note(download)));
	}

	noteFailed(download: Download): void {
		this.#failed.note(download);
	}

	/** Whether a message was shown. */
	warnOfExpiry(): Promise<boolean> {
		return warnOfExpiry(this.#parts, this.#results);
	}

	dispose(): void {
		this.#own.dispose();
	}
}
