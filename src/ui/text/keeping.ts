import { l10n } from 'vscode';
import { linkExpiry } from '../../core/resultLink';
import type { Task } from '../../core/task';
import type { KeepNotice } from '../keeping/keepFolder';
import type { KeepChoice } from '../settings';
import { sizeText } from './media';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
/** The expiry of a link is shown from so long before it, ms. */
const nearMs = 3 * dayMs;

/**
 * When the first link expires of a task's results that are not kept, ms since 1970; undefined: none has an expiry that is known.
 * @param isKept whether the result with this index is kept as a file
 */
export function firstLinkExpiry(task: Pick<Task, 'results' | 'updatedAt'>, isKept: (index: number) => boolean): number | undefined {
	const times = task.results.flatMap(({ url }, index) => (isKept(index) ? [] : (linkExpiry(url, task.updatedAt)?.at ?? [])));
	return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * "link expires in 3 days", "link expires in 5 h", "link expired"; undefined while that is more than three days away.
 * @param expiresAt and `now`: ms since 1970
 */
export function linkExpiryText(expiresAt: number, now: number): string | undefined {
	const left = expiresAt - now;
	if (left > nearMs) {
		return undefined;
	}
	if (left <= 0) {
		return l10n.t('link expired');
	}
	if (left < hourMs) {
		return l10n.t('link expires within an hour');
	}
	return left < 2 * dayMs
		? l10n.t({ message: 'link expires in {0} h', args: [Math.floor(left / hourMs)], comment: ['{0} is a count of hours.'] })
		: l10n.t({ message: 'link expires in {0} days', args: [Math.round(left / dayMs)], comment: ['{0} is a count of days.'] });
}

/** When `linkExpiryText` of a time changes next, ms since 1970; undefined if it does not. */
export function linkExpiryChangesAt(expiresAt: number, now: number): number | undefined {
	const left = expiresAt - now;
	if (left > nearMs) {
		return expiresAt - nearMs;
	}
	if (left <= 0) {
		return undefined;
	}
	// From two days on the number of days is rounded; below that every hour counts, and the last one as a whole.
	const nextLeft = left < 2 * dayMs ? Math.floor(left / hourMs) * hourMs : left >= 2.5 * dayMs ? 2.5 * dayMs : 2 * dayMs;
	// The text changes once less than that is left.
	return nextLeft === 0 ? expiresAt : expiresAt - nextLeft + 1;
}

/** Why results are kept elsewhere than the settings ask for. */
export function keepNoticeText(notice: KeepNotice): string {
	switch (notice) {
		case 'notAbsolute':
			return l10n.t('The folder of the library in the settings is not an absolute path. Results are kept in the extension’s own storage.');
		case 'noFolder':
			return l10n.t('No folder on this computer is open. Results are kept in the library.');
		case 'notTrusted':
			return l10n.t('Nothing is written to a workspace that you do not trust. Results are kept in the library.');
	}
}

/** A choice of the setting in a pick, and what it means. */
export function keepChoiceText(choice: KeepChoice): { readonly label: string; readonly detail: string } {
	switch (choice) {
		case 'library':
			return { label: l10n.t('Library'), detail: l10n.t('One folder for the results of all workspaces.') };
		case 'workspace':
			return {
				label: l10n.t('Workspace Folder'),
				detail: l10n.t('The folder of the workspace in which the task was created or tracked.'),
			};
		case 'off':
			return { label: l10n.t('Off'), detail: l10n.t('Nothing is saved automatically. Saved files stay.') };
	}
}

/** After the setting was changed. */
export function keepChosenText(choice: KeepChoice, folder: string): string {
	return choice === 'off'
		? l10n.t('Results are no longer kept automatically. Saved files stay.')
		: l10n.t({ message: 'Results are kept in {0} from now on.', args: [folder], comment: ['{0} is a path.'] });
}

/** Asks about results that finished before. @param sizes bytes of each, where known */
export function keepFinishedText(sizes: readonly (number | undefined)[]): string {
	const count = sizes.length;
	const known = sizes.filter((size) => size !== undefined);
	if (known.length === 0) {
		return count === 1
			? l10n.t('Keep 1 finished result too?')
			: l10n.t({ message: 'Keep {0} finished results too?', args: [count], comment: ['{0} is a count.'] });
	}
	const size = sizeText(known.reduce((sum, one) => sum + one, 0));
	if (count === 1) {
		return l10n.t({ message: 'Keep 1 finished result ({0}) too?', args: [size], comment: ['{0} is a size.'] });
	}
	return known.length === count
		? l10n.t({ message: 'Keep {0} finished results ({1}) too?', args: [count, size], comment: ['{0} is a count.', '{1} is a size.'] })
		: l10n.t({
				message: 'Keep {0} finished results (at least {1}) too?',
				args: [count, size],
				comment: ['{0} is a count.', '{1} is a size.'],
			});
}

/** "Kept 3 results in Films." @param folder its name */
export function keptText(count: number, folder: string): string {
	return count === 1
		? l10n.t({ message: 'Kept 1 result in {0}.', args: [folder], comment: ['{0} is the name of a folder.'] })
		: l10n.t({
				message: 'Kept {0} results in {1}.',
				args: [count, folder],
				comment: ['{0} is a count.', '{1} is the name of a folder.'],
			});
}

export function alreadyKeptText(count: number): string {
	return count === 1
		? l10n.t('1 result was already saved.')
		: l10n.t({ message: '{0} results were already saved.', args: [count], comment: ['{0} is a count.'] });
}

/** After keeping was cancelled. */
export function keepCancelledText(count: number): string {
	return count === 1
		? l10n.t('Saving of 1 result was cancelled.')
		: l10n.t({ message: 'Saving of {0} results was cancelled.', args: [count], comment: ['{0} is a count.'] });
}

/** Of results that are tried again later. */
export function keepLaterText(count: number): string {
	return count === 1
		? l10n.t('1 result could not be saved yet and is tried again automatically.')
		: l10n.t({
				message: '{0} results could not be saved yet and are tried again automatically.',
				args: [count],
				comment: ['{0} is a count.'],
			});
}

/** "Fox could not be kept." or "3 results could not be kept."; a sentence with the reason follows. */
export function notKeptText(count: number, label: string): string {
	return count === 1
		? l10n.t({ message: '{0} could not be kept.', args: [label], comment: ['{0} is the name of a task.'] })
		: l10n.t({ message: '{0} results could not be kept.', args: [count], comment: ['{0} is a count.'] });
}

/** "Saved 9 results to Films." @param folder its name */
export function savedAllText(count: number, folder: string): string {
	return count === 1
		? l10n.t({ message: 'Saved 1 result to {0}.', args: [folder], comment: ['{0} is the name of a folder.'] })
		: l10n.t({
				message: 'Saved {0} results to {1}.',
				args: [count, folder],
				comment: ['{0} is a count.', '{1} is the name of a folder.'],
			});
}

/** "2 of 9 results could not be saved."; a sentence with the first reason follows. */
export function notSavedText(failed: number, count: number): string {
	return count === 1
		? l10n.t('The result could not be saved.')
		: l10n.t({
				message: '{0} of {1} results could not be saved.',
				args: [failed, count],
				comment: ['{0} is a count.', '{1} is a count.'],
			});
}

/** "Saving 3 results" or "Saving 3 results, 43 %". @param percent of all of them; undefined: not known */
export function savingText(count: number, percent: number | undefined): string {
	if (percent === undefined) {
		return count === 1 ? l10n.t('Saving 1 result') : l10n.t({ message: 'Saving {0} results', args: [count], comment: ['{0} is a count.'] });
	}
	return count === 1
		? l10n.t({ message: 'Saving 1 result, {0} %', args: [percent], comment: ['{0} is a percentage.'] })
		: l10n.t({ message: 'Saving {0} results, {1} %', args: [count, percent], comment: ['{0} is a count.', '{1} is a percentage.'] });
}

/** Of links that expire within 48 hours. */
export function expiringText(count: number): string {
	return count === 1
		? l10n.t('1 result is not kept, and its link expires within 48 hours.')
		: l10n.t({
				message: '{0} results are not kept, and their links expire within 48 hours.',
				args: [count],
				comment: ['{0} is a count.'],
			});
}
