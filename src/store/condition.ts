import { Emitter } from '../core/emitter';
import type { Disposable, Event } from '../core/emitter';
import type { Log } from '../tracking/ports/host';
import type { StoreCondition } from '../tracking/ports/health';
import type { WriteFailure } from './writeQueue';

/** Conditions that the next commit clears. */
const transient: ReadonlySet<StoreCondition> = new Set<StoreCondition>(['diskFull', 'diskError', 'locked']);
const conditionOf = { full: 'diskFull', disk: 'diskError', locked: 'locked' } as const satisfies Partial<
	Record<WriteFailure, StoreCondition>
>;

/** The store's condition (see `StoreCondition`) and its change event. */
export class Condition implements Disposable {
	readonly #didChange: Emitter<void>;
	#value: StoreCondition = 'ok';

	constructor(log: Log) {
		this.#didChange = new Emitter(log);
	}

	get value(): StoreCondition {
		return this.#value;
	}

	get onDidChange(): Event<void> {
		return this.#didChange.event;
	}

	/** Whether writes are refused: permanently if a newer version wrote the file, else until the folder is writable. */
	get isReadOnly(): boolean {
		return this.#value === 'newerSchema' || this.#value === 'readOnlyDisk';
	}

	set(value: StoreCondition): void {
		if (this.#value !== value) {
			this.#value = value;
			this.#didChange.fire();
		}
	}

	/** Call after every commit. */
	committed(): void {
		if (transient.has(this.#value)) {
			this.set('ok');
		}
	}

	/** Call when a read or a write failed. */
	failed(failure: keyof typeof conditionOf): void {
		if (!this.isReadOnly) {
			this.set(conditionOf[failure]);
		}
	}

	dispose(): void {
		this.#didChange.dispose();
	}
}
