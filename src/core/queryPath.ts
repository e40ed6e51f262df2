import type { TaskRef } from './task';

/** The path of a task's query, every segment percent-encoded. Does not check whether the segments are well formed. */
export function queryPath({ action, action2, id }: Pick<TaskRef, 'action' | 'action2' | 'id'>): string {
	return `/kling/v1/${[action, ...action2.split('/'), id].map(encodeURIComponent).join('/')}`;
}
