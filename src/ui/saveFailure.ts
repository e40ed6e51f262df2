import { l10n } from 'vscode';
import type { Media } from '../core/media';
import type { Task } from '../core/task';
import { unreachable } from '../core/unreachable';
import type { DownloadProblem } from '../results/download';
import { commandRemedy } from './message';
import type { TaskNode } from './taskNode';
import { UserError, type Remedy } from './userError';
import { hostOf } from '../core/origin';
import { quoted } from './text/foreignText';

/**
 * Why a result was not saved, and the ways out.
 * @param node what was to be saved, for trying again
 */
export function saveFailure(problem: DownloadProblem, task: Task, media: Media, node: TaskNode): UserError {
	const api = hostOf(task.ref.origin);
	const host = URL.parse(media.url)?.host ?? api;
	const said = 'message' in problem && problem.kind !== 'unreachable' ? quoted(problem.message) : undefined;
	const elsewhere = commandRemedy(l10n.t('Save elsewhere…'), 'kling.saveResult', node);
	const again = commandRemedy(l10n.t('Try again'), 'kling.saveResult', node);
	const browser = commandRemedy(l10n.t('Open in browser'), 'kling.openInBrowser', node);
	switch (problem.kind) {
		case 'expired':
			return said === undefined
				? new UserError(
						l10n.t(
							'The link of this result has expired, and the API has no fresh one. Results are kept for 30 days at most. Nothing was saved.',
						),
						[again],
					)
				: new UserError(
						l10n.t('The link of this result has expired, and the API has no fresh one. {0} says “{1}”. Nothing was saved.', host, said),
						[again],
					);
		case 'wantsKey':
			return keyFailure(problem.why, api, host, said, [browser, again], commandRemedy(l10n.t('Set API key'), 'kling.setApiKey', node));
		case 'webPage':
			return said === undefined
				? new UserError(
						l10n.t('{0} answered with a web page instead of the result; perhaps this network wants a sign-in. Nothing was saved.', host),
						[browser, again],
					)
				: new UserError(
						l10n.t(
							'{0} answered with a web page instead of the result: “{1}”. Perhaps this network wants a sign-in. Nothing was saved.',
							host,
							said,
						),
						[browser, again],
					);
		case 'document':
			return said === undefined
				? new UserError(l10n.t('{0} sent a text instead of the result. Nothing was saved.', host), [browser, again])
				: new UserError(l10n.t('{0} sent a text instead of the result: “{1}”. Nothing was saved.', host, said), [browser, again]);
		case 'playlist':
			return new UserError(l10n.t('{0} sent a playlist, which is a list of links, instead of the result. Nothing was saved.', host), [
				browser,
				again,
			]);
		case 'compressed':
			return new UserError(l10n.t('{0} sent compressed data instead of the result. Nothing was saved.', host), [browser, again]);
		case 'unknownFormat':
			return new UserError(
				l10n.t('{0} sent a file of an unknown format: it is not known as video, image or sound. Nothing was saved.', host),
				[browser, again],
			);
		case 'empty':
			return new UserError(l10n.t('{0} sent an empty file. Nothing was saved.', host), [again]);
		case 'server':
			return said === undefined
				? new UserError(l10n.t('{0} answered with status {1}. Nothing was saved.', host, problem.httpStatus), [again])
				: new UserError(l10n.t('{0} answered with status {1}: “{2}”. Nothing was saved.', host, problem.httpStatus, said), [again]);
		case 'truncated':
			return new UserError(l10n.t('The connection to {0} ended early. Nothing was saved.', host), [again]);
		case 'overlong':
			return new UserError(l10n.t('{0} sent more than it announced, so the file may not be whole. Nothing was saved.', host), [again]);
		case 'diskFull':
			return new UserError(l10n.t('The disk is full. Nothing was saved; make room or save elsewhere.'), [elsewhere]);
		case 'notWritable':
			return new UserError(l10n.t('The file cannot be written there ({0}). Nothing was saved.', problem.code), [elsewhere]);
		case 'unreachable':
			return new UserError(l10n.t('{0} cannot be reached ({1}). Nothing was saved.', host, problem.code), [again]);
		case 'linkRefused':
			return new UserError(l10n.t('The link leads to an address that is not https, or that is of a private network; it was not followed.'));
		case 'tooManyRedirects':
			return new UserError(l10n.t('{0} redirects in circles. Nothing was saved.', host), [browser]);
		default:
			return unreachable(problem);
	}
}

function keyFailure(
	why: 'elsewhere' | 'noKey' | 'refused',
	api: string,
	host: string,
	said: string | undefined,
	others: readonly Remedy[],
	setKey: Remedy,
): UserError {
	switch (why) {
		case 'elsewhere':
			return said === undefined
				? new UserError(l10n.t('{0} wants a key for this link. The API key is sent to {1} only. Nothing was saved.', host, api), others)
				: new UserError(
						l10n.t('{0} wants a key for this link and says “{1}”. The API key is sent to {2} only. Nothing was saved.', host, said, api),
						others,
					);
		case 'noKey':
			return new UserError(l10n.t('{0} wants the API key for this link, and no API key is set for it. Nothing was saved.', host), [
				setKey,
				...others,
			]);
		case 'refused':
			return said === undefined
				? new UserError(l10n.t('{0} wants a key for this link and refused the API key. Nothing was saved.', host), [setKey, ...others])
				: new UserError(l10n.t('{0} wants a key for this link and refused the API key: “{1}”. Nothing was saved.', host, said), [
						setKey,
						...others,
					]);
	}
}
