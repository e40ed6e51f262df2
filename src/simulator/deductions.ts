import { operationKey, type OperationPath } from '../core/operation';
import type { Json } from './forms';

/**
 * Units per second of videos, by model, mode and sound. A selection of Kling's price list of 2026-09-20, by hand: the estimate of a request's
 * price has a table of its own, so that a mistake in one of them shows.
 */
const perSecond: Readonly<Partial<Record<string, number>>> = {
	'kling-v3 std off': 0.6,
	'kling-v3 std on': 0.9,
	'kling-v3 pro off': 0.8,
	'kling-v3 pro on': 1.2,
	'kling-v3 4k off': 3,
	'kling-v3 4k on': 3,
	'kling-v3-omni std off': 0.6,
	'kling-v3-omni std on': 0.8,
	'kling-v3-omni pro off': 0.8,
	'kling-v3-omni pro on': 1,
	'kling-video-o1 std off': 0.6,
	'kling-video-o1 pro off': 0.8,
	'kling-v2-6 std off': 0.3,
	'kling-v2-6 pro off': 0.5,
	'kling-v2-6 pro on': 1,
	'kling-v2-5-turbo std off': 0.3,
	'kling-v2-5-turbo pro off': 0.5,
};
/** Units per task, or per image. */
const perResult: Readonly<Partial<Record<string, number>>> = {
	'videos/lip-sync': 0.5,
	'videos/advanced-lip-sync': 0.5,
	'images/generations kling-v3': 8,
	'images/generations kling-v2-1': 4,
	'images/omni-image kling-image-o1': 8,
	'images/omni-image kling-v3-omni': 8,
	'images/editing/expand': 8,
	'audio/tts': 0.05,
	'videos/identify-face': 0.05,
	'audio/text-to-audio': 0.25,
	'audio/video-to-audio': 0.25,
};

/** The units that the task of a body is said to have cost, as decimal text; undefined if the list has no price for it. */
export function deductionOf(operation: OperationPath, body: Json): string | undefined {
	const word = (name: string, otherwise: string): string => (typeof body[name] === 'string' ? body[name] : otherwise);
	const key = operationKey(operation);
	const isOmni = key === 'videos/omni-video';
	const model = word('model_name', isOmni ? 'kling-video-o1' : '');
	const rate = perSecond[`${model} ${word('mode', isOmni ? 'pro' : 'std')} ${word('sound', 'off')}`];
	const each = perResult[model === '' ? key : `${key} ${model}`] ?? perResult[key];
	const units =
		operation.action === 'videos' && rate !== undefined
			? rate * Number(word('duration', '5'))
			: each === undefined
				? undefined
				: each * (operation.action === 'images' && typeof body['n'] === 'number' ? body['n'] : 1);
	return units === undefined || !Number.isFinite(units) ? undefined : String(Number(units.toFixed(3)));
}
