import { l10n } from 'vscode';
import type { Creation, CreationPrice, CreationReason } from '../../../creation/creation';
import { operationKey } from '../../../core/operation';
import type { Task } from '../../../core/task';
import { hostOf } from '../../../core/origin';
import { assertNever } from '../../../core/assertNever';
import { shown } from '../../../core/shown';
import { apiMessage, escapeCodicons } from '../foreignText';
import { operationLabel } from '../operations';
import { dollarText } from '../requests/price';
import { taskFacts } from '../tasks';
import { elapsedText, timeText } from '../times';

/** A fact as a label and a value. */
export interface CreationFact {
	readonly label: string;
	readonly value: string;
}

/** What a creation is called: the name of its task, else its operation and take. */
export function creationLabel({ subject, operation, take }: Pick<Creation, 'subject' | 'operation' | 'take'>): string {
	return escapeCodicons(
		subject.name ??
			l10n.t({
				message: '{0}, take {1}',
				args: [operationLabel(operation), take],
				comment: ['{0} is the name of a request, {1} a number: a take is one of several tasks with the same request.'],
			}),
	);
}

/**
 * How a creation stands, in the few words that fit into a row; the most important first, because a narrow row cuts off the end.
 * @param now ms since 1970
 * @param form `short` where the icon says that it waits
 */
export function creationStateText(creation: Creation, now: number, form: 'whole' | 'short' = 'whole'): string {
	const { state, reason, nextAt } = creation;
	switch (state) {
		case 'planned':
			return plannedText(reason, nextAt, now, form);
		case 'sending':
			return l10n.t('sending');
		case 'waiting':
			return withNextTry(form === 'short' ? l10n.t('busy') : l10n.t('waiting: Kling is busy'), nextAt, now);
		case 'uncertain':
			return reason?.kind === 'exists'
				? l10n.t('Kling has a task with this ID')
				: nextAt === undefined
					? l10n.t('Kling may or may not have it')
					: l10n.t('Kling may or may not have it: searching');
		case 'absent':
			return l10n.t('did not arrive');
		case 'rejected':
			return reason?.error === undefined ? l10n.t('rejected') : apiMessage(reason.error.message);
		case 'accepted':
			return l10n.t('accepted');
		case 'leftOpen':
			return l10n.t('closed without knowing');
		default:
			return assertNever(state);
	}
}

function plannedText(reason: CreationReason | undefined, nextAt: number | undefined, now: number, form: 'whole' | 'short'): string {
	const notSent = form === 'short' ? l10n.t('not sent') : undefined;
	switch (reason?.kind) {
		case 'late':
			return l10n.t('not sent: confirm it once more');
		case 'noKey':
			return l10n.t('needs API key');
		case 'notSent':
			return withNextTry(notSent ?? l10n.t('not sent: cannot connect'), nextAt, now);
		case 'disk':
			return withNextTry(notSent ?? l10n.t('not sent: the disk failed'), nextAt, now);
		default:
			return l10n.t('waiting to be sent');
	}
}

function withNextTry(text: string, nextAt: number | undefined, now: number): string {
	if (nextAt === undefined) {
		return text;
	}
	return nextAt - now < 5000
		? l10n.t({
				message: '{0}, next try in a few seconds',
				args: [text],
				comment: ['{0} says why something is not sent yet, such as “waiting: Kling is busy”.'],
			})
		: l10n.t({
				message: '{0}, next try in {1}',
				args: [text, elapsedText(nextAt - now)],
				comment: ['{0} says why something is not sent yet, such as “waiting: Kling is busy”.', '{1} is a duration such as “20 s”.'],
			});
}

/** When `creationStateText` may differ next by time alone, ms since 1970; undefined: never. */
export function creationTextChangesAt({ state, nextAt }: Creation, now: number): number | undefined {
	return (state === 'planned' || state === 'waiting') && nextAt !== undefined && nextAt > now ? now : undefined;
}

/** The name of the request file, without its path; undefined for a document that was never saved. */
export function requestFileName({ source }: Pick<Creation, 'source'>): string | undefined {
	if (source.uri === undefined) {
		return undefined;
	}
	const name = source.uri.replace(/[?#].*$/s, '').replace(/^.*\//s, '');
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}

/** "4 units ($0.56 list price)". */
export function creationPriceText({ units, dollars }: CreationPrice): string {
	const count = String(Number(units.toFixed(4)));
	return l10n.t({
		message: '{0} units (${1} list price)',
		args: [count, dollarText(dollars)],
		comment: ['{0} is a number of billing units of Kling, {1} an amount of US dollars.'],
	});
}

/** What was requested, by which file and at what price: of a creation, and of the task that it made. */
export function requestFacts(creation: Creation): readonly CreationFact[] {
	const { subject, estimate, cost, take } = creation;
	return facts([
		[l10n.t('Prompt'), subject.prompt],
		[l10n.t('Model'), subject.model],
		[l10n.t('Mode'), subject.mode],
		[l10n.t('Length'), subject.seconds === undefined ? undefined : l10n.t('{0} s', subject.seconds)],
		[l10n.t('Estimate'), estimate === undefined ? l10n.t('price unknown') : creationPriceText(estimate)],
		[l10n.t('Cost'), cost === undefined ? undefined : creationPriceText(cost)],
		[l10n.t('Request file'), requestFileName(creation) ?? l10n.t('a document that was never saved')],
		[l10n.t('Take'), String(take)],
	]);
}

/** Every fact of a task, for its hover and the panel: with what made it, if that was here. Its cost is named once. */
export function factsOfTask(task: Task, creation: Creation | undefined): readonly CreationFact[] {
	if (creation === undefined) {
		return taskFacts(task);
	}
	return [...requestFacts(creation), ...taskFacts(creation.cost === undefined ? task : { ...task, unitsDeducted: '' })];
}

/** Every fact of a creation, for its hover. Times are absolute. */
export function creationFacts(creation: Creation): readonly CreationFact[] {
	const { operation, plannedAt, sentAt, attempts, externalId } = creation;
	return [
		...requestFacts(creation),
		...facts([
			[l10n.t('Operation'), `${operationLabel(operation)} (${operationKey(operation)})`],
			[l10n.t('External ID'), externalId],
			[l10n.t('API'), hostOf(operation.origin)],
			[l10n.t('Confirmed'), timeText(plannedAt)],
			[l10n.t('Sent'), sentAt === undefined ? undefined : timeText(sentAt)],
			[l10n.t('Attempts'), attempts > 1 ? String(attempts) : undefined],
		]),
	];
}

function facts(entries: readonly (readonly [string, string | undefined])[]): readonly CreationFact[] {
	return entries.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value: shown(value) }]));
}
