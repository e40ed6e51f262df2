// Bodies of requests, written by hand from Kling's API reference of 2026-09: not from the table that the simulator checks by.
import type { OperationKey } from '../../../src/core/operation';

/** The beginning of a PNG file with these pixels, as Base64: as much as says how large it is. */
export function png(width: number, height: number): string {
	const header = Buffer.alloc(33);
	header.write('89504e470d0a1a0a0000000d49484452', 'hex');
	header.writeUInt32BE(width, 16);
	header.writeUInt32BE(height, 20);
	return header.toString('base64');
}

/** The same of a JPEG file, after a segment of another kind. */
export function jpeg(width: number, height: number): string {
	const file = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108000000000301220002110103110100', 'hex');
	file.writeUInt16BE(height, 25);
	file.writeUInt16BE(width, 27);
	return file.toString('base64');
}

const image = png(1024, 1024);
const link = 'https://cdn.example/ref/hero.png';
const video = 'https://cdn.example/shot.mp4';
const sound = Buffer.from('ID3 a short melody').toString('base64');

/** A complete body for each operation. */
export const completeBodies: Readonly<Record<OperationKey, Readonly<Record<string, unknown>>>> = {
	'videos/text2video': { model_name: 'kling-v2-6', prompt: 'A quiet sea', duration: '5', mode: 'std' },
	'videos/image2video': { model_name: 'kling-v3', image, prompt: 'The fox turns its head', duration: '7', mode: 'pro', sound: 'on' },
	'videos/multi-image2video': { model_name: 'kling-v1-6', image_list: [{ image }, { image: link }], prompt: 'They meet', duration: '10' },
	'videos/effects': { effect_scene: 'hug', input: { images: [image, link] } },
	'videos/lip-sync': { input: { video_url: video, mode: 'text2video', text: 'Hello', voice_id: 'voice-1', voice_language: 'en' } },
	'videos/multi-elements': {
		model_name: 'kling-v1-6',
		session_id: 'session-1',
		edit_mode: 'removal',
		prompt: 'Delete the cup from <<<video_1>>>',
		duration: '5',
	},
	'images/generations': { model_name: 'kling-v3', prompt: 'Four hills', n: 1, aspect_ratio: '21:9', resolution: '2k' },
	'images/kolors-virtual-try-on': { model_name: 'kolors-virtual-try-on-v1-5', human_image: image, cloth_image: link },
	'audio/text-to-audio': { prompt: 'Rain on a tin roof', duration: 5.5 },
	'audio/video-to-audio': { video_url: video, sound_effect_prompt: 'Waves', bgm_prompt: 'quiet jazz', asmr_mode: false },
	'videos/omni-video': {
		model_name: 'kling-v3-omni',
		prompt: '<<<image_1>>> walks through <<<image_2>>>',
		image_list: [{ image_url: image, type: 'first_frame' }, { image_url: link }],
		element_list: [{ element_id: 160 }],
		duration: '12',
		mode: 'pro',
		aspect_ratio: '16:9',
	},
	'videos/video-extend': { video_id: '853300000000000101', prompt: 'She starts to sing', cfg_scale: 0.5 },
	'videos/advanced-lip-sync': {
		session_id: 'session-1',
		face_choose: [
			{ face_id: '0', sound_file: sound, sound_start_time: 0, sound_end_time: 3000, sound_insert_time: '1000', sound_volume: 1 },
		],
	},
	'videos/avatar/image2video': { image, sound_file: sound, prompt: 'She smiles', mode: 'std' },
	'videos/motion-control': { model_name: 'kling-v3', image_url: image, video_url: video, character_orientation: 'video', mode: 'pro' },
	'images/omni-image': { model_name: 'kling-v3-omni', prompt: '<<<image_1>>> at night', image_list: [{ image }], resolution: '4k' },
	'images/multi-image2image': { model_name: 'kling-v2-1', prompt: 'A picnic', subject_image_list: [{ subject_image: image }] },
	'images/editing/expand': {
		image,
		up_expansion_ratio: 0.1,
		down_expansion_ratio: 0.1,
		left_expansion_ratio: 0,
		right_expansion_ratio: 0.5,
	},
	'audio/tts': { text: 'Hello', voice_id: 'voice-1', voice_language: 'en', voice_speed: 1 },
};
