import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Bench, ids, key, newTasks, realClock, sleep, until } from './support';

const t0 = 1_750_000_000_000;

describe('a database file that another program holds', function () {
	this.timeout(20_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	/** A folder with one task, and a program that holds its file for itself alone. */
	async function held(): Promise<{ readonly directory: string; readonly holder: ReturnType<Bench['child']> }> {
		const directory = bench.directory();
		const store = await bench.open(directory);
		await store.tasks.add(newTasks(['one']), t0);
		await store.close();
		const holder = bench.child('lockHolder', [join(directory, 'tasks-1.db'), '60000', 'exclusive']);
		await holder.message(1);
		return { directory, holder };
	}

	it('is said once when it has been waited for ten seconds, with the program that holds it, and opens by itself when that one lets go', async () => {
		const { directory, holder } = await held();
		const said: (string | undefined)[] = [];
		let isOpen = false;
		const opening = bench.open(directory, { clock: realClock(20), onWaiting: (by) => said.push(by) }).then((store) => {
			isOpen = true;
			return store;
		});
		await until(() => said.length > 0, 'the message');
		await sleep(100);
		assert.equal(isOpen, false);
		assert.equal(said.length, 1);
		assert.equal(said[0], process.platform === 'linux' ? `node (${holder.pid})` : undefined);
		holder.kill();
		const store = await opening;
		assert.equal(store.health.condition, 'ok');
		assert.equal(store.tasks.counts().active, 1);
		await store.tasks.rename(key('one'), 'Sea');
		assert.equal(said.length, 1);
	});

	it('is not said when it is released within ten seconds', async () => {
		const { directory, holder } = await held();
		const said: unknown[] = [];
		const opening = bench.open(directory, { clock: realClock(20), onWaiting: (by) => said.push(by) });
		await sleep(150);
		holder.kill();
		await opening;
		await sleep(500);
		assert.deepEqual(said, []);
	});

	it('and that a write has waited for more than ten seconds for is a condition until the write goes through', async () => {
		const directory = bench.directory();
		const store = await bench.open(directory, { clock: realClock(50) });
		await store.tasks.add(newTasks(ids(2)), t0);
		const conditions: string[] = [];
		store.health.onDidChangeCondition(() => conditions.push(store.health.condition));
		const holder = bench.child('lockHolder', [join(directory, 'tasks-1.db'), '60000']);
		await holder.message(1);
		const began = Date.now();
		const writes = [store.tasks.rename(key('t0'), 'Sea'), store.tasks.rename(key('t1'), 'Sky')];
		await until(() => store.health.condition === 'locked', 'the condition');
		assert.ok(Date.now() - began >= 200, 'ten seconds, fifty times as fast');
		assert.equal(store.tasks.counts().active, 2);
		assert.equal(store.health.readOnly, false);
		holder.kill();
		await Promise.all(writes);
		assert.equal(store.tasks.get(key('t0'))?.name, 'Sea');
		assert.equal(store.tasks.get(key('t1'))?.name, 'Sky');
		assert.deepEqual(conditions, ['locked', 'ok']);
	});

	it('for moments again and again is no condition', async () => {
		const directory = bench.directory();
		const store = await bench.open(directory, { clock: realClock(20) });
		await store.tasks.add(newTasks(['one']), t0);
		let told = 0;
		store.health.onDidChangeCondition(() => told++);
		for (let turn = 0; turn < 3; turn++) {
			const holder = bench.child('lockHolder', [join(directory, 'tasks-1.db'), '150']);
			await holder.message(1);
			await store.tasks.rename(key('one'), `turn ${turn}`);
			await holder.exited();
		}
		assert.equal(told, 0);
	});
});
