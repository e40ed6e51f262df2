// Tasks and what is said of them, with the least that a test must give.
import type { Media } from '../../src/core/media';
import type { TaskKey, TaskRef, TaskSnapshot, TaskStatus } from '../../src/core/task';
import { taskKey } from '../../src/core/task';
import type { DueTerms } from '../../src/tracking/ports/pollQueue';
import type { NewTask } from '../../src/tracking/ports/tasks';

export const origin = 'https://api.kling.example';
export const otherOrigin = 'https://other.kling.example';

export function ref(id: string, more: Partial<Omit<TaskRef, 'id'>> = {}): TaskRef {
	return { origin, action: 'videos', action2: 'text2video', id, ...more };
}

export function key(id: string, of: string = origin): TaskKey {
	return taskKey(ref(id, { origin: of }));
}

export function newTask(id: string, more: Partial<NewTask> = {}): NewTask {
	return { ref: ref(id), ...more };
}

export function newTasks(ids: readonly string[], of: string = origin): readonly NewTask[] {
	return ids.map((id) => ({ ref: ref(id, { origin: of }) }));
}

/** `t0`, `t1` … */
export function ids(count: number, prefix = 't'): readonly string[] {
	return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** `task-1`, `task-2` … */
export function taskIds(count: number, prefix = 'task'): readonly string[] {
	return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}

export const video: Media = { kind: 'video', url: 'https://media.kling.example/one.mp4', id: 'm1', durationSeconds: 5 };

export function snapshot(status: TaskStatus, more: Partial<TaskSnapshot> = {}): TaskSnapshot {
	return { status, rawStatus: status, results: status === 'succeeded' ? [video] : [], ...more };
}

/** Terms of due tasks: of all origins, without an owner or of this one. */
export function terms(owner?: string, inFlight = 4, maxPerMinute = 1_000_000): DueTerms {
	return { owner, limitsOf: () => ({ maxConcurrent: inFlight, maxPerMinute }) };
}
