import type { MediaFacts } from '../../../src/requests/fileFacts';
import type { Severity } from '../../../src/requests/problem';
import type { BodyCode } from '../../../src/requests/rules/bodyRules';

/** What is known of the files that the examples name. */
export const exampleFiles: ReadonlyMap<string, MediaFacts> = new Map<string, MediaFacts>([
	['./photo.png', { kind: 'image', type: 'png', size: 1_200_000, sha256: 'a1', width: 1024, height: 1024 }],
	['./huge.png', { kind: 'image', type: 'png', size: 12_000_000, sha256: 'a2', width: 4000, height: 4000 }],
	['./almost.png', { kind: 'image', type: 'png', size: 10_485_760, sha256: 'a3', width: 4000, height: 4000 }],
	['./tiny.png', { kind: 'image', type: 'png', size: 20_000, sha256: 'a4', width: 640, height: 299 }],
	['./small.png', { kind: 'image', type: 'png', size: 20_000, sha256: 'a5', width: 300, height: 300 }],
	['./banner.png', { kind: 'image', type: 'png', size: 90_000, sha256: 'a6', width: 1501, height: 600 }],
	['./wide.png', { kind: 'image', type: 'png', size: 90_000, sha256: 'a7', width: 1500, height: 600 }],
	['./loop.gif', { kind: 'image', type: 'gif', size: 90_000, sha256: 'a8', width: 500, height: 500 }],
	['./photo.jpg', { kind: 'image', type: 'jpeg', size: 90_000, sha256: 'a9', width: 500, height: 500 }],
	['./voice.mp3', { kind: 'audio', type: 'mp3', size: 400_000, sha256: 'b1' }],
	['./big.png', { kind: 'image', type: 'png', size: 9_000_000, sha256: 'c1', width: 2000, height: 2000 }],
]);

/** A rule, a whole file that breaks it, with the reported part between « and », and one that keeps it. */
export interface RuleExample {
	readonly code: BodyCode;
	readonly severity: Severity;
	readonly breaks: string;
	readonly keeps: string;
}

const long = (count: number): string => 'a'.repeat(count);
const base64 = (start: string, characters: number): string => start.padEnd(characters, 'A');

/** A file of one line. */
function of(operation: string, body: string, more = ''): string {
	return `{"operation": "${operation}", ${more}"body": {${body}}}`;
}
/** A file whose key "body" is reported. */
function ofBody(operation: string, body: string): string {
	return `{"operation": "${operation}", «"body"»: {${body}}}`;
}
const text2video = (body: string): string => of('videos/text2video', `"model_name": "kling-v3", ${body}`);
const prompted = (body: string): string => text2video(`"prompt": "A fox", ${body}`);
const v26 = (body: string): string => of('videos/text2video', `"model_name": "kling-v2-6", "prompt": "A fox", ${body}`);
const image2video = (body: string): string => of('videos/image2video', `"model_name": "kling-v3", ${body}`);
const fromPhoto = (body: string): string => image2video(`"image": "https://media.example/a.png", ${body}`);
const omni = (body: string): string => of('videos/omni-video', `"model_name": "kling-v3-omni", ${body}`);
const lipSync = (input: string): string => of('videos/lip-sync', `"input": {"video_id": "790000000000000301", ${input}}`);
const face = (more: string): string =>
	of(
		'videos/advanced-lip-sync',
		`"session_id": "790000000000000401", "face_choose": [{"face_id": "0", "audio_id": "790000000000000402", "sound_insert_time": 0, ${more}}]`,
	);
const expand = (up: string, rest: string): string => of('images/editing/expand', `"image": "https://media.example/a.png", ${up}, ${rest}`);

export const ruleExamples: readonly RuleExample[] = [
	{
		code: 'operation-unchecked',
		severity: 'information',
		breaks: '{"operation": «"videos/upscale"», "body": {"anything": 1}}',
		keeps: of('audio/tts', '"text": "Hello", "voice_id": "narrator", "voice_language": "en"'),
	},
	{
		code: 'operation-misspelled',
		severity: 'warning',
		breaks: '{"operation": «"videos/text-to-video"», "body": {"prompt": "A fox"}}',
		keeps: '{"operation": "videos/text2speech", "body": {"prompt": "A fox"}}',
	},
	{
		code: 'operation-misspelled',
		severity: 'warning',
		breaks: '{"operation": «"videos/text2video/790000000000000301"», "body": {"prompt": "A fox"}}',
		keeps: '{"operation": "videos/image2image", "body": {"prompt": "A fox"}}',
	},
	{
		code: 'operation-retiring',
		severity: 'information',
		breaks: '{"operation": «"videos/video-extend"», "body": {"video_id": "790000000000000301"}}',
		keeps: fromPhoto('"prompt": "A fox"'),
	},
	{
		code: 'model-retiring',
		severity: 'information',
		breaks: of('videos/text2video', '"model_name": «"kling-v1"», "prompt": "A fox"'),
		keeps: of('videos/text2video', '"model_name": "kling-v2-6", "prompt": "A fox"'),
	},
	{
		code: 'model-retiring',
		severity: 'information',
		breaks: ofBody('videos/text2video', '"prompt": "A fox"'),
		keeps: of(
			'videos/motion-control',
			'"image_url": "https://media.example/a.png", "video_url": "https://media.example/a.mp4", "character_orientation": "image", "mode": "std"',
		),
	},
	{
		code: 'external-id-repeated',
		severity: 'error',
		breaks: of('videos/text2video', '"model_name": "kling-v3", "prompt": "A fox", "external_task_id": «"fox"»', '"repeat": 3, '),
		keeps: of(
			'videos/text2video',
			'"model_name": "kling-v3", "prompt": "A fox", "external_task_id": "fox-${{ run.take }}"',
			'"repeat": 3, ',
		),
	},
	{
		code: 'callback-url',
		severity: 'warning',
		breaks: prompted('"callback_url": «"https://hooks.studio.example/kling?job=7"»'),
		keeps: prompted('"duration": "5"'),
	},
	{
		code: 'callback-private',
		severity: 'warning',
		breaks: prompted('"callback_url": «"http://localhost:3000/kling"»'),
		keeps: prompted('"callback_url": "https://hooks.studio.example/kling"'),
	},
	{
		code: 'callback-invalid',
		severity: 'error',
		breaks: prompted('"callback_url": «"hooks.studio.example"»'),
		keeps: prompted('"callback_url": "https://hooks.studio.example/kling"'),
	},
	{
		code: 'secret-in-body',
		severity: 'error',
		breaks: prompted('«"Authorization"»: "Bearer sk-0000111122223333"'),
		keeps: prompted('"negative_prompt": "a key on a table"'),
	},
	{
		code: 'secret-in-body',
		severity: 'error',
		breaks: prompted('«"negative_prompt"»: "sk-0000111122223333444455556666"'),
		keeps: prompted('"negative_prompt": "sk-8 skates"'),
	},
	{
		code: 'secret-in-body',
		severity: 'error',
		breaks: lipSync('"mode": "text2video", "text": "Hello", "voice_id": "v", «"api_key"»: "0000111122223333aaaa"'),
		keeps: lipSync('"mode": "text2video", "text": "Hello", "voice_id": "v", "sort_key": "0000111122223333aaaa"'),
	},
	{
		code: 'secret-in-body',
		severity: 'error',
		breaks: of('videos/upscale', '"options": [{«"header"»: "Bearer sk-0000111122223333"}]'),
		keeps: of('videos/upscale', '"options": [{"key": "C minor", "token": "one"}]'),
	},
	{
		code: 'secret-in-body',
		severity: 'error',
		breaks: text2video('"prompt": «"A sign that says sk-proj-0000111122223333444455556666"»'),
		keeps: prompted('"negative_prompt": "like https://media.example/sk-town-2025-the-fair-in-winter.png"'),
	},
	{
		code: 'secret-in-body',
		severity: 'error',
		breaks: prompted('"watermark_info": {«"apiKey"»: "made-up-key-0001"}'),
		keeps: prompted('"watermark_info": {"enabled": true}'),
	},
	{
		code: 'secret-in-body',
		severity: 'error',
		breaks: prompted('"callback_url": «"https://hooks.example/kling?key=sk-0000111122223333444455556666"»'),
		keeps: prompted('"callback_url": "https://hooks.example/kling?task=sk-8"'),
	},
	{
		code: 'field-missing',
		severity: 'error',
		breaks: ofBody('audio/tts', '"text": "Hello", "voice_language": "en"'),
		keeps: of('audio/tts', '"text": "Hello", "voice_id": "narrator", "voice_language": "en"'),
	},
	{
		code: 'field-missing',
		severity: 'error',
		breaks: prompted('"multi_shot": true, "shot_type": "customize", "duration": "5", "multi_prompt": [«{»"index": 1, "duration": "5"}]'),
		keeps: prompted(
			'"multi_shot": true, "shot_type": "customize", "duration": "5", "multi_prompt": [{"index": 1, "prompt": "A fox", "duration": "5"}]',
		),
	},
	{
		code: 'field-empty',
		severity: 'error',
		breaks: of('images/generations', '"model_name": "kling-v3", "prompt": «" "»'),
		keeps: of('images/generations', '"model_name": "kling-v3", "prompt": "A fox"'),
	},
	{
		code: 'field-empty',
		severity: 'error',
		breaks: of('images/generations', '"model_name": "kling-v3", "prompt": «null»'),
		keeps: of('images/generations', '"model_name": "kling-v3", "prompt": "${{ text(\'./prompt.md\') }}"'),
	},
	{
		code: 'field-unknown',
		severity: 'warning',
		breaks: prompted('«"negativePrompt"»: "blur"'),
		keeps: prompted('"negative_prompt": "blur"'),
	},
	{
		code: 'field-unknown',
		severity: 'warning',
		breaks: prompted('«"constructor"»: "x"'),
		keeps: '{"operation": "videos/upscale", "body": {"constructor": "x"}}',
	},
	{
		code: 'body-of-new-api',
		severity: 'error',
		breaks: of('videos/text2video', '«"contents"»: [{"type": "prompt", "text": "A fox"}], "settings": {"duration": 5}, "options": {}'),
		keeps: '{"operation": "text-to-video/kling-o1", "body": {"contents": [{"type": "prompt", "text": "A fox"}]}}',
	},
	{
		code: 'frames-beside-edit',
		severity: 'warning',
		breaks: omni(
			'"prompt": "A fox", "video_list": [{"video_url": "https://media.example/a.mp4"}], "image_list": [{"image_url": "https://media.example/a.png", "type": «"first_frame"»}]',
		),
		keeps: omni(
			'"prompt": "A fox", "video_list": [{"video_url": "https://media.example/a.mp4", "refer_type": "feature"}], "image_list": [{"image_url": "https://media.example/a.png", "type": "first_frame"}]',
		),
	},
	{
		code: 'field-misspelled',
		severity: 'error',
		breaks: text2video('«"text"»: "A fox"'),
		keeps: text2video('"prompt": "A fox"'),
	},
	{
		code: 'field-misspelled',
		severity: 'error',
		breaks: image2video('«"image_url"»: "https://media.example/a.png"'),
		keeps: image2video('"image": "https://media.example/a.png"'),
	},
	{
		code: 'field-of-other',
		severity: 'warning',
		breaks: prompted('«"image"»: "https://media.example/a.png"'),
		keeps: fromPhoto('"prompt": "A fox"'),
	},
	{
		code: 'field-without-seed',
		severity: 'warning',
		breaks: prompted('«"seed"»: 42'),
		keeps: of('videos/text2video', '"model_name": "kling-v3", "prompt": "A fox"', '"repeat": 3, '),
	},
	{
		code: 'field-misplaced',
		severity: 'warning',
		breaks: lipSync('"mode": "text2video", "text": "Hi", "voice_id": "narrator"').replace('"body": {', '"body": {«"voice_speed"»: 1.2, '),
		keeps: lipSync('"mode": "text2video", "text": "Hi", "voice_id": "narrator", "voice_speed": 1.2'),
	},
	{
		code: 'fields-nested',
		severity: 'error',
		breaks: of('videos/text2video', '«"parameters"»: {"model_name": "kling-v3", "prompt": "A fox"}'),
		keeps: text2video('"prompt": "A fox"'),
	},
	{
		code: 'model-field',
		severity: 'error',
		breaks: of('videos/text2video', '«"model"»: "kling-v3", "prompt": "A fox"'),
		keeps: of('videos/text2video', '"model_name": "kling-v3", "prompt": "A fox"'),
	},
	{
		code: 'model-field-ignored',
		severity: 'warning',
		breaks: prompted('«"model"»: "kling-v2-6"'),
		keeps: prompted('"mode": "std"'),
	},
	{
		code: 'any-of-missing',
		severity: 'error',
		breaks: ofBody('videos/image2video', '"model_name": "kling-v3", "prompt": "A fox"'),
		keeps: image2video('"image_tail": "https://media.example/b.png"'),
	},
	{
		code: 'any-of-missing',
		severity: 'error',
		breaks: text2video('"prompt": «"  "»'),
		keeps: text2video('"prompt": "A fox"'),
	},
	{
		code: 'one-of-missing',
		severity: 'error',
		breaks: ofBody('audio/video-to-audio', '"bgm_prompt": "quiet jazz"'),
		keeps: of('audio/video-to-audio', '"video_id": "790000000000000301"'),
	},
	{
		code: 'one-of-several',
		severity: 'error',
		breaks: of('audio/video-to-audio', '"video_id": "790000000000000301", «"video_url"»: "https://media.example/a.mp4"'),
		keeps: of('audio/video-to-audio', '"video_url": "https://media.example/a.mp4"'),
	},
	{
		code: 'fields-exclude',
		severity: 'error',
		breaks: fromPhoto('"image_tail": "https://media.example/b.png", «"camera_control"»: {"type": "down_back"}'),
		keeps: fromPhoto('"camera_control": {"type": "down_back"}'),
	},
	{
		code: 'field-needs',
		severity: 'warning',
		breaks: of('images/generations', '"model_name": "kling-v2-1", "prompt": "A fox", «"image_reference"»: "face"'),
		keeps: of(
			'images/generations',
			'"model_name": "kling-v2-1", "prompt": "A fox", "image_reference": "face", "image": "https://media.example/a.png"',
		),
	},
	{
		code: 'model-lacks-field',
		severity: 'warning',
		breaks: v26('«"cfg_scale"»: 0.7'),
		keeps: prompted('"cfg_scale": 0.7'),
	},
	{ code: 'number-for-string', severity: 'error', breaks: prompted('"duration": «5»'), keeps: prompted('"duration": "5"') },
	{ code: 'string-for-number', severity: 'error', breaks: prompted('"cfg_scale": «"0.5"»'), keeps: prompted('"cfg_scale": 0.5') },
	{ code: 'boolean-for-string', severity: 'error', breaks: prompted('"sound": «true»'), keeps: prompted('"sound": "on"') },
	{
		code: 'string-for-boolean',
		severity: 'error',
		breaks: of('audio/video-to-audio', '"video_id": "790000000000000301", "asmr_mode": «"true"»'),
		keeps: of('audio/video-to-audio', '"video_id": "790000000000000301", "asmr_mode": true'),
	},
	{
		code: 'array-missing',
		severity: 'error',
		breaks: fromPhoto('"element_list": «{"element_id": 790000000000000501}»'),
		keeps: fromPhoto('"element_list": [{"element_id": 790000000000000501}]'),
	},
	{
		code: 'watermark-boolean',
		severity: 'error',
		breaks: prompted('"watermark_info": «true»'),
		keeps: prompted('"watermark_info": {"enabled": true}'),
	},
	{
		code: 'type-wrong',
		severity: 'error',
		breaks: prompted('"camera_control": «"down_back"»'),
		keeps: prompted('"camera_control": {"type": "down_back"}'),
	},
	{ code: 'type-wrong', severity: 'error', breaks: text2video('"prompt": «[»"A fox", "in snow"]'), keeps: text2video('"prompt": "A fox"') },
	{
		code: 'type-wrong',
		severity: 'error',
		breaks: omni('"prompt": "A fox", "image_list": [«"https://media.example/a.png"»]'),
		keeps: omni('"prompt": "A fox", "image_list": [{"image_url": "https://media.example/a.png"}]'),
	},
	{
		code: 'type-wrong',
		severity: 'error',
		breaks: fromPhoto('"element_list": [«790000000000000501»]'),
		keeps: fromPhoto('"element_list": [{"element_id": 790000000000000501}]'),
	},
	{
		code: 'not-integer',
		severity: 'error',
		breaks: of('images/generations', '"model_name": "kling-v3", "prompt": "A fox", "n": «2.0»'),
		keeps: of('images/generations', '"model_name": "kling-v3", "prompt": "A fox", "n": 2'),
	},
	{
		code: 'number-rounded',
		severity: 'warning',
		breaks: fromPhoto('"element_list": [{"element_id": «790000000000000500»}]'),
		keeps: fromPhoto('"element_list": [{"element_id": "790000000000000501"}]'),
	},
	{ code: 'null-value', severity: 'warning', breaks: prompted('"negative_prompt": «null»'), keeps: prompted('"negative_prompt": "blur"') },
	{
		code: 'empty-value',
		severity: 'information',
		breaks: prompted('"negative_prompt": «""»'),
		keeps: prompted('"negative_prompt": "blur"'),
	},
	{
		code: 'space-around',
		severity: 'error',
		breaks: of('videos/video-extend', '"video_id": «"790000000000000301 "»'),
		keeps: text2video('"prompt": " A fox "'),
	},
	{
		code: 'placeholder',
		severity: 'warning',
		breaks: of('videos/video-extend', '"video_id": «"<video_id>"»'),
		keeps: of('videos/video-extend', '"video_id": "790000000000000301"'),
	},
	{
		code: 'placeholder',
		severity: 'warning',
		breaks: of('audio/tts', '"text": "Hello", "voice_id": «"VOICE_ID"», "voice_language": "en"'),
		keeps: of('audio/tts', '"text": "VOICE_ID", "voice_id": "narrator_en_1", "voice_language": "en"'),
	},
	{
		code: 'text-placeholder',
		severity: 'error',
		breaks: of('audio/video-to-audio', '"video_id": "790000000000000301", "bgm_prompt": «"Describe the music"»'),
		keeps: of('audio/video-to-audio', '"video_id": "790000000000000301", "bgm_prompt": "A slow accordion"'),
	},
	{
		code: 'text-placeholder',
		severity: 'error',
		breaks: text2video('"prompt": «"<<<image_1>>> Describe what happens "»'),
		keeps: text2video('"prompt": "Describe what happens to the fox"'),
	},
	{ code: 'value-not-offered', severity: 'error', breaks: prompted('"sound": «"yes"»'), keeps: prompted('"sound": "off"') },
	{
		code: 'value-unknown',
		severity: 'warning',
		breaks: of('videos/text2video', '"model_name": «"kling-v2.6"», "prompt": "A fox"'),
		keeps: of('videos/text2video', '"model_name": "kling-v2-6", "prompt": "A fox"'),
	},
	{ code: 'value-disputed', severity: 'warning', breaks: prompted('"aspect_ratio": «"4:3"»'), keeps: prompted('"aspect_ratio": "9:16"') },
	{
		code: 'value-narrower-elsewhere',
		severity: 'information',
		breaks: of('videos/omni-video', '"model_name": «"kling-v3-omni"», "prompt": "A fox"'),
		keeps: of('videos/omni-video', '"model_name": "kling-video-o1", "prompt": "A fox"'),
	},
	{ code: 'number-out-of-range', severity: 'warning', breaks: prompted('"cfg_scale": «7»'), keeps: prompted('"cfg_scale": 1') },
	{
		code: 'number-out-of-range',
		severity: 'warning',
		breaks: of('images/generations', '"model_name": "kling-v3", "prompt": "A fox", "n": «10»'),
		keeps: of('images/generations', '"model_name": "kling-v3", "prompt": "A fox", "n": 9'),
	},
	{
		code: 'value-too-long',
		severity: 'warning',
		breaks: text2video(`"prompt": «"${long(2501)}"»`),
		keeps: image2video(`"image": "https://media.example/a.png", "prompt": "${'狐'.repeat(500)}"`),
	},
	{
		code: 'value-too-long-disputed',
		severity: 'warning',
		breaks: text2video(`"prompt": «"${long(501)}"»`),
		keeps: text2video(`"prompt": "${'🦊'.repeat(500)}"`),
	},
	{
		code: 'items-too-many',
		severity: 'warning',
		breaks: fromPhoto('"element_list": [{"element_id": 1}, {"element_id": 2}, {"element_id": 3}, «{"element_id": 4}»]'),
		keeps: fromPhoto('"element_list": [{"element_id": 1}, {"element_id": 2}, {"element_id": 3}]'),
	},
	{
		code: 'items-too-few',
		severity: 'warning',
		breaks: of('videos/effects', '"effect_scene": "hug", "input": {"images": «["https://media.example/a.png"]»}'),
		keeps: of(
			'videos/effects',
			'"effect_scene": "hug", "input": {"images": ["https://media.example/a.png", "https://media.example/b.png"]}',
		),
	},
	{
		code: 'media-data-prefix',
		severity: 'error',
		breaks: image2video(`"image": «"data:image/png;base64,${base64('iVBORw0KGgo', 80)}"»`),
		keeps: image2video(`"image": "${base64('iVBORw0KGgo', 80)}"`),
	},
	{
		code: 'media-bare-path',
		severity: 'error',
		breaks: image2video('"image": «"photo.png"»'),
		keeps: image2video('"image": "${{ file(\'./photo.png\') }}"'),
	},
	{
		code: 'media-bare-path',
		severity: 'error',
		breaks: image2video('"image": «"C:\\\\shots\\\\hero.png"»'),
		keeps: image2video(`"image": "${base64('/9j/4AAQSkZJRg', 120)}"`),
	},
	{
		code: 'media-invalid',
		severity: 'error',
		breaks: image2video('"image": «"a photo of a fox"»'),
		keeps: image2video(`"image": "${base64('', 64)}"`),
	},
	{
		code: 'media-invalid',
		severity: 'error',
		breaks: image2video('"image": «"YOUR_IMAGE_URL"»'),
		keeps: image2video('"image": "https://media.example/YOUR_IMAGE.png"'),
	},
	{
		code: 'base64-url-safe',
		severity: 'error',
		breaks: image2video(`"image": «"${base64('iVBORw0KGgo-_', 64)}"»`),
		keeps: image2video(`"image": "${base64('iVBORw0KGgo+/', 64)}"`),
	},
	{
		code: 'base64-line-breaks',
		severity: 'warning',
		breaks: image2video(`"image": «"${base64('/9j/', 76)}\\n${base64('', 20)}"»`),
		keeps: image2video('"image": "/9j/4AAQSkZJRg=="'),
	},
	{
		code: 'media-takes-no-link',
		severity: 'error',
		breaks: lipSync('"mode": "audio2video", "audio_type": "file", "audio_file": «"https://media.example/a.mp3"»'),
		keeps: lipSync('"mode": "audio2video", "audio_type": "file", "audio_file": "${{ file(\'./voice.mp3\') }}"'),
	},
	{
		code: 'link-for-file',
		severity: 'error',
		breaks: omni('"prompt": "A fox", "video_list": [{"video_url": «"${{ file(\'./photo.png\') }}"»}]'),
		keeps: omni('"prompt": "A fox", "video_list": [{"video_url": "https://media.example/a.mp4"}]'),
	},
	{
		code: 'link-type',
		severity: 'warning',
		breaks: image2video('"image": «"https://media.example/a.webp?w=1024"»'),
		keeps: image2video('"image": "https://media.example/a.JPG?from=a.webp"'),
	},
	{
		code: 'link-for-path',
		severity: 'error',
		breaks: of('audio/video-to-audio', '"video_url": «"./cut.mp4"»'),
		keeps: of('audio/video-to-audio', '"video_url": "https://media.example/cut.mp4"'),
	},
	{
		code: 'link-for-base64',
		severity: 'error',
		breaks: of('audio/video-to-audio', '"video_url": «"data:video/mp4;base64,AAAAIGZ0eXBpc29t"»'),
		keeps: of('audio/video-to-audio', '"video_url": "https://media.example/cut.mp4?data:=1"'),
	},
	{
		code: 'link-invalid',
		severity: 'error',
		breaks: of('audio/video-to-audio', '"video_url": «"790000000000000301"»'),
		keeps: of('audio/video-to-audio', '"video_id": "790000000000000301"'),
	},
	{
		code: 'link-scheme',
		severity: 'error',
		breaks: image2video('"image": «"s3://bucket/a.png"»'),
		keeps: image2video('"image": "http://media.example/a.png"'),
	},
	{
		code: 'link-private',
		severity: 'error',
		breaks: image2video('"image": «"http://192.168.1.20:8000/a.png"»'),
		keeps: image2video('"image": "http://203.0.114.20:8000/a.png"'),
	},
	{
		code: 'link-in-id',
		severity: 'error',
		breaks: of('audio/video-to-audio', '"video_id": «"https://media.example/a.mp4"»'),
		keeps: of('audio/video-to-audio', '"video_id": "790000000000000301"'),
	},
	{
		code: 'file-elsewhere',
		severity: 'error',
		breaks: text2video('"prompt": «"${{ file(\'./photo.png\') }}"»'),
		keeps: text2video('"prompt": "${{ text(\'./prompt.md\') }}"'),
	},
	{
		code: 'media-too-large',
		severity: 'error',
		breaks: image2video('"image": «"${{ file(\'./huge.png\') }}"»'),
		keeps: image2video('"image": "${{ file(\'./almost.png\') }}"'),
	},
	{
		code: 'media-too-small',
		severity: 'warning',
		breaks: image2video('"image": «"${{ file(\'./tiny.png\') }}"»'),
		keeps: image2video('"image": "${{ file(\'./small.png\') }}"'),
	},
	{
		code: 'media-ratio',
		severity: 'warning',
		breaks: image2video('"image": «"${{ file(\'./banner.png\') }}"»'),
		keeps: image2video('"image": "${{ file(\'./wide.png\') }}"'),
	},
	{
		code: 'media-kind',
		severity: 'error',
		breaks: image2video('"image": «"${{ file(\'./voice.mp3\') }}"»'),
		keeps: image2video('"image": "${{ file(\'./not-read-yet.png\') }}"'),
	},
	{
		code: 'media-type',
		severity: 'warning',
		breaks: image2video('"image": «"${{ file(\'./loop.gif\') }}"»'),
		keeps: image2video('"image": "${{ file(\'./photo.jpg\') }}"'),
	},
	{
		code: 'media-type',
		severity: 'warning',
		breaks: image2video(`"image": «"${base64('UklGRiQAAABXRUJQVlA4', 400)}"»`),
		keeps: image2video(`"image": "${base64('/9j/4AAQSkZJRg', 400)}"`),
	},
	{
		code: 'media-total',
		severity: 'warning',
		breaks: ofBody(
			'videos/omni-video',
			`"model_name": "kling-v3-omni", "prompt": "A fox", "image_list": [${Array.from({ length: 4 }, () => '{"image_url": "${{ file(\'./big.png\') }}"}').join(', ')}]`,
		),
		keeps: omni(
			`"prompt": "A fox", "image_list": [${Array.from({ length: 3 }, () => '{"image_url": "${{ file(\'./big.png\') }}"}').join(', ')}]`,
		),
	},
	{ code: 'duration-of-model', severity: 'warning', breaks: v26('"duration": «"7"»'), keeps: prompted('"duration": "7"') },
	{
		code: 'duration-of-model',
		severity: 'warning',
		breaks: of('videos/omni-video', '"prompt": "A fox", "duration": «"8"»'),
		keeps: omni('"prompt": "A fox", "duration": "8"'),
	},
	{ code: 'four-k-of-model', severity: 'warning', breaks: v26('"mode": «"4k"»'), keeps: prompted('"mode": "4k"') },
	{ code: 'sound-in-std', severity: 'warning', breaks: v26('"sound": «"on"»'), keeps: v26('"sound": "on", "mode": "pro"') },
	{
		code: 'frames-of-model',
		severity: 'warning',
		breaks: of(
			'videos/image2video',
			'"model_name": "kling-v2-6", "image": "https://media.example/a.png", «"image_tail"»: "https://media.example/b.png", "mode": "pro", "sound": "on"',
		),
		keeps: of(
			'videos/image2video',
			'"model_name": "kling-v2-6", "image": "https://media.example/a.png", "image_tail": "https://media.example/b.png", "mode": "pro"',
		),
	},
	{
		code: 'voices-without-sound',
		severity: 'warning',
		breaks: prompted('"sound": "off", «"voice_list"»: [{"voice_id": "narrator"}]'),
		keeps: prompted('"sound": "on", "voice_list": [{"voice_id": "narrator"}]'),
	},
	{
		code: 'camera-of-model',
		severity: 'information',
		breaks: prompted('«"camera_control"»: {"type": "down_back"}'),
		keeps: of('videos/text2video', '"model_name": "kling-v1", "prompt": "A fox", "camera_control": {"type": "down_back"}'),
	},
	{
		code: 'camera-config-missing',
		severity: 'error',
		breaks: prompted('«"camera_control"»: {"type": "simple"}'),
		keeps: prompted('"camera_control": {"type": "simple", "config": {"zoom": 5}}'),
	},
	{
		code: 'camera-config-unused',
		severity: 'warning',
		breaks: prompted('"camera_control": {"type": "down_back", «"config"»: {"zoom": 5}}'),
		keeps: prompted('"camera_control": {"type": "simple", "config": {"zoom": 5}}'),
	},
	{
		code: 'camera-one-movement',
		severity: 'error',
		breaks: prompted('"camera_control": {"type": "simple", «"config"»: {"zoom": 5, "pan": 2, "tilt": 0}}'),
		keeps: prompted('"camera_control": {"type": "simple", "config": {"zoom": 5, "pan": 0, "tilt": 0}}'),
	},
	{
		code: 'shots-off',
		severity: 'warning',
		breaks: prompted('"multi_shot": false, «"multi_prompt"»: [{"index": 1, "prompt": "A fox", "duration": "5"}]'),
		keeps: prompted('"multi_shot": false'),
	},
	{
		code: 'shot-type-missing',
		severity: 'error',
		breaks: prompted('«"multi_shot"»: true'),
		keeps: prompted('"multi_shot": true, "shot_type": "intelligence"'),
	},
	{
		code: 'shots-missing',
		severity: 'error',
		breaks: prompted('"multi_shot": true, "shot_type": «"customize"»'),
		keeps: text2video('"multi_shot": true, "shot_type": "customize", "multi_prompt": [{"index": 1, "prompt": "A fox", "duration": "5"}]'),
	},
	{
		code: 'prompt-missing',
		severity: 'error',
		breaks: ofBody(
			'videos/text2video',
			'"model_name": "kling-v3", "multi_shot": true, "shot_type": "intelligence", "multi_prompt": [{"index": 1, "prompt": "A fox", "duration": "5"}]',
		),
		keeps: prompted('"multi_shot": true, "shot_type": "intelligence"'),
	},
	{
		code: 'shots-duration',
		severity: 'error',
		breaks: text2video(
			'"multi_shot": true, "shot_type": "customize", "duration": «"5"», "multi_prompt": [{"index": 1, "prompt": "A fox", "duration": "3"}, {"index": 2, "prompt": "A den", "duration": "4"}]',
		),
		keeps: text2video(
			'"multi_shot": true, "shot_type": "customize", "duration": "7", "multi_prompt": [{"index": 1, "prompt": "A fox", "duration": "3"}, {"index": 2, "prompt": "A den", "duration": "4"}]',
		),
	},
	{
		code: 'shots-index',
		severity: 'warning',
		breaks: text2video(
			'"multi_shot": true, "shot_type": "customize", "multi_prompt": [{"index": «0», "prompt": "A fox", "duration": "5"}]',
		),
		keeps: text2video('"multi_shot": true, "shot_type": "customize", "multi_prompt": [{"index": 1, "prompt": "A fox", "duration": "5"}]'),
	},
	{
		code: 'effect-images',
		severity: 'warning',
		breaks: of('videos/effects', '"effect_scene": "hug", "input": {«"image"»: "https://media.example/a.png"}'),
		keeps: of('videos/effects', '"effect_scene": "squish", "input": {"image": "https://media.example/a.png"}'),
	},
	{
		code: 'reference-missing',
		severity: 'warning',
		breaks: omni(
			'"prompt": "The hat of «<<<image_3>>>» on the fox of <<<image_1>>>", "image_list": [{"image_url": "https://media.example/a.png"}, {"image_url": "https://media.example/b.png"}]',
		),
		keeps: omni(
			'"prompt": "The hat of <<<image_2>>> on the fox of <<<image_1>>>", "image_list": [{"image_url": "https://media.example/a.png"}, {"image_url": "https://media.example/b.png"}]',
		),
	},
	{
		code: 'reference-form',
		severity: 'warning',
		breaks: omni('"prompt": "The fox of «<image_1>» jumps", "image_list": [{"image_url": "https://media.example/a.png"}]'),
		keeps: omni('"prompt": "The fox of <<<image_1>>> jumps", "image_list": [{"image_url": "https://media.example/a.png"}]'),
	},
	{
		code: 'references-too-many',
		severity: 'warning',
		breaks: omni(
			'"prompt": "A fox", "video_list": [{"video_url": "https://media.example/a.mp4"}], «"image_list"»: [{"image_url": "https://media.example/a.png"}], "element_list": [{"element_id": 1}, {"element_id": 2}, {"element_id": 3}, {"element_id": 4}]',
		),
		keeps: omni(
			'"prompt": "A fox", "video_list": [{"video_url": "https://media.example/a.mp4"}], "image_list": [{"image_url": "https://media.example/a.png"}], "element_list": [{"element_id": 1}, {"element_id": 2}, {"element_id": 3}]',
		),
	},
	{
		code: 'end-frame-alone',
		severity: 'error',
		breaks: omni('"prompt": "A fox", "image_list": [{"image_url": "https://media.example/a.png", "type": «"end_frame"»}]'),
		keeps: omni('"prompt": "A fox", "image_list": [{"image_url": "https://media.example/a.png", "type": "first_frame"}]'),
	},
	{
		code: 'sound-beside-video',
		severity: 'warning',
		breaks: omni('"prompt": "A fox", "sound": «"on"», "video_list": [{"video_url": "https://media.example/a.mp4"}]'),
		keeps: omni('"prompt": "A fox", "sound": "on"'),
	},
	{
		code: 'lip-sync-missing',
		severity: 'error',
		breaks: lipSync('"mode": «"text2video"», "text": "Hello"'),
		keeps: lipSync('"mode": "text2video", "text": "Hello", "voice_id": "narrator"'),
	},
	{
		code: 'lip-sync-unused',
		severity: 'warning',
		breaks: lipSync('"mode": "text2video", "text": "Hello", "voice_id": "narrator", «"audio_url"»: "https://media.example/a.mp3"'),
		keeps: lipSync('"mode": "audio2video", "audio_type": "url", "audio_url": "https://media.example/a.mp3"'),
	},
	{
		code: 'edit-images-missing',
		severity: 'error',
		breaks: of('videos/multi-elements', '"session_id": "790000000000000401", "prompt": "Add a cat", "edit_mode": «"addition"»'),
		keeps: of('videos/multi-elements', '"session_id": "790000000000000401", "prompt": "Remove the cat", "edit_mode": "removal"'),
	},
	{
		code: 'edit-images-unused',
		severity: 'warning',
		breaks: of(
			'videos/multi-elements',
			'"session_id": "790000000000000401", "prompt": "A", "edit_mode": "removal", «"image_list"»: [{"image": "https://media.example/a.png"}]',
		),
		keeps: of(
			'videos/multi-elements',
			'"session_id": "790000000000000401", "prompt": "A", "edit_mode": "swap", "image_list": [{"image": "https://media.example/a.png"}]',
		),
	},
	{
		code: 'cut-empty',
		severity: 'error',
		breaks: face('"sound_start_time": 3000, "sound_end_time": «1000»'),
		keeps: face('"sound_start_time": 1000, "sound_end_time": 3000'),
	},
	{
		code: 'cut-too-short',
		severity: 'warning',
		breaks: face('"sound_start_time": "1000", "sound_end_time": «"2999"»'),
		keeps: face('"sound_start_time": 1000, "sound_end_time": 3000'),
	},
	{
		code: 'expansion-none',
		severity: 'error',
		breaks: expand('«"up_expansion_ratio"»: 0', '"down_expansion_ratio": 0, "left_expansion_ratio": 0, "right_expansion_ratio": 0'),
		keeps: expand('"up_expansion_ratio": 0.1', '"down_expansion_ratio": 0, "left_expansion_ratio": 0, "right_expansion_ratio": 0'),
	},
	{
		code: 'expansion-too-large',
		severity: 'warning',
		breaks: expand('«"up_expansion_ratio"»: 1', '"down_expansion_ratio": 1, "left_expansion_ratio": 0.1, "right_expansion_ratio": 0'),
		keeps: expand('"up_expansion_ratio": 1', '"down_expansion_ratio": 1, "left_expansion_ratio": 0, "right_expansion_ratio": 0'),
	},
	{
		code: 'series-of-model',
		severity: 'warning',
		breaks: of('images/omni-image', '"model_name": "kling-image-o1", "prompt": "A fox", "resolution": «"4k"»'),
		keeps: of('images/omni-image', '"model_name": "kling-v3-omni", "prompt": "A fox", "resolution": "4k"'),
	},
];
