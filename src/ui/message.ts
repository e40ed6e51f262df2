import * as vscode from 'vscode';
import type { Remedy } from './userError';
import { shown } from './text/foreignText';

/** Takes what nobody foresaw; set by the command registry, so that it is said in one way. */
let onRemedyFailed: ((error: unknown) => void) | undefined;

/** Names who says that a message's button failed. */
export function onRemedyError(listener: (error: unknown) => void): void {
	onRemedyFailed = listener;
}

/** For code in a bundle of its own, which gets it handed over: another bundle's `showMessage` knows no listener. */
export type Say = typeof showMessage;

export type Severity = 'info' | 'warning' | 'error';

/**
 * Shows one message and does what the person picks. Never rejects. Resolves when it is answered or closed, which may be never: await it
 * only where nothing waits behind.
 */
export async function showMessage(severity: Severity, text: string, remedies: readonly Remedy[] = []): Promise<void> {
	const labels = remedies.map(({ label }) => label);
	// The editor makes a link of `[text](command:…)` in any message, wherever the text came from. Last, for what `shown` takes out may stand in between.
	const picked = await show(severity, shown(text).replaceAll('](', ']\u200B('), labels);
	try {
		await remedies.find(({ label }) => label === picked)?.run();
	} catch (error) {
		onRemedyFailed?.(error);
	}
}

function show(severity: Severity, text: string, labels: readonly string[]): Thenable<string | undefined> {
	switch (severity) {
		case 'info':
			return vscode.window.showInformationMessage(text, ...labels);
		case 'warning':
			return vscode.window.showWarningMessage(text, ...labels);
		case 'error':
			return vscode.window.showErrorMessage(text, ...labels);
	}
}

/** A button that runs a command. */
export function commandRemedy(label: string, command: string, ...args: readonly unknown[]): Remedy {
	return { label, run: () => vscode.commands.executeCommand(command, ...args) };
}
