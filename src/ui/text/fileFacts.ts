import { l10n } from 'vscode';
import type { Download, FileFacts } from '../../core/download';
import { shown } from '../../core/shown';

/** The beginnings of codec strings (WebCodecs registry) with what people call them. */
const codecNames: readonly (readonly [prefix: string, name: string])[] = [
	['avc1', 'H.264'],
	['avc3', 'H.264'],
	['hvc1', 'H.265'],
	['hev1', 'H.265'],
	['vp8', 'VP8'],
	['vp09', 'VP9'],
	['av01', 'AV1'],
	['mp4a.40', 'AAC'],
	['mp4a.6b', 'MP3'],
	['mp4a.69', 'MP3'],
	['mp3', 'MP3'],
	['opus', 'Opus'],
	['vorbis', 'Vorbis'],
	['flac', 'FLAC'],
	['ac-3', 'AC-3'],
	['ec-3', 'E-AC-3'],
	['pcm', 'PCM'],
	['ulaw', 'PCM'],
	['alaw', 'PCM'],
];

/** "H.264" for `avc1.64001f`; an unknown one as it is. */
export function codecName(codec: string): string {
	return codecNames.find(([prefix]) => codec.toLowerCase().startsWith(prefix))?.[1] ?? shown(codec);
}

/**
 * What the kept files of a task say of themselves, as labels and values for the panel and the hover: what the API does not tell. Where results
 * differ, each value once.
 */
export function fileFacts(
	downloads: readonly Pick<Download, 'state' | 'file'>[],
): readonly { readonly label: string; readonly value: string }[] {
	const files = downloads.flatMap(({ state, file }) => (state === 'kept' && file !== undefined ? [file] : []));
	const rows: readonly (readonly [label: string, of: (facts: FileFacts) => string | undefined])[] = [
		[l10n.t('Resolution'), ({ width, height }) => (width === undefined || height === undefined ? undefined : `${width}×${height}`)],
		[l10n.t('Frames per second'), ({ framesPerSecond }) => (framesPerSecond === undefined ? undefined : rounded(framesPerSecond))],
		[l10n.t('Length'), ({ seconds }) => (seconds === undefined ? undefined : l10n.t('{0} s', rounded(seconds)))],
		[
			l10n.t('Codecs'),
			({ videoCodec, audioCodec }) => [videoCodec, audioCodec].flatMap((codec) => (codec === undefined ? [] : codecName(codec))).join(', '),
		],
	];
	return rows.flatMap(([label, of]) => {
		const values = new Set(files.flatMap((file) => (file.facts === undefined ? [] : (of(file.facts) ?? []))));
		values.delete('');
		return values.size === 0 ? [] : [{ label, value: [...values].join('; ') }];
	});
}

/** With at most two decimals. */
function rounded(value: number): string {
	return String(Math.round(value * 100) / 100);
}
