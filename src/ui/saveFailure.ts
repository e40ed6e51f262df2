import { l10n } from 'vscode';
import type { Media } from '../core/media';
import type { Task } from '../core/task';
import { assertNever } from '../core/assertNever';
import type { DownloadReason } from '../core/download';
import { commandRemedy } from './message';
import type { TaskNode } from './taskNode';
import { hostsOf, saveFailureText } from './text/saving';
import { UserError, type Remedy } from './userError';

/**
 * Why a result was not saved, with its remedies.
 * @param node the argument of the command, for trying again
 */
export function saveFailure(problem: DownloadReason, task: Task, media: Media, node: TaskNode): UserError {
	const again = commandRemedy(l10n.t('Try Again'), 'kling.saveResult', node);
	const elsewhere = commandRemedy(l10n.t('Save Elsewhere…'), 'kling.saveResult', node);
	return new UserError(saveFailureText(problem, ...hostsOf(task, media.url)), saveRemedies(problem, node, { again, elsewhere }));
}

/**
 * What helps.
 * @param node the result, or one of those with the same problem
 */
export function saveRemedies(
	problem: DownloadReason,
	node: TaskNode,
	{ again, elsewhere }: { readonly again: Remedy; readonly elsewhere: Remedy },
): readonly Remedy[] {
	const browser = commandRemedy(l10n.t('Open in Browser'), 'kling.openInBrowser', node);
	switch (problem.kind) {
		case 'wantsKey':
			return problem.why === 'elsewhere'
				? [browser, again]
				: [commandRemedy(l10n.t('Set API Key'), 'kling.setApiKey', node), browser, again];
		case 'webPage':
		case 'document':
		case 'playlist':
		case 'compressed':
		case 'unknownFormat':
		case 'wrongKind':
			return [browser, again];
		case 'expired':
		case 'linkGone':
		case 'cancelled':
		case 'empty':
		case 'server':
		case 'truncated':
		case 'overlong':
		case 'unreachable':
		case 'digest':
			return [again];
		case 'diskFull':
		case 'notWritable':
		case 'folderMissing':
			return [elsewhere];
		case 'tooManyRedirects':
			return [browser];
		case 'linkRefused':
		case 'tooLarge':
			return [];
		default:
			return assertNever(problem);
	}
}
