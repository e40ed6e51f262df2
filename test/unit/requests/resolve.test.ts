import assert from 'node:assert/strict';
import { bodyText } from '../../../src/requests/bodyText';
import type { MediaFacts, RequestFacts, TextFacts } from '../../../src/requests/fileFacts';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { resolveRequest, type ResolvedRequest } from '../../../src/requests/resolve';

const png = { kind: 'image', type: 'png', size: 100, sha256: 'ab12', width: 640, height: 480 } as const;
const run = { take: 3, date: '2026-03-14' };

interface Files {
	readonly files?: Readonly<Record<string, MediaFacts>>;
	readonly texts?: Readonly<Record<string, TextFacts>>;
}

function factsOf({ files = {}, texts = {} }: Files): RequestFacts {
	return { files: new Map(Object.entries(files)), texts: new Map(Object.entries(texts)) };
}

function textOf(body: string, vars: string): string {
	return `{ "operation": "videos/text2video", "body": ${body}, "vars": ${vars} }`;
}

/** @param vars the JSON of the vars */
function resolve(body: string, vars = '{}', files: Files = {}): ResolvedRequest {
	return resolveRequest(parseRequestFile(textOf(body, vars)).file, factsOf(files), run);
}

/** The body as JSON, with `<path>` for media. */
function resolved(body: string, vars?: string, files?: Files): string | undefined {
	const { body: result, problems } = resolve(body, vars, files);
	assert.deepEqual(problems, []);
	return result && bodyText(result, { media: ({ path, facts }) => `<${path}${facts === undefined ? '?' : ` ${facts.type}`}>` });
}

describe('resolveRequest', () => {
	for (const [what, body, expected, vars, files] of [
		['a body without expressions', '{ "a": [1, {}, [], null, true, "x"] }', '{"a":[1,{},[],null,true,"x"]}'],
		[
			'numbers as written',
			'{ "a": 829000000000000001, "b": 1.50, "c": -0, "d": 1E+2 }',
			'{"a":829000000000000001,"b":1.50,"c":-0,"d":1E+2}',
		],
		['keys in their order, whatever they are', '{ "b": 1, "2": 2, "a": 3, "1": 4 }', '{"b":1,"2":2,"a":3,"1":4}'],
		['a var in a text', '{ "a": "The ${{ vars.x }}!" }', '{"a":"The fox!"}', '{ "x": "fox" }'],
		['a long number that is the whole text', '{ "a": "${{ vars.x }}" }', '{"a":829000000000000001}', '{ "x": 829000000000000001 }'],
		['a long number within a text', '{ "a": "id ${{ vars.x }}" }', '{"a":"id 829000000000000001"}', '{ "x": 829000000000000001 }'],
		[
			'true and null that are the whole text',
			'{ "a": "${{ vars.x }}", "b": "${{ vars.y }}" }',
			'{"a":true,"b":null}',
			'{ "x": true, "y": null }',
		],
		['false within a text', '{ "a": "${{ vars.x }}." }', '{"a":"false."}', '{ "x": false }'],
		[
			'vars of vars, in any order',
			'{ "a": "${{ vars.x }}" }',
			'{"a":"a red fox"}',
			'{ "x": "a ${{ vars.y }}", "y": "red ${{ vars.z }}", "z": "fox" }',
		],
		['a number through two vars', '{ "a": "${{ vars.x }}" }', '{"a":5.0}', '{ "x": "${{ vars.y }}", "y": 5.0 }'],
		['take and date', '{ "a": "${{ run.take }}", "b": "${{ run.date }} #${{ run.take }}" }', '{"a":3,"b":"2026-03-14 #3"}'],
		['literals', '{ "a": "$${{ vars.x }} and $5", "b": "$${{" }', '{"a":"${{ vars.x }} and $5","b":"${{"}'],
		['an expression in the value of a var only once', '{ "a": "${{ vars.x }}" }', '{"a":"${{ vars.y }}"}', '{ "x": "$${{ vars.y }}" }'],
		['a file', `{ "image": "\${{ file('./a.png') }}" }`, '{"image":"<./a.png png>"}', '{}', { files: { './a.png': png } }],
		[
			'a file through a var',
			'{ "image": "${{ vars.x }}" }',
			'{"image":"<./a.png png>"}',
			`{ "x": "\${{ file('./a.png') }}" }`,
			{ files: { './a.png': png } },
		],
		[
			'a text',
			`{ "prompt": "\${{ text('./a.md') }}" }`,
			'{"prompt":"Line 1\\nLine 2"}',
			'{}',
			{ texts: { './a.md': { kind: 'text', text: 'Line 1\nLine 2' } } },
		],
		[
			'a text within a text',
			`{ "prompt": "A \${{ text('./a.md') }}." }`,
			'{"prompt":"A ${{ vars.x }} fox."}',
			'{}',
			{ texts: { './a.md': { kind: 'text', text: '${{ vars.x }} fox' } } },
		],
		['Kling’s own marks', '{ "prompt": "<<<image_1>>> and {{x}}" }', '{"prompt":"<<<image_1>>> and {{x}}"}'],
		['a var with the name of a property of all objects', '{ "a": "${{ vars.constructor }}" }', '{"a":"x"}', '{ "constructor": "x" }'],
	] as const satisfies readonly (readonly [string, string, string, string?, Files?])[]) {
		it(`replaces ${what}`, () => {
			assert.equal(resolved(body, vars, files), expected);
		});
	}

	for (const [what, body, expected, vars, files] of [
		['an unknown var', '{ "a": "x ${{ vars.ligt }}" }', ['var-unknown ligt'], '{ "light": 1 }'],
		['a var with the name of a property of all objects that is not there', '{ "a": "${{ vars.toString }}" }', ['var-unknown toString']],
		[
			'each occurrence of it',
			'{ "a": "${{ vars.x }}", "b": ["${{ vars.x }} ${{ vars.x }}"] }',
			['var-unknown x', 'var-unknown x', 'var-unknown x'],
		],
		['an unknown var in a var, once', '{ "a": "${{ vars.x }}", "b": "${{ vars.x }}" }', ['var-unknown y'], '{ "x": "${{ vars.y }}" }'],
		['a var that uses itself', '{ "a": "${{ vars.x }}" }', ['var-cycle x'], '{ "x": "a ${{ vars.x }}" }'],
		[
			'a circle of three',
			'{ "a": "${{ vars.x }}" }',
			['var-cycle x'],
			'{ "x": "${{ vars.y }}", "y": "${{ vars.z }}", "z": "${{ vars.x }}" }',
		],
		['an embedded null', '{ "a": "x ${{ vars.x }}" }', ['null-embedded ${{ vars.x }}'], '{ "x": null }'],
		['an embedded file', `{ "a": "x \${{ file('a.png') }}" }`, ["file-embedded ${{ file('a.png') }}"], '{}', { files: { 'a.png': png } }],
		['an embedded file that is not known', `{ "a": "x \${{ file('a.png') }}" }`, ["file-embedded ${{ file('a.png') }}"]],
		['an embedded file through a var', '{ "a": "x ${{ vars.x }}" }', ['file-embedded ${{ vars.x }}'], `{ "x": "\${{ file('a.png') }}" }`],
		['a function', `{ "a": "\${{ fil('a.png') }}" }`, ['expression-function fil']],
		['the environment', '{ "a": "${{ env.HOME }}" }', ['expression-secret env.HOME']],
		['secrets', '{ "a": "${{ secrets.COMETAPI_KEY }}" }', ['expression-secret secrets.COMETAPI_KEY']],
		['steps', '{ "a": "${{ steps.a.videos[0].id }}" }', ['chain-word steps.a.videos[0].id']],
		['a matrix', '{ "a": "${{ matrix.a }}" }', ['chain-word matrix.a']],
		['an expression without an end', '{ "a": "x ${{ vars.a" }', ['expression-unterminated ${{ vars.a']],
		['an empty expression', '{ "a": "${{ }}" }', ['expression-empty ']],
		['quotes', '{ "a": "${{ file(a.png) }}" }', ['expression-quotes a.png']],
		['run', '{ "a": "${{ run.dat }}" }', ['expression-run dat']],
		['roots', '{ "a": "${{ var.a }}" }', ['expression-root var']],
		['syntax', '{ "a": "${{ vars.a + 1 }}" }', ['expression-syntax vars.a + 1']],
		[
			'a file that is no medium',
			`{ "a": "\${{ file('a.png') }}" }`,
			['file-not-media a.png'],
			'{}',
			{ files: { 'a.png': { kind: 'other', size: 1 } } },
		],
		[
			'a file that is too large',
			`{ "a": "\${{ file('a.png') }}" }`,
			['file-too-large a.png'],
			'{}',
			{ files: { 'a.png': { kind: 'tooLarge', size: 1e9 } } },
		],
		[
			'a file that is refused',
			`{ "a": "\${{ file('../a') }}" }`,
			['file-refused ../a'],
			'{}',
			{ files: { '../a': { kind: 'refused', reason: 'parent' } } },
		],
		[
			'a text that is refused',
			`{ "a": "\${{ text('.env') }}" }`,
			['text-refused .env'],
			'{}',
			{ texts: { '.env': { kind: 'refused', reason: 'hidden' } } },
		],
		['a text that is none', `{ "a": "\${{ text('a.js') }}" }`, ['text-not-text a.js'], '{}', { texts: { 'a.js': { kind: 'notText' } } }],
		['a text in Latin-1', `{ "a": "\${{ text('a.txt') }}" }`, ['text-not-utf8 a.txt'], '{}', { texts: { 'a.txt': { kind: 'notUtf8' } } }],
		[
			'a text that is too large',
			`{ "a": "\${{ text('a.txt') }}" }`,
			['text-file-too-large a.txt'],
			'{}',
			{ texts: { 'a.txt': { kind: 'tooLarge', size: 70_000 } } },
		],
	] as const satisfies readonly (readonly [string, string, readonly string[], string?, Files?])[]) {
		it(`reports ${what}, and has no body then`, () => {
			const text = textOf(body, vars ?? '{}');
			const { body: result, problems } = resolve(body, vars, files);
			assert.deepEqual(
				problems.map(({ code, range }) => `${code} ${text.slice(range.start, range.end)}`),
				expected,
			);
			assert.equal(result, undefined);
			assert.deepEqual(
				problems.filter(({ severity }) => severity !== 'error'),
				[],
			);
		});
	}

	it('names the circle of vars', () => {
		const { problems } = resolve('{ "a": "${{ vars.b }}" }', '{ "b": "${{ vars.x }}", "x": "${{ vars.y }}", "y": "${{ vars.x }}" }');
		assert.deepEqual(
			problems.map(({ facts }) => facts['circle']),
			['vars.x → vars.y → vars.x'],
		);
	});

	it('reports problems of vars that are not used, and has a body all the same', () => {
		const { body, problems } = resolve('{ "a": "x" }', '{ "x": "${{ vars.y }}" }');
		assert.deepEqual(
			problems.map(({ code }) => code),
			['var-unknown'],
		);
		assert.notEqual(body, undefined);
	});

	it('says why a file is refused', () => {
		const { problems } = resolve(`{ "a": "\${{ file('../a') }}" }`, '{}', { files: { '../a': { kind: 'refused', reason: 'parent' } } });
		assert.deepEqual(
			problems.map(({ facts }) => facts),
			[{ path: '../a', reason: 'parent' }],
		);
	});

	describe('knows whether all files are known:', () => {
		const body = `{ "image": "\${{ file('a.png') }}", "prompt": "A \${{ text('a.md') }}" }`;
		const text = { kind: 'text', text: 'fox' } as const;
		const untrusted = { kind: 'refused', reason: 'untrusted' } as const;
		for (const [what, files, expected, codes] of [
			['all', { files: { 'a.png': png }, texts: { 'a.md': text } }, true, []],
			['not the file', { texts: { 'a.md': text } }, false, []],
			['not the text', { files: { 'a.png': png } }, false, []],
			[
				'none in a workspace that is not trusted',
				{ files: { 'a.png': untrusted }, texts: { 'a.md': untrusted } },
				false,
				['file-untrusted warning', 'text-untrusted warning'],
			],
		] as const) {
			it(what, () => {
				const result = resolve(body, '{}', files);
				assert.equal(result.allFilesKnown, expected);
				assert.deepEqual(
					result.problems.map(({ code, severity }) => `${code} ${severity}`),
					codes,
				);
				// The rules of bodies can be checked before files are read.
				assert.deepEqual(
					result.body?.entries.map(([key]) => key),
					['image', 'prompt'],
				);
			});
		}
		it('a body without files', () => {
			assert.equal(resolve('{ "a": 1 }').allFilesKnown, true);
		});
	});

	it('keeps a text that is not known as an expression', () => {
		assert.equal(resolved(`{ "a": "A \${{ text('it''s.md') }}" }`), `{"a":"A \${{ text('it''s.md') }}"}`);
	});

	describe('offers what was likely meant:', () => {
		for (const [body, expected, vars] of [
			['{ "a": "${{ vars.ligth }}" }', '{ "a": "${{ vars.light }}" }', '{ "light": 1 }'],
			['{ "a": "${{ light }}" }', '{ "a": "${{ vars.light }}" }', '{ "light": 1 }'],
			['{ "a": "${{ var.light }}" }', '{ "a": "${{ vars.light }}" }', '{ "light": 1 }'],
			['{ "a": "${{ run.takes }}" }', '{ "a": "${{ run.take }}" }'],
			['{ "a": "${{ file(\\"./it\'s.png\\") }}" }', `{ "a": "\${{ file('./it''s.png') }}" }`],
			['{ "a": "${{ file( ./a.png) }}" }', `{ "a": "\${{ file( './a.png') }}" }`],
			[`{ "a": "\${{ fiel('./a.png') }}" }`, `{ "a": "\${{ file('./a.png') }}" }`],
		] as const satisfies readonly (readonly [string, string, string?])[]) {
			it(`${body} → ${expected}`, () => {
				const text = textOf(body, vars ?? '{}');
				const edit = resolve(body, vars).problems[0]?.fixes[0]?.edits[0];
				assert.ok(edit);
				assert.equal(text.slice(0, edit.range.start) + edit.text + text.slice(edit.range.end), textOf(expected, vars ?? '{}'));
			});
		}
	});

	it('limits what vars of vars become: 10 MB of text from 1 KB are one problem, at once', () => {
		const names = Array.from({ length: 40 }, (_, index) => `v${index}`);
		const vars = names.map((name, index) => `"${name}": "${index === 39 ? 'x' : `\${{vars.v${index + 1}}}`.repeat(4)}"`).join(', ');
		const { body, problems } = resolve('{ "a": "${{ vars.v0 }}", "b": ["${{ vars.v0 }}", "${{ vars.v1 }}"] }', `{ ${vars} }`);
		assert.deepEqual(
			problems.map(({ code }) => code),
			['expansion-too-long'],
		);
		assert.equal(body, undefined);
	});

	it('limits all texts of a body together', () => {
		const long = 'x'.repeat(60_000);
		const texts = { 'a.txt': { kind: 'text', text: long } } as const;
		const many = (count: number): string => `{ "a": [${Array.from({ length: count }, () => `"\${{ text('a.txt') }}"`).join(', ')}] }`;
		assert.equal(resolve(many(16), '{}', { texts }).problems.length, 0);
		assert.deepEqual(
			resolve(many(17), '{}', { texts }).problems.map(({ code }) => code),
			['expansion-too-long'],
		);
	});

	it('follows 200 vars that use one another', () => {
		const vars = Array.from({ length: 200 }, (_, index) => `"v${index}": "${index === 199 ? 'fox' : `\${{ vars.v${index + 1} }}`}"`);
		assert.equal(resolved('{ "a": "${{ vars.v0 }}" }', `{ ${vars.join(', ')} }`), '{"a":"fox"}');
	});

	it('cannot be made to change prototypes', () => {
		const { body } = resolve('{ "__proto__": { "polluted": true } }', '{ "__proto__": "x", "constructor": "y" }');
		assert.equal('polluted' in {}, false);
		assert.deepEqual(
			body?.entries.map(([key]) => key),
			['__proto__'],
		);
	});

	it('has no body without one', () => {
		const { body, problems } = resolveRequest(parseRequestFile('{ "operation": "videos/text2video" }').file, factsOf({}), run);
		assert.equal(body, undefined);
		assert.deepEqual(problems, []);
	});
});
