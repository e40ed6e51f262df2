import { clamp } from '../core/clamp';
import { Disposables } from '../core/disposables';
import { Emitter, type Disposable } from '../core/emitter';
import type { TaskKey } from '../core/task';
import type { StoreHealth } from '../tracking/ports/health';
import type { Creation, CreationId } from './creation';
import type { CreationLoop } from './creationLoop';
import type { CreationLoopParts } from './creationParts';
import type { Creations } from './creations';

/** Waits between two runs (ms): at least, after a run that could claim nothing or failed, and at most, because timers do not run during sleep. */
const [shortestSleepMs, retryMs, longestSleepMs] = [250, 2_000, 5 * 60_000];

export interface LazyCreationsParts extends Omit<CreationLoopParts, 'onSettled'> {
	readonly health: Pick<StoreHealth, 'readOnly'>;
}

/**
 * When creations are due. What is done then is a bundle of its own, loaded when something is due for the first time or a person acts on a
 * creation. With nothing due there is no timer.
 */
export class LazyCreations implements Creations {
	readonly #parts: LazyCreationsParts;
	readonly #own = new Disposables();
	readonly #didSettle: Emitter<Creation>;
	#loaded: Promise<CreationLoop> | undefined;
	#started = false;
	#closed = false;
	#run: Promise<void> | undefined;
	#wokenInRun = false;
	#timer: Disposable | undefined;

	constructor(parts: LazyCreationsParts) {
		this.#parts = parts;
		this.#didSettle = this.#own.own(new Emitter<Creation>(parts.log));
	}

	get onDidSettle(): Creations['onDidSettle'] {
		return this.#didSettle.event;
	}

	/** Starts to take the steps that are due. Before that, only those that a person wants are taken. */
	start(): void {
		if (!this.#started && !this.#closed) {
			this.#started = true;
			this.#own.own(this.#parts.creations.onDidChangeCreations(() => this.wake()));
			this.wake();
		}
	}

	wake(): void {
		if (!this.#started || this.#closed) {
			return;
		}
		if (this.#run === undefined) {
			this.#sleep(0);
		} else {
			this.#wokenInRun = true;
		}
	}

	async searchNow(id: CreationId): Promise<void> {
		await (await this.#load()).searchNow(id);
	}

	async found(id: CreationId, taskId: string): Promise<TaskKey> {
		return await (await this.#load()).found(id, taskId);
	}

	async sendAgain(id: CreationId): Promise<void> {
		await this.#act(id, 'sendAgain');
	}

	async leaveOpen(id: CreationId): Promise<void> {
		await this.#act(id, 'leaveOpen');
	}

	async cancel(id: CreationId): Promise<boolean> {
		return await this.#act(id, 'cancel');
	}

	async confirm(id: CreationId): Promise<void> {
		await this.#act(id, 'confirm');
	}

	async close(): Promise<void> {
		this.#stop();
		await this.#run;
		const loop = await this.#loaded?.catch(() => undefined);
		await loop?.close();
		this.dispose();
	}

	dispose(): void {
		this.#stop();
		this.#own.dispose();
		void this.#loaded?.then(
			(loop) => loop.dispose(),
			() => undefined,
		);
	}

	#stop(): void {
		this.#closed = true;
		this.#timer?.dispose();
		this.#timer = undefined;
	}

	async #act(id: CreationId, kind: Parameters<CreationLoop['act']>[1]): Promise<boolean> {
		const isDone = await (await this.#load()).act(id, kind);
		this.wake();
		return isDone;
	}

	/** @throws if the bundle cannot be loaded; it is tried again next time */
	#load(): Promise<CreationLoop> {
		this.#loaded ??= import('./creationLoop').then(
			({ CreationLoop: Loop }) => new Loop({ ...this.#parts, onSettled: (creation) => this.#didSettle.fire(creation) }),
			(error: unknown) => {
				this.#loaded = undefined;
				throw error;
			},
		);
		return this.#loaded;
	}

	#sleep(ms: number): void {
		this.#timer?.dispose();
		this.#timer = this.#parts.clock.after(ms, () => {
			this.#timer = undefined;
			this.#run = this.#runOnce();
		});
	}

	async #runOnce(): Promise<void> {
		let wait: number | undefined;
		try {
			wait = await this.#claimWhatIsDue();
		} catch (error) {
			if (!this.#closed) {
				this.#parts.log.error('Failed to claim creations', error);
			}
			wait = retryMs;
		}
		this.#run = undefined;
		const isWoken = this.#wokenInRun;
		this.#wokenInRun = false;
		if (!this.#closed && (isWoken || wait !== undefined)) {
			this.#sleep(isWoken ? 0 : (wait ?? 0));
		}
	}

	/** Resolves to the wait (ms) until the next run; undefined if nothing is due by itself. */
	async #claimWhatIsDue(): Promise<number | undefined> {
		const { creations, clock, health } = this.#parts;
		if (health.readOnly) {
			return undefined;
		}
		const due = creations.nextDueAt(clock.now());
		if (due === undefined) {
			return undefined;
		}
		if (due > clock.now()) {
			return clamp(due - clock.now(), shortestSleepMs, longestSleepMs);
		}
		const claimed = await (await this.#load()).claimDue();
		const next = creations.nextDueAt(clock.now());
		return next === undefined ? undefined : clamp(next - clock.now(), claimed === 0 ? retryMs : shortestSleepMs, longestSleepMs);
	}
}
