// What the engine does when the window gains focus, shows its list, sleeps or closes: the rules that connect its parts.
import assert from 'node:assert/strict';
import type { Engine } from '../../support/engine';
import { key, newTask, ref } from '../../support/makers';
import { Machine } from '../../support/engine';
import { processing, succeeded } from '../../support/fakeKling';

const second = 1_000;
const minute = 60 * second;

describe('createEngine', function () {
	this.timeout(30_000);
	let machine: Machine;
	let window: Engine;
	beforeEach(async () => {
		machine = new Machine();
		window = await machine.window();
	});
	afterEach(async () => {
		await machine.close();
	});
	const add = async (...ids: readonly string[]): Promise<void> => {
		await window.store.tasks.add(
			ids.map((id) => newTask(id)),
			machine.clock.now(),
		);
	};

	it('sends no request and has no timer before it is started, whatever the window does', async () => {
		await add('a');
		window.setFocused(true);
		window.setVisible(true);
		await machine.clock.advance(10 * minute);
		assert.equal(machine.kling.requests.length, 0);
		assert.equal(machine.clock.timers, 0);
	});

	it('checks what is overdue immediately when the window gains focus', async () => {
		window.start();
		await add('a');
		await machine.clock.advance(5 * second);
		const before = machine.kling.count('a');
		machine.clock.jump(10 * minute);
		await machine.clock.advance(0);
		assert.equal(machine.kling.count('a'), before, 'no timer knows that the machine slept');
		window.setFocused(true);
		await machine.clock.advance(0);
		assert.equal(machine.kling.count('a'), before + 1);
	});

	it('checks what is overdue within a second after the machine slept, unfocused too', async () => {
		window.start();
		await add('a');
		await machine.clock.advance(10 * minute);
		const before = machine.kling.count('a');
		machine.clock.jump(60 * minute);
		await machine.clock.advance(second);
		assert.equal(machine.kling.count('a'), before + 1);
	});

	for (const [event, happens, booked] of [
		['gets the focus', () => window.setFocused(true), 126],
		['shows the list', () => window.setVisible(true), 59],
	] as const) {
		it(`books the next check sooner than without attention when the window ${event}`, async () => {
			const observations = Array.from({ length: 20 }, (_, index) => ({ ms: (2 + index / 4) * minute, failed: false }));
			await window.store.durations.add([{ ...ref('a'), observations }]);
			window.start();
			await add('a');
			await machine.clock.advance(30 * second);
			const bookedAfter = () => Math.round(((window.store.tasks.get(key('a'))?.nextPollAt ?? 0) - machine.start) / second);
			assert.equal(bookedAfter(), 180, 'without attention');
			happens();
			await machine.clock.advance(0);
			assert.equal(bookedAfter(), booked);
		});
	}

	it('announces immediately what has finished when the window gains focus, and otherwise leaves it to a focused window for 1.5 s', async () => {
		const announced: string[] = [];
		window.announcer.onDidClaim(({ ref }) => announced.push(ref.id));
		window.start();
		machine.kling.script('a', succeeded());
		await add('a');
		await machine.clock.advance(second);
		assert.deepEqual(announced, []);
		window.setFocused(true);
		await machine.clock.advance(0);
		assert.deepEqual(announced, ['a']);
		window.setFocused(false);
		machine.kling.script('b', succeeded());
		await add('b');
		await machine.clock.advance(1.4 * second);
		assert.deepEqual(announced, ['a']);
		await machine.clock.advance(0.2 * second);
		assert.deepEqual(announced, ['a', 'b']);
	});

	for (const event of ['gets the focus', 'shows the list'] as const) {
		it(`reads immediately what another window wrote when this one ${event}`, async () => {
			window.start();
			const other = await machine.window();
			await other.store.tasks.add([newTask('a')], machine.clock.now());
			let changes = 0;
			window.store.changes.onDidChange(() => changes++);
			if (event === 'gets the focus') {
				window.setFocused(true);
			} else {
				window.setVisible(true);
			}
			assert.equal(changes, 1);
		});
	}

	it('lets every window know that it has attention, until it is closed', async () => {
		window.start();
		const other = await machine.window();
		await add('a');
		window.setFocused(true);
		window.setVisible(true);
		await machine.clock.advance(second);
		assert.deepEqual(other.store.attention.current(machine.clock.now()), { focused: true, visible: true });
		await window.close();
		assert.deepEqual(other.store.attention.current(machine.clock.now()), { focused: false, visible: false });
	});

	it('releases its claims when it is closed, so that another window takes over immediately, and has no timer', async () => {
		machine.kling.latencyMs = 10 * second;
		machine.kling.script('a', processing());
		window.start();
		await add('a');
		await machine.clock.advance(second);
		assert.equal(machine.kling.inFlight, 1);
		await window.close();
		assert.equal(machine.kling.aborted, 1);
		assert.equal(machine.clock.timers, 0);
		const other = await machine.window();
		other.start();
		await machine.clock.advance(0);
		assert.equal(machine.kling.count('a'), 2);
	});
});
