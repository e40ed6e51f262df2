import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { CommandId } from '../commands/commandRegistry';
import { taskNode } from '../taskNode';
import { dryRunStateText, priceLensText, priceSourceText, refusedStateText } from '../text/requests/editor';
import { decisiveTask, type DryRuns } from './dryRuns';
import { rangeIn } from './ranges';
import type { ReadRequest, RequestDocuments } from './requestDocuments';
import { priceOf } from './requestPrice';
import type { RequestSession } from './requestSession';

/** Above a request: `Dry Run`, `Preview`, its price, and how its last dry run stands. From the text as it is shown, saved or not. */
export class RequestLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
	readonly #own = new Disposables();
	readonly #documents: RequestDocuments;
	readonly #runs: DryRuns;
	readonly #now: () => number;
	readonly #didChange = this.#own.own(new vscode.EventEmitter<void>());
	#session: RequestSession | undefined;

	readonly onDidChangeCodeLenses = this.#didChange.event;

	constructor(documents: RequestDocuments, runs: DryRuns, now: () => number) {
		this.#documents = documents;
		this.#runs = runs;
		this.#now = now;
		this.#own.own(runs.onDidChange(() => this.#didChange.fire()));
		// The price may depend on files.
		this.#own.own(documents.onDidCheck(() => this.#didChange.fire()));
	}

	/** See `LazyRequestSupport.connect`. */
	connect(session: RequestSession): void {
		this.#session = session;
		this.#didChange.fire();
	}

	provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
		const request = this.#documents.read(document);
		const root = request?.parsed.file.root;
		if (request === undefined || root === undefined) {
			return [];
		}
		const line = rangeIn(document, { start: root.start, end: root.start });
		return this.#commands(request).map((command) => new vscode.CodeLens(line, command));
	}

	dispose(): void {
		this.#own.dispose();
	}

	#commands(request: ReadRequest): readonly vscode.Command[] {
		const { uri } = request.document;
		const price = priceOf(request, this.#session, this.#now());
		const preview = command('kling.previewRequest', uri);
		return [
			{
				...command('kling.dryRunRequest', uri),
				title: vscode.l10n.t('Dry Run'),
				tooltip: vscode.l10n.t('Try this request on the offline Kling: no key, no network, no cost'),
			},
			{ ...preview, title: vscode.l10n.t('Preview'), tooltip: vscode.l10n.t('Show exactly what would be sent') },
			{ ...preview, title: priceLensText(price), tooltip: priceSourceText(price) },
			...this.#state(uri),
		];
	}

	/** How the last dry run stands; nothing where its tasks were removed. */
	#state(uri: vscode.Uri): readonly vscode.Command[] {
		const run = this.#runs.stateOf(uri);
		switch (run?.kind) {
			case 'starting':
				return [{ ...command('kling.showTasks'), title: vscode.l10n.t('starting…') }];
			case 'refused':
				return [{ ...command('kling.dryRunRequest', uri), title: refusedStateText(run.message), tooltip: vscode.l10n.t('Try it again') }];
			case 'created': {
				const task = decisiveTask(run.keys.flatMap((key) => this.#session?.task(key) ?? []));
				const now = this.#now();
				return task === undefined
					? []
					: [
							{
								...command('kling.openResult', taskNode(task.key)),
								title: dryRunStateText(task, this.#session?.estimate(task, now)),
								tooltip: vscode.l10n.t('Open the result of the dry run'),
							},
						];
			}
			case undefined:
				return [];
		}
	}
}

function command(id: CommandId, ...args: readonly unknown[]): Pick<vscode.Command, 'command' | 'arguments'> {
	return { command: id, arguments: [...args] };
}
