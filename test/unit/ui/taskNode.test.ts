import assert from 'node:assert/strict';
import { taskKey } from '../../../src/core/task';
import { readTaskNode, taskNode } from '../../../src/ui/taskNode';

const key = taskKey({ origin: 'https://api.example', id: '900' });

describe('the argument of a command on a task', () => {
	it('is the task, or one of its media', () => {
		assert.deepEqual(readTaskNode(taskNode(key)), { kind: 'task', key: 'https://api.example 900' });
		assert.deepEqual(readTaskNode(taskNode(key, 0)), { kind: 'task', key: 'https://api.example 900', media: 0 });
		assert.deepEqual(readTaskNode(taskNode(key, 'parent')), { kind: 'task', key: 'https://api.example 900', media: 'parent' });
	});

	it('may name a format of a media', () => {
		assert.deepEqual(readTaskNode(taskNode(key, 0, 1)), { kind: 'task', key: 'https://api.example 900', media: 0, format: 1 });
		assert.deepEqual(readTaskNode({ kind: 'task', key, media: 0, format: '1' }), {
			kind: 'task',
			key: 'https://api.example 900',
			media: 0,
		});
	});

	it('keeps nothing else that it is sent with', () => {
		assert.deepEqual(readTaskNode({ kind: 'task', key, media: 2, command: 'other' }), {
			kind: 'task',
			key: 'https://api.example 900',
			media: 2,
		});
	});

	for (const value of [
		undefined,
		null,
		'https://api.example 900',
		{ key },
		{ kind: 'folder', key },
		{ kind: 'task' },
		{ kind: 'task', key: 900 },
		{ kind: 'task', key: 'https://api.example' },
		{ kind: 'task', key: 'https://api.example 900 901' },
		{ kind: 'task', key, media: -1 },
		{ kind: 'task', key, media: 1.5 },
		{ kind: 'task', key, media: '0' },
		{ kind: 'task', key, media: null },
	]) {
		it(`is refused if it is ${JSON.stringify(value)}`, () => assert.equal(readTaskNode(value), undefined));
	}
});
