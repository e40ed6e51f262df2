// What a request that continues with a result has beside it: the least that is sent, with what a person replaces as tab stops.
import type { MaterialKind, NextKey } from '../core/nextOperationTable';
import { gapTexts } from './gapTexts';

/** A value that the person replaces: `before` stays in front of it. */
export interface Gap {
	readonly gap: string | number;
	readonly before?: string;
}

/** A value with gaps in it. */
export type GappedValue = string | number | boolean | Gap | readonly GappedValue[] | GappedObject;
export interface GappedObject {
	readonly [field: string]: GappedValue;
}

const gap = (text: string | number, before?: string): Gap => (before === undefined ? { gap: text } : { gap: text, before });
const imageFile = (name: string): Gap => gap(`\${{ file('./${name}.png') }}`);
const soundFile = gap("${{ file('./speech.mp3') }}");
const describe = gap(gapTexts.event);
const describeImage = gap(gapTexts.image);
const sessionId = gap('SESSION_ID');
const cut = { sound_start_time: gap(0), sound_end_time: gap(3000), sound_insert_time: gap(0) };

/** `<<<image_1>>> <<<image_2>>> `, by which a prompt names what is given. */
function names(kind: 'image', count: number): string {
	return Array.from({ length: count }, (_, index) => `<<<${kind}_${index + 1}>>> `).join('');
}

/** The rest of the body of an operation that takes `count` materials of a kind. */
export function restOfBody(takes: MaterialKind, to: NextKey, count: number): GappedObject {
	return (bodies[takes][to] ?? (() => ({})))(count);
}

const bodies: Readonly<Record<MaterialKind, Readonly<Partial<Record<NextKey, (count: number) => GappedObject>>>>> = {
	video: {
		'audio/video-to-audio': () => ({
			sound_effect_prompt: gap(gapTexts.sound),
			bgm_prompt: gap(gapTexts.music),
		}),
		'videos/omni-video': () => ({
			model_name: 'kling-v3-omni',
			prompt: gap(gapTexts.event, '<<<video_1>>> '),
			video_list: [{ refer_type: 'feature' }],
			mode: 'std',
			duration: '5',
		}),
		'videos/motion-control': () => ({
			model_name: 'kling-v3',
			image_url: imageFile('person'),
			character_orientation: 'video',
			mode: 'std',
		}),
		'videos/lip-sync': () => ({
			input: { mode: 'text2video', text: gap(gapTexts.speech), voice_id: gap('oversea_male1'), voice_language: gap('en') },
		}),
		'videos/video-extend': () => ({ prompt: describe }),
	},
	faces: {
		'videos/advanced-lip-sync': () => ({ face_choose: [{ sound_file: soundFile, ...cut }] }),
	},
	selection: {
		'videos/multi-elements/add-selection': () => ({ frame_index: gap(0), points: [{ x: gap(0.5), y: gap(0.5) }] }),
		'videos/multi-elements': () => ({
			edit_mode: 'removal',
			prompt: gap(gapTexts.deletion),
			mode: 'std',
			duration: gap('5'),
		}),
	},
	image: {
		'videos/image2video': () => ({ model_name: 'kling-v3', prompt: describe, mode: 'std', duration: gap('5') }),
		'videos/omni-video': (count) =>
			count === 1
				? { model_name: 'kling-v3-omni', prompt: describe, image_list: [{ type: 'first_frame' }], mode: 'std', duration: gap('5') }
				: {
						model_name: 'kling-v3-omni',
						prompt: gap(gapTexts.event, names('image', count)),
						mode: 'std',
						aspect_ratio: gap('16:9'),
						duration: gap('5'),
					},
		'videos/avatar/image2video': () => ({ sound_file: soundFile, prompt: describe, mode: 'std' }),
		'videos/motion-control': () => ({
			model_name: 'kling-v3',
			video_url: gap('https://example.com/movement.mp4'),
			character_orientation: 'image',
			mode: 'std',
		}),
		'videos/effects': (count) => ({ effect_scene: gap(count === 1 ? 'happy_birthday' : 'hug_pro') }),
		'images/generations': () => ({ model_name: 'kling-v3', prompt: describeImage, n: gap(1), aspect_ratio: gap('16:9') }),
		'images/omni-image': (count) => ({ model_name: 'kling-v3-omni', prompt: gap(gapTexts.image, names('image', count)), n: gap(1) }),
		'images/multi-image2image': () => ({ model_name: 'kling-v2-1', prompt: describeImage, n: gap(1) }),
		'images/editing/expand': () => ({
			up_expansion_ratio: gap(0),
			down_expansion_ratio: gap(0),
			left_expansion_ratio: gap(0.5),
			right_expansion_ratio: gap(0.5),
			prompt: describeImage,
		}),
		'images/kolors-virtual-try-on': () => ({ model_name: 'kolors-virtual-try-on-v1-5', cloth_image: imageFile('clothes') }),
		'videos/multi-elements': (count) => ({
			session_id: sessionId,
			edit_mode: count === 1 ? 'swap' : 'addition',
			prompt:
				count === 1 ? gap('swap <<<image_1>>> for … from <<<video_1>>>') : gap('Add <<<image_1>>> and <<<image_2>>> to <<<video_1>>>'),
		}),
	},
	audio: {
		'videos/avatar/image2video': () => ({ image: imageFile('person'), prompt: describe, mode: 'std' }),
		'videos/advanced-lip-sync': () => ({ session_id: sessionId, face_choose: [{ face_id: gap('FACE_ID'), ...cut }] }),
		'videos/lip-sync': () => ({
			input: { video_url: gap('https://example.com/video.mp4'), mode: 'audio2video', audio_type: 'url' },
		}),
	},
};
