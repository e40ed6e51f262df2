import type { OperationPath } from './operation';
import type { TaskRef } from './task';

/** The path of a task's query, every segment percent-encoded. Does not check whether the segments are well formed. */
export function queryPath({ action, action2, id }: Pick<TaskRef, 'action' | 'action2' | 'id'>): string {
	return `/kling/v1/${[action, ...action2.split('/'), id].map(encodeURIComponent).join('/')}`;
}

/**
 * The path and query of the newest tasks of an operation. Source: Kling's documentation, `pageNum` 1 to 1000 and `pageSize` 1 to 500.
 * Does not check whether the segments are well formed.
 */
export function listPath({ action, action2 }: OperationPath, pageSize: number): string {
	return `${createPath({ action, action2 })}?pageNum=1&pageSize=${pageSize}`;
}

/** The path of a create of an operation, every segment percent-encoded. Does not check whether the segments are well formed. */
export function createPath({ action, action2 }: OperationPath): string {
	return `/kling/v1/${[action, ...action2.split('/')].map(encodeURIComponent).join('/')}`;
}
