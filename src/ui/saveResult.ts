import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { keptFileOf } from '../core/download';
import { resultFileName } from '../core/fileName';
import type { Media } from '../core/media';
import type { MediaRef } from '../core/mediaRef';
import type { Task } from '../core/task';
import type { Download, DownloadOutcome } from '../results/download';
import { rememberFolder, startFolder } from './keeping/chooseFolder';
import type { KeepingParts } from './keeping/keepingParts';
import { recordSaved } from './keeping/recordSaved';
import { commandRemedy, type Say } from './message';
import { allLinks } from './result/taskLinks';
import { saveFailure } from './saveFailure';
import { showingDownload } from './saveProgress';
import type { TaskNode } from './taskNode';
import { mediaKindLabel } from './text/media';

/** Dependencies of saving. */
type SaveParts = Pick<KeepingParts, 'clock' | 'store' | 'tracker' | 'keys' | 'memory' | 'say'>;

/** The result to save. */
export interface ResultToSave {
	readonly task: Task;
	readonly ref: MediaRef;
	/** The media of `ref`, with the link of the format to save. */
	readonly media: Media;
	/** The argument of the command, for trying again. */
	readonly node: TaskNode;
}

/**
 * Asks for the target and saves one result; entry point of dist/save.js. A result that is kept is copied from its file, if that is there. An
 * expired link is replaced once by a new one from the API. The API key is sent only for a link on the API's own origin that requires it.
 * @throws UserError with the reason and its remedies; vscode.CancellationError when the person cancels
 */
export async function saveResult({ task, ref, media, node }: ResultToSave, parts: SaveParts): Promise<void> {
	const name =
		ref === 'parent' ? `parent-of-${resultFileName(task, media.kind, 0, media.url)}` : resultFileName(task, media.kind, ref, media.url);
	const target = await vscode.window.showSaveDialog({
		title: vscode.l10n.t('Save Result As'),
		defaultUri: vscode.Uri.joinPath(startFolder(parts.memory), name),
		filters: filtersFor(name, media),
	});
	if (target === undefined) {
		throw new vscode.CancellationError();
	}
	await rememberFolder(parts.memory, vscode.Uri.joinPath(target, '..'));
	const { origin } = task.ref;
	const question = { url: media.url, taskOrigin: origin, apiKey: () => parts.keys.get(origin), expected: media.kind };
	// Another format of a result is another file, and the video that it was made from is none of the results.
	const id = typeof ref === 'number' && media.url === task.results[ref]?.url ? { task: task.key, media: ref } : undefined;
	const kept = id === undefined ? undefined : keptFileOf(parts.store.downloads.get(id))?.path;
	const outcome = await showingDownload(parts.clock, basename(target.path), (options) =>
		fetchTo(target, { ...question, ...options }, kept, async () => freshLink(task, media, parts)),
	);
	if (!outcome.ok) {
		throw saveFailure(outcome.problem, task, media, node);
	}
	if (id !== undefined && target.scheme === 'file') {
		await recordSaved({ ...id, of: task }, target.fsPath, parts);
	}
	offerToShow(target, parts.say);
}

type Fetch = (file: string) => Promise<DownloadOutcome>;

/** Downloads a link to the target; for file systems other than `file`, by way of a temporary file. */
async function fetchTo(
	target: vscode.Uri,
	question: Omit<Download, 'target'>,
	kept: string | undefined,
	fresh: () => Promise<string | undefined>,
): Promise<DownloadOutcome> {
	const { download, copyResult } = await import('../results/results');
	const fetch: Fetch = async (file) => {
		const copied = kept === undefined ? undefined : await copyResult(kept, file, question);
		if (copied !== undefined) {
			return copied;
		}
		const first = await download({ ...question, target: file });
		if (first.ok || first.problem.kind !== 'expired') {
			return first;
		}
		const url = await fresh();
		return url === undefined || url === question.url ? first : download({ ...question, url, target: file });
	};
	if (target.scheme === 'file') {
		return fetch(target.fsPath);
	}
	const folder = await mkdtemp(join(tmpdir(), 'kling-tasks-'));
	try {
		const file = join(folder, 'result');
		const outcome = await fetch(file);
		return outcome.ok ? await copyTo(target, file, outcome) : outcome;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Copies a downloaded file to another file system; a FileSystemError becomes the problem `notWritable`. */
async function copyTo(target: vscode.Uri, file: string, saved: DownloadOutcome): Promise<DownloadOutcome> {
	try {
		await vscode.workspace.fs.copy(vscode.Uri.file(file), target, { overwrite: true });
		return saved;
	} catch (error) {
		if (!(error instanceof vscode.FileSystemError)) {
			throw error;
		}
		return { ok: false, problem: { kind: 'notWritable', code: error.code } };
	}
}

/** Refreshes the task once and returns the link of the same result. */
async function freshLink(task: Task, media: Media, { store, tracker }: SaveParts): Promise<string | undefined> {
	const position = allLinks(task).indexOf(media.url);
	await tracker.refresh([task.key]);
	const now = store.tasks.get(task.key);
	return now === undefined ? undefined : allLinks(now)[position];
}

function filtersFor(name: string, media: Media): Record<string, string[]> {
	const extension = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1];
	return extension === undefined ? {} : { [mediaKindLabel(media.kind)]: [extension] };
}

/** Not awaited: the message stays open until answered. */
function offerToShow(target: vscode.Uri, say: Say): void {
	const open = commandRemedy(vscode.l10n.t('Open File'), 'vscode.open', target);
	const reveal = commandRemedy(vscode.l10n.t('Show in Folder'), 'revealFileInOS', target);
	// A browser cannot show a folder.
	const offers = target.scheme === 'file' && vscode.env.uiKind === vscode.UIKind.Desktop ? [open, reveal] : [open];
	void say('info', vscode.l10n.t({ message: 'Saved {0}.', args: [basename(target.path)], comment: ['{0} is a file name.'] }), offers);
}
