// The bodies of operations that make images.
import type { BodySchema, FieldSchema } from '../bodySchemas';
import { elementList, image, negativePrompt, prompt, visualFields, type Undocumented } from './fields';

const ratios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9'];
const aspectRatio: FieldSchema = { type: 'string', doc: 'Width to height of the images.', values: ratios, default: '16:9' };
const count: FieldSchema = { type: 'integer', doc: 'How many images are made. Each is charged.', min: 1, max: 9, default: 1 };
const resolution = (values: readonly string[]): FieldSchema => ({
	type: 'string',
	doc: 'The resolution of the images.',
	values,
	default: '1k',
});
const anImage = 'A JPEG or PNG file as Base64, or a link.';
const expansion = { type: 'number', required: true, min: 0, max: 2 } as const satisfies Undocumented;
const page = "CometAPI's image page";

export const imageSchemas = {
	'images/generations': {
		doc: 'Makes images from a text, or from a text and an image.',
		fields: {
			model_name: {
				type: 'string',
				doc: 'The model.',
				values: ['kling-v3', 'kling-v2-1', 'kling-v2-new', 'kling-v2', 'kling-v1-5', 'kling-v1'],
			},
			prompt: { ...prompt, doc: 'What the images show.', required: true, disputed: { most: 500, by: page } },
			negative_prompt: { ...negativePrompt, excludes: ['image'], disputed: { most: 200, by: page } },
			image: { ...image, doc: `The image that is followed. ${anImage}`, excludes: ['negative_prompt'] },
			image_reference: {
				type: 'string',
				doc: 'What of the image is followed: the person (`subject`), or the face (`face`, of one face).',
				values: ['subject', 'face'],
				needs: ['image'],
			},
			image_fidelity: {
				type: 'number',
				doc: 'How closely the image is followed.',
				min: 0,
				max: 1,
				default: 0.5,
				models: ['kling-v2-1', 'kling-v2-new', 'kling-v2', 'kling-v1-5', 'kling-v1'],
			},
			human_fidelity: {
				type: 'number',
				doc: 'How closely the face is followed, with `image_reference` `subject`.',
				min: 0,
				max: 1,
				default: 0.45,
				models: ['kling-v2-1', 'kling-v2-new', 'kling-v2', 'kling-v1-5', 'kling-v1'],
			},
			element_list: { ...elementList, doc: 'Elements, at most ten together with the image.', most: 10, models: ['kling-v3'] },
			resolution: resolution(['1k', '2k']),
			n: count,
			aspect_ratio: aspectRatio,
			...visualFields,
		},
	},
	'images/omni-image': {
		doc: 'Makes images from a text, images and elements.',
		fields: {
			model_name: { type: 'string', doc: 'The model.', values: ['kling-v3-omni', 'kling-image-o1'], default: 'kling-image-o1' },
			prompt: { ...prompt, doc: 'What the images show. It names what is given as `<<<image_1>>>` and `<<<element_1>>>`.', required: true },
			image_list: {
				type: 'array',
				doc: 'Images, at most ten together with the elements.',
				most: 10,
				items: { type: 'object', doc: 'One image.', fields: { image: { ...image, doc: anImage, required: true } } },
			},
			element_list: { ...elementList, doc: 'Elements, at most ten together with the images.', most: 10 },
			resolution: { ...resolution(['1k', '2k', '4k']), doc: 'The resolution of the images; `4k` of kling-v3-omni.' },
			result_type: {
				type: 'string',
				doc: 'Single images (`single`), or a series that belongs together (`series`, kling-v3-omni).',
				values: ['single', 'series'],
				default: 'single',
			},
			n: { ...count, doc: 'How many single images are made. Each is charged.' },
			series_amount: {
				type: 'integer',
				also: 'string',
				doc: 'How many images a series has, 2 to 9; `auto` lets the model decide.',
				values: ['2', '3', '4', '5', '6', '7', '8', '9', 'auto'],
				min: 2,
				max: 9,
				default: 4,
			},
			aspect_ratio: { ...aspectRatio, values: [...ratios, 'auto'], default: 'auto' },
			...visualFields,
		},
	},
	'images/multi-image2image': {
		doc: 'Makes images with what up to four images show, in the scene and style of others.',
		fields: {
			model_name: { type: 'string', doc: 'The model.', values: ['kling-v2-1', 'kling-v2'], default: 'kling-v2-1' },
			prompt: { ...prompt, doc: 'What the images show.' },
			subject_image_list: {
				type: 'array',
				doc: 'One to four images of what is shown, already cropped.',
				required: true,
				least: 1,
				most: 4,
				items: { type: 'object', doc: 'One image.', fields: { subject_image: { ...image, doc: anImage, required: true } } },
			},
			scene_image: { ...image, doc: `The scene. ${anImage}` },
			style_image: { ...image, doc: `The style. ${anImage}` },
			n: count,
			aspect_ratio: aspectRatio,
			...visualFields,
		},
	},
	'images/editing/expand': {
		doc: 'Makes an image larger by what lies around it, to at most three times its area.',
		fields: {
			image: { ...image, doc: anImage, required: true },
			up_expansion_ratio: { ...expansion, doc: 'How much is added at the top, in heights of the image.' },
			down_expansion_ratio: { ...expansion, doc: 'How much is added at the bottom, in heights of the image.' },
			left_expansion_ratio: { ...expansion, doc: 'How much is added on the left, in widths of the image.' },
			right_expansion_ratio: { ...expansion, doc: 'How much is added on the right, in widths of the image.' },
			prompt: { ...prompt, doc: 'What is added.' },
			n: count,
			...visualFields,
		},
	},
	'images/kolors-virtual-try-on': {
		doc: 'Dresses a person in clothes from another image.',
		fields: {
			model_name: {
				type: 'string',
				doc: 'The model. Only v1-5 takes a top and a bottom in one image.',
				values: ['kolors-virtual-try-on-v1-5', 'kolors-virtual-try-on-v1'],
				default: 'kolors-virtual-try-on-v1',
			},
			human_image: { ...image, doc: `The person. ${anImage}`, required: true },
			cloth_image: { ...image, doc: `The clothes. ${anImage}`, required: true },
			...visualFields,
		},
	},
} as const satisfies Readonly<Record<string, BodySchema>>;
