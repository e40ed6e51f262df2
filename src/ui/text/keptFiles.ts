import { l10n } from 'vscode';
import { shown } from '../../core/shown';
import { sizeText } from './media';
import { sentences } from './sentences';

/** Nothing of what a command is called on is kept as a file. */
export function noFileText(): string {
	return l10n.t('No result is saved as a file here. Use “Keep Results” or “Save Result As…” first.');
}

/** The folder of a path of any system. */
export function folderOf(path: string): string {
	return path.replace(/[\\/][^\\/]*$/, '');
}

/** Before all data is deleted: which files are not. @param folders in which the newest are */
export function stayingText(files: number, folders: readonly string[]): string {
	const [folder, more] = folders;
	if (files === 0 || folder === undefined) {
		return l10n.t('Files that you saved are not deleted.');
	}
	if (more === undefined) {
		return files === 1
			? l10n.t({ message: '1 saved result stays in {0}.', args: [shown(folder)], comment: ['{0} is a folder.'] })
			: l10n.t({
					message: '{0} saved results stay in {1}.',
					args: [files, shown(folder)],
					comment: ['{0} is a count.', '{1} is a folder.'],
				});
	}
	return l10n.t({
		message: '{0} saved results stay in their folders, {1} for example.',
		args: [files, shown(folder)],
		comment: ['{0} is a count.', '{1} is a folder.'],
	});
}

/** Where kept files are: the path of one, the folder of several. Never empty. */
export function keptPathsText(paths: readonly string[]): string {
	const [first = '', more] = paths;
	return more === undefined
		? first
		: paths.every((path) => folderOf(path) === folderOf(first))
			? l10n.t({ message: '{0} files in {1}', args: [paths.length, folderOf(first)], comment: ['{0} is a count, {1} a folder.'] })
			: l10n.t({
					message: '{0} files, {1} for example',
					args: [paths.length, first],
					comment: ['{0} is a count, {1} the path of a file.'],
				});
}

/** Files of one task that are not in their folder any more. @param name of the first file @param label of the task */
export function missingText(count: number, name: string, label: string): string {
	return count === 1
		? l10n.t({
				message: '{0}, the saved result of {1}, was moved or deleted.',
				args: [shown(name), label],
				comment: ['{0} is a file name.', '{1} is the name of a task.'],
			})
		: l10n.t({
				message: '{0} saved results of {1} were moved or deleted, {2} among them.',
				args: [count, label, shown(name)],
				comment: ['{0} is a count.', '{1} is the name of a task.', '{2} is a file name.'],
			});
}

/** That missing files cannot be saved again. @param count of files */
export function noLinkLeftText(count: number): string {
	return count === 1
		? l10n.t('Its link has expired, so it cannot be saved again.')
		: l10n.t('Their links have expired, so they cannot be saved again.');
}

/**
 * The question before kept files are deleted.
 * @param size bytes
 * @param folders in which they are
 * @param others how many results that were not chosen have the same files
 */
export function deleteQuestion(
	count: number,
	size: number,
	folders: readonly string[],
	others = 0,
): { readonly message: string; readonly detail: string; readonly button: string } {
	const [folder = ''] = folders;
	const where =
		folders.length === 1
			? count === 1
				? l10n.t({
						message: 'It is in {0} ({1}).',
						args: [shown(folder), sizeText(size)],
						comment: ['{0} is a folder.', '{1} is a size such as “1.5 MB”.'],
					})
				: l10n.t({
						message: 'They are in {0} ({1}).',
						args: [shown(folder), sizeText(size)],
						comment: ['{0} is a folder.', '{1} is a size such as “1.5 MB”.'],
					})
			: l10n.t({
					message: 'They are in {0} folders, {1} for example ({2}).',
					args: [folders.length, shown(folder), sizeText(size)],
					comment: ['{0} is a count.', '{1} is a folder.', '{2} is a size such as “1.5 MB”.'],
				});
	const what =
		count === 1
			? l10n.t('The file that describes it goes too. The task stays in the list.')
			: l10n.t('The files that describe them go too. The tasks stay in the list.');
	return {
		message:
			count === 1
				? l10n.t('Delete the saved result?')
				: l10n.t({ message: 'Delete {0} saved results?', args: [count], comment: ['{0} is a count.'] }),
		detail: sentences(where, sharedText(others), what),
		button: l10n.t('Move to Trash'),
	};
}

/** That a file is that of other results too. */
function sharedText(others: number): string | undefined {
	return others === 0
		? undefined
		: others === 1
			? l10n.t('Another result has the same file and is not saved any more either.')
			: l10n.t({
					message: '{0} other results have the same file and are not saved any more either.',
					args: [others],
					comment: ['{0} is a count.'],
				});
}

/**
 * The question where a file cannot go to the trash.
 * @param reason what the editor or the system says of it; undefined: there is no trash
 */
export function noTrashQuestion(
	count: number,
	reason?: string,
): { readonly message: string; readonly detail: string; readonly button: string } {
	const permanently =
		count === 1
			? l10n.t('The file can only be deleted permanently. This cannot be undone.')
			: l10n.t({
					message: '{0} files can only be deleted permanently. This cannot be undone.',
					args: [count],
					comment: ['{0} is a count.'],
				});
	return {
		message: reason === undefined ? l10n.t('There is no trash for this folder.') : l10n.t('The file could not be moved to the trash.'),
		detail: reason === undefined ? permanently : `${shown(reason)}\n\n${permanently}`,
		button: l10n.t('Delete Permanently'),
	};
}

/** What was deleted, and what was not. All are counts of files. */
export function deletedText({
	deleted,
	changed,
	failed,
}: {
	readonly deleted: number;
	readonly changed: number;
	readonly failed: number;
}): string {
	return sentences(
		deleted === 1
			? l10n.t('Deleted 1 saved result.')
			: l10n.t({ message: 'Deleted {0} saved results.', args: [deleted], comment: ['{0} is a count.'] }),
		changed === 0
			? undefined
			: changed === 1
				? l10n.t('1 file stays, because its content is not what was saved.')
				: l10n.t({
						message: '{0} files stay, because their content is not what was saved.',
						args: [changed],
						comment: ['{0} is a count.'],
					}),
		failed === 0
			? undefined
			: failed === 1
				? l10n.t('1 file could not be deleted. See the log for details.')
				: l10n.t({ message: '{0} files could not be deleted. See the log for details.', args: [failed], comment: ['{0} is a count.'] }),
	);
}

/** The question when a chosen file is not the one that was saved. @param name of the chosen file */
export function otherFileQuestion(name: string): { readonly message: string; readonly detail: string; readonly button: string } {
	return {
		message: l10n.t({ message: '{0} is not the saved file.', args: [shown(name)], comment: ['{0} is a file name.'] }),
		detail: l10n.t('Its content differs. It may have been edited or converted since it was saved.'),
		button: l10n.t('Use This File'),
	};
}
