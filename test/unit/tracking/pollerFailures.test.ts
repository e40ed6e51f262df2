import assert from 'node:assert/strict';
import { taskKey } from '../../../src/core/task';
import { eachMachine, type Machine } from '../../support/engine';
import { succeeded } from '../../support/fakeKling';
import { key, newTask, origin, ref, taskIds } from '../../support/makers';
import { rejects, throws } from '../../support/testStore';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('Poller with failing parts', function () {
	this.timeout(30_000);
	let machine: Machine;
	eachMachine((fresh) => {
		machine = fresh;
	});

	for (const [method, failing] of [
		['claimDue', { claimDue: rejects('claimDue') }],
		['nextDueAt', { nextDueAt: throws('nextDueAt') }],
	] as const) {
		it(`continues after ${method} failed`, async () => {
			const window = await machine.window();
			await window.store.tasks.add([newTask('a')], machine.clock.now());
			const broken = window.store.decorate('pollQueue', failing);
			window.poller.start();
			await machine.clock.advance(50 * second);
			assert.equal(machine.kling.requests.length, 0);
			assert.equal(window.log.errors.length, 1);
			broken.dispose();
			await machine.clock.advance(10 * second);
			assert.equal(machine.kling.requests.length, 1);
			await machine.clock.advance(10 * second);
			assert.equal(machine.kling.requests.length, 2);
			assert.equal(await machine.freeSlots(window), 4);
		});
	}

	for (const [method, failing] of [
		['record', { record: rejects('record') }],
		['renew', { renew: rejects('renew') }],
		['release', { release: rejects('release') }],
	] as const) {
		it(`continues after ${method} failed`, async () => {
			const window = await machine.window();
			await window.store.tasks.add([newTask('a')], machine.clock.now());
			machine.kling.latencyMs = 4 * second;
			if (method === 'release') {
				machine.kling.script('a', () => Promise.reject(new Error('unforeseen')), succeeded());
			} else {
				machine.kling.script('a', succeeded());
			}
			const broken = window.store.decorate('pollQueue', failing);
			window.poller.start();
			await machine.clock.advance(5 * second);
			broken.dispose();
			await machine.clock.advance(2 * minute);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded');
			assert.equal(machine.kling.requests.length, method === 'renew' ? 1 : 2);
		});
	}

	it('remembers a call that came during a run', async () => {
		const window = await machine.window();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		const first = window.store.decorate('pollQueue', {
			claimDue: () => {
				first.dispose();
				window.poller.wake();
				throw new Error('the first time');
			},
		});
		window.poller.start();
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('resumes an origin whose key was set while its absence was being written', async () => {
		const window = await machine.window();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		machine.keys.clear();
		const pause = window.store.origins.pause.bind(window.store.origins);
		window.store.decorate('origins', {
			pause: async (...terms) => {
				await machine.setKey(window, 'key-one');
				return await pause(...terms);
			},
		});
		window.poller.start();
		await machine.clock.advance(second);
		assert.equal(window.store.origins.paused().size, 0);
		assert.deepEqual(window.pauses, []);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
	});

	it('waits a minute after an unexpected error, for that task alone', async () => {
		const window = await machine.window();
		machine.kling.script('a', () => Promise.reject(new TypeError('unforeseen')), succeeded());
		await window.store.tasks.add([newTask('a'), newTask('b')], machine.clock.now());
		window.poller.start();
		await machine.clock.advance(59 * second);
		assert.equal(machine.kling.count('a'), 1);
		assert.equal(machine.kling.count('b'), 2);
		await machine.clock.advance(2 * second);
		assert.equal(machine.kling.count('a'), 2);
		assert.equal(window.log.errors.length, 1);
	});

	it('survives a failing secret storage and a throwing listener', async () => {
		const window = await machine.window();
		const { host } = window;
		let failing = true;
		const poller = window.poller;
		Object.assign(host.keys, { get: () => (failing ? Promise.reject(new Error('locked')) : Promise.resolve(undefined)) });
		window.onDidPause(() => {
			throw new Error('from a listener');
		});
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		poller.start();
		await machine.clock.advance(second);
		failing = false;
		await machine.clock.advance(minute);
		assert.equal(window.store.origins.paused().get(origin), 'noKey');
		assert.equal(window.pauses.length, 1);
		assert.equal(window.log.errors.length, 1);
		assert.equal(window.log.warnings.length, 1);
	});

	it('does not spin when the store says that something is due but returns no claim', async () => {
		const window = await machine.window();
		let claims = 0;
		window.store.decorate('pollQueue', {
			claimDue: () => {
				claims++;
				return Promise.resolve([]);
			},
		});
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		window.poller.start();
		await machine.clock.advance(10 * second);
		assert.ok(claims > 1 && claims <= 41, `${claims} claims in ten seconds`);
	});

	it('does not check while the store is read-only', async () => {
		const window = await machine.window();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		window.store.decorate('health', { readOnly: true });
		window.poller.start();
		await machine.clock.advance(hour);
		assert.equal(machine.kling.requests.length, 0);
		assert.equal(machine.clock.timers, 0);
	});

	it('resolves a requested check when the store fails, and keeps no slot', async () => {
		const window = await machine.window();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		window.store.decorate('pollQueue', { claim: rejects('claim') });
		const result = await window.checker.checkNow(key('a'), { announce: () => true });
		assert.equal(result.kind, 'unexpected');
		assert.equal(await machine.freeSlots(window), 4);
	});

	it('stops waiting for a slot when the person cancels', async () => {
		const window = await machine.window();
		machine.kling.latencyMs = 5 * second;
		await window.store.tasks.add(
			taskIds(5).map((id) => newTask(id)),
			machine.clock.now(),
		);
		window.poller.start();
		await machine.clock.advance(0);
		const cancel = new AbortController();
		const result = window.checker.checkNow(taskKey(ref('task-5')), { announce: () => true, signal: cancel.signal });
		await machine.clock.advance(second);
		cancel.abort();
		assert.deepEqual(await result, { kind: 'stopped' });
		assert.equal(machine.kling.count('task-5'), 0);
	});
});
