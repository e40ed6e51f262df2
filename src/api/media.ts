import { defined } from '../core/defined';
import type { Media, MediaKind, ParentVideo } from '../core/media';
import type { Fields } from './json';
import { fieldsOf, first, isFields, isHttpUrl, itemsOf, linkOf, numberOf, textOf } from './json';

/**
 * Where results stand in a response, the most trusted place first. Kling's own are lists of objects in `task_result`; gateways also send one object for a
 * list, texts for objects, JSON as text, one link beside the status.
 */

/** Lists of Kling's own result object, and the names gateways give them. Source: Kling's documents, new-api, and reports of other gateways. */
const lists: readonly (readonly [MediaKind, readonly string[]])[] = [
	['video', ['videos', 'video', 'video_list', 'video_urls']],
	['image', ['images', 'image', 'image_list', 'image_urls']],
	['image', ['series_images']],
	['audio', ['audios', 'audio', 'audio_list', 'audio_urls']],
];
/** Names of a medium's link, the one without watermark first. */
const linkNames = ['url', 'resource_without_watermark', 'resource', 'video_url', 'image_url', 'audio_url', 'download_url', 'src', 'link'];
const mp3Names = ['url_mp3', 'mp3_url'];
const wavNames = ['url_wav', 'wav_url'];
const watermarkNames = ['watermark_url', 'url_watermark'];

/** Where results are looked for on one level, in this order. */
const places: readonly ((fields: Fields, origin: string | undefined) => readonly Media[])[] = [
	(fields, origin) => listed(fieldsOf(fields, 'task_result'), origin),
	(fields, origin) => itemsOf(fields, 'outputs').flatMap((entry) => output(entry, origin)),
	(fields, origin) => single(fields, origin, 'result_url', 'result_urls'),
	(fields, origin) => single(fields, origin, 'url', 'video_url', 'video_urls', 'image_url', 'image_urls', 'audio_url', 'audio_urls', 'urls', 'download_url'),
	(fields, origin) => single(fieldsOf(fields, 'metadata'), origin, 'url', 'video_url'),
	(fields, origin) => listed(fields, origin),
	...['task_result', 'result', 'output', 'content'].map((name) => (fields: Fields, origin: string | undefined) => {
		const inner = fieldsOf(fields, name);
		return inner === undefined ? itemsOf(fields, name).flatMap((entry) => (typeof entry === 'string' ? single({ url: entry }, origin, 'url') : output(entry, origin))) : besides(inner, origin);
	}),
];

/**
 * What a response's objects link to, from the first place that links anything. Entries without an http(s) URL are none.
 * @param levels innermost first
 * @param origin of the API that sent it, which relative links are on
 */
export function readResults(levels: readonly Fields[], origin: string | undefined): readonly Media[] {
	return first(places, (place) => first(levels, (fields) => filled(place(fields, origin)))) ?? [];
}

/** The link that older gateways leave in `fail_reason` when a task succeeds. Levels innermost first. */
export function readFailReasonLink(levels: readonly Fields[]): readonly Media[] {
	return first(levels, (fields) => (isHttpUrl(textOf(fields, 'fail_reason') ?? '') ? filled(single(fields, undefined, 'fail_reason')) : undefined)) ?? [];
}

/**
 * How many results a response says that there will be: the entries of its own lists, also those without a link yet, or a number that was asked for.
 * Undefined where it says nothing. Levels innermost first.
 */
export function readExpectedCount(levels: readonly Fields[]): number | undefined {
	const entries = first(levels, (fields) => {
		const result = fieldsOf(fields, 'task_result');
		const count = lists.reduce((sum, [, names]) => sum + names.reduce((most, name) => Math.max(most, Array.isArray(result?.[name]) ? itemsOf(result, name).filter(isFields).length : 0), 0), 0);
		return count > 0 ? count : undefined;
	});
	const asked = first(levels, (fields) => first([fieldsOf(fields, 'task_info'), fieldsOf(fields, 'task_result'), fields], (place) => numberOf(place, 'n', 'image_count', 'num_images', 'result_count', 'expected_count')));
	// More than the API makes of one task is another number.
	const isCount = asked !== undefined && Number.isInteger(asked) && asked >= 1 && asked <= mostResultsOfATask;
	const most = Math.max(entries ?? 0, isCount ? asked : 0);
	return most > 0 ? most : undefined;
}

/** `n` of an image generation goes up to nine; a series of images has more. */
const mostResultsOfATask = 20;

/** The video that a task was made from (`task_info.parent_video`). Levels innermost first. */
export function readParentVideo(levels: readonly Fields[], origin: string | undefined): ParentVideo | undefined {
	return first(levels, (fields) => {
		const parent = fieldsOf(fieldsOf(fields, 'task_info'), 'parent_video');
		const video: ParentVideo = defined({ id: textOf(parent, 'id'), url: linkOf(parent?.['url'], origin), durationSeconds: seconds(parent, 'duration') });
		return Object.keys(video).length > 0 ? video : undefined;
	});
}

function filled(media: readonly Media[]): readonly Media[] | undefined {
	return media.length > 0 ? media : undefined;
}

function listed(result: Fields | undefined, origin: string | undefined): readonly Media[] {
	return lists.flatMap(([kind, names]) => first(names, (name) => filled(itemsOf(result, name).flatMap((entry) => medium(kind, entry, origin)))) ?? []);
}

/** A result object that is neither Kling's own nor a list. */
function besides(inner: Fields, origin: string | undefined): readonly Media[] {
	return filled(listed(inner, origin)) ?? filled(itemsOf(inner, 'outputs').flatMap((entry) => output(entry, origin))) ?? single(inner, origin, 'result_url', ...linkNames, ...mp3Names, ...wavNames, ...watermarkNames, 'urls');
}

/** An entry of the newer provider standard: `{type, id, url | mp3_url | wav_url, duration ...}`, or a link alone. */
function output(entry: unknown, origin: string | undefined): readonly Media[] {
	if (!isFields(entry)) return typeof entry === 'string' ? single({ url: entry }, origin, 'url') : [];
	const type = textOf(entry, 'type')?.toLowerCase();
	const url = linkAt(entry, origin, ...linkNames, ...mp3Names, ...wavNames) ?? '';
	const named = (['video', 'image', 'audio'] as const).find((kind) => type?.startsWith(kind));
	return medium(named ?? ('mp3_url' in entry || 'wav_url' in entry ? 'audio' : (kindOfFormat(formatOf(url)) ?? 'video')), entry, origin);
}

/** An entry of a list: an object, or a link alone. Where only the marked version is linked, that is the result. */
function medium(kind: MediaKind, entry: unknown, origin: string | undefined): readonly Media[] {
	const fields = isFields(entry) ? entry : { url: entry };
	const mp3 = linkAt(fields, origin, ...mp3Names);
	const wav = linkAt(fields, origin, ...wavNames);
	const watermarked = linkAt(fields, origin, ...watermarkNames);
	const clean = mp3 ?? wav ?? linkAt(fields, origin, ...linkNames);
	const url = clean ?? watermarked;
	if (url === undefined) return [];
	return [
		defined({
			kind,
			url,
			id: textOf(fields, 'id'),
			durationSeconds: seconds(fields, 'duration_mp3', 'mp3_duration', 'duration_wav', 'wav_duration', 'duration'),
			watermarkUrl: clean === undefined ? undefined : watermarked,
			alternatives: wav !== undefined && wav !== url ? [{ format: 'wav', url: wav }] : undefined,
		}),
	];
}

/** A gateway's link or links beside the status; the kind is told by the link, else by the format beside it, else by the name. */
function single(fields: Fields | undefined, origin: string | undefined, ...names: readonly string[]): readonly Media[] {
	if (fields === undefined) return [];
	const found = first(names, (name) => {
		const links = itemsOf(fields, name).flatMap((value) => linkOf(value, origin) ?? []);
		return links.length > 0 ? { name, links } : undefined;
	});
	return (found?.links ?? []).map((url) => {
		const kind = kindOfFormat(formatOf(url)) ?? kindOfFormat(textOf(fields, 'format')?.toLowerCase()) ?? kindOfName(found?.name ?? '') ?? 'video';
		return defined({ kind, url, durationSeconds: seconds(fieldsOf(fields, 'metadata'), 'duration') ?? seconds(fields, 'duration', 'seconds') });
	});
}

function linkAt(fields: Fields, origin: string | undefined, ...names: readonly string[]): string | undefined {
	return first(names, (name) => linkOf(fields[name], origin));
}

function kindOfName(name: string): MediaKind | undefined {
	return (['image', 'audio', 'video'] as const).find((kind) => name.startsWith(kind)) ?? (mp3Names.includes(name) || wavNames.includes(name) ? 'audio' : undefined);
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
