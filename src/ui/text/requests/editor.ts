import { env, l10n } from 'vscode';
import { isFinished, type Task } from '../../../core/task';
import type { Estimate } from '../../../core/estimate';
import { apiMessage } from '../foreignText';
import { estimateText } from '../times';
import { priceExplanation, priceLabel } from './price';
import type { Price } from '../../../requests/price';

/** The tooltip of a link on a path. */
export function fileLinkTooltip(): string {
	return l10n.t('Open file');
}

/** What `run.take` stands for. */
export function takesText(count: number): string {
	return count === 1
		? l10n.t('1, the number of the only take. “repeat” makes several.')
		: l10n.t({
				message: 'The number of the take: 1 to {0}.',
				args: [count],
				comment: ['A take is one of several tasks with the same request.'],
			});
}

/** What one of several tasks of a request is called. `take` from 1 on. */
export function takeName(name: string, take: number): string {
	return l10n.t({
		message: '{0}, take {1}',
		args: [name, take],
		comment: ['{0} is the name of a request, {1} a number: a take is one of several tasks with the same request.'],
	});
}

/** Where that price is from. */
export function priceSourceText(price: Price | undefined): string {
	return price === undefined ? l10n.t('The price is known once the errors are fixed.') : priceExplanation(price);
}

/** The price in a preview. */
export function priceText(price: Price | undefined): string {
	return price === undefined || price.kind === 'unknown'
		? priceSourceText(price)
		: l10n.t({
				message: 'Price: {0}. {1}',
				args: [priceLabel(price), priceExplanation(price)],
				comment: ['{0} is such as “≈ 4.5 units ($0.63)”, {1} says in sentences where the figure is from.'],
			});
}

/** How the task of a run or a dry run stands, for a lens: "running, about 40 s left", "✓ 12:03 · Open", "✗ Prompt rejected". */
export function taskStateText(task: Task, estimate: Estimate | undefined): string {
	if (!isFinished(task)) {
		return estimate === undefined
			? l10n.t('running')
			: l10n.t({ message: 'running, {0}', args: [estimateText(estimate)], comment: ['{0} is such as “about 40 s left”.'] });
	}
	if (task.status === 'failed') {
		return refusedStateText(task.message ?? l10n.t('failed'));
	}
	return l10n.t({ message: '✓ {0} · Open', args: [minuteText(task.finishedAt)], comment: ['{0} is a time such as 12:03.'] });
}

/** A lens has one line. */
const longestReason = 120;

/** The lens of a dry run that was refused. */
export function refusedStateText(reason: string): string {
	const line = apiMessage(reason).replace(/\s+/g, ' ');
	return `✗ ${line.length > longestReason ? `${line.slice(0, longestReason - 1)}…` : line}`;
}

let minuteFormat: Intl.DateTimeFormat | undefined;
let clockFormat: Intl.DateTimeFormat | undefined;

/** "12:03", in the format of the editor's language. */
function minuteText(ms: number): string {
	minuteFormat ??= new Intl.DateTimeFormat(env.language, { timeStyle: 'short' });
	return minuteFormat.format(ms);
}

/** "12:03:10", in the format of the editor's language. */
export function clockText(ms: number): string {
	clockFormat ??= new Intl.DateTimeFormat(env.language, { timeStyle: 'medium' });
	return clockFormat.format(ms);
}

/** "Line 5: …". `line` from 1 on. */
export function lineText(line: number, problem: string): string {
	return l10n.t({ message: 'Line {0}: {1}', args: [line, problem], comment: ['{1} says in a sentence what is wrong in that line.'] });
}

/** Why a request cannot be run: its first error. `line` from 1 on. */
export function firstErrorText(name: string, line: number, problem: string): string {
	return l10n.t({
		message: '{0}, line {1}: {2}',
		args: [name, line, problem],
		comment: ['{0} is a file name, {2} says in a sentence what is wrong in that line.'],
	});
}

/** Why some of several requests were not run. */
export function notRunText(failed: number, count: number, reason: string): string {
	return l10n.t({
		message: '{0} of {1} requests were not run. {2}',
		args: [failed, count, reason],
		comment: ['{0} and {1} are numbers, {2} says in a sentence why the first of them was not run.'],
	});
}

/** Why the files of a request cannot be sent. */
export function notSentText(name: string, reason: string): string {
	return l10n.t({
		message: '{0}: {1}',
		args: [name, reason],
		comment: ['{0} is the file name of a request, {1} a sentence that says why it cannot be sent.'],
	});
}

/** Not every file that a request names was read (see `factsOf`), so that it cannot be sent. */
export function notAllReadText(): string {
	return l10n.t('Not every file of this request was read: it names more than 100 files, or more than 100 MB. Name fewer or smaller ones.');
}

/** Only operations of the catalogue can be tried. */
export function notOnOfflineKlingText(name: string, operation: string): string {
	return l10n.t({
		message:
			'{0}: the offline Kling does not have “{1}”, so it cannot say whether the real one would take this request. Preview it instead.',
		args: [name, operation],
		comment: ['{0} is a file name, {1} an operation such as “videos/identify-face”.'],
	});
}

/** The offline Kling refused a request. */
export function refusedText(name: string, code: number, message: string): string {
	return l10n.t({
		message: '{0} was refused: {1} (code {2}). The offline Kling checks a request as the real one does.',
		args: [name, apiMessage(message), code],
		comment: ['{0} is a file name, {1} the error message of the API.'],
	});
}
