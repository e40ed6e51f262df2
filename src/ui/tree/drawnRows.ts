import type { Disposable } from '../../core/emitter';
import type { TaskKey } from '../../core/task';
import type { CreationId } from '../../creation/creation';
import type { Clock } from '../../tracking/ports/host';
import { slices } from '../slicedWork';

/** How often rows whose text depends on the time are compared at most, ms. */
const tickMs = 5000;
/** The maximum share of time spent on comparing, however many rows there are. */
const tickShare = 0.1;

/** What a row is of: their texts differ. */
export type RowKey = TaskKey | CreationId;

/** A row as it was last drawn. */
interface DrawnRow {
	readonly text: string;
	/** When the text may change by time alone, ms since 1970; undefined: never. */
	readonly changesAt: number | undefined;
}

export interface DrawnRowsParts {
	readonly clock: Clock;
	/** Compares a row with how it was drawn. */
	readonly compare: (key: RowKey) => void;
	/** A day has ended: tasks belong to other groups. */
	readonly onDayEnd: () => void;
	readonly onUnexpected: (error: unknown) => void;
}

/** What the rows show, and the timer by which they are compared when time alone can change them. It runs only between `start` and `stop`. */
export class DrawnRows implements Disposable {
	readonly #parts: DrawnRowsParts;
	readonly #rows = new Map<RowKey, DrawnRow>();
	#dayEndsAt: number | undefined;
	#isRunning = false;
	#tick: { readonly at: number; readonly timer: Disposable } | undefined;

	constructor(parts: DrawnRowsParts) {
		this.#parts = parts;
	}

	/** The text of a row as it was drawn; undefined if it was not. */
	textOf(key: RowKey): string | undefined {
		return this.#rows.get(key)?.text;
	}

	set(key: RowKey, row: DrawnRow): void {
		this.#rows.set(key, row);
		this.#tickAt(row.changesAt);
	}

	/** @param dayEndsAt when the groups change, ms since 1970 */
	keep(isListed: (key: RowKey) => boolean, dayEndsAt: number): void {
		for (const key of this.#rows.keys()) {
			if (!isListed(key)) {
				this.#rows.delete(key);
			}
		}
		this.#dayEndsAt = dayEndsAt;
		this.#tickAt(dayEndsAt);
	}

	start(): void {
		this.#isRunning = true;
		this.#tickAt(this.#parts.clock.now());
	}

	stop(): void {
		this.#isRunning = false;
		this.#tick?.timer.dispose();
		this.#tick = undefined;
	}

	dispose(): void {
		this.stop();
	}

	/** Books a comparison for a time (ms since 1970), but not at once; an earlier one stays. */
	#tickAt(at: number | undefined, atLeastMs = tickMs): void {
		const now = this.#parts.clock.now();
		const next = Math.max(now + atLeastMs, Math.min(at ?? Infinity, this.#dayEndsAt ?? Infinity));
		if (!this.#isRunning || !Number.isFinite(next) || (this.#tick !== undefined && this.#tick.at <= next)) {
			return;
		}
		this.#tick?.timer.dispose();
		this.#tick = { at: next, timer: this.#parts.clock.after(next - now, () => void this.#compareAll().catch(this.#parts.onUnexpected)) };
	}

	async #compareAll(): Promise<void> {
		const started = performance.now();
		const own = this.#tick;
		try {
			await this.#compareWhile(() => this.#tick === own);
		} finally {
			// Also after an error: otherwise no row would ever be compared again.
			if (this.#tick === own) {
				this.#tick = undefined;
				// Rows were drawn during the pauses too, so the next time is read at the end.
				const next = [...this.#rows.values()].reduce((first, { changesAt }) => Math.min(first, changesAt ?? Infinity), Infinity);
				this.#tickAt(next, Math.max(tickMs, (performance.now() - started) / tickShare));
			}
		}
	}

	/** @param isCurrent false as soon as `stop` was called, also if `start` was called after it */
	async #compareWhile(isCurrent: () => boolean): Promise<void> {
		const { clock, compare, onDayEnd } = this.#parts;
		const pause = slices();
		if (this.#dayEndsAt !== undefined && clock.now() >= this.#dayEndsAt) {
			this.#dayEndsAt = undefined;
			onDayEnd();
		}
		for (const [key, { changesAt }] of this.#rows) {
			if (!isCurrent()) {
				return;
			}
			if (changesAt !== undefined && changesAt <= clock.now()) {
				compare(key);
			}
			await pause();
		}
	}
}
