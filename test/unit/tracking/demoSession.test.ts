import assert from 'node:assert/strict';
import type { Clock } from '../../../src/tracking/ports/host';
import { DemoSession } from '../../../src/tracking/demoSession';
import { Machine, type Engine } from '../../support/engine';
import { key, origin, ref } from '../../support/makers';
import { succeeded } from '../../support/fakeKling';

const second = 1_000;

describe('DemoSession', function () {
	this.timeout(20_000);

	let machine: Machine;
	beforeEach(() => {
		machine = new Machine();
	});
	afterEach(() => machine.close());

	/** A demo of one video on a window, and what it did. */
	function demoOn(window: Engine, { demoId = 'demo-1', clock = machine.clock }: { readonly demoId?: string; readonly clock?: Clock } = {}) {
		const events: string[] = [];
		const session = new DemoSession({
			store: window.store,
			tracker: window.tracker,
			log: window.log,
			setDemo: (id) => window.setDemo(id),
			keys: {
				addTemporaryKey: (of) => {
					events.push(`key for ${of}`);
					return { dispose: () => events.push('key removed') };
				},
			},
			clock,
			start: () =>
				Promise.resolve({
					origin,
					apiKey: 'demo-key',
					tasks: [{ ref: ref('a'), subject: 'sunrise' }],
					usual: [{ action: 'videos', action2: 'text2video', ms: 20 * second }],
					close: () => {
						events.push('simulator closed');
						return Promise.resolve();
					},
				}),
			newId: () => demoId,
			nameOf: (subject) => `Demo: ${subject}`,
			onDidFinish: () => events.push('over'),
			onDidChangeRunning: (isRunning) => events.push(isRunning ? 'running' : 'stopped'),
			present: (shown) => {
				events.push(`shown: ${shown === key('a') ? 'a' : shown}`);
				return Promise.resolve();
			},
		});
		return { session, events };
	}

	it('tracks its tasks, shows its first video when it is ready, and deletes everything when it stops', async () => {
		const window = await machine.window();
		const { session, events } = demoOn(window);
		const started = Promise.all([session.start(), session.start()]);
		await machine.clock.advance(second);
		assert.deepEqual(await started, [true, false]);
		assert.equal(window.store.tasks.get(key('a'))?.owner, 'demo-1');
		assert.equal(window.store.tasks.get(key('a'))?.name, 'Demo: sunrise');

		machine.kling.script('a', succeeded());
		const refreshed = window.tracker.refresh([key('a')]);
		await machine.clock.advance(second);
		await refreshed;
		assert.deepEqual(events, [`key for ${origin}`, 'running', 'shown: a']);
		await machine.clock.advance(5 * second);
		assert.deepEqual(events.splice(3), ['over'], 'once, after the notification of its last task');
		await machine.clock.advance(60 * second);
		assert.equal(events.length, 3);

		await session.stop();
		assert.equal(window.store.tasks.get(key('a')), undefined);
		assert.deepEqual(events.slice(3), ['stopped', 'key removed', 'simulator closed']);
		session.dispose();
		assert.equal(machine.clock.timers, 0);
	});

	it('is not over when it is stopped, or all of its tasks are removed, before its tasks have finished', async () => {
		const window = await machine.window();
		for (const end of ['stop', 'remove'] as const) {
			const { session, events } = demoOn(window, { demoId: end });
			const started = session.start();
			await machine.clock.advance(second);
			await started;
			await (end === 'stop' ? session.stop() : window.store.tasks.remove([key('a')], machine.clock.now()));
			await machine.clock.advance(60 * second);
			assert.ok(!events.includes('over'), end);
			await session.stop();
			session.dispose();
		}
	});

	it('renews its lease while it runs, and after a crash another window deletes its tasks when the lease has expired', async () => {
		const { engine, clock, die } = await machine.mortalWindow();
		const started = demoOn(engine, { clock }).session.start();
		const other = await machine.window();
		const next = demoOn(other, { demoId: 'demo-2' });
		await machine.clock.advance(30 * second);
		assert.equal(await started, true);
		assert.notEqual(other.store.tasks.get(key('a')), undefined);

		die();
		await machine.clock.advance(20 * second);
		assert.equal(other.store.tasks.get(key('a')), undefined);
		next.session.dispose();
	});
});
