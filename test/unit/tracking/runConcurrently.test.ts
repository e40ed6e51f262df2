import assert from 'node:assert/strict';
import { runConcurrently } from '../../../src/tracking/runConcurrently';

describe('work for several APIs', () => {
	/** Work that goes on when the test says so. */
	function prepared() {
		const started: string[] = [];
		const finish = new Map<string, (error?: Error) => void>();
		const work = (item: string): Promise<void> =>
			new Promise((resolve, reject) => {
				started.push(item);
				finish.set(item, (error) => (error === undefined ? resolve() : reject(error)));
			});
		const end = async (item: string, error?: Error): Promise<void> => {
			finish.get(item)?.(error);
			await new Promise((resolve) => void setImmediate(resolve));
		};
		return { started, work, end };
	}

	it('runs the lanes at once, and of each as many items as it allows, in order', async () => {
		const { started, work, end } = prepared();
		const all = runConcurrently(
			[
				{ items: ['a1', 'a2', 'a3'], atATime: 2 },
				{ items: ['b1'], atATime: 5 },
				{ items: [], atATime: 1 },
			],
			work,
		);
		assert.deepEqual(started, ['a1', 'a2', 'b1']);
		await end('a2');
		assert.deepEqual(started, ['a1', 'a2', 'b1', 'a3']);
		for (const item of ['a1', 'b1', 'a3']) {
			await end(item);
		}
		await all;
	});

	it('starts nothing more after an error, and rejects with the first', async () => {
		const { started, work, end } = prepared();
		const all = runConcurrently(
			[
				{ items: ['a1', 'a2'], atATime: 1 },
				{ items: ['b1', 'b2'], atATime: 1 },
				{ items: ['c1', 'c2'], atATime: 1 },
			],
			work,
		);
		const rejected = assert.rejects(all, new Error('first'));
		await end('a1', new Error('first'));
		await end('b1');
		await end('c1', new Error('second'));
		await rejected;
		assert.deepEqual(started, ['a1', 'b1', 'c1']);
	});
});
