// A request file for each operation: what the editor offers as snippets, and what New Request opens.
import type { OperationKey } from '../core/operation';

/** The requests of one operation, as texts of whole request files. */
export interface Samples {
	/** What must be there, and the model where the default is one that Kling is switching off. */
	readonly smallest: string;
	/** What most people set. */
	readonly usual: string;
}

type Body = Readonly<Record<string, unknown>>;

const image = (name: string): string => `\${{ file('./${name}.png') }}`;
const sound = (name: string): string => `\${{ file('./${name}.mp3') }}`;
const video = (name: string): string => `https://example.com/${name}.mp4`;

/** The IDs are examples, for the person to replace. */
const bodies: Readonly<Record<OperationKey, { readonly smallest: Body; readonly usual: Body }>> = {
	'videos/text2video': {
		smallest: { model_name: 'kling-v3', prompt: 'A paper boat drifts down a rainy street' },
		usual: {
			model_name: 'kling-v3',
			prompt: 'A paper boat drifts down a rainy street, close to the ground, soft morning light',
			negative_prompt: 'people, text',
			mode: 'std',
			aspect_ratio: '16:9',
			duration: '5',
			sound: 'off',
		},
	},
	'videos/image2video': {
		smallest: { model_name: 'kling-v3', image: image('first'), prompt: 'The fox turns its head to the camera' },
		usual: {
			model_name: 'kling-v3',
			image: image('first'),
			image_tail: image('last'),
			prompt: 'The fox walks to the stream and drinks',
			negative_prompt: 'blur',
			mode: 'pro',
			duration: '5',
			sound: 'off',
		},
	},
	'videos/multi-image2video': {
		smallest: { image_list: [{ image: image('girl') }, { image: image('kite') }], prompt: 'The girl runs with the kite' },
		usual: {
			model_name: 'kling-v1-6',
			image_list: [{ image: image('girl') }, { image: image('kite') }, { image: image('beach') }],
			prompt: 'The girl runs with the kite along the beach',
			negative_prompt: 'crowd',
			mode: 'std',
			duration: '5',
			aspect_ratio: '16:9',
		},
	},
	'videos/effects': {
		smallest: { effect_scene: 'happy_birthday', input: { image: image('portrait') } },
		usual: { effect_scene: 'hug_pro', input: { images: [image('left'), image('right')] } },
	},
	'videos/lip-sync': {
		smallest: {
			input: {
				video_url: video('speaker'),
				mode: 'text2video',
				text: 'Good morning, and welcome.',
				voice_id: 'oversea_male1',
				voice_language: 'en',
			},
		},
		usual: { input: { video_url: video('speaker'), mode: 'audio2video', audio_type: 'file', audio_file: sound('speech') } },
	},
	'videos/multi-elements': {
		smallest: { session_id: '834567890123456789', edit_mode: 'removal', prompt: 'Delete the cup from <<<video_1>>>' },
		usual: {
			session_id: '834567890123456789',
			edit_mode: 'swap',
			image_list: [{ image: image('teapot') }],
			prompt: 'swap the teapot from <<<image_1>>> for the cup from <<<video_1>>>',
			mode: 'std',
			duration: '5',
		},
	},
	'images/generations': {
		smallest: { model_name: 'kling-v3', prompt: 'A lighthouse in a snowstorm, seen from the sea' },
		usual: {
			model_name: 'kling-v3',
			prompt: 'A lighthouse in a snowstorm, seen from the sea',
			negative_prompt: 'ships',
			resolution: '2k',
			n: 2,
			aspect_ratio: '3:2',
		},
	},
	'images/kolors-virtual-try-on': {
		smallest: { human_image: image('person'), cloth_image: image('jacket') },
		usual: { model_name: 'kolors-virtual-try-on-v1-5', human_image: image('person'), cloth_image: image('suit') },
	},
	'audio/text-to-audio': {
		smallest: { prompt: 'Waves on a pebble beach', duration: 5 },
		usual: { prompt: 'Waves on a pebble beach, gulls far away, light wind', duration: 8.5 },
	},
	'audio/video-to-audio': {
		smallest: { video_id: '812345678901234567' },
		usual: {
			video_url: video('harbour'),
			sound_effect_prompt: 'ropes creak, water laps against wood',
			bgm_prompt: 'a slow accordion',
			asmr_mode: false,
		},
	},
	'videos/omni-video': {
		smallest: { model_name: 'kling-v3-omni', prompt: 'A tram crosses a bridge at dusk', aspect_ratio: '16:9' },
		usual: {
			model_name: 'kling-v3-omni',
			prompt: 'The robot from <<<image_1>>> waters the plants on <<<image_2>>>',
			image_list: [{ image_url: image('robot') }, { image_url: image('balcony') }],
			mode: 'std',
			aspect_ratio: '16:9',
			duration: '5',
			sound: 'off',
		},
	},
	'videos/video-extend': {
		smallest: { video_id: '812345678901234567' },
		usual: {
			video_id: '812345678901234567',
			prompt: 'She opens the door and steps outside',
			negative_prompt: 'other people',
			cfg_scale: 0.5,
		},
	},
	'videos/advanced-lip-sync': {
		smallest: {
			session_id: '834567890123456789',
			face_choose: [{ face_id: '0', audio_id: '845678901234567890', sound_start_time: 0, sound_end_time: 3000, sound_insert_time: 0 }],
		},
		usual: {
			session_id: '834567890123456789',
			face_choose: [
				{
					face_id: '0',
					sound_file: sound('speech'),
					sound_start_time: 0,
					sound_end_time: 3000,
					sound_insert_time: 1000,
					sound_volume: 1,
					original_audio_volume: 0,
				},
			],
		},
	},
	'videos/avatar/image2video': {
		smallest: { image: image('presenter'), sound_file: sound('speech') },
		usual: {
			image: image('presenter'),
			sound_file: sound('speech'),
			prompt: 'She speaks calmly and smiles at the end',
			mode: 'std',
		},
	},
	'videos/motion-control': {
		smallest: { image_url: image('dancer'), video_url: video('dance'), character_orientation: 'image', mode: 'std' },
		usual: {
			model_name: 'kling-v3',
			image_url: image('dancer'),
			video_url: video('dance'),
			prompt: 'A dancer on an empty stage',
			character_orientation: 'video',
			keep_original_sound: 'yes',
			mode: 'pro',
		},
	},
	'images/omni-image': {
		smallest: { model_name: 'kling-v3-omni', prompt: 'A map of an island that does not exist' },
		usual: {
			model_name: 'kling-v3-omni',
			prompt: 'The chair from <<<image_1>>> in the room of <<<image_2>>>',
			image_list: [{ image: image('chair') }, { image: image('room') }],
			resolution: '2k',
			n: 1,
			aspect_ratio: 'auto',
		},
	},
	'images/multi-image2image': {
		smallest: { subject_image_list: [{ subject_image: image('dog') }, { subject_image: image('hat') }] },
		usual: {
			model_name: 'kling-v2-1',
			prompt: 'The dog wears the hat',
			subject_image_list: [{ subject_image: image('dog') }, { subject_image: image('hat') }],
			scene_image: image('garden'),
			n: 1,
			aspect_ratio: '1:1',
		},
	},
	'images/editing/expand': {
		smallest: {
			image: image('photo'),
			up_expansion_ratio: 0,
			down_expansion_ratio: 0,
			left_expansion_ratio: 0.5,
			right_expansion_ratio: 0.5,
		},
		usual: {
			image: image('photo'),
			up_expansion_ratio: 0.2,
			down_expansion_ratio: 0.2,
			left_expansion_ratio: 0.4,
			right_expansion_ratio: 0.4,
			prompt: 'more of the meadow',
			n: 1,
		},
	},
	'audio/tts': {
		smallest: { text: 'Mind the gap, please.', voice_id: 'oversea_male1', voice_language: 'en' },
		usual: { text: 'Mind the gap, please.', voice_id: 'oversea_male1', voice_language: 'en', voice_speed: 1.2 },
	},
};

function text(operation: string, body: Body): string {
	return `${JSON.stringify({ operation, body }, undefined, 2)}\n`;
}

/** A smallest and a usual request file for each operation of the catalogue, each without an error. Files that they name need not exist. */
export const samples = Object.fromEntries(
	Object.entries(bodies).map(([operation, { smallest, usual }]) => [
		operation,
		{ smallest: text(operation, smallest), usual: text(operation, usual) },
	]),
) as Readonly<Record<OperationKey, Samples>>;
