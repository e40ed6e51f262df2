import type { DurationModel, Observation } from '../core/durationModel';
import { learnDurations } from '../core/durationModel';
import type { Estimate } from '../core/estimate';
import { estimateOf } from '../core/estimate';
import { findOperation, mediaKindOf, operationKey } from '../core/operation';
import type { OriginOperation, Task } from '../core/task';
import { isFinished } from '../core/task';
import type { DurationStore } from './ports/durations';

/** How long tasks take, by origin and operation; learned once from each state of what was observed. */
export class DurationModels {
	readonly #durations: DurationStore;
	/** By origin and operation: an answer names neither a model nor a mode. */
	readonly #learned = new Map<string, { readonly from: readonly Observation[]; readonly model: DurationModel }>();

	constructor(durations: DurationStore) {
		this.#durations = durations;
	}

	of(operation: OriginOperation): DurationModel {
		const from = this.#durations.of(operation);
		const key = `${operation.origin} ${operationKey(operation)}`;
		const known = this.#learned.get(key);
		if (known?.from === from) {
			return known.model;
		}
		const model = learnDurations(from, findOperation(operation)?.averageSeconds, mediaKindOf(operation));
		this.#learned.set(key, { from, model });
		return model;
	}

	/** How long a task still takes; undefined where nothing can be said (see `estimateOf`). */
	estimate(task: Task, now: number): Estimate | undefined {
		// For rows of ended tasks nothing needs to be learned.
		return isFinished(task) ? undefined : estimateOf(task, this.of(task.ref), now);
	}
}
