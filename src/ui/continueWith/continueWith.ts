// Entry point of dist/continueWith.js, loaded when the command is run.
import * as vscode from 'vscode';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { mediaAt } from '../../core/mediaRef';
import { materialsOf, nextOperations, parentMaterial, type Material, type NextOperation } from '../../core/nextOperations';
import { isFinished, type FinishedTask, type Task } from '../../core/task';
import { continuedRequest } from '../../requests/continuedRequest';
import { readSessionFacts } from '../../requests/sessionFacts';
import type { TaskTargets } from '../commands/taskTargets';
import type { Say } from '../message';
import { operationIcon } from '../operationIcon';
import { byLinkComment, headComments, nextLabel, offerText, refusalText } from '../text/continueWith';
import { mediaDurationText, mediaLabel } from '../text/media';
import { taskLabel } from '../text/tasks';
import { nothingToDo } from '../userError';
import { madeFacts, nextSituation } from './taskFacts';

export interface ContinueParts {
	readonly targets: TaskTargets;
	readonly store: Pick<Stores, 'tasks' | 'creations'>;
	readonly clock: Clock;
	readonly say: Say;
}

/**
 * **Kling: Continue With…**: lists what can be made of a result, and opens a request that has it filled in. Nothing is sent.
 * @param args of the command: a task, or one of its results; not trusted
 * @throws UserError if there is nothing to continue with; vscode.CancellationError when the person cancels
 */
export async function continueWith(parts: ContinueParts, args: readonly unknown[]): Promise<void> {
	const { targets, store, clock, say } = parts;
	const suits = (task: Task): boolean => isFinished(task) && materialsOf(task).length > 0;
	const { task, media } = await targets.one(args, suits, vscode.l10n.t('Only a task that succeeded with a result can be continued.'));
	if (!isFinished(task)) {
		throw new vscode.CancellationError();
	}
	const all = materialsOf(task, madeFacts(store.creations.ofTask(task.key), store)).map((material) =>
		withSession(material, store.tasks.rawResponse(task.key)?.body),
	);
	const named = media === 'parent' ? parentMaterial(task) : media === undefined ? undefined : all[media];
	const materials = named === undefined ? await pickMaterials(task, all) : [named];
	const now = clock.now();
	const next = await pickOperation(task, nextOperations(materials, nextSituation(task, now)), { now, say });
	const { snippet } = continuedRequest(next, { head: headComments(task, next.until), byLink: byLinkComment(next.takes) });
	const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'jsonc' }), { preview: false });
	await editor.insertSnippet(new vscode.SnippetString(snippet));
}

/** The session that a call left is in its response only. */
function withSession(material: Material, body: string | undefined): Material {
	if ((material.kind !== 'faces' && material.kind !== 'selection') || body === undefined) {
		return material;
	}
	const { session, face } = readSessionFacts(body);
	return { ...material, ...(session !== undefined && { session }), ...(face !== undefined && { face }) };
}

/** All of several images together, or one result. */
async function pickMaterials(task: FinishedTask, all: readonly Material[]): Promise<readonly Material[]> {
	if (all.length < 2) {
		return all;
	}
	const rows = all.map((material, index) => {
		const media = mediaAt(task, index);
		return {
			label: media === undefined ? '' : mediaLabel(media, index, all.length),
			description: media === undefined ? '' : (mediaDurationText(media) ?? ''),
			iconPath: new vscode.ThemeIcon(
				material.kind === 'image' ? 'file-media' : material.kind === 'audio' ? 'unmute' : 'device-camera-video',
			),
			materials: [material],
		};
	});
	const together =
		all.length > 1 && all.every(({ kind }) => kind === 'image')
			? [
					{
						label: vscode.l10n.t({ message: 'All {0} Images', args: [all.length], comment: ['{0} is a number, at least 2.'] }),
						description: vscode.l10n.t('for operations that take several'),
						iconPath: new vscode.ThemeIcon('layers'),
						materials: all,
					},
				]
			: [];
	const picked = await vscode.window.showQuickPick([...rows, ...together], {
		title: vscode.l10n.t({ message: 'Continue With {0}', args: [taskLabel(task)], comment: ['{0} is the name of a task.'] }),
		placeHolder: vscode.l10n.t('Select the result to continue with'),
	});
	if (picked === undefined) {
		throw new vscode.CancellationError();
	}
	return picked.materials;
}

type Row = vscode.QuickPickItem & { readonly next?: NextOperation };

/** What is possible first; what is not stays listed with its reason, and shows it again when it is chosen. */
async function pickOperation(
	task: Task,
	all: readonly NextOperation[],
	{ now, say }: { readonly now: number; readonly say: Say },
): Promise<NextOperation> {
	if (all.length === 0) {
		throw nothingToDo(vscode.l10n.t('No operation takes this result.'));
	}
	const possible = all.filter(({ refusal }) => refusal === undefined);
	const refused = all.filter(({ refusal }) => refusal !== undefined);
	const heading = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
	const pick = vscode.window.createQuickPick<Row>();
	pick.title = vscode.l10n.t({ message: 'Continue With {0}', args: [taskLabel(task)], comment: ['{0} is the name of a task.'] });
	pick.placeholder = vscode.l10n.t('Select what to do with the result; a request opens, and nothing is sent');
	pick.matchOnDescription = true;
	pick.matchOnDetail = true;
	pick.ignoreFocusOut = true;
	pick.items = [
		...possible.map((next) => ({ ...rowOf(next, now), iconPath: iconOf(next) })),
		...(refused.length > 0 ? [heading(vscode.l10n.t('Not possible'))] : []),
		...refused.map((next) => ({ ...rowOf(next, now), iconPath: new vscode.ThemeIcon('circle-slash') })),
	];
	try {
		return await new Promise<NextOperation>((resolve, reject) => {
			pick.onDidAccept(() => {
				const next = pick.activeItems[0]?.next;
				if (next === undefined) {
					return;
				}
				if (next.refusal === undefined) {
					resolve(next);
				} else {
					void say('info', `${nextLabel(next.key)}: ${refusalText(next.refusal, next.takes)}`);
				}
			});
			pick.onDidHide(() => reject(new vscode.CancellationError()));
			pick.show();
		});
	} finally {
		pick.dispose();
	}
}

function rowOf(next: NextOperation, now: number): Row {
	const { key, refusal, takes } = next;
	return {
		label: nextLabel(key),
		description: key,
		detail: refusal === undefined ? offerText(next, now) : refusalText(refusal, takes),
		next,
	};
}

/** A call has the icon of what it is for. */
function iconOf({ key, operation }: NextOperation): vscode.ThemeIcon {
	return key === 'videos/identify-face'
		? new vscode.ThemeIcon('person')
		: operationIcon(key.startsWith('videos/multi-elements/') ? { action: 'videos', action2: 'multi-elements' } : operation);
}
