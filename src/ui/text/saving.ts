import { l10n } from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { MediaKind } from '../../core/media';
import type { DownloadReason } from '../../core/download';
import { hostOf } from '../../core/origin';
import type { Task } from '../../core/task';
import { apiMessage } from './foreignText';
import { sentences } from './sentences';

/** Why a result was not saved, and that nothing was. See `saveReasonText`. */
export function saveFailureText(problem: DownloadReason, host: string, api: string): string {
	return sentences(saveReasonText(problem, host, api), l10n.t('Nothing was saved.'));
}

/** Why a result of a task could not be saved or kept. @param url of the result */
export function failureText(problem: DownloadReason, task: Pick<Task, 'ref'>, url: string): string {
	return saveReasonText(problem, ...hostsOf(task, url));
}

/** The hosts of a result's link and of its task's API; of a result without a link, that of the API. */
export function hostsOf({ ref }: Pick<Task, 'ref'>, url: string): readonly [host: string, api: string] {
	const api = hostOf(ref.origin);
	return [URL.parse(url)?.host ?? api, api];
}

/**
 * Why a result could not be saved or kept, in whole sentences.
 * @param host the host of the result's link
 * @param api the host of the task's API
 */
function saveReasonText(problem: DownloadReason, host: string, api: string): string {
	// The sentence that quotes it has a full stop of its own.
	const message = 'message' in problem && problem.kind !== 'unreachable' ? apiMessage(problem.message).replace(/[.。]$/u, '') : undefined;
	switch (problem.kind) {
		case 'expired':
		case 'linkGone':
			return message === undefined
				? l10n.t('The result link has expired, and the API has no new one. Results are kept for at most 30 days.')
				: l10n.t({
						message: 'The result link has expired, and the API has no new one. Response from {0}: “{1}”.',
						args: [host, message],
						comment: ['{0} is a host name.', '{1} is what the server said, in its own words.'],
					});
		case 'wantsKey':
			return keyText(problem.why, host, api, message);
		case 'webPage':
			return message === undefined
				? l10n.t({
						message: '{0} returned a web page instead of the result; this network may require sign-in.',
						args: [host],
						comment: ['{0} is a host name.'],
					})
				: l10n.t({
						message: '{0} returned a web page instead of the result: “{1}”. This network may require sign-in.',
						args: [host, message],
						comment: ['{0} is a host name.', '{1} is what the server said, in its own words.'],
					});
		case 'document':
			return message === undefined
				? l10n.t({ message: '{0} returned text instead of the result.', args: [host], comment: ['{0} is a host name.'] })
				: l10n.t({
						message: '{0} returned text instead of the result: “{1}”.',
						args: [host, message],
						comment: ['{0} is a host name.', '{1} is what the server said, in its own words.'],
					});
		case 'playlist':
			return l10n.t({
				message: '{0} returned a playlist instead of the result.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'compressed':
			return l10n.t({
				message: '{0} returned compressed data instead of the result.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'unknownFormat':
			return l10n.t({
				message: '{0} returned a file of unknown format, not a video, image or audio file.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'empty':
			return l10n.t({ message: '{0} returned an empty file.', args: [host], comment: ['{0} is a host name.'] });
		case 'server':
			return message === undefined
				? l10n.t({
						message: '{0} responded with status {1}.',
						args: [host, problem.httpStatus],
						comment: ['{0} is a host name.', '{1} is an HTTP status code.'],
					})
				: l10n.t({
						message: '{0} responded with status {1}: “{2}”.',
						args: [host, problem.httpStatus, message],
						comment: ['{0} is a host name.', '{1} is an HTTP status code.', '{2} is what the server said, in its own words.'],
					});
		case 'truncated':
			return l10n.t({
				message: 'The connection to {0} was closed early.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'overlong':
			return l10n.t({
				message: '{0} sent more data than announced; the file may be damaged.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'wrongKind':
			return wrongKindText[problem.expected](host);
		case 'tooLarge':
			return l10n.t({
				message: '{0} sends a file of more than {1} GB.',
				args: [host, Math.round(problem.most / 1024 ** 3)],
				comment: ['{0} is a host name.', '{1} is a number.'],
			});
		case 'digest':
			return l10n.t({
				message: 'The file from {0} was damaged on its way: its digest differs.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'folderMissing':
			return l10n.t('The folder does not exist any more, or its disk is not connected.');
		case 'diskFull':
			return l10n.t('The disk is full.');
		case 'notWritable':
			return l10n.t({
				message: 'Cannot write the file to this location ({0}).',
				args: [problem.code],
				comment: ['{0} is an error code such as EACCES.'],
			});
		case 'unreachable':
			return l10n.t({
				message: 'Cannot connect to {0} ({1}).',
				args: [host, problem.code],
				comment: ['{0} is a host name.', '{1} is an error code such as ECONNREFUSED.'],
			});
		case 'linkRefused':
			return l10n.t('The link was blocked: it is not https or points to a private network.');
		case 'cancelled':
			return l10n.t('Saving was cancelled.');
		case 'tooManyRedirects':
			return l10n.t({ message: 'Too many redirects from {0}.', args: [host], comment: ['{0} is a host name.'] });
		default:
			return assertNever(problem);
	}
}

const wrongKindText = {
	video: (host) => l10n.t({ message: '{0} returned a file that is no video.', args: [host], comment: ['{0} is a host name.'] }),
	image: (host) => l10n.t({ message: '{0} returned a file that is no image.', args: [host], comment: ['{0} is a host name.'] }),
	audio: (host) => l10n.t({ message: '{0} returned a file that is no audio.', args: [host], comment: ['{0} is a host name.'] }),
} as const satisfies Record<MediaKind, (host: string) => string>;

function keyText(
	why: Extract<DownloadReason, { kind: 'wantsKey' }>['why'],
	host: string,
	api: string,
	message: string | undefined,
): string {
	switch (why) {
		case 'elsewhere':
			return message === undefined
				? l10n.t({
						message: '{0} requires a key for this link. The API key is sent only to {1}.',
						args: [host, api],
						comment: ['{0} is a host name.', '{1} is the host name of the task’s API.'],
					})
				: l10n.t({
						message: '{0} requires a key for this link: “{1}”. The API key is sent only to {2}.',
						args: [host, message, api],
						comment: ['{0} is a host name.', '{1} is what the server said, in its own words.', '{2} is the host name of the task’s API.'],
					});
		case 'noKey':
			return l10n.t({
				message: '{0} requires an API key for this link, and none is set.',
				args: [host],
				comment: ['{0} is a host name.'],
			});
		case 'refused':
			return message === undefined
				? l10n.t({ message: '{0} rejected the API key for this link.', args: [host], comment: ['{0} is a host name.'] })
				: l10n.t({
						message: '{0} rejected the API key for this link: “{1}”.',
						args: [host, message],
						comment: ['{0} is a host name.', '{1} is what the server said, in its own words.'],
					});
	}
}
