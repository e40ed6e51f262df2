import { Disposables } from '../core/disposables';
import { Emitter } from '../core/emitter';
import type { TaskKey } from '../core/task';
import { DueLoop } from '../tracking/dueLoop';
import { LoadedOnUse } from '../tracking/loadedOnUse';
import type { StoreHealth } from '../tracking/ports/health';
import type { Creation, CreationId } from './creation';
import type { CreationLoop } from './creationLoop';
import type { CreationLoopParts } from './creationParts';
import type { Creations } from './creations';

/** Wait (ms) after a run that could claim nothing, or failed. */
const retryMs = 2_000;

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
	readonly #loop: DueLoop;
	readonly #steps: LoadedOnUse<CreationLoop>;

	constructor(parts: LazyCreationsParts) {
		this.#parts = parts;
		this.#didSettle = this.#own.own(new Emitter<Creation>(parts.log));
		this.#steps = this.#own.own(
			new LoadedOnUse(async () => {
				const { CreationLoop: Loop } = await import('./creationLoop');
				return new Loop({ ...parts, onSettled: (creation) => this.#didSettle.fire(creation) });
			}),
		);
		this.#loop = this.#own.own(
			new DueLoop(parts, {
				nextDueAt: (now) => parts.creations.nextDueAt(now),
				claimDue: async () => await (await this.#steps.get()).claimDue(),
				failure: 'Failed to claim creations',
				errorRetryMs: retryMs,
				emptyRetryMs: retryMs,
			}),
		);
	}

	get onDidSettle(): Creations['onDidSettle'] {
		return this.#didSettle.event;
	}

	/** Starts to take the steps that are due. Before that, only those that a person wants are taken. */
	start(): void {
		if (this.#loop.start()) {
			this.#own.own(this.#parts.creations.onDidChangeCreations(() => this.wake()));
		}
	}

	wake(): void {
		this.#loop.wake();
	}

	async searchNow(id: CreationId): Promise<void> {
		await (await this.#steps.get()).searchNow(id);
	}

	async found(id: CreationId, taskId: string): Promise<TaskKey> {
		return await (await this.#steps.get()).found(id, taskId);
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
		await this.#loop.close();
		await this.#steps.close();
		this.dispose();
	}

	dispose(): void {
		this.#own.dispose();
	}

	async #act(id: CreationId, kind: Parameters<CreationLoop['act']>[1]): Promise<boolean> {
		const isDone = await (await this.#steps.get()).act(id, kind);
		this.wake();
		return isDone;
	}
}
