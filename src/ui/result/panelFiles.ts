import * as vscode from 'vscode';
import { keptFileOf, type Download, type KeptFile } from '../../core/download';
import { omitUndefined } from '../../core/omitUndefined';
import type { TaskKey } from '../../core/task';
import type { PageMessage, PagePoster } from '../../shared/resultProtocol';
import { mostShown, type FileProblemState, type ShownDownload } from './pageKeeping';
import type { ResultPanelParts } from './panelParts';
import { postersToDraw } from './postersToDraw';

/** Of how many of the newest kept results posters are drawn. */
const mostPosters = 50;

type PanelFilesParts = Pick<ResultPanelParts, 'store' | 'downloads' | 'posters' | 'noticeMissing'>;

/** The kept files of one task's page: what it may load of them, what it draws of them, and which it could not show. */
export class PanelFiles {
	/** Those from which the page's current policy allows files. */
	folders: readonly vscode.Uri[] = [];
	readonly #key: TaskKey;
	readonly #webview: Pick<vscode.Webview, 'asWebviewUri'>;
	readonly #parts: PanelFilesParts;
	/** What is wrong with files, by path and time: another file may come to the same path. */
	readonly #problems = new Map<string, FileProblemState>();

	constructor(key: TaskKey, webview: Pick<vscode.Webview, 'asWebviewUri'>, parts: PanelFilesParts) {
		this.#key = key;
		this.#webview = webview;
		this.#parts = parts;
	}

	/** The downloads of the task's results as the page shows them, by index. */
	shown(): ReadonlyMap<number, ShownDownload> {
		const isLocal = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
		return new Map(
			this.#parts.store.downloads.of(this.#key).map((download) => {
				const { file } = download;
				const shown = omitUndefined({
					url: file === undefined ? undefined : this.#urlOf(file.path),
					problem: file === undefined ? undefined : isTooLarge(download) ? ('tooLarge' as const) : this.#problems.get(identityOf(file)),
					progress: this.#parts.downloads.progressOf(download),
				});
				return [download.media, { download, isLocal, ...shown }];
			}),
		);
	}

	/** Whether an address is that of a result's file, and not that of its link. */
	isFile(media: number, url: string): boolean {
		return this.shown().get(media)?.url === url;
	}

	/** The page could not load or decode the file of a result. */
	async failed(media: number, cause: 'link' | 'format'): Promise<void> {
		const file = this.shown().get(media)?.download.file;
		if (file === undefined) {
			return;
		}
		if (cause === 'link') {
			await this.#parts.noticeMissing(this.#key);
		}
		this.#problems.set(identityOf(file), cause === 'link' ? 'notReadable' : 'notPlayable');
	}

	/** The page may try all files again. */
	forgetProblems(): void {
		this.#problems.clear();
	}

	/** The newest kept files without a poster that the page may load, those of this task first. */
	wantedPosters(): readonly PagePoster[] {
		const { downloads } = this.#parts.store;
		// The list of the newest is code of its own, which a page without kept files does not need.
		return this.folders.length === 0
			? []
			: postersToDraw(downloads.of(this.#key), downloads.newestKept(mostPosters), (path) => this.#urlOf(path));
	}

	/** Keeps a poster that the page has drawn, if it was asked for it. */
	async keepPoster({ sha256, bytes }: Extract<PageMessage, { type: 'poster' }>): Promise<void> {
		if (this.wantedPosters().some((wanted) => wanted.sha256 === sha256)) {
			const {
				posters,
				store: { downloads },
			} = this.#parts;
			const removed = await posters.put(sha256, bytes);
			await downloads.recordPosters([sha256], true);
			await downloads.recordPosters(removed, false);
		}
	}

	/** The address of a file for the page; undefined if its policy does not allow it. */
	#urlOf(path: string): string | undefined {
		const file = vscode.Uri.file(path);
		const folder = vscode.Uri.joinPath(file, '..').toString();
		return this.folders.some((known) => known.toString() === folder) ? this.#webview.asWebviewUri(file).toString() : undefined;
	}
}

/** Of a file that is there. */
function isTooLarge(download: Download): boolean {
	return (keptFileOf(download)?.size ?? 0) > mostShown;
}

function identityOf({ path, keptAt }: KeptFile): string {
	return `${keptAt} ${path}`;
}
