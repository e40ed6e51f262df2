import * as vscode from 'vscode';
import type { RequestFile } from '../../requests/requestFile';
import type { RequestDocuments } from './requestDocuments';

/** What `file('…')` and `text('…')` may name. */
const named = {
	file: /\.(?:png|jpe?g|webp|gif|bmp|mp3|wav|m4a|aac|flac|ogg)$/i,
	text: /\.(?:txt|md)$/i,
} as const;

/** Opens the list again after a part was chosen. */
const again: vscode.Command = { command: 'editor.action.triggerSuggest', title: '' };

/** What can stand in `${{ … }}`: vars, takes, files beside the request. The rest is completed from the schema, by the editor. */
export class RequestCompletionProvider implements vscode.CompletionItemProvider {
	static readonly triggerCharacters = ['{', '.', "'", '/'];
	readonly #documents: RequestDocuments;

	constructor(documents: RequestDocuments) {
		this.#documents = documents;
	}

	async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
		const line = document.lineAt(position.line).text;
		const before = line.slice(0, position.character);
		const open = before.lastIndexOf('${{');
		const request = open === -1 ? undefined : this.#documents.read(document);
		const inside = before.slice(open + 3);
		if (request === undefined || inside.includes('}}')) {
			return [];
		}
		const path = /^\s*(file|text)\(\s*'([^']*)$/.exec(inside);
		if (path !== null) {
			return pathItems(document, position, path[1] === 'text' ? 'text' : 'file', path[2] ?? '');
		}
		const word = /^(\s*)([\w.-]*)$/.exec(inside);
		const behind = line.slice(position.character);
		const rest = /^[\w.-]*/.exec(behind)?.[0] ?? '';
		if (word === null) {
			return [];
		}
		const [, space = '', start = ''] = word;
		const from = position.translate(0, -start.length);
		const range = { inserting: new vscode.Range(from, position), replacing: new vscode.Range(from, position.translate(0, rest.length)) };
		const lead = space === '' && start === '' ? ' ' : '';
		const isClosed = /^\s*}}/.test(behind.slice(rest.length));
		const tail = isClosed ? (/^\s/.test(behind.slice(rest.length)) ? '' : ' ') : ' }}';
		return rootItems(request.parsed.file).map((item) => {
			const insert = typeof item.insertText === 'string' ? `${lead}${item.insertText}${tail}` : item.insertText;
			if (insert instanceof vscode.SnippetString) {
				insert.value = `${lead}${insert.value}${tail.replaceAll('}', '\\}')}`;
			}
			return Object.assign(item, { range, insertText: insert, filterText: `${lead}${String(item.label)}` });
		});
	}
}

function rootItems({ vars, repeat }: RequestFile): vscode.CompletionItem[] {
	const variables = vars.map(({ key, value }) => item(`vars.${key}`, vscode.CompletionItemKind.Variable, value.kind === 'string' ? value.value : ''));
	const takes = vscode.l10n.t({
		message: 'The number of the take, of {0}',
		args: [repeat.count],
		comment: ['A take is one of several tasks with the same request.'],
	});
	return [
		...variables,
		item('run.take', vscode.CompletionItemKind.Constant, takes),
		item('run.date', vscode.CompletionItemKind.Constant, vscode.l10n.t('The date on which it is run')),
		call('file', vscode.l10n.t('An image or audio file beside this one, as Base64')),
		call('text', vscode.l10n.t('The content of a .txt or .md file beside this one')),
	];
}

function item(label: string, kind: vscode.CompletionItemKind, detail: string): vscode.CompletionItem {
	const made = new vscode.CompletionItem(label, kind);
	made.detail = detail;
	made.insertText = label;
	// Above the words of the text.
	made.sortText = `0${label}`;
	return made;
}

function call(name: keyof typeof named, detail: string): vscode.CompletionItem {
	const made = item(name, vscode.CompletionItemKind.Function, detail);
	made.insertText = new vscode.SnippetString(`${name}('./$1')`);
	made.command = again;
	return made;
}

/** The files and folders of a folder in the workspace, as far as a request may name them. */
async function pathItems(
	document: vscode.TextDocument,
	position: vscode.Position,
	kind: keyof typeof named,
	path: string,
): Promise<vscode.CompletionItem[]> {
	const folder = path.slice(0, path.lastIndexOf('/') + 1);
	const isAllowed = vscode.workspace.isTrusted && vscode.workspace.getWorkspaceFolder(document.uri) !== undefined;
	// The same paths as when they are read: inside of the folder, none that is hidden.
	if (!isAllowed || folder.startsWith('/') || /[\\:]|(?:^|\/)\.(?!\/)/.test(folder)) {
		return [];
	}
	const entries = await list(vscode.Uri.joinPath(document.uri, '..', folder));
	const start = position.translate(0, folder.length - path.length);
	return entries
		.filter(([name, type]) => !/^\.|['\\]|}}/.test(name) && (type === vscode.FileType.Directory || (type === vscode.FileType.File && named[kind].test(name))))
		.map(([name, type]) => {
			const isFolder = type === vscode.FileType.Directory;
			const made = new vscode.CompletionItem(name, isFolder ? vscode.CompletionItemKind.Folder : vscode.CompletionItemKind.File);
			made.insertText = `${folder === '' ? './' : ''}${name}${isFolder ? '/' : ''}`;
			made.filterText = `${folder === '' ? path : ''}${name}`;
			made.range = new vscode.Range(start, position);
			made.sortText = `0${isFolder ? 0 : 1}${name}`;
			if (isFolder) {
				made.command = again;
			}
			return made;
		});
}

async function list(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
	try {
		return await vscode.workspace.fs.readDirectory(folder);
	} catch {
		return []; // There is no such folder yet.
	}
}
