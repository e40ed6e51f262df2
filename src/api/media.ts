import { omitUndefined } from '../core/omitUndefined';
import type { Media, ParentVideo } from '../core/media';
import { first } from '../core/first';
import type { Fields } from './json';
import { fieldsOf, isFields, isHttpUrl, itemsOf, linksOf, numberOf, textOf, unwrapped, valueAt } from './json';
import { linkedMedia, mediaOf, outputMedia, seconds } from './medium';
import { besideNames, resultHolders, linkNames, resultLists, mp3Names, watermarkNames, wavNames } from './resultNames';

/**
 * Where results stand in a response, the most reliable field first. Kling sends lists of objects in `task_result`. Gateways also send an
 * object instead of a list, texts instead of objects, JSON as text, or one link beside the status.
 */

/** The fields of one level that may contain results, in order of priority. */
const sources: readonly ((fields: Fields, origin: string | undefined) => readonly Media[])[] = [
	(fields, origin) => listed(fieldsOf(fields, 'task_result'), origin),
	(fields, origin) => itemsOf(fields, 'outputs').flatMap((entry) => outputMedia(entry, origin)),
	(fields, origin) => linkedMedia(fields, origin, 'result_url', 'result_urls'),
	(fields, origin) => linkedMedia(fields, origin, ...besideNames),
	(fields, origin) => linkedMedia(fieldsOf(fields, 'metadata'), origin, 'url', 'video_url'),
	(fields, origin) => listed(fields, origin),
	...resultHolders.map((name) => (fields: Fields, origin: string | undefined) => {
		const inner = fieldsOf(fields, name);
		if (inner === undefined) {
			return itemsOf(fields, name).flatMap((entry) => outputMedia(entry, origin));
		}
		return isOfAnother(inner, fields) ? [] : besides(inner, origin);
	}),
	// Entries that are tasks are skipped: the requested one is a level of its own (see `levelsOf` in response.ts).
	(fields, origin) => {
		const entries = isFields(unwrapped(fields['data'])) ? [] : itemsOf(fields, 'data');
		return entries.flatMap((entry) => (isFields(entry) && isTask(entry) ? [] : outputMedia(entry, origin)));
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
 * The results of a response, from the first field that has any. Entries without an http(s) URL are skipped.
 * @param levels innermost first
 * @param origin of the API that sent the response, which relative links are resolved against
 */
export function readResults(levels: readonly Fields[], origin: string | undefined): readonly Media[] {
	return first(sources, (source) => first(levels, (fields) => filled(source(fields, origin)))) ?? [];
}

/** The link that older gateways put into `fail_reason` when a task succeeds. Levels innermost first. */
export function readFailReasonLink(levels: readonly Fields[]): readonly Media[] {
	return (
		first(levels, (fields) =>
			isHttpUrl(textOf(fields, 'fail_reason') ?? '') ? filled(linkedMedia(fields, undefined, 'fail_reason')) : undefined,
		) ?? []
	);
}

/** Image generation accepts `n` up to nine; a series of images has more. */
const mostResultsOfATask = 20;

/**
 * The number of results that a response announces: the entries of its own lists, including those without a link yet, or the requested
 * number. Undefined when it announces none. Levels innermost first.
 */
export function readExpectedCount(levels: readonly Fields[]): number | undefined {
	const entries = first(levels, (fields) => {
		const result = fieldsOf(fields, 'task_result');
		const count = resultLists.reduce(
			(sum, [, names]) => sum + names.reduce((most, name) => Math.max(most, itemsOf(result, name).filter(isFields).length), 0),
			0,
		);
		return count > 0 ? count : undefined;
	});
	const asked = first(levels, (fields) =>
		first([fieldsOf(fields, 'task_info'), fieldsOf(fields, 'task_result'), fields], (source) =>
			numberOf(source, 'n', 'image_count', 'num_images', 'result_count', 'expected_count'),
		),
	);
	// A number above the API's limit is not a result count.
	const isCount = asked !== undefined && Number.isInteger(asked) && asked >= 1 && asked <= mostResultsOfATask;
	const most = Math.max(entries ?? 0, isCount ? asked : 0);
	return most > 0 ? most : undefined;
}

/** The video that a task was made from (`task_info.parent_video`). Levels innermost first. */
export function readParentVideo(levels: readonly Fields[], origin: string | undefined): ParentVideo | undefined {
	return first(levels, (fields) => {
		const parent = fieldsOf(fieldsOf(fields, 'task_info'), 'parent_video');
		const video: ParentVideo = omitUndefined({
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
	return resultLists.flatMap(
		([kind, names]) => first(names, (name) => filled(itemsOf(result, name).flatMap((entry) => mediaOf(kind, entry, origin)))) ?? [],
	);
}

/** A result object that is neither Kling's own nor a list. */
function besides(inner: Fields, origin: string | undefined): readonly Media[] {
	return (
		filled(listed(inner, origin)) ??
		first(['outputs', 'works', 'results', 'result', 'files', 'items', 'list', 'data'], (name) =>
			filled(itemsOf(inner, name).flatMap((entry) => outputMedia(entry, origin))),
		) ??
		filled(linkedMedia(inner, origin, 'result_url', 'result_urls', ...besideNames)) ??
		linkedMedia(inner, origin, ...linkNames, ...mp3Names, ...wavNames, ...watermarkNames)
	);
}
