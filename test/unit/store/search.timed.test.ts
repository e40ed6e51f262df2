import assert from 'node:assert/strict';
import { join } from 'node:path';
import { key, newTask } from '../../support/makers';
import { addFinished, Bench } from '../../support/store';

const t0 = 1_750_000_000_000;

describe('the search over 100,000 tasks', function () {
	this.timeout(60_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	it('holds up this thread for less than 250 ms while it reads 100,000 tasks', async () => {
		const directory = bench.directory();
		const store = await bench.open(directory);
		addFinished(join(directory, 'kling-1.db'), 100_000, t0);
		await store.tasks.add([newTask('last', { name: 'last' })], t0);
		let longest = 0;
		let before = performance.now();
		const timer = setInterval(() => {
			longest = Math.max(longest, performance.now() - before);
			before = performance.now();
		}, 5);
		assert.deepEqual(await store.search.find('e100000', 10), [key('e100000')]);
		clearInterval(timer);
		assert.equal(longest < 250, true, `${longest} ms`);
	});
});
