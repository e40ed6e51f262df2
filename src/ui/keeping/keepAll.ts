import * as vscode from 'vscode';
import { readKeepSettings, writeKeepChoice, type KeepChoice, type KeepSettings } from '../settings';
import { keepChoiceText, keepChosenText, keepFinishedText, keepNoticeText } from '../text/keeping';
import { sentences } from '../text/sentences';
import { shortPath } from './chooseFolder';
import { expiryNotice, resumeExpiryNotice } from './expiryNotice';
import type { KeepingParts } from './keepingParts';
import type { KeepResults } from './keepResults';
import { unkeptResults } from './unkeptResults';

const choices: readonly KeepChoice[] = ['library', 'workspace', 'off'];

/** Asks where all results are kept from now on, and offers to keep those of finished tasks too. @throws vscode.CancellationError */
export async function keepAllResults(parts: KeepingParts, keeping: KeepResults): Promise<void> {
	const { keep: current } = readKeepSettings();
	const rows: (vscode.QuickPickItem & { readonly choice?: KeepChoice })[] = choices.map((choice) => {
		const found = choice === 'off' ? undefined : parts.plans.folder(choice);
		const { label, detail } = keepChoiceText(choice);
		const description = [choice === current ? vscode.l10n.t('current') : undefined, found && shortPath(found.folder)].filter(
			(part) => part !== undefined,
		);
		const [notice] = found?.notices ?? [];
		return { choice, label, description: description.join(' · '), detail: notice === undefined ? detail : keepNoticeText(notice) };
	});
	if (expiryNotice(parts.memory) === 'off') {
		rows.push(
			{ label: '', kind: vscode.QuickPickItemKind.Separator },
			{
				label: vscode.l10n.t('Warn Before Links Expire'),
				detail: vscode.l10n.t('One message a day at most, about results that are not kept.'),
			},
		);
	}
	const picked = await vscode.window.showQuickPick(rows, {
		title: vscode.l10n.t('Keep All Results'),
		placeHolder: vscode.l10n.t('Select where results are saved when their task finishes'),
	});
	if (picked === undefined) {
		throw new vscode.CancellationError();
	}
	if (picked.choice === undefined) {
		await resumeExpiryNotice(parts.memory);
		void parts.say('info', vscode.l10n.t('You are warned again before links expire.'));
		return;
	}
	const before = readKeepSettings();
	await writeKeepChoice(picked.choice);
	await applySetting(parts, keeping, before, true);
}

/**
 * What follows from the setting for tasks that are there: active ones are kept from now on, or no longer; about finished ones the person is
 * asked, in the one message that confirms the setting.
 * @param isAsked whether it is confirmed although it stays as it was
 */
export async function applySetting(parts: KeepingParts, keeping: KeepResults, before: KeepSettings, isAsked = false): Promise<void> {
	const { store, plans, say, clock } = parts;
	const { keep: choice } = readKeepSettings();
	const plan = plans.plan();
	await store.downloads.replan(plan);
	if (choice === before.keep && !isAsked) {
		return;
	}
	const text = keepChosenText(choice, plan === undefined ? '' : shortPath(plan.folder));
	const unkept = plan === undefined ? [] : await unkeptResults(parts, ({ expiresAt }) => expiresAt > clock.now());
	if (plan === undefined || unkept.length === 0) {
		void say('info', text);
		return;
	}
	void say('info', sentences(text, keepFinishedText(unkept.map(({ size }) => size))), [
		{
			label: unkept.length === 1 ? vscode.l10n.t('Keep It') : vscode.l10n.t('Keep Them'),
			run: () => keeping.keep(unkept.map(({ task, media }) => ({ task, media, plan: store.downloads.planOf(task) ?? plan }))),
		},
		{ label: vscode.l10n.t('Not Now'), run: () => undefined },
	]);
}
