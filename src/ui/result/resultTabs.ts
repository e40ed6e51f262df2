import * as vscode from 'vscode';
import { parseTaskKey, type Task, type TaskKey } from '../../core/task';
import { shown } from '../../core/shown';
import { taskLabel } from '../text/tasks';

/** The view type of result tabs in the editor and in package.json. */
export const resultViewType = 'kling.result';
/** The scheme of result tabs. No file system provides it: a resource only names a task. */
const scheme = 'kling-task';
/** The most characters of a tab's title: a longer one would take the whole strip of tabs. */
const longestTitle = 32;

/** The title of a task's tab: what the task is called, on one line, at most 32 characters. */
export function tabTitle(task: Pick<Task, 'name' | 'ref'>): string {
	const unnamed = taskLabel({ ref: task.ref });
	const name = shown(task.name ?? unnamed)
		.replace(/[\s/\\]+/g, ' ')
		.trim();
	// A name of dots alone would be a step in the path.
	const title = /^\.*$/.test(name) ? unnamed : name;
	if (title.length <= longestTitle) {
		return title;
	}
	const characters = Array.from(new Intl.Segmenter().segment(title), ({ segment }) => segment);
	const start = characters
		.slice(0, longestTitle - 1)
		.join('')
		.trimEnd();
	return characters.length > longestTitle ? `${start}…` : title;
}

/**
 * The resource of a task's tab: `kling-task:/Text to Video 870564/shot 07?KEY`. The path is only shown: its last part is the title where the
 * editor does not let the extension set one (1.105), the part before tells tabs of one name apart. The query, the key in hexadecimal,
 * identifies the task. A tab that is open keeps its resource when the task is renamed.
 */
export function resultUri(task: Task): vscode.Uri {
	const open = resultTabs().find(({ key }) => key === task.key);
	const title = tabTitle(task);
	const unnamed = tabTitle({ ref: task.ref });
	return (
		open?.uri ??
		vscode.Uri.from({
			scheme,
			path: title === unnamed ? `/${title}` : `/${unnamed}/${title}`,
			query: Buffer.from(task.key).toString('hex'),
		})
	);
}

/** The task that a result tab's resource names; undefined for anything else. Only the store knows whether it is tracked. */
export function readResultUri(value: unknown): TaskKey | undefined {
	return value instanceof vscode.Uri && value.scheme === scheme ? parseTaskKey(Buffer.from(value.query, 'hex').toString()) : undefined;
}

/** The task of the tab that is in front in the active editor group, if it is a result tab. */
export function activeResult(): TaskKey | undefined {
	return readResultUri(resultUriOf(vscode.window.tabGroups.activeTabGroup.activeTab));
}

/** Every open result tab that names a task. */
export function resultTabs(): readonly { readonly key: TaskKey; readonly uri: vscode.Uri }[] {
	return vscode.window.tabGroups.all
		.flatMap(({ tabs }) => tabs)
		.flatMap((tab) => {
			const uri = resultUriOf(tab);
			const key = readResultUri(uri);
			return uri === undefined || key === undefined ? [] : [{ key, uri }];
		});
}

function resultUriOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
	return tab?.input instanceof vscode.TabInputCustom && tab.input.viewType === resultViewType ? tab.input.uri : undefined;
}
