import { omitUndefined } from '../core/omitUndefined';
import type { MediaRef } from '../core/mediaRef';
import { parseTaskKey, type TaskKey } from '../core/task';

/** Identifies a task or one of its media, in rows, message buttons and command arguments. Holds no state. */
export interface TaskNode {
	readonly kind: 'task';
	readonly key: TaskKey;
	/** The media, if one is meant. */
	readonly media?: MediaRef;
	/** The format of the media, if one is meant: 0 is its own link, the others are its alternatives. */
	readonly format?: number;
}

/** Creates the node of a task or of one of its media. */
export function taskNode(key: TaskKey, media?: MediaRef, format?: number): TaskNode {
	return { kind: 'task', key, ...omitUndefined({ media, format }) };
}

/** Parses an untrusted command argument; undefined if it names no task. Does not check whether the task is tracked. */
export function readTaskNode(value: unknown): TaskNode | undefined {
	if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'task') {
		return undefined;
	}
	const key = 'key' in value && typeof value.key === 'string' ? parseTaskKey(value.key) : undefined;
	if (key === undefined) {
		return undefined;
	}
	const media = 'media' in value ? value.media : undefined;
	const format = 'format' in value && typeof value.format === 'number' ? value.format : undefined;
	if (media === undefined || media === 'parent' || (typeof media === 'number' && Number.isInteger(media) && media >= 0)) {
		return taskNode(key, media, format);
	}
	return undefined;
}
