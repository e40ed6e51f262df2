import * as vscode from 'vscode';
import { taskKey, type Task, type TaskKey } from '../core/task';
import { Disposables } from '../core/disposables';
import type { Stores } from '../tracking/ports/stores';
import { nothingToDo } from './userError';

const scheme = 'kling-response';

/** The last response for a task as a read-only JSON document, updated while it is open. */
export class RawResponseDocuments implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #store: Stores;
	readonly #didChange = this.#own.own(new vscode.EventEmitter<vscode.Uri>());

	constructor(store: Stores) {
		this.#store = store;
		this.#own.own(
			vscode.workspace.registerTextDocumentContentProvider(scheme, {
				onDidChange: this.#didChange.event,
				provideTextDocumentContent: (uri) => this.#content(uri),
			}),
		);
		this.#own.own(
			store.changes.onDidChange(({ keys }) => {
				for (const { uri } of vscode.workspace.textDocuments) {
					if (uri.scheme === scheme && keys.has(keyOf(uri))) {
						this.#didChange.fire(uri);
					}
				}
			}),
		);
	}

	/** @throws UserError when there is no response for the task yet */
	async show(task: Task): Promise<void> {
		if (this.#store.tasks.rawResponse(task.key) === undefined) {
			throw nothingToDo(vscode.l10n.t('No response for this task yet.'));
		}
		const uri = vscode.Uri.from({ scheme, path: `/${task.ref.id}.json`, query: task.ref.origin });
		const document = await vscode.workspace.openTextDocument(uri);
		await vscode.languages.setTextDocumentLanguage(document, 'json');
		await vscode.window.showTextDocument(document, { preview: true });
	}

	dispose(): void {
		this.#own.dispose();
	}

	#content(uri: vscode.Uri): string {
		const body = this.#store.tasks.rawResponse(keyOf(uri))?.body;
		return body === undefined ? '' : indented(body);
	}
}

/** The task of a document, also of one that the editor restored after a reload. */
function keyOf({ path, query }: vscode.Uri): TaskKey {
	return taskKey({ origin: query, id: path.replace(/^\/|\.json$/g, '') });
}

/** Indents JSON; anything else stays as received, and so does JSON with numbers above 2^53, which would lose digits. */
function indented(body: string): string {
	if (/\d{16}/.test(body.replaceAll(/"(?:[^"\\]|\\.)*"/g, ''))) {
		return body;
	}
	try {
		return JSON.stringify(JSON.parse(body), null, 2);
	} catch {
		return body; // Not JSON: an HTML page, or truncated at 64 KiB.
	}
}
