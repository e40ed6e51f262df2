import assert from 'node:assert/strict';
import { ChangeWatch } from '../../../src/tracking/changeWatch';
import type { Engine } from '../../support/engine';
import { key, newTask } from '../../support/makers';
import { Machine } from '../../support/engine';

const second = 1_000;
/** The short interval, ms. */
const often = 800;
const minute = 60 * second;

describe('ChangeWatch', () => {
	let machine: Machine;
	let window: Engine;
	let watch: ChangeWatch;
	let checks: number;
	beforeEach(async () => {
		machine = new Machine();
		window = await machine.window();
		checks = 0;
		const checkForOthers = window.store.changes.checkForOthers.bind(window.store.changes);
		window.store.decorate('changes', {
			checkForOthers: () => {
				checks++;
				checkForOthers();
			},
		});
		watch = new ChangeWatch({ store: window.store, clock: machine.clock, log: window.log });
	});
	afterEach(async () => {
		watch.dispose();
		assert.equal(machine.clock.timers, 0);
		await machine.close();
	});

	it('checks every five seconds while nothing is active or visible', async () => {
		watch.start();
		assert.equal(machine.clock.timers, 1);
		await machine.clock.advance(12 * second);
		assert.equal(checks, 2);
	});

	it('notices within five seconds a task that a crashed window tracked, and then checks often', async () => {
		watch.start();
		const other = await machine.window();
		await other.store.tasks.add([newTask('a')], machine.clock.now());
		await other.poller.close();
		let events = 0;
		window.store.changes.onDidChange(() => events++);
		await machine.clock.advance(5 * second);
		assert.equal(events, 1);
		checks = 0;
		await machine.clock.advance(2.5 * often);
		assert.equal(checks, 2);
	});

	it('checks immediately on focus, and otherwise every five seconds, focused or not, while nothing is active or visible', async () => {
		watch.start();
		await machine.clock.advance(minute);
		assert.equal(checks, 12);
		watch.setFocused(true);
		assert.equal(checks, 13);
		await machine.clock.advance(minute);
		assert.equal(checks, 25);
		watch.setFocused(false);
		assert.equal(machine.clock.timers, 1);
		await machine.clock.advance(minute);
		assert.equal(checks, 37);
	});

	it('checks often while a view of the extension is visible', async () => {
		watch.start();
		watch.setVisible(true);
		await machine.clock.advance(3.5 * often);
		assert.equal(checks, 4);
		watch.setVisible(false);
		await machine.clock.advance(4 * second);
		assert.equal(checks, 4);
	});

	it('checks often while tasks are active, and notices a task that another window saw finish', async () => {
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		watch.start();
		checks = 0;
		await machine.clock.advance(2.5 * often);
		assert.equal(checks, 2);
		const other = await machine.window();
		await other.store.tasks.remove([key('a')], machine.clock.now());
		await machine.clock.advance(5 * second);
		assert.equal(checks, 3);
	});

	it('reports a jump of the clock within a second, ahead or back', async () => {
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		let jumps = 0;
		watch.onDidJump(() => jumps++);
		watch.start();
		await machine.clock.advance(10 * second);
		assert.equal(jumps, 0);
		for (const [index, jump] of [10 * minute, -60 * minute].entries()) {
			machine.clock.jump(jump);
			await machine.clock.advance(second);
			assert.equal(jumps, index + 1);
		}
	});

	it('checks less often after an error, and continues', async () => {
		const broken = window.store.decorate('changes', {
			checkForOthers: () => {
				checks++;
				throw new Error('checkForOthers is broken');
			},
		});
		watch.start();
		watch.setVisible(true);
		await machine.clock.advance(9.9 * second);
		assert.equal(checks, 1);
		assert.equal(window.log.errors.length, 1);
		broken.dispose();
		await machine.clock.advance(3.2 * second);
		assert.equal(checks, 5);
	});
});
