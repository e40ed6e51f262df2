import { l10n } from 'vscode';
import { hostOf } from '../../core/origin';
import { fixableCause, type Problem } from '../../core/problem';
import { problemTraits, type Remedy } from '../../core/problemTraits';
import { mayBeTooFresh, needsPerson, remedyOf } from '../../core/remedy';
import { assertNever } from '../../core/assertNever';
import type { Pause } from '../../tracking/originKeys';
import { escapeCodicons, apiMessage } from './foreignText';
import { sentences } from './sentences';

/** The cause of a failed check, and whether the task is checked again, in whole sentences. */
export function problemText(problem: Problem, origin: string): string {
	return sentences(causeText(problem, origin), outlookText(problem));
}

/** Whether a task is checked again automatically; undefined where the remedy says so. */
function outlookText({ kind, isGivenUp }: Problem): string | undefined {
	switch (problemTraits[kind].failureClass) {
		case 'refused':
			return isGivenUp === true ? l10n.t('Checked only when you refresh it.') : l10n.t('Checking again.');
		case 'transient':
			return l10n.t('Checking again.');
		case 'final':
			return l10n.t('No longer checked.');
		case 'persistent':
			return undefined;
	}
}

/** Why one request to the API failed, in one sentence. */
export function causeText(problem: Pick<Problem, 'kind' | 'message' | 'code'>, origin: string): string {
	const host = hostOf(origin);
	const message = apiMessage(problem.message ?? '').replace(/[.。\s]+$/u, '');
	switch (problem.kind) {
		case 'noKey':
			return l10n.t({ message: 'No API key is set for {0}.', args: [host], comment: ['{0} is a host name.'] });
		case 'auth':
			return l10n.t({ message: '{0} rejected the API key.', args: [host], comment: ['{0} is a host name.'] });
		case 'keyUnreadable':
			return l10n.t({
				message: 'The API key could not be read from secret storage ({0}).',
				args: [message],
				comment: ['{0} is the error message of the operating system.'],
			});
		case 'quota':
			return l10n.t({ message: 'Out of credit: {0}.', args: [message], comment: ['{0} is the error message of the API.'] });
		case 'forbidden':
			return l10n.t({ message: 'Not allowed: {0}.', args: [message], comment: ['{0} is the error message of the API.'] });
		case 'notFound':
			return l10n.t('Not found under this operation.');
		case 'badRequest':
			return l10n.t({ message: 'Request rejected: {0}.', args: [message], comment: ['{0} is the error message of the API.'] });
		case 'policy':
			return l10n.t({ message: 'Rejected by policy: {0}.', args: [message], comment: ['{0} is the error message of the API.'] });
		case 'rateLimit':
		case 'concurrency':
			return l10n.t('Rate limited by the API.');
		case 'server':
			return l10n.t({ message: 'The API reported an error ({0}).', args: [message], comment: ['{0} is the error message of the API.'] });
		case 'unreachable':
			switch (fixableCause(problem.code)) {
				case 'proxyPassword':
					return l10n.t({
						message: 'The proxy for {0} requires a user name and password.',
						args: [host],
						comment: ['{0} is a host name.'],
					});
				case 'certificate':
					return l10n.t({
						message: 'The certificate of {0} is not trusted ({1}).',
						args: [host, escapeCodicons(problem.code ?? message)],
						comment: ['{0} is a host name.', '{1} is an error code such as CERT_HAS_EXPIRED.'],
					});
				case undefined:
					return l10n.t({
						message: 'Cannot connect to {0} ({1}).',
						args: [host, escapeCodicons(problem.code ?? message)],
						comment: ['{0} is a host name.', '{1} is an error code such as ECONNREFUSED.'],
					});
			}
		case 'malformed':
			return l10n.t({
				message: 'Unexpected response from {0}. Check the base URL, the proxy, or whether the network requires sign-in.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'tooOld':
			return l10n.t('Older than 30 days.');
		default:
			return assertNever(problem.kind);
	}
}

/** A problem in the few words that fit into a row, with the remedy where the problem does not suggest it. */
export function problemLabel(problem: Problem): string {
	switch (problem.kind) {
		case 'noKey':
			return l10n.t('needs API key');
		case 'auth':
			return l10n.t('API key rejected');
		case 'keyUnreadable':
			return l10n.t('API key unreadable');
		case 'quota':
			return l10n.t('out of credit');
		case 'forbidden':
			return l10n.t('not allowed: see the API console');
		case 'notFound':
			return mayBeTooFresh(problem) ? l10n.t('not found yet') : l10n.t('not found');
		case 'badRequest':
			return l10n.t('request rejected: change the operation');
		case 'policy':
			return l10n.t('rejected by policy');
		case 'rateLimit':
		case 'concurrency':
			return l10n.t('rate limited');
		case 'server':
			return l10n.t('API error');
		case 'unreachable':
			switch (fixableCause(problem.code)) {
				case 'proxyPassword':
					return l10n.t('proxy password required');
				case 'certificate':
					return l10n.t('certificate not trusted');
				case undefined:
					return l10n.t('cannot connect');
			}
		case 'malformed':
			return l10n.t('unexpected response');
		case 'tooOld':
			return l10n.t('older than 30 days');
		default:
			return assertNever(problem.kind);
	}
}

/** The label of the button for a remedy. */
export function remedyLabel(remedyId: Remedy): string {
	switch (remedyId) {
		case 'setApiKey':
			return l10n.t('Set API Key');
		case 'changeOperation':
			return l10n.t('Change Operation…');
		case 'openNetworkSettings':
			return l10n.t('Open Network Settings');
		case 'openConsole':
			return l10n.t('Open API Console');
		case 'refresh':
			return l10n.t('Refresh');
		default:
			return assertNever(remedyId);
	}
}

/** What to do, in whole sentences; undefined where no action is needed. */
export function remedyText(problem: Pick<Problem, 'kind' | 'code' | 'failures' | 'isGivenUp'>): string | undefined {
	if (!needsPerson(problem)) {
		return undefined;
	}
	switch (remedyOf(problem)) {
		case 'setApiKey':
			return problem.kind === 'noKey' ? l10n.t('Set a key to resume tracking.') : l10n.t('Set another key to resume tracking.');
		case 'changeOperation':
			return l10n.t('Change the operation, or set the API key that created the task.');
		case 'openNetworkSettings':
			return fixableCause(problem.code) === 'proxyPassword'
				? l10n.t('Add the credentials to the “http.proxy” setting (http://user:password@host:port). Tracking then resumes.')
				: l10n.t('If your proxy or network uses its own certificate, add it to the system’s trusted certificates. Tracking then resumes.');
		case 'openConsole':
			return problem.kind === 'quota'
				? l10n.t('Add credit in the API console. Tracking resumes within an hour.')
				: l10n.t('Change the key’s permissions in the API console. Tracking resumes within an hour.');
		case 'refresh':
			return undefined;
	}
}

/** Why tracking of an origin's tasks is paused, and what resumes it. */
export function pauseText({ origin, reason, message }: Pause): string {
	const host = hostOf(origin);
	switch (reason) {
		case 'noKey':
			return l10n.t({
				message: 'No API key is set for {0}. Set a key to resume tracking.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'auth':
			return message === undefined
				? l10n.t({
						message: '{0} rejected the API key. Set another key to resume tracking.',
						args: [host],
						comment: ['{0} is a host name.'],
					})
				: l10n.t({
						message: '{0} rejected the API key ({1}). Set another key to resume tracking.',
						args: [host, apiMessage(message)],
						comment: ['{0} is a host name.', '{1} is the error message of the API.'],
					});
		default:
			return assertNever(reason);
	}
}
