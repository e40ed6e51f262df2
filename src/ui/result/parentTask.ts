import type { FinishedTask, Task, TaskKey } from '../../core/task';
import type { TaskTable } from '../../tracking/ports/tasks';

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

/** How many finished tasks, last finished first, are searched. */
const searchedTasks = 1000;

/** The tracked task that made a task's parent video; searched for once for each video, as it costs a read of the finished tasks. */
export class ParentTask {
	readonly #tasks: Pick<TaskTable, 'get' | 'finished'>;
	#found: { readonly id: string | undefined; readonly key: TaskKey | undefined } | undefined;

	constructor(tasks: Pick<TaskTable, 'get' | 'finished'>) {
		this.#tasks = tasks;
	}

	of(task: Task): TaskKey | undefined {
		if (this.#found?.id !== task.parentVideo?.id) {
			this.#found = { id: task.parentVideo?.id, key: parentTaskOf(task, () => this.#tasks.finished(searchedTasks)) };
		}
		const key = this.#found?.key;
		return key === undefined ? undefined : this.#tasks.get(key)?.key;
	}
}
