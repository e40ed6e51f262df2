import assert from 'node:assert/strict';
import { requiredNumber } from '../../../src/store/connection';

describe('a column that must hold a number', () => {
	it('is read as that number', () => {
		assert.equal(requiredNumber({ tasks: 0 }, 'tasks'), 0);
	});

	it('is not read as zero when its name is misspelt', () => {
		assert.throws(() => requiredNumber({ tasks: 3 }, 'task'), { name: 'TypeError' });
	});

	it('is damage when it holds something else', () => {
		assert.throws(() => requiredNumber({ tasks: null }, 'tasks'), { name: 'DamageError' });
		assert.throws(() => requiredNumber({ tasks: '3' }, 'tasks'), { name: 'DamageError' });
	});
});
