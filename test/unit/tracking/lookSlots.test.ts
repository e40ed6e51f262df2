import assert from 'node:assert/strict';
import { LookSlots } from '../../../src/tracking/lookSlots';
import { NotedLog } from './engine';
import { settle } from './manualClock';

describe('LookSlots', () => {
	it('serves who waits in the order they came, before anyone who takes what is free', async () => {
		const slots = new LookSlots(new NotedLog(), 2);
		assert.equal(slots.takeFree(), 2);
		const served: string[] = [];
		const uses = ['first', 'second', 'third'].map((name) =>
			slots.use(() => {
				served.push(name);
				return new Promise<void>(() => undefined);
			}),
		);
		await settle();
		assert.deepEqual(served, []);
		slots.giveBack(1);
		assert.equal(slots.takeFree(), 0);
		await settle();
		assert.deepEqual(served, ['first']);
		slots.giveBack(1);
		await settle();
		assert.deepEqual(served, ['first', 'second']);
		assert.equal(uses.length, 3);
	});

	it('gives a place back whatever becomes of the work, and tells it when nobody waits', async () => {
		const slots = new LookSlots(new NotedLog(), 1);
		let freed = 0;
		slots.onDidFree(() => freed++);
		const one = slots.use(() => Promise.reject(new Error('the work failed')));
		const other = slots.use(() => Promise.resolve('done'));
		await assert.rejects(one, /the work failed/);
		assert.equal(await other, 'done');
		assert.equal(freed, 1);
		assert.equal(slots.takeFree(), 1);
	});

	it('lets a waiting one go when its signal is aborted', async () => {
		const slots = new LookSlots(new NotedLog(), 1);
		slots.takeFree();
		const cancel = new AbortController();
		let worked = false;
		const use = slots.use(() => Promise.resolve((worked = true)), cancel.signal);
		cancel.abort(new Error('cancelled'));
		await assert.rejects(use, /cancelled/);
		slots.giveBack(1);
		assert.equal(slots.takeFree(), 1);
		assert.equal(worked, false);
	});
});
