import * as vscode from 'vscode';
import { isFinished } from '../../core/task';
import { expiringText } from '../text/keeping';
import type { KeepingParts } from './keepingParts';
import type { KeepResults } from './keepResults';
import { unkeptResults } from './unkeptResults';

const hourMs = 60 * 60_000;
/** Links that expire within this time (ms) are counted. */
const nearMs = 48 * hourMs;
/** At most one message within this time (ms), over all windows. */
const everyMs = 24 * hourMs;
/** A person has just been notified of a task that finished less than this (ms) ago. */
const newMs = hourMs;

const noticeKey = 'expiryNotice';

/** Whether a person wants to be warned. */
export function expiryNotice(memory: KeepingParts['memory']): 'on' | 'off' {
	return memory.get<unknown>(noticeKey) === 'off' ? 'off' : 'on';
}

export async function resumeExpiryNotice(memory: KeepingParts['memory']): Promise<void> {
	await memory.update(noticeKey, undefined);
}

/**
 * Warns of results that are not kept and whose links expire within 48 hours, once a day at most, in one window.
 * @returns whether the message was shown
 */
export async function warnOfExpiry(parts: KeepingParts, keeping: KeepResults): Promise<boolean> {
	const { store, plans, clock, memory, say } = parts;
	if (expiryNotice(memory) === 'off') {
		return false;
	}
	const now = clock.now();
	const expiring = await unkeptResults(parts, ({ expiresAt, task: key }) => {
		if (expiresAt <= now || expiresAt > now + nearMs) {
			return false;
		}
		const task = store.tasks.get(key);
		return task !== undefined && isFinished(task) && task.finishedAt <= now - newMs;
	});
	if (expiring.length === 0 || !(await store.downloads.claimExpiryNotice(now, everyMs))) {
		return false;
	}
	void say('warning', expiringText(expiring.length), [
		{
			label: vscode.l10n.t('Keep Now'),
			run: async () => {
				const plan = plans.planByHand();
				await keeping.keep(expiring.map(({ task, media }) => ({ task, media, plan: store.downloads.planOf(task) ?? plan })));
			},
		},
		{
			label: vscode.l10n.t('Don’t Show Again'),
			run: async () => {
				await memory.update(noticeKey, 'off');
				await say('info', vscode.l10n.t('You are no longer warned before links expire. “Kling: Keep All Results…” turns it on again.'));
			},
		},
	]);
	return true;
}
