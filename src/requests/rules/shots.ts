// Videos of several shots: `multi_shot`, `shot_type`, `multi_prompt`.
import type { RequestProblem } from '../problem';
import { bodyFix, bodyProblem } from './bodyRules';
import { insertProperty } from './edits';
import { textOrDefault, type Subject } from './subject';
import { fieldOf, isEmpty, numberOf, textOf, type Written } from './written';

/** The shots of a video, and whether the prompt may be missing. */
export function* checkShots(subject: Subject): Iterable<RequestProblem> {
	const { body, schema, key, isWhole, file, node } = subject;
	if (!Object.hasOwn(schema.fields, 'multi_prompt')) {
		return;
	}
	const multiShot = body.fields.get('multi_shot')?.value;
	const isMultiShot = multiShot?.kind === 'boolean' && multiShot.value;
	const mayBeMultiShot = isMultiShot || multiShot?.kind === 'unknown';
	const shotType = fieldOf(body, 'shot_type');
	const shots = fieldOf(body, 'multi_prompt');
	if (multiShot?.kind === 'boolean' && !multiShot.value && shots !== undefined && !isEmpty(shots.value)) {
		yield bodyProblem('shots-off', shots.property.keyRange);
	}
	if (isMultiShot && shotType === undefined && isWhole) {
		const value = shots === undefined ? 'intelligence' : 'customize';
		const edits = insertProperty(file.text, body.range, node.properties.at(-1), 'shot_type', JSON.stringify(value));
		const range = body.fields.get('multi_shot')?.property.keyRange ?? key;
		yield bodyProblem('shot-type-missing', range, {}, [bodyFix('addField', edits, { field: 'shot_type' })]);
	}
	const isCustom = mayBeMultiShot && (shotType?.value.kind === 'unknown' || textOf(body, 'shot_type') === 'customize');
	if (isCustom && shotType?.value.kind === 'string' && shots === undefined && isWhole) {
		yield bodyProblem('shots-missing', shotType.value.range);
	}
	// Without shots either, another rule says that one of both is needed.
	if (!isCustom && isWhole && shots !== undefined && !isEmpty(shots.value) && multiShot?.kind !== 'unknown' && !hasPrompt(subject)) {
		yield bodyProblem('prompt-missing', key);
	}
	if (shots?.value.kind === 'array' && isCustom) {
		yield* checkIndexes(shots.value.items);
		yield* checkSeconds(subject, shots.value.items);
	}
}

function hasPrompt({ body }: Subject): boolean {
	const prompt = fieldOf(body, 'prompt');
	return prompt !== undefined && !isEmpty(prompt.value);
}

/** Shots are numbered from 1 on. */
function* checkIndexes(shots: readonly Written[]): Iterable<RequestProblem> {
	for (const [at, shot] of shots.entries()) {
		const index = shot.kind === 'object' ? shot.fields.get('index') : undefined;
		if (index?.value.kind === 'number' && Number(index.value.text) !== at + 1) {
			yield bodyProblem('shots-index', index.value.range, { value: index.value.text, wanted: at + 1 });
			return;
		}
	}
}

/** The seconds of the shots add up to those of the video. */
function* checkSeconds(subject: Subject, shots: readonly Written[]): Iterable<RequestProblem> {
	const seconds = shots.map((shot) => (shot.kind === 'object' ? numberOf(shot, 'duration') : undefined));
	const total = Number(textOrDefault(subject, 'duration') ?? NaN);
	// Thousandths: 1.1 + 2.2 is 3.3.
	const sum = seconds.reduce<number>((all, one) => all + Math.round((one ?? NaN) * 1000), 0) / 1000;
	if (Number.isNaN(sum) || Number.isNaN(total) || sum === total || shots.length === 0) {
		return;
	}
	const duration = subject.body.fields.get('duration')?.value;
	const range = duration?.range ?? subject.body.fields.get('multi_prompt')?.property.keyRange ?? subject.key;
	const canBeSum = Number.isInteger(sum) && sum >= 3 && sum <= 15;
	const fixes =
		canBeSum && duration?.kind === 'string' && duration.isLiteral
			? [bodyFix('replaceValue', [{ range: duration.range, text: `"${sum}"` }], { value: `"${sum}"` })]
			: [];
	yield bodyProblem('shots-duration', range, { sum, total }, fixes);
}
