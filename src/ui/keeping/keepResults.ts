import * as vscode from 'vscode';
import { downloadKey, keptFileOf, percentOf, type Download, type DownloadReason } from '../../core/download';
import { Disposables } from '../../core/disposables';
import { omitUndefined } from '../../core/omitUndefined';
import type { KeepOrder } from '../../tracking/ports/downloads';
import { countOf, showingWork } from '../progress';
import { saveRemedies } from '../saveFailure';
import { taskNode } from '../taskNode';
import { alreadyKeptText, keepCancelledText, keepLaterText, keptText, notKeptText } from '../text/keeping';
import { failureText } from '../text/saving';
import { sentences } from '../text/sentences';
import { nothingToDo, type Remedy } from '../userError';
import { chooseFolder } from './chooseFolder';
import { chosenResults, resultLabel } from './chosenResult';
import type { KeepingParts } from './keepingParts';
import { folderName, revealRemedy } from './reveal';

/** A download that is tried again in more than this time (ms) is not waited for. */
const mostWaitMs = 5000;

/** Keeps results that a person chooses, whatever the setting; waits until that is done. */
export class KeepResults {
	readonly #parts: KeepingParts;
	readonly #awaited = new Map<string, number>();
	/** Why results were not kept of which a message has said so. */
	readonly #reported = new Map<string, string>();

	constructor(parts: KeepingParts) {
		this.#parts = parts;
	}

	/** Whether a command waits for this download, and will say what becomes of it, or has said why it is not kept. */
	reports(download: Download): boolean {
		const key = downloadKey(download);
		return (
			this.#awaited.has(key) ||
			(download.reason !== undefined && this.#reported.get(key) === causeOf(download.reason, download.plan.folder))
		);
	}

	/** The command. @param args of the editor */
	async run(args: readonly unknown[]): Promise<void> {
		const { targets, store, plans } = this.#parts;
		const found = await targets.several(
			args,
			({ results, owner }) => results.length > 0 && owner === undefined,
			vscode.l10n.t('There is no result to keep. Those of the offline demo and of dry runs are never kept.'),
		);
		const chosen = chosenResults(found);
		const plan = plans.planByHand();
		await this.keep(
			chosen.map(({ task, media }) => ({ task, media, plan: store.downloads.planOf(task) ?? plan })),
			'named',
		);
	}

	/**
	 * Queues results and waits until they are settled, with progress and Cancel in the editor; one message says what came of it.
	 * @param before `named`: results that are kept already are counted in the message
	 * @throws UserError when nothing is to be done
	 */
	async keep(orders: readonly KeepOrder[], before?: 'named'): Promise<void> {
		const { store, downloads } = this.#parts;
		const isKept = (order: KeepOrder): boolean => keptFileOf(store.downloads.get(order)) !== undefined;
		const wanted = orders.filter((order) => !isKept(order));
		const earlier = orders.length - wanted.length;
		if (wanted.length === 0) {
			throw nothingToDo(earlier > 0 ? alreadyKeptText(earlier) : noResultText());
		}
		this.#countAwaited(wanted, 1);
		let isCancelled = false;
		try {
			await downloads.keep(wanted);
			await this.#untilSettled(wanted);
		} catch (error) {
			if (!(error instanceof vscode.CancellationError)) {
				throw error;
			}
			isCancelled = true;
			await downloads.cancel(wanted.filter((order) => isPending(store.downloads.get(order))));
		} finally {
			this.#countAwaited(wanted, -1);
		}
		this.#announce(wanted, before === undefined ? 0 : earlier, isCancelled);
	}

	#countAwaited(orders: readonly KeepOrder[], by: number): void {
		for (const order of orders) {
			const key = downloadKey(order);
			const count = (this.#awaited.get(key) ?? 0) + by;
			if (count > 0) {
				this.#awaited.set(key, count);
				this.#reported.delete(key);
			} else {
				this.#awaited.delete(key);
			}
		}
	}

	/** @throws vscode.CancellationError */
	async #untilSettled(orders: readonly KeepOrder[]): Promise<void> {
		const { store, downloads, clock } = this.#parts;
		const title = vscode.l10n.t('Kling: Keeping results…');
		const own = new Disposables();
		try {
			await showingWork(
				clock,
				title,
				({ signal, report }) =>
					new Promise<void>((resolve, reject) => {
						const check = (): void => {
							const states = orders.map((order) => store.downloads.get(order));
							const open = states.filter(isPending).filter((download) => !isLater(download, clock.now()));
							if (open.length === 0) {
								resolve();
								return;
							}
							const done = orders.length - open.length;
							const parts = open.map((download) => percentOfDownload(download, downloads.progressOf(download)) ?? 0);
							const percent = (100 * done + parts.reduce((sum, part) => sum + part, 0)) / orders.length;
							report(orders.length > 1 ? countOf(done, orders.length) : `${Math.floor(percent)} %`, Math.floor(percent));
						};
						signal.addEventListener('abort', () => reject(new vscode.CancellationError()), { once: true });
						own.own(store.changes.onDidChange(check));
						own.own(downloads.onDidChangeProgress(check));
						own.own(downloads.onDidSettle(check));
						check();
					}),
				{ cancellable: true },
			);
		} finally {
			own.dispose();
		}
	}

	/** Not awaited: the message stays open until answered. @throws UserError if none of the results is there any more */
	#announce(orders: readonly KeepOrder[], earlier: number, isCancelled: boolean): void {
		const { store, say } = this.#parts;
		const states = orders.flatMap((order) => store.downloads.get(order) ?? []);
		if (states.length === 0) {
			throw nothingToDo(noResultText());
		}
		const kept = states.flatMap((download) => keptFileOf(download)?.path ?? []);
		const failed = states.filter(hasStopped);
		for (const { reason, plan, ...id } of failed) {
			if (reason !== undefined) {
				this.#reported.set(downloadKey(id), causeOf(reason, plan.folder));
			}
		}
		const later = states.filter((download) => download.state === 'queued' && !needsPerson(download));
		const cancelled = isCancelled ? orders.length - kept.length - failed.length : 0;
		const [file] = kept;
		const [failure] = failed;
		const texts = [
			file === undefined ? undefined : keptText(kept.length, folderName(file)),
			earlier > 0 ? alreadyKeptText(earlier) : undefined,
			cancelled > 0 ? keepCancelledText(cancelled) : undefined,
			later.length > 0 && !isCancelled ? sentences(keepLaterText(later.length), this.#reasonText(later[0])) : undefined,
			failure === undefined ? undefined : this.failureText(failed),
		].filter((text) => text !== undefined);
		if (texts.length === 0) {
			return;
		}
		const reveal = file === undefined ? [] : revealRemedy(vscode.Uri.file(file));
		const remedies = failure === undefined ? reveal : [...this.remedies(failed), ...reveal];
		void say(failure === undefined ? 'info' : 'warning', sentences(...texts), remedies);
	}

	/** Why results were not kept: how many, and the reason of the first one. */
	failureText(failed: readonly Download[]): string {
		const [one] = failed;
		const task = one === undefined ? undefined : this.#parts.store.tasks.get(one.task);
		const label = one === undefined || task === undefined ? vscode.l10n.t('The result') : resultLabel(task, one.media);
		return sentences(notKeptText(failed.length, label), this.#reasonText(one));
	}

	#reasonText(download: Download | undefined): string | undefined {
		const task = download === undefined ? undefined : this.#parts.store.tasks.get(download.task);
		return download?.reason === undefined || task === undefined
			? undefined
			: failureText(download.reason, task, task.results[download.media]?.url ?? '');
	}

	/** What helps against the reason of the first one, for all of them. */
	remedies(failed: readonly Download[]): readonly Remedy[] {
		const [one] = failed;
		if (one?.reason === undefined || one.reason.kind === 'linkGone') {
			return [];
		}
		const orders = failed.map(({ task, media, plan }) => ({ task, media, plan }));
		return saveRemedies(one.reason, taskNode(one.task, one.media), {
			again: { label: vscode.l10n.t('Keep Again'), run: () => this.keep(orders) },
			elsewhere: { label: vscode.l10n.t('Choose Folder…'), run: () => this.#keepElsewhere(orders) },
		});
	}

	/** The results of one message; where the next ones are kept is what the settings say. */
	async #keepElsewhere(orders: readonly KeepOrder[]): Promise<void> {
		const folder = await chooseFolder(vscode.l10n.t('Keep Results In'), vscode.l10n.t('Keep Here'), this.#parts.memory);
		// The path of the request file was relative to the other folder.
		await this.keep(
			orders.map(({ task, media, plan: { fileName, values } }) => ({
				task,
				media,
				plan: { folder: folder.fsPath, fileName, ...omitUndefined({ values }) },
			})),
		);
	}
}

function noResultText(): string {
	return vscode.l10n.t('There is no result to keep.');
}

function isPending(download: Download | undefined): download is Download {
	return download?.state === 'queued' || download?.state === 'running';
}

/** Problems of which a person must solve the cause; meanwhile the download is tried again now and then. */
const personKinds: ReadonlySet<DownloadReason['kind']> = new Set(['diskFull', 'notWritable', 'folderMissing', 'wantsKey']);

/** Whether a person must do something for a download that nobody has cancelled: it has failed, or its cause must be solved. */
export function hasStopped(download: Download): boolean {
	return download.state === 'failed' ? download.reason?.kind !== 'cancelled' : needsPerson(download);
}

/** Whether a download waits for another attempt that a person must make possible. */
export function needsPerson({ state, reason }: Download): boolean {
	return state === 'queued' && reason !== undefined && personKinds.has(reason.kind);
}

function isLater(download: Download, now: number): boolean {
	return download.state === 'queued' && download.reason !== undefined && (download.nextAt ?? now) - now > mostWaitMs;
}

/** 0 to 100. @param inWindow what this window knows, which is newer */
export function percentOfDownload(
	download: Download | undefined,
	inWindow: { readonly received: number; readonly total?: number } | undefined,
): number | undefined {
	const received = inWindow?.received ?? download?.received;
	return received === undefined ? undefined : percentOf(received, inWindow?.total ?? download?.part?.total);
}

/** Of the same cause the same text: a reason, with the folder it is about. */
export function causeOf(reason: DownloadReason, folder: string): string {
	const isOfDisk = reason.kind === 'diskFull' || reason.kind === 'notWritable' || reason.kind === 'folderMissing';
	return isOfDisk ? `${reason.kind} ${folder}` : reason.kind;
}
