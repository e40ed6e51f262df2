import * as vscode from 'vscode';
import { downloadKey, keptFileOf, type KeepPlan } from '../../core/download';
import { mediaFormats } from '../../core/mediaFormat';
import { retentionMs } from '../../core/retention';
import { isFinished, type TaskKey } from '../../core/task';
import { hasKeptFile } from '../../results/keptFile';
import { sidecarSuffix } from '../../results/sidecar';
import type { DownloadStore } from '../../tracking/ports/downloads';
import type { Clock, Log } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import type { Tracker } from '../../tracking/tracker';
import type { ApiKeyStore } from '../apiKey/apiKeyStore';
import { commandRemedy, showLogRemedy, type Say } from '../message';
import { showingProgress } from '../progress';
import { sentences } from '../text/sentences';
import { keptText, refusedText, trackedText } from '../text/sidecars';
import { nothingToDo, UserError, type Remedy } from '../userError';
import { chooseTasks } from './keylessHosts';
import { readSidecars, type ReadSidecars, type SidecarLocations, type SidecarSource } from './readSidecars';
import { tasksOfSidecars, type SidecarTask } from './sidecarTasks';

/** Dependencies of tracking by sidecars. */
export interface SidecarParts {
	readonly store: Pick<Stores, 'tasks' | 'origins'> & { readonly downloads: Pick<DownloadStore, 'of' | 'recordFile'> };
	readonly keys: Pick<ApiKeyStore, 'origins'>;
	readonly tracker: Pick<Tracker, 'refresh' | 'untrack'>;
	/** How results are kept from now on; undefined: not by themselves. */
	readonly keepPlan: () => KeepPlan | undefined;
	readonly clock: Clock;
	readonly log: Log;
	readonly say: Say;
	readonly askForKey: (origin: string) => Promise<unknown>;
	readonly reveal: (key: TaskKey) => Promise<void>;
}

/**
 * **Track from Sidecars in Folder…**: tracks the tasks that the sidecars in a folder name, and takes the files beside them for their saved
 * results.
 * @throws UserError with the reason; vscode.CancellationError when the person cancels
 */
export async function trackSidecars(parts: SidecarParts): Promise<void> {
	const start = vscode.workspace.workspaceFolders?.[0]?.uri;
	const folders = await vscode.window.showOpenDialog({
		title: vscode.l10n.t('Track from Sidecars in Folder'),
		openLabel: vscode.l10n.t('Track'),
		canSelectFiles: false,
		canSelectFolders: true,
		canSelectMany: true,
		...(start !== undefined && { defaultUri: start }),
	});
	if (folders === undefined || folders.length === 0) {
		throw new vscode.CancellationError();
	}
	await trackFrom({ folders }, parts);
}

/**
 * Tracks the tasks that sidecars name. Their hosts are asked about if they have no API key; then the tasks are stored, the files beside the
 * sidecars are compared with them, and each task that the API may still know is checked once.
 * @throws as `trackSidecars` does
 */
export async function trackFrom(locations: SidecarLocations, parts: SidecarParts): Promise<void> {
	const { clock, log, store } = parts;
	const read = await showingProgress(
		clock,
		vscode.l10n.t('Kling: Reading sidecars…'),
		({ signal, onProgress }) => readSidecars(locations, { signal, onProgress }),
		{ cancellable: true },
	);
	for (const [index, { problem }] of read.refused.entries()) {
		log.warn(`Sidecar ${index + 1} was refused: ${'field' in problem ? `${problem.field} is ${problem.kind}` : problem.kind}`);
	}
	const found = tasksOfSidecars(read.sidecars, clock.now());
	if (found.length === 0) {
		throw nothingFound(read);
	}
	const { chosen, withKey } = await chooseTasks(found, parts);
	const tasks = chosen.map(({ task }) => task);
	const plan = parts.keepPlan();
	const { added, known } = await showingProgress(clock, vscode.l10n.t('Kling: Adding tasks to the list…'), () =>
		// Results without a file beside their sidecar are kept once a check has given their links.
		store.tasks.import(tasks, clock.now(), () => plan),
	);
	const [first] = tasks;
	if (first !== undefined) {
		await parts.reveal(first.key);
	}
	const kept = await keepFiles(chosen, withKey, parts);
	// Files count only where they can be read at any time: on this disk.
	const results = new Set(
		chosen.flatMap(({ task, sidecars }) =>
			sidecars.flatMap(({ sidecar, source }) => (source?.scheme === 'file' ? [downloadKey({ task: task.key, media: sidecar.media })] : [])),
		),
	).size;
	const isWhole = read.refused.length === 0 && !read.isCut && read.unreadable === 0;
	void parts.say(
		isWhole ? 'info' : 'warning',
		sentences(trackedText(added.length, known.length), results === 0 ? undefined : keptText(kept, results), ...shortfalls(read)),
		remediesOf(added, isWhole, parts),
	);
}

function nothingFound({ refused, unreadable }: ReadSidecars): UserError {
	if (refused.length > 0) {
		return new UserError(sentences(vscode.l10n.t('No task could be tracked.'), refusedText(refused)), [showLogRemedy()]);
	}
	if (unreadable > 0) {
		return new UserError(vscode.l10n.t('The folder could not be read.'));
	}
	return nothingToDo(
		vscode.l10n.t({
			message: 'There are no sidecars (files whose names end with “{0}”).',
			args: [sidecarSuffix],
			comment: ['{0} is the end of a file name.'],
		}),
	);
}

/**
 * Takes the files beside sidecars for the tasks' results, and checks the tasks. Cancelling ends both.
 * @returns how many results have a file
 */
async function keepFiles(
	chosen: readonly SidecarTask<SidecarSource>[],
	withKey: ReadonlySet<string>,
	parts: SidecarParts,
): Promise<number> {
	const { clock, store, tracker } = parts;
	/** Results whose task is not known to have them yet. */
	let kept = 0;
	const compare = async (
		all: readonly SidecarTask<SidecarSource>[],
		signal: AbortSignal,
	): Promise<readonly SidecarTask<SidecarSource>[]> => {
		const left: SidecarTask<SidecarSource>[] = [];
		for (const one of all) {
			const isWaiting = !isFinished(store.tasks.get(one.task.key) ?? one.task);
			if (isWaiting) {
				left.push(one);
			} else if (!signal.aborted) {
				kept += await keepFilesOf(one, parts, signal);
			}
		}
		return left;
	};
	await showingProgress(
		clock,
		vscode.l10n.t('Kling: Comparing files with sidecars…'),
		async ({ signal, onProgress }) => {
			const active = await compare(chosen, signal);
			// A task that is older than the API keeps any is not asked for.
			const oldest = clock.now() - retentionMs;
			const checked = chosen.flatMap(({ task: { key, ref } }) => {
				const task = store.tasks.get(key);
				return task !== undefined && withKey.has(ref.origin) && (!isFinished(task) || task.finishedAt > oldest) ? [key] : [];
			});
			if (checked.length > 0 && !signal.aborted) {
				await tracker.refresh(checked, { signal, onProgress });
			}
			await compare(active, signal);
		},
		{ cancellable: true },
	);
	return kept;
}

/** How many of a task's results have a file beside a sidecar. */
async function keepFilesOf({ task, sidecars }: SidecarTask<SidecarSource>, parts: SidecarParts, signal: AbortSignal): Promise<number> {
	const { store, clock } = parts;
	const done = new Set<number>();
	const results = store.tasks.get(task.key)?.results ?? [];
	for (const { sidecar, source } of sidecars) {
		const { media, file, keptAt } = sidecar;
		if (source?.scheme !== 'file' || done.has(media) || results[media]?.kind !== mediaFormats[file.format].kind) {
			continue;
		}
		const path = source.fsPath.slice(0, -sidecarSuffix.length);
		const before = keptFileOf(store.downloads.of(task.key).find((download) => download.media === media));
		if (before !== undefined && before.path !== path) {
			done.add(media);
			continue;
		}
		const isThere = await hasKeptFile(path, file, signal).catch(() => false);
		if (isThere) {
			const now = clock.now();
			await store.downloads.recordFile({ task: task.key, media }, { path, ...file, keptAt: Math.min(keptAt ?? now, now) }, now);
			done.add(media);
		}
	}
	return done.size;
}

function shortfalls({ refused, isCut, unreadable }: ReadSidecars): readonly string[] {
	return [
		...(refused.length === 0 ? [] : [refusedText(refused)]),
		...(isCut ? [vscode.l10n.t('The folder has more than is read at once: track its subfolders one by one.')] : []),
		...(unreadable === 0
			? []
			: [
					unreadable === 1
						? vscode.l10n.t('1 folder could not be read.')
						: vscode.l10n.t({ message: '{0} folders could not be read.', args: [unreadable], comment: ['{0} is a count.'] }),
				]),
	];
}

function remediesOf(added: readonly TaskKey[], isWhole: boolean, { clock, tracker }: SidecarParts): readonly Remedy[] {
	const undo: Remedy = {
		label: vscode.l10n.t('Undo'),
		run: () => showingProgress(clock, vscode.l10n.t('Kling: Removing tasks from the list…'), () => tracker.untrack(added)),
	};
	return [
		commandRemedy(vscode.l10n.t('Show Tasks'), 'kling.showTasks'),
		...(added.length === 0 ? [] : [undo]),
		...(isWhole ? [] : [showLogRemedy()]),
	];
}
