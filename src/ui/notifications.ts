import * as vscode from 'vscode';
import type { FinishedTask, TaskKey } from '../core/task';
import type { Say } from './message';
import { readNotificationChoice, writeNotificationChoice, type NotificationChoice } from './settings';
import { failureRemedy } from './text/failures';
import { sentences } from './text/sentences';
import { finishedText, taskLabel } from './text/tasks';
import type { Remedy } from './userError';

/** What the buttons of a notification need. */
export interface NotificationActions {
	readonly say: Say;
	open(key: TaskKey): unknown;
	save(key: TaskKey): unknown;
	showTasks(): unknown;
	/** True once ever, over all windows: the offer to keep every result. Missing while they are kept already. */
	claimKeepOffer?(): Promise<boolean>;
	keepAll?(): unknown;
	/** Whether a task is still tracked and was not viewed yet. */
	isUnviewed(key: TaskKey): boolean;
	/** Whether it was made by a dry run, which costs nothing. */
	isDryRun(key: TaskKey): boolean;
	/** Whether it was made from a request here. */
	isOwn(key: TaskKey): boolean;
	showRequest(key: TaskKey): unknown;
}

/** The most tasks that one message names. */
const mostNames = 3;

/** How many notifications are neither answered nor cleared: the next one counts "more" tasks. */
let unanswered = 0;

/**
 * Notifies of finished tasks that this window claimed, in one message. Resolves when it is answered or cleared. Entry point of
 * dist/notify.js.
 */
export async function notifyFinished(finishedTasks: readonly FinishedTask[], actions: NotificationActions): Promise<void> {
	const choice = readNotificationChoice();
	const announced =
		choice === 'all' ? finishedTasks : choice === 'failures' ? finishedTasks.filter((task) => task.status === 'failed') : [];
	const [first] = announced;
	if (first === undefined) {
		return;
	}
	const isMore = unanswered > 0;
	unanswered++;
	try {
		// The offer takes the room of the buttons for fewer notifications, which every other one has.
		const offer = actions.claimKeepOffer === undefined ? undefined : await keepOffer(announced, actions);
		const more = offer ?? quieter(choice, actions.say);
		await (announced.length === 1 ? notifyOne(first, actions, more) : notifySeveral(announced, actions, more, isMore));
	} finally {
		unanswered--;
	}
}

async function notifyOne(task: FinishedTask, actions: NotificationActions, more: readonly Remedy[]): Promise<void> {
	const open: Remedy = { label: vscode.l10n.t('Open'), run: () => actions.open(task.key) };
	const save: Remedy = { label: vscode.l10n.t('Save'), run: () => actions.save(task.key) };
	const failed = task.status === 'failed';
	const remedy = failed ? failureRemedy(task.message) : undefined;
	const text = withoutCost(finishedText(task, 'withReason'), [task], actions);
	await actions.say(failed ? 'warning' : 'info', remedy === undefined ? text : sentences(text.replace(/(?<![.!?。])$/u, '.'), remedy), [
		open,
		...(failed && actions.isOwn(task.key) ? [{ label: vscode.l10n.t('Show Request'), run: () => actions.showRequest(task.key) }] : []),
		...(task.results.length > 0 ? [save] : []),
		...more,
	]);
}

async function notifySeveral(
	finishedTasks: readonly FinishedTask[],
	actions: NotificationActions,
	more: readonly Remedy[],
	isMore: boolean,
): Promise<void> {
	const ready = finishedTasks.filter(({ status, results }) => status !== 'failed' && results.length > 0);
	const empty = finishedTasks.filter(({ status, results }) => status !== 'failed' && results.length === 0);
	const failed = finishedTasks.filter(({ status }) => status === 'failed');
	const counts = [
		ready.length > 0 && readyText(ready.length, isMore),
		empty.length > 0 && emptyText(empty.length, isMore),
		failed.length > 0 && failedText(failed.length, isMore),
	].filter((text) => text !== false);
	const labels = finishedTasks.map(taskLabel);
	// "Owl, take 2" has a comma of its own.
	const separator = labels.some((label) => label.includes(',')) ? '; ' : ', ';
	const names = counts.length === 1 && labels.length <= mostNames ? labels.join(separator) : undefined;
	const text =
		names === undefined
			? counts.join(', ')
			: vscode.l10n.t({
					message: '{0}: {1}',
					args: [counts.join(), names],
					comment: ['{0} says how many tasks finished, such as “2 results are ready”.', '{1} lists their names.'],
				});
	await actions.say(failed.length === 0 ? 'info' : 'warning', withoutCost(text, finishedTasks, actions), [
		{ label: vscode.l10n.t('Show'), run: () => actions.showTasks() },
		openNext(
			[...ready, ...empty, ...failed].map(({ key }) => key),
			actions,
		),
		...more,
	]);
}

/** The offer to keep every result, the first time that one is there which could be lost. */
async function keepOffer(finishedTasks: readonly FinishedTask[], actions: NotificationActions): Promise<readonly Remedy[] | undefined> {
	const isAny = finishedTasks.some(({ key, results, owner }) => results.length > 0 && owner === undefined && !actions.isDryRun(key));
	// A list that cannot be written is no reason to notify of nothing.
	const isOurs = isAny && (await actions.claimKeepOffer?.().catch(() => false)) === true;
	if (!isOurs) {
		return undefined;
	}
	return [{ label: vscode.l10n.t('Keep All Results…'), run: () => actions.keepAll?.() }];
}

/** The text, which says so first if all of the tasks were made by dry runs. */
function withoutCost(text: string, finishedTasks: readonly FinishedTask[], actions: NotificationActions): string {
	return finishedTasks.every(({ key }) => actions.isDryRun(key))
		? vscode.l10n.t({
				message: 'Dry run, no cost: {0}',
				args: [text],
				comment: ['{0} says what finished, such as “Fox is ready” or “2 results are ready”.'],
			})
		: text;
}

function readyText(count: number, isMore: boolean): string {
	if (isMore) {
		return count === 1 ? vscode.l10n.t('1 more result is ready') : vscode.l10n.t('{0} more results are ready', count);
	}
	return count === 1 ? vscode.l10n.t('1 result is ready') : vscode.l10n.t('{0} results are ready', count);
}

function emptyText(count: number, isMore: boolean): string {
	if (isMore) {
		return count === 1
			? vscode.l10n.t('1 more task finished without a result')
			: vscode.l10n.t('{0} more tasks finished without a result', count);
	}
	return count === 1 ? vscode.l10n.t('1 task finished without a result') : vscode.l10n.t('{0} tasks finished without a result', count);
}

function failedText(count: number, isMore: boolean): string {
	if (isMore) {
		return count === 1 ? vscode.l10n.t('1 more task failed') : vscode.l10n.t('{0} more tasks failed', count);
	}
	return count === 1 ? vscode.l10n.t('1 task failed') : vscode.l10n.t('{0} tasks failed', count);
}

/** Opens the first of the tasks that was not viewed yet. As a message closes with its button, another one offers the next. */
function openNext(keys: readonly TaskKey[], actions: NotificationActions): Remedy {
	return {
		label: vscode.l10n.t('Open Next'),
		run: async () => {
			const [next, ...others] = keys.filter((key) => actions.isUnviewed(key));
			if (next === undefined) {
				await actions.showTasks();
				return;
			}
			await actions.open(next);
			if (others.length > 0) {
				await actions.say(
					'info',
					others.length === 1
						? vscode.l10n.t('1 more task has not been viewed.')
						: vscode.l10n.t({ message: '{0} more tasks have not been viewed.', args: [others.length], comment: ['{0} is a count.'] }),
					[openNext(others, actions), { label: vscode.l10n.t('Show'), run: () => actions.showTasks() }],
				);
			}
		},
	};
}

/** The buttons for fewer notifications. */
function quieter(choice: NotificationChoice, say: Say): readonly Remedy[] {
	const off: Remedy = {
		label: vscode.l10n.t('Off'),
		run: () =>
			change('none', vscode.l10n.t('Notifications for finished tasks are off. The status bar and the badge are still updated.'), say),
	};
	return choice === 'failures'
		? [off]
		: [
				{
					label: vscode.l10n.t('Only Failures'),
					run: () => change('failures', vscode.l10n.t('Notifications are now shown only when a task fails.'), say),
				},
				off,
			];
}

async function change(choice: NotificationChoice, text: string, say: Say): Promise<void> {
	const undo = await writeNotificationChoice(choice);
	await say('info', text, [{ label: vscode.l10n.t('Undo'), run: undo }]);
}
