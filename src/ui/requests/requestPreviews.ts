import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import { externalTaskId } from '../../creation/externalTaskId';
import { hmacSha256 } from '../creation/digests';
import { requestUnit } from '../creation/requestUnit';
import { onDidChangeSettings, readOrigin } from '../settings';
import { signalOf } from './cancellation';
import { noRequest } from '../text/requests/preview';
import { problemText } from '../text/requests/problems';
import { lineText, priceText } from '../text/requests/editor';
import { previewText, type PreviewNotes } from './previewText';
import type { CheckedRequest, RequestDocuments } from './requestDocuments';
import { isRequestFile, requestName } from './requestDocument';
import { untrustedCodes } from './requestFixes';
import { priceOf } from './requestPrice';
import type { RequestSession } from './requestSession';

const scheme = 'kling-preview';

/** Read-only documents that show what would be sent. They follow the text of their requests, saved or not. */
export class RequestPreviews implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #documents: RequestDocuments;
	readonly #now: () => number;
	readonly #didChange = this.#own.own(new vscode.EventEmitter<vscode.Uri>());
	#session: RequestSession | undefined;

	constructor(documents: RequestDocuments, now: () => number) {
		this.#documents = documents;
		this.#now = now;
		this.#own.own(
			vscode.workspace.registerTextDocumentContentProvider(scheme, {
				onDidChange: this.#didChange.event,
				provideTextDocumentContent: (uri, token) => this.#content(uri, signalOf(token)),
			}),
		);
		this.#own.own(documents.onDidCheck(({ document }) => this.#renew(document.uri)));
		this.#own.own(documents.onDidClose((uri) => this.#renew(uri)));
		this.#own.own(onDidChangeSettings(() => this.#renew()));
	}

	/** See `LazyRequestSupport.connect`. */
	connect(session: RequestSession): void {
		this.#session = session;
		// The next take has another ID.
		this.#own.own(session.run.creations.onDidChangeCreations(() => this.#renew()));
		this.#renew();
	}

	/** Shows the preview of a request beside it and moves the focus there; a second time it is the same tab. */
	async show(request: vscode.Uri): Promise<void> {
		const uri = previewUri(request);
		const open = vscode.window.tabGroups.all.find(({ tabs }) =>
			tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
		);
		const document = await vscode.workspace.openTextDocument(uri);
		await vscode.window.showTextDocument(document, { viewColumn: open?.viewColumn ?? vscode.ViewColumn.Beside, preview: true });
	}

	dispose(): void {
		this.#own.dispose();
	}

	#renew(request?: vscode.Uri): void {
		for (const { uri } of vscode.workspace.textDocuments) {
			if (uri.scheme === scheme && (request === undefined || uri.toString() === previewUri(request).toString())) {
				this.#didChange.fire(uri);
			}
		}
	}

	async #content(uri: vscode.Uri, signal: AbortSignal): Promise<string> {
		const source = requestOf(uri);
		const checked = source && (await this.#checked(source, signal));
		if (checked === undefined) {
			return `// ${noRequest()}\n`;
		}
		const { document, problems } = checked;
		const read = readOrigin();
		const origin = read.ok ? read.origin : undefined;
		return previewText(checked, {
			name: requestName(document.uri),
			origin,
			...(await this.#takes(checked, origin)),
			price: priceText(priceOf(checked, this.#session, this.#now())),
			errors: problems
				.filter(({ severity, code }) => severity === 'error' || untrustedCodes.has(code))
				.map((problem) => lineText(document.positionAt(problem.range.start).line + 1, problemText(problem))),
			now: this.#now(),
		});
	}

	/** The next takes, and their IDs. */
	async #takes(checked: CheckedRequest, origin: string | undefined): Promise<Pick<PreviewNotes, 'firstTake' | 'externalIdOf'>> {
		const run = this.#session?.run;
		const unit = origin === undefined ? undefined : requestUnit(checked, origin);
		// Without the file of the installation there is no ID yet.
		const installation = await run?.installation.id().catch(() => undefined);
		if (run === undefined || origin === undefined || unit === undefined || installation === undefined) {
			return { firstTake: 1, externalIdOf: () => undefined };
		}
		const salt = run.creations.salt();
		return {
			firstTake: run.creations.highestTake(origin, unit.key) + 1,
			externalIdOf: (take) => externalTaskId(installation, { origin, unitKey: unit.key, take, salt }, hmacSha256),
		};
	}

	async #checked(request: vscode.Uri, signal: AbortSignal): Promise<CheckedRequest | undefined> {
		// A restored preview of a request that is not restored would otherwise open an empty untitled document.
		const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === request.toString());
		try {
			const document =
				open ?? (isRequestFile(request) && request.scheme !== 'untitled' ? await vscode.workspace.openTextDocument(request) : undefined);
			return document && (this.#documents.checked(document) ?? (await this.#documents.check(document, signal)));
		} catch {
			return undefined; // Deleted, or its folder was closed.
		}
	}
}

/** The document that shows a request. Its name makes it JSON with comments. */
function previewUri(request: vscode.Uri): vscode.Uri {
	const name = requestName(request).replace(/\.kling\.json$/, '');
	return vscode.Uri.from({ scheme, path: `/${name}.preview.jsonc`, query: request.toString() });
}

/** The request that a preview is of; also asked for the command on an open preview. */
export function requestOf(preview: vscode.Uri): vscode.Uri | undefined {
	return preview.scheme === scheme ? vscode.Uri.parse(preview.query) : undefined;
}
