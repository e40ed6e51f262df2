import { l10n } from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { DownloadReason } from '../../core/download';
import type { MediaKind } from '../../core/media';
import type { Keeping } from '../keptFiles/keeping';

/**
 * How far results are kept, for the beginning of a row: "saving 43 %", "2 of 9 not saved: disk full". Undefined where all are kept: a mark
 * of the row shows that.
 */
export function keepingText(keeping: Keeping): string | undefined {
	const { state, count, kept, results, percent, reason } = keeping;
	switch (state) {
		case 'saving':
			if (results > 1) {
				return l10n.t({ message: 'saving {0} of {1}', args: [kept + 1, results], comment: ['{0} and {1} are numbers of results.'] });
			}
			return percent === undefined ? l10n.t('saving') : l10n.t({ message: 'saving {0} %', args: [percent], comment: ['{0} is a number.'] });
		case 'waiting':
			return reason === undefined
				? l10n.t('waiting to save')
				: l10n.t({ message: 'waiting to save: {0}', args: [reasonLabel(reason)], comment: ['{0} is a reason such as “disk full”.'] });
		case 'failed': {
			const why = reason === undefined ? undefined : reasonLabel(reason);
			if (results > 1 && count < results) {
				return why === undefined
					? l10n.t({ message: '{0} of {1} not saved', args: [count, results], comment: ['{0} and {1} are numbers of results.'] })
					: l10n.t({
							message: '{0} of {1} not saved: {2}',
							args: [count, results, why],
							comment: ['{0} and {1} are numbers of results.', '{2} is a reason such as “disk full”.'],
						});
			}
			return why === undefined
				? l10n.t('not saved')
				: l10n.t({ message: 'not saved: {0}', args: [why], comment: ['{0} is a reason such as “disk full”.'] });
		}
		case 'missing':
			return results > 1
				? l10n.t({ message: '{0} of {1} files missing', args: [count, results], comment: ['{0} and {1} are numbers.'] })
				: l10n.t('file missing');
		case 'kept':
			return kept < results
				? l10n.t({ message: '{0} of {1} saved', args: [kept, results], comment: ['{0} and {1} are numbers of results.'] })
				: undefined;
		default:
			return assertNever(state);
	}
}

/** The same for a screen reader, which does not see the mark. */
export function keepingLabel(keeping: Keeping): string {
	return keepingText(keeping) ?? l10n.t('saved');
}

/** Why a result is not kept, in a few words: a row has no room for a sentence, which its hover has. */
export function reasonLabel(reason: DownloadReason): string {
	switch (reason.kind) {
		case 'cancelled':
			return l10n.t('cancelled');
		case 'linkGone':
		case 'expired':
			return l10n.t('link expired');
		case 'linkRefused':
			return l10n.t('link blocked');
		case 'tooManyRedirects':
			return l10n.t('too many redirects');
		case 'unreachable':
			return l10n.t('host not reachable');
		case 'wantsKey':
			return l10n.t('API key required');
		case 'server':
			return l10n.t({ message: 'HTTP status {0}', args: [reason.httpStatus], comment: ['{0} is an HTTP status code.'] });
		case 'webPage':
			return l10n.t('web page instead of the result');
		case 'document':
			return l10n.t('text instead of the result');
		case 'playlist':
			return l10n.t('playlist instead of the result');
		case 'compressed':
			return l10n.t('compressed data instead of the result');
		case 'empty':
			return l10n.t('empty file');
		case 'unknownFormat':
			return l10n.t('unknown format');
		case 'wrongKind':
			return wrongKindLabel(reason.expected);
		case 'truncated':
			return l10n.t('connection closed early');
		case 'overlong':
			return l10n.t('more data than announced');
		case 'tooLarge':
			return l10n.t('file too large');
		case 'digest':
			return l10n.t('damaged on the way');
		case 'diskFull':
			return l10n.t('disk full');
		case 'notWritable':
			return l10n.t('folder not writable');
		case 'folderMissing':
			return l10n.t('folder missing');
		default:
			return assertNever(reason);
	}
}

function wrongKindLabel(expected: MediaKind): string {
	switch (expected) {
		case 'video':
			return l10n.t('not a video');
		case 'image':
			return l10n.t('not an image');
		case 'audio':
			return l10n.t('not an audio file');
		default:
			return assertNever(expected);
	}
}
