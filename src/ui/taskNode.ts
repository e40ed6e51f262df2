import { omitUndefined } from '../core/omitUndefined';
import type { MediaRef } from '../core/mediaRef';
import { parseTaskKey, type TaskKey } from '../core/task';

/** What a row, a message's button or a command's argument names: a task, or one of its media. An identity, never a state. */
export interface TaskNode {
	readonly kind: 'task';
	readonly key: TaskKey;
	/** The media that is meant, where it is one. */
	readonly media?: MediaRef;
}

/** Names a task, or one of its media. */
export function taskNode(key: TaskKey, media?: MediaRef): TaskNode {
	return { kind: 'task', key, ...omitUndefined({ media }) };
}

/** What a command's argument names, which may come from anywhere; undefined when it names no task. Whether the task is tracked is not looked at. */
export function readTaskNode(value: unknown): TaskNode | undefined {
	if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'task') {
		return undefined;
	}
	const key = 'key' in value && typeof value.key === 'string' ? parseTaskKey(value.key) : undefined;
	if (key === undefined) {
		return undefined;
	}
	const media = 'media' in value ? value.media : undefined;
	if (media === undefined || media === 'parent' || (typeof media === 'number' && Number.isInteger(media) && media >= 0)) {
		return taskNode(key, media);
	}
	return undefined;
}
