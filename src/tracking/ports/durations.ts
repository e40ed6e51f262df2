import type { Observation } from '../../core/durationModel';
import type { OriginOperation } from '../../core/task';

/** How long tasks took. */
export interface DurationStore {
	/** How long the last tasks of an operation at an origin took that were seen to end, newest last; the same array as long as nothing was added. */
	of(ref: OriginOperation): readonly Observation[];
	/** Adds observations that no task of this list has made. */
	add(samples: readonly (OriginOperation & { readonly observations: readonly Observation[] })[]): Promise<void>;
}
