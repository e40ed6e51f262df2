import * as vscode from 'vscode';
import { curlLine } from '../../core/paste/curlLine';
import { isFinished, type TaskKey } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import type { TaskCounts } from '../../tracking/ports/tasks';
import type { RefreshOutcome, Tracker } from '../../tracking/tracker';
import { readCreationNode, type CreationNode } from '../creationNode';
import { setKeyRemedy } from '../apiKey/setKeyRemedy';
import type { ApiKeyStore } from '../apiKey/apiKeyStore';
import { ask, confirm } from '../confirm';
import type { Say } from '../message';
import { showingProgress } from '../progress';
import { showStatusMessage } from '../statusMessage';
import { nothingToDo, UserError } from '../userError';
import { escapeCodicons } from '../text/foreignText';
import { folderOf, stayingText } from '../text/keptFiles';
import { causeText } from '../text/problems';
import { taskLabel } from '../text/tasks';
import type { taskCommandIds } from './commandIds';
import type { HandlersOf } from './commandRegistry';
import type { OperationPicker } from './operationPicker';
import type { TaskTargets } from './taskTargets';
import { sentences } from '../text/sentences';

/** Commands on tracked tasks; those on their results are in resultCommands.ts. */
export function taskCommands(parts: {
	readonly store: Stores;
	readonly tracker: Tracker;
	readonly apiKeys: ApiKeyStore;
	readonly targets: TaskTargets;
	readonly operations: Pick<OperationPicker, 'pick'>;
	readonly clock: Clock;
	readonly say: Say;
	/** Asks for an origin's key. */
	readonly askForKey: (origin: string) => Promise<unknown>;
}): HandlersOf<typeof taskCommandIds> {
	const { store, tracker, apiKeys, targets, operations, clock, say, askForKey } = parts;
	const anyTask = (): boolean => true;
	const nothingTracked = vscode.l10n.t('No tasks are tracked.');

	/** Not awaited: the message stays open until answered, and the command is done once the tasks are removed. */
	function offerUndo(keys: readonly TaskKey[], message: string): void {
		void say('info', message, [
			{
				label: vscode.l10n.t('Undo'),
				run: () => showingProgress(clock, vscode.l10n.t('Kling: Restoring tasks…'), () => tracker.restore(keys)),
			},
		]);
	}

	/** Progress shows on the view; longer work also shows a count and can be cancelled. */
	function refresh(keys: readonly TaskKey[] | undefined): Thenable<readonly RefreshOutcome[]> {
		return vscode.window.withProgress({ location: { viewId: 'kling.tasks' } }, () =>
			showingProgress(clock, vscode.l10n.t('Kling: Checking tasks…'), (options) => tracker.refresh(keys, options), { cancellable: true }),
		);
	}

	return {
		'kling.refreshTask': async (...args) => {
			const chosen = await targets.tasks(args, anyTask, nothingTracked);
			showRefreshFailures(await refresh(chosen.map(({ key }) => key)), askForKey);
		},
		'kling.refreshAll': () => refresh(undefined),
		'kling.renameTask': async (...args) => {
			const { task } = await targets.one(args, anyTask, nothingTracked);
			const name = await vscode.window.showInputBox({
				title: vscode.l10n.t({
					message: 'Rename {0}',
					args: [taskLabel(task)],
					comment: ['{0} is the name of a task.'],
				}),
				prompt: vscode.l10n.t('Leave empty to use the operation name.'),
				value: task.name ?? '',
				// A result page that has just been opened takes the focus when it has loaded, which would close the box.
				ignoreFocusOut: true,
				validateInput: (value) => (value.trim().length > 200 ? vscode.l10n.t('The name can have at most 200 characters.') : undefined),
			});
			if (name === undefined) {
				return;
			}
			await store.tasks.rename(task.key, name.trim() === '' ? undefined : name.trim());
		},
		'kling.changeOperation': async (...args) => {
			const { task } = await targets.one(args, anyTask, nothingTracked);
			const path = await operations.pick(
				[task.ref],
				vscode.l10n.t({
					message: 'Select the Operation of {0}',
					args: [escapeCodicons(taskLabel(task))],
					comment: ['{0} is the name of a task.'],
				}),
			);
			const chosen = path.get(task.ref.id);
			if (chosen !== undefined) {
				await tracker.changeOperation(task.key, chosen);
			}
		},
		'kling.untrackTask': async (...given) => {
			const args = targets.withRows(given);
			const rows = creationRows(args);
			if (rows.length > 0) {
				await vscode.commands.executeCommand('kling.removeCreation', rows[0], rows);
				if (targets.named(args[0]) === undefined) {
					return;
				}
			}
			const found = await targets.several(args, anyTask, nothingTracked);
			// The row of a result does not stand for its task here.
			const chosen = found.flatMap(({ task, media }) => (media === undefined ? [task] : []));
			if (chosen.length === 0) {
				throw nothingToDo(vscode.l10n.t('A single result cannot be removed from the list. Select its task.'));
			}
			const keys = chosen.map(({ key }) => key);
			await showingProgress(clock, vscode.l10n.t('Kling: Removing tasks from the list…'), () => tracker.untrack(keys));
			const [only] = chosen;
			offerUndo(
				keys,
				keys.length === 1 && only !== undefined
					? isFinished(only) || only.problem?.kind === 'notFound'
						? vscode.l10n.t({
								message: 'Removed {0} from the list.',
								args: [taskLabel(only)],
								comment: ['{0} is the name of a task.'],
							})
						: vscode.l10n.t({
								message: 'Removed {0} from the list. It keeps running on Kling.',
								args: [taskLabel(only)],
								comment: ['{0} is the name of a task.'],
							})
					: vscode.l10n.t({ message: 'Removed {0} tasks from the list.', args: [keys.length], comment: ['{0} is a count.'] }),
			);
		},
		'kling.untrackFinished': async () => {
			const which = await chooseFinished(store.tasks.counts(), store.tasks.demoCounts());
			const keys = await showingProgress(clock, vscode.l10n.t('Kling: Clearing finished tasks…'), () => tracker.untrackFinished(which));
			if (keys.length > 0) {
				offerUndo(
					keys,
					keys.length === 1
						? vscode.l10n.t('Cleared 1 finished task.')
						: vscode.l10n.t({ message: 'Cleared {0} finished tasks.', args: [keys.length], comment: ['{0} is a count.'] }),
				);
			}
		},
		'kling.markAllViewed': () =>
			showingProgress(clock, vscode.l10n.t('Kling: Marking all tasks as viewed…'), () => store.tasks.markViewed('all', clock.now())),
		'kling.deleteAllData': async () => {
			const { unsettledText } = await import('../creation/creationCommands');
			const lost = unsettledText(store.creations.listed());
			const detail = vscode.l10n.t(
				'This deletes all tracked tasks, their responses, the requests you ran with the copies of their files, the copies of the task list, the queue of downloads, the small pictures of saved results and your API keys from this computer. Nothing is deleted on Kling. This cannot be undone.',
			);
			const { files } = store.downloads.keptTotals();
			const folders =
				files === 0
					? []
					: [...new Set(store.downloads.newestKept(100).flatMap(({ file }) => (file === undefined ? [] : [folderOf(file.path)])))];
			await confirm({
				message: vscode.l10n.t('Delete all tracked tasks and API keys?'),
				detail: [lost, detail, stayingText(files, folders)].filter((part) => part !== undefined).join('\n\n'),
				button: vscode.l10n.t('Delete All Data'),
			});
			for (const origin of await apiKeys.origins()) {
				await apiKeys.remove(origin);
				await store.origins.noteKey(origin, false, clock.now());
			}
			await showingProgress(clock, vscode.l10n.t('Kling: Deleting all data…'), () => store.tasks.deleteEverything());
			void say('info', vscode.l10n.t('All Kling tasks and API keys were deleted.'));
		},
		'kling.copyTaskId': async (...args) => {
			const chosen = await targets.tasks(args, anyTask, nothingTracked);
			await vscode.env.clipboard.writeText(chosen.map(({ ref }) => ref.id).join('\n'));
			showStatusMessage(
				chosen.length === 1
					? vscode.l10n.t('Task ID copied')
					: vscode.l10n.t({ message: '{0} task IDs copied', args: [chosen.length], comment: ['{0} is a count.'] }),
			);
		},
		'kling.copyCurl': async (...args) => {
			const { task } = await targets.one(args, anyTask, nothingTracked);
			await vscode.env.clipboard.writeText(curlLine(task.ref));
			showStatusMessage(vscode.l10n.t('curl command copied. It reads the key from $COMETAPI_KEY.'));
		},
	};
}

/** The creations among the rows that a command is called on. */
function creationRows([first, all]: readonly unknown[]): readonly CreationNode[] {
	return (Array.isArray(all) ? (all as readonly unknown[]) : [first]).flatMap((row) => readCreationNode(row) ?? []);
}

/**
 * Which finished tasks to remove from the list. The person is asked if there are any that were not viewed.
 * @param demo the counts of the demo's tasks, which are not removed
 * @throws vscode.CancellationError when the person cancels
 */
async function chooseFinished(all: TaskCounts, demo: TaskCounts): Promise<'all' | 'viewed'> {
	const unviewed = all.unviewed - demo.unviewed;
	const viewed = all.finished - demo.finished - unviewed;
	if (unviewed === 0) {
		// What finishes meanwhile is kept.
		return 'viewed';
	}
	const question =
		viewed === 0
			? vscode.l10n.t('Clear all finished tasks?')
			: viewed === 1
				? vscode.l10n.t('Clear 1 viewed task?')
				: vscode.l10n.t({ message: 'Clear {0} viewed tasks?', args: [viewed], comment: ['{0} is a count.'] });
	const rest =
		unviewed === 1
			? vscode.l10n.t('1 has not been viewed.')
			: vscode.l10n.t({ message: '{0} have not been viewed.', args: [unviewed], comment: ['{0} is a count.'] });
	return await ask(
		{ message: sentences(question, rest) },
		{ viewed: viewed === 0 ? undefined : vscode.l10n.t('Clear Viewed'), all: vscode.l10n.t('Clear All') },
	);
}

/** The row of an active task shows why a check failed; that of a finished task does not, so a message does. */
function showRefreshFailures(outcomes: readonly RefreshOutcome[], askForKey: (origin: string) => Promise<unknown>): void {
	for (const { result } of outcomes) {
		if (result.kind !== 'failed' || !isFinished(result.task)) {
			continue;
		}
		const { origin } = result.task.ref;
		const needsKey = result.problem.kind === 'noKey' || result.problem.kind === 'auth';
		throw new UserError(
			sentences(
				vscode.l10n.t({
					message: 'Could not refresh {0}.',
					args: [taskLabel(result.task)],
					comment: ['{0} is the name of a task.'],
				}),
				causeText(result.problem, origin),
			),
			needsKey ? [setKeyRemedy(() => askForKey(origin))] : [],
		);
	}
}
