import * as vscode from 'vscode';

/** Confirms in the status bar that something was done. */
export function showStatusMessage(text: string): void {
	vscode.window.setStatusBarMessage(`$(check) ${text}`, 4000);
}
