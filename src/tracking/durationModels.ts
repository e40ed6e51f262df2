import type { DurationModel, Observation } from '../core/durationModel';
import { learnDurations } from '../core/durationModel';
import type { Estimate } from '../core/estimate';
import { estimateOf } from '../core/estimate';
import { findOperation, mediaKindOf, operationKey } from '../core/operation';
import type { OriginOperation, Task } from '../core/task';
import { isFinished } from '../core/task';
import type { DurationStore } from './ports/durations';

/** Duration models by origin and operation; a model is rebuilt only when observations were added. */
export class DurationModels {
	readonly #durations: DurationStore;
	/** By origin and operation: a response names neither a model nor a mode. */
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

	/** Estimated remaining time of a task; undefined when there is no basis for one (see `estimateOf`). */
	estimate(task: Task, now: number): Estimate | undefined {
		// Rows of finished tasks need no model.
		return isFinished(task) ? undefined : estimateOf(task, this.of(task.ref), now);
	}
}
