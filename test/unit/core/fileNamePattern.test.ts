import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fileNameOf, placeholderNames, placeholdersOf, type NameFacts } from '../../../src/core/fileNamePattern';

/** Local time, as in the names. */
const at = new Date(2025, 2, 9, 4, 5, 6).getTime();
const facts: NameFacts = { at, index: 0, id: '853300000000000101', operation: 'text2video' };

describe('placeholdersOf', () => {
	it('knows every placeholder, with digits where a number stands', () => {
		const known = placeholdersOf(`${placeholderNames.map((name) => `{${name}}`).join('')}{take:2}{n:9}{vars.a-b_1}`);
		assert.deepEqual(
			known.map((found) => [found.kind, found.name, 'digits' in found ? found.digits : undefined]),
			[
				['value', 'date', undefined],
				['value', 'time', undefined],
				['value', 'name', undefined],
				['value', 'n', undefined],
				['value', 'id', undefined],
				['value', 'operation', undefined],
				['value', 'file', undefined],
				['value', 'take', undefined],
				['value', 'take', 2],
				['value', 'n', 9],
				['vars', 'a-b_1', undefined],
			],
		);
	});

	const others: readonly (readonly [pattern: string, kind: string, name: string, start: number, end: number])[] = [
		['{}', 'unknown', '', 0, 2],
		['a{Name}', 'unknown', 'Name', 1, 7],
		['{take:0}', 'unknown', 'take:0', 0, 8],
		['{take:10}', 'unknown', 'take:10', 0, 9],
		['{name:2}', 'unknown', 'name:2', 0, 8],
		['{vars.}', 'unknown', 'vars.', 0, 7],
		['{vars.1}', 'unknown', 'vars.1', 0, 8],
		['{constructor}', 'unknown', 'constructor', 0, 13],
		['{steps.a.n}', 'unknown', 'steps.a.n', 0, 11],
		['a{n', 'unterminated', 'n', 1, 3],
		['{a{n}', 'unterminated', 'a', 0, 2],
	];
	for (const [pattern, kind, name, start, end] of others) {
		it(`finds what is none in ${pattern}`, () => {
			assert.deepEqual(placeholdersOf(pattern)[0], { kind, name, start, end });
		});
	}
});

describe('fileNameOf', () => {
	const names: readonly (readonly [title: string, pattern: string, more: Partial<NameFacts>, expected: string])[] = [
		['the default', '{date}-{name}-{n}', { name: 'Cat on a roof' }, '2025-03-09-Cat on a roof-1'],
		['a task without a name', '{date}-{name}-{n}', {}, '2025-03-09-text2video-853300000000000101-1'],
		['the time', '{date} {time}', {}, '2025-03-09 04-05-06'],
		['operation and ID', '{operation}_{id}', {}, 'text2video_853300000000000101'],
		['an operation with a slash', '{operation}', { operation: 'avatar/image2video' }, 'avatar-image2video'],
		['the number of the result', '{name} {n}', { name: 'cat', index: 8 }, 'cat 9'],
		['digits', '{n:3}-{take:2}', { index: 4, values: { take: '7' } }, '005-07'],
		['more digits than asked for', '{take:2}', { values: { take: '117' } }, '117'],
		['file and variables', '{file}_{vars.mood}', { values: { file: 'shot 1', 'vars.mood': 'calm' } }, 'shot 1_calm'],
		['no value', '{file}{vars.mood}-{take:2}x', {}, 'x'],
		['no value of an inherited name', '{vars.constructor}-{vars.__proto__}a', { values: {} }, 'a'],
		['a task with several results', '{name}', { name: 'cat', index: 1, count: 3 }, 'cat-2'],
		['several results and their number', '{n}_{name}', { name: 'cat', index: 1, count: 3 }, '2_cat'],
		['one extension', '{name}', { name: 'cat.MP4' }, 'cat'],
		['another extension', '{name}', { name: 'v1.2 cat' }, 'v1.2 cat'],
		['an unknown placeholder', '{nmae}-{n}', {}, '{nmae}-1'],
		['a brace that is not closed', '{n', {}, '{n'],
		['a value with a placeholder', '{name}', { name: '{id}' }, '{id}'],
		['nothing', '', {}, 'text2video-853300000000000101'],
		['nothing to see', ' .{name}', { name: '..' }, 'text2video-853300000000000101'],
		['nothing at all', '', { operation: '', id: '' }, 'result'],
		['no path in a pattern', '../{name}/{n}\\x', { name: 'cat' }, 'cat-1-x'],
		['no path in a name', '{name}', { name: '../../etc/passwd' }, 'etc-passwd'],
		['no path in a variable', 'a{vars.x}', { values: { 'vars.x': '/../b' } }, 'a-..-b'],
		['no drive', '{name}', { name: 'C:\\Windows\\cat' }, 'C--Windows-cat'],
		['no stream of NTFS', '{name}', { name: 'cat::$DATA' }, 'cat--$DATA'],
		['no device of Windows', '{name}', { name: 'NUL' }, '_NUL'],
		['no device of Windows with an extension', '{name}', { name: 'com¹.cat' }, '_com¹.cat'],
		['no device of Windows made of two values', '{name}{n}', { name: 'lpt' }, '_lpt1'],
		['no dots and spaces at the end', '{name}. ', { name: 'cat ' }, 'cat'],
		['no hidden file', '.{name}', { name: '.cat' }, 'cat'],
		['no option', '{name}', { name: '-rf' }, 'rf'],
		['no characters of direction', '{name}', { name: 'cat\u202egpj.exe\u2066\u200f' }, 'cat gpj.exe'],
		['no controls', '{name}', { name: 'a\0b\nc\u0085d\x7f' }, 'a b c d'],
		['no lone surrogates', '{name}', { name: 'a\ud800b\udc00' }, 'a b'],
		['no invisible letters', '{name}', { name: '\u3164\u2800' }, 'text2video-853300000000000101'],
		['composed accents', '{name}', { name: 'cafe\u0301' }, 'caf\u00e9'],
		['an accent across two values', '{vars.a}{vars.b}', { values: { 'vars.a': 'e', 'vars.b': '\u0301' } }, '\u00e9'],
		['pictures', '{name}', { name: '🐈 ❤️' }, '🐈 ❤️'],
		['a name in another script', '{name}-{n}', { name: '屋根の上の猫' }, '屋根の上の猫-1'],
		['the number after a long name', '{name}-{n}', { name: 'a'.repeat(300), index: 11 }, `${'a'.repeat(109)}-12`],
		['whole characters of a long name', '{name}-{n}', { name: '🐈'.repeat(100) }, `${'🐈'.repeat(27)}-1`],
		['the shorter of two values', '{name}_{vars.x}_{n}', { name: 'cat', values: { 'vars.x': 'é'.repeat(80) } }, `cat_${'é'.repeat(53)}_1`],
		['the beginning of a long pattern', 'x'.repeat(400), {}, 'x'.repeat(112)],
	];
	for (const [title, pattern, more, expected] of names) {
		it(`gives ${title}`, () => {
			assert.equal(fileNameOf(pattern, { ...facts, ...more }), expected);
		});
	}

	it('is legal everywhere and never leaves the folder, whatever the values', () => {
		const text = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 200 }),
			fc.string({
				unit: fc.constantFrom('.', ' ', '-', '/', '\\', '\u202e', '\ud83d', '\ude00', 'e\u0301', '猫', '\0', '{', '}'),
				maxLength: 60,
			}),
			fc.constantFrom('con', 'LPT1', 'aux.', '-rf', '..', 'CONIN$', 'nul .a', '\ufe0f'),
		);
		const pattern = fc
			.array(fc.oneof(text, fc.constantFrom('{name}', '{file}', '{vars.x}', '{take:2}', '{n}', '{id}', '{operation}')), { maxLength: 6 })
			.map((parts) => parts.join(''));
		fc.assert(
			fc.property(pattern, text, text, text, (shape, name, file, id) => {
				const base = fileNameOf(shape, { ...facts, id, name, values: { file, 'vars.x': id, take: file } });
				assert.ok(base.length > 0);
				// The longest name of a file beside it, in eCryptfs.
				assert.ok(Buffer.byteLength(`${base} (9999).webm.kling-result.json`) <= 143, base);
				assert.equal(Buffer.from(base).toString(), base);
				assert.equal(base.normalize('NFC'), base);
				assert.doesNotMatch(base, /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}]|^[.\s-]|[.\s]$/u);
				assert.doesNotMatch(base, /^(?:con|prn|aux|nul|conin\$|com\d|lpt\d)\s*(?:\.|$)/i);
			}),
			{ numRuns: 2000 },
		);
	});
});
