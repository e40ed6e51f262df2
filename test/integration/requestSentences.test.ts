// What is said about the problems of request bodies and their prices; the sentences need the editor's translations.
import assert from 'node:assert/strict';
import { estimatePrice, priceOfTakes, type Price } from '../../src/requests/price';
import { parseRequestFile } from '../../src/requests/parseRequestFile';
import { bodyRules } from '../../src/requests/rules/bodyRules';
import { validateRequest } from '../../src/requests/validateRequest';
import { bodyFixSentences } from '../../src/ui/text/requests/body';
import { priceExplanation, priceLabel } from '../../src/ui/text/requests/price';
import { fixText, problemText } from '../../src/ui/text/requests/problems';
import { exampleFiles, ruleExamples } from '../support/requests/bodyRuleExamples';

const problems = ruleExamples.flatMap(({ code, breaks }) =>
	validateRequest(parseRequestFile(breaks.replace(/[«»]/g, '')), { files: exampleFiles, texts: new Map() }).filter(
		(problem) => problem.code === code,
	),
);

describe('the sentences about request bodies', () => {
	it('exist for every rule and every fix, whole and with all their facts', () => {
		const sentences = problems.map((problem) => [problem.code, problemText(problem)] as const);
		assert.deepEqual(new Set(sentences.map(([code]) => code)).size, Object.keys(bodyRules).length);
		assert.deepEqual(
			sentences.filter(([, text]) => !/^["\p{L}\d].*[.?]$/u.test(text) || /\{\d\}|undefined|NaN|""/.test(text)),
			[],
		);
		const fixes = problems.flatMap((problem) => problem.fixes);
		assert.deepEqual(new Set(fixes.map(({ kind }) => kind)), new Set(Object.keys(bodyFixSentences)));
		assert.deepEqual(
			fixes.map(fixText).filter((text) => !/^[A-Z]/.test(text) || /\{\d\}|undefined/.test(text)),
			[],
		);
	});

	it('name the mistake and the remedy', () => {
		const textOf = (code: string): string | undefined => problems.filter((problem) => problem.code === code).map(problemText)[0];
		assert.equal(textOf('number-for-string'), '"duration" must be a string, in quotes: "5".');
		assert.equal(textOf('model-field'), 'Kling ignores "model" and uses its default model. Use "model_name".');
		assert.equal(
			textOf('callback-url'),
			'Kling sends every status of this task, with the links of its results, to hooks.studio.example. The extension needs no callback.',
		);
		assert.equal(
			textOf('link-for-file'),
			'"video_list[0].video_url" cannot take a file: Kling takes videos by URL or ID only; there is no upload endpoint.',
		);
		assert.equal(
			textOf('value-too-long-disputed'),
			`"prompt" has 501 characters. Kling documents at most 2500, but CometAPI's text-to-video page documents at most 500.`,
		);
		assert.equal(textOf('media-too-large'), '"image" has 11.4 MB. Kling takes at most 10 MB.');
	});
});

describe('the words of a price', () => {
	const body = (entries: Readonly<Record<string, string>>): Parameters<typeof estimatePrice>[1] => ({
		kind: 'object',
		entries: Object.entries(entries).map(([key, value]) => [key, { kind: 'string', value }] as const),
	});
	const video = { action: 'videos', action2: 'text2video' };
	const cases: readonly (readonly [Price, string, string])[] = [
		[
			estimatePrice(video, body({ model_name: 'kling-v3', sound: 'on' }), []),
			'≈ 4.5 units ($0.63)',
			'An estimate from Kling’s list prices of 2026-09-20. The gateway may charge otherwise.',
		],
		[
			priceOfTakes(estimatePrice({ action: 'audio', action2: 'tts' }, body({}), []), 3),
			'≈ 0.15 units ($0.021)',
			'An estimate from Kling’s list prices of 2026-09-20. The gateway may charge otherwise. It is the price of all 3 takes.',
		],
		[
			estimatePrice({ action: 'videos', action2: 'lip-sync' }, body({}), []),
			'≈ 0.5 units per 5 seconds ($0.07)',
			'An estimate from Kling’s list prices of 2026-09-20. The gateway may charge otherwise. The length of the video or sound decides the price.',
		],
		[
			estimatePrice(video, body({ model_name: 'kling-v1-6' }), [2, 4]),
			'≈ 3 units ($0.42)',
			'An estimate: the median of what your last 2 tasks of this kind were charged, in dollars of Kling’s list price.',
		],
		[
			estimatePrice(video, body({ model_name: 'kling-v1-6' }), []),
			'price unknown',
			'The price is unknown: Kling’s list has none for this model and these settings.',
		],
		[
			estimatePrice({ action: 'videos', action2: 'upscale' }, body({}), []),
			'price unknown',
			'The price is unknown: nothing is known of this operation.',
		],
	];
	for (const [price, label, explanation] of cases) {
		it(`say "${label}"`, () => {
			assert.deepEqual([priceLabel(price), priceExplanation(price)], [label, explanation]);
		});
	}
});
