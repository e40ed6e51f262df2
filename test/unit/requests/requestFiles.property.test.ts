import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bodyText } from '../../../src/requests/bodyText';
import type { RequestFacts } from '../../../src/requests/fileFacts';
import { expressionsOf } from '../../../src/requests/expressions';
import type { TextRange } from '../../../src/requests/jsonNode';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import type { RequestProblem } from '../../../src/requests/problem';
import { resolveRequest } from '../../../src/requests/resolve';
import type { ResolvedObject, ResolvedValue } from '../../../src/requests/resolvedValue';
import { samples } from '../../../src/requests/samples';
import { unitKey } from '../../../src/requests/unitKey';
import { validateRequest } from '../../../src/requests/validateRequest';

const nothingKnown: RequestFacts = { files: new Map(), texts: new Map() };
const run = { take: 2, date: '2026-03-14' };

/** A file that uses everything that the samples do not. */
const rich = `// All of it
{
	"$schema": "kling-schema:/request.schema.json", "version": 1, "name": "Fox \\ud83e\\udd8a",
	"operation": "videos/omni-video", "repeat": 2, "save": "{file}_{vars.light}_{take:2}_{date}",
	"vars": { "light": "at \${{ vars.time }}", "time": "dawn", "id": 829000000000000001, "loud": true, "hero": "\${{ file('./it''s.png') }}" },
	"body": {
		/* as written */ "prompt": "A \\"fox\\" \${{ vars.light }} $\${{ x }} \${{ text('./a.md') }} <<<image_1>>>",
		"element_list": [{ "element_id": "\${{ vars.id }}" }, { "element_id": 829000000000000002 }],
		"image_list": [{ "image_url": "\${{ vars.hero }}" }], "cfg_scale": 0.50, "sound": null,
		"duration": "\${{run.take}}", "negative_prompt": "\${{ run.date }}",
	},
}
`;
const texts: readonly string[] = [rich, ...Object.values(samples).flatMap(({ smallest, usual }) => [smallest, usual])];

const fragments: readonly string[] = [
	...['{', '}', '[', ']', ',', ':', '"', '\\', "'", '/', '*', '//', '/*', '*/', '\n', '\r\n', '\t', '\0', '\uFEFF', '\u2028'],
	...['\ud800', '\udc00', '\\ud800', '\\udc00', '\\u12', '\\x', '🦊', 'e\u0301', '-', '1e999', '-0', '1.', '00', 'NaN', 'true', 'null'],
	...['${{', '}}', '$${{', '${{ vars.light }}', '${{ vars.nothing }}', '${{ run.take }}', "${{ file('./a.png') }}", "${{ text('b.md') }}"],
	...['${{ steps.a.id }}', '${{ env.HOME }}', "${{ f('x') }}", '${{ vars.light', '"__proto__": 1,', '"constructor": 2,', '"steps": {},'],
	...['"repeat": 99,', '"vars": { "a": "${{ vars.a }}" },', '"body": {},', '"operation": "account/x",', '"save": "{x}",', '"version": 2,'],
	...['[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[', '{"a":{"a":{"a":{"a":{"a":{"a":{"a":', '9'.repeat(40), '{file}', '{vars.', 'sk-abcdefghijklmnop'],
];

/** A change of a text; positions are parts of its length. */
const mutation = fc.oneof(
	fc.record({ kind: fc.constant('insert'), at: fc.double({ min: 0, max: 1, noNaN: true }), text: fc.constantFrom(...fragments) }),
	fc.record({
		kind: fc.constant('insert'),
		at: fc.double({ min: 0, max: 1, noNaN: true }),
		text: fc.string({ unit: 'binary', maxLength: 4 }),
	}),
	fc.record({ kind: fc.constant('delete'), at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(12) }),
	fc.record({ kind: fc.constant('repeat'), at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(60) }),
	fc.record({ kind: fc.constant('cut'), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(text: string, change: Mutation): string {
	const at = Math.floor(change.at * text.length);
	if ('text' in change) {
		return text.slice(0, at) + change.text + text.slice(at);
	}
	if (!('length' in change)) {
		return text.slice(0, at);
	}
	return change.kind === 'delete'
		? text.slice(0, at) + text.slice(at + change.length)
		: text.slice(0, at) + text.slice(at, at + change.length) + text.slice(at);
}

const anyFile = fc
	.tuple(fc.constantFrom(...texts), fc.array(mutation, { maxLength: 6 }))
	.map(([text, changes]) => changes.reduce(mutated, text));

function assertWithin(text: string, { start, end }: TextRange, what: string): void {
	assert.ok(
		Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= text.length,
		`${what}: ${start}-${end}`,
	);
}

function assertRanges(text: string, problems: readonly RequestProblem[]): void {
	for (const { code, range, fixes } of problems) {
		assertWithin(text, range, code);
		for (const { edits } of fixes) {
			edits.forEach((edit) => {
				assertWithin(text, edit.range, `fix of ${code}`);
			});
		}
	}
}

/** A resolved value as `JSON.parse` would give it. */
function plain(value: ResolvedValue): unknown {
	switch (value.kind) {
		case 'object':
			return Object.fromEntries(value.entries.map(([key, inner]) => [key, plain(inner)]));
		case 'array':
			return value.items.map(plain);
		case 'string':
		case 'boolean':
			return value.value;
		case 'number':
			return Number(value.text);
		case 'null':
			return null;
		case 'media':
			return `media ${value.path}`;
	}
}

function textOf(body: ResolvedObject, indent?: string): string {
	return bodyText(body, { media: ({ path }) => `media ${path}`, ...(indent === undefined ? {} : { indent }) });
}

const numRuns = 4000;

describe('any request file', function () {
	this.timeout(120_000);

	it('is read without an exception, and every range is within the text', () => {
		let whole = 0;
		fc.assert(
			fc.property(anyFile, (text) => {
				const parsed = parseRequestFile(text);
				const resolved = resolveRequest(parsed.file, nothingKnown, run);
				assertRanges(text, parsed.problems);
				assertRanges(text, resolved.problems);
				assertRanges(text, validateRequest(parsed, nothingKnown));
				for (const { range, argumentRange, node } of expressionsOf(parsed.file)) {
					assertWithin(text, range, 'expression');
					assertWithin(text, argumentRange, 'argument');
					assert.ok(
						node.start < range.start && range.start <= argumentRange.start && argumentRange.end <= range.end && range.end <= node.end,
					);
				}
				if (resolved.body !== undefined) {
					// Even of a file with errors: what is shown of it is JSON.
					JSON.parse(textOf(resolved.body));
				}
				if (resolved.body !== undefined && parsed.problems.every(({ severity }) => severity !== 'error')) {
					whole++;
					for (const indent of [undefined, '\t']) {
						assert.deepEqual(JSON.parse(textOf(resolved.body, indent)), plain(resolved.body));
					}
				}
			}),
			{ numRuns },
		);
		// Otherwise the second half would hold for nothing.
		assert.ok(whole > numRuns / 20, `${whole}`);
	});

	it('can be read again after each fix', () => {
		fc.assert(
			fc.property(anyFile, (text) => {
				const parsed = parseRequestFile(text);
				for (const { fixes } of [...parsed.problems, ...resolveRequest(parsed.file, nothingKnown, run).problems].slice(0, 10)) {
					for (const { edits } of fixes) {
						const fixed = edits
							.toSorted((a, b) => b.range.start - a.range.start)
							.reduce((result, edit) => result.slice(0, edit.range.start) + edit.text + result.slice(edit.range.end), text);
						assert.notEqual(fixed, text);
						assertRanges(fixed, parseRequestFile(fixed).problems);
					}
				}
			}),
			{ numRuns: numRuns / 4 },
		);
	});
});

describe('any body', function () {
	this.timeout(120_000);

	/** Strings without `${{`, which would be expressions, nor halves of characters, which are errors. */
	const string = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('${{'));
	const key = string.filter((text) => text !== '__proto__');
	const { body } = fc.letrec<{ value: unknown; body: Readonly<Record<string, unknown>> }>((tie) => ({
		value: fc.oneof(
			{ maxDepth: 4 },
			string,
			fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
			fc.integer(),
			fc.boolean(),
			fc.constant(null),
			fc.array(tie('value'), { maxLength: 4 }),
			tie('body'),
		),
		body: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
	}));

	/** A value as JSON with comments: other white space, escapes that are not needed, trailing commas. */
	function jsonc(value: unknown, next: () => number): string {
		const space = (): string => [' ', '', '\n\t', '/* { */', '// "x\n'][next() % 5] ?? '';
		const text = (from: string): string =>
			`"${Array.from(from)
				.map((character) =>
					next() % 4 === 0
						? [...Array(character.length).keys()].map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join('')
						: JSON.stringify(character).slice(1, -1),
				)
				.join('')}"`;
		const list = (brackets: string, items: readonly string[]): string => {
			const comma = items.length > 0 && next() % 3 === 0 ? ',' : '';
			return `${brackets.charAt(0)}${space()}${items.join(`${space()},${space()}`)}${space()}${comma}${space()}${brackets.charAt(1)}`;
		};
		if (Array.isArray(value)) {
			return list(
				'[]',
				value.map((item) => jsonc(item, next)),
			);
		}
		if (typeof value === 'object' && value !== null) {
			return list(
				'{}',
				Object.entries(value).map(([name, inner]) => `${text(name)}${space()}:${space()}${jsonc(inner, next)}`),
			);
		}
		return typeof value === 'string' ? text(value) : JSON.stringify(value);
	}

	it('is sent as it was written, in whatever way that was', () => {
		fc.assert(
			fc.property(body, fc.infiniteStream(fc.nat(1000)), (value, stream) => {
				const next = (): number => Number(stream.next().value);
				const text = `{ "operation": "videos/text2video", "body": ${jsonc(value, next)} }`;
				const parsed = parseRequestFile(text);
				assert.deepEqual(parsed.problems, []);
				const resolved = resolveRequest(parsed.file, nothingKnown, run);
				assert.deepEqual(resolved.problems, []);
				assert.ok(resolved.body);
				// The text, not its value: it shows the order of keys and how numbers are written.
				assert.equal(textOf(resolved.body), JSON.stringify(value));
			}),
			{ numRuns: 2000 },
		);
	});

	it('has the key of the same body in another order, and of no other', () => {
		const keyOf = (text: string): string | undefined => {
			const { body: resolved } = resolveRequest(parseRequestFile(`{ "operation": "a/b", "body": ${text} }`).file, nothingKnown, undefined);
			return resolved && unitKey({ origin: 'https://api.example.com', operation: 'a/b', body: resolved }, (hashed) => hashed);
		};
		const sorted = (value: unknown): unknown =>
			Array.isArray(value)
				? value.map(sorted)
				: typeof value === 'object' && value !== null
					? Object.entries(value)
							.map(([name, inner]) => [name, sorted(inner)] as const)
							.toSorted(([a], [b]) => (a < b ? -1 : 1))
					: value;
		fc.assert(
			fc.property(body, body, (one, other) => {
				const reversed = Object.fromEntries(Object.entries(one).reverse());
				assert.equal(keyOf(JSON.stringify(reversed)), keyOf(JSON.stringify(one)));
				const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
				assert.equal(keyOf(JSON.stringify(one)) === keyOf(JSON.stringify(other)), same);
			}),
			{ numRuns: 1000 },
		);
	});

	it('has expressions whose ranges are right after any escapes', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(string, fc.boolean()), { minLength: 1, maxLength: 6 }),
				fc.infiniteStream(fc.nat(1000)),
				(parts, stream) => {
					const next = (): number => Number(stream.next().value);
					const value = parts.map(([before]) => `${before.replaceAll('$', '')}\${{ vars.x }}`).join('');
					const text = `{ "body": { "a": ${jsonc(value, next)} } }`;
					const found = expressionsOf(parseRequestFile(text).file);
					assert.equal(found.length, parts.length);
					for (const { range, argumentRange } of found) {
						assert.equal(JSON.parse(`"${text.slice(range.start, range.end)}"`), '${{ vars.x }}');
						assert.equal(JSON.parse(`"${text.slice(argumentRange.start, argumentRange.end)}"`), 'x');
					}
				},
			),
			{ numRuns: 1000 },
		);
	});
});

describe('a request file of 1 MB', function () {
	this.timeout(120_000);

	const body = (fragment: string): string => `{ "operation": "a/b", "body": { "a": "${repeated(fragment)}" } }`;
	const repeated = (fragment: string, characters = 900_000): string => fragment.repeat(Math.floor(characters / fragment.length));
	const names = Array.from({ length: 200 }, (_, index) => `"${'v'.repeat(28)}${index}": 1`).join(', ');

	for (const [what, text] of [
		['expressions without an end', body('${{')],
		['expressions without an end, before one end', body('${{').replace('" } }', '}}" } }')],
		['literals', body('$${{')],
		['expressions', body('${{ run.date }}')],
		['unknown vars', body('${{ vars.x }}')],
		['unknown vars with similar names', `{ "vars": { ${names} }, "body": { "a": "${repeated(`\${{ vars.${'v'.repeat(27)}x }}`)}" } }`],
		['quotes', body("${{ file(' }}")],
		['long calls', body(`\${{ file(${' '.repeat(1900)}x }}`)],
		['one long path', body('a').replace('"a": "', '"a": "${{ file(\'').replace('" } }', '\') }}" } }')],
		['one long expression', body('a').replace('"a": "', '"a": "${{ ').replace('" } }', ' }}" } }')],
		['escapes', body('\\u0041${{ x }}')],
		['halves of characters', body('\\ud800')],
		['invalid escapes', body('\\x')],
		['strings', `[${repeated('"",')}]`],
		['keys', `{ "body": {${repeated('"a":1,')}} }`],
		['words', repeated('a ')],
		['slashes', repeated('/ ')],
		['open comments', repeated('/*')],
		['line comments', repeated('//\n')],
		['quotes that open strings', repeated('"\n')],
		['commas', repeated(',')],
		['colons', `{${repeated('"a"::')}}`],
		['white space', repeated(' ')],
		['line breaks', repeated('\r\n')],
		['brackets that do not match', repeated('{]')],
		['one number', `{ "body": { "a": ${repeated('1')} } }`],
		['one key', `{ "${repeated('a')}": 1 }`],
		['unknown properties', `{ ${Array.from({ length: 60_000 }, (_, index) => `"namx${index}": 1`).join(',')} }`],
		['placeholders', `{ "save": "${repeated('{')}" }`],
		['unknown placeholders', `{ "vars": { ${names} }, "save": "${repeated('{vars.x}')}" }`],
		['an operation of slashes', `{ "operation": "${repeated('/')}" }`],
		['an operation of letters', `{ "operation": "${repeated('v')}" }`],
	] as const) {
		it(`takes no longer than its length makes it: ${what}`, () => {
			const start = performance.now();
			const parsed = parseRequestFile(text);
			const { problems } = resolveRequest(parsed.file, nothingKnown, run);
			const found = expressionsOf(parsed.file);
			const ms = performance.now() - start;
			assertRanges(text, [...parsed.problems, ...problems]);
			assert.ok(found.every(({ range }) => range.end <= text.length));
			// Alone it takes less than 0.5 s; a quadratic step would take minutes.
			assert.ok(ms < 15_000, `${ms} ms`);
		});
	}
});
