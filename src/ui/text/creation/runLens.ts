import { l10n } from 'vscode';
import type { Estimate } from '../../../core/estimate';
import { isFinished, type Task } from '../../../core/task';
import type { Creation } from '../../../creation/creation';
import type { Price } from '../../../requests/price';
import { clockText, refusedStateText, taskStateText } from '../requests/editor';
import { runPriceLabel } from '../requests/price';

/** The lens that spends money: `Run ≈ 4.0 units ($0.56 list price)`. @param isAllowed whether it runs without asking */
export function runLensText(price: Price | undefined, count: number, isAllowed: boolean): string {
	const cost = runPriceLabel(price);
	if (price === undefined || price.kind === 'unknown') {
		return count === 1
			? l10n.t('Run (price unknown)')
			: l10n.t({ message: 'Run {0} Takes (price unknown)', args: [count], comment: ['{0} is a number above 1.'] });
	}
	if (isAllowed) {
		return l10n.t({
			message: 'Run Without Asking {0}',
			args: [cost],
			comment: ['A button. {0} is such as “≈ 4.0 units ($0.56 list price)”.'],
		});
	}
	return count === 1
		? l10n.t({ message: 'Run {0}', args: [cost], comment: ['A button. {0} is such as “≈ 4.0 units ($0.56 list price)”.'] })
		: l10n.t({
				message: 'Run {0} Takes {1}',
				args: [count, cost],
				comment: ['A button. {0} is a number above 1, {1} such as “≈ 4.0 units ($0.56 list price)”.'],
			});
}

/** How a Run stands, while its files are read or the person is asked. */
export function preparingText(): string {
	return l10n.t('preparing…');
}

/** How a Run stands; undefined: there is nothing left to say. @param now ms since 1970 */
export function runStateText(
	{ state, reason, nextAt }: Creation,
	task: Task | undefined,
	estimate: Estimate | undefined,
	now: number,
): string | undefined {
	switch (state) {
		case 'planned':
			switch (reason?.kind) {
				case undefined:
					return l10n.t('sending…');
				case 'noKey':
					return l10n.t('not sent: no API key');
				case 'late':
					return l10n.t('not sent: confirm it in the list');
				default:
					return nextAt === undefined || nextAt <= now
						? l10n.t('not sent yet')
						: l10n.t({ message: 'not sent, next try at {0}', args: [clockText(nextAt)], comment: ['{0} is a time such as 12:03:10.'] });
			}
		case 'sending':
			return l10n.t('sending…');
		case 'waiting':
			return nextAt === undefined || nextAt <= now
				? l10n.t('waiting: Kling is busy')
				: l10n.t({
						message: 'waiting: Kling is busy, next try at {0}',
						args: [clockText(nextAt)],
						comment: ['{0} is a time such as 12:03:10.'],
					});
		case 'accepted':
			return task && taskStateText(task, estimate);
		case 'rejected':
			return refusedStateText(reason?.error?.message ?? l10n.t('refused'));
		case 'uncertain':
			return nextAt === undefined || reason?.kind === 'exists'
				? l10n.t('Kling may or may not have it')
				: l10n.t('Kling may or may not have it: searching');
		case 'absent':
			return l10n.t('✗ It did not arrive');
		case 'leftOpen':
			return l10n.t('closed without knowing');
	}
}

/** What a press on the state does. */
export function runStateTooltip({ state, externalId }: Creation, task: Task | undefined): string {
	if (state === 'leftOpen') {
		return externalId === undefined
			? l10n.t('It is not known whether Kling has this request. Enter the ID of its task if you know it.')
			: l10n.t('It is not known whether Kling has this request. Search for its task once more.');
	}
	return task !== undefined && isFinished(task) ? l10n.t('Open the result') : l10n.t('Show it in the list of tasks');
}

/** The same for a dry run that stands beside a Run. */
export function besideRunText(dryRun: string): string {
	return l10n.t({ message: 'dry run: {0}', args: [dryRun], comment: ['{0} is such as “running, about 40 s left”.'] });
}
