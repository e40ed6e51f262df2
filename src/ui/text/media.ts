import { l10n } from 'vscode';
import type { Media, MediaKind } from '../../core/media';
import { assertNever } from '../../core/assertNever';

/** "Video". */
export function mediaKindLabel(kind: MediaKind): string {
	switch (kind) {
		case 'video':
			return l10n.t('Video');
		case 'image':
			return l10n.t('Image');
		case 'audio':
			return l10n.t('Audio');
		default:
			return assertNever(kind);
	}
}

/** "Video", or "Video 2 of 4" where there are several. */
export function mediaLabel(media: Media, index: number, count: number): string {
	if (count <= 1) {
		return mediaKindLabel(media.kind);
	}
	switch (media.kind) {
		case 'video':
			return l10n.t('Video {0} of {1}', index + 1, count);
		case 'image':
			return l10n.t('Image {0} of {1}', index + 1, count);
		case 'audio':
			return l10n.t('Audio {0} of {1}', index + 1, count);
		default:
			return assertNever(media.kind);
	}
}

/** "4 images", "2 videos"; "3 results" where the kinds differ. For two or more. */
export function mediaCountText(all: readonly Pick<Media, 'kind'>[]): string {
	const kind = all.every((media) => media.kind === all[0]?.kind) ? all[0]?.kind : undefined;
	switch (kind) {
		case 'video':
			return l10n.t('{0} videos', all.length);
		case 'image':
			return l10n.t('{0} images', all.length);
		case 'audio':
			return l10n.t('{0} audio files', all.length);
		case undefined:
			return l10n.t('{0} results', all.length);
		default:
			return assertNever(kind);
	}
}

/** "5 s", with at most one decimal; undefined when the duration is not known. */
export function mediaDurationText(media: Pick<Media, 'durationSeconds'>): string | undefined {
	return media.durationSeconds === undefined ? undefined : l10n.t('{0} s', Math.round(media.durationSeconds * 10) / 10);
}

/** "1.5 MB" or, of less than a tenth of that, "12 KB"; of bytes or of characters. */
export function sizeText(bytes: number): string {
	if (bytes < 1e5) {
		return l10n.t('{0} KB', Math.ceil(bytes / 1e3));
	}
	return l10n.t('{0} MB', (bytes / 1e6).toFixed(1));
}
