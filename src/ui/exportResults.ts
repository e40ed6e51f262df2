import * as vscode from 'vscode';
import { keptFileOf, type KeptFile } from '../core/download';
import { mediaFormats } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import { isAllowedLink } from '../core/resultLink';
import { isFinished, type Task } from '../core/task';
import { writeExport, type ExportItem, type ExportOutcome } from '../results/export/writeExport';
import { FileProblem } from '../results/fileProblem';
import type { DownloadStore, Posters } from '../tracking/ports/downloads';
import type { Clock } from '../tracking/ports/host';
import type { TaskTable } from '../tracking/ports/tasks';
import type { Target, TaskTargets } from './commands/taskTargets';
import { ask } from './confirm';
import { chooseFolder } from './keeping/chooseFolder';
import { chosenResults, type ChosenResult } from './keeping/chosenResult';
import { revealRemedy } from './keeping/reveal';
import type { Say } from './message';
import { showingProgress } from './progress';
import { taskNode, type TaskNode } from './taskNode';
import { taskPickItem } from './taskPickItem';
import { exportedText, exportFailureText, galleryText, leftOutText, readmeText, resultText, unkeptQuestion } from './text/exporting';
import { noFileText } from './text/keptFiles';
import { sentences } from './text/sentences';
import { uriName } from './uriName';
import { nothingToDo, UserError, type Remedy } from './userError';

/** Most rows in the pick are of the newest kept results. */
const mostPicked = 5_000;

/** Dependencies of exporting results. */
export interface ExportResultsParts {
	readonly store: {
		readonly tasks: Pick<TaskTable, 'get'>;
		readonly downloads: Pick<DownloadStore, 'get' | 'newestKept'>;
	};
	readonly posters: Pick<Posters, 'pathOf'>;
	readonly targets: Pick<TaskTargets, 'named' | 'withRows'>;
	/** The selected rows of the list. */
	readonly selection: () => readonly unknown[];
	readonly clock: Clock;
	readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
	readonly say: Say;
}

/** A chosen result with its file. */
interface ExportableResult extends ChosenResult {
	readonly file: KeptFile;
}

/**
 * **Export Results…**: copies kept results to a new folder, with a gallery and lists of them; entry point of dist/export.js.
 * @param args as the editor passes them: rows of the list; without, the person picks tasks
 * @throws UserError with the reason; vscode.CancellationError when the person cancels
 */
export async function exportResults(args: readonly unknown[], parts: ExportResultsParts): Promise<void> {
	const { clock, say } = parts;
	const targets = await chosenTargets(args, parts);
	const kept = await keptOf(targets, parts);
	const parent = await chooseParent(parts);
	const now = clock.now();
	const day = new Date(now);
	const name = `kling-export-${[day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-')}`;
	let outcome: ExportOutcome;
	try {
		outcome = await showingProgress(
			clock,
			vscode.l10n.t('Kling: Exporting results…'),
			(options) =>
				writeExport({
					items: kept.map((result) => itemOf(result, parts)),
					parent,
					name,
					now,
					gallery: (count) => galleryText(count, now),
					readme: readmeText,
					...options,
				}),
			{ cancellable: true },
		);
	} catch (error) {
		throw error instanceof FileProblem ? new UserError(exportFailureText(error.problem)) : error;
	}
	const { folder, exported, leftOut } = outcome;
	if (folder === undefined) {
		throw new UserError(sentences(vscode.l10n.t('Nothing was exported.'), leftOutText(leftOut)));
	}
	const uri = vscode.Uri.file(folder);
	void say(
		leftOut === 0 ? 'info' : 'warning',
		sentences(exportedText(exported, uriName(uri)), ...(leftOut === 0 ? [] : [leftOutText(leftOut)])),
		remediesOf(vscode.Uri.joinPath(uri, 'index.html')),
	);
}

/** What the command is called on, else what the person picks among the tasks with kept results. */
async function chosenTargets(args: readonly unknown[], parts: ExportResultsParts): Promise<readonly Target[]> {
	const { store, targets, clock } = parts;
	const [first, all] = targets.withRows(args);
	const rows: readonly unknown[] = Array.isArray(all) && all.length > 0 ? all : [first];
	const called = rows.flatMap((row) => targets.named(row) ?? []);
	if (called.length > 0) {
		return called;
	}
	const selected = new Set(parts.selection().flatMap((row) => targets.named(row)?.task.key ?? []));
	const keys = new Set(store.downloads.newestKept(mostPicked).map(({ task }) => task));
	const rowsOfPick = [...keys].flatMap((key) => {
		const task = store.tasks.get(key);
		return task === undefined ? [] : [{ ...taskPickItem(task, clock.now()), task, picked: selected.has(key) }];
	});
	if (rowsOfPick.length === 0) {
		throw nothingToDo(noFileText());
	}
	const picked = await vscode.window.showQuickPick(rowsOfPick, {
		title: vscode.l10n.t('Export Results'),
		placeHolder: vscode.l10n.t('Tasks with saved results'),
		canPickMany: true,
		matchOnDescription: true,
		matchOnDetail: true,
		ignoreFocusOut: true,
	});
	if (picked === undefined || picked.length === 0) {
		throw new vscode.CancellationError();
	}
	return picked.map(({ task }) => ({ task }));
}

/** The results of targets that have a file, in the order in which they finished. Those without can be kept first. */
async function keptOf(targets: readonly Target[], { store }: ExportResultsParts): Promise<readonly ExportableResult[]> {
	const chosen = chosenResults(targets);
	const fileOf = (result: ChosenResult): KeptFile | undefined => keptFileOf(store.downloads.get(result));
	const kept = (): readonly ExportableResult[] =>
		chosen.flatMap((result) => {
			const file = fileOf(result);
			return file === undefined ? [] : [{ ...result, file }];
		});
	const before = kept();
	const unkept = chosen.filter((result) => fileOf(result) === undefined && mayBeKept(result));
	if (unkept.length > 0) {
		const choice = await ask(unkeptQuestion(unkept.length, before.length), {
			keepFirst: vscode.l10n.t('Save and Export'),
			others: before.length === 0 ? undefined : vscode.l10n.t('Export Saved Results Only'),
		});
		if (choice === 'keepFirst') {
			const nodes = unkept.map(({ task, media }): TaskNode => taskNode(task, media));
			// It waits until they are kept, and says what was not: where it was cancelled or failed, that is all there is to say.
			await vscode.commands.executeCommand('kling.keepResults', nodes[0], nodes);
			if (kept().length === before.length) {
				throw new vscode.CancellationError();
			}
		}
	}
	const after = kept();
	if (after.length === 0) {
		throw nothingToDo(noFileText());
	}
	return after.toSorted((a, b) => finishedAt(a.of) - finishedAt(b.of) || (a.task < b.task ? -1 : a.task > b.task ? 1 : a.media - b.media));
}

/** Results of demos are never kept. */
function mayBeKept({ of: { owner, ref }, url }: ChosenResult): boolean {
	return owner === undefined && isAllowedLink(url, ref.origin);
}

function finishedAt(task: Task): number {
	return isFinished(task) ? task.finishedAt : task.trackedAt;
}

function itemOf({ of: task, media, file }: ExportableResult, { posters }: ExportResultsParts): ExportItem {
	const isVideo = mediaFormats[file.format].kind === 'video';
	return {
		path: file.path,
		...(isVideo && file.hasPoster === true && { poster: posters.pathOf(file.sha256) }),
		facts: {
			ref: task.ref,
			media,
			format: file.format,
			size: file.size,
			sha256: file.sha256,
			text: resultText(task, media, file.size, file.facts),
			...omitUndefined({
				name: task.name,
				prompt: task.prompt,
				createdAt: task.createdAt,
				finishedAt: isFinished(task) ? task.finishedAt : undefined,
				units: task.unitsDeducted,
				file: file.facts,
			}),
		},
	};
}

/** @throws vscode.CancellationError; UserError if it is not on this machine */
async function chooseParent({ memory }: ExportResultsParts): Promise<string> {
	const folder = await chooseFolder(vscode.l10n.t('Export Results to a New Folder in'), vscode.l10n.t('Export'), memory);
	if (folder.scheme !== 'file') {
		throw new UserError(vscode.l10n.t('Results can be exported only to a folder of this computer.'));
	}
	return folder.fsPath;
}

/** A browser cannot open a page of this computer. */
function remediesOf(page: vscode.Uri): readonly Remedy[] {
	const open: Remedy = { label: vscode.l10n.t('Open Gallery'), run: () => vscode.env.openExternal(page) };
	return [...(vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined ? [open] : []), ...revealRemedy(page)];
}
