import assert from 'node:assert/strict';
import { ThrottledRedraw } from '../../../src/ui/throttledRedraw';

describe('a throttled redraw', () => {
	/** A redraw whose timers run only when the test fires them. */
	function prepared() {
		const timers: { readonly ms: number; readonly fire: () => void; isDisposed: boolean }[] = [];
		const clock = {
			now: () => 0,
			after: (ms: number, fire: () => void) => {
				const timer = { ms, fire, isDisposed: false };
				timers.push(timer);
				return { dispose: () => (timer.isDisposed = true) };
			},
		};
		let drawn = 0;
		const redraw = new ThrottledRedraw(clock, () => drawn++);
		return { redraw, timers, drawn: () => drawn };
	}

	it('draws at once, and once more 100 ms later for all that was requested meanwhile', () => {
		const { redraw, timers, drawn } = prepared();
		for (let request = 0; request < 300; request++) {
			redraw.request();
		}
		assert.equal(drawn(), 1);
		assert.deepEqual(
			timers.map(({ ms }) => ms),
			[100],
		);
		timers[0]?.fire();
		assert.equal(drawn(), 2);
		timers[1]?.fire();
		assert.equal(drawn(), 2);
		assert.equal(timers.length, 2);
	});

	it('draws at once again when 100 ms have passed without a request', () => {
		const { redraw, timers, drawn } = prepared();
		redraw.request();
		timers[0]?.fire();
		assert.equal(drawn(), 1);
		redraw.request();
		assert.equal(drawn(), 2);
	});

	it('leaves no timer when it is disposed', () => {
		const { redraw, timers } = prepared();
		redraw.request();
		redraw.request();
		redraw.dispose();
		assert.deepEqual(
			timers.map(({ isDisposed }) => isDisposed),
			[true],
		);
	});
});
