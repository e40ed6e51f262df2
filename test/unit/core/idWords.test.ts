import assert from 'node:assert/strict';
import { idWords, idWordsAt } from '../../../src/core/idWords';

const id = '871234567890123456';

/** The words of a line with their offsets. */
function found(line: string): readonly string[] {
	return idWords(line).map((word) => `${word.at}:${word.id}`);
}

describe('words that may be IDs', () => {
	it('are found in logs, JSON, links, file names and sentences', () => {
		assert.deepEqual(found(`task ${id} is done`), [`5:${id}`]);
		assert.deepEqual(found(`{"task_id":"${id}"}`), ['2:task_id', `12:${id}`]);
		assert.deepEqual(found(`GET /kling/v1/videos/lip-sync/${id}?x`), ['21:lip-sync', `30:${id}`]);
		assert.deepEqual(found(`out/${id}.mp4`), [`4:${id}`, '23:mp4']);
		assert.deepEqual(found(`shot-01, (${id}).`), ['0:shot-01', `10:${id}`]);
	});

	it('begin after an equals sign, and may end in one', () => {
		assert.deepEqual(found(`id=${id}`), [`3:${id}`]);
		assert.deepEqual(found('AbCdEfGhIjKlMnOpQrStA1=='), ['0:AbCdEfGhIjKlMnOpQrStA1==', '0:AbCdEfGhIjKlMnOpQrStA1']);
	});

	it('are not words of letters alone, unless they are long, nor longer than an ID can be', () => {
		assert.deepEqual(found('the waiting task'), []);
		assert.deepEqual(found('abcdefghijklmnopqrstuv'), ['0:abcdefghijklmnopqrstuv']);
		assert.deepEqual(found(`${'8'.repeat(128)} ${'8'.repeat(129)}`), [`0:${'8'.repeat(128)}`]);
	});

	it('are limited in number, and to the beginning of a long line, whose cut word does not count', () => {
		assert.equal(idWords('a1b '.repeat(200)).length, 100);
		assert.deepEqual(found(`${' '.repeat(9_990)}${id}`), []);
	});

	it('are found at a position anywhere in a line of any length', () => {
		const line = `${'x '.repeat(500_000)}"${id}" ${'y'.repeat(300)}`;
		const at = 1_000_001;
		for (const position of [at, at + 9, at + 18]) {
			assert.deepEqual(idWordsAt(line, position), [{ id, at }]);
		}
		assert.deepEqual(idWordsAt(line, at - 1), []);
		assert.deepEqual(idWordsAt(line, at + 19), []);
		assert.deepEqual(idWordsAt(id, 0), [{ id, at: 0 }]);
	});

	it('are not a part of a longer word at a position', () => {
		assert.deepEqual(idWordsAt('8'.repeat(400), 200), []);
		assert.deepEqual(idWordsAt('8'.repeat(129), 100), []);
	});
});
