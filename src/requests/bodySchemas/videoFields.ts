// Fields of several operations that make videos.
import type { FieldSchema } from '../bodySchemas';
import { mode, type Undocumented } from './fields';

/** Every whole number of seconds from 3 to 15, as strings: what kling-v3 takes. The models before it take 5 and 10. */
export const threeToFifteen = ['3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15'];
/** How long a video is. */
export const seconds: FieldSchema = {
	type: 'string',
	doc: 'The seconds of the video, as a string: "5" or "10"; kling-v3 makes "3" to "15".',
	values: threeToFifteen,
	default: '5',
};

const movement = { type: 'number', min: -10, max: 10, default: 0 } as const satisfies Undocumented;

/** A movement of the camera. Which models know which movement has changed; the API says so. */
export const cameraControl: FieldSchema = {
	type: 'object',
	doc: 'How the camera moves. Without it, the model decides.',
	fields: {
		type: {
			type: 'string',
			doc: 'A movement with a name, or `simple` with one movement in `config`.',
			values: ['simple', 'down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward'],
			closed: true,
		},
		config: {
			type: 'object',
			doc: 'Of `simple`: exactly one of these is not zero.',
			fields: {
				horizontal: { ...movement, doc: 'Along the horizontal axis: below zero to the left, above zero to the right.' },
				vertical: { ...movement, doc: 'Along the vertical axis: below zero down, above zero up.' },
				pan: { ...movement, doc: 'Turning around the horizontal axis: below zero down, above zero up.' },
				tilt: { ...movement, doc: 'Turning around the vertical axis: below zero to the left, above zero to the right.' },
				roll: { ...movement, doc: 'Rolling: below zero counterclockwise, above zero clockwise.' },
				zoom: { ...movement, doc: 'The focal length: below zero it becomes longer, above zero shorter.' },
			},
		},
	},
};

/** The shots of a video with several. */
export const shots = {
	multi_shot: { type: 'boolean', doc: 'Whether the video has several shots.', default: false },
	shot_type: {
		type: 'string',
		doc: 'Who divides the video into shots: you with `multi_prompt` (`customize`), or the model (`intelligence`).',
		values: ['customize', 'intelligence'],
		needs: ['multi_shot'],
	},
	multi_prompt: {
		type: 'array',
		doc: 'The shots of `customize`, one to six. Their seconds add up to `duration`.',
		least: 1,
		most: 6,
		needs: ['multi_shot'],
		items: {
			type: 'object',
			doc: 'One shot.',
			fields: {
				index: { type: 'integer', doc: 'The number of the shot, from 1.', required: true, min: 1 },
				prompt: { type: 'string', doc: 'What the shot shows.', required: true, most: 512 },
				duration: { type: 'string', doc: 'The seconds of the shot, as a string.', required: true },
			},
		},
	},
} as const satisfies Readonly<Record<string, FieldSchema>>;

/** Models with several shots and elements. */
export const ofV3 = ['kling-v3'];
/** The shots, of kling-v3 alone. */
export const threeShots = {
	multi_shot: { ...shots.multi_shot, models: ofV3 },
	shot_type: { ...shots.shot_type, models: ofV3 },
	multi_prompt: { ...shots.multi_prompt, models: ofV3 },
};

/** Sound in a video. */
export const sound: FieldSchema = {
	type: 'string',
	doc: 'Whether the video has sound, which costs more.',
	values: ['on', 'off'],
	closed: true,
	default: 'off',
};

/** Voices in a video. */
export const voiceList: FieldSchema = {
	type: 'array',
	doc: 'Up to two voices, which the prompt names as `<<<voice_1>>>` and `<<<voice_2>>>`.',
	most: 2,
	needs: ['sound'],
	models: ['kling-v2-6', 'kling-v3'],
	items: {
		type: 'object',
		doc: 'One voice.',
		fields: { voice_id: { type: 'string', doc: 'The ID of the voice.', required: true } },
	},
};

/** How closely a prompt is followed. The models of version 2 do not know it. */
export const cfgScale: FieldSchema = {
	type: 'number',
	doc: 'How closely the video follows the prompt: 0 is loosely, 1 is closely.',
	min: 0,
	max: 1,
	default: 0.5,
};

/** The quality, of operations that also make 4K. */
export const modeOrFourK = {
	...mode,
	doc: 'The quality, which decides the price: `std` is 720p, `pro` is 1080p, `4k` is 4K (kling-v3).',
	values: ['std', 'pro', '4k'],
};

/** One sentence on the ratio of a video. */
export const ratioDoc = 'Width to height of the video.';
/** The ratio of a video. */
export const aspectRatio: FieldSchema = { type: 'string', doc: ratioDoc, values: ['16:9', '9:16', '1:1'], default: '16:9' };
