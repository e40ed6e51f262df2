import { operationKey, type OperationPath } from '../core/operation';
import { findBodySchema } from './bodySchemas';
import type { ResolvedObject, ResolvedValue } from './resolvedValue';
import type { VideoClass } from './priceTable';

/** A field of a body, or its default in the table of bodies. Numbers and booleans as texts; undefined if it is missing without a default. */
export function wordOf(operation: OperationPath, body: ResolvedObject, key: string): string | undefined {
	const value = valueOf(body, key);
	switch (value?.kind) {
		case 'string':
			return value.value;
		case 'number':
			return value.text;
		case 'boolean':
			return String(value.value);
		case undefined:
		case 'null': {
			const fields = findBodySchema(operation)?.fields ?? {};
			const standard = Object.hasOwn(fields, key) ? fields[key]?.default : undefined;
			return standard === undefined ? undefined : String(standard);
		}
		default:
			return undefined;
	}
}

/** The value of a key; of equal keys the last one. */
export function valueOf(body: ResolvedObject, key: string): ResolvedValue | undefined {
	return body.entries.findLast(([name]) => name === key)?.[1];
}

/** Whether a field is there and neither null nor empty. */
function isGiven(body: ResolvedObject, key: string): boolean {
	const value = valueOf(body, key);
	switch (value?.kind) {
		case undefined:
		case 'null':
			return false;
		case 'string':
			return value.value !== '';
		case 'array':
			return value.items.length > 0;
		default:
			return true;
	}
}

/** What of a video is priced. */
export function videoClass(operation: OperationPath, body: ResolvedObject): VideoClass {
	if (operation.action2 === 'motion-control') {
		return 'motion';
	}
	if (isGiven(body, 'video_list')) {
		return 'fromVideo';
	}
	if (wordOf(operation, body, 'sound') !== 'on') {
		return 'silent';
	}
	return isGiven(body, 'voice_list') ? 'voices' : 'sound';
}

/** Whether the given video of an omni-video is edited, so that the result is as long as it. */
export function isEdit(body: ResolvedObject): boolean {
	const list = valueOf(body, 'video_list');
	const videos = list?.kind === 'array' ? list.items : [];
	return videos.some((video) => {
		const type = video.kind === 'object' ? valueOf(video, 'refer_type') : undefined;
		return !(type?.kind === 'string' && type.value === 'feature');
	});
}

/** The fields that decide the price of an operation, besides what is given; the result of an operation with `byLength` is as long as its source. */
const deciding: Readonly<Record<string, readonly string[]>> = {
	'videos/text2video': ['model_name', 'mode', 'duration'],
	'videos/image2video': ['model_name', 'mode', 'duration'],
	'videos/multi-image2video': ['model_name', 'mode', 'duration'],
	'videos/omni-video': ['model_name', 'mode', 'duration'],
	'videos/multi-elements': ['model_name', 'mode', 'duration', 'edit_mode'],
	'videos/video-extend': [],
	'images/generations': ['model_name', 'resolution', 'n'],
	'images/omni-image': ['model_name', 'resolution', 'result_type', 'n', 'series_amount'],
	'images/multi-image2image': ['model_name', 'n'],
	'images/editing/expand': ['n'],
	'images/kolors-virtual-try-on': ['model_name'],
	'audio/text-to-audio': [],
	'audio/video-to-audio': [],
	'audio/tts': [],
	'videos/identify-face': [],
};
const decidingFields: ReadonlySet<string> = new Set([...Object.values(deciding).flat(), 'sound', 'effect_scene']);

/** Whether a field whose value says what a request costs holds an expression that could not be replaced. */
export function isPriceOpen(unfinished: ResolvedObject): boolean {
	return unfinished.entries.some(([key, value]) => decidingFields.has(key) && value.kind === 'string' && value.value.includes('${{'));
}

const ofImages: ReadonlySet<string> = new Set(['images/generations', 'images/omni-image']);

/**
 * What requests that are priced alike have in common, as a text: operation, model, mode, seconds, kind of sound, given media, number of images.
 * Undefined if the price depends on something that the body does not say, such as the length of a given video, or if nothing is known of the
 * operation.
 */
export function priceClass(operation: OperationPath, body: ResolvedObject): string | undefined {
	const key = operationKey(operation);
	if (key === 'videos/effects') {
		return effectClass(operation, body);
	}
	const fields = Object.hasOwn(deciding, key) ? deciding[key] : undefined;
	if (fields === undefined || (key === 'videos/omni-video' && isEdit(body))) {
		return undefined;
	}
	const parts = fields.map((field) => `${field}=${wordOf(operation, body, field) ?? ''}`);
	const given =
		key === 'videos/text2video' || key === 'videos/image2video' || key === 'videos/omni-video'
			? [videoClass(operation, body)]
			: ofImages.has(key)
				? [isFromImage(body) ? 'fromImage' : 'text']
				: [];
	return [key, ...parts, ...given].join(' ');
}

/** Whether an image is given to make images from. */
export function isFromImage(body: ResolvedObject): boolean {
	return ['image', 'image_list', 'element_list'].some((field) => isGiven(body, field));
}

/** Effects are priced by scene. */
function effectClass(operation: OperationPath, body: ResolvedObject): string {
	const input = valueOf(body, 'input');
	const words =
		input?.kind === 'object' ? ['model_name', 'mode', 'duration'].map((key) => `${key}=${wordOf(operation, input, key) ?? ''}`) : [];
	return [operationKey(operation), `effect_scene=${wordOf(operation, body, 'effect_scene') ?? ''}`, ...words].join(' ');
}
