import { l10n } from 'vscode';
import { linkExpiry } from '../../core/resultLink';
import type { Task } from '../../core/task';
import type { KeepNotice } from '../keeping/keepFolder';

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
	const nextLeft = left < 2 * dayMs ? Math.floor(left / hourMs) * hourMs : left > 2.5 * dayMs ? 2.5 * dayMs : 2 * dayMs;
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
