import assert from 'node:assert/strict';
import { parseTaskKey, taskKey } from '../../../src/core/task';

describe('a task key from outside', () => {
	it('is accepted if it has an origin and an ID', () => {
		assert.equal(parseTaskKey('https://api.example 900'), taskKey({ origin: 'https://api.example', id: '900' }));
	});

	for (const text of ['', '900', ' 900', 'https://api.example ', 'https://api.example 900 901']) {
		it(`is refused if it is "${text}"`, () => assert.equal(parseTaskKey(text), undefined));
	}
});
