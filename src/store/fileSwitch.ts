import type { Log } from '../tracking/ports/host';
import type { Condition } from './condition';
import type { CurrentFile } from './currentFile';
import type { StoreFiles } from './files';
import { holderOf } from './holder';
import type { Attached, Opener } from './opener';
import { retryMs } from './openFile';
import type { Recovery } from './recovery/recovery';
import type { Rescue } from './recovery/rescue';
import { DamageError, sqlFailure, StoreError } from './storeError';
import type { Timers } from './timers';
import type { WriteQueue, WriteFailure } from './writeQueue';

/** How long a disk that refused is left alone before a file is attached again, ms. */
const slowRetryMs = 5_000;
/** How often a folder that took no writes is tried again, ms. */
const readOnlyRetryMs = 30_000;

/**
 * Why a file is left for another.
 * - `shiftedBy`: another window has made a file of a higher number, or this one was deleted, moved, or replaced by another file
 * - `damaged`: it cannot be read, or is not as we left it
 * - `retry`: it took no writes, and takes them now
 */
type LeavingReason = 'moved' | 'damaged' | 'retry';

interface Parts {
	readonly files: StoreFiles;
	readonly current: CurrentFile;
	readonly condition: Condition;
	readonly opener: Opener;
	readonly loadRecovery: () => Promise<Recovery>;
	readonly queue: Pick<WriteQueue, 'stop' | 'resume'>;
	readonly log: Log;
	readonly timers: Timers;
	/** See `DatabaseOptions.onWaiting`. */
	readonly onWaiting: ((holder: string | undefined) => void) | undefined;
}

/** Opens the file in use, and leaves it for another when it is damaged, lost or no longer the newest. */
export class FileSwitch {
	readonly #parts: Parts;
	/** Settles when the file has been left for another; undefined while none is being left. */
	#leaving: Promise<void> | undefined;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** See `#leaving`. */
	get leaving(): Promise<void> | undefined {
		return this.#leaving;
	}

	/**
	 * Opens the first file.
	 * @throws as `Opener.attach`
	 */
	async open(signal?: AbortSignal): Promise<void> {
		this.#use(await this.#parts.opener.attach(true, signal));
	}

	/** Leaves the file for another. Writes wait meanwhile; reads see what the old file still gives. */
	leave(reason: LeavingReason, damage?: unknown): void {
		const { current, condition, queue, log, timers } = this.#parts;
		if (this.#leaving !== undefined || timers.isDisposed) {
			return;
		}
		if (damage !== undefined) {
			log.error(`Failed to use ${current.name}: it is damaged`, damage);
		}
		if (damage instanceof DamageError) {
			// What is not ours is not read any more either.
			current.hold(undefined);
		}
		if (condition.value === 'readOnlyDisk' && reason !== 'retry') {
			return;
		}
		queue.stop();
		this.#leaving = this.#switchFile(reason).then((attached) => {
			this.#leaving = undefined;
			if (timers.isDisposed || attached === undefined) {
				attached?.connection.close();
				return;
			}
			this.#use(attached);
			current.replaced();
			queue.resume();
		});
	}

	/** To be told why a read or a write could not be done. */
	failed(onDiskError: WriteFailure, error: unknown): void {
		const { current, condition, log } = this.#parts;
		if (onDiskError === 'damaged') {
			this.leave('damaged', error);
			return;
		}
		if (onDiskError === 'locked') {
			log.warn(`Failed to write to ${current.name} for ten seconds: another program holds it`);
		} else {
			log.error(`Failed to read or write ${current.name}`, error);
		}
		condition.failed(onDiskError);
	}

	/** To be told when opening has waited for ten seconds. */
	async waited(path: string): Promise<void> {
		const { current, condition, log, timers, onWaiting } = this.#parts;
		const holder = await holderOf(path, log);
		log.warn(`Failed to open ${path} for ten seconds: ${holder ?? 'another program'} holds it`);
		if (timers.isDisposed) {
			return;
		}
		if (current.number === 0) {
			onWaiting?.(holder);
		} else if (this.#leaving !== undefined) {
			condition.set('locked');
		}
	}

	#use(attached: Attached): void {
		this.#parts.current.use(attached);
		if (attached.condition === 'readOnlyDisk') {
			this.#tryToWriteLater();
		}
	}

	/** A folder that took no writes may take them by then. */
	#tryToWriteLater(): void {
		const { current, opener, timers } = this.#parts;
		timers.after(readOnlyRetryMs, () => {
			if (opener.isWritable(current.number)) {
				this.leave('retry');
			} else {
				this.#tryToWriteLater();
			}
		});
	}

	/** Does not reject; undefined when we were disposed meanwhile (the one StoreError on this way). */
	async #switchFile(reason: LeavingReason): Promise<Attached | undefined> {
		const { files, current, condition, opener, loadRecovery, timers } = this.#parts;
		const isOurs = !condition.isReadOnly;
		condition.set('recovering');
		let rescue: Rescue | undefined;
		while (!timers.isDisposed) {
			try {
				const recovery = isOurs && current.isToBeSaved() ? await loadRecovery() : undefined;
				if (recovery !== undefined && current.connection !== undefined) {
					current.countLoss();
					rescue ??= recovery.rescue(current.number, current.connection);
					await rescue.run(current.connection, (connection) => current.hold(connection));
				} else if (reason === 'damaged' && files.highest() === current.number) {
					files.make(current.number + 1);
				}
				return await opener.attach(false);
			} catch (error) {
				if (error instanceof StoreError) {
					return undefined;
				}
				const failure = sqlFailure(error);
				if (failure !== 'busy') {
					this.failed(failure === 'full' ? 'full' : 'disk', error);
				}
				await timers.wait(failure === 'busy' ? retryMs : slowRetryMs).catch(() => undefined);
			}
		}
		return undefined;
	}
}
