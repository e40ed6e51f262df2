import * as vscode from 'vscode';
import type { EndedTask } from '../core/task';
import { readNotificationChoice, writeNotificationChoice } from './settings';
import { endedText, plain } from './wording';

/** What the buttons of a notification do. */
export interface NotificationActions {
	open(task: EndedTask): unknown;
	save(task: EndedTask): unknown;
	showTasks(): unknown;
}

/** Tells ends that were claimed by this window: one message for one end, one for several. Resolves when the person has answered or closed it. */
export async function notifyEnds(ends: readonly EndedTask[], actions: NotificationActions): Promise<void> {
	const choice = readNotificationChoice();
	const told = choice === 'all' ? ends : choice === 'failures' ? ends.filter((task) => task.status === 'failed') : [];
	const [first] = told;
	if (first === undefined) return;
	if (told.length === 1) await notifyOne(first, actions);
	else await notifySeveral(told, actions);
}

async function notifyOne(task: EndedTask, actions: NotificationActions): Promise<void> {
	const open = vscode.l10n.t('Open');
	const save = vscode.l10n.t('Save');
	const failed = task.status === 'failed';
	const reason = failed && task.message !== undefined ? `: ${plain(task.message)}` : '';
	const buttons = task.results.length > 0 ? [open, save, dontShowAgain()] : [open, dontShowAgain()];
	const show = failed ? vscode.window.showWarningMessage<string> : vscode.window.showInformationMessage<string>;
	const picked = await show(`${endedText(task)}${reason}`, ...buttons);
	if (picked === open) await actions.open(task);
	else if (picked === save) await actions.save(task);
	else if (picked === dontShowAgain()) await stopShowing();
}

async function notifySeveral(ends: readonly EndedTask[], actions: NotificationActions): Promise<void> {
	const showTasks = vscode.l10n.t('Show tasks');
	const failed = ends.filter((task) => task.status === 'failed').length;
	const text = failed === 0 ? vscode.l10n.t('{0} tasks ended', ends.length) : vscode.l10n.t('{0} tasks ended, {1} failed', ends.length, failed);
	const show = failed === 0 ? vscode.window.showInformationMessage<string> : vscode.window.showWarningMessage<string>;
	const picked = await show(text, showTasks, dontShowAgain());
	if (picked === showTasks) await actions.showTasks();
	else if (picked === dontShowAgain()) await stopShowing();
}

function dontShowAgain(): string {
	return vscode.l10n.t("Don't show again");
}

async function stopShowing(): Promise<void> {
	await writeNotificationChoice('none');
	const settings = vscode.l10n.t('Settings');
	const picked = await vscode.window.showInformationMessage(vscode.l10n.t('Ended tasks are still counted in the status bar and on the view.'), settings);
	if (picked === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'kling.notifications.show');
}
