import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import { schemaUri } from '../../requests/schemaUri';
import type { EarlyHandlers } from '../commands/commandRegistry';
import type { OutputLog } from '../log';
import type { RequestSession } from './requestSession';
import type { RequestSupport } from './requestSupport';

/** Documents of this scheme are not files: the schema of request files without a name. */
const schemaScheme = schemaUri.slice(0, schemaUri.indexOf(':'));
/** Where a document names its schema. */
const firstLines = new vscode.Range(0, 0, 10, 0);

/**
 * Support for request files (`*.kling.json`): diagnostics, CodeLenses, hovers, preview, runs, dry runs. Its code is loaded when the first document
 * is seen that may be one, or with the first command.
 */
export class LazyRequestSupport implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #extensionUri: vscode.Uri;
	readonly #log: OutputLog;
	#support: Promise<RequestSupport> | undefined;
	#session: RequestSession | undefined;

	/** Works while the store is not open; see `connect`. */
	constructor(extensionUri: vscode.Uri, log: OutputLog) {
		this.#extensionUri = extensionUri;
		this.#log = log;
		const schema = vscode.Uri.joinPath(extensionUri, 'dist', 'request.schema.json');
		this.#own.own(
			vscode.workspace.registerTextDocumentContentProvider(schemaScheme, {
				provideTextDocumentContent: async () => new TextDecoder().decode(await vscode.workspace.fs.readFile(schema)),
			}),
		);
		this.#own.own(vscode.workspace.onDidOpenTextDocument((document) => this.#see(document)));
		vscode.workspace.textDocuments.forEach((document) => this.#see(document));
	}

	/** Called once, when the store is open: runs and the prices that were learned need it. */
	connect(session: RequestSession): void {
		this.#session = session;
		this.#support?.then(
			(support) => support.connect(session),
			() => undefined, // Whoever loaded it has logged why it could not be.
		);
	}

	/** The commands that do not need the store. */
	commands(): Pick<EarlyHandlers, 'kling.newRequest' | 'kling.previewRequest'> {
		return {
			'kling.newRequest': async (...args) => (await this.#load()).newRequest(args),
			'kling.previewRequest': async (...args) => (await this.#load()).preview(args),
		};
	}

	/** **Kling: Dry Run Request**; `args` as the editor passes them. */
	async dryRun(args: readonly unknown[]): Promise<void> {
		await (await this.#load()).dryRun(args);
	}

	/** **Kling: Run Request**; `args` as the editor or a lens passes them. */
	async run(args: readonly unknown[]): Promise<void> {
		await (await this.#load()).run(args);
	}

	dispose(): void {
		this.#own.dispose();
	}

	/** An untitled document may become a request file by what is typed into it; one of another name by its schema. */
	#see(document: vscode.TextDocument): void {
		const { uri, languageId } = document;
		if (
			uri.path.endsWith('.kling.json') ||
			(languageId === 'jsonc' && (uri.scheme === 'untitled' || document.getText(firstLines).includes(`"${schemaScheme}:/`)))
		) {
			this.#load().catch((error: unknown) => this.#log.error('Failed to load the support for request files', error));
		}
	}

	#load(): Promise<RequestSupport> {
		return (this.#support ??= import('./requestSupport').then(({ startRequestSupport }) => {
			const support = this.#own.own(startRequestSupport({ extensionUri: this.#extensionUri, log: this.#log }));
			if (this.#session !== undefined) {
				support.connect(this.#session);
			}
			return support;
		}));
	}
}
