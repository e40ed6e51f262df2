// Entry point of dist/sidecars.js.
import * as vscode from 'vscode';
import { mediaFormats } from '../../core/mediaFormat';
import { parseSidecar } from '../../results/parseSidecar';
import { sidecarSuffix } from '../../results/sidecar';
import type { LazyTrackCommand } from '../commands/lazyTrackCommand';
import { readResultUri } from '../result/resultTabs';
import { sentences } from '../text/sentences';
import { shown } from '../../core/shown';
import { uriName } from '../uriName';
import { isUserError, nothingToDo, UserError } from '../userError';
import { trackFrom, type SidecarParts } from './trackSidecars';

export { trackSidecars } from './trackSidecars';

/** What was dropped on the list, or is to be tracked otherwise. */
export interface Dropped {
	/** Files and folders of any file system, and links. */
	readonly uris: readonly vscode.Uri[];
	/** Used if there are no URIs. */
	readonly text?: string;
}

export interface DropParts extends SidecarParts {
	readonly track: Pick<LazyTrackCommand, 'run' | 'runOnFiles'>;
}

/** The most files and folders of one drop. */
const mostDropped = 1_000;
/** File extensions of results, which hold no task themselves. */
const mediaExtensions: ReadonlySet<string> = new Set([...Object.values(mediaFormats).map(({ extension }) => extension), 'jpeg', 'm4v']);

/**
 * Tracks what is dropped: the task of a kept file or of a sidecar, all of those in a folder, the tasks in the text of any other file, in links
 * or in a text. What fails for one of these is said, and the others are tracked.
 * @throws UserError for too many files; vscode.CancellationError when the person cancels, which ends all
 */
export async function trackDropped({ uris, text }: Dropped, parts: DropParts): Promise<void> {
	const foreign = uris.filter((uri) => readResultUri(uri) === undefined);
	const files = foreign.filter(({ scheme }) => scheme !== 'http' && scheme !== 'https');
	if (files.length > mostDropped) {
		throw new UserError(
			vscode.l10n.t({
				message: 'More than {0} files were dropped. Drop their folder instead.',
				args: [mostDropped],
				comment: ['{0} is a count.'],
			}),
		);
	}
	const { folders, sidecars, media, others } = await sort(files);
	const links = foreign.filter((uri) => !files.includes(uri)).map((uri) => uri.toString(true));
	if (media.length > 0) {
		sayFailure(noSidecar(media), parts);
	}
	if (folders.length + sidecars.length > 0) {
		await sayingFailure(trackFrom({ folders, files: sidecars }, parts), parts);
	}
	if (others.length > 0) {
		await sayingFailure(parts.track.runOnFiles([others[0], others]), parts);
	}
	if (uris.length === 0) {
		await sayingFailure(trackText(text ?? '', parts), parts);
	} else if (links.length > 0) {
		await sayingFailure(parts.track.run(links.join('\n')), parts);
	}
}

/** Says what a person can understand, so that the rest of the drop goes on. @throws everything else */
async function sayingFailure(work: Promise<void>, parts: DropParts): Promise<void> {
	try {
		await work;
	} catch (error) {
		if (!isUserError(error)) {
			throw error;
		}
		sayFailure(error, parts);
	}
}

function sayFailure({ severity, message, remedies }: UserError, { say }: DropParts): void {
	void say(severity, message, remedies);
}

/** A text, which may be the content of sidecars that were dropped in a browser. */
async function trackText(text: string, parts: DropParts): Promise<void> {
	if (text.trim() === '') {
		throw nothingToDo(vscode.l10n.t('What was dropped contains no file and no text.'));
	}
	const read = text.split(/\n(?=\{\s+"format": "kling-result",)/).map(parseSidecar);
	const sidecars = read.flatMap((one) => (one.ok ? [one.sidecar] : []));
	await (sidecars.length === read.length ? trackFrom({ read: sidecars }, parts) : parts.track.run(text));
}

interface Sorted {
	readonly folders: readonly vscode.Uri[];
	readonly sidecars: readonly vscode.Uri[];
	/** Videos, images and sounds without a sidecar. */
	readonly media: readonly vscode.Uri[];
	readonly others: readonly vscode.Uri[];
}

async function sort(files: readonly vscode.Uri[]): Promise<Sorted> {
	const sorted = { folders: [] as vscode.Uri[], sidecars: [] as vscode.Uri[], media: [] as vscode.Uri[], others: [] as vscode.Uri[] };
	for (const uri of files) {
		if (uri.path.endsWith(sidecarSuffix)) {
			sorted.sidecars.push(uri);
			continue;
		}
		const type = await typeOf(uri);
		if (type !== undefined && (type & vscode.FileType.Directory) !== 0) {
			sorted.folders.push(uri);
			continue;
		}
		const sidecar = uri.with({ path: uri.path + sidecarSuffix });
		if ((await typeOf(sidecar)) === vscode.FileType.File) {
			sorted.sidecars.push(sidecar);
		} else {
			(mediaExtensions.has(extensionOf(uri)) ? sorted.media : sorted.others).push(uri);
		}
	}
	return sorted;
}

/** Undefined: there is nothing, or it cannot be read. */
async function typeOf(uri: vscode.Uri): Promise<vscode.FileType | undefined> {
	try {
		return (await vscode.workspace.fs.stat(uri)).type;
	} catch {
		return undefined;
	}
}

function extensionOf({ path }: vscode.Uri): string {
	return path.slice(path.lastIndexOf('.') + 1).toLowerCase();
}

function noSidecar(media: readonly vscode.Uri[]): UserError {
	const [only, ...others] = media;
	const rule = vscode.l10n.t({
		message: 'A task is recognised by the file beside the result whose name ends with “{0}”.',
		args: [sidecarSuffix],
		comment: ['{0} is the end of a file name.'],
	});
	const name = only === undefined ? '' : shown(uriName(only));
	return new UserError(
		sentences(
			others.length === 0
				? vscode.l10n.t({ message: '“{0}” has no sidecar.', args: [name], comment: ['{0} is a file name.'] })
				: vscode.l10n.t({ message: 'None of the {0} files has a sidecar.', args: [media.length], comment: ['{0} is a count.'] }),
			rule,
		),
	);
}
