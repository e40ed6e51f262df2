import assert from 'node:assert/strict';
import type { JsonNode } from '../../../src/requests/jsonNode';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import type { RequestProblem } from '../../../src/requests/problem';

/** `duplicate-key "prompt"`: the code of a problem and the text of its range. */
function summaries(text: string, problems: readonly RequestProblem[]): readonly string[] {
	return problems.map(({ code, range }) => `${code} ${text.slice(range.start, range.end)}`);
}

function problemsOf(text: string): readonly string[] {
	return summaries(text, parseRequestFile(text).problems);
}

/** The text after the first fix of the only problem. */
function fixed(text: string): string {
	const { problems } = parseRequestFile(text);
	assert.equal(problems.length, 1, JSON.stringify(problems));
	const edits = problems[0]?.fixes[0]?.edits ?? [];
	return edits.reduceRight((result, { range, text: inserted }) => result.slice(0, range.start) + inserted + result.slice(range.end), text);
}

/** A request with further properties, or with others in place of its own. */
function request(properties: Readonly<Record<string, string>> = {}): string {
	const all = { operation: '"videos/text2video"', body: '{ "prompt": "A fox" }', ...properties };
	return `{ ${Object.entries(all)
		.map(([name, value]) => `"${name}": ${value}`)
		.join(', ')} }`;
}

/** Not a key of anybody. */
const apiKey = `sk-${'Ab3'.repeat(16)}`;

describe('parseRequestFile', () => {
	it('reads every property, with its range', () => {
		const text = `// A fox
{
	"$schema": "kling-schema:/request.schema.json",
	"version": 1,
	"name": "Fox",
	"operation": "videos/avatar/image2video",
	"vars": { "light": "at dawn", "count": 2, "loud": true, "none": null },
	"repeat": 3,
	"save": "{file}_{vars.light}_{date}_{take:2}",
	"body": { /* as documented */ "prompt": "A fox \${{ vars.light }}", "id": 829000000000000001, },
}
`;
		const { file, problems } = parseRequestFile(text);
		assert.deepEqual(problems, []);
		assert.equal(file.name?.value, 'Fox');
		assert.deepEqual(file.operation?.path, { action: 'videos', action2: 'avatar/image2video' });
		assert.deepEqual(
			file.vars.map(({ key, value }) => [key, value.kind]),
			[
				['light', 'string'],
				['count', 'number'],
				['loud', 'boolean'],
				['none', 'null'],
			],
		);
		assert.equal(file.repeat.count, 3);
		assert.equal(file.save?.value, '{file}_{vars.light}_{date}_{take:2}');
		assert.equal(file.isChain, false);
		const id = file.body?.properties[1];
		assert.deepEqual(id?.value, { kind: 'number', text: '829000000000000001', start: 343, end: 361 });
		assert.equal(text.slice(id.start, id.end), '"id": 829000000000000001');
		assert.equal(text.slice(id.keyRange.start, id.keyRange.end), '"id"');
		assert.equal(text.slice(file.root?.start, file.root?.end).startsWith('{\n\t"$schema"'), true);
		assert.equal(text.slice(file.repeat.node?.start, file.repeat.node?.end), '3');
	});

	it('keeps what it understands of a text that is not complete', () => {
		const text = '{ "operation": "videos/text2video", "body": { "prompt": "A fox", "mode": , "image": [1, {"a": "b';
		const { file } = parseRequestFile(text);
		assert.deepEqual(file.operation?.path, { action: 'videos', action2: 'text2video' });
		assert.deepEqual(
			file.body?.properties.map(({ key }) => key),
			['prompt', 'image'],
		);
		assert.equal(file.body.end, text.length);
	});

	for (const [what, text, expected] of [
		['an empty text', '', ['text-empty ']],
		['a text of white space and comments', ' // no\n/* thing */\r\n', ['text-empty ']],
		['a lone byte order mark', '\uFEFF', ['text-empty ']],
		['a byte order mark before a request', `\uFEFF${request()}`, []],
		['a list', '[1]', ['root-type [1]']],
		['a text of JSON', '"videos"', ['root-type "videos"']],
		['a word', 'hello', ['syntax hello']],
		['an empty object', '{}', ['operation-missing {', 'body-missing {']],
		['only a brace', '{', ['syntax {']],
		['two requests', `${request()} {}`, ['syntax {']],
		['a missing comma', request({ name: '"Fox" "version": 1' }), ['syntax "version"']],
		['single quotes', "{ 'operation': 1 }", ["syntax 'operation'"]],
		['a comment without an end', `${request()} /* no`, ['syntax /* no']],
		['a comment of two characters', '/*', ['syntax /*']],
		['a text without an end', request({ name: '"Fox' }), ['syntax "Fox }']],
		['an escape that is none', request({ name: '"\\x"' }), ['syntax "\\x"']],
		['a control character in a text', request({ name: '"a\tb"' }), ['syntax "a\tb"']],
		['a number without an end', request({ body: '{ "cfg_scale": 1. }' }), ['syntax 1.']],
		['NaN', request({ body: '{ "cfg_scale": NaN }' }), ['syntax NaN']],
		['a number with a zero before it', request({ body: '{ "cfg_scale": 01 }' }), ['syntax 1']],
		['a number that is infinite', request({ body: '{ "cfg_scale": 1e999 }' }), ['number-not-finite 1e999']],
		['a number that is infinite below zero', request({ body: '{ "a": [-1E+400] }' }), ['number-not-finite -1E+400']],
		['a number of many digits', request({ body: `{ "id": ${'9'.repeat(30)}.${'1'.repeat(30)} }` }), []],
		['a key twice', request({ body: '{ "prompt": "a", "mode": "std", "prompt": "b" }' }), ['duplicate-key "prompt"']],
		['a key twice, once escaped', request({ body: '{ "mode": "std", "m\\u006fde": "pro" }' }), ['duplicate-key "m\\u006fde"']],
		['an operation twice', request().replace('{ ', '{ "operation": "images/generations", '), ['duplicate-key "operation"']],
		['one key in two objects', request({ body: '{ "a": { "x": 1 }, "b": { "x": 1 } }' }), []],
		['__proto__', request({ body: '{ "a": { "__proto__": { "x": 1 } } }' }), ['proto-key "__proto__"']],
		['__proto__, escaped, at the top', request().replace('{ ', '{ "\\u005f_proto__": 1, '), ['proto-key "\\u005f_proto__"']],
		['names that only look like it', request({ body: '{ "constructor": 1, "prototype": 2, "toString": 3, "proto": 4 }' }), []],
		['half a character', request({ name: '"a\ud800b"' }), ['lone-surrogate "a\ud800b"']],
		['half a character, escaped', request({ body: '{ "prompt": "\\udc00\\ud800" }' }), ['lone-surrogate "\\udc00\\ud800"']],
		['half a character in a key', request({ body: '{ "\\ud83e": 1 }' }), ['lone-surrogate "\\ud83e"']],
		['a whole character in two escapes', request({ body: '{ "prompt": "\\ud83e\\udd8a 🦊" }' }), []],

		['a name that is a number', request({ name: '1' }), ['wrong-type 1']],
		['a name that is null', request({ name: 'null' }), ['wrong-type null']],
		['a name with an expression', request({ name: '"The ${{ vars.a }}"' }), ['expression-misplaced ${{ vars.a }}']],
		['a schema that is a number', request({ $schema: '1' }), ['wrong-type 1']],
		['a later version', request({ version: '2' }), ['version-unknown 2']],
		['a version that is a text', request({ version: '"1"' }), ['wrong-type "1"']],
		['a body that is a list', request({ body: '[]' }), ['wrong-type []']],
		['an operation that is a list', request({ operation: '["videos"]' }), ['wrong-type ["videos"]']],
		['an operation with an expression', request({ operation: '"videos/${{ vars.a }}"' }), ['expression-misplaced ${{ vars.a }}']],
		['a missing body', '{ "operation": "videos/text2video" }', ['body-missing {']],
		['a missing operation', '{ "body": {} }', ['operation-missing {']],
		['an unknown property', request({ colour: '"red"' }), ['unknown-property "colour"']],

		['a key by its name', request({ api_key: '"3f9a8b7c6d5e4f3a2b1c"' }), ['secret-in-file "api_key"']],
		['a key by its prefix', request({ x: `"${apiKey}"` }), ['secret-in-file "x"']],
		[
			'a key in headers',
			request({ headers: `{ "Authorization": "Bearer ${apiKey}" }` }),
			['unknown-property "headers"', 'secret-in-file "Authorization"'],
		],
		['a key as a var', request({ vars: `{ "k": "${apiKey}" }` }), ['secret-in-file "k"']],
		['a key as a name', request({ name: `"${apiKey}"` }), ['secret-in-file "name"']],
		['a key in the middle of a name', request({ name: `"Fox, made with ${apiKey}, take 2"` }), ['secret-in-file "name"']],
		['vars that only sound like keys', request({ vars: '{ "key": "F-sharp-minor-or-C-major", "token": "<<<image_1>>>-of-a-set" }' }), []],
		['a placeholder for a key', request({ apiKey: '"YOUR_API_KEY_GOES_HERE"' }), ['unknown-property "apiKey"']],

		['no take', request({ repeat: '0' }), ['repeat-range 0']],
		['21 takes', request({ repeat: '21' }), ['repeat-range 21']],
		['20 takes', request({ repeat: '20' }), []],
		['one and a half takes', request({ repeat: '1.5' }), ['repeat-range 1.5']],
		['takes as a text', request({ repeat: '"2"' }), ['wrong-type "2"']],

		['vars that are a list', request({ vars: '[]' }), ['wrong-type []']],
		['a var that is an object', request({ vars: '{ "a": {} }' }), ['var-type {}']],
		['a var that is a list', request({ vars: '{ "a": [1] }' }), ['var-type [1]']],
		['a var with a space in its name', request({ vars: '{ "a b": 1 }' }), ['var-name "a b"']],
		['a var without a name', request({ vars: '{ "": 1 }' }), ['var-name ""']],
		['200 vars', request({ vars: vars(200) }), []],
		['201 vars', request({ vars: vars(201) }), ['vars-too-many "v200"']],

		[
			'an expression in a key of the body',
			request({ body: '{ "a": [{ "${{ vars.a }}": 1 }] }' }),
			['expression-misplaced "${{ vars.a }}"'],
		],
		['a literal in a key of the body', request({ body: '{ "$${{ a }}": 1 }' }), []],

		['an unknown placeholder', request({ save: '"a_{model}"' }), ['save-placeholder {model}']],
		['a placeholder without an end', request({ save: '"{file}_{take"' }), ['save-placeholder {take']],
		[
			'a take with a width that is none',
			request({ save: '"{take:x}{take:0}"' }),
			['save-placeholder {take:x}', 'save-placeholder {take:0}'],
		],
		['a placeholder of an unknown var', request({ save: '"{vars.a}"' }), ['var-unknown {vars.a}']],
		['a placeholder after escapes', request({ save: '"\\u00e9\\"{x}"' }), ['save-placeholder {x}']],
		['a placeholder after an escape that is cut off', request({ save: '"\\u12{x}"' }), ['syntax "\\u12{x}"', 'save-placeholder \\u12{x}']],
		['a folder in a file name', request({ save: '"out/{file}"' }), ['save-separator "out/{file}"']],
		['an expression in a file name', request({ save: '"${{ run.take }}"' }), ['expression-misplaced ${{ run.take }}']],
	] as const) {
		it(`${expected.length === 0 ? 'accepts' : 'reports'} ${what}`, () => {
			assert.deepEqual(problemsOf(text), expected);
		});
	}

	for (const [what, text, expected] of [
		['steps', '{ "steps": { "shot": {} } }', ['chain-word "steps"']],
		['a matrix and its limit', request({ matrix: '{}', limit: '8' }), ['chain-word "matrix"', 'chain-word "limit"']],
		['a pause', request({ pause: '"review"' }), ['chain-word "pause"']],
		['after', request({ after: '["a"]' }), ['chain-word "after"']],
		['a step in the name of a file', request({ save: '"{step}_{matrix.a}"' }), ['chain-word {step}', 'chain-word {matrix.a}']],
		['a step in an expression, which resolveRequest reports', request({ body: '{ "video_id": "${{ steps.a.videos[0].id }}" }' }), []],
		['a cell in an expression', request({ body: '{ "prompt": "${{ run.cell }}" }' }), []],
	] as const) {
		it(`takes a file for a chain, which cannot be run, because of ${what}`, () => {
			assert.deepEqual(problemsOf(text), expected);
			assert.equal(parseRequestFile(text).file.isChain, true);
		});
	}

	describe('reads operations:', () => {
		for (const [operation, expected] of [
			['videos/text2video', 'videos text2video'],
			['videos/avatar/image2video', 'videos avatar/image2video'],
			['other/unknown-thing_2', 'other unknown-thing_2'],
			['videos/v1/thing', 'videos v1/thing'],
			['videos', 'malformed'],
			['videos/', 'malformed'],
			['videos/a/b/c', 'malformed'],
			['videos/text 2video', 'malformed videos/text2video'],
			['IMAGE_TO_VIDEO', 'malformed videos/image2video'],
			['../text2video', 'malformed'],
			['videos/..', 'malformed'],
			['videos/text2video?x=1', 'malformed videos/text2video'],
			['/videos/text2video', 'malformed videos/text2video'],
			['/kling/v1/videos/text2video', 'malformed videos/text2video'],
			['kling/v1/videos/text2video', 'malformed videos/text2video'],
			['v1/videos/text2video', 'malformed videos/text2video'],
			['/v1/videos/avatar/image2video/', 'malformed videos/avatar/image2video'],
			['POST https://api.cometapi.com/kling/v1/images/generations', 'malformed images/generations'],
			['https://api-singapore.klingai.com/v1/videos/text2video#a', 'malformed videos/text2video'],
			['account/costs', 'refused'],
			['Account/Costs', 'refused'],
			['/kling/v1/account/costs', 'refused'],
			['videos/multi-elements/delete-selection', 'refused'],
			['videos/DELETE', 'refused'],
			['accounts/costs', 'accounts costs'],
		] as const) {
			it(`${operation}: ${expected}`, () => {
				const { file, problems } = parseRequestFile(request({ operation: JSON.stringify(operation) }));
				const path = file.operation?.path;
				const [problem] = problems;
				const likely = problem?.facts['likely'];
				const outcome = path ? [path.action, path.action2] : [problem?.code.replace('operation-', ''), ...(likely ? [likely] : [])];
				assert.equal(outcome.join(' '), expected);
			});
		}
	});

	describe('fixes', () => {
		for (const [what, text, expected] of [
			['a whole URL', request({ operation: '"https://api.cometapi.com/kling/v1/videos/text2video"' }), request()],
			['a number of takes in quotes', request({ repeat: '"3"' }), request({ repeat: '3' })],
			['a name without quotes', request({ name: '7' }), request({ name: '"7"' })],
			['a missing operation', '{ "body": {} }', '{ "operation": "videos/text2video", "body": {} }'],
			[
				'a missing operation on a line',
				'{ // x\r\n  "body": {}\r\n}',
				'{\r\n  "operation": "videos/text2video", // x\r\n  "body": {}\r\n}',
			],
			['a missing body', '{ "operation": "a/b" }', '{ "operation": "a/b", "body": {} }'],
			['a missing body after a comma', '{\n\t"operation": "a/b", // x\n}', '{\n\t"operation": "a/b", // x\n\t"body": {}\n}'],
			['a key that stands in the file', request({ apiKey: `"${apiKey}"` }), request()],
			['braces of an expression', request({ body: '{ "a": "x {{vars.b}}" }' }), request({ body: '{ "a": "x ${{ vars.b }}" }' })],
			[
				'braces of a path',
				request({ body: '{ "a": "${ file(\'\\u0061.png\') }" }' }),
				request({ body: '{ "a": "${{ file(\'a.png\') }}" }' }),
			],
			['a property in capitals', request({ Repeat: '2' }), request({ repeat: '2' })],
			['a placeholder', request({ save: '"{flie}"' }), request({ save: '"{file}"' })],
			[
				'a var without vars.',
				request({ vars: '{ "light": "dawn" }', save: '"{light}"' }),
				request({ vars: '{ "light": "dawn" }', save: '"{vars.light}"' }),
			],
			['a placeholder without its end', request({ save: '"a{date"' }), request({ save: '"a{date}"' })],
			[
				'the name of a var',
				request({ vars: '{ "light": 1 }', save: '"{vars.ligth}"' }),
				request({ vars: '{ "light": 1 }', save: '"{vars.light}"' }),
			],
		] as const) {
			it(what, () => {
				assert.equal(fixed(text), expected);
			});
		}

		it('an unknown property only if the likely one is not there yet', () => {
			const [problem] = parseRequestFile(request({ nam: '"Fox"', name: '"Fox"' })).problems;
			assert.equal(problem?.facts['likely'], 'name');
			assert.deepEqual(problem.fixes, []);
		});
	});

	it('does not analyze more than 1,000,000 characters', () => {
		const most = request().padEnd(1_000_000);
		assert.deepEqual(problemsOf(most), []);
		const { file, problems } = parseRequestFile(`${most} `);
		assert.deepEqual(
			problems.map(({ code, range }) => [code, range]),
			[['text-too-long', { start: 0, end: 0 }]],
		);
		assert.equal(file.root, undefined);
		assert.equal(file.text.length, 1_000_001);
	});

	for (const [what, text, position] of [
		['lists', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 100],
		['lists without an end', '['.repeat(500_000), 100],
		['objects', '{"a":'.repeat(100_000), 500],
		['mixed brackets that do not match', '{"a":['.repeat(50_000), 300],
	] as const) {
		it(`does not analyze what is nested too deeply, and names where that begins: ${what}`, () => {
			const { file, problems } = parseRequestFile(text);
			assert.deepEqual(
				problems.map(({ code, range }) => [code, range.start]),
				[['nesting-too-deep', position]],
			);
			assert.equal(file.root, undefined);
		});
	}

	it('accepts 100 levels', () => {
		assert.deepEqual(problemsOf(request({ body: `{ "a": ${'['.repeat(98)}1${']'.repeat(98)} }` })), []);
		assert.deepEqual(problemsOf(request({ body: `{ "a": ${'['.repeat(99)}1${']'.repeat(99)} }` })), ['nesting-too-deep [']);
	});

	it('reports 200 problems at most', () => {
		assert.equal(parseRequestFile(`{ ${'? ,\n'.repeat(10_000)} }`).problems.length, 200);
		assert.equal(parseRequestFile(request({ body: `{ ${'"a": 1, '.repeat(10_000)} }` })).problems.length, 200);
	});

	it('reports one mistake of the syntax once', () => {
		const quotes = '{ "operation": "videos/text2video",\n"body": { "prompt": "A fox says "hello" and runs" } }';
		assert.deepEqual(problemsOf(quotes), ['syntax hello']);
		const lineBreak = '{ "operation": "videos/text2video",\n"body": { "prompt": "A fox\nruns",\n"mode": "std" } }';
		assert.deepEqual(problemsOf(lineBreak), ['syntax "A fox']);
		assert.deepEqual(problemsOf('{ operation: "a/b",\nbody: {} }\n'), ['syntax operation', 'syntax body']);
	});

	it('has neither API keys nor long texts among the facts', () => {
		const text = request({
			operation: `"${apiKey}"`,
			[apiKey]: '1',
			['long'.repeat(1000)]: '1',
			token: `"${apiKey}"`,
			vars: `{ "${apiKey}": {} }`,
		});
		const facts = JSON.stringify(parseRequestFile(text).problems.map((problem) => [problem.facts, problem.fixes]));
		assert.equal(facts.includes(apiKey.slice(0, 20)), false, facts);
		assert.equal(facts.length < 1000, true, `${facts.length}`);
	});

	it('cannot be made to change prototypes', () => {
		const { file } = parseRequestFile('{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }');
		assert.equal('polluted' in {}, false);
		assert.equal('polluted' in file, false);
	});
});

function vars(count: number): string {
	return `{ ${Array.from({ length: count }, (_, index) => `"v${index}": ${index}`).join(', ')} }`;
}

describe('the tree of a request file', () => {
	/** Whether the range of every node lies within that of its parent, and in the order of the text. */
	function check(node: JsonNode, from: number, to: number): number {
		assert.ok(node.start >= from && node.start <= node.end && node.end <= to, `${node.kind} ${node.start}-${node.end} in ${from}-${to}`);
		let last = node.start;
		for (const item of node.kind === 'array' ? node.items : []) {
			last = check(item, last, node.end);
		}
		for (const { keyRange, value, ...property } of node.kind === 'object' ? node.properties : []) {
			assert.ok(property.start >= last && property.start === keyRange.start && property.end === value.end);
			last = check(value, keyRange.end, node.end);
		}
		return node.end;
	}

	for (const text of [request(), '{"a":[{"b":[]},{},"x', '{"a":{"b":1]}', '{"a" "b":{"c":[1,,2,]},}', '[{"a":}', '{,,}']) {
		it(`has ranges within each other: ${text}`, () => {
			const { root } = parseRequestFile(text).file;
			if (root !== undefined) {
				check(root, 0, text.length);
			}
		});
	}
});
