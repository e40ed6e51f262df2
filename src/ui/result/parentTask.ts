import type { FinishedTask, Task, TaskKey } from '../../core/task';

/**
 * The task that made a task's parent video: responses name the video by its ID and never the task, so it is the finished task of the same
 * API that has a result with this ID.
 * @param finished the tasks to search; called only if there is a parent video with an ID
 */
export function parentTaskOf({ key, ref, parentVideo }: Task, finished: () => readonly FinishedTask[]): TaskKey | undefined {
	const id = parentVideo?.id;
	if (id === undefined || id === '') {
		return undefined;
	}
	return finished().find((other) => other.key !== key && other.ref.origin === ref.origin && other.results.some((media) => media.id === id))
		?.key;
}
