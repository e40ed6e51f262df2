import type { OperationKey } from '../../core/operation';
import { memberOf, textOf, type LiteralObject } from './literal';

/** Fields of bodies that no other JSON is likely to have, or that a request hardly lacks. */
const distinctive = new Set(
	'prompt negative_prompt model_name image image_tail image_list image_url multi_prompt multi_shot camera_control cfg_scale video_id video_url video_list effect_scene session_id face_choose human_image cloth_image character_orientation sound_file audio_id voice_id voice_list element_list edit_mode static_mask dynamic_masks subject_image_list image_reference image_fidelity human_fidelity sound_effect_prompt bgm_prompt asmr_mode up_expansion_ratio'.split(
		' ',
	),
);
/** Other fields of bodies. */
const usual = new Set(
	'mode duration sound aspect_ratio resolution n text voice_language voice_speed input callback_url external_task_id watermark_info shot_type style keep_original_sound scene_image style_image cloth_image result_type series_amount down_expansion_ratio left_expansion_ratio right_expansion_ratio'.split(
		' ',
	),
);
/** Fields of responses. */
const ofResponses = new Set(['task_id', 'task_status', 'task_result', 'request_id', 'task_status_msg']);

/** The name in Kling's spelling: libraries write `modelName`. */
export function fieldNamed(key: string): string {
	const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
	return snake !== key && (distinctive.has(snake) || usual.has(snake)) ? snake : key;
}

/** Whether an object is, or is from, a response. */
export function isOfResponse({ members }: Pick<LiteralObject, 'members'>): boolean {
	return members.some(({ key }) => ofResponses.has(key));
}

/** How much an object resembles the body of a create request; 0: not at all. */
export function resemblance({ members }: LiteralObject): number {
	const keys = members.map(({ key }) => fieldNamed(key));
	const known = keys.filter((key) => distinctive.has(key)).length;
	const isSpeech = keys.includes('text') && keys.includes('voice_id');
	const isNested = keys.includes('input') && keys.includes('effect_scene');
	return (known === 0 && !isSpeech && !isNested) || isOfResponse({ members }) ? 0 : 2 * known + keys.filter((key) => usual.has(key)).length;
}

/** Models that make videos only. `kling-v3` and `kling-v2-1` also make images. */
const videoModel = /^kling-v(?:1-6|2-master|2-1-master|2-5|2-6)/;
const omniVideoModel = /^kling-video-o\d/;
const omniImageModel = /^kling-image-o\d/;

/** The operation whose body this is, if it cannot be another one's. */
export function operationOfBody(body: LiteralObject): OperationKey | undefined {
	const has = (...keys: readonly string[]): boolean => keys.some((key) => memberOf(body, key) !== undefined);
	const model = textOf(body, 'model_name') ?? '';
	if (has('effect_scene')) {
		return 'videos/effects';
	}
	if (has('face_choose')) {
		return 'videos/advanced-lip-sync';
	}
	if (has('edit_mode')) {
		return 'videos/multi-elements';
	}
	if (has('human_image')) {
		return 'images/kolors-virtual-try-on';
	}
	if (has('up_expansion_ratio', 'down_expansion_ratio', 'left_expansion_ratio', 'right_expansion_ratio')) {
		return 'images/editing/expand';
	}
	if (has('subject_image_list')) {
		return 'images/multi-image2image';
	}
	if (has('character_orientation')) {
		return 'videos/motion-control';
	}
	if (has('sound_effect_prompt', 'bgm_prompt', 'asmr_mode')) {
		return 'audio/video-to-audio';
	}
	if (has('text') && has('voice_id')) {
		return 'audio/tts';
	}
	const input = memberOf(body, 'input');
	if (input !== undefined) {
		const isLipSync = input.kind === 'object' && /^(?:text|audio)2video$/.test(textOf(input, 'mode') ?? '');
		return isLipSync ? 'videos/lip-sync' : undefined;
	}
	if (has('image') && has('sound_file', 'audio_id')) {
		return 'videos/avatar/image2video';
	}
	if (has('video_id') && has('prompt') && !has('image', 'image_list', 'video_url')) {
		return 'videos/video-extend';
	}
	return operationOfPictures(body, has, model);
}

/** Of bodies of a prompt, perhaps with images. */
function operationOfPictures(body: LiteralObject, has: (...keys: readonly string[]) => boolean, model: string): OperationKey | undefined {
	const isVideo = has('duration', 'mode', 'sound', 'camera_control', 'multi_shot', 'multi_prompt', 'shot_type');
	const isImage = has('resolution', 'n', 'image_fidelity', 'human_fidelity', 'image_reference', 'result_type', 'series_amount');
	if (omniVideoModel.test(model) || has('video_list')) {
		return 'videos/omni-video';
	}
	if (omniImageModel.test(model)) {
		return 'images/omni-image';
	}
	if (isVideo === isImage && !videoModel.test(model) && !has('cfg_scale', 'image_tail', 'dynamic_masks', 'static_mask', 'voice_list')) {
		return undefined;
	}
	if (model === 'kling-v3-omni') {
		return isImage ? 'images/omni-image' : 'videos/omni-video';
	}
	if (has('image_list')) {
		const list = memberOf(body, 'image_list');
		const first = list?.kind === 'array' ? list.items[0]?.value : undefined;
		const hasLinks = first?.kind === 'object' && memberOf(first, 'image_url') !== undefined;
		return isImage || hasLinks ? undefined : 'videos/multi-image2video';
	}
	if (isImage) {
		return 'images/generations';
	}
	if (has('image', 'image_tail')) {
		return 'videos/image2video';
	}
	// `{"prompt", "duration": 5}` with a number is what text-to-audio takes.
	const duration = memberOf(body, 'duration');
	const isSure = has('aspect_ratio', 'mode', 'model_name', 'sound', 'camera_control', 'cfg_scale', 'multi_prompt', 'negative_prompt');
	return has('prompt', 'multi_prompt') && (duration?.kind === 'string' || isSure) ? 'videos/text2video' : undefined;
}
