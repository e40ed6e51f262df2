import type { Observation } from '../../core/durationLaw';
import type { TaskRef } from '../../core/task';

/** How long tasks took. */
export interface DurationStore {
	/** How long the last tasks of an operation at an origin took that were seen to end, newest last; the same array as long as nothing was added. */
	of(ref: Pick<TaskRef, 'origin' | 'action' | 'action2'>): readonly Observation[];
	/** Adds observations that no task of this list has made. */
	add(
		lessons: readonly (Pick<TaskRef, 'origin' | 'action' | 'action2'> & { readonly observations: readonly Observation[] })[],
	): Promise<void>;
}
