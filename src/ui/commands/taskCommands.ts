import * as vscode from 'vscode';
import { curlLine } from '../../core/paste/curlLine';
import { isFinished, type TaskKey } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import type { RefreshOutcome, Tracker } from '../../tracking/tracker';
import { setKeyRemedy } from '../apiKey/setKeyRemedy';
import type { ApiKeyStore } from '../apiKey/apiKeyStore';
import { showMessage } from '../message';
import { showingProgress } from '../progress';
import { UserError } from '../userError';
import { escapeCodicons } from '../text/foreignText';
import { causeText } from '../text/problems';
import { taskLabel } from '../text/tasks';
import type { CommandHandlers } from './commandRegistry';
import type { OperationPicker } from './operationPicker';
import type { TaskTargets } from './taskTargets';
import { sentences } from '../text/sentences';

type TaskCommands = Pick<
	CommandHandlers,
	| 'kling.refreshTask'
	| 'kling.refreshAll'
	| 'kling.renameTask'
	| 'kling.changeOperation'
	| 'kling.untrackTask'
	| 'kling.untrackFinished'
	| 'kling.markAllViewed'
	| 'kling.deleteAllData'
	| 'kling.copyTaskId'
	| 'kling.copyCurl'
>;

/** Commands on tracked tasks; those on their results are in resultCommands.ts. */
export function taskCommands(parts: {
	readonly store: Stores;
	readonly tracker: Tracker;
	readonly apiKeys: ApiKeyStore;
	readonly targets: TaskTargets;
	readonly operations: OperationPicker;
	readonly clock: Clock;
	/** Asks for an origin's key. */
	readonly askForKey: (origin: string) => Promise<unknown>;
}): TaskCommands {
	const { store, tracker, apiKeys, targets, operations, clock, askForKey } = parts;
	const anyTask = (): boolean => true;
	const nothingTracked = vscode.l10n.t('No task is tracked.');

	/** Not awaited: the message stays open until answered, and the command is done once the tasks are removed. */
	function offerUndo(keys: readonly TaskKey[], message: string): void {
		void showMessage('info', message, [
			{
				label: vscode.l10n.t('Undo'),
				run: () => showingProgress(clock, vscode.l10n.t('Kling: tracking the tasks again'), () => tracker.restore(keys)),
			},
		]);
	}

	/** Progress shows on the view; longer work also shows a count and can be cancelled. */
	function refresh(keys: readonly TaskKey[] | undefined): Thenable<readonly RefreshOutcome[]> {
		return vscode.window.withProgress({ location: { viewId: 'kling.tasks' } }, () =>
			showingProgress(clock, vscode.l10n.t('Kling: looking at tasks'), (options) => tracker.refresh(keys, options), { cancellable: true }),
		);
	}

	return {
		'kling.refreshTask': async (...args) => {
			const chosen = await targets.several(args, anyTask, nothingTracked);
			showRefreshFailures(await refresh(chosen.map(({ key }) => key)), askForKey);
		},
		'kling.refreshAll': () => refresh(undefined),
		'kling.renameTask': async (...args) => {
			const { task } = await targets.one(args, anyTask, nothingTracked);
			const name = await vscode.window.showInputBox({
				title: vscode.l10n.t('Kling: rename task'),
				prompt: vscode.l10n.t('Empty: the task is called by its operation again.'),
				value: task.name ?? '',
				validateInput: (value) => (value.trim().length > 200 ? vscode.l10n.t('A name has at most 200 characters.') : undefined),
			});
			if (name === undefined) {
				return;
			}
			await store.tasks.rename(task.key, name.trim() === '' ? undefined : name.trim());
		},
		'kling.changeOperation': async (...args) => {
			const { task } = await targets.one(args, anyTask, nothingTracked);
			const path = await operations.pick([task.ref], vscode.l10n.t('Kling: operation of {0}', escapeCodicons(taskLabel(task))));
			const chosen = path.get(task.ref.id);
			if (chosen !== undefined) {
				await tracker.changeOperation(task.key, chosen);
			}
		},
		'kling.untrackTask': async (...args) => {
			const chosen = await targets.several(args, anyTask, nothingTracked);
			const keys = chosen.map(({ key }) => key);
			await showingProgress(clock, vscode.l10n.t('Kling: untracking tasks'), () => tracker.untrack(keys));
			const [only] = chosen;
			offerUndo(
				keys,
				keys.length === 1 && only !== undefined
					? isFinished(only)
						? vscode.l10n.t('{0} is no longer tracked.', taskLabel(only))
						: vscode.l10n.t('{0} is no longer tracked. At Kling it goes on.', taskLabel(only))
					: vscode.l10n.t('{0} tasks are no longer tracked.', keys.length),
			);
		},
		'kling.untrackFinished': async () => {
			const keys = await showingProgress(clock, vscode.l10n.t('Kling: untracking ended tasks'), () => tracker.untrackFinished());
			if (keys.length > 0) {
				offerUndo(
					keys,
					keys.length === 1
						? vscode.l10n.t('1 ended task is no longer tracked.')
						: vscode.l10n.t('{0} ended tasks are no longer tracked.', keys.length),
				);
			}
		},
		'kling.markAllViewed': () =>
			showingProgress(clock, vscode.l10n.t('Kling: marking all tasks as viewed'), () => store.tasks.markViewed('all', clock.now())),
		'kling.deleteAllData': async () => {
			const forget = vscode.l10n.t('Forget everything');
			const picked = await vscode.window.showWarningMessage(
				vscode.l10n.t('Forget all tracked tasks and API keys?'),
				{
					modal: true,
					detail: vscode.l10n.t(
						'Tasks, answers, copies of the database and API keys are deleted from this machine. The tasks at Kling are not touched, and files that you saved stay. This cannot be undone.',
					),
				},
				forget,
			);
			if (picked !== forget) {
				return;
			}
			for (const origin of await apiKeys.origins()) {
				await apiKeys.remove(origin);
				await store.origins.noteKey(origin, false, clock.now());
			}
			await showingProgress(clock, vscode.l10n.t('Kling: forgetting everything'), () => store.tasks.deleteEverything());
			void showMessage('info', vscode.l10n.t('Everything is forgotten.'));
		},
		'kling.copyTaskId': async (...args) => {
			const chosen = await targets.several(args, anyTask, nothingTracked);
			await vscode.env.clipboard.writeText(chosen.map(({ ref }) => ref.id).join('\n'));
			showStatusMessage(chosen.length === 1 ? vscode.l10n.t('Task id copied') : vscode.l10n.t('{0} task ids copied', chosen.length));
		},
		'kling.copyCurl': async (...args) => {
			const { task } = await targets.one(args, anyTask, nothingTracked);
			await vscode.env.clipboard.writeText(curlLine(task.ref));
			showStatusMessage(vscode.l10n.t('curl line copied; it reads the key from $COMETAPI_KEY'));
		},
	};
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
			sentences(vscode.l10n.t('{0} could not be looked at.', taskLabel(result.task)), causeText(result.problem, origin)),
			needsKey ? [setKeyRemedy(() => askForKey(origin))] : [],
		);
	}
}

/** Confirms in the status bar that something was done. */
export function showStatusMessage(text: string): void {
	vscode.window.setStatusBarMessage(`$(check) ${text}`, 4000);
}
