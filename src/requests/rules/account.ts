// What a request says about itself: its operation, its own ID, where its status is sent, and how large it is.
import type { RequestProblem } from '../problem';
import { bodyFix, bodyProblem } from './bodyRules';
import { linkProblem } from './links';
import { modelOf, type Subject } from './subject';
import type { Written } from './written';

/** Operations that Kling has stopped documenting. Source: the index of its API reference, 2026-09-20. */
const retiring: ReadonlySet<string> = new Set(['videos/video-extend', 'videos/multi-image2video']);
/** Models that Kling is switching off. Source: its updates page of 2026-09. */
const retiringModels: ReadonlySet<string> = new Set(['kling-v1', 'kling-v1-5']);

/** An operation that Kling may no longer serve. */
export function* checkOperation({ file, operation }: Subject): Iterable<RequestProblem> {
	if (retiring.has(operation) && file.operation !== undefined) {
		yield bodyProblem('operation-retiring', file.operation.node, { operation });
	}
}

/** A model that Kling is switching off, written or used because none is written. */
export function* checkModel(subject: Subject): Iterable<RequestProblem> {
	const model = modelOf(subject);
	if (model !== undefined && retiringModels.has(model) && !subject.body.fields.has('model')) {
		yield bodyProblem('model-retiring', subject.body.fields.get('model_name')?.value.range ?? subject.key, { model });
	}
}

/** One ID for several tasks: all but the first would be refused. */
export function* checkExternalId({ file, body }: Subject): Iterable<RequestProblem> {
	const value = body.fields.get('external_task_id')?.value;
	if (value?.kind !== 'string' || file.repeat.count < 2 || value.value === '') {
		return;
	}
	const text = file.text.slice(value.range.start, value.range.end);
	// A variable may contain the take.
	if (!/\$\{\{\s*(?:run\.take|vars\.)/.test(text)) {
		const end = value.range.end - 1;
		const fix = bodyFix('addTake', [{ range: { start: end, end }, text: '-${{ run.take }}' }]);
		yield bodyProblem('external-id-repeated', value.range, { count: file.repeat.count }, [fix]);
	}
}

/** Whoever has the address of a callback gets every status with the links of the results. */
export function* checkCallback({ body }: Subject): Iterable<RequestProblem> {
	const value = body.fields.get('callback_url')?.value;
	if (value?.kind !== 'string' || value.value.trim() === '' || value.value.trim() !== value.value) {
		return;
	}
	const problem = linkProblem(value.value);
	if (problem?.code === 'link-private') {
		yield bodyProblem('callback-private', value.range, problem.facts);
	} else if (problem !== undefined) {
		yield bodyProblem('callback-invalid', value.range);
	} else {
		yield bodyProblem('callback-url', value.range, { host: URL.parse(value.value)?.host ?? '' });
	}
}

/** Base64 in all, characters. No limit is published; the largest that is known to pass is about this. */
const mostBase64 = 40 * 1024 * 1024;

/** All media of a body together. */
export function* checkTotal({ body, key }: Subject): Iterable<RequestProblem> {
	const total = base64Of(body);
	if (total > mostBase64) {
		yield bodyProblem('media-total', key, { size: total, most: mostBase64 });
	}
}

function base64Of(value: Written): number {
	switch (value.kind) {
		case 'media':
			return Math.ceil((value.media.facts?.size ?? 0) / 3) * 4;
		case 'string':
			return value.value.length;
		case 'object':
			return [...value.fields.values()].reduce((sum, field) => sum + base64Of(field.value), 0);
		case 'array':
			return value.items.reduce((sum, item) => sum + base64Of(item), 0);
		case 'number':
		case 'boolean':
		case 'null':
		case 'unknown':
			return 0;
	}
}
