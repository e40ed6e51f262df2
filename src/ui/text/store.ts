import { l10n } from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { StoreCondition } from '../../tracking/ports/health';

/** The message for a condition of the database, in whole sentences; undefined if there is nothing to show. */
export function conditionText(condition: StoreCondition): string | undefined {
	switch (condition) {
		case 'ok':
		case 'recovering':
			return undefined; // A recovery is shown when it is done.
		case 'newerSchema':
			return l10n.t(
				'A newer version of Kling Tasks wrote the database. It is shown, but not changed; update the extension to track again.',
			);
		case 'readOnlyDisk':
			return l10n.t('The folder of the tracked tasks is read-only. Tasks are shown, but not watched until it can be written.');
		case 'diskFull':
			return l10n.t('The disk is full. Nothing is lost: what has to be written waits until there is room.');
		case 'diskError':
			return l10n.t('The disk refused to write the tracked tasks. What has to be written waits and is tried again.');
		case 'locked':
			return l10n.t('Another program holds the file of the task list. Nothing is lost: what has to be written waits until it is released.');
		default:
			return assertNever(condition);
	}
}

/** The short form for the row of a waiting task; undefined if there is nothing to show. */
export function conditionLabel(condition: StoreCondition): string | undefined {
	switch (condition) {
		case 'ok':
		case 'recovering':
			return undefined;
		case 'newerSchema':
			return l10n.t('not checked: update the extension');
		case 'readOnlyDisk':
			return l10n.t('not checked: folder is read-only');
		case 'diskFull':
			return l10n.t('waiting for room on the disk');
		case 'diskError':
			return l10n.t('waiting for the disk');
		case 'locked':
			return l10n.t('waiting for the task list’s file');
		default:
			return assertNever(condition);
	}
}

/** How many tasks were recovered after the database file was damaged or lost. */
export function recoveryText(tasks: number): string {
	return tasks === 1
		? l10n.t(
				'The file of the task list was damaged, deleted or replaced. 1 task was recovered into a new file; what was left of the old one was kept.',
			)
		: l10n.t(
				'The file of the task list was damaged, deleted or replaced. {0} tasks were recovered into a new file; what was left of the old one was kept.',
				tasks,
			);
}
