import * as vscode from 'vscode';
import { downloadKey, type Download, type KeptFile } from '../../core/download';
import type { MediaKind } from '../../core/media';
import type { Task } from '../../core/task';
import { mediaFormats } from '../../core/mediaFormat';
import type { DownloadStore } from '../../tracking/ports/downloads';
import type { TaskTargets } from '../commands/taskTargets';
import { mediaLabel } from '../text/media';
import { noFileText } from '../text/keptFiles';
import { escapeCodicons } from '../text/foreignText';
import { uriName } from '../uriName';
import { nothingToDo } from '../userError';

/** The file of one result. */
export interface KeptResult {
	readonly task: Task;
	readonly download: Download;
	readonly file: KeptFile;
}

/** Finds the kept files that a command acts on. */
export class KeptTargets {
	readonly #downloads: Pick<DownloadStore, 'of'>;
	readonly #targets: TaskTargets;

	constructor(downloads: Pick<DownloadStore, 'of'>, targets: TaskTargets) {
		this.#downloads = downloads;
		this.#targets = targets;
	}

	/**
	 * The files of everything that a command acts on, each once. Never empty.
	 * @throws UserError where there is none; vscode.CancellationError when the person cancels
	 */
	async files(args: readonly unknown[]): Promise<readonly KeptResult[]> {
		const found = await this.downloads(args, ({ state, file }) => state === 'kept' && file !== undefined, noFileText());
		return found.flatMap(({ task, download }) => (download.file === undefined ? [] : [{ task, download, file: download.file }]));
	}

	/** The downloads that suit, of everything that a command acts on. Throws as `files` does, with `reason`. */
	async downloads(
		args: readonly unknown[],
		suits: (download: Download, task: Task) => boolean,
		reason: string,
	): Promise<readonly { readonly task: Task; readonly download: Download }[]> {
		const isSuited = (task: Task): boolean => this.#downloads.of(task.key).some((download) => suits(download, task));
		const targets = await this.#targets.several(args, isSuited, reason);
		const found = targets.flatMap(({ task, media }) =>
			this.#downloads
				.of(task.key)
				.filter((download) => (media === undefined || download.media === media) && suits(download, task))
				.map((download) => ({ task, download })),
		);
		const seen = new Set<string>();
		const each = found.filter(({ download }) => {
			const key = downloadKey(download);
			return !seen.has(key) && seen.add(key);
		});
		if (each.length === 0) {
			throw nothingToDo(reason);
		}
		return each;
	}

	/** The only file, or the one that the person picks. Throws as `files` does. */
	async one(args: readonly unknown[], title: string): Promise<KeptResult> {
		const all = await this.files(args.slice(0, 1));
		const [only, more] = all;
		const picked =
			more === undefined
				? only
				: (
						await vscode.window.showQuickPick(
							all.map((kept) => ({ label: escapeCodicons(labelOf(kept)), description: escapeCodicons(nameOf(kept.file)), kept })),
							{ title, matchOnDescription: true },
						)
					)?.kept;
		if (picked === undefined) {
			throw new vscode.CancellationError();
		}
		return picked;
	}
}

/** The file's name with its extension, as it is. */
export function nameOf({ path }: Pick<KeptFile, 'path'>): string {
	return uriName(vscode.Uri.file(path));
}

/** What the file has, by its bytes when it was saved. */
export function kindOf({ format }: Pick<KeptFile, 'format'>): MediaKind {
	return mediaFormats[format].kind;
}

/** "Image 2 of 4"; "Video" where there is one. */
function labelOf({ task, download, file }: KeptResult): string {
	const media = task.results[download.media];
	return media === undefined ? nameOf(file) : mediaLabel(media, download.media, task.results.length);
}
