// A request of every operation with the fields that Kling's API reference documents, as texts: numbers such as IDs of elements are longer
// than JavaScript's. Written for these tests; texts, links and IDs are our own.

/** One request. */
export interface DocumentedRequest {
	readonly operation: string;
	/** If the operation has several. */
	readonly name?: string;
	/** A text of JSON. */
	readonly body: string;
}

const ends = '"watermark_info": { "enabled": false }, "external_task_id": "shot-0041"';
const base64 = `iVBORw0KGgo${'A'.repeat(120)}`;

export const documentedRequests: readonly DocumentedRequest[] = [
	{
		operation: 'videos/text2video',
		body: `{
			"model_name": "kling-v3", "prompt": "", "multi_shot": true, "shot_type": "customize",
			"multi_prompt": [
				{ "index": 1, "prompt": "A cyclist leaves a tunnel", "duration": "4" },
				{ "index": 2, "prompt": "Her hands on the bars", "duration": "3" },
				{ "index": 3, "prompt": "The valley from above", "duration": "5" }
			],
			"sound": "on", "mode": "pro", "aspect_ratio": "9:16", "duration": "12", ${ends}
		}`,
	},
	{
		operation: 'videos/text2video',
		name: 'with a camera',
		body: `{
			"model_name": "kling-v1-6", "prompt": "A quarry in the evening", "negative_prompt": "machines", "cfg_scale": 0.7, "mode": "std",
			"camera_control": { "type": "simple", "config": { "horizontal": 0, "vertical": 0, "pan": -4.5, "tilt": 0, "roll": 0, "zoom": 0 } },
			"aspect_ratio": "16:9", "duration": "10", ${ends}
		}`,
	},
	{
		operation: 'videos/image2video',
		body: `{
			"model_name": "kling-v3", "mode": "pro", "duration": "7", "image": "${base64}", "image_tail": "https://media.example.com/last.jpg",
			"prompt": "The mill wheel begins to turn", "negative_prompt": "", "sound": "off",
			"element_list": [{ "element_id": 829836802793406999 }, { "element_id": 829836802793407001 }], ${ends}
		}`,
	},
	{
		operation: 'videos/image2video',
		name: 'with parts that move',
		body: `{
			"model_name": "kling-v1-6", "image": "https://media.example.com/pond.png", "prompt": "The duck swims to the reeds", "cfg_scale": 0.5,
			"static_mask": "${base64}", "duration": "5", "mode": "std",
			"dynamic_masks": [{ "mask": "${base64}", "trajectories": [{ "x": 279, "y": 219 }, { "x": 417, "y": 65 }] }]
		}`,
	},
	{
		operation: 'videos/image2video',
		name: 'with a voice',
		body: `{
			"model_name": "kling-v2-6", "image": "https://media.example.com/clerk.png", "prompt": "The clerk says to <<<voice_1>>>: next, please",
			"voice_list": [{ "voice_id": "829824295735410756" }], "sound": "on", "mode": "pro", "duration": "5"
		}`,
	},
	{
		operation: 'videos/multi-image2video',
		body: `{
			"model_name": "kling-v1-6", "image_list": [{ "image": "https://media.example.com/1.png" }, { "image": "${base64}" }],
			"prompt": "Both walk along the pier", "negative_prompt": "rain", "mode": "pro", "duration": "10", "aspect_ratio": "1:1", ${ends}
		}`,
	},
	{
		operation: 'videos/effects',
		body: `{ "effect_scene": "pet_lion_pro", "input": { "image": "https://media.example.com/cat.png" }, ${ends} }`,
	},
	{
		operation: 'videos/effects',
		name: 'of two images',
		body: '{ "effect_scene": "fight_pro", "input": { "images": ["https://media.example.com/a.jpg", "https://media.example.com/b.jpg"] } }',
	},
	{
		operation: 'videos/effects',
		name: 'of an older scene',
		body: `{ "effect_scene": "hug", "input": { "model_name": "kling-v1-6", "mode": "pro", "duration": "5", "images": ["${base64}", "${base64}"] } }`,
	},
	{
		operation: 'videos/lip-sync',
		body: `{
			"input": {
				"video_id": "812345678901230001", "mode": "text2video", "text": "The last train has gone.", "voice_id": "chat1_female_new-3",
				"voice_language": "en", "voice_speed": 1.1
			}, "external_task_id": "sync-7"
		}`,
	},
	{
		operation: 'videos/lip-sync',
		name: 'to a link',
		body: `{
			"input": {
				"video_url": "https://media.example.com/talk.mp4", "mode": "audio2video", "audio_type": "url",
				"audio_url": "https://media.example.com/line.mp3"
			}
		}`,
	},
	{
		operation: 'videos/multi-elements',
		body: `{
			"model_name": "kling-v1-6", "session_id": "847570360458960999", "edit_mode": "addition",
			"image_list": [{ "image": "https://media.example.com/parrot.png" }],
			"prompt": "Using the context of <<<video_1>>>, seamlessly add the parrot from <<<image_1>>>", "negative_prompt": "", "mode": "std",
			"duration": "5", ${ends}
		}`,
	},
	{ operation: 'videos/multi-elements/init-selection', body: '{ "video_url": "https://media.example.com/yard.mp4" }' },
	{
		operation: 'videos/multi-elements/add-selection',
		body: '{ "session_id": "847570360458960999", "frame_index": 0, "points": [{ "x": 0.7738498789346246, "y": 0.25 }] }',
	},
	{ operation: 'videos/multi-elements/clear-selection', body: '{ "session_id": "847570360458960999" }' },
	{ operation: 'videos/multi-elements/preview-selection', body: '{ "session_id": "847570360458960999" }' },
	{
		operation: 'images/generations',
		body: `{
			"model_name": "kling-v2-1", "prompt": "A portrait in oil", "image": "https://media.example.com/me.jpg", "image_reference": "subject",
			"image_fidelity": 0.6, "human_fidelity": 0.8, "resolution": "2k", "n": 3, "aspect_ratio": "21:9", ${ends}
		}`,
	},
	{
		operation: 'images/kolors-virtual-try-on',
		body: `{
			"model_name": "kolors-virtual-try-on-v1-5", "human_image": "https://media.example.com/me.jpg",
			"cloth_image": "https://media.example.com/coat.jpg", ${ends}
		}`,
	},
	{ operation: 'audio/text-to-audio', body: '{ "prompt": "A kettle begins to boil", "duration": 3.5, "external_task_id": "kettle" }' },
	{
		operation: 'audio/video-to-audio',
		body: `{
			"video_url": "https://media.example.com/street.mov", "sound_effect_prompt": "bicycle bells", "bgm_prompt": "a quiet guitar",
			"asmr_mode": true, "external_task_id": "street"
		}`,
	},
	{
		operation: 'videos/omni-video',
		body: `{
			"model_name": "kling-v3-omni", "prompt": "The crown from <<<image_1>>> is on the head of the girl in <<<video_1>>>",
			"image_list": [{ "image_url": "https://media.example.com/crown.png" }],
			"video_list": [{ "video_url": "https://media.example.com/girl.mp4", "refer_type": "base", "keep_original_sound": "yes" }],
			"mode": "pro", ${ends}
		}`,
	},
	{
		operation: 'videos/omni-video',
		name: 'between two frames',
		body: `{
			"model_name": "kling-video-o1", "prompt": "The tide comes in",
			"image_list": [
				{ "image_url": "https://media.example.com/low.png", "type": "first_frame" },
				{ "image_url": "https://media.example.com/high.png", "type": "end_frame" }
			],
			"mode": "std", "duration": "5"
		}`,
	},
	{
		operation: 'videos/omni-video',
		name: 'with several shots',
		body: `{
			"model_name": "kling-v3-omni", "multi_shot": true, "shot_type": "customize",
			"multi_prompt": [
				{ "index": 1, "prompt": "<<<element_1>>> opens the letter", "duration": "2" },
				{ "index": 2, "prompt": "The letter, close", "duration": "3" }
			],
			"element_list": [{ "element_id": 829836802793406551999 }], "sound": "on", "mode": "4k", "aspect_ratio": "16:9", "duration": "5"
		}`,
	},
	{
		operation: 'videos/video-extend',
		body: '{ "video_id": "812345678901230001", "prompt": "He sits down", "negative_prompt": "", "cfg_scale": 0.5, "external_task_id": "longer" }',
	},
	{ operation: 'videos/identify-face', body: '{ "video_id": "812345678901230001" }' },
	{
		operation: 'videos/advanced-lip-sync',
		body: `{
			"session_id": "850508686686064999",
			"face_choose": [{
				"face_id": "0", "sound_file": "https://media.example.com/line.mp3", "sound_insert_time": 1000, "sound_start_time": 0,
				"sound_end_time": 3000, "sound_volume": 2, "original_audio_volume": 0.5
			}], ${ends}
		}`,
	},
	{
		operation: 'videos/advanced-lip-sync',
		name: 'with times as texts, as a gateway documents them',
		body: `{
			"session_id": "850508686686064999",
			"face_choose": [{ "face_id": "0", "audio_id": "845678901234560001", "sound_start_time": "0", "sound_end_time": "2000", "sound_insert_time": "0" }]
		}`,
	},
	{
		operation: 'videos/avatar/image2video',
		body: `{
			"image": "https://media.example.com/host.png", "audio_id": "845678901234560001", "prompt": "She nods and smiles", "mode": "pro", ${ends}
		}`,
	},
	{
		operation: 'videos/motion-control',
		body: `{
			"model_name": "kling-v3", "prompt": "A grey coat", "image_url": "https://media.example.com/walker.png",
			"video_url": "https://media.example.com/walk.mp4", "keep_original_sound": "no", "character_orientation": "video", "mode": "pro",
			"element_list": [{ "element_id": 829836802793406999 }], ${ends}
		}`,
	},
	{
		operation: 'images/omni-image',
		body: `{
			"model_name": "kling-v3-omni", "prompt": "All from <<<image_1>>> at the table of <<<image_2>>>",
			"image_list": [{ "image": "https://media.example.com/1.png" }, { "image": "${base64}" }],
			"resolution": "4k", "result_type": "series", "series_amount": 5, "aspect_ratio": "auto", ${ends}
		}`,
	},
	{
		operation: 'images/omni-image',
		name: 'with as many as the model wants',
		body: '{ "model_name": "kling-v3-omni", "prompt": "A comic about a snail", "result_type": "series", "series_amount": "auto" }',
	},
	{
		operation: 'images/multi-image2image',
		body: `{
			"model_name": "kling-v2-1", "prompt": "In a red dress on a meadow", "subject_image_list": [{ "subject_image": "${base64}" }],
			"scene_image": "https://media.example.com/meadow.jpg", "style_image": "https://media.example.com/ink.png", "n": 2,
			"aspect_ratio": "9:16", ${ends}
		}`,
	},
	{
		operation: 'images/editing/expand',
		body: `{
			"image": "https://media.example.com/dog.png", "up_expansion_ratio": 0.1495, "down_expansion_ratio": 0.1495,
			"left_expansion_ratio": 0.6547, "right_expansion_ratio": 0.6547, "prompt": "", "n": 2, ${ends}
		}`,
	},
	{
		operation: 'audio/tts',
		body: '{ "text": "Doors close in ten seconds.", "voice_id": "oversea_male1", "voice_language": "en", "voice_speed": 1 }',
	},
];
