import { omitUndefined } from '../core/omitUndefined';
import type { Media, MediaKind } from '../core/media';
import { first } from '../core/first';
import type { Fields } from './json';
import { fieldsOf, isFields, itemsOf, linksOf, numberOf, textOf, unwrapped, valueAt } from './json';
import { linkNames, mp3Names, watermarkNames, wavNames } from './resultNames';

/** An entry of the newer provider standard: `{type, id, url | mp3_url | wav_url, duration ...}`, or just a link. */
export function outputMedia(entry: unknown, origin: string | undefined): readonly Media[] {
	const fields = unwrapped(entry);
	if (!isFields(fields)) {
		return linkedMedia({ url: fields }, origin, 'url');
	}
	const type = textOf(fields, 'type', 'content_type', 'media_type')?.toLowerCase();
	const url = linkAt(fields, origin, ...linkNames, ...mp3Names, ...wavNames) ?? '';
	const named = (['video', 'image', 'audio'] as const).find((kind) => type?.startsWith(kind));
	return mediaOf(
		named ?? ('mp3_url' in fields || 'wav_url' in fields ? 'audio' : (kindOfFormat(formatOf(url)) ?? 'video')),
		fields,
		origin,
	);
}

/** An entry of a list: an object, or one or more links in a text. Some languages serialise a list as an object with numbered entries. */
export function mediaOf(kind: MediaKind, entry: unknown, origin: string | undefined): readonly Media[] {
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

/** One result. A watermarked version counts only if there is no other. */
function medium(kind: MediaKind, fields: Fields, origin: string | undefined): readonly Media[] {
	const mp3 = linkAt(fields, origin, ...mp3Names);
	const wav = linkAt(fields, origin, ...wavNames);
	const url = mp3 ?? wav ?? linkAt(fields, origin, ...linkNames, ...watermarkNames);
	if (url === undefined) {
		return [];
	}
	return [
		omitUndefined({
			kind,
			url,
			id: textOf(fields, 'id'),
			durationSeconds: seconds(fields, 'duration_mp3', 'mp3_duration', 'duration_wav', 'wav_duration', 'duration'),
			alternatives: wav !== undefined && wav !== url ? [{ format: 'wav', url: wav }] : undefined,
		}),
	];
}

/**
 * One or more links that a gateway sends beside the status. The kind is taken from the link's extension, else from `format`, else from the
 * field's name.
 */
export function linkedMedia(fields: Fields | undefined, origin: string | undefined, ...names: readonly string[]): readonly Media[] {
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
		return omitUndefined({
			kind,
			url,
			durationSeconds: seconds(fieldsOf(fields, 'metadata'), 'duration') ?? seconds(fields, 'duration', 'seconds'),
		});
	});
}

/** The first link in the named fields, also inside a list or an object. */
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

export function seconds(fields: Fields | undefined, ...names: readonly string[]): number | undefined {
	const value = numberOf(fields, ...names);
	return value !== undefined && value > 0 ? value : undefined;
}
