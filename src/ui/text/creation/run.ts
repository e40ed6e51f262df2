import { env, l10n } from 'vscode';
import type { CopyProblem } from '../../../creation/ports/mediaCopies';
import { hostOf } from '../../../core/origin';
import { operationKey } from '../../../core/operation';
import { shown } from '../../../core/shown';
import { operationLabel } from '../operations';
import { dollarText, priceExplanation, runPriceLabel } from '../requests/price';
import { sizeText } from '../requests/facts';
import { sentences } from '../sentences';
import type { PreparedRun, ReadFile } from '../../creation/preparedRun';

/** What is left to spend. */
export interface LimitFacts {
	/** US dollars within 24 hours. */
	readonly limit: number;
	/** Of them, reserved or charged already. */
	readonly spent: number;
}

/** Longer texts of a request are cut in the middle in a dialog: its buttons must stay on the screen. */
const longest = { name: 60, word: 40, path: 40, host: 60 } as const;
/** More lines than that are counted, not listed. */
const mostListed = { files: 6, requests: 10 } as const;

/** Foreign text on one line of a dialog. */
function brief(text: string, most: number): string {
	const line = shown(text).replace(/\s+/g, ' ').trim().replaceAll('](', ']\u200B(');
	const half = Math.floor((most - 1) / 2);
	return line.length <= most ? line : `${line.slice(0, half)}…${line.slice(-half)}`;
}

/** The question before money is spent. */
export function runQuestion({ name, terms: { count, price } }: PreparedRun): string {
	const file = brief(name, longest.name);
	if (price.kind === 'unknown') {
		return count === 1
			? l10n.t({ message: 'Run “{0}”? What it costs is unknown.', args: [file], comment: ['{0} is a file name.'] })
			: l10n.t({
					message: 'Run {0} takes of “{1}”? What they cost is unknown.',
					args: [count, file],
					comment: ['{0} is a number above 1, {1} a file name.'],
				});
	}
	return count === 1
		? l10n.t({
				message: 'Run “{0}” for {1}?',
				args: [file, runPriceLabel(price)],
				comment: ['{0} is a file name, {1} such as “≈ 4.0 units ($0.56 list price)”.'],
			})
		: l10n.t({
				message: 'Run {0} takes of “{1}” for {2}?',
				args: [count, file, runPriceLabel(price)],
				comment: ['{0} is a number above 1, {1} a file name, {2} such as “≈ 4.0 units ($0.56 list price)”.'],
			});
}

/** What a Run does, below the question. @param limit undefined: none is set @param now ms since 1970 */
export function runDetail(run: PreparedRun, limit: LimitFacts | undefined, now: number): string {
	const { operation, terms, files, existing, mayBeCharged } = run;
	const lines = [
		apiLine(operation.origin),
		operationLine(run),
		modelLine(run),
		takesLine(run),
		files.length === 0 ? undefined : filesLine(files),
		terms.callbackHost === undefined ? undefined : callbackLine([terms.callbackHost]),
	];
	const paragraphs = [
		lines.filter((line) => line !== undefined).join('\n'),
		priceExplanation(terms.price),
		limit === undefined ? undefined : limitSentence(limit, terms.price.kind !== 'known'),
		mayBeCharged
			? l10n.t('Kling may already have a task of an earlier run of this request, and may have charged for it. This run is one more task.')
			: undefined,
		existing?.status === 'succeeded'
			? l10n.t({
					message: 'The same request was run before, and its result of {0} is still there.',
					args: [momentText(existing.finishedAt, now)],
					comment: ['{0} is a time such as 12:03.'],
				})
			: undefined,
	];
	return paragraphs.filter((paragraph) => paragraph !== undefined).join('\n\n');
}

/** The question before several requests are run. */
export function runAllQuestion(runs: readonly PreparedRun[]): string {
	const tasks = runs.reduce((sum, { terms }) => sum + terms.count, 0);
	const { dollars, unknown } = totalOf(runs);
	const files = runs.length;
	if (unknown === files) {
		return l10n.t({
			message: 'Run {0} requests, {1} tasks in all? What they cost is unknown.',
			args: [files, tasks],
			comment: ['{0} and {1} are numbers above 1.'],
		});
	}
	if (unknown === 0) {
		return l10n.t({
			message: 'Run {0} requests, {1} tasks in all, for ≈ ${2} list price?',
			args: [files, tasks, dollarText(dollars)],
			comment: ['{0} and {1} are numbers above 1, {2} is an amount of US dollars.'],
		});
	}
	return unknown === 1
		? l10n.t({
				message: 'Run {0} requests, {1} tasks in all, for ≈ ${2} list price and one unknown price?',
				args: [files, tasks, dollarText(dollars)],
				comment: ['{0} and {1} are numbers above 1, {2} is an amount of US dollars.'],
			})
		: l10n.t({
				message: 'Run {0} requests, {1} tasks in all, for ≈ ${2} list price and {3} unknown prices?',
				args: [files, tasks, dollarText(dollars), unknown],
				comment: ['{0}, {1} and {3} are numbers above 1, {2} is an amount of US dollars.'],
			});
}

/** What several requests do, below the question. @param left how many were chosen too and cannot be run */
export function runAllDetail(runs: readonly PreparedRun[], limit: LimitFacts | undefined, left: number): string {
	const [first] = runs;
	const files = [...new Map(runs.flatMap((run) => run.files).map((file) => [file.path, file])).values()];
	const callbacks = [...new Set(runs.flatMap(({ terms }) => terms.callbackHost ?? []))];
	const existing = runs.filter((run) => run.existing !== undefined).length;
	const charged = runs.filter(({ mayBeCharged }) => mayBeCharged).map(({ name }) => brief(name, longest.name));
	const requests = runs.slice(0, mostListed.requests).map(requestLine);
	const paragraphs = [
		first === undefined ? undefined : apiLine(first.operation.origin),
		[...requests, ...moreLine(runs.length - requests.length)].join('\n'),
		[files.length === 0 ? [] : [filesLine(files)], callbacks.length === 0 ? [] : [callbackLine(callbacks)]].flat().join('\n') || undefined,
		l10n.t('The prices are estimates. The gateway may charge otherwise.'),
		limit === undefined
			? undefined
			: limitSentence(
					limit,
					runs.some(({ terms }) => terms.price.kind !== 'known'),
				),
		charged.length === 0
			? undefined
			: l10n.t({
					message: 'Kling may already have tasks of earlier runs, and may have charged for them: {0}',
					args: [charged.slice(0, mostListed.requests).join(', ')],
					comment: ['{0} lists file names.'],
				}),
		existing === 0
			? undefined
			: existing === 1
				? l10n.t('One of them was run before, and its result is still there.')
				: l10n.t({
						message: '{0} of them were run before, and their results are still there.',
						args: [existing],
						comment: ['{0} is a number above 1.'],
					}),
		left === 0
			? undefined
			: left === 1
				? l10n.t('One more request was chosen, but has errors and is not run.')
				: l10n.t({
						message: '{0} more requests were chosen, but have errors and are not run.',
						args: [left],
						comment: ['{0} is a number above 1.'],
					}),
	];
	return paragraphs.filter((paragraph) => paragraph !== undefined).join('\n\n');
}

/** The known prices together, US dollars, and how many are not known. */
function totalOf(runs: readonly PreparedRun[]): { readonly dollars: number; readonly unknown: number } {
	const known = runs.flatMap(({ terms: { price } }) => (price.kind === 'known' ? [price.dollars] : []));
	return { dollars: known.reduce((sum, dollars) => sum + dollars, 0), unknown: runs.length - known.length };
}

function apiLine(origin: string): string {
	return l10n.t({ message: 'API: {0}', args: [brief(hostOf(origin), longest.host)], comment: ['{0} is a host name.'] });
}

function operationLine({ operation }: PreparedRun): string {
	const key = operationKey(operation);
	const label = operationLabel(operation);
	return label === key
		? l10n.t({
				message: 'Operation: {0}, of which nothing is known',
				args: [brief(key, longest.host)],
				comment: ['{0} is such as videos/new.'],
			})
		: l10n.t({
				message: 'Operation: {0} ({1})',
				args: [label, key],
				comment: ['{0} is such as “Text to Video”, {1} such as videos/text2video.'],
			});
}

function modelLine({ model, mode, duration }: PreparedRun): string | undefined {
	const seconds = duration === undefined ? undefined : l10n.t('{0} s', brief(duration, longest.word));
	const settings = [mode === undefined ? undefined : brief(mode, longest.word), seconds].filter((word) => word !== undefined).join(', ');
	if (model === undefined) {
		return settings === '' ? undefined : l10n.t({ message: 'Settings: {0}', args: [settings], comment: ['{0} is such as “pro, 5 s”.'] });
	}
	const name = brief(model, longest.word);
	return settings === ''
		? l10n.t({ message: 'Model: {0}', args: [name], comment: ['{0} is the name of a model.'] })
		: l10n.t({
				message: 'Model: {0}, {1}',
				args: [name, settings],
				comment: ['{0} is the name of a model, {1} such as “pro, 5 s”.'],
			});
}

function takesLine({ terms: { count }, firstTake }: PreparedRun): string {
	return count === 1
		? l10n.t({
				message: 'Take: {0}',
				args: [firstTake],
				comment: ['A take is one of several tasks with the same request. {0} is its number, from 1 on.'],
			})
		: l10n.t({
				message: 'Takes: {0} (numbers {1} to {2})',
				args: [count, firstTake, firstTake + count - 1],
				comment: ['A take is one of several tasks with the same request. {0}, {1} and {2} are numbers.'],
			});
}

function filesLine(files: readonly ReadFile[]): string {
	const listed = files
		.slice(0, mostListed.files)
		.map(({ path, size }) => `${brief(path, longest.path)} (${sizeText(size)})`)
		.join(', ');
	const left = files.length - mostListed.files;
	return left > 0
		? l10n.t({
				message: 'Files that are read: {0} and {1} more',
				args: [listed, left],
				comment: ['{0} is a list of paths, {1} a number.'],
			})
		: l10n.t({ message: 'Files that are read: {0}', args: [listed], comment: ['{0} is a list of paths.'] });
}

function callbackLine(hosts: readonly string[]): string {
	return l10n.t({
		message: 'Callback: {0} also gets every status, with the links of the results',
		args: [hosts.map((host) => brief(host, longest.host)).join(', ')],
		comment: ['{0} is a host name.'],
	});
}

function requestLine({ name, operation, terms: { count, price } }: PreparedRun): string {
	const [file, label, cost] = [brief(name, longest.name), operationLabel(operation), runPriceLabel(price)];
	return count === 1
		? l10n.t({
				message: '{0}: {1}, {2}',
				args: [file, label, cost],
				comment: ['{0} is a file name, {1} such as “Text to Video”, {2} such as “≈ 4.0 units ($0.56 list price)”.'],
			})
		: l10n.t({
				message: '{0}: {1}, {2} takes, {3}',
				args: [file, label, count, cost],
				comment: ['{0} is a file name, {1} such as “Text to Video”, {2} a number, {3} such as “≈ 4.0 units ($0.56 list price)”.'],
			});
}

function moreLine(count: number): readonly string[] {
	return count <= 0 ? [] : [l10n.t({ message: 'and {0} more', args: [count], comment: ['{0} is a number of requests.'] })];
}

function limitSentence({ limit, spent }: LimitFacts, isPartlyUnknown: boolean): string {
	return sentences(
		l10n.t({
			message: 'Of your daily limit of ${0}, ${1} is left.',
			args: [dollarText(limit), dollarText(Math.max(0, limit - spent))],
			comment: ['{0} and {1} are amounts of US dollars.'],
		}),
		isPartlyUnknown ? l10n.t('A price that is not known is not counted in it.') : undefined,
	);
}

/** The button that opens what the same request has made, instead of paying again. @param now ms since 1970 */
export function existingButton(finishedAt: number, now: number): string {
	return l10n.t({
		message: 'Use the Result of {0}',
		args: [momentText(finishedAt, now)],
		comment: ['A button. {0} is a time such as 12:03.'],
	});
}

/** The button that lets this lens run this request without asking. */
export function allowButton(): string {
	return l10n.t('Run Without Asking Until Reload');
}

let clockFormat: Intl.DateTimeFormat | undefined;
let momentFormat: Intl.DateTimeFormat | undefined;

/** "12:03", with the day if it is another one. */
function momentText(ms: number, now: number): string {
	clockFormat ??= new Intl.DateTimeFormat(env.language, { timeStyle: 'short' });
	momentFormat ??= new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'short' });
	return (new Date(ms).toDateString() === new Date(now).toDateString() ? clockFormat : momentFormat).format(ms);
}

/** Why nothing was sent: the daily limit. `wanted` US dollars. */
export function limitText({ limit, spent }: LimitFacts, wanted: number): string {
	return l10n.t({
		message:
			'This would cost ≈ ${0}, and of your daily limit of ${1} only ${2} is left. Nothing was sent. Wait, or raise the limit in the settings.',
		args: [dollarText(wanted), dollarText(limit), dollarText(Math.max(0, limit - spent))],
		comment: ['{0}, {1} and {2} are amounts of US dollars.'],
	});
}

/** Why nothing was sent: the journal has this ID already. */
export function externalIdTakenText(name: string, externalId: string): string {
	return l10n.t({
		message: '{0}: a request with the external_task_id “{1}” was run before, and an ID is used once. Nothing was sent. Write another one.',
		args: [name, brief(externalId, longest.host)],
		comment: ['{0} is a file name, {1} an ID.'],
	});
}

/** Why a copy of a file could not be kept. */
export function copyProblemText(problem: CopyProblem): string {
	return problem.kind === 'full'
		? l10n.t({
				message:
					'Its files cannot be copied for sending: requests that are not sent yet have {0} of files already, which is the most. Let them be sent, or cancel them.',
				args: [sizeText(problem.most)],
				comment: ['{0} is a size such as 500 MB.'],
			})
		: l10n.t({
				message: 'Its files cannot be copied for sending: {0}. Nothing was sent. Free some space on the disk, and try again.',
				args: [shown(problem.message)],
				comment: ['{0} is an error message of the operating system.'],
			});
}
