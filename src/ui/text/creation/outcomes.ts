import { l10n } from 'vscode';
import type { Creation, CreationReason } from '../../../creation/creation';
import { hostOf } from '../../../core/origin';
import type { ApiError } from '../../../core/problem';
import { apiMessage } from '../foreignText';
import { causeAdvice, failureRemedy } from '../failures';
import { causeText } from '../problems';
import { sentences } from '../sentences';
import { timeText } from '../times';

/** Why a creation is where it is and what happens next, in whole sentences, for its hover, messages and dialogs. */
export function creationText(creation: Creation): string {
	return sentences(reasonText(creation), chargeText(creation), nextText(creation));
}

/** Why a creation is where it is. */
function reasonText({ reason, operation: { origin }, plannedAt }: Creation): string | undefined {
	return reason === undefined ? undefined : reasonTexts[reason.kind](reason, { host: hostOf(origin), origin, plannedAt });
}

interface ReasonFacts {
	readonly host: string;
	readonly origin: string;
	readonly plannedAt: number;
}

const reasonTexts: Readonly<Record<CreationReason['kind'], (reason: CreationReason, facts: ReasonFacts) => string>> = {
	notSent: ({ error }, { origin }) => sentences(l10n.t('Nothing was sent.'), refusalText(error, origin)),
	busy: () => l10n.t('Kling has no free slot for another task of this account. Nothing was created so far.'),
	rejected: ({ error }, { origin, host }) =>
		refusalText(error, origin) ?? l10n.t({ message: '{0} rejected the request.', args: [host], comment: ['{0} is a host name.'] }),
	exists: ({ otherTaskId }) =>
		otherTaskId === undefined
			? l10n.t('Kling already has a task with the external ID of this request, but did not show which.')
			: l10n.t({
					message: 'Kling already has a task with the external ID of this request: {0}. It may be another one than yours.',
					args: [otherTaskId],
					comment: ['{0} is the ID of a task.'],
				}),
	lost: ({ error }) =>
		error === undefined
			? l10n.t('The request was sent, but the response was lost.')
			: l10n.t({
					message: 'The request was sent, but the response was lost ({0}).',
					args: [error.code ?? withoutStop(error.message)],
					comment: ['{0} is an error code such as ECONNRESET.'],
				}),
	unreadable: ({ error }) =>
		error === undefined
			? l10n.t('The request was sent, but the response says neither yes nor no.')
			: l10n.t({
					message: 'The request was sent, but the response says neither yes nor no: {0}.',
					args: [withoutStop(error.message)],
					comment: ['{0} is the error message of the API.'],
				}),
	windowGone: () => l10n.t('The window was closed while it was sending the request.'),
	recovered: () => l10n.t('The task list was recovered from a copy. What became of this request after that copy was made is not known.'),
	late: (_, { plannedAt }) =>
		l10n.t({
			message: 'It was confirmed at {0}, but no window was open to send it.',
			args: [timeText(plannedAt)],
			comment: ['{0} is a date and a time.'],
		}),
	disk: ({ message }) =>
		message === undefined
			? l10n.t('Nothing was sent, because the journal or a copy of a file could not be written or read.')
			: l10n.t({
					message: 'Nothing was sent, because the journal or a copy of a file could not be written or read: {0}.',
					args: [withoutStop(message)],
					comment: ['{0} is the error message of the operating system.'],
				}),
	noKey: (_, { host }) => l10n.t({ message: 'No API key is set for {0}.', args: [host], comment: ['{0} is a host name.'] }),
};

/** Why an API refused a create, in one sentence. */
function refusalText(error: ApiError | undefined, origin: string): string | undefined {
	if (error === undefined) {
		return undefined;
	}
	// The sentence for a query speaks of a task.
	return error.kind === 'notFound'
		? l10n.t({ message: 'Request rejected: {0}.', args: [withoutStop(error.message)], comment: ['{0} is the error message of the API.'] })
		: causeText(error, origin);
}

function withoutStop(text: string): string {
	return apiMessage(text).replace(/[.。\s]+$/u, '');
}

/** What is known of the charge; undefined where that goes without saying. */
function chargeText({ state, reason }: Creation): string | undefined {
	return state === 'rejected' && reason?.isFree === true ? l10n.t('Nothing was charged.') : undefined;
}

/** What happens next, or what a person can do. */
function nextText({ state, reason, nextAt, externalId }: Creation): string | undefined {
	switch (state) {
		case 'planned':
			switch (reason?.kind) {
				case 'late':
					return l10n.t('It is sent only if you confirm it once more.');
				case 'noKey':
					return l10n.t('It is sent when you set a key. You can cancel it.');
				case 'notSent':
				case 'disk':
					return nextAt === undefined
						? l10n.t('It is not tried again automatically. Send it when the cause is removed, or cancel it.')
						: l10n.t('It is tried again automatically. You can cancel it.');
				default:
					return l10n.t('It is sent within seconds.');
			}
		case 'sending':
			return l10n.t('It is being sent. That cannot be cancelled; its task is tracked as soon as Kling responds.');
		case 'waiting':
			return l10n.t('It is tried again automatically until Kling accepts it. You can cancel it.');
		case 'uncertain':
			if (reason?.kind === 'exists') {
				return l10n.t('Track that task if it is yours, or run the request again as a new take.');
			}
			return nextAt !== undefined
				? l10n.t(
						'Kling may have the task, and may have charged for it. The extension is searching for it, and sends nothing again by itself.',
					)
				: externalId === undefined
					? l10n.t(
							'Kling may have the task, and may have charged for it. This operation has no external ID by which it could be found. Enter the ID of the task if you know it, or send the request again, which may be paid twice.',
						)
					: l10n.t(
							'Kling may have the task, and may have charged for it. It was not found by its external ID. Enter the ID of the task if you know it, or send the request again, which may be paid twice.',
						);
		case 'absent':
			return l10n.t('Kling finds tasks by their external ID and does not have this one: it did not arrive. You can send it again.');
		case 'rejected':
			return rejectedAdvice(reason);
		case 'accepted':
			return undefined;
		case 'leftOpen':
			return l10n.t(
				'It was closed without knowing whether Kling has the task. If a task with its external ID is found later, it is tracked.',
			);
	}
}

/** What to change after the API refused a create. */
function rejectedAdvice(reason: CreationReason | undefined): string {
	const message = reason?.error?.message;
	switch (reason?.error?.kind) {
		case 'auth':
			return l10n.t('Set another API key, then run the request again.');
		case 'quota':
			return l10n.t('Add credit in the API console, then run the request again.');
		case 'forbidden':
			return l10n.t('Change the key’s permissions in the API console, then run the request again.');
		case 'notFound':
			return l10n.t('Check the operation and the model of the request: this API may not offer them.');
		case 'policy':
			return causeAdvice.policy();
		default:
			return failureRemedy(message) ?? l10n.t('Correct the request, then run it again.');
	}
}

/** One message about a creation that settled badly: "Fox, take 2 was rejected: …". */
export function settledText(creation: Creation, label: string): string {
	return sentences(headline(creation.state, label), creationText(creation));
}

function headline(state: Creation['state'], label: string): string {
	switch (state) {
		case 'rejected':
			return l10n.t({ message: '{0} was not created.', args: [label], comment: ['{0} is the name of a request.'] });
		case 'absent':
			return l10n.t({ message: '{0} did not arrive at Kling.', args: [label], comment: ['{0} is the name of a request.'] });
		case 'planned':
			return l10n.t({ message: '{0} was not sent.', args: [label], comment: ['{0} is the name of a request.'] });
		default:
			return l10n.t({ message: 'Kling may or may not have {0}.', args: [label], comment: ['{0} is the name of a request.'] });
	}
}
