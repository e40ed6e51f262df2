import assert from 'node:assert/strict';
import fc from 'fast-check';
import { operations, operationKey } from '../../../src/core/operation';
import { bodySchemas } from '../../../src/requests/bodySchemas';
import { estimatePrice } from '../../../src/requests/price';
import { priceClass } from '../../../src/requests/priceClass';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import type { RequestProblem } from '../../../src/requests/problem';
import { resolveRequest } from '../../../src/requests/resolve';
import { validateRequest } from '../../../src/requests/validateRequest';
import { exampleFiles, ruleExamples } from '../../support/requests/bodyRuleExamples';

const facts = { files: exampleFiles, texts: new Map() };
const originals = ruleExamples.flatMap(({ breaks, keeps }) => [breaks.replace(/[«»]/g, ''), keeps]).filter((text) => text.length < 2000);
const fields = [...new Set(Object.values(bodySchemas).flatMap((schema) => Object.keys(schema.fields)))];

/** What a slip of the hand or a paste puts into a text. */
const fragment = fc.oneof(
	fc.constantFrom(
		...['{', '}', '[', ']', ':', ',', '"', '\\', '\n'],
		'//',
		'/*',
		'*/',
		'${{',
		'}}',
		"file('./a.png')",
		'null',
		'true',
		'1e9',
		'-0',
		'0.5',
		'[[[[',
		'\uFEFF',
		'\uD800',
		'🦊',
	),
	fc.constantFrom(...fields.map((field) => `"${field}": `)),
	fc.constantFrom(...operations.map((operation) => `"${operationKey(operation)}"`)),
	fc.string({ maxLength: 8 }),
);
const mutation = fc.record({ at: fc.nat(), length: fc.nat({ max: 40 }), text: fragment });
const mutated = fc.tuple(fc.constantFrom(...originals), fc.array(mutation, { minLength: 1, maxLength: 6 })).map(([original, mutations]) =>
	mutations.reduce((text, { at, length, text: inserted }) => {
		const start = at % (text.length + 1);
		return text.slice(0, start) + inserted + text.slice(start + length);
	}, original),
);

function assertInside(text: string, problems: readonly RequestProblem[]): void {
	for (const { code, range, fixes } of problems) {
		for (const { start, end } of [range, ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.range))]) {
			assert.ok(start >= 0 && start <= end && end <= text.length, `${code}: ${start} to ${end} of ${text.length}`);
		}
	}
}

describe('validateRequest, whatever the text', function () {
	this.timeout(60_000);

	it('throws nothing, and every range is inside the text', () => {
		fc.assert(
			fc.property(mutated, (text) => {
				const parsed = parseRequestFile(text);
				assertInside(text, validateRequest(parsed, facts));
				const { body } = resolveRequest(parsed.file, facts, { take: 1, date: '2026-03-14' });
				if (body !== undefined && parsed.file.operation !== undefined) {
					estimatePrice(parsed.file.operation.path, body, []);
					priceClass(parsed.file.operation.path, body);
				}
			}),
			{ numRuns: 5_000 },
		);
	});

	it('survives any value in any field of any operation', () => {
		const value = fc.jsonValue({ maxDepth: 3 });
		fc.assert(
			fc.property(
				fc.constantFrom(...Object.keys(bodySchemas)),
				fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string({ maxLength: 6 })), value, { maxKeys: 6 }),
				(operation, body) => {
					const text = JSON.stringify({ operation, body });
					assertInside(text, validateRequest(parseRequestFile(text), facts));
				},
			),
			{ numRuns: 3_000 },
		);
	});

	it('takes a body of 200 KB in its stride', () => {
		const shots = Array.from(
			{ length: 2_000 },
			(_, index) => `{"index": ${index}, "prompt": "${'<<image_1>> '.repeat(6)}", "duration": 1}`,
		);
		const text = `{"operation": "videos/text2video", "body": {"model_name": "kling-v3", "multi_shot": true, "multi_prompt": [${shots.join(', ')}]}}`;
		assert.ok(text.length > 200_000);
		const before = performance.now();
		assertInside(text, validateRequest(parseRequestFile(text), facts));
		// Only a hang takes this long.
		assert.ok(performance.now() - before < 5_000);
	});
});
