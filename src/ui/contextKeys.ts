import * as vscode from 'vscode';

/** Every context key that package.json's `when` clauses may name; the one caller of `setContext`. */
export interface ContextKeys {
	/** The store has been read: before that no welcome view shows. */
	'kling.ready': boolean;
	/** A key is stored for the base URL's origin. */
	'kling.hasApiKey': boolean;
	/** A key is stored for some origin. */
	'kling.hasAnyApiKey': boolean;
	/** The base URL's origin refused its key. */
	'kling.keyRejected': boolean;
	'kling.hasTasks': boolean;
	'kling.hasActive': boolean;
	'kling.hasFinished': boolean;
	'kling.hasUnviewed': boolean;
	/** Some ended task has a result. */
	'kling.hasResults': boolean;
	'kling.demoRunning': boolean;
}

const current = new Map<keyof ContextKeys, boolean>();

/** Sets a context key; writes that change nothing are not sent. */
export function setContext<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
	if (current.get(key) === value) {
		return;
	}
	current.set(key, value);
	void vscode.commands.executeCommand('setContext', key, value);
}

/** All context keys, for the test that holds the manifest against them. */
export const contextKeys: readonly (keyof ContextKeys)[] = [
	'kling.ready',
	'kling.hasApiKey',
	'kling.hasAnyApiKey',
	'kling.keyRejected',
	'kling.hasTasks',
	'kling.hasActive',
	'kling.hasFinished',
	'kling.hasUnviewed',
	'kling.hasResults',
	'kling.demoRunning',
];
