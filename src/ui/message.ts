import * as vscode from 'vscode';
import type { Remedy } from './userError';
import { withoutLinks } from './text/foreignText';

/** Reports errors thrown by message buttons. Set by the command registry. */
let onRemedyFailed: ((error: unknown) => void) | undefined;

/** Sets the listener for errors thrown by message buttons. */
export function onRemedyError(listener: (error: unknown) => void): void {
	onRemedyFailed = listener;
}

/** `showMessage` as a parameter for code in another bundle, whose own copy has no error listener. */
export type Say = typeof showMessage;

export type Severity = 'info' | 'warning' | 'error';

/**
 * Shows one message and runs the remedy the person picks. Never rejects. Resolves when the message is answered or closed, which may be never:
 * do not await it before other work.
 */
export async function showMessage(severity: Severity, text: string, remedies: readonly Remedy[] = []): Promise<void> {
	const labels = remedies.map(({ label }) => label);
	const picked = await show(severity, withoutLinks(text), labels);
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

export function showLogRemedy(): Remedy {
	return commandRemedy(vscode.l10n.t('Show Log'), 'kling.showLog');
}
