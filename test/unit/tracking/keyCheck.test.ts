import assert from 'node:assert/strict';
import type { CheckOutcome } from '../../../src/tracking/ports/kling';
import type { KeyCheckResult } from '../../../src/tracking/keyCheck';
import type { Engine } from '../../support/engine';
import { Machine } from '../../support/engine';
import { origin } from '../../support/makers';
import { processing, refused } from '../../support/fakeKling';

describe('KeyCheck', () => {
	let machine: Machine;
	let window: Engine;
	beforeEach(async () => {
		machine = new Machine();
		window = await machine.window();
	});
	afterEach(async () => {
		await machine.close();
	});
	const check = async (response: CheckOutcome): Promise<KeyCheckResult> => {
		machine.kling.script('kling-tasks-key-check', response);
		const checked = window.keyCheck.check(origin, 'key-one');
		await machine.clock.advance(0);
		return await checked;
	};

	it('takes a key as accepted when the API returns a task, or says that it does not exist', async () => {
		assert.deepEqual(await check(processing()), { kind: 'accepted' });
		assert.deepEqual(await check(refused('notFound', { message: 'task not exist' })), { kind: 'accepted' });
		assert.deepEqual(
			machine.kling.requests.map(({ apiKey }) => apiKey),
			['key-one', 'key-one'],
		);
	});

	it('resumes a paused origin when its key is accepted', async () => {
		await window.store.origins.pause(origin, 'auth', machine.clock.now());
		await check(processing());
		assert.equal(window.store.origins.paused().size, 0);
	});

	it('pauses the origin of a rejected key, which is news once', async () => {
		const results = [await check(refused('auth')), await check(refused('auth'))];
		assert.deepEqual(
			results.map((result) => result.kind === 'rejected' && result.isNews),
			[true, false],
		);
		assert.equal(window.store.origins.paused().get(origin), 'auth');
	});

	it('is unclear about a key when the page does not exist, or the API is down', async () => {
		const page = await check(refused('notFound', { message: 'Not Found' }));
		assert.deepEqual(page, { kind: 'unclear', problem: { kind: 'malformed' } });
		const away = await check(refused('unreachable'));
		assert.equal(away.kind === 'unclear' && away.problem.kind, 'unreachable');
		assert.equal(window.store.origins.paused().size, 0);
	});

	it('says nothing about a key that was replaced meanwhile', async () => {
		machine.kling.latencyMs = 1_000;
		const checked = window.keyCheck.check(origin, 'key-one');
		await machine.clock.advance(500);
		machine.keys.set(origin, 'key-two');
		await machine.clock.advance(500);
		assert.deepEqual(await checked, { kind: 'replaced' });
	});
});
