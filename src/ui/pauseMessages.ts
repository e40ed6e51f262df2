import * as vscode from 'vscode';
import type { Pause } from '../tracking/originKeys';
import { unreachable } from '../core/unreachable';
import { setKeyRemedy } from './apiKey/setKeyRemedy';
import { say } from './message';
import { hostOf } from '../core/origin';
import { quoted } from './text/foreignText';

/** Says once why the looks of an origin rest, with the way out: `ask` asks for its key. */
export async function sayPause({ origin, reason, message }: Pause, ask: () => Promise<unknown>): Promise<void> {
	await say('warning', pauseText(reason, hostOf(origin), message), [setKeyRemedy(ask)]);
}

function pauseText(reason: Pause['reason'], host: string, message: string | undefined): string {
	switch (reason) {
		case 'noKey':
			return vscode.l10n.t('No API key is set for {0}. Its tasks are kept and looked at as soon as there is one.', host);
		case 'auth':
			return message === undefined
				? vscode.l10n.t('{0} rejected the API key. Its tasks are kept and looked at as soon as there is a new one.', host)
				: vscode.l10n.t(
						'{0} rejected the API key ({1}). Its tasks are kept and looked at as soon as there is a new one.',
						host,
						quoted(message),
					);
		default:
			return unreachable(reason);
	}
}
