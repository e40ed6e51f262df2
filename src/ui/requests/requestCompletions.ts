import * as vscode from 'vscode';
import { maskKeys } from '../../core/keyWord';
import { readFilePath } from '../../requests/filePath';
import type { RequestFile } from '../../requests/requestFile';
import { shown } from '../../core/shown';
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
		return rootsOf(request.parsed.file).map(({ label, kind, detail, snippet, opensList }, index) => {
			const item = new vscode.CompletionItem(label, kind);
			item.detail = detail;
			item.insertText = new vscode.SnippetString(`${lead}${snippet}${tail.replaceAll('}', '\\}')}`);
			item.range = range;
			// Above the words of the text, in this order.
			item.sortText = `0${String(index).padStart(3, '0')}`;
			if (opensList === true) {
				item.command = again;
			}
			return item;
		});
	}
}

/** What an expression can begin with. */
interface Root {
	readonly label: string;
	readonly kind: vscode.CompletionItemKind;
	readonly detail: string;
	readonly snippet: string;
	/** The list is opened again for what comes next. */
	readonly opensList?: true;
}

function rootsOf({ vars, repeat }: RequestFile): readonly Root[] {
	const { Variable, Constant, Function } = vscode.CompletionItemKind;
	const takes = vscode.l10n.t({
		message: 'The number of the take, of {0}',
		args: [repeat.count],
		comment: ['A take is one of several tasks with the same request.'],
	});
	return [
		...vars.map(({ key, value }) => ({
			label: `vars.${key}`,
			kind: Variable,
			detail: value.kind === 'string' ? maskKeys(shown(value.value)) : '',
			snippet: `vars.${key.replace(/[\\$}]/g, '\\$&')}`,
		})),
		{ label: 'run.take', kind: Constant, detail: takes, snippet: 'run.take' },
		{ label: 'run.date', kind: Constant, detail: vscode.l10n.t('The date on which it is run'), snippet: 'run.date' },
		{
			label: 'text',
			kind: Function,
			detail: vscode.l10n.t('The content of a .txt or .md file beside this one'),
			snippet: "text('./$1')",
			opensList: true,
		},
		{
			label: 'file',
			kind: Function,
			detail: vscode.l10n.t('An image or audio file beside this one, as Base64'),
			snippet: "file('./$1')",
			opensList: true,
		},
	];
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
	// As strictly as when they are read.
	if (!isAllowed || 'refused' in readFilePath(`${folder}name`)) {
		return [];
	}
	const entries = await list(vscode.Uri.joinPath(document.uri, '..', folder));
	const start = position.translate(0, folder.length - path.length);
	return entries
		.filter(
			([name, type]) => isPlain(name) && (type === vscode.FileType.Directory || (type === vscode.FileType.File && named[kind].test(name))),
		)
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

/** Whether a name can stand in an expression as it is: any other one would end its string or change what it means. */
function isPlain(name: string): boolean {
	return !/["'\\]|}}|\$\{\{/.test(name) && !('refused' in readFilePath(name));
}

async function list(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
	try {
		return await vscode.workspace.fs.readDirectory(folder);
	} catch {
		return []; // There is no such folder yet.
	}
}
