import * as vscode from 'vscode';
import { readPastedText, type PastedText } from '../../../core/paste/pastedText';
import type { PastedRequest } from '../../../requests/pastedRequest';
import type { Say } from '../../message';
import { readAtOnce } from '../pasteReader';
import type { Source } from './candidates';
import { offer, typedItem, unreadItem, type Offer } from './offers';
import { createRequestIn, requestItem } from './requestOffer';
import { resemblesKey } from './textProblems';
import { readFiles, selectedText } from './textSources';

/** A text, and where it comes from; `request`: a new request is to be made of it instead. */
export interface AskedText {
	readonly text: string;
	readonly source: Source | 'request';
}

/**
 * Asks for a text: typed or pasted, or the editor's selection, the clipboard or a file.
 * @throws UserError when the file cannot be read; vscode.CancellationError when the person cancels
 */
export async function askForText(say: Say): Promise<AskedText> {
	const selection = selectedText();
	let clipboard: string | undefined;
	const picker = vscode.window.createQuickPick<Offer>();
	picker.title = vscode.l10n.t('Track Kling task');
	picker.placeholder = vscode.l10n.t('Paste a task ID, link, curl command, JSON response or text that contains any of these');
	picker.ignoreFocusOut = true;
	// Read once: what is typed is read on every key stroke.
	const fromSelection = offer(selection, 'selection', vscode.l10n.t('Use the selected text'), 'list-selection');
	let fromClipboard: readonly Offer[] = [
		{ label: useClipboard(), iconPath: new vscode.ThemeIcon('clippy'), alwaysShow: true, source: 'clipboard' as const },
	];
	const offers = (): readonly Offer[] => [
		...fromSelection,
		...fromClipboard,
		{
			label: vscode.l10n.t('Select a file…'),
			description: vscode.l10n.t('text, log, Markdown or JSON with task IDs'),
			iconPath: new vscode.ThemeIcon('folder-opened'),
			alwaysShow: true,
			source: 'file',
		},
	];
	let typed: PastedText | undefined;
	let request: PastedRequest | undefined;
	const list = (): void => {
		picker.items = [
			...(typed === undefined || (request !== undefined && typed.references.length === 0) ? [] : [typedItem(typed)]),
			...(request === undefined ? [] : [requestItem(request)]),
			...(picker.value.length > readAtOnce ? [unreadItem(picker.value, 'input', vscode.l10n.t('Use the pasted text'), 'eye')] : []),
			...offers(),
		];
	};
	list();
	/** The typed text when the active item last changed: Enter can arrive before the list is updated. */
	let activeFor = '';
	try {
		const source = await new Promise<AskedText['source'] | undefined>((resolve) => {
			picker.onDidChangeValue((value) => {
				typed = value.trim() === '' || value.length > readAtOnce ? undefined : readPastedText(value);
				if (typed?.secret === 'apiKey') {
					picker.value = '';
					resolve(undefined);
					const { message, remedies } = resemblesKey();
					void say('warning', message, remedies);
					return;
				}
				request = undefined;
				list();
				if (typed !== undefined) {
					void createRequestIn(value).then(
						(found) => {
							if (found !== undefined && picker.value === value) {
								request = found;
								list();
							}
						},
						() => undefined,
					);
				}
			});
			picker.onDidChangeActive(() => {
				activeFor = picker.value;
			});
			picker.onDidAccept(() => {
				const active = activeFor === picker.value ? picker.activeItems[0] : undefined;
				if (active?.source !== undefined) {
					resolve(active.source);
				} else if (
					active?.opensRequest !== true &&
					(picker.value.length > readAtOnce || (typed !== undefined && typed.references.length > 0))
				) {
					resolve('input');
				} else if (request !== undefined) {
					resolve('request');
				}
			});
			picker.onDidHide(() => resolve(undefined));
			picker.show();
			// Only on the desktop, where reading is silent: a browser asks for permission, or refuses with its own message.
			if (vscode.env.uiKind === vscode.UIKind.Desktop) {
				void vscode.env.clipboard.readText().then(
					(text) => {
						clipboard = text;
						fromClipboard = offer(text, 'clipboard', useClipboard(), 'clippy');
						list();
					},
					// The item stays; choosing it reads again and then shows the failure.
					() => undefined,
				);
			}
		});
		switch (source) {
			case undefined:
				throw new vscode.CancellationError();
			case 'input':
			case 'request':
				return { text: picker.value, source };
			case 'selection':
				return { text: selection, source };
			case 'clipboard':
				return { text: clipboard ?? (await vscode.env.clipboard.readText()), source };
			case 'file':
				return { text: await chosenFile(), source };
		}
	} finally {
		picker.dispose();
	}
}

function useClipboard(): string {
	return vscode.l10n.t('Use the clipboard');
}

async function chosenFile(): Promise<string> {
	const files = await vscode.window.showOpenDialog({
		title: vscode.l10n.t('Select a File with Task IDs'),
		openLabel: vscode.l10n.t('Read'),
		canSelectMany: false,
	});
	if (files === undefined) {
		throw new vscode.CancellationError();
	}
	return readFiles(files);
}
