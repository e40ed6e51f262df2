import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { linkSignals, waitUntil } from '../../../src/core/abort';
import { Emitter } from '../../../src/core/emitter';

const silent = { error: () => undefined };
const listeners = (...signals: readonly AbortSignal[]) => signals.map((signal) => getEventListeners(signal, 'abort').length);

describe('linked signals', () => {
	it('abort the controller with the reason of the first aborted one, and leave no listener', () => {
		const controller = new AbortController();
		const [one, other] = [new AbortController(), new AbortController()];
		const link = linkSignals(controller, [undefined, one.signal, other.signal]);
		assert.equal(controller.signal.aborted, false);
		other.abort('the other');
		one.abort('the one');
		assert.equal(controller.signal.reason, 'the other');
		link.dispose();
		assert.deepEqual(listeners(one.signal, other.signal), [0, 0]);
	});

	it('abort the controller at once if one is aborted already', () => {
		const controller = new AbortController();
		linkSignals(controller, [AbortSignal.abort('before')]).dispose();
		assert.equal(controller.signal.reason, 'before');
	});

	it('do not abort the controller after the link is disposed', () => {
		const controller = new AbortController();
		const source = new AbortController();
		linkSignals(controller, [source.signal]).dispose();
		source.abort();
		assert.equal(controller.signal.aborted, false);
	});
});

describe('waitUntil', () => {
	it('resolves with the first event and disposes all subscriptions', async () => {
		const source = new AbortController();
		const [one, other] = [new Emitter<void>(silent), new Emitter<void>(silent)];
		let finished = 0;
		const of = (emitter: Emitter<void>) => (done: () => void) => {
			const subscription = emitter.event(done);
			return {
				dispose: () => {
					finished++;
					subscription.dispose();
				},
			};
		};
		const waiting = waitUntil([of(one), of(other)], [source.signal, undefined]);
		other.fire();
		await waiting;
		assert.equal(finished, 2);
		assert.deepEqual(listeners(source.signal), [0]);
	});

	it('rejects with the reason of a signal that is aborted while waiting', async () => {
		const source = new AbortController();
		const waiting = waitUntil([], [undefined, source.signal]);
		source.abort(new Error('enough'));
		await assert.rejects(waiting, { message: 'enough' });
		assert.deepEqual(listeners(source.signal), [0]);
	});

	it('does not subscribe if a signal is aborted already', async () => {
		let subscribed = false;
		const subscribe = () => {
			subscribed = true;
			return { dispose: () => undefined };
		};
		await assert.rejects(waitUntil([subscribe], [AbortSignal.abort(new Error('before'))]), { message: 'before' });
		assert.equal(subscribed, false);
	});
});
