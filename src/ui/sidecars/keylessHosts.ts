import * as vscode from 'vscode';
import type { Task } from '../../core/task';
import { ask, type Question } from '../confirm';
import { hostsText, pauseKeyless } from '../keylessOrigins';
import { UserError } from '../userError';
import type { SidecarParts } from './trackSidecars';

/** The most APIs that sidecars may name together. */
const mostOrigins = 100;

/**
 * Names the APIs without a key and asks what to do; those at which tasks are tracked all the same are paused.
 * @returns what the person chose, and the origins that have a key
 * @throws UserError when there are too many APIs; vscode.CancellationError when the person cancels
 */
export async function chooseTasks<T extends { readonly task: Task }>(
	all: readonly T[],
	parts: Pick<SidecarParts, 'keys' | 'store' | 'clock' | 'askForKey'>,
): Promise<{ readonly chosen: readonly T[]; readonly withKey: ReadonlySet<string> }> {
	const { keys, askForKey } = parts;
	const withKey = new Set(await keys.origins());
	const keyless = [...new Set(all.map(({ task }) => task.ref.origin))].filter((origin) => !withKey.has(origin));
	const [only] = keyless;
	if (only === undefined) {
		return { chosen: all, withKey };
	}
	if (keyless.length > mostOrigins) {
		throw new UserError(
			vscode.l10n.t({
				message: 'The sidecars name more than {0} hosts without an API key. Track a part of them.',
				args: [mostOrigins],
				comment: ['{0} is a count.'],
			}),
		);
	}
	const others = all.filter(({ task }) => withKey.has(task.ref.origin));
	// The first one is what Enter stands for: not the key for a host that nothing but a file has named.
	const choice = await ask(question(keyless, all.length - others.length), {
		all: vscode.l10n.t('Track Anyway'),
		others: others.length === 0 ? undefined : vscode.l10n.t('Track Only Tasks with a Key'),
		setKey: keyless.length === 1 ? vscode.l10n.t('Set API Key') : undefined,
	});
	if (choice === 'others') {
		return { chosen: others, withKey };
	}
	if (choice === 'setKey') {
		await askForKey(only);
		if (!(await keys.origins()).includes(only)) {
			throw new vscode.CancellationError();
		}
	}
	return { chosen: all, withKey: await pauseKeyless(keyless, parts) };
}

function question(keyless: readonly string[], count: number): Question {
	const hosts = hostsText(keyless);
	return {
		message:
			count === 1
				? vscode.l10n.t({
						message: '1 task belongs to {0}, for which no API key is set.',
						args: [hosts],
						comment: ['{0} is a host name.'],
					})
				: vscode.l10n.t({
						message: '{0} tasks belong to {1}, for which no API key is set.',
						args: [count, hosts],
						comment: ['{0} is a count.', '{1} is one or more host names.'],
					}),
		detail: vscode.l10n.t(
			'Tasks that are tracked anyway are not checked until you set a key. Nothing is sent to a host without a key. Set one only if you know the host.',
		),
	};
}
