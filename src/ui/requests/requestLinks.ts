import * as vscode from 'vscode';
import { expressionsOf } from '../../requests/expressions';
import { fileLinkTooltip } from '../text/requests/editor';
import { signalOf } from './cancellation';
import { rangeIn } from './ranges';
import type { RequestDocuments } from './requestDocuments';
import { workspaceFiles } from './workspaceFiles';

/** A link on a path. */
class PathLink extends vscode.DocumentLink {
	readonly document: vscode.Uri;
	readonly path: string;

	constructor(range: vscode.Range, document: vscode.Uri, path: string) {
		super(range);
		this.tooltip = fileLinkTooltip();
		this.document = document;
		this.path = path;
	}
}

/** Links on the paths in `file('…')` and `text('…')`. A path is resolved when a person follows it, as strictly as when it is read. */
export class RequestLinkProvider implements vscode.DocumentLinkProvider<PathLink> {
	readonly #documents: RequestDocuments;

	constructor(documents: RequestDocuments) {
		this.#documents = documents;
	}

	provideDocumentLinks(document: vscode.TextDocument): PathLink[] {
		const request = this.#documents.read(document);
		if (request === undefined || document.isUntitled) {
			return [];
		}
		return expressionsOf(request.parsed.file).flatMap(({ expression, argumentRange }) =>
			expression.kind === 'file' || expression.kind === 'text'
				? new PathLink(rangeIn(document, argumentRange), document.uri, expression.argument)
				: [],
		);
	}

	async resolveDocumentLink(link: PathLink, token: vscode.CancellationToken): Promise<PathLink> {
		const stat = await workspaceFiles(link.document).stat(link.path, signalOf(token));
		if (!('refused' in stat)) {
			link.target = vscode.Uri.joinPath(link.document, '..', link.path);
		}
		return link;
	}
}
