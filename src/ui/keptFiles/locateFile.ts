import * as vscode from 'vscode';
import type { KeptFile } from '../../core/download';
import { mediaFormats } from '../../core/mediaFormat';
import { omitUndefined } from '../../core/omitUndefined';
import { identifyFile } from '../../results/fileIdentity';
import type { Clock } from '../../tracking/ports/host';
import type { DownloadStore } from '../../tracking/ports/downloads';
import { confirm } from '../confirm';
import { showingProgress } from '../progress';
import { mediaKindLabel } from '../text/media';
import { otherFileQuestion } from '../text/keptFiles';
import { UserError } from '../userError';
import { kindOf, nameOf, type KeptResult } from './keptTargets';

/**
 * Asks where the file of a result is now, and keeps that. A file of other content is taken only after a question.
 * @throws UserError if the chosen file is no video, image or audio file of this kind; vscode.CancellationError when the person cancels
 */
export async function locateFile(
	{ download, file }: KeptResult,
	{ downloads, clock }: { readonly downloads: Pick<DownloadStore, 'recordFile'>; readonly clock: Clock },
): Promise<KeptFile> {
	const kind = kindOf(file);
	const extensions = Object.values(mediaFormats).flatMap((format) => (format.kind === kind ? [format.extension] : []));
	const [chosen] =
		(await vscode.window.showOpenDialog({
			title: vscode.l10n.t({ message: 'Locate {0}', args: [nameOf(file)], comment: ['{0} is a file name.'] }),
			openLabel: vscode.l10n.t('Use This File'),
			defaultUri: vscode.Uri.joinPath(vscode.Uri.file(file.path), '..'),
			filters: { [mediaKindLabel(kind)]: extensions },
		})) ?? [];
	if (chosen === undefined) {
		throw new vscode.CancellationError();
	}
	if (chosen.scheme !== 'file') {
		throw new UserError(vscode.l10n.t('Only a file on this computer can be used.'));
	}
	const name = nameOf({ path: chosen.fsPath });
	const identity = await showingProgress(
		clock,
		vscode.l10n.t({ message: 'Kling: Reading {0}…', args: [name], comment: ['{0} is a file name.'] }),
		({ signal }) => identifyFile(chosen.fsPath, signal),
		{ cancellable: true },
	);
	const { format } = identity;
	if (format === undefined || mediaFormats[format].kind !== kind) {
		throw new UserError(
			vscode.l10n.t({
				message: '{0} is no file of the same kind. Nothing was changed.',
				args: [name],
				comment: ['{0} is a file name.'],
			}),
		);
	}
	const isSame = identity.sha256 === file.sha256;
	if (!isSame) {
		await confirm(otherFileQuestion(name));
	}
	const found: KeptFile = isSame
		? omitUndefined({ ...file, missingSince: undefined, path: chosen.fsPath })
		: { path: chosen.fsPath, size: identity.size, sha256: identity.sha256, format, keptAt: clock.now() };
	await downloads.recordFile(download, found, clock.now());
	return found;
}
