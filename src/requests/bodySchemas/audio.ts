// The bodies of operations that make sound.
import type { BodySchema } from '../bodySchemas';
import { commonFields, videoId, videoUrl } from './fields';

export const audioSchemas = {
	'audio/text-to-audio': {
		doc: 'Makes a sound from a text.',
		fields: {
			prompt: { type: 'string', doc: 'What is heard.', required: true, most: 200 },
			duration: { type: 'number', doc: 'The seconds of the sound, a number from 3.0 to 10.0.', required: true, min: 3, max: 10 },
			...commonFields,
		},
	},
	'audio/video-to-audio': {
		doc: 'Makes sound for a video.',
		fields: {
			video_id: { ...videoId, doc: 'The ID of a video of 3 to 20 seconds that Kling made in the last 30 days.' },
			video_url: { ...videoUrl, doc: 'The link of a video of 3 to 20 seconds: MP4 or MOV, at most 100 MB.' },
			sound_effect_prompt: { type: 'string', doc: 'What is heard of what is seen.', most: 200 },
			bgm_prompt: { type: 'string', doc: 'The music.', most: 200 },
			asmr_mode: { type: 'boolean', doc: 'Whether small sounds are clearer.', default: false },
			...commonFields,
		},
		oneOf: [['video_id', 'video_url']],
	},
	'audio/tts': {
		doc: 'Makes a voice say a text. It responds at once.',
		fields: {
			text: { type: 'string', doc: 'What is said.', required: true, most: 1000 },
			voice_id: { type: 'string', doc: 'The voice, from the list of voices of Kling.', required: true },
			voice_language: { type: 'string', doc: 'The language of the voice.', required: true, values: ['zh', 'en'], default: 'zh' },
			voice_speed: { type: 'number', doc: 'How fast the voice speaks, to one decimal.', min: 0.8, max: 2, default: 1 },
		},
	},
} as const satisfies Readonly<Record<string, BodySchema>>;
