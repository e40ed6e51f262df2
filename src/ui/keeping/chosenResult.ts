import { downloadKey, type DownloadId } from '../../core/download';
import type { Task } from '../../core/task';
import type { Target } from '../commands/taskTargets';
import { mediaLabel } from '../text/media';
import { taskLabel } from '../text/tasks';

/** A result that a person has chosen. */
export interface ChosenResult extends DownloadId {
	readonly of: Task;
	readonly url: string;
}

/** Every result that is meant, each once. The video that a result was made from is none. */
export function chosenResults(targets: readonly Target[]): readonly ChosenResult[] {
	const chosen = new Map<string, ChosenResult>();
	for (const { task, media } of targets) {
		const indexes = media === undefined ? [...task.results.keys()] : media === 'parent' ? [] : [media];
		for (const index of indexes) {
			const url = task.results[index]?.url;
			if (url !== undefined) {
				chosen.set(downloadKey({ task: task.key, media: index }), { task: task.key, media: index, of: task, url });
			}
		}
	}
	return [...chosen.values()];
}

/** "Fox", or "Fox, Image 2 of 4". */
export function resultLabel(task: Task, index: number): string {
	const media = task.results[index];
	return media === undefined || task.results.length === 1
		? taskLabel(task)
		: `${taskLabel(task)}, ${mediaLabel(media, index, task.results.length)}`;
}
