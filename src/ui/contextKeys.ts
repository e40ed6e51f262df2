import * as vscode from 'vscode';
import type { Grouping } from '../core/taskGroup';

/** Every context key that package.json's `when` clauses may use. This file is the only caller of `setContext`. */
export interface ContextKeys {
	/** The store has been read; no welcome view is shown before. */
	'kling.ready': boolean;
	/** A key is stored for the base URL's origin. */
	'kling.hasApiKey': boolean;
	/** A key is stored for some origin. */
	'kling.hasAnyApiKey': boolean;
	/** The base URL's origin rejected its key. */
	'kling.keyRejected': boolean;
	'kling.hasTasks': boolean;
	'kling.hasActive': boolean;
	/** A creation without a task is listed. */
	'kling.hasCreations': boolean;
	'kling.hasFinished': boolean;
	'kling.hasUnviewed': boolean;
	/** At least one finished task has a result. */
	'kling.hasResults': boolean;
	/** The offline Kling runs, with sample tasks or those of dry runs. */
	'kling.demoRunning': boolean;
	'kling.demoHasSamples': boolean;
	/** A filter hides tasks of the list. */
	'kling.filtered': boolean;
	/** How the list is grouped. */
	'kling.groupBy': Grouping;
	/** The resources of the open result tabs whose task is in the list, for `resource in …`. */
	'kling.tabsOfTasks': readonly string[];
	/** Those whose task has a result. */
	'kling.tabsWithResult': readonly string[];
	/** Those whose task is not finished. */
	'kling.tabsOfActive': readonly string[];
	/** The open request files that have no file name yet. */
	'kling.untitledRequests': readonly string[];
}

/** The value of each key that was set, as text. */
const current = new Map<keyof ContextKeys, string>();

/** Sets a context key, unless it already has this value. */
export function setContext<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
	const text = String(value);
	if (current.get(key) === text) {
		return;
	}
	current.set(key, text);
	void vscode.commands.executeCommand('setContext', key, value);
}

/** All context keys, for the test that compares the manifest with them. */
export const contextKeys: readonly (keyof ContextKeys)[] = [
	'kling.ready',
	'kling.hasApiKey',
	'kling.hasAnyApiKey',
	'kling.keyRejected',
	'kling.hasTasks',
	'kling.hasActive',
	'kling.hasCreations',
	'kling.hasFinished',
	'kling.hasUnviewed',
	'kling.hasResults',
	'kling.demoRunning',
	'kling.demoHasSamples',
	'kling.filtered',
	'kling.groupBy',
	'kling.tabsOfTasks',
	'kling.tabsWithResult',
	'kling.tabsOfActive',
	'kling.untitledRequests',
];
