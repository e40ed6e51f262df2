// The sentences for what is wrong with the form of a request file: the editor's l10n API replaces their placeholders.
import assert from 'node:assert/strict';
import { formFixText, formProblemText } from '../../src/ui/text/requests/form';

/** Facts for every sentence. */
const facts = {
	...{ most: 1_000_000, size: 12_300_000, key: 'mode', number: '1e999', property: 'repeat', expected: 'number', found: 'string', known: 1 },
	...{ operation: 'videos', name: 'light', circle: 'vars.a → vars.b → vars.a', path: './a.png', reason: 'parent', meant: '${{ vars.x }}' },
	...{ error: 'CommaExpected', likely: 'take', text: "'./a.png'" },
};

describe('the sentences for request files', () => {
	for (const [code, text] of Object.entries({ ...formProblemText })) {
		it(`have no placeholder left, and are whole: ${code}`, () => {
			const sentence = text(facts);
			assert.match(sentence, /^[A-Z“0-9].*[.?]$/s);
			assert.doesNotMatch(sentence, /\{\d\}|undefined|NaN/);
		});
	}

	for (const [code, own, expected] of [
		[
			'text-too-long',
			{},
			'This file has more than 1,000,000 characters and is not analyzed. Put images and audio into files of their own, and name them with file().',
		],
		['root-type', {}, 'A request file is an object with “operation” and “body”: { "operation": "videos/text2video", "body": { … } }.'],
		['wrong-type', {}, '“repeat” must be a number, not a text.'],
		['wrong-type', { expected: 'object', found: 'array', property: 'body' }, '“body” must be an object, not a list.'],
		['wrong-type', { expected: 'string', found: 'null', property: 'name' }, '“name” must be a text, not null.'],
		[
			'unknown-property',
			{ property: 'Repeat', likely: 'repeat' },
			'A request file has no property “Repeat”; it is ignored. What Kling is to get belongs into “body”. Did you mean “repeat”?',
		],
		['chain-word', { found: 'steps' }, 'Chains are not supported yet: this file cannot be run while it uses “steps”.'],
		['expression-unterminated', {}, 'This expression has no end. Close it with }}, or write $${{ if this is ordinary text.'],
		['expression-empty', {}, "This expression is empty. Write for example ${{ vars.x }}, ${{ file('./image.png') }}."],
		[
			'save-placeholder',
			{ found: 'flie', likely: '{file}' },
			'“flie” is no placeholder of a file name. There are {date}, {time}, {name}, {n}, {id}, {operation}, {file}, {take}, {take:2}, {vars.x}. Did you mean “{file}”?',
		],
		['var-cycle', {}, 'These variables use each other in a circle: vars.a → vars.b → vars.a. Give one of them a value of its own.'],
		['var-cycle', { circle: 'vars.a → vars.a' }, '“vars.a” uses itself. Give it a value of its own.'],
		['var-unknown', {}, '“vars” has no “light”. Did you mean “take”?'],
		['file-too-large', {}, '“./a.png” is too large to be sent (13 MB). Use a smaller version of it, or a link.'],
		['syntax', { error: 'CloseBraceExpected' }, 'A closing brace } is missing.'],
		[
			'syntax',
			{ error: 'InvalidEscapeCharacter' },
			'A backslash is followed by something that has no meaning in JSON. Write \\\\ for a backslash.',
		],
	] as const) {
		it(`${code}: ${expected}`, () => {
			assert.equal(formProblemText[code]({ ...facts, ...own }), expected);
		});
	}

	it('of fixes: a text that may have braces, and a name', () => {
		assert.equal(formFixText.replace({ text: '${{ vars.x }} {0}' }), 'Change to “${{ vars.x }} {0}”');
		assert.equal(formFixText.remove({ property: 'key' }), 'Remove “key”');
		assert.equal(formFixText.add({ property: 'body' }), 'Add “body”');
	});

	it('name a file that is refused, and why', () => {
		assert.match(formProblemText['file-refused']({ path: '../a.png', reason: 'parent' }), /“\.\.\/a\.png”.*“\.\.”/);
		assert.match(formProblemText['text-untrusted']({ path: 'a.md' }), /“a\.md”.*not trusted/);
	});
});
