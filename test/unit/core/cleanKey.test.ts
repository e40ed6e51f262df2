import assert from 'node:assert/strict';
import { cleanKey } from '../../../src/core/cleanKey';

const key = 'sk-made-up-key';

describe('the key in a pasted text', () => {
	for (const text of [key, ` ${key}\r\n`, `"${key}"`, `'${key}'`, `\`${key}\``, `Bearer ${key}`, `authorization: bearer  "${key}"`]) {
		it(`is found in ${JSON.stringify(text)}`, () => assert.equal(cleanKey(text), key));
	}
	for (const text of ['', '   ', 'Bearer', 'sk-made', `${key} ${key}`, `${key}\n${key}`, `sk-made…key`, 'schlüssel-1', 'x'.repeat(4097)]) {
		it(`is missing in ${JSON.stringify(text.slice(0, 40))}`, () => assert.equal(cleanKey(text), undefined));
	}
	it('is missing in a text designed to be slow', () => assert.equal(cleanKey(`x${'"'.repeat(400_000)}x`), undefined));
	it('has 8 to 4096 characters', () => {
		assert.equal(cleanKey('sk-12345'), 'sk-12345');
		assert.equal(cleanKey('x'.repeat(4096))?.length, 4096);
	});
});
