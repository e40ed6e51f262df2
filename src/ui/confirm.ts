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
 * @param buttons the title of the button for each answer, in their order; an answer without a title is not offered
 * @throws vscode.CancellationError when the person cancels, also by Escape
 */
export async function ask<Answer extends string>(
	{ message, detail }: Question,
	buttons: Readonly<Record<Answer, string | undefined>>,
): Promise<Answer> {
	const offered = (Object.keys(buttons) as Answer[]).flatMap((answer) => {
		const title = buttons[answer];
		return title === undefined ? [] : [{ answer, title }];
	});
	const picked = await vscode.window.showWarningMessage(
		message,
		{ modal: true, ...(detail !== undefined && { detail }) },
		...offered.map(({ title }) => title),
	);
	const given = offered.find(({ title }) => title === picked);
	if (given === undefined) {
		throw new vscode.CancellationError();
	}
	return given.answer;
}

/** @throws vscode.CancellationError unless the button is pressed */
export async function confirm({ button, ...question }: Confirmation): Promise<void> {
	await ask(question, { confirm: button });
}
