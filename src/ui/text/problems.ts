import { l10n } from 'vscode';
import { hostOf } from '../../core/origin';
import { fixableCause, type Problem } from '../../core/problem';
import { problemTraits, type Remedy } from '../../core/problemTraits';
import { mayBeTooFresh, needsPerson, remedyOf } from '../../core/remedy';
import { assertNever } from '../../core/assertNever';
import type { Pause } from '../../tracking/originKeys';
import { escapeCodicons, apiMessage } from './foreignText';
import { sentences } from './sentences';

/** What is wrong with a task's looks and whether they go on, in whole sentences. */
export function problemText(problem: Problem, origin: string): string {
	return sentences(causeText(problem, origin), outlookText(problem));
}

/** Whether a task is looked at again by itself; undefined where the cause says all. */
function outlookText({ kind, isGivenUp }: Problem): string | undefined {
	switch (problemTraits[kind].failureClass) {
		case 'refused':
			return isGivenUp === true ? l10n.t('Checked only when you ask for it.') : l10n.t('Checking again.');
		case 'transient':
			return l10n.t('Looking again later.');
		case 'final':
			return l10n.t('No longer looked at.');
		case 'persistent':
			return undefined;
	}
}

/** Why one question to the API failed, in one sentence. */
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
				message: 'The editor’s secret storage did not give out the API key ({0}).',
				args: [message],
				comment: ['{0} is the reason, in the words of the operating system.'],
			});
		case 'quota':
			return l10n.t({ message: 'Out of credit: {0}.', args: [message], comment: ['{0} is what the API said, in its own words.'] });
		case 'forbidden':
			return l10n.t({ message: 'Not allowed: {0}.', args: [message], comment: ['{0} is what the API said, in its own words.'] });
		case 'notFound':
			return l10n.t('Not found under this operation.');
		case 'badRequest':
			return l10n.t({ message: 'Refused: {0}.', args: [message], comment: ['{0} is what the API said, in its own words.'] });
		case 'policy':
			return l10n.t({ message: 'Refused by policy: {0}.', args: [message], comment: ['{0} is what the API said, in its own words.'] });
		case 'rateLimit':
		case 'concurrency':
			return l10n.t('The API asks to slow down.');
		case 'server':
			return l10n.t({ message: 'The API has a problem ({0}).', args: [message], comment: ['{0} is what the API said, in its own words.'] });
		case 'unreachable':
			switch (fixableCause(problem.code)) {
				case 'proxyPassword':
					return l10n.t({
						message: 'The proxy on the way to {0} wants a name and a password.',
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
						message: '{0} cannot be reached ({1}).',
						args: [host, escapeCodicons(problem.code ?? message)],
						comment: ['{0} is a host name.', '{1} is an error code such as ECONNREFUSED.'],
					});
			}
		case 'malformed':
			return l10n.t({
				message: '{0} did not answer like Kling; check the base URL, the proxy or the network’s sign-in page.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'tooOld':
			return l10n.t('Older than 30 days.');
		default:
			return assertNever(problem.kind);
	}
}

/** The few words of a problem that fit into a row, with what to do where only a person can mend it. */
export function problemLabel(problem: Problem): string {
	switch (problem.kind) {
		case 'noKey':
			return l10n.t('no API key: set one');
		case 'auth':
			return l10n.t('API key rejected: set another');
		case 'keyUnreadable':
			return l10n.t('API key cannot be read');
		case 'quota':
			return l10n.t('out of credit: top up');
		case 'forbidden':
			return l10n.t('not allowed: see the API’s console');
		case 'notFound':
			return mayBeTooFresh(problem) ? l10n.t('not found yet') : l10n.t('not found: correct the operation or the key');
		case 'badRequest':
			return l10n.t('refused: correct the operation');
		case 'policy':
			return l10n.t('refused by policy');
		case 'rateLimit':
		case 'concurrency':
			return l10n.t('slowed down');
		case 'server':
			return l10n.t('API problem');
		case 'unreachable':
			switch (fixableCause(problem.code)) {
				case 'proxyPassword':
					return l10n.t('the proxy wants a password: set it');
				case 'certificate':
					return l10n.t('certificate not trusted: check the network');
				case undefined:
					return l10n.t('not reachable');
			}
		case 'malformed':
			return l10n.t('not a Kling answer');
		case 'tooOld':
			return l10n.t('older than 30 days');
		default:
			return assertNever(problem.kind);
	}
}

/** What is written on the button. */
export function remedyLabel(remedyId: Remedy): string {
	switch (remedyId) {
		case 'setApiKey':
			return l10n.t('Set API key');
		case 'changeOperation':
			return l10n.t('Change operation…');
		case 'openNetworkSettings':
			return l10n.t('Network settings');
		case 'openConsole':
			return l10n.t('Open the API’s console');
		case 'refresh':
			return l10n.t('Look again now');
		default:
			return assertNever(remedyId);
	}
}

/** What to do, in whole sentences; undefined where it goes on without a person. */
export function remedyText(problem: Pick<Problem, 'kind' | 'code' | 'failures' | 'isGivenUp'>): string | undefined {
	if (!needsPerson(problem)) {
		return undefined;
	}
	switch (remedyOf(problem)) {
		case 'setApiKey':
			return problem.kind === 'noKey'
				? l10n.t('Set one: its tasks go on by themselves then.')
				: l10n.t('Set another one: its tasks go on by themselves then.');
		case 'changeOperation':
			return l10n.t('Correct the operation, or set the API key that the task was made with.');
		case 'openNetworkSettings':
			return fixableCause(problem.code) === 'proxyPassword'
				? l10n.t('Put them into the setting “http.proxy”, as http://name:password@host:port. It goes on by itself then.')
				: l10n.t('If your proxy or network has a certificate of its own, add it to those of the system. It goes on by itself then.');
		case 'openConsole':
			return problem.kind === 'quota'
				? l10n.t('Top up in the API’s console. It goes on by itself then, within an hour.')
				: l10n.t('The API’s console shows what the key is allowed to do. It goes on by itself then, within an hour.');
		case 'refresh':
			return undefined;
	}
}

/** Why the looks of an origin rest, and when they go on. */
export function pauseText({ origin, reason, message }: Pause): string {
	const host = hostOf(origin);
	switch (reason) {
		case 'noKey':
			return l10n.t({
				message: 'No API key is set for {0}. Its tasks are kept and looked at as soon as there is one.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'auth':
			return message === undefined
				? l10n.t({
						message: '{0} rejected the API key. Its tasks are kept and looked at as soon as there is a new one.',
						args: [host],
						comment: ['{0} is a host name.'],
					})
				: l10n.t({
						message: '{0} rejected the API key ({1}). Its tasks are kept and looked at as soon as there is a new one.',
						args: [host, apiMessage(message)],
						comment: ['{0} is a host name.', '{1} is what the API said, in its own words.'],
					});
		default:
			return assertNever(reason);
	}
}
