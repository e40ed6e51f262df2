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

/** Delay (ms) between two attempts to attach a file after a disk error. */
const slowRetryMs = 5_000;
/** Interval (ms) of checking whether a read-only folder has become writable. */
const readOnlyRetryMs = 30_000;

/**
 * Why a file is left for another.
 * - `moved`: another window has made a file of a higher number, or this one was deleted, moved or replaced
 * - `damaged`: it cannot be read, or another program has changed it
 * - `retry`: it was read-only and is writable now
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

/** Opens the file in use, and switches to another when it is damaged, lost or no longer the newest. */
export class FileSwitch {
	readonly #parts: Parts;
	/** Settles when the switch to another file is complete; undefined while there is none in progress. */
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

	/** Switches to another file. Writes wait meanwhile; reads use whatever the old file still returns. */
	leave(reason: LeavingReason, damage?: unknown): void {
		const { current, condition, queue, log, timers } = this.#parts;
		if (this.#leaving !== undefined || timers.isDisposed) {
			return;
		}
		if (damage !== undefined) {
			log.error(`Failed to use ${current.name}: it is damaged`, damage);
		}
		if (damage instanceof DamageError) {
			// The file is not as we wrote it: no further reads either.
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

	/** Call when a read or a write failed. */
	failed(failure: WriteFailure, error: unknown): void {
		const { current, condition, log } = this.#parts;
		if (failure === 'damaged') {
			this.leave('damaged', error);
			return;
		}
		if (failure === 'locked') {
			log.warn(`Failed to write to ${current.name} for ten seconds: another program holds it`);
		} else {
			log.error(`Failed to read or write ${current.name}`, error);
		}
		condition.failed(failure);
	}

	/** Call when opening has waited for ten seconds. */
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

	/** Checks periodically whether a read-only folder has become writable. */
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

	/** Never rejects. Undefined if the database was disposed meanwhile; that is the only StoreError possible here. */
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
