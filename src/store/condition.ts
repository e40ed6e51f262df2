import { Emitter } from '../core/emitter';
import type { Disposable, Event } from '../core/emitter';
import type { Log } from '../tracking/ports/host';
import type { StoreCondition } from '../tracking/ports/health';
import type { WriteFailure } from './writeQueue';

/** Conditions that end with the next commit. */
const transient: ReadonlySet<StoreCondition> = new Set<StoreCondition>(['diskFull', 'diskError', 'locked']);
const conditionOf = { full: 'diskFull', disk: 'diskError', locked: 'locked' } as const satisfies Partial<
	Record<WriteFailure, StoreCondition>
>;

/** The store's condition, as `StoreCondition` describes it. */
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

	/** Writes are refused: for good where a newer version made the file, else until the folder takes them. */
	get isReadOnly(): boolean {
		return this.#value === 'newerSchema' || this.#value === 'readOnlyDisk';
	}

	set(value: StoreCondition): void {
		if (this.#value !== value) {
			this.#value = value;
			this.#didChange.fire();
		}
	}

	/** To be told of every commit. */
	committed(): void {
		if (transient.has(this.#value)) {
			this.set('ok');
		}
	}

	/** To be told why a read or a write could not be done. */
	failed(onDiskError: keyof typeof conditionOf): void {
		if (!this.isReadOnly) {
			this.set(conditionOf[onDiskError]);
		}
	}

	dispose(): void {
		this.#didChange.dispose();
	}
}
