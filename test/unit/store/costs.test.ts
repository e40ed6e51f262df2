import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TaskStore } from '../../../src/store/taskStore';
import { ids, key, origin, otherOrigin, ref, snapshot } from '../../support/makers';
import { Bench, eachStore, raw, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;

describe('costs', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	const learned = (priceClass = 'v3 pro 5', of = origin): readonly number[] => store.costs.learnedUnits(of, priceClass);
	const track = (id: string, priceClass = 'v3 pro 5', of = origin): Promise<unknown> =>
		store.tasks.add([{ ref: ref(id, { origin: of }), priceClass }], t0);
	/** A response shows the task finished, with what it cost. */
	const end = (id: string, units: string | undefined, { status = 'succeeded', of = origin }: Partial<Finish> = {}): Promise<unknown> =>
		recordCheck(store, key(id, of), t0, { snapshot: snapshot(status, units === undefined ? {} : { unitsDeducted: units }) });
	interface Finish {
		readonly status: 'processing' | 'succeeded' | 'failed';
		readonly of: string;
	}

	it('of tasks with a price class are kept by origin and class, as the API reports them', async () => {
		for (const [id, priceClass, of, units] of [
			['one', 'v3 pro 5', origin, '4'],
			['two', 'v3 pro 5', origin, '3.5'],
			['other class', 'v3 std 5', origin, '3'],
			['elsewhere', 'v3 pro 5', otherOrigin, '7'],
		] as const) {
			await track(id, priceClass, of);
			await end(id, units, { of });
		}
		await store.tasks.add([{ ref: ref('tracked by its ID') }], t0);
		await end('tracked by its ID', '9');
		assert.deepEqual(learned(), [4, 3.5]);
		assert.deepEqual([learned('v3 std 5'), learned('v3 pro 5', otherOrigin), learned('unheard of')], [[3], [7], []]);
	});

	it('are kept once per task: of a success, when a response says what it cost', async () => {
		await track('one');
		await end('one', '4', { status: 'processing' });
		assert.deepEqual(learned(), [], 'it runs');
		await end('one', undefined);
		await end('one', '4');
		await end('one', '4');
		assert.deepEqual(learned(), [4]);

		await track('late');
		await end('late', undefined);
		assert.deepEqual(learned(), [4]);
		await end('late', '5');
		assert.deepEqual(learned(), [4, 5]);

		await track('failed');
		await end('failed', '0', { status: 'failed' });
		assert.deepEqual(learned(), [4, 5]);
	});

	it('are the newest twenty', async () => {
		for (const [index, id] of ids(23).entries()) {
			await track(id);
			await end(id, String(index));
		}
		const kept = learned();
		assert.deepEqual([kept.length, kept[0], kept.at(-1)], [20, 3, 22]);
	});

	it('are seen by every window, outlive the tasks, and are deleted with all data', async () => {
		await track('one');
		await end('one', '4');
		await store.tasks.remove([key('one')], t0);
		await store.tasks.purge(t0 + 1);
		const other = await bench.open(directory);
		assert.deepEqual([learned(), other.costs.learnedUnits(origin, 'v3 pro 5')], [[4], [4]]);
		await store.tasks.deleteEverything();
		assert.deepEqual(learned(), []);
	});

	it('of a demo are deleted with it', async () => {
		await store.tasks.add([{ ref: ref('d', { origin: otherOrigin }), owner: 'demo', priceClass: 'v3 pro 5' }], t0);
		await end('d', '4', { of: otherOrigin });
		assert.deepEqual(learned('v3 pro 5', otherOrigin), [4]);
		await store.demos.delete('demo');
		assert.deepEqual(learned('v3 pro 5', otherOrigin), []);
		assert.equal(
			raw(join(directory, 'kling-1.db'), (database) => database.prepare('SELECT count(*) AS n FROM costs').get()?.['n']),
			0,
		);
	});

	it('are learned of a task that was untracked and is tracked again as a request made it', async () => {
		await store.tasks.add([{ ref: ref('one') }], t0);
		await store.tasks.remove([key('one')], t0);
		await track('one');
		await end('one', '4');
		assert.deepEqual(learned(), [4]);
	});
});
