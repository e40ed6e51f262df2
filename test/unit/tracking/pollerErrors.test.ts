import assert from 'node:assert/strict';
import { eachMachine, type Machine } from '../../support/engine';
import { processing, refused, snapshotted, succeeded } from '../../support/fakeKling';
import { key } from '../../support/makers';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('Poller, when checks fail,', function () {
	this.timeout(30_000);
	let machine: Machine;
	eachMachine((fresh) => {
		machine = fresh;
	});

	it('backs off on transient errors and resumes when they are over', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', refused('server'), refused('unreachable'), refused('server'), processing());
		await machine.track(window, 'a');
		await machine.clock.advance(35 * second);
		assert.deepEqual(machine.kling.seconds('a', machine.start), [0, 10, 30]);
		assert.equal(window.store.tasks.get(key('a'))?.problem?.failures, 3);
		await machine.clock.advance(45 * second);
		// The first snapshot is followed by a check as the first one after tracking is.
		assert.deepEqual(machine.kling.seconds('a', machine.start), [0, 10, 30, 70, 72]);
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});

	it('does not retry persistent errors soon', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', refused('server', { retryable: false, code: 'model_not_found' }));
		await machine.track(window, 'a');
		await machine.clock.advance(299 * second);
		assert.equal(machine.kling.count('a'), 1);
		await machine.clock.advance(2 * second);
		assert.equal(machine.kling.count('a'), 2);
	});

	it('never checks earlier than Retry-After says', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', refused('rateLimit', { retryAfterMs: 90 * second }), processing());
		await machine.track(window, 'a');
		await machine.clock.advance(90 * second);
		assert.equal(machine.kling.count('a'), 1);
		await machine.clock.advance(13 * second);
		assert.ok(machine.kling.count('a') >= 2);
	});

	it('gives up a task that was never found after a day of refusals, and checks once more after a new key or on request', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', refused('notFound'));
		await machine.track(window, 'a');
		await machine.clock.advance(3 * day);
		assert.deepEqual(machine.kling.seconds('a', machine.start).slice(0, 8), [0, 5, 20, 65, 185, 485, 4085, 7685]);
		assert.equal(machine.kling.count('a'), 30);
		const problem = window.store.tasks.get(key('a'))?.problem;
		assert.deepEqual([problem?.kind, problem?.isGivenUp], ['notFound', true]);
		assert.equal(machine.clock.timers, 0);
		await machine.setKey(window, 'key-two');
		await machine.clock.advance(hour);
		assert.equal(machine.kling.count('a'), 31);
		const result = window.checker.checkNow(key('a'), { announce: () => true });
		await machine.clock.advance(hour);
		assert.equal((await result).kind, 'failed');
		assert.equal(machine.kling.count('a'), 32);
		assert.equal(machine.clock.timers, 0);
	});

	for (const kind of ['notFound', 'badRequest', 'forbidden', 'policy', 'malformed'] as const) {
		it(`never gives up a task that was found once, whatever says ${kind}`, async () => {
			const window = await machine.window();
			window.poller.start();
			const refusals = Array.from({ length: 40 }, () => refused(kind));
			machine.kling.script('a', processing(), ...refusals, processing(), succeeded());
			await machine.track(window, 'a');
			await machine.clock.advance(5 * second);
			assert.equal(window.store.tasks.get(key('a'))?.problem?.kind, kind, 'the row says what the API says now');
			await machine.clock.advance(3 * day);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded');
		});
	}

	it('resumes within minutes after minutes of "not found"', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', ...Array.from({ length: 3 }, () => processing()), () =>
			machine.clock.now() < machine.start + 6 * minute ? refused('notFound') : processing(),
		);
		await machine.track(window, 'a');
		await machine.clock.advance(6 * minute);
		assert.equal(window.store.tasks.get(key('a'))?.problem?.kind, 'notFound');
		await machine.clock.advance(4 * minute);
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});

	it('does not check more often for days because an API names every task alike', async () => {
		const window = await machine.window();
		window.poller.start();
		for (const id of ['a', 'b']) {
			machine.kling.script(id, snapshotted({ status: 'unknown', rawStatus: 'processing', taskId: 'x', foreignId: 'x' }));
		}
		await machine.track(window, 'a', 'b');
		await machine.clock.advance(2 * hour);
		for (let passed = 1; passed <= 4; passed++) {
			const before = machine.kling.requests.length;
			await machine.clock.advance(day);
			const sent = machine.kling.requests.length - before;
			assert.ok(sent >= 48 && sent <= 60, `${sent} requests on day ${passed}`);
		}
	});

	it('backs off when kinds of errors alternate', async () => {
		const window = await machine.window();
		window.poller.start();
		let turn = 0;
		machine.kling.script('a', () => refused(turn++ % 2 === 0 ? 'server' : 'notFound'));
		await machine.track(window, 'a');
		await machine.clock.advance(2 * hour);
		assert.ok(machine.kling.count('a') <= 20, String(machine.kling.count('a')));
	});

	it('finds a new task that becomes visible a little later', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', refused('notFound'), refused('notFound'), processing());
		await machine.track(window, 'a');
		await machine.clock.advance(21 * second);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});
});
