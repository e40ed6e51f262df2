// The bodies of operations that change or extend a video.
import type { BodySchema, FieldSchema } from '../bodySchemas';
import {
	commonFields,
	fiveOrTen,
	image,
	mode,
	negativePrompt,
	prompt,
	soundFile,
	videoId,
	videoUrl,
	visualFields,
	type Undocumented,
} from './fields';
import { cfgScale } from './videoFields';

const milliseconds = { type: 'integer', also: 'string', required: true, min: 0 } as const satisfies Undocumented;
const volume = { type: 'number', min: 0, max: 2, default: 1 } as const satisfies Undocumented;
const session: FieldSchema = {
	type: 'string',
	doc: 'The session, from `videos/multi-elements/init-selection`. It lasts 24 hours.',
	required: true,
};
const selectionDuration = '2 to 5, or 7 to 10 seconds';

export const editingSchemas = {
	'videos/lip-sync': {
		doc: 'Makes a person in a video say a text or move the lips to a sound.',
		fields: {
			input: {
				type: 'object',
				doc: 'The video, and what the person says.',
				required: true,
				oneOf: [['video_id', 'video_url']],
				fields: {
					task_id: { type: 'string', doc: "The task that made the video; CometAPI's older page wants it beside `video_id`." },
					video_id: { ...videoId, doc: 'The ID of a video of 5 or 10 seconds that Kling made in the last 30 days.' },
					video_url: { ...videoUrl, doc: 'The link of the video: MP4 or MOV, at most 100 MB.' },
					mode: {
						type: 'string',
						doc: 'What the lips follow: a text (`text2video`), or a sound (`audio2video`).',
						required: true,
						values: ['text2video', 'audio2video'],
						closed: true,
					},
					text: { type: 'string', doc: 'What the person says.', most: 120 },
					voice_id: { type: 'string', doc: 'The voice, from the list of voices of Kling.' },
					voice_language: { type: 'string', doc: 'The language of the voice.', values: ['zh', 'en'], default: 'zh' },
					voice_speed: { type: 'number', doc: 'How fast the person speaks.', min: 0.8, max: 2, default: 1 },
					audio_type: {
						type: 'string',
						doc: 'How the sound is given: as Base64 in `audio_file` (`file`), or as a link in `audio_url` (`url`).',
						values: ['file', 'url'],
						closed: true,
					},
					audio_file: { ...soundFile, doc: 'The sound as Base64: an MP3, WAV, M4A or AAC file of at most 5 MB.', excludes: ['audio_url'] },
					audio_url: {
						type: 'string',
						doc: 'The link of the sound: MP3, WAV, M4A or AAC, at most 5 MB.',
						media: { kind: 'audio', takes: ['url'] },
						excludes: ['audio_file'],
					},
				},
			},
			...visualFields,
		},
	},
	'videos/advanced-lip-sync': {
		doc: 'Makes a person in a video move the lips to a sound. The session and the face come from `videos/identify-face`.',
		fields: {
			session_id: { type: 'string', doc: 'The session, from `videos/identify-face`.', required: true },
			face_choose: {
				type: 'array',
				doc: 'The face and its sound. Kling takes one.',
				required: true,
				least: 1,
				most: 1,
				items: {
					type: 'object',
					doc: 'One face.',
					oneOf: [['audio_id', 'sound_file']],
					fields: {
						face_id: { type: 'string', doc: 'The face, from `videos/identify-face`.', required: true },
						audio_id: { type: 'string', doc: 'The ID of a sound that Kling made in the last 30 days, 2 to 60 seconds long.' },
						sound_file: soundFile,
						sound_start_time: { ...milliseconds, doc: 'The sound is used from here, in milliseconds of the sound.' },
						sound_end_time: {
							...milliseconds,
							doc: 'The sound is used until here, in milliseconds of the sound, at least 2000 after its start.',
						},
						sound_insert_time: { ...milliseconds, doc: 'The sound begins here, in milliseconds of the video.' },
						sound_volume: { ...volume, doc: 'How loud the sound is; 0 is silent.' },
						original_audio_volume: { ...volume, doc: 'How loud the sound of the video is; 0 is silent.' },
					},
				},
			},
			...visualFields,
		},
	},
	'videos/identify-face': {
		doc: 'Finds the faces in a video, for `videos/advanced-lip-sync`. It responds at once.',
		fields: {
			video_id: { ...videoId, doc: 'The ID of a video that Kling made in the last 30 days.' },
			video_url: { ...videoUrl, doc: 'The link of the video: MP4 or MOV, at most 100 MB, 2 to 60 seconds, 720p or 1080p.' },
		},
		oneOf: [['video_id', 'video_url']],
	},
	'videos/multi-elements': {
		doc: 'Adds, replaces or removes something in a video. The session comes from `videos/multi-elements/init-selection`.',
		fields: {
			model_name: { type: 'string', doc: 'The model.', values: ['kling-v1-6'], default: 'kling-v1-6' },
			session_id: session,
			edit_mode: {
				type: 'string',
				doc: 'What is done: `addition`, `swap` or `removal`.',
				required: true,
				values: ['addition', 'swap', 'removal'],
				closed: true,
			},
			image_list: {
				type: 'array',
				doc: 'What is added (one or two images), or what replaces something (one image).',
				most: 2,
				items: {
					type: 'object',
					doc: 'One image, already cropped.',
					fields: { image: { ...image, doc: 'A JPEG or PNG file as Base64, or a link.', required: true } },
				},
			},
			prompt: { ...prompt, doc: 'What is done, with names for what is given: `Delete the cup from <<<video_1>>>`.', required: true },
			negative_prompt: negativePrompt,
			mode: mode,
			duration: { ...fiveOrTen, doc: 'The seconds of the video, as a string: "5" of a video of 2 to 5 seconds, "10" of one of 7 to 10.' },
			...visualFields,
		},
	},
	'videos/multi-elements/init-selection': {
		doc: 'Opens a session in which parts of a video are selected, for `videos/multi-elements`. It responds at once.',
		fields: {
			task_id: { type: 'string', doc: 'The task that made the video; CometAPI wants it beside `video_id`.' },
			video_id: { ...videoId, doc: `The ID of a video of ${selectionDuration} that Kling made in the last 30 days.` },
			video_url: {
				...videoUrl,
				doc: `The link of a video of ${selectionDuration}: MP4 or MOV, 720 to 2160 pixels, 24, 30 or 60 frames a second.`,
			},
		},
		oneOf: [['video_id', 'video_url']],
	},
	'videos/multi-elements/add-selection': {
		doc: 'Selects a part of the video by points on one frame. It responds at once.',
		fields: {
			session_id: session,
			frame_index: {
				type: 'integer',
				doc: 'The number of the frame. At most ten frames are marked, one a request.',
				required: true,
				min: 0,
			},
			points: {
				type: 'array',
				doc: 'Up to ten points on what is selected.',
				required: true,
				least: 1,
				most: 10,
				items: {
					type: 'object',
					doc: 'One point.',
					fields: {
						x: { type: 'number', doc: 'From the left: 0 to 1.', required: true, min: 0, max: 1 },
						y: { type: 'number', doc: 'From the top: 0 to 1.', required: true, min: 0, max: 1 },
					},
				},
			},
		},
	},
	'videos/multi-elements/clear-selection': {
		doc: 'Removes all selections of a session. It responds at once.',
		fields: { session_id: session },
	},
	'videos/multi-elements/preview-selection': {
		doc: 'Makes a video that shows what is selected. It responds at once.',
		fields: { session_id: session },
	},
	'videos/video-extend': {
		doc: 'Makes a video 4 to 5 seconds longer, with its own model and quality. Kling has stopped documenting it, and extends results of V1 models only.',
		fields: {
			video_id: {
				...videoId,
				doc: 'The ID of a video of kling-v1, kling-v1-5 or kling-v1-6 that is not older than 30 days, at most 3 minutes long in all.',
				required: true,
			},
			prompt: { ...prompt, doc: 'What happens next.' },
			negative_prompt: negativePrompt,
			cfg_scale: cfgScale,
			...commonFields,
		},
	},
} as const satisfies Readonly<Record<string, BodySchema>>;
