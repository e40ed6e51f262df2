// Images. Source: Kling's API reference of 2026-09-20.
import type { RequestProblem } from '../problem';
import { bodyProblem } from './bodyRules';
import { modelOf, type Subject } from './subject';
import { checkCount } from './videos';
import { numberOf, textOf } from './written';

/** A series and 4K of omni-image, and how many images and elements it takes. */
export function* checkOmniImage(subject: Subject): Iterable<RequestProblem> {
	const { operation, body } = subject;
	if (operation !== 'images/omni-image') {
		return;
	}
	yield* checkCount(subject, 10);
	const model = modelOf(subject);
	for (const [key, value] of [
		['result_type', 'series'],
		['resolution', '4k'],
	] as const) {
		const field = body.fields.get(key);
		if (model === 'kling-image-o1' && field !== undefined && textOf(body, key) === value) {
			yield bodyProblem('series-of-model', field.value.range, { field: key, value, model, models: 'kling-v3-omni' });
		}
	}
}

const ratios = ['up_expansion_ratio', 'down_expansion_ratio', 'left_expansion_ratio', 'right_expansion_ratio'] as const;
/** The area of the result in areas of the image. */
const mostArea = 3;

/** How much is added around an image. */
export function* checkExpansion({ operation, schema, body, key }: Subject): Iterable<RequestProblem> {
	if (operation !== 'images/editing/expand') {
		return;
	}
	const [up = NaN, down = NaN, left = NaN, right = NaN] = ratios.map((name) => numberOf(body, name) ?? NaN);
	const area = (1 + up + down) * (1 + left + right);
	// A percentage, for example, is reported by itself.
	const isBeyond = [up, down, left, right].some((ratio, index) => ratio > (schema.fields[ratios[index] ?? '']?.max ?? Infinity));
	const range = body.fields.get(ratios[0])?.property.keyRange ?? key;
	if (up === 0 && down === 0 && left === 0 && right === 0) {
		yield bodyProblem('expansion-none', range);
	} else if (area > mostArea && !isBeyond) {
		yield bodyProblem('expansion-too-large', range, { area: Math.round(area * 100) / 100, most: mostArea });
	}
}
