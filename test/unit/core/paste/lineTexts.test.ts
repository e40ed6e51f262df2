import assert from 'node:assert/strict';
import { lineTexts } from '../../../../src/core/paste/lineTexts';
import { readBoundedText } from '../../../../src/core/paste/pastedText';

const id = '871234567890123456';

/** What is shown of the only line of a text. */
function shownOf(line: string): string | undefined {
	return lineTexts(line, [{ id, line: 1 }])[0];
}

describe('the text beside an ID', () => {
	it('is that of its line, whatever the line break', () => {
		const other = '871234567890123457';
		assert.deepEqual(
			lineTexts(`# Film\r\n- opening: ${id}\r- waves ${other}\n`, [
				{ id, line: 2 },
				{ id: other, line: 3 },
			]),
			[`opening: ${id}`, `waves ${other}`],
		);
	});

	it('is divided between the IDs of a line', () => {
		const other = '871234567890123457';
		const shown = (line: string): readonly string[] =>
			lineTexts(line, [
				{ id, line: 1 },
				{ id: other, line: 1 },
			]);
		assert.deepEqual(shown(`videos/text2video ${id}, videos/effects ${other}, both of today`), [
			`videos/text2video ${id}`,
			`videos/effects ${other}, both of today`,
		]);
		assert.deepEqual(shown(`[{"id":"${id}","name":"Sea"},{"id":"${other}","name":"Sky"}]`), [
			`[{"id":"${id}","name":"Sea"}`,
			`{"id":"${other}","name":"Sky"}]`,
		]);
		assert.deepEqual(shown(`${id} ${other}`), ['', '']);
	});

	it('takes no long for many IDs in a line of megabytes, found or not', () => {
		const ids = Array.from({ length: 10_000 }, (_, index) => `8712345678901${String(index).padStart(5, '0')}`);
		const line = ids.map((one) => `${'x '.repeat(700)}${one}`).join(' ');
		const references = ids.map((one) => ({ id: one, line: 1 }));
		const shown = lineTexts(line, references);
		assert.match(shown[9_999] ?? '', /^…x x .* x 871234567890109999$/);
		assert.equal(lineTexts('y'.repeat(16_000_000), references).join(''), '');
	});

	it('is empty where the line has nothing else', () => {
		assert.equal(shownOf(`  - "${id}",`), '');
		assert.equal(shownOf(id), '');
		assert.equal(shownOf(`\t"task_id": "${id}",`), '');
	});

	it('is cut in whole words around the ID', () => {
		const shown = shownOf(`${'before '.repeat(30)}${id} ${'after '.repeat(60)}`);
		assert.equal(shown, `…before before before before before ${id} after after after after after after after…`);
	});

	it('is cut within a line of a megabyte too', () => {
		assert.equal(
			shownOf(
				`{"list":[${'{"a":1},'.repeat(60_000)}{"name": "Harbour", "task_id": "${id}", "status": "submitted"}${',{"a":1}'.repeat(60_000)}]}`,
			),
			`…"Harbour", "task_id": "${id}", "status":…`,
		);
	});

	it('has no invisible characters', () => {
		assert.equal(shownOf(`\u001b[32mdone\u001b[0m \u202e${id}\u202c`), `done ${id}`);
	});

	it('has no words that may be keys, and no query of a URL', () => {
		assert.equal(shownOf(`x 9k2m4x7q1w8e5r3t6y0u ${id}`), `x […] ${id}`);
		assert.equal(shownOf(`https://files.kling.example/a.mp4?sign=9k2m4x7q1w8e ${id}`), `https://files.kling.example/a.mp4 ${id}`);
		assert.equal(shownOf(`https://me:hidden@files.kling.example/a.mp4 ${id}`)?.includes('hidden'), false);
		assert.equal(shownOf(`夜の港 ${id}`), `夜の港 ${id}`);
	});

	it('is missing if the text contains a secret, and comes with every other text', () => {
		assert.equal(readBoundedText(`Authorization: Bearer sk-text-0123456789abcdef\nshot 01 ${id}`).lineTexts, undefined);
		assert.deepEqual(readBoundedText(`shot 01 ${id}`).lineTexts, [`shot 01 ${id}`]);
	});
});
