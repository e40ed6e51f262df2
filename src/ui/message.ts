import * as vscode from 'vscode';
import type { Remedy } from './userError';

export type Severity = 'info' | 'warning' | 'error';

/**
 * Shows one message and does what the person picks. Resolves when it is answered or closed, which may be never: await it only where
 * nothing waits behind.
 */
export async function say(severity: Severity, text: string, remedies: readonly Remedy[] = []): Promise<void> {
	const labels = remedies.map(({ label }) => label);
	const picked = await show(severity, text, labels);
	await remedies.find(({ label }) => label === picked)?.run();
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
