// Videos: what a model can do, camera movements, scenes. Source: Kling's API reference and capability map of 2026-09-20.
import { dualImageScenes, singleImageScenes } from '../bodySchemas/effectScenes';
import type { RequestProblem } from '../problem';
import { bodyProblem } from './bodyRules';
import { isOffered, modelOf, textOrDefault, type Subject } from './subject';
import { fieldOf, isEmpty, itemsOf, numberOf, textOf, type WrittenObject } from './written';

/** What the models of text2video and image2video can do. */
export function* checkModelLimits(subject: Subject): Iterable<RequestProblem> {
	const { operation, body } = subject;
	const model = modelOf(subject);
	if ((operation !== 'videos/text2video' && operation !== 'videos/image2video') || model === undefined || !isOffered(subject, model)) {
		return;
	}
	const duration = body.fields.get('duration')?.value;
	if (duration?.kind === 'string' && /^(?:[346789]|1[1-5])$/.test(duration.value) && model !== 'kling-v3') {
		yield bodyProblem('duration-of-model', duration.range, { model, value: duration.value });
	}
	yield* checkFourK(body, model, ['kling-v3']);
	if (model === 'kling-v2-6') {
		yield* checkV26(subject);
	}
	const camera = fieldOf(body, 'camera_control');
	if (operation === 'videos/text2video' && camera !== undefined && !takesCamera(subject)) {
		yield bodyProblem('camera-of-model', camera.property.keyRange);
	}
	const voices = fieldOf(body, 'voice_list');
	if (voices !== undefined && !isEmpty(voices.value) && textOf(body, 'sound') === 'off') {
		yield bodyProblem('voices-without-sound', voices.property.keyRange);
	}
}

/**
 * Whether a movement of the camera is surely taken. Source: a published refusal, “camera_control is only supported in std mode with 5s
 * duration and kling-v1”; the API reference names no such limit.
 */
function takesCamera(subject: Subject): boolean {
	return modelOf(subject) === 'kling-v1' && textOrDefault(subject, 'mode') === 'std' && textOrDefault(subject, 'duration') === '5';
}

function* checkFourK(body: WrittenObject, model: string, models: readonly string[]): Iterable<RequestProblem> {
	const mode = body.fields.get('mode')?.value;
	if (mode?.kind === 'string' && mode.value === '4k' && !models.includes(model)) {
		yield bodyProblem('four-k-of-model', mode.range, { model, models: models.join(', ') });
	}
}

/** kling-v2-6 is silent in 720p, and with a first and a last frame. */
function* checkV26(subject: Subject): Iterable<RequestProblem> {
	const { body } = subject;
	const hasSound = textOf(body, 'sound') === 'on';
	const isStandard = textOrDefault(subject, 'mode') === 'std';
	const sound = body.fields.get('sound');
	if (hasSound && isStandard && sound !== undefined) {
		yield bodyProblem('sound-in-std', sound.value.range);
	}
	const tail = fieldOf(body, 'image_tail');
	if (tail !== undefined && fieldOf(body, 'image') !== undefined && (hasSound || isStandard)) {
		yield bodyProblem('frames-of-model', tail.property.keyRange);
	}
}

/** A named camera movement has no `config`; `simple` has exactly one movement. */
export function* checkCamera({ body }: Subject): Iterable<RequestProblem> {
	const camera = fieldOf(body, 'camera_control');
	if (camera?.value.kind !== 'object') {
		return;
	}
	const type = textOf(camera.value, 'type');
	const config = fieldOf(camera.value, 'config');
	if (type === 'simple' && config === undefined) {
		yield bodyProblem('camera-config-missing', camera.property.keyRange);
	} else if (type !== undefined && type !== 'simple' && config !== undefined) {
		yield bodyProblem('camera-config-unused', config.property.keyRange, { type });
	}
	if (config?.value.kind === 'object' && (type === 'simple' || type === undefined)) {
		const values = [...config.value.fields.values()].map(({ value }) => value);
		const moves = values.filter((value) => value.kind === 'number' && Number(value.text) !== 0).length;
		if (values.every(({ kind }) => kind === 'number') && moves !== 1) {
			yield bodyProblem('camera-one-movement', config.property.keyRange, { count: moves });
		}
	}
}

/** A scene for one image gets one, a scene for two images two. */
export function* checkEffect({ operation, body }: Subject): Iterable<RequestProblem> {
	const input = fieldOf(body, 'input')?.value;
	const scene = textOf(body, 'effect_scene');
	if (operation !== 'videos/effects' || input?.kind !== 'object' || scene === undefined) {
		return;
	}
	const image = fieldOf(input, 'image');
	const images = fieldOf(input, 'images');
	if (image !== undefined && images === undefined && dualImageScenes.includes(scene)) {
		yield bodyProblem('effect-images', image.property.keyRange, { scene, count: 2 });
	} else if (images !== undefined && image === undefined && singleImageScenes.includes(scene)) {
		yield bodyProblem('effect-images', images.property.keyRange, { scene, count: 1 });
	}
}

/** `videos/multi-elements`: what is added or takes the place of something is an image; a removal has none. Source: CometAPI's page of it. */
export function* checkEdit({ operation, body, isWhole }: Subject): Iterable<RequestProblem> {
	const mode = fieldOf(body, 'edit_mode');
	const name = textOf(body, 'edit_mode');
	if (operation !== 'videos/multi-elements' || mode === undefined) {
		return;
	}
	const images = body.fields.get('image_list');
	const hasImages = images !== undefined && !isEmpty(images.value);
	if ((name === 'addition' || name === 'swap') && !hasImages && isWhole) {
		yield bodyProblem('edit-images-missing', mode.value.range, { mode: name });
	} else if (name === 'removal' && hasImages) {
		yield bodyProblem('edit-images-unused', images.property.keyRange);
	}
}

/** What may stand together in an omni-video. */
export function* checkOmni(subject: Subject): Iterable<RequestProblem> {
	const { operation, body } = subject;
	if (operation !== 'videos/omni-video') {
		return;
	}
	const model = modelOf(subject);
	const images = (itemsOf(body, 'image_list') ?? []).filter((item) => item.kind === 'object');
	const hasVideo = (itemsOf(body, 'video_list') ?? []).length > 0;
	const types = images.map((image) => textOf(image, 'type'));
	const end = images[types.indexOf('end_frame')];
	if (end !== undefined && !types.includes('first_frame')) {
		yield bodyProblem('end-frame-alone', end.fields.get('type')?.value.range ?? end.range);
	}
	const sound = body.fields.get('sound');
	if (hasVideo && sound?.value.kind === 'string' && sound.value.value === 'on') {
		yield bodyProblem('sound-beside-video', sound.value.range);
	}
	const frame = images.find((image) => textOf(image, 'type') !== undefined);
	const isEdited = (itemsOf(body, 'video_list') ?? []).some(
		(video) => video.kind === 'object' && (textOf(video, 'refer_type') ?? 'base') === 'base',
	);
	if (isEdited && frame !== undefined) {
		yield bodyProblem('frames-beside-edit', frame.fields.get('type')?.value.range ?? frame.range);
	}
	const duration = body.fields.get('duration')?.value;
	const isFirstFrameOnly = types.every((type) => type === 'first_frame') && (itemsOf(body, 'element_list') ?? []).length === 0;
	if (model === 'kling-video-o1' && duration?.kind === 'string' && !hasVideo && isFirstFrameOnly && /^(?:[346789])$/.test(duration.value)) {
		yield bodyProblem('duration-of-model', duration.range, { model, value: duration.value });
	}
	if (model === 'kling-video-o1') {
		yield* checkFourK(body, model, ['kling-v3-omni']);
	}
	yield* checkCount(subject, hasVideo ? 4 : 7);
}

/** Images and elements share a limit in omni-video and omni-image. */
export function* checkCount({ body, key }: Subject, most: number): Iterable<RequestProblem> {
	const images = itemsOf(body, 'image_list') ?? [];
	const elements = itemsOf(body, 'element_list') ?? [];
	const count = images.length + elements.length;
	// More of one kind than the limit is a problem of that list.
	if (count > most && images.length <= most && elements.length <= most) {
		yield bodyProblem('references-too-many', body.fields.get('image_list')?.property.keyRange ?? key, { count, most });
	}
}

/** `sound_end_time` − `sound_start_time` of each face. */
const leastCutMs = 2000;

/** The part of the sound that a face speaks. */
export function* checkCut({ operation, body }: Subject): Iterable<RequestProblem> {
	if (operation !== 'videos/advanced-lip-sync') {
		return;
	}
	for (const face of itemsOf(body, 'face_choose') ?? []) {
		if (face.kind === 'object') {
			const start = numberOf(face, 'sound_start_time');
			const end = numberOf(face, 'sound_end_time');
			const field = face.fields.get('sound_end_time');
			if (start !== undefined && end !== undefined && field !== undefined && end - start < leastCutMs) {
				yield end > start
					? bodyProblem('cut-too-short', field.value.range, { start, end, least: leastCutMs })
					: bodyProblem('cut-empty', field.value.range, { start, end });
			}
		}
	}
}
