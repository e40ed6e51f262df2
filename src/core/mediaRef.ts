import { omitUndefined } from './omitUndefined';
import type { Media } from './media';
import type { Task } from './task';

/** One of a task's media: a result by its index, or the video that the results were made from. */
export type MediaRef = 'parent' | number;

/** The media of a reference; undefined if the task does not have it or has no link to it. */
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
