import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import { hostOf } from '../../core/origin';
import { readKey, type KeyTextRefusal } from '../../core/readKey';

/**
 * Asks for an API key. Whatever is pasted around it is dropped.
 * @returns the key; undefined if the person cancels
 */
export async function askForKey(origin: string): Promise<string | undefined> {
	const input = vscode.window.createInputBox();
	const whereButton: vscode.QuickInputButton = {
		iconPath: new vscode.ThemeIcon('link-external'),
		tooltip: vscode.l10n.t('Get an API Key'),
	};
	input.title = vscode.l10n.t({ message: 'API Key for {0}', args: [hostOf(origin)], comment: ['{0} is a host name.'] });
	const page = `${origin}/console/token`;
	// The editor makes a link of this: origins have no characters that could end it early.
	input.prompt = vscode.l10n.t({
		message: 'Stored in VS Code’s secret storage; sent only to {0}. {1}',
		args: [hostOf(origin), `[${vscode.l10n.t('Get a key…')}](${page})`],
		comment: ['{0} is a host name.', '{1} is the link “Get a key…”.'],
	});
	input.placeholder = vscode.l10n.t('Paste the key, for example sk-…');
	input.password = true;
	input.ignoreFocusOut = true;
	input.buttons = [whereButton];
	try {
		return await new Promise<string | undefined>((resolve) => {
			input.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(page)));
			input.onDidChangeValue((text) => {
				const reading = readKey(text);
				input.validationMessage = 'key' in reading || mayBeIncomplete(reading.refused) ? undefined : refusalText(reading.refused, origin);
			});
			input.onDidAccept(() => {
				const reading = readKey(input.value);
				if ('key' in reading) {
					resolve(reading.key);
				} else {
					input.validationMessage = refusalText(reading.refused, origin);
				}
			});
			input.onDidHide(() => resolve(undefined));
			input.show();
		});
	} finally {
		input.dispose();
	}
}

/** Whether more typing can make a key of it. */
function mayBeIncomplete(refused: KeyTextRefusal): boolean {
	return refused === 'empty' || refused === 'short';
}

/** Why a pasted text was not taken, and what to paste instead. Contains nothing of the text. */
function refusalText(refused: KeyTextRefusal, origin: string): string {
	switch (refused) {
		case 'empty':
			return vscode.l10n.t('Paste an API key first.');
		case 'none':
			return vscode.l10n.t('This text contains no API key. Keys contain no spaces. Paste only the key.');
		case 'several':
			return vscode.l10n.t({
				message: 'This text contains different keys. Paste only the one for {0}.',
				args: [hostOf(origin)],
				comment: ['{0} is a host name.'],
			});
		case 'broken':
			return vscode.l10n.t('There is a space or a line break within this key. Copy it again in one piece.');
		case 'short':
			return vscode.l10n.t('This is too short for an API key, which has at least 8 characters. Copy the whole key.');
		case 'long':
			return vscode.l10n.t('This is too long for an API key, which has at most 4096 characters. Paste only the key.');
		case 'letters':
			return vscode.l10n.t('This contains a letter that no API key has. Copy the key again from where you got it.');
		case 'masked':
			return vscode.l10n.t('This key is incomplete: some of its characters are hidden. Copy the whole key, or create a new one.');
		case 'placeholder':
			return vscode.l10n.t('This only stands for an API key. Paste the key itself.');
		case 'taskId':
			return vscode.l10n.t('This is a task ID. Paste the API key, and use “Track Kling task” for the task.');
		case 'url':
			return vscode.l10n.t('This is a URL, not an API key. Paste only the key.');
		default:
			return assertNever(refused);
	}
}
