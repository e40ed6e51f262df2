import * as vscode from 'vscode';
import type { Download } from '../../core/download';
import { omitUndefined } from '../../core/omitUndefined';
import type { Task, TaskKey } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { commandRemedy, type Say } from '../message';
import { taskNode } from '../taskNode';
import { missingText, noLinkLeftText } from '../text/keptFiles';
import { sentences } from '../text/sentences';
import { taskLabel } from '../text/tasks';
import { UserError, type Remedy } from '../userError';
import { canKeepAgain, mayHaveLink } from './keeping';
import { nameOf, type KeptResult } from './keptTargets';

export interface MissingFilesParts {
	readonly store: Pick<Stores, 'tasks' | 'downloads'>;
	readonly clock: Clock;
	readonly say: Say;
}

/**
 * Kept files that were moved or deleted. They are noticed when they are used, or when their task is selected or under the mouse: one file
 * at a time, never all.
 */
export class MissingFiles {
	readonly #parts: MissingFilesParts;

	constructor(parts: MissingFilesParts) {
		this.#parts = parts;
	}

	/** The task is in front of the person: whether its files are there is noted, and said once over all windows where one is not. */
	async notice(key: TaskKey): Promise<void> {
		const { store, say } = this.#parts;
		const task = store.tasks.get(key);
		const kept = store.downloads.of(key).filter(({ state, file }) => state === 'kept' && file !== undefined);
		const news: Download[] = [];
		for (const download of kept) {
			if (await this.#check(download)) {
				news.push(download);
			}
		}
		const [first] = news;
		if (task !== undefined && first?.file !== undefined) {
			const { message, remedies } = this.#failure(task, news, nameOf(first.file));
			void say('warning', message, remedies);
		}
	}

	/**
	 * Makes sure that a file which is about to be used is there.
	 * @throws UserError that says what can be done if it is not
	 */
	async require({ task, download, file }: KeptResult): Promise<void> {
		if (await exists(file.path)) {
			return;
		}
		await this.#record(download);
		const { message, remedies } = this.#failure(task, [download], nameOf(file));
		throw new UserError(message, remedies);
	}

	/** What is said, and what can be done: a link that is gone too leaves only the file to be found. @param name of the first file */
	#failure(task: Task, missing: readonly Download[], name: string): { readonly message: string; readonly remedies: readonly Remedy[] } {
		const { store, clock } = this.#parts;
		const hasLink = mayHaveLink(task, clock.now());
		// As they are now: that the files are missing has just been recorded.
		const canAgain = missing.some((download) => canKeepAgain(store.downloads.get(download) ?? download, hasLink));
		const [only, more] = missing;
		const node = taskNode(task.key, more === undefined ? only?.media : undefined);
		return {
			message: sentences(missingText(missing.length, name, taskLabel(task)), canAgain ? undefined : noLinkLeftText(missing.length)),
			remedies: [
				commandRemedy(vscode.l10n.t('Locate…'), 'kling.locateFile', node),
				...(canAgain ? [commandRemedy(vscode.l10n.t('Keep Again'), 'kling.keepAgain', node)] : []),
			],
		};
	}

	/** Notes whether a file is there. Returns whether this is the first to notice that it is not. */
	async #check(download: Download): Promise<boolean> {
		const { file } = download;
		if (file === undefined) {
			return false;
		}
		const isThere = await exists(file.path);
		if (!isThere) {
			return file.missingSince === undefined && (await this.#record(download));
		}
		if (file.missingSince !== undefined) {
			const found = omitUndefined({ ...file, missingSince: undefined });
			await this.#parts.store.downloads.recordFile(download, found, this.#parts.clock.now());
		}
		return false;
	}

	async #record(download: Download): Promise<boolean> {
		const { store, clock } = this.#parts;
		return download.file !== undefined && (await store.downloads.recordMissing(download, download.file.path, clock.now()));
	}
}

/** Whether there is a file. What cannot be said, because a folder may not be read, counts as there. */
async function exists(path: string): Promise<boolean> {
	try {
		return (await vscode.workspace.fs.stat(vscode.Uri.file(path))).type !== vscode.FileType.Directory;
	} catch (error) {
		return !(error instanceof vscode.FileSystemError && error.code === 'FileNotFound');
	}
}
