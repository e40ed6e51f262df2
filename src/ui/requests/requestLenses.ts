import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Task } from '../../core/task';
import type { Creation } from '../../creation/creation';
import type { CommandId } from '../commands/commandIds';
import { creationNode } from '../creationNode';
import { taskNode } from '../taskNode';
import type { RunPermissions } from '../creation/runPermissions';
import { isCheapEnough } from '../creation/runTerms';
import { besideRunText, preparingText, runLensText, runStateText, runStateTooltip } from '../text/creation/runLens';
import { priceSourceText, refusedStateText, taskStateText } from '../text/requests/editor';
import { sentences } from '../text/sentences';
import { decisiveTask, type DryRuns } from './dryRuns';
import { rangeIn } from './ranges';
import type { RequestCreations } from './requestCreations';
import type { ReadRequest, RequestDocuments } from './requestDocuments';
import { priceOf } from './requestPrice';
import type { RequestSession } from './requestSession';

/** What the lenses are made from. */
export interface LensParts {
	readonly documents: RequestDocuments;
	readonly runs: DryRuns;
	readonly creations: RequestCreations;
	readonly permissions: RunPermissions;
	readonly now: () => number;
}

/** Above a request: `Run` with its price, `Dry Run`, `Preview`, and how its last run and its last dry run stand. From the text as it is shown, saved or not. */
export class RequestLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
	readonly #own = new Disposables();
	readonly #documents: RequestDocuments;
	readonly #runs: DryRuns;
	readonly #creations: RequestCreations;
	readonly #permissions: RunPermissions;
	readonly #now: () => number;
	readonly #didChange = this.#own.own(new vscode.EventEmitter<void>());
	#session: RequestSession | undefined;

	readonly onDidChangeCodeLenses = this.#didChange.event;

	constructor({ documents, runs, creations, permissions, now }: LensParts) {
		this.#documents = documents;
		this.#runs = runs;
		this.#creations = creations;
		this.#permissions = permissions;
		this.#now = now;
		for (const { onDidChange } of [runs, creations, permissions]) {
			this.#own.own(onDidChange(() => this.#didChange.fire()));
		}
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
		const run = this.#runState(uri);
		return [
			this.#run(request),
			{
				...command('kling.dryRunRequest', uri),
				title: vscode.l10n.t('Dry Run'),
				tooltip: vscode.l10n.t('Try this request on the offline Kling: no key, no network, no cost'),
			},
			{
				...command('kling.previewRequest', uri),
				title: vscode.l10n.t('Preview'),
				tooltip: vscode.l10n.t('Show exactly what would be sent'),
			},
			...run,
			...this.#dryRunState(uri).map((state) => (run.length === 0 ? state : { ...state, title: besideRunText(state.title) })),
		];
	}

	#run(request: ReadRequest): vscode.Command {
		const { uri } = request.document;
		const { count } = request.parsed.file.repeat;
		const price = priceOf(request, this.#session, this.#now());
		const allowed = this.#permissions.of(uri);
		const isAllowed = allowed !== undefined && price !== undefined && isCheapEnough(allowed, { count, price });
		return {
			...command('kling.runRequest', uri, this.#permissions.argumentOf(uri)),
			title: runLensText(price, count, isAllowed),
			tooltip: sentences(
				isAllowed
					? vscode.l10n.t('Create the task at the API now, for money: until the window reloads you are not asked up to this price.')
					: vscode.l10n.t('Create the task at the API, for money. You are asked first.'),
				priceSourceText(price),
			),
		};
	}

	/** How the last run stands. */
	#runState(uri: vscode.Uri): readonly vscode.Command[] {
		const state = this.#creations.stateOf(uri);
		if (state === undefined) {
			return [];
		}
		if (state.kind === 'preparing') {
			return [{ ...command('kling.showTasks'), title: preparingText() }];
		}
		const { creation, task } = state;
		const now = this.#now();
		const title = runStateText(creation, task, task && this.#session?.estimate(task, now), now);
		return title === undefined
			? []
			: [
					{
						...stateCommand(creation, task),
						title,
						tooltip: runStateTooltip(creation, task),
					},
				];
	}

	/** How the last dry run stands; nothing where its tasks were removed. */
	#dryRunState(uri: vscode.Uri): readonly vscode.Command[] {
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
								title: taskStateText(task, this.#session?.estimate(task, now)),
								tooltip: vscode.l10n.t('Open the result of the dry run'),
							},
						];
			}
			case undefined:
				return [];
		}
	}
}

/** A press on how a run stands. One that was left open has no row in the list. */
function stateCommand({ id, state, externalId }: Creation, task: Task | undefined): Pick<vscode.Command, 'command' | 'arguments'> {
	if (task !== undefined) {
		return command('kling.openResult', taskNode(task.key));
	}
	const ofLeftOpen = externalId === undefined ? 'kling.enterTaskId' : 'kling.searchForCreation';
	return command(state === 'leftOpen' ? ofLeftOpen : 'kling.showTasks', creationNode(id));
}

function command(id: CommandId, ...args: readonly unknown[]): Pick<vscode.Command, 'command' | 'arguments'> {
	return { command: id, arguments: [...args] };
}
