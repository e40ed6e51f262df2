import { l10n } from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { DownloadProblem } from '../../results/download';
import { apiMessage } from './foreignText';

/**
 * Why a result was not saved, in whole sentences.
 * @param host the host of the result's link
 * @param api the host of the task's API
 */
export function saveFailureText(problem: DownloadProblem, host: string, api: string): string {
	const message = 'message' in problem && problem.kind !== 'unreachable' ? apiMessage(problem.message) : undefined;
	switch (problem.kind) {
		case 'expired':
			return message === undefined
				? l10n.t(
						'The link of this result has expired, and the API has no fresh one. Results are kept for 30 days at most. Nothing was saved.',
					)
				: l10n.t('The link of this result has expired, and the API has no fresh one. {0} says “{1}”. Nothing was saved.', host, message);
		case 'wantsKey':
			return keyText(problem.why, host, api, message);
		case 'webPage':
			return message === undefined
				? l10n.t('{0} answered with a web page instead of the result; perhaps this network wants a sign-in. Nothing was saved.', host)
				: l10n.t(
						'{0} answered with a web page instead of the result: “{1}”. Perhaps this network wants a sign-in. Nothing was saved.',
						host,
						message,
					);
		case 'document':
			return message === undefined
				? l10n.t('{0} sent a text instead of the result. Nothing was saved.', host)
				: l10n.t('{0} sent a text instead of the result: “{1}”. Nothing was saved.', host, message);
		case 'playlist':
			return l10n.t('{0} sent a playlist, which is a list of links, instead of the result. Nothing was saved.', host);
		case 'compressed':
			return l10n.t('{0} sent compressed data instead of the result. Nothing was saved.', host);
		case 'unknownFormat':
			return l10n.t('{0} sent a file of an unknown format: it is not known as video, image or sound. Nothing was saved.', host);
		case 'empty':
			return l10n.t('{0} sent an empty file. Nothing was saved.', host);
		case 'server':
			return message === undefined
				? l10n.t('{0} answered with status {1}. Nothing was saved.', host, problem.httpStatus)
				: l10n.t('{0} answered with status {1}: “{2}”. Nothing was saved.', host, problem.httpStatus, message);
		case 'truncated':
			return l10n.t('The connection to {0} ended early. Nothing was saved.', host);
		case 'overlong':
			return l10n.t('{0} sent more than it announced, so the file may not be whole. Nothing was saved.', host);
		case 'diskFull':
			return l10n.t('The disk is full. Nothing was saved; make room or save elsewhere.');
		case 'notWritable':
			return l10n.t('The file cannot be written there ({0}). Nothing was saved.', problem.code);
		case 'unreachable':
			return l10n.t('{0} cannot be reached ({1}). Nothing was saved.', host, problem.code);
		case 'linkRefused':
			return l10n.t('The link leads to an address that is not https, or that is of a private network; it was not followed.');
		case 'tooManyRedirects':
			return l10n.t('{0} redirects in circles. Nothing was saved.', host);
		default:
			return assertNever(problem);
	}
}

function keyText(
	why: Extract<DownloadProblem, { kind: 'wantsKey' }>['why'],
	host: string,
	api: string,
	message: string | undefined,
): string {
	switch (why) {
		case 'elsewhere':
			return message === undefined
				? l10n.t('{0} wants a key for this link. The API key is sent to {1} only. Nothing was saved.', host, api)
				: l10n.t('{0} wants a key for this link and says “{1}”. The API key is sent to {2} only. Nothing was saved.', host, message, api);
		case 'noKey':
			return l10n.t('{0} wants the API key for this link, and no API key is set for it. Nothing was saved.', host);
		case 'refused':
			return message === undefined
				? l10n.t('{0} wants a key for this link and refused the API key. Nothing was saved.', host)
				: l10n.t('{0} wants a key for this link and refused the API key: “{1}”. Nothing was saved.', host, message);
	}
}
