import { l10n } from 'vscode';
import { mendableCause, type Problem } from '../core/problem';
import type { Remedy } from '../core/problemTraits';
import { needsPerson, remedyOf } from '../core/remedy';
import { unreachable } from '../core/unreachable';

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
