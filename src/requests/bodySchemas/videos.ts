// The bodies of operations that make videos from texts, images and sounds.
import type { BodySchema } from '../bodySchemas';
import { dualImageScenes, singleImageScenes } from './effectScenes';
import {
	elementList,
	fiveOrTen,
	image,
	keepOriginalSound,
	mode,
	negativePrompt,
	prompt,
	soundFile,
	videoUrl,
	visualFields,
} from './fields';
import {
	aspectRatio,
	cameraControl,
	cfgScale,
	modeOrFourK,
	ofV3,
	ratioDoc,
	seconds,
	shots,
	sound,
	threeShots,
	threeToFifteen,
	voiceList,
} from './videoFields';

const textPage = "CometAPI's text-to-video page";
const imagePage = "CometAPI's image-to-video page";
const modelDoc = 'The model. Without it, kling-v1 is used, which Kling is switching off.';

export const videoSchemas = {
	'videos/text2video': {
		doc: 'Makes a video from a text.',
		fields: {
			model_name: {
				type: 'string',
				doc: modelDoc,
				values: ['kling-v3', 'kling-v2-6', 'kling-v2-5-turbo', 'kling-v2-1-master', 'kling-v2-master', 'kling-v1-6', 'kling-v1'],
				default: 'kling-v1',
			},
			prompt: {
				...prompt,
				doc: 'What the video shows. Only with `multi_prompt` it may be missing.',
				disputed: { most: 500, by: textPage },
			},
			negative_prompt: { ...negativePrompt, disputed: { most: 200, by: textPage } },
			...threeShots,
			sound: { ...sound, models: ['kling-v2-6', 'kling-v3'] },
			voice_list: voiceList,
			cfg_scale: { ...cfgScale, models: ['kling-v1', 'kling-v1-6', 'kling-v3'] },
			mode: modeOrFourK,
			camera_control: cameraControl,
			aspect_ratio: { ...aspectRatio, disputed: { values: ['4:3', '3:4', '3:2', '2:3'], by: textPage } },
			duration: seconds,
			...visualFields,
		},
		anyOf: [['prompt', 'multi_prompt']],
	},
	'videos/image2video': {
		doc: 'Makes a video that begins with an image, ends with one, or both.',
		fields: {
			model_name: {
				type: 'string',
				doc: modelDoc,
				values: [
					'kling-v3',
					'kling-v2-6',
					'kling-v2-5-turbo',
					'kling-v2-1',
					'kling-v2-1-master',
					'kling-v2-master',
					'kling-v1-6',
					'kling-v1-5',
					'kling-v1',
				],
				default: 'kling-v1',
			},
			image: { ...image, doc: 'The first frame: a JPEG or PNG file as Base64, or a link.' },
			image_tail: {
				...image,
				doc: 'The last frame: a JPEG or PNG file as Base64, or a link.',
				excludes: ['static_mask', 'dynamic_masks', 'camera_control'],
			},
			prompt: { ...prompt, doc: 'What happens in the video.', disputed: { most: 500, by: imagePage } },
			negative_prompt: { ...negativePrompt, disputed: { most: 200, by: imagePage } },
			...threeShots,
			element_list: { ...elementList, doc: 'Up to three elements, which the prompt names.', most: 3, models: ofV3 },
			voice_list: voiceList,
			sound: { ...sound, models: ['kling-v2-6', 'kling-v3'] },
			cfg_scale: { ...cfgScale, models: ['kling-v1', 'kling-v1-5', 'kling-v1-6', 'kling-v3'] },
			mode: modeOrFourK,
			static_mask: { ...image, doc: 'What must not move: a mask with the ratio of the image.', excludes: ['image_tail', 'camera_control'] },
			dynamic_masks: {
				type: 'array',
				doc: 'Up to six parts of the image that move, each with a mask and its way.',
				most: 6,
				excludes: ['image_tail', 'camera_control'],
				items: {
					type: 'object',
					doc: 'One part that moves.',
					fields: {
						mask: { ...image, doc: 'The part that moves: a mask with the ratio of the image.', required: true },
						trajectories: {
							type: 'array',
							doc: 'The way of the part: 2 to 77 points in pixels, from the lower left corner of the image.',
							required: true,
							least: 2,
							most: 77,
							items: {
								type: 'object',
								doc: 'One point.',
								fields: {
									x: { type: 'integer', doc: 'Pixels from the left.', required: true },
									y: { type: 'integer', doc: 'Pixels from the bottom.', required: true },
								},
							},
						},
					},
				},
			},
			camera_control: { ...cameraControl, excludes: ['image_tail', 'static_mask', 'dynamic_masks'] },
			duration: seconds,
			...visualFields,
		},
		anyOf: [['image', 'image_tail']],
	},
	'videos/multi-image2video': {
		doc: 'Makes a video with what up to four images show.',
		fields: {
			model_name: { type: 'string', doc: 'The model.', values: ['kling-v1-6'], default: 'kling-v1-6' },
			image_list: {
				type: 'array',
				doc: 'One to four images of what the video shows, already cropped.',
				required: true,
				least: 1,
				most: 4,
				items: {
					type: 'object',
					doc: 'One image.',
					fields: { image: { ...image, doc: 'A JPEG or PNG file as Base64, or a link.', required: true } },
				},
			},
			prompt: { ...prompt, doc: 'What happens in the video.', required: true },
			negative_prompt: negativePrompt,
			mode: mode,
			duration: { ...fiveOrTen, doc: 'The seconds of the video, as a string.' },
			aspect_ratio: aspectRatio,
			...visualFields,
		},
	},
	'videos/effects': {
		doc: 'Puts one or two people, animals or things into a ready-made scene.',
		fields: {
			effect_scene: {
				type: 'string',
				doc: 'The name of the scene. Kling adds several a month; one that is not offered here may exist.',
				required: true,
				values: [...singleImageScenes, ...dualImageScenes],
			},
			input: {
				type: 'object',
				doc: 'What the scene is made from.',
				required: true,
				oneOf: [['image', 'images']],
				fields: {
					image: { ...image, doc: 'Of a scene for one image: a JPEG or PNG file as Base64, or a link.' },
					images: {
						type: 'array',
						doc: 'Of a scene for two images: the left one, then the right one.',
						least: 2,
						most: 2,
						items: { ...image, doc: 'A JPEG or PNG file as Base64, or a link.' },
					},
					model_name: { type: 'string', doc: 'The model, of older scenes.', values: ['kling-v1', 'kling-v1-5', 'kling-v1-6'] },
					mode: { ...mode, doc: 'The quality, of older scenes.' },
					duration: { ...fiveOrTen, doc: 'The seconds of the video, as a string, of older scenes.' },
				},
			},
			...visualFields,
		},
	},
	'videos/avatar/image2video': {
		doc: 'Makes a person in an image speak or sing.',
		fields: {
			image: { ...image, doc: 'The person: a JPEG or PNG file as Base64, or a link.', required: true },
			audio_id: { type: 'string', doc: 'The ID of a sound that Kling made in the last 30 days, 2 to 300 seconds long.' },
			sound_file: soundFile,
			prompt: { ...prompt, doc: 'What the person does and feels, and how the camera moves.' },
			mode: mode,
			...visualFields,
		},
		oneOf: [['audio_id', 'sound_file']],
	},
	'videos/motion-control': {
		doc: 'Makes a person in an image move as another does in a video.',
		fields: {
			model_name: { type: 'string', doc: 'The model.', values: ['kling-v3', 'kling-v2-6'], default: 'kling-v2-6' },
			prompt: { ...prompt, doc: 'What else is seen.' },
			image_url: { ...image, doc: 'The person: a JPEG or PNG file as Base64, or a link.', required: true },
			video_url: {
				...videoUrl,
				doc: 'The link of the video with the movement: MP4 or MOV, at most 100 MB, 3 to 30 seconds, one person in one take.',
				required: true,
			},
			keep_original_sound: keepOriginalSound,
			character_orientation: {
				type: 'string',
				doc: 'Whom the person faces as: in the image (then the video has at most 10 seconds), or in the video (at most 30).',
				required: true,
				values: ['image', 'video'],
				closed: true,
			},
			mode: { ...mode, required: true },
			element_list: { ...elementList, doc: 'At most one element. With it, the person faces as in the video.', most: 1 },
			...visualFields,
		},
	},
	'videos/omni-video': {
		doc: 'Makes or edits a video from a text, images, elements and a video.',
		fields: {
			model_name: {
				type: 'string',
				doc: 'The model.',
				values: ['kling-v3-omni', 'kling-video-o1'],
				default: 'kling-video-o1',
				disputed: { values: ['kling-video-o1'], by: "CometAPI's omni-video page" },
			},
			prompt: { ...prompt, doc: 'What the video shows. It names what is given as `<<<image_1>>>`, `<<<element_1>>>` and `<<<video_1>>>`.' },
			multi_shot: { ...shots.multi_shot, models: ['kling-v3-omni'] },
			shot_type: { ...shots.shot_type, models: ['kling-v3-omni'] },
			multi_prompt: { ...shots.multi_prompt, models: ['kling-v3-omni'] },
			image_list: {
				type: 'array',
				doc: 'Images: at most seven together with the elements, or four beside a video.',
				most: 7,
				items: {
					type: 'object',
					doc: 'One image.',
					fields: {
						image_url: { ...image, doc: 'A JPEG or PNG file as Base64, or a link.', required: true },
						type: {
							type: 'string',
							doc: 'The image is the first or the last frame. Without it, it is a reference. A last frame needs a first one.',
							values: ['first_frame', 'end_frame'],
							closed: true,
						},
					},
				},
			},
			element_list: { ...elementList, doc: 'Elements, at most seven together with the images.', most: 7 },
			video_list: {
				type: 'array',
				doc: 'At most one video.',
				most: 1,
				items: {
					type: 'object',
					doc: 'One video.',
					fields: {
						video_url: { ...videoUrl, doc: 'The link of an MP4 or MOV file of at most 200 MB, at least 3 seconds long.', required: true },
						refer_type: {
							type: 'string',
							doc: 'The video is edited (`base`), or its style and movement are used (`feature`).',
							values: ['base', 'feature'],
							closed: true,
							default: 'base',
						},
						keep_original_sound: keepOriginalSound,
					},
				},
			},
			sound: { ...sound, models: ['kling-v3-omni'] },
			mode: {
				...mode,
				doc: 'The quality, which decides the price: `std` is 720p, `pro` is 1080p, `4k` is 4K (kling-v3-omni).',
				values: ['std', 'pro', '4k'],
				default: 'pro',
			},
			aspect_ratio: { ...aspectRatio, doc: `${ratioDoc} It is needed without a first frame and without a video.` },
			duration: {
				type: 'string',
				doc: 'The seconds of the video, as a string: "3" to "15"; kling-video-o1 makes "5" or "10" of texts and first frames. A video that is edited keeps its own.',
				values: threeToFifteen,
				default: '5',
			},
			...visualFields,
		},
		anyOf: [['prompt', 'multi_prompt']],
	},
} as const satisfies Readonly<Record<string, BodySchema>>;
