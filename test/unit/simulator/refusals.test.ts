import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { operationKey, operations, parseOperationPath, type OperationKey } from '../../../src/core/operation';
import { mediaFolder } from '../../support/simulator';
import { completeBodies, jpeg, png } from './bodies';
import { at, call, pathOf, post, query, simulators, textAt, textToVideo } from './harness';

type Body = Readonly<Record<string, unknown>>;

const image = png(1024, 1024);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const longer = (characters: number): string => 'x'.repeat(characters);

/** Bodies, and Kling's words for why it refuses them with 400 and 1201. Written by hand from published responses and the API reference. */
const refused: readonly (readonly [operation: OperationKey, body: Body, words: string])[] = [
	// Seen in responses of the real API.
	['videos/text2video', { model_name: 'kling-v2-6', prompt: 'x', duration: '99' }, "duration value '99' is invalid"],
	['videos/text2video', { model_name: 'kling-v3-0', prompt: 'x' }, "model_name value 'kling-v3-0' is invalid"],
	['videos/text2video', { model_name: 'kling-v2.5-turbo-pro', prompt: 'x' }, "model_name value 'kling-v2.5-turbo-pro' is invalid"],
	['videos/text2video', { model_name: 'kling-v2-6-pro', prompt: 'x' }, "model_name value 'kling-v2-6-pro' is invalid"],
	['videos/text2video', { model_name: 'kling-v2-3', prompt: 'x' }, "model_name value 'kling-v2-3' is invalid"],
	['images/generations', { model_name: 'kling-image', prompt: 'x' }, "model_name value 'kling-image' is invalid"],
	['videos/image2video', { model_name: 'kling-video-o1', image }, "model_name value 'kling-video-o1' is invalid"],
	['videos/text2video', { model_name: 'kling-v2-6', prompt: 'x', mode: 'standard' }, "mode value 'standard' is invalid"],
	['videos/text2video', { prompt: 'x', aspect_ratio: '99:1' }, "aspect_ratio value '99:1' is invalid"],
	['videos/text2video', { prompt: longer(2501) }, 'prompt: size must be between 0 and 2500'],
	[
		'videos/text2video',
		{
			model_name: 'kling-v3',
			multi_shot: true,
			shot_type: 'customize',
			duration: '5',
			multi_prompt: [{ index: 1, prompt: longer(513), duration: '5' }],
		},
		'multiPrompt[0].prompt: size must be between 0 and 512',
	],
	['videos/image2video', { prompt: 'x' }, 'image can not be null'],
	['videos/image2video', { image_url: image, prompt: 'x' }, 'image can not be null'],
	['videos/image2video', { image: `data:image/png;base64,${image}` }, 'File is not in a valid base64 format'],
	['videos/image2video', { image: 'not-an-image' }, 'File is not in a valid base64 format'],
	['videos/image2video', { image: './ref/hero.png' }, 'File is not in a valid base64 format'],
	['videos/omni-video', { prompt: 'x', image_list: [{ imageUrl: image }] }, 'imageUrl: must not be blank'],
	['videos/text2video', { model_name: 'kling-v2-6', mode: 'pro', prompt: 'x', sound: true }, 'Failed to resolve the request body'],
	[
		'videos/text2video',
		{ model_name: 'kling-v2-6', mode: 'std', prompt: 'x', sound: 'on' },
		'model/mode(kling-v2-6/std) is not supported with sound on',
	],
	[
		'videos/image2video',
		{ model_name: 'kling-v2-5-turbo', image, image_tail: image },
		'model/mode/duration(kling-v2-5-turbo/std/5) is not supported with image_tail',
	],
	[
		'videos/text2video',
		{ model_name: 'kling-v2-6', prompt: 'x', camera_control: { type: 'down_back' } },
		'camera_control is only supported in std mode with 5s duration and kling-v1',
	],
	[
		'videos/text2video',
		{ prompt: 'x', duration: '10', camera_control: { type: 'down_back' } },
		'camera_control is only supported in std mode with 5s duration and kling-v1',
	],
	[
		'videos/omni-video',
		{ model_name: 'kling-video-o1', prompt: 'x', duration: '7' },
		'Duration only supports 5 or 10 seconds when no refer_image is provided',
	],
	[
		'videos/omni-video',
		{
			model_name: 'kling-v3-omni',
			prompt: 'x',
			image_list: Array.from({ length: 7 }, () => ({ image_url: image })),
			element_list: [{ element_id: 1 }],
		},
		'The number of images and elements exceeds the limit, max number is 7',
	],
	['videos/motion-control', { ...completeBodies['videos/motion-control'], video_url: 'shot.mp4' }, 'Video URL is invalid'],

	// Wrong types.
	['videos/text2video', { model_name: 'kling-v2-6', prompt: 'x', duration: 5 }, 'Failed to resolve the request body'],
	['videos/text2video', { prompt: ['x'] }, 'Failed to resolve the request body'],
	['videos/text2video', { prompt: 'x', cfg_scale: 'high' }, 'Failed to resolve the request body'],
	['videos/omni-video', { prompt: 'x', image_list: { image_url: image } }, 'Failed to resolve the request body'],
	['videos/omni-video', { prompt: 'x', image_list: [image] }, 'Failed to resolve the request body'],
	['images/generations', { prompt: 'x', n: 1.5 }, 'Failed to resolve the request body'],
	['audio/text-to-audio', { prompt: 'x', duration: '5' }, 'Failed to resolve the request body'],
	['videos/advanced-lip-sync', { session_id: 1, face_choose: [] }, 'Failed to resolve the request body'],
	['videos/text2video', { prompt: 'x', camera_control: 'simple' }, 'Failed to resolve the request body'],

	// Missing fields.
	['videos/text2video', {}, 'prompt can not be null'],
	['videos/text2video', { prompt: '' }, 'prompt can not be null'],
	['videos/text2video', { prompt: null }, 'prompt can not be null'],
	['videos/multi-image2video', { image_list: [{ image }] }, 'prompt can not be null'],
	['videos/multi-image2video', { prompt: 'x' }, 'image_list can not be null'],
	[
		'videos/motion-control',
		{ image_url: image, video_url: 'https://cdn.example/a.mp4', mode: 'pro' },
		'character_orientation can not be null',
	],
	['videos/lip-sync', { input: { mode: 'text2video', text: 'Hello', voice_id: 'v' } }, 'videoId: must not be blank'],
	['videos/lip-sync', { input: { video_id: '1', mode: 'text2video', voice_id: 'v' } }, 'text: must not be blank'],
	['videos/lip-sync', { input: { video_id: '1', mode: 'audio2video' } }, 'audioFile: must not be blank'],
	['videos/effects', { input: { image } }, 'effect_scene can not be null'],
	['videos/video-extend', { prompt: 'x' }, 'video_id can not be null'],
	['videos/advanced-lip-sync', { face_choose: [] }, 'session_id can not be null'],
	['videos/avatar/image2video', { image }, 'audio_id can not be null'],
	['images/kolors-virtual-try-on', { human_image: image }, 'cloth_image can not be null'],
	['images/editing/expand', { image }, 'up_expansion_ratio can not be null'],
	['audio/text-to-audio', { prompt: 'x' }, 'duration can not be null'],
	['audio/video-to-audio', {}, 'video_id can not be null'],
	['audio/tts', { voice_id: 'v', voice_language: 'en' }, 'text can not be null'],
	['videos/text2video', { model_name: 'kling-v3', multi_shot: true, shot_type: 'customize', prompt: 'x' }, 'multi_prompt can not be null'],

	// Limits.
	['videos/text2video', { prompt: 'x', negative_prompt: longer(2501) }, 'negativePrompt: size must be between 0 and 2500'],
	['videos/text2video', { prompt: 'x', cfg_scale: 1.5 }, "cfg_scale value '1.5' is invalid"],
	['videos/text2video', { model_name: 'kling-v2-6', prompt: 'x', duration: '7' }, "duration value '7' is invalid"],
	['videos/text2video', { model_name: 'kling-v3', prompt: 'x', duration: '16' }, "duration value '16' is invalid"],
	[
		'videos/multi-image2video',
		{ prompt: 'x', image_list: Array.from({ length: 5 }, () => ({ image })) },
		'imageList: size must be between 1 and 4',
	],
	['images/generations', { prompt: 'x', n: 10 }, "n value '10' is invalid"],
	['images/generations', { prompt: 'x', n: 0 }, "n value '0' is invalid"],
	['images/generations', { prompt: 'x', resolution: '8k' }, "resolution value '8k' is invalid"],
	['audio/text-to-audio', { prompt: longer(201), duration: 5 }, 'prompt: size must be between 0 and 200'],
	['audio/text-to-audio', { prompt: 'x', duration: 2.9 }, "duration value '2.9' is invalid"],
	['audio/tts', { text: longer(1001), voice_id: 'v', voice_language: 'en' }, 'text: size must be between 0 and 1000'],
	[
		'videos/lip-sync',
		{ input: { video_id: '1', mode: 'text2video', text: longer(121), voice_id: 'v' } },
		'input.text: size must be between 0 and 120',
	],
	[
		'videos/text2video',
		{
			model_name: 'kling-v3',
			multi_shot: true,
			shot_type: 'customize',
			duration: '10',
			multi_prompt: [
				{ index: 1, prompt: 'a', duration: '3' },
				{ index: 2, prompt: 'b', duration: '4' },
			],
		},
		"multi_prompt duration value '7' is invalid",
	],

	// What cannot stand together.
	['videos/image2video', { image, image_tail: image, static_mask: image }, 'image_tail is not supported with static_mask'],
	['audio/video-to-audio', { video_id: '1', video_url: 'https://cdn.example/a.mp4' }, 'video_id is not supported with video_url'],
	['images/generations', { prompt: 'x', negative_prompt: 'y', image }, 'negative_prompt is not supported with image'],

	// Files.
	['videos/image2video', { image: base64('plain text, no image') }, 'File is not in a valid base64 format'],
	['videos/image2video', { image: base64('GIF89a and more of it') }, 'Image format is invalid'],
	['videos/avatar/image2video', { image, sound_file: image }, 'File is not in a valid base64 format'],
	['videos/effects', { effect_scene: 'hug', input: { images: [image, 'x.png'] } }, 'File is not in a valid base64 format'],
];

/** Files that are accepted, and then make the task fail. */
const failing: readonly (readonly [what: string, operation: OperationKey, body: Body, reason: string])[] = [
	['a PNG of too few pixels', 'videos/image2video', { image: png(299, 1024) }, 'Image pixel is invalid'],
	['a JPEG of too few pixels', 'videos/image2video', { image: jpeg(640, 191) }, 'Image pixel is invalid'],
	[
		'one of several',
		'videos/multi-image2video',
		{ prompt: 'x', image_list: [{ image }, { image: png(10, 10) }] },
		'Image pixel is invalid',
	],
	[
		'a panorama',
		'images/generations',
		{ prompt: 'x', image: png(3000, 1000) },
		'The resolution or aspect ratio of the input image is invalid. Please ensure it meets the required specifications.',
	],
];

describe('a create that Kling would refuse', () => {
	const start = simulators();

	for (const [operation, body, words] of refused) {
		const shown = JSON.stringify(body, (_, value: unknown) => (typeof value === 'string' && value.length > 40 ? '…' : value));
		it(`${operation} ${shown}: ${words}`, async () => {
			const simulator = await start();
			const path = parseOperationPath(operation);
			assert.ok(path !== undefined);
			const response = await post(simulator, path, body);
			assert.deepEqual([response.status, at(response, 'code'), at(response, 'message')], [400, 1201, words]);
			assert.match(textAt(response, 'request_id'), /\S/);
			assert.equal(at(response, 'data'), undefined);
			assert.equal(at(await call(`${simulator.origin}${pathOf(path)}`), 'data.0'), undefined, 'no task was created');
		});
	}

	it('the complete body of each operation is no such create', async () => {
		const simulator = await start();
		for (const operation of operations) {
			const key = operationKey(operation);
			const response = await post(simulator, operation, completeBodies[key as OperationKey]);
			assert.deepEqual([response.status, at(response, 'code'), at(response, 'message')], [200, 0, 'SUCCEED'], key);
		}
	});

	it('no field of a later model, an unknown field, an unknown effect or the values of another document is one', async () => {
		const simulator = await start();
		for (const [operation, body] of [
			[textToVideo, { model_name: 'kling-v4', prompt: 'x' }],
			[textToVideo, { model_name: 'kling-v2-7', prompt: 'x' }],
			[textToVideo, { model_name: 'kling-v3-turbo', prompt: 'x' }],
			[textToVideo, { model_name: 'kling-v4', prompt: 'x', camera_control: { type: 'down_back' } }],
			[textToVideo, { prompt: 'x', seed: 7, model: 'kling-v3' }],
			[textToVideo, { prompt: 'x', aspect_ratio: '4:3' }],
			[textToVideo, { prompt: 'x'.repeat(2500), negative_prompt: '', callback_url: null }],
			[
				{ action: 'videos', action2: 'effects' },
				{ effect_scene: 'scene_of_tomorrow', input: { image } },
			],
			[
				{ action: 'videos', action2: 'image2video' },
				{ image: 'https://cdn.example/hero.png', image_tail: jpeg(300, 750) },
			],
			[{ action: 'videos', action2: 'image2video' }, { image_tail: image }],
		] as const) {
			assert.equal((await post(simulator, operation, body)).status, 200, JSON.stringify(body).slice(0, 80));
		}
	});

	for (const [what, operation, body, reason] of failing) {
		it(`${what} is none, but its task fails after 1.65 s: ${reason}`, async () => {
			const simulator = await start();
			const path = parseOperationPath(operation);
			assert.ok(path !== undefined);
			const created = await post(simulator, path, body);
			const id = textAt(created, 'data.task_id');
			simulator.clock.advance(1649);
			assert.notEqual(at(await query(simulator, path, id), 'data.task_status'), 'failed');
			simulator.clock.advance(1);
			const failed = await query(simulator, path, id);
			assert.deepEqual([at(failed, 'data.task_status'), at(failed, 'data.task_status_msg')], ['failed', reason]);
		});
	}

	it('a real image of a megabyte is accepted, and one above 10 MB refused', async () => {
		const simulator = await start();
		const file = await readFile(path.join(mediaFolder, 'valley.png'));
		const imageToVideo = { action: 'videos', action2: 'image2video' };
		assert.equal((await post(simulator, imageToVideo, { image: file.toString('base64') })).status, 200);
		const large = Buffer.concat([file, Buffer.alloc(10 * 1024 * 1024 + 1 - file.length)]).toString('base64');
		const refusal = await post(simulator, imageToVideo, { image: large });
		assert.equal(at(refusal, 'message') ?? `${refusal.status}: ${refusal.text}`, 'Image size is invalid');
		const most = Buffer.concat([file, Buffer.alloc(10 * 1024 * 1024 - file.length)]).toString('base64');
		const bodies = { image_list: [{ image: most }, { image: most }, { image: most }], prompt: 'x' };
		assert.equal((await post(simulator, { action: 'videos', action2: 'multi-image2video' }, bodies)).status, 200, '40 MB of Base64');
		const tooMany = { image_list: Array.from({ length: 4 }, () => ({ image: most })), prompt: 'x' };
		assert.equal((await post(simulator, { action: 'videos', action2: 'multi-image2video' }, tooMany)).status, 413);
	});

	it('the ID of a task is not that of its video', async () => {
		const simulator = await start();
		const task = simulator.create(textToVideo, { durationMs: 0 });
		const videoId = textAt(await query(simulator, textToVideo, task), 'data.task_result.videos.0.id');
		const extend = { action: 'videos', action2: 'video-extend' };
		const response = await post(simulator, extend, { video_id: task });
		assert.deepEqual([response.status, at(response, 'message')], [400, `From video not found by id: ${task}`]);
		assert.equal((await post(simulator, extend, { video_id: videoId })).status, 200);
	});

	it('a gateway needs a model to know where to send it', async () => {
		const simulator = await start({ form: 'wrapper' });
		const response = await post(simulator, textToVideo, { prompt: 'x' });
		assert.deepEqual([response.status, at(response, 'error.type')], [400, 'comet_api_error']);
		assert.match(textAt(response, 'error.message'), /^model name is required \(request id: \S+\)$/);
		assert.equal((await post(simulator, textToVideo, { prompt: 'x', model_name: 'kling-v2-6' })).status, 200);
		assert.equal((await post(simulator, { action: 'audio', action2: 'tts' }, completeBodies['audio/tts'])).status, 200);
	});

	it('an operation that is not one gets 404 and 1202', async () => {
		const simulator = await start();
		const response = await post(simulator, { action: 'videos', action2: 'text2movie' }, { prompt: 'x' });
		assert.deepEqual([response.status, at(response, 'code'), at(response, 'message')], [404, 1202, 'The requested method is invalid']);
	});
});

describe('what a simulated task cost', () => {
	const start = simulators();

	for (const [operation, body, units] of [
		['videos/text2video', { model_name: 'kling-v2-6', prompt: 'x' }, '1.5'],
		['videos/text2video', { model_name: 'kling-v3', mode: 'pro', sound: 'on', duration: '10', prompt: 'x' }, '12'],
		['videos/omni-video', { model_name: 'kling-v3-omni', mode: 'std', duration: '3', prompt: 'x' }, '1.8'],
		['images/generations', { model_name: 'kling-v3', n: 2, prompt: 'x' }, '16'],
		['audio/tts', { text: 'Hello', voice_id: 'v', voice_language: 'en' }, '0.05'],
		['videos/effects', { effect_scene: 'hug', input: { image } }, '3.5'],
	] as const) {
		it(`${operation} ${units}`, async () => {
			const simulator = await start();
			const path = parseOperationPath(operation);
			assert.ok(path !== undefined);
			const id = textAt(await post(simulator, path, body), 'data.task_id');
			simulator.clock.advance(10 * 60_000);
			assert.equal(at(await query(simulator, path, id), 'data.final_unit_deduction'), units);
		});
	}
});
