import * as vscode from 'vscode';
import { mediaFormats } from '../../core/mediaFormat';
import type { TaskKey } from '../../core/task';
import type { Clock, Log } from '../../tracking/ports/host';
import type { KeepOrder } from '../../tracking/ports/downloads';
import type { Stores } from '../../tracking/ports/stores';
import type { keptFileCommandIds } from '../commands/commandIds';
import type { HandlersOf } from '../commands/commandRegistry';
import type { TaskTargets } from '../commands/taskTargets';
import type { Say } from '../message';
import { showStatusMessage } from '../statusMessage';
import { escapeCodicons } from '../text/foreignText';
import { deletedText } from '../text/keptFiles';
import { nothingToDo, UserError } from '../userError';
import { deleteKeptFiles } from './deleteKeptFiles';
import { canKeepAgain, isMissing, mayHaveLink } from './keeping';
import { KeptTargets, nameOf, type KeptResult } from './keptTargets';
import { locateFile } from './locateFile';
import { markdownOfKept } from './keptMarkdown';
import { MissingFiles, type MissingFilesParts } from './missingFiles';

export { dragRows, readDropped } from './rowDragAndDrop';

/** What the commands on kept files need. */
export interface KeptFileParts {
	readonly store: Pick<Stores, 'tasks' | 'downloads'>;
	readonly targets: TaskTargets;
	/** Keeps results, with progress, and says what came of it. */
	readonly keep: (orders: readonly KeepOrder[]) => Promise<void>;
	readonly clock: Clock;
	readonly log: Log;
	readonly say: Say;
}

/** Commands on the files of kept results. Entry point of dist/keptFiles.js. */
export function keptFileCommands({ store, targets, keep, clock, log, say }: KeptFileParts): HandlersOf<typeof keptFileCommandIds> {
	const kept = new KeptTargets(store.downloads, targets);
	const missing = new MissingFiles({ store, clock, say });

	/** The files that are there; where there is only one and it is not, this throws what can be done. */
	const present = async (args: readonly unknown[]): Promise<readonly KeptResult[]> => {
		const all = await kept.files(args);
		const [only, more] = all;
		if (only !== undefined && more === undefined) {
			await missing.require(only);
			return all;
		}
		const there = all.filter(({ file }) => file.missingSince === undefined);
		return there.length > 0 ? there : all;
	};

	return {
		'kling.revealFile': async (...args) => {
			// A browser cannot show a folder.
			if (vscode.env.uiKind !== vscode.UIKind.Desktop) {
				throw nothingToDo(vscode.l10n.t('A browser cannot show the file manager. Use “Copy Path” instead.'));
			}
			const chosen = await kept.one(args, vscode.l10n.t('Select a Result to Reveal'));
			await missing.require(chosen);
			await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(chosen.file.path));
		},
		'kling.openFile': async (...args) => {
			if (vscode.env.uiKind !== vscode.UIKind.Desktop) {
				throw nothingToDo(vscode.l10n.t('A browser cannot open files in other apps. Use “Copy Path” instead.'));
			}
			const chosen = await kept.one(args, vscode.l10n.t('Select a Result to Open'));
			await missing.require(chosen);
			if (!isNamedAsMedia(chosen.file.path)) {
				throw new UserError(
					vscode.l10n.t({
						message: '{0} is not opened: its name does not end as that of a video, image or audio file.',
						args: [nameOf(chosen.file)],
						comment: ['{0} is a file name.'],
					}),
				);
			}
			if (!(await vscode.env.openExternal(vscode.Uri.file(chosen.file.path)))) {
				throw nothingToDo(vscode.l10n.t('This editor cannot open files in other apps. Use “Copy Path” instead.'));
			}
		},
		'kling.copyPath': async (...args) => {
			const files = await present(args);
			await vscode.env.clipboard.writeText([...new Set(files.map(({ file }) => vscode.Uri.file(file.path).fsPath))].join('\n'));
			showStatusMessage(
				files.length === 1
					? vscode.l10n.t('Path copied')
					: vscode.l10n.t({ message: '{0} paths copied', args: [files.length], comment: ['{0} is a count.'] }),
			);
		},
		'kling.copyMarkdown': async (...args) => {
			const files = await present(args);
			await vscode.env.clipboard.writeText(files.map(markdownOfKept).join('\n'));
			showStatusMessage(vscode.l10n.t('Markdown copied'));
		},
		'kling.locateFile': async (...args) => {
			const noneMissing = vscode.l10n.t('No saved file is missing here.');
			const [first] = await kept.downloads(args.slice(0, 1), isMissing, noneMissing);
			if (first?.download.file === undefined) {
				throw nothingToDo(noneMissing);
			}
			const found = await locateFile({ ...first, file: first.download.file }, { downloads: store.downloads, clock });
			showStatusMessage(vscode.l10n.t({ message: 'Found {0}', args: [escapeCodicons(nameOf(found))], comment: ['{0} is a file name.'] }));
		},
		'kling.keepAgain': async (...args) => {
			const now = clock.now();
			const chosen = await kept.downloads(
				args,
				(download, task) => canKeepAgain(download, mayHaveLink(task, now)),
				vscode.l10n.t('Nothing here can be saved again: it is saved already, or its link has expired.'),
			);
			await keep(chosen.map(({ download: { task, media, plan } }) => ({ task, media, plan })));
		},
		'kling.deleteKeptFiles': async (...args) => {
			const outcome = await deleteKeptFiles(await kept.files(args), { downloads: store.downloads, files: vscode.workspace.fs, clock, log });
			void say(outcome.failed + outcome.changed === 0 ? 'info' : 'warning', deletedText(outcome));
		},
	};
}

/** Notes whether the kept files of a task are there, because the person looks at it. */
export async function noticeMissing(key: TaskKey, parts: MissingFilesParts): Promise<void> {
	await new MissingFiles(parts).notice(key);
}

/** A path may come from a sidecar: a name that the system would run as a program is not opened. */
function isNamedAsMedia(path: string): boolean {
	const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();
	return Object.values(mediaFormats).some((format) => format.extension === extension) || extension === 'jpeg';
}
