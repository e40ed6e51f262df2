// Entry point of dist/requests.js, loaded when the first request file is seen or with the first command on one.
import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Disposable } from '../../core/emitter';
import type { Log } from '../../tracking/ports/host';
import { systemClock as clock } from '../clock';
import { setContext } from '../contextKeys';
import { RunPermissions } from '../creation/runPermissions';
import { DryRuns } from './dryRuns';
import { FileInspector } from './fileInspector';
import type * as NewRequests from './newRequests';
import { dryRunRequests, previewRequests } from './requestCommands';
import { RequestCreations } from './requestCreations';
import { RequestCompletionProvider } from './requestCompletions';
import { RequestDiagnostics } from './requestDiagnostics';
import { isRequestFile, requestSelector } from './requestDocument';
import { RequestDocuments } from './requestDocuments';
import { RequestFixProvider } from './requestFixes';
import { RequestHoverProvider } from './requestHovers';
import { RequestLensProvider } from './requestLenses';
import { RequestLinkProvider } from './requestLinks';
import { RequestPreviews } from './requestPreviews';
import type { RequestSession } from './requestSession';
import { runRequestFiles } from './runCommand';

/** Only a shorter text can be so empty that a request is pasted into it. */
const mostOfEmpty = 500;

/** Everything that request files get in the editor. */
export interface RequestSupport extends Disposable {
	/** See `LazyRequestSupport.connect`. */
	connect(session: RequestSession): void;
	/** **Kling: New Request…** */
	newRequest(args: readonly unknown[]): Promise<void>;
	/** **Kling: Preview Request**; `args` as the editor passes them. */
	preview(args: readonly unknown[]): Promise<void>;
	/** **Kling: Run Request**; `args` as the editor or a lens passes them. Not before `connect`. */
	run(args: readonly unknown[]): Promise<void>;
	/** **Kling: Dry Run Request**; `args` as the editor passes them. Not before `connect`. */
	dryRun(args: readonly unknown[]): Promise<void>;
}

/** Registers all that works on request files; disposing ends it. */
export function startRequestSupport({ extensionUri, log }: { readonly extensionUri: vscode.Uri; readonly log: Log }): RequestSupport {
	const own = new Disposables();
	const now = (): number => clock.now();
	const ending = new AbortController();
	own.own({ dispose: () => ending.abort() });
	const media = own.own(new FileInspector(vscode.Uri.joinPath(extensionUri, 'dist', 'media.js').fsPath, clock));
	const documents = own.own(new RequestDocuments({ media, clock, log }));
	const runs = own.own(new DryRuns(clock));
	const previews = own.own(new RequestPreviews(documents, now));
	const permissions = own.own(new RunPermissions(() => performance.now()));
	const creations = own.own(new RequestCreations(clock));
	const lenses = own.own(new RequestLensProvider({ documents, runs, permissions, creations, now }));
	own.own(
		documents.onDidClose((uri) => {
			if (uri.scheme === 'untitled') {
				// The next document without a name may have the same URI.
				runs.set(uri, undefined);
				creations.forget(uri);
				permissions.forget(uri);
			}
		}),
	);
	own.own(new RequestDiagnostics(documents));
	const { languages } = vscode;
	own.own(languages.registerCodeLensProvider(requestSelector, lenses));
	const completions = new RequestCompletionProvider(documents);
	own.own(languages.registerCompletionItemProvider(requestSelector, completions, ...RequestCompletionProvider.triggerCharacters));
	own.own(languages.registerHoverProvider(requestSelector, new RequestHoverProvider(documents, now)));
	own.own(languages.registerDocumentLinkProvider(requestSelector, new RequestLinkProvider(documents)));
	own.own(languages.registerCodeActionsProvider(requestSelector, new RequestFixProvider(documents), RequestFixProvider.metadata));
	const newRequests = async (): Promise<typeof NewRequests> => import('./newRequests');
	let isPastedInto = false;
	own.own(
		documents.onDidCheck(({ document }) => {
			if (!isPastedInto && document.getText().length < mostOfEmpty) {
				isPastedInto = true;
				newRequests().then(
					({ registerRequestPaste }) => own.own(registerRequestPaste()),
					(error: unknown) => log.error('Failed to load what is pasted into requests', error),
				);
			}
		}),
	);
	const noteUnnamed = (): void =>
		setContext(
			'kling.untitledRequests',
			documents.uris().flatMap((uri) => (isRequestFile(uri) ? [] : uri.toString())),
		);
	own.own(documents.onDidCheck(noteUnnamed));
	own.own(documents.onDidClose(noteUnnamed));
	documents.start();

	let session: RequestSession | undefined;
	const requireSession = (): RequestSession => {
		if (session === undefined) {
			throw new Error('The session is not connected');
		}
		return session;
	};
	const parts = { documents, previews, runs, permissions, creations, clock, now, signal: ending.signal };
	return {
		connect: (connected) => {
			session = connected;
			for (const part of [runs, creations, previews, lenses]) {
				part.connect(connected);
			}
		},
		newRequest: async (args) => (await newRequests()).newRequest(args),
		preview: (args) => previewRequests(parts, args),
		run: async (args) => runRequestFiles(parts, requireSession(), args),
		dryRun: async (args) => dryRunRequests(parts, requireSession(), args),
		dispose: () => own.dispose(),
	};
}
