import { defined } from '../core/defined';
import type { Media, MediaKind, ParentVideo } from '../core/media';
import type { Fields } from './json';
import { fieldsOf, first, isFields, isHttpUrl, itemsOf, linksOf, numberOf, textOf, unwrapped, valueAt } from './json';

/**
 * Where results stand in a response, the most trusted place first. Kling's own are lists of objects in `task_result`; gateways also send one object for a
 * list, texts for objects, JSON as text, one link beside the status.
 */

/** Lists of Kling's own result object, and the names gateways give them. Source: Kling's documents, new-api, and reports of other gateways. */
const lists: readonly (readonly [MediaKind, readonly string[]])[] = [
	['video', ['videos', 'video', 'video_list', 'video_urls', 'video_results', 'video_result']],
	['image', ['images', 'image', 'image_list', 'image_urls', 'image_results', 'image_result']],
	['image', ['series_images']],
	['audio', ['audios', 'audio', 'audio_list', 'audio_urls']],
];
/** Names of a medium's link, the one without watermark first. Camel case is read too (see `valueAt`). */
const linkNames = [
	...[
		'url',
		'resource_without_watermark',
		'resource',
		'video_url',
		'image_url',
		'audio_url',
		'download_url',
		'src',
		'link',
		'uri',
		'href',
		'file_url',
		'media_url',
	],
	...[
		'output_url',
		'result_url',
		'resource_url',
		'signed_url',
		'cdn_url',
		'oss_url',
		'play_url',
		'video_link',
		'urls',
		'file',
		'video',
		'image',
		'audio',
		'content',
	],
];
const mp3Names = ['url_mp3', 'mp3_url', 'mp3'];
const wavNames = ['url_wav', 'wav_url', 'wav'];
const watermarkNames = ['watermark_url', 'url_watermark', 'watermarked_url', 'url_with_watermark'];
/** Names of one link or several beside the status. */
const besideNames = [
	'url',
	'video_url',
	'video_urls',
	'image_url',
	'image_urls',
	'audio_url',
	'audio_urls',
	'urls',
	'download_url',
	'download_urls',
	'output_url',
	'output_urls',
	'file_url',
	'media_url',
	'resource_url',
	'final_video_url',
	'video_link',
	'links',
	'link',
	'uri',
];
/** Objects and lists that hold results as nobody else does. */
const holders = [
	'task_result',
	'result',
	'results',
	'output',
	'content',
	'result_json',
	'task_output',
	'resource',
	'resources',
	'works',
	'response',
	'file',
	'files',
	'assets',
	'artifacts',
	'creations',
	'generations',
	'media',
];

/** Where results are looked for on one level, in this order. */
const places: readonly ((fields: Fields, origin: string | undefined) => readonly Media[])[] = [
	(fields, origin) => listed(fieldsOf(fields, 'task_result'), origin),
	(fields, origin) => itemsOf(fields, 'outputs').flatMap((entry) => output(entry, origin)),
	(fields, origin) => single(fields, origin, 'result_url', 'result_urls'),
	(fields, origin) => single(fields, origin, ...besideNames),
	(fields, origin) => single(fieldsOf(fields, 'metadata'), origin, 'url', 'video_url'),
	(fields, origin) => listed(fields, origin),
	...holders.map((name) => (fields: Fields, origin: string | undefined) => {
		const inner = fieldsOf(fields, name);
		if (inner === undefined) {
			return itemsOf(fields, name).flatMap((entry) => output(entry, origin));
		}
		return isOfAnother(inner, fields) ? [] : besides(inner, origin);
	}),
	// Entries that are tasks have been looked through for the one that was asked for.
	(fields, origin) => {
		const entries = isFields(unwrapped(fields['data'])) ? [] : itemsOf(fields, 'data');
		return entries.flatMap((entry) => (isFields(entry) && isTask(entry) ? [] : output(entry, origin)));
	},
];

/** Whether an object on a level names another task than the level does. */
function isOfAnother(inner: Fields, level: Fields): boolean {
	const id = textOf(inner, 'task_id');
	return id !== undefined && id !== textOf(level, 'task_id', 'id');
}

function isTask(entry: Fields): boolean {
	return ['task_id', 'task_status', 'status', 'state'].some((name) => valueAt(entry, name) !== undefined);
}

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
	return (
		first(levels, (fields) =>
			isHttpUrl(textOf(fields, 'fail_reason') ?? '') ? filled(single(fields, undefined, 'fail_reason')) : undefined,
		) ?? []
	);
}

/**
 * How many results a response says that there will be: the entries of its own lists, also those without a link yet, or a number that was asked for.
 * Undefined where it says nothing. Levels innermost first.
 */
export function readExpectedCount(levels: readonly Fields[]): number | undefined {
	const entries = first(levels, (fields) => {
		const result = fieldsOf(fields, 'task_result');
		const count = lists.reduce(
			(sum, [, names]) => sum + names.reduce((most, name) => Math.max(most, itemsOf(result, name).filter(isFields).length), 0),
			0,
		);
		return count > 0 ? count : undefined;
	});
	const asked = first(levels, (fields) =>
		first([fieldsOf(fields, 'task_info'), fieldsOf(fields, 'task_result'), fields], (place) =>
			numberOf(place, 'n', 'image_count', 'num_images', 'result_count', 'expected_count'),
		),
	);
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
		const video: ParentVideo = defined({
			id: textOf(parent, 'id'),
			url: linksOf(parent?.['url'], origin)[0],
			durationSeconds: seconds(parent, 'duration'),
		});
		return Object.keys(video).length > 0 ? video : undefined;
	});
}

function filled(media: readonly Media[]): readonly Media[] | undefined {
	return media.length > 0 ? media : undefined;
}

function listed(result: Fields | undefined, origin: string | undefined): readonly Media[] {
	return lists.flatMap(
		([kind, names]) => first(names, (name) => filled(itemsOf(result, name).flatMap((entry) => media(kind, entry, origin)))) ?? [],
	);
}

/** A result object that is neither Kling's own nor a list. */
function besides(inner: Fields, origin: string | undefined): readonly Media[] {
	return (
		filled(listed(inner, origin)) ??
		first(['outputs', 'works', 'results', 'result', 'files', 'items', 'list', 'data'], (name) =>
			filled(itemsOf(inner, name).flatMap((entry) => output(entry, origin))),
		) ??
		filled(single(inner, origin, 'result_url', 'result_urls', ...besideNames)) ??
		single(inner, origin, ...linkNames, ...mp3Names, ...wavNames, ...watermarkNames)
	);
}

/** An entry of the newer provider standard: `{type, id, url | mp3_url | wav_url, duration ...}`, or a link alone. */
function output(entry: unknown, origin: string | undefined): readonly Media[] {
	const fields = unwrapped(entry);
	if (!isFields(fields)) {
		return single({ url: fields }, origin, 'url');
	}
	const type = textOf(fields, 'type', 'content_type', 'media_type')?.toLowerCase();
	const url = linkAt(fields, origin, ...linkNames, ...mp3Names, ...wavNames) ?? '';
	const named = (['video', 'image', 'audio'] as const).find((kind) => type?.startsWith(kind));
	return media(named ?? ('mp3_url' in fields || 'wav_url' in fields ? 'audio' : (kindOfFormat(formatOf(url)) ?? 'video')), fields, origin);
}

/** An entry of a list: an object, a link or several in one text. Some languages send a list as an object of its numbered entries. */
function media(kind: MediaKind, entry: unknown, origin: string | undefined): readonly Media[] {
	const fields = unwrapped(entry);
	if (!isFields(fields)) {
		return linksOf(fields, origin).map((url) => ({ kind, url }));
	}
	const numbered = Object.entries(fields);
	if (numbered.length > 0 && numbered.every(([name]) => /^\d+$/.test(name))) {
		return numbered.flatMap(([, one]) => (isFields(one) ? medium(kind, one, origin) : linksOf(one, origin).map((url) => ({ kind, url }))));
	}
	return medium(kind, fields, origin);
}

/** One medium. Where only the marked version is linked, that is the result. */
function medium(kind: MediaKind, fields: Fields, origin: string | undefined): readonly Media[] {
	const mp3 = linkAt(fields, origin, ...mp3Names);
	const wav = linkAt(fields, origin, ...wavNames);
	const watermarked = linkAt(fields, origin, ...watermarkNames);
	const clean = mp3 ?? wav ?? linkAt(fields, origin, ...linkNames);
	const url = clean ?? watermarked;
	if (url === undefined) {
		return [];
	}
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
	if (fields === undefined) {
		return [];
	}
	const found = first(names, (name) => {
		const links = itemsOf(fields, name).flatMap((value) =>
			isFields(value) ? (linkAt(value, origin, ...linkNames) ?? []) : linksOf(value, origin),
		);
		return links.length > 0 ? { name, links } : undefined;
	});
	return (found?.links ?? []).map((url) => {
		const kind =
			kindOfFormat(formatOf(url)) ?? kindOfFormat(textOf(fields, 'format')?.toLowerCase()) ?? kindOfName(found?.name ?? '') ?? 'video';
		return defined({
			kind,
			url,
			durationSeconds: seconds(fieldsOf(fields, 'metadata'), 'duration') ?? seconds(fields, 'duration', 'seconds'),
		});
	});
}

/** The first link under the names, also where it stands in a list, or in an object of its own. */
function linkAt(fields: Fields, origin: string | undefined, ...names: readonly string[]): string | undefined {
	return first(names, (name) =>
		first(itemsOf(fields, name), (value) =>
			isFields(value) ? first(linkNames, (inner) => linksOf(valueAt(value, inner), origin)[0]) : linksOf(value, origin)[0],
		),
	);
}

function kindOfName(name: string): MediaKind | undefined {
	return (
		(['image', 'audio', 'video'] as const).find((kind) => name.startsWith(kind)) ??
		(mp3Names.includes(name) || wavNames.includes(name) ? 'audio' : undefined)
	);
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
