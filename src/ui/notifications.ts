import * as vscode from 'vscode';
import type { FinishedTask } from '../core/task';
import { readNotificationChoice, writeNotificationChoice } from './settings';
import { commandRemedy, showMessage } from './message';
import type { Remedy } from './userError';
import { finishedText } from './text/tasks';

/** Actions of the notification's buttons. */
export interface NotificationActions {
	open(task: FinishedTask): unknown;
	save(task: FinishedTask): unknown;
	showTasks(): unknown;
}

/** Notifies of finished tasks that this window claimed, in one message. Resolves when the message is answered or closed. */
export async function notifyFinished(finishedTasks: readonly FinishedTask[], actions: NotificationActions): Promise<void> {
	const choice = readNotificationChoice();
	const announced =
		choice === 'all' ? finishedTasks : choice === 'failures' ? finishedTasks.filter((task) => task.status === 'failed') : [];
	const [first] = announced;
	if (first === undefined) {
		return;
	}
	if (announced.length === 1) {
		await notifyOne(first, actions);
	} else {
		await notifySeveral(announced, actions);
	}
}

async function notifyOne(task: FinishedTask, actions: NotificationActions): Promise<void> {
	const open: Remedy = { label: vscode.l10n.t('Open'), run: () => actions.open(task) };
	const save: Remedy = { label: vscode.l10n.t('Save'), run: () => actions.save(task) };
	await showMessage(
		task.status === 'failed' ? 'warning' : 'info',
		finishedText(task, 'withReason'),
		task.results.length > 0 ? [open, save, dontShowAgain()] : [open, dontShowAgain()],
	);
}

async function notifySeveral(finishedTasks: readonly FinishedTask[], actions: NotificationActions): Promise<void> {
	const failed = finishedTasks.filter((task) => task.status === 'failed').length;
	const text =
		failed === 0
			? vscode.l10n.t({ message: '{0} tasks finished', args: [finishedTasks.length], comment: ['{0} is a count.'] })
			: vscode.l10n.t({
					message: '{0} tasks finished, {1} failed',
					args: [finishedTasks.length, failed],
					comment: ['{0} is a count.', '{1} is a count.'],
				});
	await showMessage(failed === 0 ? 'info' : 'warning', text, [
		{ label: vscode.l10n.t('Show Tasks'), run: () => actions.showTasks() },
		dontShowAgain(),
	]);
}

function dontShowAgain(): Remedy {
	return { label: vscode.l10n.t("Don't Show Again"), run: stopShowing };
}

async function stopShowing(): Promise<void> {
	await writeNotificationChoice('none');
	await showMessage('info', vscode.l10n.t('Notifications for finished tasks are off. The status bar and badge are still updated.'), [
		commandRemedy(vscode.l10n.t('Open Settings'), 'workbench.action.openSettings', 'kling.notifications.show'),
	]);
}
