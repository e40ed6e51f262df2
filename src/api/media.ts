import { defined } from '../core/defined';
import type { Media, MediaKind, ParentVideo } from '../core/media';
import type { Fields } from './json';
import { fieldsOf, first, listOf, numberOf, textOf, urlOf } from './json';

/**
 * What an answer's objects link to, from the first place that links anything: `task_result` at each depth, then `outputs`,
 * then the gateway's single link. Entries without an http(s) URL are none.
 * @param levels innermost first
 */
export function readResults(levels: readonly Fields[]): readonly Media[] {
	return (
		firstFilled(levels, taskResults) ??
		firstFilled(levels, (fields) => listOf(fields, 'outputs').flatMap(output)) ??
		firstFilled(levels, (fields) => singleLink(fields, urlOf(fields, 'result_url'))) ??
		firstFilled(levels, (fields) => singleLink(fields, urlOf(fields, 'url', 'video_url') ?? urlOf(fieldsOf(fields, 'metadata'), 'url', 'video_url'))) ??
		[]
	);
}

/** The link that older gateways leave in `fail_reason` when a task succeeds. Levels innermost first. */
export function readFailReasonLink(levels: readonly Fields[]): readonly Media[] {
	return firstFilled(levels, (fields) => singleLink(fields, urlOf(fields, 'fail_reason'))) ?? [];
}

/** The video that a task was made from (`task_info.parent_video`). Levels innermost first. */
export function readParentVideo(levels: readonly Fields[]): ParentVideo | undefined {
	return first(levels, (fields) => {
		const info = fieldsOf(fields, 'task_info');
		const parent = info === undefined ? undefined : fieldsOf(info, 'parent_video');
		const video: ParentVideo = defined({ id: textOf(parent, 'id'), url: urlOf(parent, 'url'), durationSeconds: seconds(parent, 'duration') });
		return Object.keys(video).length > 0 ? video : undefined;
	});
}

function firstFilled(levels: readonly Fields[], read: (fields: Fields) => readonly Media[]): readonly Media[] | undefined {
	return first(levels, (fields) => {
		const media = read(fields);
		return media.length > 0 ? media : undefined;
	});
}

function taskResults(fields: Fields): readonly Media[] {
	const result = fieldsOf(fields, 'task_result');
	if (result === undefined) return [];
	return [
		...listOf(result, 'videos').flatMap((entry) => medium('video', entry)),
		...listOf(result, 'images').flatMap((entry) => medium('image', entry)),
		...listOf(result, 'series_images').flatMap((entry) => medium('image', entry)),
		...listOf(result, 'audios').flatMap((entry) => medium('audio', entry)),
	];
}

/** An entry of the newer provider standard: `{type, id, url | mp3_url | wav_url, duration ...}`. */
function output(entry: Fields): readonly Media[] {
	const type = textOf(entry, 'type')?.toLowerCase();
	const url = urlOf(entry, 'url', 'mp3_url', 'wav_url') ?? '';
	const named = (['video', 'image', 'audio'] as const).find((kind) => type?.startsWith(kind));
	return medium(named ?? ('mp3_url' in entry || 'wav_url' in entry ? 'audio' : kindOfFormat(formatOf(url)) ?? 'video'), entry);
}

function medium(kind: MediaKind, entry: Fields): readonly Media[] {
	const mp3 = urlOf(entry, 'url_mp3', 'mp3_url');
	const wav = urlOf(entry, 'url_wav', 'wav_url');
	const url = mp3 ?? wav ?? urlOf(entry, 'url');
	if (url === undefined) return [];
	return [
		defined({
			kind,
			url,
			id: textOf(entry, 'id'),
			durationSeconds: seconds(entry, 'duration_mp3', 'mp3_duration', 'duration_wav', 'wav_duration', 'duration'),
			watermarkUrl: urlOf(entry, 'watermark_url'),
			alternatives: wav !== undefined && wav !== url ? [{ format: 'wav', url: wav }] : undefined,
		}),
	];
}

/** A gateway's one link; its kind is told by the link, else by the format beside it. */
function singleLink(fields: Fields, url: string | undefined): readonly Media[] {
	if (url === undefined) return [];
	const kind = kindOfFormat(formatOf(url)) ?? kindOfFormat(textOf(fields, 'format')?.toLowerCase()) ?? 'video';
	return [defined({ kind, url, durationSeconds: seconds(fieldsOf(fields, 'metadata'), 'duration') ?? seconds(fields, 'duration', 'seconds') })];
}

function formatOf(url: string): string | undefined {
	return /\.([a-z0-9]{2,4})(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase();
}

function kindOfFormat(format: string | undefined): MediaKind | undefined {
	switch (format) {
		case 'mp4':
		case 'mov':
		case 'webm':
			return 'video';
		case 'png':
		case 'jpg':
		case 'jpeg':
		case 'webp':
		case 'gif':
			return 'image';
		case 'mp3':
		case 'wav':
		case 'm4a':
		case 'aac':
			return 'audio';
		default:
			return undefined;
	}
}

function seconds(fields: Fields | undefined, ...names: readonly string[]): number | undefined {
	const value = numberOf(fields, ...names);
	return value !== undefined && value > 0 ? value : undefined;
}
