import assert from 'node:assert/strict';
import { eachMachine, type Machine } from '../../support/engine';
import { processing, refused } from '../../support/fakeKling';
import { key, origin, taskIds } from '../../support/makers';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('OriginKeys', function () {
	this.timeout(30_000);
	let machine: Machine;
	eachMachine((fresh) => {
		machine = fresh;
	});

	it('pauses an origin without a key, notifies in one window once, and resumes in every window', async () => {
		const [one, other] = [await machine.window(), await machine.window()];
		machine.keys.clear();
		one.poller.start();
		other.poller.start();
		await machine.track(one, 'a', 'b');
		other.store.changes.checkForOthers();
		await machine.clock.advance(hour);
		assert.equal(machine.kling.requests.length, 0);
		assert.deepEqual([...one.pauses, ...other.pauses], [{ origin, reason: 'noKey' }]);
		assert.equal(one.store.tasks.get(key('a'))?.problem?.kind, 'noKey');

		await machine.setKey(other, 'key-one');
		await machine.clock.advance(0);
		assert.equal(machine.kling.requests.length, 2);
		assert.equal(other.store.tasks.get(key('a'))?.problem, undefined);
		assert.equal(other.store.tasks.get(key('a'))?.status, 'processing');
	});

	it('wakes when another window set the key', async () => {
		const [one, other] = [await machine.window(), await machine.window()];
		machine.keys.clear();
		one.poller.start();
		await machine.track(one, 'a');
		await machine.clock.advance(second);
		await machine.setKey(other, 'key-one');
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 0);
		one.store.changes.checkForOthers();
		await machine.clock.advance(0);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('pauses an origin whose key is rejected twice, ten seconds apart; a new key resumes it', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.latencyMs = 100;
		for (const id of taskIds(9)) {
			machine.kling.script(id, refused('auth'));
		}
		await machine.track(window, ...taskIds(9));
		await machine.clock.advance(9 * second);
		assert.equal(machine.kling.requests.length, 4, 'those that were under way together; the others wait');
		assert.deepEqual(window.pauses, []);
		await machine.clock.advance(3 * second);
		assert.equal(machine.kling.requests.length, 5, 'one check decides');
		assert.deepEqual(window.pauses, [{ origin, reason: 'auth', message: "auth in the API's words" }]);
		assert.equal(window.store.tasks.get(key('task-9'))?.problem?.kind, 'auth');
		for (const id of taskIds(9)) {
			machine.kling.script(id, processing());
		}
		await machine.setKey(window, 'key-two');
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 5 + 9);
		assert.ok(machine.kling.requests.slice(5).every(({ apiKey }) => apiKey === 'key-two'));
		assert.equal(window.pauses.length, 1);
	});

	it('resumes without notifying after one rejection that a second check does not repeat', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', processing(), refused('auth'), processing());
		machine.kling.script('b', processing());
		await machine.track(window, 'a', 'b');
		await machine.clock.advance(3 * day);
		assert.deepEqual(window.pauses, []);
		assert.equal(window.store.origins.paused().size, 0);
		assert.ok(machine.kling.count('a') > 50 && machine.kling.count('b') > 50);
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});

	it('checks a paused API once an hour, and resumes automatically when the key is accepted again', async () => {
		const window = await machine.window();
		window.poller.start();
		for (const id of taskIds(9)) {
			machine.kling.script(id, refused('auth'));
		}
		await machine.track(window, ...taskIds(9));
		await machine.clock.advance(12 * second);
		const before = machine.kling.requests.length;
		await machine.clock.advance(5 * hour);
		assert.equal(machine.kling.requests.length - before, 5);
		for (const id of taskIds(9)) {
			machine.kling.script(id, processing());
		}
		await machine.clock.advance(hour);
		assert.equal(window.store.origins.paused().size, 0);
		assert.deepEqual(
			taskIds(9).map((id) => window.store.tasks.get(key(id))?.status),
			taskIds(9).map(() => 'processing'),
		);
		assert.equal(window.pauses.length, 1);
	});

	it('records on the task that the key cannot be read, and resumes when it can', async () => {
		const window = await machine.window();
		window.poller.start();
		const { keys } = window.host;
		const readable = { ...keys };
		Object.assign(keys, { get: () => Promise.reject(new Error('the keychain of https://me:let-me-in@vault.example is locked')) });
		await machine.track(window, 'a');
		await machine.clock.advance(5 * second);
		const problem = window.store.tasks.get(key('a'))?.problem;
		assert.deepEqual([problem?.kind, problem?.message], ['keyUnreadable', 'the keychain of https://vault.example is locked']);
		Object.assign(keys, readable);
		await machine.clock.advance(10 * second);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
		assert.deepEqual(window.pauses, []);
	});

	it('does not pause for a key that was replaced while it was being rejected', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.latencyMs = second;
		machine.kling.script('a', refused('auth'), processing());
		await machine.track(window, 'a');
		await machine.clock.advance(500);
		let everPaused = false;
		window.store.changes.onDidChange(() => (everPaused ||= window.store.origins.paused().size > 0));
		await machine.setKey(window, 'key-two');
		await machine.clock.advance(1.6 * second);
		assert.equal(everPaused, false);
		assert.deepEqual(
			machine.kling.requests.map(({ apiKey }) => apiKey),
			['key-one', 'key-two'],
		);
		assert.deepEqual(window.pauses, []);
		assert.equal(window.store.origins.paused().size, 0);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
	});

	for (const [change, left] of [
		['removed', undefined],
		['replaced', 'key-two'],
	] as const) {
		it(`does not resume an origin for a key that was ${change} while it was being accepted`, async () => {
			const window = await machine.window();
			window.poller.start();
			machine.kling.latencyMs = second;
			await machine.track(window, 'a');
			await machine.clock.advance(500);
			if (left === undefined) {
				machine.keys.delete(origin);
			} else {
				machine.keys.set(origin, left);
			}
			const reason = left === undefined ? 'noKey' : 'auth';
			await window.store.origins.pause(origin, reason, machine.clock.now());
			await machine.clock.advance(10 * second);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
			assert.equal(window.store.origins.paused().get(origin), reason);
			assert.equal(machine.kling.requests.length, 1);
			assert.deepEqual(window.pauses, []);
		});
	}

	it('ends a pause when a requested check finds the key accepted', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', refused('auth'), processing());
		await machine.track(window, 'a', 'b');
		machine.kling.script('a', refused('auth'), refused('auth'), processing());
		machine.kling.script('b', refused('auth'), refused('auth'), processing());
		await machine.clock.advance(12 * second);
		assert.equal(window.store.origins.paused().get(origin), 'auth');
		machine.kling.script('a', processing());
		machine.kling.script('b', processing());
		const result = window.checker.checkNow(key('a'), { announce: () => true });
		await machine.clock.advance(second);
		assert.equal((await result).kind, 'updated');
		assert.equal(window.store.origins.paused().size, 0);
		assert.equal(window.store.tasks.get(key('b'))?.status, 'processing');
	});
});
