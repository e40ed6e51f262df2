import type { MediaField } from '../bodySchemas';
import type { MediaFacts } from '../fileFacts';
import type { TextRange } from '../jsonNode';
import type { RequestProblem } from '../problem';
import { bodyProblem, type Facts } from './bodyRules';

/** Judges what is known of a file, or of Base64, by the limits of its field. */
export function* checkMediaFacts(
	found: Extract<MediaFacts, { readonly kind: 'image' | 'audio' }>,
	media: MediaField,
	range: TextRange,
	facts: Facts,
): Iterable<RequestProblem> {
	if (found.kind !== media.kind) {
		yield bodyProblem('media-kind', range, { ...facts, found: found.type, wanted: media.kind });
		return;
	}
	if (media.mostBytes !== undefined && found.size > media.mostBytes) {
		yield bodyProblem('media-too-large', range, { ...facts, size: found.size, most: media.mostBytes });
	}
	if (media.types?.includes(found.type) === false) {
		yield bodyProblem('media-type', range, { ...facts, found: found.type, types: media.types.join(', ') });
	}
	if (found.kind === 'image' && found.width !== undefined && found.height !== undefined) {
		yield* checkPixels(found.width, found.height, media, range, facts);
	}
}

function* checkPixels(width: number, height: number, media: MediaField, range: TextRange, facts: Facts): Iterable<RequestProblem> {
	const { leastPixels, mostRatio } = media;
	const size = { ...facts, width, height };
	if (leastPixels !== undefined && Math.min(width, height) < leastPixels) {
		yield bodyProblem('media-too-small', range, { ...size, least: leastPixels });
	}
	if (mostRatio !== undefined && Math.max(width, height) > mostRatio * Math.min(width, height)) {
		yield bodyProblem('media-ratio', range, { ...size, most: mostRatio });
	}
}
