import * as vscode from 'vscode';
import { mediaFormats } from '../../core/mediaFormat';
import { mediaAt, type MediaRef } from '../../core/mediaRef';
import { isAllowedLink, linkExpiry } from '../../core/resultLink';
import type { Task } from '../../core/task';
import type { Stores } from '../../tracking/ports/stores';
import { resultUri } from '../result/resultTabs';
import type { Dropped } from '../sidecars/trackDropped';
import type { TreeNode } from '../tree/treeNode';
import { insertedType } from '../tree/droppedRows';
import { shown } from '../../core/shown';
import { taskLabel } from '../text/tasks';
import { nothingToDo } from '../userError';
import { hasFile } from './keeping';

const uriList = 'text/uri-list';
/** What the editor adds to every drag that begins in this list. */
const ownType = 'application/vnd.code.tree.kling.tasks';
/** Files that the editor gives without saying where they lie are read at most up to this length, bytes. */
const mostText = 5_000_000;

/**
 * What a drag of rows carries: the kept files of a task or of a result, its result tab where none is kept. The editor opens both when they are
 * dropped. With Shift it inserts the paths of files; for rows without one it gets the text to insert: their links, or what they are called.
 * @param now ms since 1970
 */
export function dragRows(
	rows: readonly TreeNode[],
	data: vscode.DataTransfer,
	store: Pick<Stores, 'tasks' | 'downloads'>,
	now: number,
): void {
	const texts = new Set<string>();
	const withoutFile = new Set<TreeNode>();
	const uris = rows.flatMap((row): readonly vscode.Uri[] => {
		const task = row.kind === 'task' ? store.tasks.get(row.key) : undefined;
		if (row.kind !== 'task' || task === undefined) {
			return [];
		}
		const kept = store.downloads
			.of(task.key)
			.filter((download) => hasFile(download) && (row.media === undefined || row.media === download.media));
		const files = kept.flatMap(({ file }) => (file === undefined ? [] : [vscode.Uri.file(file.path)]));
		if (files.length > 0) {
			files.forEach((file) => texts.add(vscode.workspace.asRelativePath(file)));
			return files;
		}
		withoutFile.add(row);
		const links = linksOf(task, row.media, now);
		(links.length > 0 ? links : [shown(taskLabel(task))]).forEach((text) => texts.add(text));
		return [resultUri(task)];
	});
	if (withoutFile.size > 0) {
		data.set(insertedType, new vscode.DataTransferItem([...texts].join(' ')));
	}
	if (uris.length > 0) {
		data.set(uriList, new vscode.DataTransferItem([...new Set(uris.map(String))].join('\r\n')));
	}
}

/** The links that may be opened, and have not expired, of a media or of all of a task's results. */
function linksOf(task: Task, media: MediaRef | undefined, now: number): readonly string[] {
	const refs = media === undefined ? [...task.results.keys()] : [media];
	return refs
		.flatMap((ref) => mediaAt(task, ref)?.url ?? [])
		.filter((url) => isAllowedLink(url, task.ref.origin) && (linkExpiry(url, task.updatedAt)?.at ?? Infinity) > now);
}

/**
 * What was dropped on the list; undefined for its own rows, which mean nothing here.
 * @throws UserError if only files were dropped of which the editor does not say where they lie, and which hold no text
 */
export async function readDropped(data: vscode.DataTransfer): Promise<Dropped | undefined> {
	if (data.get(ownType) !== undefined) {
		return undefined;
	}
	const listed = urisOf((await data.get(uriList)?.asString()) ?? '');
	const files = [...data].flatMap(([, item]) => item.asFile() ?? []);
	const located = files.flatMap(({ uri }) => uri ?? []);
	const uris = [...new Map([...listed, ...located].map((uri) => [uri.toString(), uri])).values()];
	if (uris.length > 0) {
		return { uris };
	}
	if (files.length > 0) {
		return { uris: [], text: await textOf(files) };
	}
	return { uris: [], text: (await data.get('text/plain')?.asString()) ?? '' };
}

/** Lines of a list of URIs (RFC 2483): comments begin with `#`. What is no URI is left out. */
function urisOf(list: string): readonly vscode.Uri[] {
	return list.split(/\r?\n/).flatMap((line) => {
		if (line.trim() === '' || line.startsWith('#')) {
			return [];
		}
		try {
			return [vscode.Uri.parse(line.trim(), true)];
		} catch {
			return [];
		}
	});
}

/** In a browser, a file that is dropped has a name and content, but no place. */
async function textOf(files: readonly vscode.DataTransferFile[]): Promise<string> {
	const readable = files.filter(({ name }) => !isMedia(name));
	if (readable.length === 0) {
		throw nothingToDo(
			vscode.l10n.t('This editor does not say where a dropped file lies. Use “Track from Sidecars in Folder…” for the folder of the file.'),
		);
	}
	const texts: string[] = [];
	for (const file of readable) {
		texts.push(new TextDecoder().decode((await file.data()).subarray(0, mostText)));
	}
	return texts.join('\n');
}

function isMedia(name: string): boolean {
	const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
	return extension === 'jpeg' || Object.values(mediaFormats).some((format) => format.extension === extension);
}
