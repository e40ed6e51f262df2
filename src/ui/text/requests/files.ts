import { l10n } from 'vscode';
import type { FileRefusal } from '../../../requests/ports/workspaceFiles';
import type { MediaProblem } from '../../requests/mediaForSending';
import { shown } from '../../../core/shown';

const pathComment = ['{0} is a path of a file, as it is written in a request.'];

/** Why a file that a request names is not read, and what to do. `path` as written. */
export const fileRefusalText: Readonly<Record<FileRefusal, (path: string) => string>> = {
	unsaved: (path) =>
		l10n.t({
			message: 'Save the request first: “{0}” is relative to the file that the request is saved in.',
			args: [shown(path)],
			comment: pathComment,
		}),
	noFolder: (path) =>
		l10n.t({
			message: '“{0}” is not read, because this request is in no folder that is open. Open the folder that contains it.',
			args: [shown(path)],
			comment: pathComment,
		}),
	untrusted: (path) =>
		l10n.t({
			message: '“{0}” is not read, because this workspace is not trusted. Trust it if you know who wrote its files.',
			args: [shown(path)],
			comment: pathComment,
		}),
	malformed: (path) =>
		path === ''
			? l10n.t('The path is empty. Write the path of a file beside this one, such as ./image.png.')
			: l10n.t({
					message: '“{0}” is no path of a file: it is too long, or it has a character that a path should not have. Rename the file.',
					args: [shown(path).slice(0, 200)],
					comment: pathComment,
				}),
	absolute: (path) =>
		l10n.t({
			message:
				'“{0}” is not relative to this file. Move or copy the file into this folder, and write its path from here, such as ./image.png.',
			args: [shown(path)],
			comment: pathComment,
		}),
	parent: (path) =>
		l10n.t({
			message: '“{0}” leads out of a folder by “..”. Move the file beside this one or into a folder below, and write its path from here.',
			args: [shown(path)],
			comment: pathComment,
		}),
	backslash: (path) =>
		l10n.t({
			message: '“{0}” has a backslash. Write / between folders, so that the request works on every system.',
			args: [shown(path)],
			comment: pathComment,
		}),
	reserved: (path) =>
		l10n.t({
			message:
				'“{0}” has a name that Windows reserves or changes: a device such as NUL, a colon, or a dot or a space at the end. Rename it.',
			args: [shown(path)],
			comment: pathComment,
		}),
	hidden: (path) =>
		l10n.t({
			message: '“{0}” is hidden, or in a hidden folder. Such files often hold passwords, so a request never sends one.',
			args: [shown(path)],
			comment: pathComment,
		}),
	link: (path) =>
		l10n.t({
			message: '“{0}” is a symbolic link that leads out of the folder, or may do so. Copy the file itself into the folder.',
			args: [shown(path)],
			comment: pathComment,
		}),
	missing: (path) => l10n.t({ message: 'There is no file “{0}” beside this request.', args: [shown(path)], comment: pathComment }),
	notAFile: (path) =>
		l10n.t({ message: '“{0}” is a folder or a device. Write the path of a file.', args: [shown(path)], comment: pathComment }),
	unreadable: (path) =>
		l10n.t({
			message: '“{0}” cannot be read: access is denied, its file system does not respond, or it was just replaced. Open it to see why.',
			args: [shown(path)],
			comment: pathComment,
		}),
};

/** Why the files of a request cannot be sent. */
export function mediaProblemText(problem: MediaProblem): string {
	switch (problem.problem) {
		case 'refused':
			return fileRefusalText[problem.reason](problem.path);
		case 'changed':
			return l10n.t({
				message: '“{0}” has changed since it was checked. Nothing was sent. Check the request, and try again.',
				args: [shown(problem.path)],
				comment: pathComment,
			});
		case 'tooLarge':
			return l10n.t('The files of this request have more than 40 MB together as Base64. Use smaller ones, or links.');
	}
}
