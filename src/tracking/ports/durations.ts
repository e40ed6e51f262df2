import type { Observation } from '../../core/durationModel';
import type { OriginOperation } from '../../core/task';

/** Observed durations of finished tasks. */
export interface DurationStore {
	/** Durations of the last tasks of an operation at an origin, newest last. Returns the same array until one is added. */
	of(ref: OriginOperation): readonly Observation[];
	/** Adds observations that do not come from tasks of this list. */
	add(samples: readonly (OriginOperation & { readonly observations: readonly Observation[] })[]): Promise<void>;
}
