import assert from 'node:assert/strict';
import { templateParts } from '../../../src/requests/expressionSyntax';
import { expressionsOf } from '../../../src/requests/expressions';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';

/** `<vars light>`, `<invalid quotes ./a.png>`, and literals as they are. */
function summary(value: string): string {
	return templateParts(value)
		.map((part) => {
			if (part.kind === 'literal') {
				return part.text;
			}
			const { expression } = part;
			return `<${expression.kind}${expression.kind === 'invalid' ? ` ${expression.reason}` : ''} ${expression.argument}>`;
		})
		.join('');
}

describe('templateParts', () => {
	for (const [value, expected] of [
		['', ''],
		['plain', 'plain'],
		['<<<image_1>>> $5 { } {{ }} ${x}', '<<<image_1>>> $5 { } {{ }} ${x}'],
		['${{vars.light}}', '<vars light>'],
		['${{\n\tvars . light-2 }}', '<vars light-2>'],
		['a ${{ vars.b }}, ${{ run.take }}${{ run.date }}!', 'a <vars b>, <run take><run date>!'],
		["${{ file('./ref/a b.png') }}", '<file ./ref/a b.png>'],
		["${{ text ( './a.md' ) }}", '<text ./a.md>'],
		["${{ file('it''s.png') }}", "<file it's.png>"],
		["${{ file('') }}", '<file >'],
		["${{ file(''.png') }}", "<invalid quotes ''.png'>"],
		['${{ file("./a.png") }}', '<invalid quotes "./a.png">'],
		['${{ file(./a.png) }}', '<invalid quotes ./a.png>'],
		["${{ file('./a.png) }}", "<invalid quotes './a.png>"],
		['${{ file() }}', '<invalid quotes >'],
		["${{ file('a', 'b') }}", "<invalid quotes 'a', 'b'>"],
		["${{ file('./a.png' }}", "<invalid syntax file('./a.png'>"],
		// The first }} ends it.
		["${{ file('a}}.png') }}", "<invalid syntax file('a>.png') }}"],
		['$${{ vars.a }}', '${{ vars.a }}'],
		['$$${{ vars.a }}', '$${{ vars.a }}'],
		['$${{ vars.a }} ${{ vars.b }}', '${{ vars.a }} <vars b>'],
		['${{ vars.a }}$${{ x', '<vars a>${{ x'],
		['${{ vars.a', '<invalid unterminated ${{ vars.a>'],
		['${{ vars.a } }', '<invalid unterminated ${{ vars.a } }>'],
		['${{ vars.a ${{ vars.b }}', '<invalid unterminated ${{ vars.a ><vars b>'],
		['${{', '<invalid unterminated ${{>'],
		['${{}}', '<invalid empty >'],
		['a ${{  }} b', 'a <invalid empty > b'],
		['${{ env.HOME }}', '<invalid secret env.HOME>'],
		["${{ env('HOME') }}", "<invalid secret env('HOME')>"],
		['${{ secrets.KEY }}', '<invalid secret secrets.KEY>'],
		['${{ process.env.KEY }}', '<invalid secret process.env.KEY>'],
		['${{ steps.shot.videos[0].id }}', '<invalid chain steps.shot.videos[0].id>'],
		['${{ matrix.light }}', '<invalid chain matrix.light>'],
		['${{ run.cell }}', '<invalid chain cell>'],
		['${{ run.time }}', '<invalid run time>'],
		['${{ var.light }}', '<invalid root var>'],
		['${{ light }}', '<invalid root light>'],
		['${{ vars }}', '<invalid root vars>'],
		['${{ vars. }}', '<invalid syntax vars.>'],
		['${{ vars.a.b }}', '<invalid syntax vars.a.b>'],
		["${{ vars['a'] }}", "<invalid syntax vars['a']>"],
		['${{ vars.a + 1 }}', '<invalid syntax vars.a + 1>'],
		['${{ 1 }}', '<invalid syntax 1>'],
		["${{ 'a' }}", "<invalid syntax 'a'>"],
		["${{ base64('a') }}", '<invalid function base64>'],
		['${{ vars.__proto__ }}', '<vars __proto__>'],
	] as const) {
		it(JSON.stringify(value), () => {
			assert.equal(summary(value), expected);
		});
	}
});

describe('expressionsOf', () => {
	const text = String.raw`{
	"operation": "videos/text2video",
	"body": {
		"prompt": "\u00e9 \"${'${{'} vars.a ${'}}'}\" ${"${{ file('./\\u0061.png') }}"} \ud83e\udd8a ${'${{run.take}}'}",
		"image_list": [{ "image": "${"${{ file('b.png') }}"}" }],
		"plain": "$${'${{ vars.a }}'}"
	},
	"vars": { "a": "${'${{ foo.bar }}'}" }
}`;

	it('finds the expressions of body and vars with their exact ranges, whatever escapes are before them', () => {
		const { file } = parseRequestFile(text);
		const found = expressionsOf(file).map(({ expression, range, argumentRange, where, whole }) => [
			expression.kind,
			expression.argument,
			text.slice(range.start, range.end),
			text.slice(argumentRange.start, argumentRange.end),
			where.join('.'),
			whole,
		]);
		assert.deepEqual(found, [
			['vars', 'a', '${{ vars.a }}', 'a', 'body.prompt', false],
			['file', './a.png', "${{ file('./\\u0061.png') }}", './\\u0061.png', 'body.prompt', false],
			['run', 'take', '${{run.take}}', 'take', 'body.prompt', false],
			['file', 'b.png', "${{ file('b.png') }}", 'b.png', 'body.image_list.0.image', true],
			['invalid', 'foo', '${{ foo.bar }}', 'foo', 'vars.a', true],
		]);
	});

	it('finds none in keys, names and operations, nor in a file without a body', () => {
		const expression = '${{ vars.a }}';
		const { file } = parseRequestFile(`{ "name": "${expression}", "save": "${expression}", "body": { "${expression}": 1 } }`);
		assert.deepEqual(expressionsOf(file), []);
		assert.deepEqual(expressionsOf(parseRequestFile('').file), []);
	});
});
