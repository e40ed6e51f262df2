import * as vscode from 'vscode';

/** A modal question with one button besides the editor's own Cancel. */
export interface Confirmation {
	readonly message: string;
	readonly detail: string;
	readonly button: string;
}

/** @throws vscode.CancellationError unless the button is pressed: Escape and Cancel do not count */
export async function confirm({ message, detail, button }: Confirmation): Promise<void> {
	if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) !== button) {
		throw new vscode.CancellationError();
	}
}
