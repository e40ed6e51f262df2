import assert from 'node:assert/strict';
import type { Media } from '../../../src/core/media';
import { Bench, recordCheck } from '../../support/store';
import { key, newTasks, snapshot, video } from '../../support/makers';

const t0 = 1_750_000_000_000;
const many = Array.from({ length: 1_000 }, (_, index): Media => ({ kind: 'image', url: `https://media.kling.example/${index}.png` }));

describe('a task whose response has a thousand results', () => {
	const bench = new Bench();
	afterEach(() => bench.clear());

	it('keeps a hundred of them, the number of the others, and the raw response as received', async () => {
		const store = await bench.open(bench.directory());
		await store.tasks.add(newTasks(['a', 'b']), t0);
		await recordCheck(store, key('a'), t0, { snapshot: snapshot('succeeded', { results: many }), body: '{"the":"answer"}' });
		const task = store.tasks.get(key('a'));
		assert.deepEqual([task?.results, task?.resultsLeftOut], [many.slice(0, 100), 900]);
		assert.equal(store.tasks.rawResponse(key('a'))?.body, '{"the":"answer"}');
		await recordCheck(store, key('a'), t0, { snapshot: snapshot('succeeded', { results: [] }) });
		assert.deepEqual(
			[store.tasks.get(key('a'))?.results.length, store.tasks.get(key('a'))?.resultsLeftOut],
			[100, 900],
			'a response without results removes none',
		);
		await recordCheck(store, key('a'), t0, { snapshot: snapshot('succeeded', { results: [video] }) });
		assert.deepEqual(
			[store.tasks.get(key('a'))?.results.length, store.tasks.get(key('a'))?.resultsLeftOut],
			[100, 900],
			'nor does one with fewer results',
		);
		const fresh = many.map((one, index) => ({ ...one, url: `https://media.kling.example/fresh-${index}.png` }));
		await recordCheck(store, key('a'), t0, { snapshot: snapshot('succeeded', { results: fresh.slice(0, 100) }) });
		assert.deepEqual([store.tasks.get(key('a'))?.results, store.tasks.get(key('a'))?.resultsLeftOut], [fresh.slice(0, 100), undefined]);
		await recordCheck(store, key('b'), t0, { snapshot: snapshot('succeeded') });
		assert.equal(store.tasks.get(key('b'))?.resultsLeftOut, undefined);
	});
});
