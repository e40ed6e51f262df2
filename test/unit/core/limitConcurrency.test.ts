import assert from 'node:assert/strict';
import { limitConcurrency } from '../../../src/core/limitConcurrency';

describe('a few at a time', () => {
	it('never does more at once, begins in order, and goes on after one that failed', async () => {
		const limited = limitConcurrency(2);
		const starts: number[] = [];
		const settle: (() => void)[] = [];
		let now = 0;
		let most = 0;
		const all = [0, 1, 2, 3, 4].map((index) =>
			limited(async () => {
				starts.push(index);
				most = Math.max(most, ++now);
				try {
					await new Promise<void>((resolve, reject) => {
						settle[index] = index === 1 ? () => reject(new Error('one failed')) : resolve;
					});
				} finally {
					now--;
				}
				return index;
			}).catch(String),
		);
		const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
		await turn();
		assert.deepEqual(starts, [0, 1]);
		settle[1]?.();
		await turn();
		assert.deepEqual(starts, [0, 1, 2]);
		settle[0]?.();
		settle[2]?.();
		await turn();
		settle[3]?.();
		settle[4]?.();
		assert.deepEqual(await Promise.all(all), [0, 'Error: one failed', 2, 3, 4]);
		assert.deepEqual([starts, most], [[0, 1, 2, 3, 4], 2]);
	});
});
