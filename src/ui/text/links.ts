import { l10n } from 'vscode';
import { hostOf } from '../../core/origin';
import { linkExpiry } from '../../core/resultLink';
import type { Task } from '../../core/task';
import { timeText } from './times';

/**
 * When the first of a task's result links expires, as a label and a value for the hover and the panel; undefined if that is not known.
 * @param now ms since 1970; without it, the value does not say whether the time is over
 */
export function expiryFact({ results, updatedAt }: Task, now = -Infinity): { readonly label: string; readonly value: string } | undefined {
	const [first] = results.flatMap(({ url }) => linkExpiry(url, updatedAt) ?? []).sort((a, b) => a.at - b.at);
	if (first === undefined) {
		return undefined;
	}
	const time = timeText(first.at);
	return {
		label: results.length === 1 ? l10n.t('Link expires') : l10n.t('Links expire'),
		value:
			first.at <= now
				? l10n.t({ message: '{0} (expired)', args: [time], comment: ['{0} is a date and time.'] })
				: first.exact
					? time
					: l10n.t({ message: '{0} at the latest', args: [time], comment: ['{0} is a date and time.'] }),
	};
}

/** That a result has no link: the task is known by the sidecars of some results only. */
export function noLinkText(): string {
	return l10n.t('The link of this result is not known. Check the task to request it.');
}

/** Why a result's link is neither shown nor opened. */
export function blockedLinkText({ ref }: Pick<Task, 'ref'>): string {
	return l10n.t({
		message: 'The link from {0} was blocked: it is not https or points to a private network.',
		args: [hostOf(ref.origin)],
		comment: ['{0} is a host name.'],
	});
}
