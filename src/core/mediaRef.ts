import { omitUndefined } from './omitUndefined';
import type { Media } from './media';
import type { Task } from './task';

/** Which media of a task: a result by its index, or the video that the result was made from. */
export type MediaRef = 'parent' | number;

/** The media that is meant; undefined when the task has none such, or no link to it. */
export function mediaAt({ results, parentVideo }: Pick<Task, 'results' | 'parentVideo'>, ref: MediaRef): Media | undefined {
	if (ref !== 'parent') {
		return results[ref];
	}
	if (parentVideo?.url === undefined) {
		return undefined;
	}
	const { url, id, durationSeconds } = parentVideo;
	return { kind: 'video', url, ...omitUndefined({ id, durationSeconds }) };
}
