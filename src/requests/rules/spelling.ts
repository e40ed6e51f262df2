import { mostSimilar, plain } from '../similar';

/**
 * Names that other gateways, SDKs and models have for a field of Kling, without case and marks. The first one that an operation knows is meant.
 */
const otherNames: Readonly<Record<string, readonly string[]>> = {
	image: ['image_url', 'image_list', 'subject_image'],
	imageurl: ['image', 'image_url', 'image_list'],
	img: ['image', 'image_url'],
	inputimage: ['image', 'image_url'],
	firstframe: ['image'],
	firstframeimage: ['image'],
	firstframeurl: ['image'],
	startimage: ['image'],
	startimageurl: ['image'],
	startframe: ['image'],
	referenceimage: ['image', 'image_list'],
	images: ['image_list'],
	imageurls: ['image_list'],
	endimage: ['image_tail'],
	endimageurl: ['image_tail'],
	endframe: ['image_tail'],
	lastframe: ['image_tail'],
	lastframeimage: ['image_tail'],
	tailimage: ['image_tail'],
	tailimageurl: ['image_tail'],
	video: ['video_url', 'video_id', 'video_list'],
	videourls: ['video_list'],
	audio: ['sound_file', 'audio_file', 'audio_url'],
	audiourl: ['sound_file', 'audio_url'],
	audiofile: ['sound_file', 'audio_file'],
	soundurl: ['sound_file', 'audio_url'],
	prompt: ['text'],
	text: ['prompt'],
	description: ['prompt'],
	textprompt: ['prompt'],
	positiveprompt: ['prompt'],
	input: ['prompt', 'text'],
	inputtext: ['text', 'prompt'],
	ratio: ['aspect_ratio'],
	aspect: ['aspect_ratio'],
	size: ['aspect_ratio', 'resolution'],
	seconds: ['duration'],
	length: ['duration'],
	videolength: ['duration'],
	durationseconds: ['duration'],
	quality: ['mode', 'resolution'],
	resolution: ['mode'],
	guidancescale: ['cfg_scale'],
	cfg: ['cfg_scale'],
	generateaudio: ['sound'],
	withaudio: ['sound'],
	enableaudio: ['sound'],
	audioenabled: ['sound'],
	numimages: ['n'],
	count: ['n'],
	batchsize: ['n'],
	webhook: ['callback_url'],
	webhookurl: ['callback_url'],
	notifyhook: ['callback_url'],
	taskid: ['external_task_id'],
	clienttaskid: ['external_task_id'],
	cameramotion: ['camera_control'],
	voice: ['voice_id', 'voice_list'],
	language: ['voice_language'],
	speed: ['voice_speed'],
	effect: ['effect_scene'],
	effecttype: ['effect_scene'],
	scene: ['effect_scene'],
	watermark: ['watermark_info'],
	personimage: ['human_image'],
	modelimage: ['human_image'],
	garmentimage: ['cloth_image'],
	clothesimage: ['cloth_image'],
	originalsoundvolume: ['original_audio_volume'],
};

/** The field that an unknown one probably means. */
export function likelyField(name: string, known: readonly string[]): string | undefined {
	const spelled = plain(name);
	return (
		known.find((field) => plain(field) === spelled) ??
		(Object.hasOwn(otherNames, spelled) ? otherNames[spelled]?.find((field) => known.includes(field)) : undefined) ??
		mostSimilar(name, known)
	);
}

/** What other APIs have for `on` or `yes`, and for `off` or `no`. */
const switches = [
	{ words: ['on', 'yes', 'true', '1', 'enabled', 'enable'], values: ['on', 'yes'] },
	{ words: ['off', 'no', 'false', '0', 'disabled', 'disable', 'none'], values: ['off', 'no'] },
] as const;

/** What people and other APIs call a value. */
const otherValues: Readonly<Record<string, string>> = {
	standard: 'std',
	normal: 'std',
	'720p': 'std',
	professional: 'pro',
	high: 'pro',
	hd: 'pro',
	'1080p': 'pro',
	'2160p': '4k',
	uhd: '4k',
	landscape: '16:9',
	horizontal: '16:9',
	portrait: '9:16',
	vertical: '9:16',
	square: '1:1',
	english: 'en',
	chinese: 'zh',
	mandarin: 'zh',
};

/** The value that another one probably means: `STD` is `std`, `kling-v2.6` is `kling-v2-6`, `16x9` is `16:9`. */
export function likelyValue(value: string, known: readonly string[]): string | undefined {
	const spelled = plain(value);
	const numbered = /^(\d+)\D+(\d+)$/.exec(value.trim());
	return (
		known.find((one) => plain(one) === spelled) ??
		switches.find(({ words }) => words.some((word) => word === spelled))?.values.find((one) => known.includes(one)) ??
		known.find((one) => Object.hasOwn(otherValues, spelled) && one === otherValues[spelled]) ??
		beginningOf(value, known) ??
		(numbered === null ? undefined : known.find((one) => one === `${numbered[1] ?? ''}:${numbered[2] ?? ''}`)) ??
		mostSimilar(value, known)
	);
}

/** The value that another one begins with: `5 s`, `en-US`. */
function beginningOf(value: string, known: readonly string[]): string | undefined {
	const word = /^\s*(\d+(?=\s*s)|[a-z]{2}(?=[-_]))/i.exec(value)?.[1]?.toLowerCase();
	return known.find((one) => one === word);
}
