import { l10n } from 'vscode';
import { unsettledStates, type Creation } from '../../../creation/creation';
import { operationKey } from '../../../core/operation';
import { hostOf } from '../../../core/origin';
import { shown } from '../../../core/shown';
import { operationLabel } from '../operations';
import { timeText } from '../times';
import { creationLabel, creationPriceText } from './rows';

/** A question before money may be spent. */
export interface Question {
	readonly message: string;
	/** Lines below it. */
	readonly detail: string;
	readonly button: string;
}

/** **Send Again**: of one that may exist, or did not arrive. */
export function sendAgainQuestion(creation: Creation): Question {
	const label = creationLabel(creation);
	const isAbsent = creation.state === 'absent';
	return {
		message: isAbsent
			? l10n.t({ message: '{0} did not arrive. Send it again?', args: [label], comment: ['{0} is the name of a request.'] })
			: l10n.t({ message: 'Send {0} again? It may be paid twice.', args: [label], comment: ['{0} is the name of a request.'] }),
		detail: [
			isAbsent
				? l10n.t('Kling finds tasks by their external ID and does not have this one.')
				: l10n.t('Kling may have the task already. If it has, sending the request again may create and charge a second one.'),
			creation.externalId === undefined
				? l10n.t('This operation has no external ID by which Kling could recognise the request.')
				: l10n.t({
						message: 'It is sent with the same external ID ({0}), by which Kling can recognise it.',
						args: [creation.externalId],
						comment: ['{0} is an ID.'],
					}),
			...requestLines(creation),
		].join('\n'),
		button: l10n.t('Send Again'),
	};
}

/** **Send…**: of one that was confirmed and not sent. */
export function sendQuestion(creation: Creation): Question {
	return {
		message: l10n.t({ message: 'Send {0} now?', args: [creationLabel(creation)], comment: ['{0} is the name of a request.'] }),
		detail: [
			l10n.t({
				message: 'You confirmed it at {0}, but it was not sent then. Nothing was charged so far.',
				args: [timeText(creation.plannedAt)],
				comment: ['{0} is a date and a time.'],
			}),
			...requestLines(creation),
		].join('\n'),
		button: l10n.t('Send'),
	};
}

/** What is sent, to which API and at what price, line by line. */
function requestLines({ operation, subject, estimate }: Creation): readonly string[] {
	return [
		'',
		l10n.t({ message: 'API: {0}', args: [hostOf(operation.origin)], comment: ['{0} is a host name.'] }),
		l10n.t({
			message: 'Operation: {0}',
			args: [`${operationLabel(operation)} (${operationKey(operation)})`],
			comment: ['{0} is an operation.'],
		}),
		...(subject.model === undefined
			? []
			: [l10n.t({ message: 'Model: {0}', args: [subject.model], comment: ['{0} is the name of a model.'] })]),
		estimate === undefined
			? l10n.t('Price: unknown')
			: l10n.t({
					message: 'Price: ≈ {0}',
					args: [creationPriceText(estimate)],
					comment: ['{0} is a price such as “4 units ($0.56 list price)”.'],
				}),
	];
}

/** A task has another external ID than the creation it is said to be of. */
export function otherTaskQuestion(creation: Creation, taskId: string, found: string, expected: string): Question {
	return {
		message: l10n.t({
			message: 'Task {0} has another external ID than {1}. Track it as the task of this request?',
			args: [taskId, creationLabel(creation)],
			comment: ['{0} is the ID of a task, {1} the name of a request.'],
		}),
		detail: l10n.t({
			message:
				'The request was sent with the external ID {0}, the task has {1}. If it is another task, yours may still exist at Kling, and nothing will search for it any more.',
			args: [expected, shown(found)],
			comment: ['{0} and {1} are IDs.'],
		}),
		button: l10n.t('Track It Anyway'),
	};
}

/** The most names that the dialog before Delete All Data lists. */
const mostNames = 8;

/** What Delete All Data would lose sight of: creations that may have been charged, and those that are not sent yet. Undefined: none. */
export function unsettledText(creations: readonly Creation[]): string | undefined {
	const unsettled = creations.filter(({ state }) => unsettledStates.has(state));
	const charged = unsettled.filter(({ state, sentAt }) => state === 'sending' || state === 'uncertain' || sentAt !== undefined);
	const unsent = unsettled.filter((creation) => !charged.includes(creation));
	const parts = [
		charged.length === 0
			? undefined
			: l10n.t({
					message: 'These requests may have been charged, and their tasks are not known yet:\n{0}',
					args: [names(charged)],
					comment: ['{0} lists names, one a line.'],
				}),
		unsent.length === 0
			? undefined
			: l10n.t({
					message: 'These requests will not be sent:\n{0}',
					args: [names(unsent)],
					comment: ['{0} lists names, one a line.'],
				}),
	].filter((part) => part !== undefined);
	return parts.length === 0 ? undefined : parts.join('\n\n');
}

function names(creations: readonly Creation[]): string {
	const more = creations.length - mostNames;
	return [
		...creations.slice(0, mostNames).map((creation) => `• ${creationLabel(creation)}`),
		...(more > 0 ? [more === 1 ? l10n.t('and 1 more') : l10n.t('and {0} more', more)] : []),
	].join('\n');
}
