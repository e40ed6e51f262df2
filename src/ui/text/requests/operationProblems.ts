import { l10n } from 'vscode';
import type { BodyCode, Facts } from '../../../requests/rules/bodyRules';
import { fact } from './facts';

/** Sentences of problems of certain operations and models. */
export const operationProblems = {
	'duration-of-model': (facts) =>
		l10n.t({
			message: '{0} makes videos of "5" or "10" seconds, not "{1}".',
			args: [fact(facts, 'model'), fact(facts, 'value')],
			comment: ['{0} is the name of a model.', '{1} is a number.'],
		}),
	'four-k-of-model': (facts) =>
		l10n.t({
			message: '{0} makes no 4K videos. These models do: {1}.',
			args: [fact(facts, 'model'), fact(facts, 'models')],
			comment: ['{0} is the name of a model.', '{1} is a list of names of models.'],
		}),
	'sound-in-std': () =>
		l10n.t({
			message: '{0} makes sound only with "mode": "pro". With "std" the video is silent.',
			args: ['kling-v2-6'],
			comment: ['{0} is the name of a model.'],
		}),
	'frames-of-model': () =>
		l10n.t({
			message: 'With a first and a last frame, {0} makes only silent videos with "mode": "pro".',
			args: ['kling-v2-6'],
			comment: ['{0} is the name of a model.'],
		}),
	'voices-without-sound': () => l10n.t('The voices have no effect while "sound" is "off".'),
	'camera-of-model': () =>
		l10n.t({
			message:
				'Kling has refused camera movements with other settings than {0}, "mode": "std" and "duration": "5". A dry run refuses them too.',
			args: ['kling-v1'],
			comment: ['{0} is the name of a model.'],
		}),
	'camera-config-missing': () => l10n.t('A camera movement of the type "simple" needs a "config" with one movement.'),
	'camera-config-unused': (facts) =>
		l10n.t({
			message: 'Only the type "simple" has a "config", not "{0}".',
			args: [fact(facts, 'type')],
			comment: ['{0} is a value of the file.'],
		}),
	'camera-one-movement': (facts) =>
		l10n.t({
			message: 'Exactly one movement must differ from 0, but {0} do.',
			args: [fact(facts, 'count')],
			comment: ['{0} is a number.'],
		}),
	'shots-off': () => l10n.t('The shots have no effect while "multi_shot" is false.'),
	'shot-type-missing': () =>
		l10n.t('"multi_shot" needs a "shot_type": "customize" for shots of your own, "intelligence" to let the model decide.'),
	'shots-missing': () => l10n.t('"customize" needs your shots in "multi_prompt".'),
	'prompt-missing': () => l10n.t('"prompt" is missing. It may be missing only if "multi_shot" is true and "shot_type" is "customize".'),
	'shots-duration': (facts) =>
		l10n.t({
			message: 'The shots have {0} seconds in all, but the video has {1}.',
			args: [fact(facts, 'sum'), fact(facts, 'total')],
			comment: ['{0} is a number.', '{1} is a number.'],
		}),
	'shots-index': (facts) =>
		l10n.t({
			message: 'This shot has the number {0}, but shots are numbered from 1: it should be {1}.',
			args: [fact(facts, 'value'), fact(facts, 'wanted')],
			comment: ['{0} is a number.', '{1} is a number.'],
		}),
	'effect-images': (facts) =>
		facts['count'] === 2
			? l10n.t({
					message: 'The scene {0} is made from two images. Use "images".',
					args: [fact(facts, 'scene')],
					comment: ['{0} is the name of a scene.'],
				})
			: l10n.t({
					message: 'The scene {0} is made from one image. Use "image".',
					args: [fact(facts, 'scene')],
					comment: ['{0} is the name of a scene.'],
				}),
	'reference-missing': (facts) =>
		l10n.t({
			message: 'The prompt names {0}, but "{1}" has {2} entries.',
			args: [fact(facts, 'reference'), fact(facts, 'list'), fact(facts, 'count')],
			comment: ['{0} is a reference such as <<<image_3>>>.', '{1} is the name of a list in the file.', '{2} is a number.'],
		}),
	'reference-form': (facts) =>
		l10n.t({
			message: 'Kling does not know {0}. Write {1}.',
			args: [fact(facts, 'found'), fact(facts, 'right')],
			comment: ['{0} is a text of the file.', '{1} is a reference such as <<<image_3>>>.'],
		}),
	'references-too-many': (facts) =>
		l10n.t({
			message: 'There are {0} images and elements in all. Kling documents at most {1}.',
			args: [fact(facts, 'count'), fact(facts, 'most')],
			comment: ['{0} is a number.', '{1} is a number.'],
		}),
	'end-frame-alone': () => l10n.t('A last frame needs a first one: an image with "type": "first_frame".'),
	'sound-beside-video': () => l10n.t('Beside a video, Kling makes no sound.'),
	'frames-beside-edit': () => l10n.t('A video that is edited takes no first or last frame. Use "refer_type": "feature", or remove "type".'),
	'lip-sync-missing': (facts) =>
		l10n.t({
			message: '"{0}" is missing. "mode": "{1}" needs it.',
			args: [fact(facts, 'field'), fact(facts, 'mode')],
			comment: ['{0} is the name of a field of a request.', '{1} is a value of the file.'],
		}),
	'lip-sync-unused': (facts) =>
		l10n.t({
			message: '"{0}" has no effect with "mode": "{1}".',
			args: [fact(facts, 'field'), fact(facts, 'mode')],
			comment: ['{0} is the name of a field of a request.', '{1} is a value of the file.'],
		}),
	'edit-images-missing': (facts) =>
		l10n.t({
			message: 'With "edit_mode" {0}, "image_list" must have an image of what is put into the video.',
			args: [fact(facts, 'mode')],
			comment: ['{0} is a value such as addition.'],
		}),
	'edit-images-unused': () => l10n.t('A removal uses no images: remove "image_list".'),
	'cut-empty': (facts) =>
		l10n.t({
			message: 'The sound would be used from {0} to {1} ms, which is nothing of it. The end must be after the start.',
			args: [fact(facts, 'start'), fact(facts, 'end')],
			comment: ['{0} is a number.', '{1} is a number.'],
		}),
	'cut-too-short': (facts) =>
		l10n.t({
			message: 'The sound is used from {0} to {1} ms. Kling needs at least {2} ms.',
			args: [fact(facts, 'start'), fact(facts, 'end'), fact(facts, 'least')],
			comment: ['{0} is a number.', '{1} is a number.', '{2} is a number.'],
		}),
	'expansion-none': () => l10n.t('The image is not expanded: all four ratios are 0.'),
	'expansion-too-large': (facts) =>
		l10n.t({
			message: 'The result would have {0} times the area of the image. Kling documents at most {1} times.',
			args: [fact(facts, 'area'), fact(facts, 'most')],
			comment: ['{0} is a number.', '{1} is a number.'],
		}),
	'series-of-model': (facts) =>
		l10n.t({
			message: '{0} has no "{1}": "{2}". Use {3}.',
			args: [fact(facts, 'model'), fact(facts, 'field'), fact(facts, 'value'), fact(facts, 'models')],
			comment: [
				'{0} is the name of a model.',
				'{1} is the name of a field of a request.',
				'{2} is a value of the file.',
				'{3} is the name of another model.',
			],
		}),
} as const satisfies Readonly<Partial<Record<BodyCode, (facts: Facts) => string>>>;
