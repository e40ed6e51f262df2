import * as vscode from 'vscode';
import type { OperationPath } from '../../core/operation';
import { firstSelection, newRequestText, requestFileName, withSchema } from '../../requests/newRequestText';
import { readPastedRequest, toRequestFile, type PastedRequest } from '../../requests/pastedRequest';
import { operationRows, typedOperation, type OperationRow } from '../commands/operationRows';
import { commandRemedy, showMessage } from '../message';
import { escapeCodicons } from '../text/foreignText';
import { operationLabel } from '../text/operations';
import { pastedRequestLabel, pastingText } from '../text/requests/pasting';
import { UserError } from '../userError';
import { createRequestFile, requestFolder } from './requestFolder';

/** What another part of the extension wants a request of: a copied text, or the sample of the demo. */
interface Wish {
	readonly text?: string;
	readonly sample?: true;
}

type Choice = Omit<OperationRow, 'choose'> & { readonly choose?: OperationPath | 'type' | 'clipboard' };

/**
 * **Kling: New Request…**: opens a request for the operation that the person picks, or the one that the clipboard contains.
 * @param args of the command: a folder or file of the Explorer, or `{ text }`, `{ sample: true }`; not trusted
 * @throws UserError if a text contains no create request; vscode.CancellationError when the person cancels
 */
export async function newRequest([argument]: readonly unknown[]): Promise<void> {
	const wish = wishOf(argument);
	if (wish.sample === true) {
		await openUntitled(sampleText());
		return;
	}
	if (wish.text !== undefined) {
		await openPasted(requireRequest(wish.text, vscode.l10n.t('The text contains no create request.')), argument);
		return;
	}
	const clipboard = await silentClipboard();
	const choice = await pickOperation(
		clipboard === undefined ? [] : [{ ...clipboardRow(clipboard), description: promptOf(clipboard) }],
		vscode.env.uiKind === vscode.UIKind.Desktop
			? []
			: [{ ...clipboardRow(), description: vscode.l10n.t('a copied curl command, HTTP message, program or JSON') }],
	);
	if (choice === 'clipboard') {
		// In a browser the editor asks for permission now.
		const pasted =
			clipboard ?? requireRequest(await vscode.env.clipboard.readText(), vscode.l10n.t('The clipboard contains no create request.'));
		await openPasted(pasted, argument);
	} else {
		await open(newRequestText(choice, 'smallest'), choice, argument);
	}
}

function wishOf(argument: unknown): Wish {
	if (typeof argument !== 'object' || argument === null || argument instanceof vscode.Uri) {
		return {};
	}
	return {
		...('text' in argument && typeof argument.text === 'string' && { text: argument.text }),
		...('sample' in argument && argument.sample === true && { sample: true as const }),
	};
}

/** @throws UserError if there is no create request in the text */
function requireRequest(text: string, message: string): PastedRequest {
	const request = readPastedRequest(text);
	if (request === undefined) {
		throw new UserError(message, [commandRemedy(vscode.l10n.t('New Request…'), 'kling.newRequest')]);
	}
	return request;
}

/** The create request in the clipboard. Only on the desktop, where reading is silent: a browser asks for permission. */
async function silentClipboard(): Promise<PastedRequest | undefined> {
	if (vscode.env.uiKind !== vscode.UIKind.Desktop) {
		return undefined;
	}
	const text = await Promise.resolve(vscode.env.clipboard.readText()).catch(() => '');
	const request = readPastedRequest(text);
	// Any JSON with a prompt resembles a request.
	return request?.operation === undefined ? undefined : request;
}

function clipboardRow(request?: PastedRequest): Choice {
	return {
		label:
			request === undefined
				? vscode.l10n.t('From the Clipboard')
				: escapeCodicons(
						vscode.l10n.t({
							message: 'From the Clipboard: {0}',
							args: [pastedRequestLabel(request)],
							comment: ['{0} is an operation such as “Text to Video”.'],
						}),
					),
		iconPath: new vscode.ThemeIcon('clippy'),
		choose: 'clipboard',
	};
}

/** The beginning of the prompt, by which a person recognises the request. */
function promptOf({ body }: PastedRequest): string {
	const prompt = body.members.find(({ key }) => key === 'prompt')?.value;
	return prompt?.kind === 'string' ? escapeCodicons(prompt.value.replace(/\s+/g, ' ').slice(0, 80)) : '';
}

/** @throws vscode.CancellationError when the person cancels */
async function pickOperation(first: readonly Choice[], last: readonly Choice[]): Promise<OperationPath | 'clipboard'> {
	const rows: readonly Choice[] = [...first, ...operationRows(), ...last];
	const picked = await vscode.window.showQuickPick(rows, {
		title: vscode.l10n.t('New Request'),
		placeHolder: vscode.l10n.t('Select the operation of the request'),
		matchOnDescription: true,
		ignoreFocusOut: true,
	});
	if (picked?.choose === undefined) {
		throw new vscode.CancellationError();
	}
	return picked.choose === 'type' ? typedOperation() : picked.choose;
}

/** Opens a copied request, and says what was left out of it. */
async function openPasted(request: PastedRequest, argument: unknown): Promise<void> {
	const operation = request.operation ?? (await pickOperation([], []));
	if (operation === 'clipboard') {
		throw new vscode.CancellationError();
	}
	await open(toRequestFile({ ...request, operation }), operation, argument);
	const text = pastingText({ ...request, operation });
	if (text !== undefined) {
		void showMessage(request.warnings.length > 0 ? 'warning' : 'info', text);
	}
}

/** Opens a request: a new file of the workspace, or without a file. */
async function open(text: string, operation: OperationPath, argument: unknown): Promise<void> {
	const folder = await requestFolder(argument);
	const file =
		folder === undefined ? undefined : await createRequestFile(folder, requestFileName(operation), text, operationLabel(operation));
	if (file === undefined) {
		await openUntitled(text);
	} else {
		await show(await vscode.workspace.openTextDocument(file));
	}
}

async function openUntitled(text: string): Promise<void> {
	await show(await vscode.workspace.openTextDocument({ language: 'jsonc', content: withSchema(text) }));
}

/** Shows a document with what the person changes first selected. */
async function show(document: vscode.TextDocument): Promise<void> {
	const { start, end } = firstSelection(document.getText());
	await vscode.window.showTextDocument(document, {
		preview: false,
		selection: new vscode.Range(document.positionAt(start), document.positionAt(end)),
	});
}

/** The request that the demo opens, with what to do with it. */
function sampleText(): string {
	const comment = vscode.l10n.t('Choose “Dry Run” above: the offline Kling runs this request, free of charge and without a network.');
	const text = newRequestText({ action: 'videos', action2: 'text2video' }, 'usual');
	return text.replace(/^\{\n([ \t]*)/, (_, indent: string) => `{\n${indent}// ${comment}\n${indent}`);
}
