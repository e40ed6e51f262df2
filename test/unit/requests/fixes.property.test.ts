import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bodySchemas } from '../../../src/requests/bodySchemas';
import type { JsonNode } from '../../../src/requests/jsonNode';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import type { Fix, RequestProblem } from '../../../src/requests/problem';
import { samples } from '../../../src/requests/samples';
import { validateRequest } from '../../../src/requests/validateRequest';
import { exampleFiles, ruleExamples } from '../../support/requests/bodyRuleExamples';

const facts = { files: exampleFiles, texts: new Map() };
const originals = [
	...ruleExamples.flatMap(({ breaks, keeps }) => [breaks.replace(/[«»]/g, ''), keeps]).filter((text) => text.length < 2000),
	...Object.values(samples).flatMap(({ smallest, usual }) => [smallest, usual]),
	`{ "vars": { "light": "at \${{ vars.time }}", "time": "dawn" }, "save": "{file}_{vars.light}", "nam": "Fox", "apiKey": "made-up-key-0001",
	"operation": "https://api.example.com/kling/v1/videos/text2video", "body": { "prompt": "{{ vars.light }} \${{ light }} \${{ vars.tiem }}" } }`,
];
const fields = [...new Set(Object.values(bodySchemas).flatMap((schema) => Object.keys(schema.fields)))];

const fragment = fc.oneof(
	fc.constantFrom(
		...['{', '}', '[', ']', ':', ',', '"', '\\', '\n', '\r\n', '// c\n', '/* c, */', '/*', 'null', 'true', '1e9', '-0', '00', "'"],
		...[
			'${{',
			'}}',
			'{{ vars.light }}',
			'${{ light }}',
			'${{ vars.tiem }}',
			"${{ file('./a.png') }}",
			'${{ fiel("a.png") }}',
			'🦊',
			'\u2028',
		],
		...[
			'"api_key": "sk-made-up-key-000001",',
			'"model": "kling-v3",',
			'"vars": {"a": 1},',
			'"body": {},',
			'"Repeat": "3",',
			'"data:image/png;base64,',
		],
	),
	fc.constantFrom(...fields.map((field) => `"${field}": `)),
	fc.constantFrom(...fields.map((field) => `"${field}x": "1", `)),
	fc.string({ maxLength: 4 }),
);
const mutation = fc.record({ at: fc.nat(), length: fc.nat({ max: 12 }), text: fragment });
/** Whole properties, behind any opening brace: the text stays well formed. */
const property = fc
	.tuple(
		fc.oneof(
			fc.constantFrom(...fields, 'model', 'api_key', 'Repeat', 'nam', 'vars', 'watermark', 'voice'),
			fc.constantFrom(...fields).map((field) => `${field}s`),
			fc.constantFrom(...fields).map((field) => field.replaceAll('_', '-').toUpperCase()),
		),
		fc.oneof(
			fc.constantFrom(
				'5',
				'"5"',
				'true',
				'"true"',
				'" pro "',
				'{}',
				'[]',
				'{ "enabled": true }',
				'[{}]',
				'null',
				'0.5',
				'"stills\\\\a.png"',
			),
			fc.constantFrom(
				'"a.png"',
				'"data:image/png;base64,iVBORw0KGgo="',
				'"https://media.example/a.mp4"',
				'"{{ vars.light }}"',
				'"${{ light }}"',
			),
			fc.constantFrom(
				'"sk-made-up-key-000001"',
				'"${{ vars.tiem }}"',
				'"${{ fiel(\'a.png\') }}"',
				'"${{ run.tak }}"',
				'790000000000000301',
			),
		),
		fc.constantFrom('', ' ', '\n', ' // c\n', '/* , } */'),
	)
	.map(([key, value, space]) => `${space}"${key}": ${space}${value}${space},${space}`);
const insertion = fc.tuple(fc.nat(), property);
const anyFile = fc
	.tuple(
		fc.constantFrom(...originals),
		fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(mutation, { maxLength: 4 }) }),
		fc.array(insertion, { minLength: 1, maxLength: 3 }),
	)
	.map(([original, mutations, insertions]) => {
		const mutated = mutations.reduce((text, { at, length, text: inserted }) => {
			const start = at % (text.length + 1);
			return text.slice(0, start) + inserted + text.slice(start + length);
		}, original);
		return insertions.reduce((text, [index, inserted]) => {
			const braces = [...text.matchAll(/(?<!\{)\{(?!\{)/g)];
			const start = (braces[index % braces.length]?.index ?? -1) + 1;
			return text.slice(0, start) + inserted + text.slice(start);
		}, mutated);
	});

function problemsOf(text: string): readonly RequestProblem[] {
	return validateRequest(parseRequestFile(text), facts);
}

function applied(text: string, { edits }: Fix): string {
	return edits
		.toSorted((a, b) => b.range.start - a.range.start)
		.reduce((whole, { range, text: written }) => whole.slice(0, range.start) + written + whole.slice(range.end), text);
}

/** Where a position of the text is after a fix. */
function moved(position: number, { edits }: Fix): number {
	return edits
		.filter(({ range }) => range.end <= position)
		.reduce((sum, { range, text }) => sum + text.length - (range.end - range.start), position);
}

/** The scalars within a value. */
function scalarsOf(node: JsonNode | undefined): readonly JsonNode[] {
	if (node === undefined) {
		return [];
	}
	return node.kind === 'object'
		? node.properties.flatMap(({ value }) => scalarsOf(value))
		: node.kind === 'array'
			? node.items.flatMap(scalarsOf)
			: [node];
}

const malformed: ReadonlySet<string> = new Set(['syntax', 'duplicate-key', 'nesting-too-deep']);
/** Of more problems some are not reported, so that a fix may bring them up. */
const mostProblems = 150;

describe('any fix of any request file', function () {
	this.timeout(120_000);

	it('repairs its problem, leaves the text as well formed as it was, and every other value as it is', () => {
		let fixes = 0;
		fc.assert(
			fc.property(anyFile, (text) => {
				const before = problemsOf(text);
				fc.pre(before.length < mostProblems);
				for (const problem of before) {
					for (const fix of problem.fixes) {
						fixes++;
						const fixed = applied(text, fix);
						const after = problemsOf(fixed);
						const what = `${problem.code}, ${fix.kind}:\n${fixed}`;
						const countMalformed = (problems: readonly RequestProblem[]): number =>
							problems.filter(({ code }) => malformed.has(code)).length;
						assert.ok(countMalformed(after) <= countMalformed(before), `it is malformed by ${what}`);
						const position = moved(problem.range.start, fix);
						const isAlike = (one: RequestProblem): boolean =>
							one.code === problem.code && JSON.stringify(one.facts) === JSON.stringify(problem.facts);
						// Of two that are alike, the other one may stand there now.
						const isThere = before.filter(isAlike).length === 1 && after.some((one) => isAlike(one) && one.range.start === position);
						assert.ok(!isThere, `it is still there after ${what}`);
						const written = new Set(scalarsOf(parseRequestFile(fixed).file.root).map(({ start, end }) => fixed.slice(start, end)));
						for (const { start, end } of scalarsOf(parseRequestFile(text).file.root)) {
							const isEdited = fix.edits.some(({ range }) => range.start <= end && range.end >= start);
							assert.ok(isEdited || written.has(text.slice(start, end)), `${text.slice(start, end)} is lost by ${what}`);
						}
					}
				}
			}),
			{ numRuns: 5_000 },
		);
		assert.ok(fixes > 2_000, `${fixes}`);
	});
});
