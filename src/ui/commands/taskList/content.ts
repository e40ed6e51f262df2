import type { Task } from '../../../core/task';
import { csvHeading, csvLine } from '../../../shared/taskList/csv';
import { entryOf } from '../../../shared/taskList/entry';
import { jsonHead, jsonTail, jsonTask } from '../../../shared/taskList/json';
import type { TaskTable } from '../../../tracking/ports/tasks';
import { slices } from '../../slicedWork';

/** What an export reads. */
export type ExportedTasks = Pick<TaskTable, 'counts' | 'demoCounts' | 'keyPages' | 'get'>;

interface ListOptions {
	readonly isTable: boolean;
	/** ms since 1970 */
	readonly now: number;
	readonly signal: AbortSignal;
	readonly onProgress: (done: number, total: number) => void;
}

/**
 * The content of the file, made in slices: all tasks but those of the offline demo.
 * @throws the signal's reason when it is aborted
 */
export async function listFile(
	tasks: ExportedTasks,
	{ isTable, now, signal, onProgress }: ListOptions,
): Promise<{ readonly bytes: Uint8Array; readonly count: number }> {
	const { active, finished } = tasks.counts();
	const encoder = new TextEncoder();
	const parts: Uint8Array[] = [encoder.encode(isTable ? csvHeading : jsonHead(now))];
	const pause = slices();
	let count = 0;
	const line = (task: Task): string => (isTable ? csvLine(entryOf(task)) : jsonTask(entryOf(task), count === 0));
	for (const list of ['active', 'finished'] as const) {
		for (const page of tasks.keyPages(list)) {
			const lines: string[] = [];
			for (const key of page) {
				const task = tasks.get(key);
				if (task !== undefined && task.owner === undefined) {
					lines.push(line(task));
					count++;
				}
				await pause();
			}
			parts.push(encoder.encode(lines.join('')));
			signal.throwIfAborted();
			onProgress(count, active + finished);
		}
	}
	parts.push(encoder.encode(isTable ? '' : jsonTail));
	return { bytes: await joined(parts, pause), count };
}

async function joined(parts: readonly Uint8Array[], pause: () => Promise<void>): Promise<Uint8Array> {
	const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
		await pause();
	}
	return bytes;
}
