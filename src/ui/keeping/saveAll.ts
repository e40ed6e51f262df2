import * as vscode from 'vscode';
import { fileNameOf } from '../../core/fileNamePattern';
import { keptFileOf, type DownloadReason } from '../../core/download';
import { omitUndefined } from '../../core/omitUndefined';
import { isFinished } from '../../core/task';
import { showingWork, countOf } from '../progress';
import { readKeepSettings } from '../settings';
import { saveRemedies } from '../saveFailure';
import { taskNode } from '../taskNode';
import { notSavedText, savedAllText } from '../text/keeping';
import { sizeText } from '../text/media';
import { failureText } from '../text/saving';
import { sentences } from '../text/sentences';
import { nothingToDo } from '../userError';
import { chooseFolder } from './chooseFolder';
import { chosenResults, type ChosenResult } from './chosenResult';
import { FreshLinks } from './freshLinks';
import type { KeepingParts } from './keepingParts';
import { saveToVirtualFolder } from './saveToVirtualFolder';
import { recordSaved } from './recordSaved';
import { revealRemedy } from './reveal';

/** Asks for one folder, and saves all results of the tasks and results that the command is called on there. */
export async function saveAll(args: readonly unknown[], parts: KeepingParts): Promise<void> {
	const noResult = vscode.l10n.t('This task has no result.');
	const found = await parts.targets.several(args, ({ results }) => results.length > 0, noResult);
	const chosen = chosenResults(found);
	if (chosen.length === 0) {
		throw nothingToDo(noResult);
	}
	const folder = await chooseFolder(
		chosen.length === 1
			? vscode.l10n.t('Save 1 Result')
			: vscode.l10n.t({ message: 'Save {0} Results', args: [chosen.length], comment: ['{0} is a count.'] }),
		vscode.l10n.t('Save Here'),
		parts.memory,
	);
	await saveTo(folder, chosen, parts);
	const tasks = new Set(chosen.map(({ task }) => task));
	await parts.store.tasks.markViewed([...tasks], parts.clock.now());
}

/** What became of one result. */
type Outcome = { readonly result: ChosenResult } & (
	{ readonly kind: 'saved'; readonly file: vscode.Uri } | { readonly kind: 'failed'; readonly reason: DownloadReason }
);

async function saveTo(folder: vscode.Uri, chosen: readonly ChosenResult[], parts: KeepingParts): Promise<void> {
	const outcomes: Outcome[] = [];
	let isCancelled = false;
	const links = new FreshLinks(parts);
	try {
		const title = vscode.l10n.t('Kling: Saving results…');
		await showingWork(
			parts.clock,
			title,
			async ({ signal, report }) => {
				let bytes = 0;
				for (const result of chosen) {
					signal.throwIfAborted();
					const onProgress = (received: number, total?: number): void => {
						const part = total === undefined || total === 0 ? 0 : received / total;
						const percent = Math.floor((100 * (outcomes.length + part)) / chosen.length);
						const text = sizeText(bytes + received);
						report(chosen.length === 1 ? text : `${countOf(outcomes.length, chosen.length)} · ${text}`, percent);
					};
					onProgress(0);
					const outcome = await saveOne(folder, result, links, parts, signal, onProgress);
					if (outcome.kind === 'saved') {
						bytes += outcome.size;
					}
					outcomes.push(outcome);
				}
			},
			{ cancellable: true },
		);
	} catch (error) {
		if (!(error instanceof vscode.CancellationError)) {
			throw error;
		}
		isCancelled = true;
	}
	announce(folder, chosen.length, outcomes, isCancelled, parts);
}

/** Copies the kept file where there is one, else downloads the result. Nothing is ever replaced. */
async function saveOne(
	folder: vscode.Uri,
	result: ChosenResult,
	links: FreshLinks,
	parts: KeepingParts,
	signal: AbortSignal,
	onProgress: (received: number, total?: number) => void,
): Promise<Outcome & { readonly size: number }> {
	const { store, keys, clock, digestProgram } = parts;
	const { saveInto } = await import('../../results/results');
	const { of: task, media: index } = result;
	const kept = keptFileOf(store.downloads.get(result))?.path;
	const plan = store.downloads.planOf(task.key);
	const base = fileNameOf(plan?.fileName ?? readKeepSettings().fileName, {
		at: isFinished(task) ? task.finishedAt : clock.now(),
		...(task.name !== undefined && { name: task.name }),
		index,
		count: task.results.length,
		id: task.ref.id,
		operation: task.ref.action2,
		...(plan?.values !== undefined && { values: plan.values }),
	});
	const save = (url: string, target: string): ReturnType<typeof saveInto> =>
		saveInto(
			{
				url,
				taskOrigin: task.ref.origin,
				apiKey: () => keys.get(task.ref.origin),
				signal,
				digestProgram,
				...omitUndefined({ expected: task.results[index]?.kind }),
			},
			{ folder: target, base, onProgress, ...(kept !== undefined && { kept }) },
		);
	const saveFresh = async (target: string): ReturnType<typeof saveInto> => {
		const first = await save(result.url, target);
		if (first.ok || first.problem.kind !== 'expired') {
			return first;
		}
		const url = await links.of(result);
		return url === undefined || url === result.url ? first : save(url, target);
	};
	if (folder.scheme !== 'file') {
		const saved = await saveToVirtualFolder(folder, saveFresh);
		return saved.ok
			? { kind: 'saved', result, file: saved.file, size: saved.size }
			: { kind: 'failed', result, reason: saved.problem, size: 0 };
	}
	const saved = await saveFresh(folder.fsPath);
	if (!saved.ok) {
		return { kind: 'failed', result, reason: saved.problem, size: 0 };
	}
	await recordSaved(result, saved.path, parts, saved);
	return { kind: 'saved', result, file: vscode.Uri.file(saved.path), size: saved.size };
}

/** Not awaited: the message stays open until answered. */
function announce(folder: vscode.Uri, count: number, outcomes: readonly Outcome[], isCancelled: boolean, parts: KeepingParts): void {
	const saved = outcomes.flatMap((outcome) => (outcome.kind === 'saved' ? [outcome.file] : []));
	const failed = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome] : []));
	const [file] = saved;
	const [failure] = failed;
	const name = folder.path.split('/').findLast((segment) => segment !== '') ?? folder.path;
	const texts = [
		file === undefined ? undefined : savedAllText(saved.length, name),
		isCancelled ? vscode.l10n.t('Saving was cancelled.') : undefined,
		failure === undefined
			? undefined
			: sentences(notSavedText(failed.length, count), failureText(failure.reason, failure.result.of, failure.result.url)),
	].filter((text) => text !== undefined);
	const reveal = file === undefined ? [] : revealRemedy(file);
	const left = failed.map(({ result }) => result);
	const again =
		failure === undefined
			? []
			: saveRemedies(failure.reason, taskNode(failure.result.task, failure.result.media), {
					again: { label: vscode.l10n.t('Try Again'), run: () => saveTo(folder, left, parts) },
					elsewhere: {
						label: vscode.l10n.t('Save Elsewhere…'),
						run: async () => {
							const other = await chooseFolder(vscode.l10n.t('Save Elsewhere'), vscode.l10n.t('Save Here'), parts.memory);
							await saveTo(other, left, parts);
						},
					},
				});
	if (texts.length > 0 && !(isCancelled && outcomes.length === 0)) {
		void parts.say(failure === undefined ? 'info' : 'warning', sentences(...texts), [...again, ...reveal]);
	}
}
