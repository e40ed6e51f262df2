import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { pageActions, readPageMessage } from '../../../src/shared/resultProtocol';

describe('messages of the result page', () => {
	for (const message of [
		{ type: 'ready' },
		...pageActions.map((action) => ({ type: 'action', action })),
		{ type: 'action', action: 'save', media: 0 },
		{ type: 'action', action: 'save', media: 'parent' },
		{ type: 'action', action: 'save', media: 0, format: 1 },
		{ type: 'copyFact', value: '910000000000000001' },
		{ type: 'mediaFailed', media: 2, url: 'https://cdn.example/a', cause: 'link' },
		{ type: 'mediaFailed', media: 'parent', url: 'https://cdn.example/a', cause: 'format' },
	]) {
		it(`are read: ${JSON.stringify(message)}`, () => assert.deepEqual(readPageMessage(message), message));
	}

	for (const message of [
		undefined,
		null,
		'ready',
		7,
		[],
		{},
		{ type: 'run', command: 'workbench.action.quit' },
		{ type: 'action' },
		{ type: 'action', action: 'kling.deleteAllData' },
		{ type: 'action', action: 'toString' },
		{ type: 'action', action: 'save', media: -1 },
		{ type: 'action', action: 'save', media: 0.5 },
		{ type: 'action', action: 'save', media: '0' },
		{ type: 'action', action: 'save', media: NaN },
		{ type: 'action', action: 'save', media: 0, format: -1 },
		{ type: 'action', action: 'save', media: 0, format: '1' },
		{ type: 'copyFact', value: 'x'.repeat(8193) },
		{ type: 'mediaFailed', media: 0, url: 'https://cdn.example/a' },
		{ type: 'mediaFailed', media: 0, url: 7, cause: 'link' },
	]) {
		it(`are refused: ${inspect(message).slice(0, 80)}`, () => assert.equal(readPageMessage(message), undefined));
	}

	it('drop unknown fields', () => {
		assert.deepEqual(readPageMessage({ type: 'ready', command: 'x' }), { type: 'ready' });
	});
});
