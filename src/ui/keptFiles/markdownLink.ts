import type { MediaKind } from '../../core/media';
import { shown } from '../../core/shown';

/** A file as Markdown: an image as image, a video or sound as link, because Markdown has no word for them. */
export function markdownOf(kind: MediaKind, label: string, target: string): string {
	return `${kind === 'image' ? '!' : ''}[${escaped(label)}](${target})`;
}

/**
 * A path (with `/`) as the target of a link: relative to a folder if it lies below it or, with `mayLeadUp`, beside it.
 * @returns undefined if there is no such path: on another drive, or it would lead up
 */
export function relativeTarget(folder: string, file: string, mayLeadUp: boolean): string | undefined {
	const [from, to] = [segmentsOf(folder), segmentsOf(file)];
	const drive = /^[a-z]:$/i;
	if ([from[0], to[0]].some((first) => first !== undefined && drive.test(first)) && from[0]?.toLowerCase() !== to[0]?.toLowerCase()) {
		return undefined;
	}
	const shared = from.findIndex((segment, index) => index > 0 && segment !== to[index]);
	const common = from[0]?.toLowerCase() !== to[0]?.toLowerCase() ? 0 : shared === -1 ? from.length : shared;
	const up = from.length - common;
	if (up > 0 && !mayLeadUp) {
		return undefined;
	}
	return [...Array.from({ length: up }, () => '..'), ...to.slice(common)].map(encodedSegment).join('/');
}

function segmentsOf(path: string): readonly string[] {
	return path.split('/').filter((segment) => segment !== '');
}

/** Letters and digits of any script stay readable; everything that could end the target or mean something in a URL is encoded. */
function encodedSegment(segment: string): string {
	return Array.from(segment.replace(/\p{Cs}/gu, '\uFFFD'), (character) =>
		/^[\p{L}\p{N}\p{M}._~-]$/u.test(character)
			? character
			: encodeURIComponent(character).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
	).join('');
}

/** Text in the brackets of a link, on one line. */
function escaped(text: string): string {
	return shown(text)
		.replace(/\s+/g, ' ')
		.trim()
		.replace(/[\\`*_[\]<>&!$]/g, '\\$&');
}
