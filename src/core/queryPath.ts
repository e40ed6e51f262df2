import type { TaskRef } from './task';

/** The path of a task's query, every segment percent-encoded. Whether the segments are well formed is not checked. */
export function queryPath({ action, action2, id }: Pick<TaskRef, 'action' | 'action2' | 'id'>): string {
	return `/kling/v1/${[action, ...action2.split('/'), id].map(encodeURIComponent).join('/')}`;
}
