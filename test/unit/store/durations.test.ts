import assert from 'node:assert/strict';
import type { TaskStore } from '../../../src/store/taskStore';
import { ids, key, newTasks, origin, otherOrigin, ref, snapshot } from '../../support/makers';
import { Bench, eachStore, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;

describe('durations', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	const took = (seconds: number, status: 'succeeded' | 'failed' = 'succeeded') =>
		snapshot(status, { createdAt: t0 - 1_000 * seconds, updatedAt: t0 });
	const end = async (id: string, observed: ReturnType<typeof took>, of = origin): Promise<void> => {
		await store.tasks.add([{ ref: ref(id, { origin: of }) }], t0);
		await recordCheck(store, key(id, of), t0, { snapshot: observed });
	};

	it('of finished tasks are kept by origin and operation, failed ones included', async () => {
		await end('one', took(100));
		await end('two', took(2, 'failed'));
		await end('elsewhere', took(50), otherOrigin);
		assert.deepEqual(store.durations.of(ref('')), [
			{ ms: 100_000, failed: false },
			{ ms: 2_000, failed: true },
		]);
		assert.deepEqual(store.durations.of(ref('', { origin: otherOrigin })), [{ ms: 50_000, failed: false }]);
		assert.deepEqual(store.durations.of({ ...ref(''), action2: 'effects' }), []);
	});

	it('keep the time that a task waited, by the responses that showed it waiting and at work', async () => {
		await store.tasks.add([{ ref: ref('one') }], t0);
		const at = (seconds: number, status: 'submitted' | 'processing' | 'succeeded', updatedAt: number) =>
			recordCheck(store, key('one'), t0 + 1_000 * seconds, {
				snapshot: snapshot(status, { createdAt: t0, updatedAt: t0 + 1_000 * updatedAt, respondedAt: t0 + 1_000 * seconds }),
			});
		await at(10, 'submitted', 0);
		await at(60, 'processing', 45);
		assert.deepEqual(store.tasks.get(key('one'))?.workBegan, { after: t0 + 45_000, before: t0 + 45_000 });
		await at(210, 'succeeded', 200);
		assert.deepEqual(store.durations.of(ref('')), [{ ms: 200_000, queueMs: 45_000, failed: false }]);
	});

	it('are added once per task, and only with both of the server’s times', async () => {
		await end('again', took(100));
		await recordCheck(store, key('again'), t0 + 1, { snapshot: took(100) });
		await end('timeless', snapshot('succeeded', { updatedAt: t0 }));
		await end('backward', snapshot('succeeded', { createdAt: t0 + 5, updatedAt: t0 }));
		assert.equal(store.durations.of(ref('')).length, 1);
	});

	it('of demo tasks are not kept', async () => {
		await store.tasks.add([{ ref: ref('d'), owner: 'mine' }], t0);
		await recordCheck(store, key('d'), t0, { snapshot: took(5) });
		assert.deepEqual(store.durations.of(ref('')), []);
	});

	it('are the newest two hundred', async () => {
		for (const [index, id] of ids(205).entries()) {
			await end(id, took(index + 1));
		}
		const kept = store.durations.of(ref(''));
		assert.deepEqual([kept.length, kept[0]?.ms, kept.at(-1)?.ms], [200, 6_000, 205_000]);
	});

	it('are reread only when a task has finished, in this window or another', async () => {
		await end('one', took(100));
		const before = store.durations.of(ref(''));
		await store.tasks.rename(key('one'), 'named');
		assert.equal(store.durations.of(ref('')), before);
		const other = await bench.open(directory);
		await other.tasks.add(newTasks(['two']), t0);
		await recordCheck(other, key('two'), t0, { snapshot: took(7) });
		store.changes.checkForOthers();
		assert.equal(store.durations.of(ref('')).length, 2);
	});

	it('outlive the tasks, also when these are purged, and are deleted with all data', async () => {
		await end('one', took(100));
		await store.tasks.remove([key('one')], t0);
		await store.tasks.purge(t0 + 1);
		await store.tasks.restore([key('one')]);
		assert.equal(store.tasks.get(key('one')), undefined, 'it cannot be restored');
		const other = await bench.open(directory);
		assert.deepEqual(
			[store, other].map(({ durations }) => durations.of(ref(''))),
			Array.from({ length: 2 }, () => [{ ms: 100_000, failed: false }]),
		);
		await store.tasks.deleteEverything();
		assert.deepEqual(store.durations.of(ref('')), []);
	});
});
