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
				'The task list was written by a newer version of Kling Tasks and is read-only. Update the extension to resume tracking.',
			);
		case 'readOnlyDisk':
			return l10n.t('The storage folder is read-only. Tasks are shown but not checked until it is writable.');
		case 'diskFull':
			return l10n.t('The disk is full. Changes are saved as soon as space is available.');
		case 'diskError':
			return l10n.t('Tracked tasks could not be saved (disk error). Retrying.');
		case 'locked':
			return l10n.t('Another program is using the task list file. Changes are saved as soon as it is released.');
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
			return l10n.t('waiting for disk space');
		case 'diskError':
			return l10n.t('disk error, retrying');
		case 'locked':
			return l10n.t('task list file in use');
		default:
			return assertNever(condition);
	}
}

/** How many tasks were recovered after the database file was damaged or lost. */
export function recoveryText(tasks: number): string {
	return tasks === 1
		? l10n.t('The task list file was damaged, deleted or replaced. 1 task was recovered; any damaged file was kept.')
		: l10n.t({
				message: 'The task list file was damaged, deleted or replaced. {0} tasks were recovered; any damaged file was kept.',
				args: [tasks],
				comment: ['{0} is a count.'],
			});
}
