import { l10n } from 'vscode';
import { hostOf } from '../../core/origin';
import { mendableCause, type Problem } from '../../core/problem';
import { problemTraits, type Remedy } from '../../core/problemTraits';
import { mayBeTooFresh, needsPerson, remedyOf } from '../../core/remedy';
import { unreachable } from '../../core/unreachable';
import { plain, quoted } from './foreignText';

/** What is wrong with a task's looks and whether they go on, in one sentence without its full stop. */
export function problemText(problem: Problem, origin: string): string {
	const cause = causeText(problem, origin);
	switch (problemTraits[problem.kind].trouble) {
		case 'refused':
			return problem.isGivenUp === true ? l10n.t('{0}; checked only when you ask for it', cause) : l10n.t('{0}; checking again', cause);
		case 'passing':
			return l10n.t('{0}; looking again later', cause);
		case 'final':
			return l10n.t('{0}; no longer looked at', cause);
		case 'lasting':
			return cause;
	}
}

/** Why one question to the API failed, in one sentence without its full stop. */
export function causeText(problem: Pick<Problem, 'kind' | 'message' | 'code'>, origin: string): string {
	const host = hostOf(origin);
	const said = quoted(problem.message ?? '').replace(/[.。\s]+$/u, '');
	switch (problem.kind) {
		case 'noKey':
			return l10n.t('No API key is set for {0}', host);
		case 'auth':
			return l10n.t('{0} rejected the API key', host);
		case 'keyUnreadable':
			return l10n.t('The editor’s secret storage did not give out the API key ({0})', said);
		case 'quota':
			return l10n.t('Out of credit: {0}', said);
		case 'forbidden':
			return l10n.t('Not allowed: {0}', said);
		case 'notFound':
			return l10n.t('Not found under this operation');
		case 'badRequest':
			return l10n.t('Refused: {0}', said);
		case 'policy':
			return l10n.t('Refused by policy: {0}', said);
		case 'rateLimit':
		case 'concurrency':
			return l10n.t('The API asks to slow down');
		case 'server':
			return l10n.t('The API has a problem ({0})', said);
		case 'unreachable':
			switch (mendableCause(problem.code)) {
				case 'proxyPassword':
					return l10n.t('The proxy on the way to {0} wants a name and a password', host);
				case 'certificate':
					return l10n.t('The certificate of {0} is not trusted ({1})', host, plain(problem.code ?? said));
				case undefined:
					return l10n.t('{0} cannot be reached ({1})', host, plain(problem.code ?? said));
			}
		case 'malformed':
			return l10n.t('{0} did not answer like Kling; check the base URL, the proxy or the network’s sign-in page', host);
		case 'tooOld':
			return l10n.t('Older than 30 days');
		default:
			return unreachable(problem.kind);
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
			switch (mendableCause(problem.code)) {
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
			return unreachable(problem.kind);
	}
}

/** What is written on the button. */
export function mendLabel(mend: Remedy): string {
	switch (mend) {
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
			return unreachable(mend);
	}
}

/** What to do, in whole sentences; undefined where it goes on without a person. */
export function mendText(problem: Pick<Problem, 'kind' | 'code' | 'failures' | 'isGivenUp'>): string | undefined {
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
			return mendableCause(problem.code) === 'proxyPassword'
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
