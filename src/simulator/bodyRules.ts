import type { BodySchema } from '../requests/bodySchemas';
import type { Json } from './forms';
import { refusalWords } from './refusalWords';

/** The values of a body that rules read, with the defaults of Kling. */
interface Facts {
	readonly body: Json;
	readonly schema: BodySchema;
	readonly model: string;
	readonly mode: string;
	readonly duration: string;
}

/** @returns why the body is refused */
type Rule = (facts: Facts) => string | undefined;

/** Model and mode with which an image for the last frame is refused. Source: Kling's capability map, and a refusal of the first. */
const withoutImageTail: ReadonlySet<string> = new Set(['kling-v2-5-turbo/std', 'kling-v2-6/std', 'kling-v2-1/std']);

const duration: Rule = ({ model, duration: seconds }) =>
	isThirdGeneration(model) || seconds === '5' || seconds === '10' ? undefined : refusalWords.value('duration', seconds);

const sound: Rule = ({ body, schema, model, mode }) => {
	const { models } = schema.fields['sound'] ?? {};
	const isKnown = schema.fields['model_name']?.values?.includes(model) === true;
	const isRefused = (isKnown && models?.includes(model) === false) || (model === 'kling-v2-6' && mode === 'std');
	return body['sound'] === 'on' && isRefused ? refusalWords.sound(model, mode) : undefined;
};

/** Of a model that is newer than the table, nothing is known. */
const cameraControl: Rule = ({ body, schema, model, mode, duration: seconds }) =>
	body['camera_control'] === undefined ||
	schema.fields['model_name']?.values?.includes(model) !== true ||
	(model === 'kling-v1' && mode === 'std' && seconds === '5')
		? undefined
		: refusalWords.cameraControl();

const imageTail: Rule = ({ body, model, mode, duration: seconds }) =>
	typeof body['image_tail'] === 'string' && withoutImageTail.has(`${model}/${mode}`)
		? refusalWords.imageTail(model, mode, seconds)
		: undefined;

/** Without a storyboard of the person's own, a prompt says what happens; with one, its shots fill the video. */
const shots: Rule = ({ body, duration: seconds }) => {
	const isCustom = body['multi_shot'] === true && body['shot_type'] === 'customize';
	const list = Array.isArray(body['multi_prompt']) ? body['multi_prompt'] : [];
	if (!isCustom) {
		return list.length > 0 && !isText(body['prompt']) ? refusalWords.missing('prompt') : undefined;
	}
	if (list.length === 0) {
		return refusalWords.missing('multi_prompt');
	}
	const total = list.reduce((sum: number, shot: unknown) => sum + Number(memberOf(shot, 'duration')), 0);
	return total === Number(seconds) ? undefined : refusalWords.value('multi_prompt duration', total);
};

const omniImages: Rule = ({ body }) => {
	const most = countOf(body['video_list']) > 0 ? 4 : 7;
	return countOf(body['image_list']) + countOf(body['element_list']) > most ? refusalWords.tooManyImages(most) : undefined;
};

/** kling-video-o1 makes any length only with a reference: an image that is no frame, or a video. */
const omniDuration: Rule = ({ body, model, duration: seconds }) => {
	const images: readonly unknown[] = Array.isArray(body['image_list']) ? body['image_list'] : [];
	const hasReference = countOf(body['video_list']) > 0 || images.some((image) => memberOf(image, 'type') === undefined);
	return model === 'kling-video-o1' && !hasReference && seconds !== '5' && seconds !== '10'
		? refusalWords.durationWithoutReference()
		: undefined;
};

const lipSync: Rule = ({ body }) => {
	const needed = {
		text2video: [['text'], ['voice_id']],
		audio2video: [['audio_file', 'audio_url']],
	}[memberOf(body['input'], 'mode') === 'audio2video' ? 'audio2video' : 'text2video'];
	const missing = needed.find((names) => !names.some((name) => isText(memberOf(body['input'], name))));
	return missing?.[0] === undefined ? undefined : refusalWords.missingInside(missing[0]);
};

/** What fields mean together, by operation. Sources: Kling's API reference and capability map of 2026-09. */
const rules: Readonly<Record<string, readonly Rule[]>> = {
	'videos/text2video': [shots, duration, cameraControl, sound],
	'videos/image2video': [duration, imageTail, sound],
	'videos/omni-video': [shots, omniImages, omniDuration],
	'videos/lip-sync': [lipSync],
};

/**
 * Checks what the fields of a body mean together.
 * @returns why it is refused, in Kling's words
 */
export function bodyRules(operation: string, body: Json, schema: BodySchema): string | undefined {
	const value = (field: string): string => {
		const written = body[field];
		return typeof written === 'string' && written !== '' ? written : String(schema.fields[field]?.default ?? '');
	};
	const facts = { body, schema, model: value('model_name'), mode: value('mode'), duration: value('duration') };
	for (const rule of rules[operation] ?? []) {
		const words = rule(facts);
		if (words !== undefined) {
			return words;
		}
	}
	return undefined;
}

const isThirdGeneration = (model: string): boolean => /^kling-v(?:[3-9]|\d\d)/.test(model);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const countOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

function memberOf(object: unknown, name: string): unknown {
	return typeof object === 'object' && object !== null ? (object as Json)[name] : undefined;
}
