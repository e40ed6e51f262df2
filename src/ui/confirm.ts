import * as vscode from 'vscode';

/** A modal question. The editor adds Cancel to its buttons. */
export interface Question {
	readonly message: string;
	readonly detail?: string;
}

/** A question with one button. */
export interface Confirmation extends Question {
	readonly button: string;
}

/**
 * Asks a modal question.
 * @param buttons the title of the button for each choice, in their order; a choice without a title is not offered
 * @throws vscode.CancellationError when the person cancels, also by Escape
 */
export async function ask<Choice extends string>(
	{ message, detail }: Question,
	buttons: Readonly<Record<Choice, string | undefined>>,
): Promise<Choice> {
	const offered = (Object.keys(buttons) as Choice[]).flatMap((choice) => {
		const title = buttons[choice];
		return title === undefined ? [] : [{ choice, title }];
	});
	const picked = await vscode.window.showWarningMessage(
		message,
		{ modal: true, ...(detail !== undefined && { detail }) },
		...offered.map(({ title }) => title),
	);
	const chosen = offered.find(({ title }) => title === picked);
	if (chosen === undefined) {
		throw new vscode.CancellationError();
	}
	return chosen.choice;
}

/** @throws vscode.CancellationError unless the button is pressed */
export async function confirm({ button, ...question }: Confirmation): Promise<void> {
	await ask(question, { confirm: button });
}
