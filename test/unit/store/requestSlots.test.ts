import assert from 'node:assert/strict';
import type { TaskStore } from '../../../src/store/taskStore';
import type { RateLimitHint } from '../../../src/tracking/ports/requestSlots';
import { Bench, recordCheck } from '../../support/store';
import { ids, key, newTasks, origin, otherOrigin, snapshot, terms } from '../../support/makers';
import { stillClock } from '../../support/clock';

const t0 = 1_750_000_000_000;
const slowDown = (retryAfterMs?: number): RateLimitHint => ({ retryAfterMs, random: 0 });

describe('request slots at an API', () => {
	const bench = new Bench();
	/** Two windows. */
	let one: TaskStore;
	let other: TaskStore;

	beforeEach(async () => {
		const directory = bench.directory();
		one = await bench.open(directory);
		other = await bench.open(directory);
		await one.tasks.add(newTasks(ids(50)), t0);
		await one.tasks.add(newTasks(ids(5), otherOrigin), t0);
		other.changes.checkForOthers();
	});
	afterEach(() => bench.clear());

	/** The claims of one window at the first origin. */
	const claim = async (store: TaskStore, now: number, maxPerMinute = 1_000_000) => {
		const claims = await store.pollQueue.claimDue({ now, until: now + 8_000, ...terms(undefined, 4, maxPerMinute) });
		for (const claimed of claims.filter(({ task }) => task.ref.origin === otherOrigin)) {
			await store.pollQueue.release(claimed, t0 + 3_600_000);
		}
		return claims.filter(({ task }) => task.ref.origin === origin);
	};
	const ask = (store: TaskStore, slotId: string, now: number, maxPerMinute = 1_000_000) =>
		store.slots.acquire({ origin, slotId, now, until: now + 8_000, limits: { maxConcurrent: 4, maxPerMinute } });
	const record = (
		store: TaskStore,
		claimed: Awaited<ReturnType<typeof claim>>[number] | undefined,
		at: number,
		rateLimitHint?: RateLimitHint,
	) => {
		assert.ok(claimed);
		return store.pollQueue.record({
			key: claimed.task.key,
			claimId: claimed.claimId,
			at,
			announce: false,
			snapshot: snapshot('processing'),
			nextPollAt: at + 5_000,
			intervalMs: 5_000,
			...(rateLimitHint && { rateLimitHint }),
		});
	};

	it('are shared by all windows, and are freed by a record, a release or a lost claim', async () => {
		const [first, second] = await claim(one, t0);
		assert.equal((await claim(other, t0)).length, 0, 'four are in flight');
		await record(one, first, t0 + 1);
		assert.equal((await claim(other, t0 + 1)).length, 1);
		assert.ok(second);
		await one.pollQueue.release(second, t0 + 5_000);
		const [third] = await claim(other, t0 + 2);
		assert.ok(third);
		// The operation was corrected meanwhile: the check is dropped, but its slot is free.
		await one.tasks.changeOperation(third.task.key, { action: 'images', action2: 'generations' }, t0 + 3);
		assert.equal(await record(other, third, t0 + 4), undefined);
		assert.equal((await claim(one, t0 + 4)).length, 1);
	});

	it('of a window that died are free eight seconds after its last renewal', async () => {
		const claims = await claim(one, t0);
		for (const claimed of claims) {
			await one.pollQueue.renew(claimed, t0 + 11_000);
		}
		assert.equal((await claim(other, t0 + 10_999)).length, 0);
		assert.equal(other.pollQueue.nextDueAt(t0 + 10_600, terms()), t0 + 11_000);
		assert.equal((await claim(other, t0 + 11_000)).length, 4);
	});

	it('are taken no faster than the rate limit, over all windows', async () => {
		for (let now = t0, starts = 0; now < t0 + 60_000; now += 500) {
			for (const store of [one, other]) {
				for (const claimed of await claim(store, now, 40)) {
					starts++;
					await record(store, claimed, now);
				}
			}
			assert.equal(starts, Math.min(36, 4 * (Math.floor((now - t0) / 6_000) + 1)), `after ${now - t0} ms`);
		}
	});

	it('report when the next one is free', async () => {
		const [first] = await claim(one, t0, 40);
		assert.equal(
			other.pollQueue.nextDueAt(t0, {
				...terms(undefined, 4, 40),
				limitsOf: (of) => ({ maxConcurrent: of === origin ? 4 : 0, maxPerMinute: 40 }),
			}),
			t0 + 500,
			'there is no event when another window releases one',
		);
		await record(one, first, t0 + 1);
		assert.equal(await ask(one, 'asked', t0 + 1, 40), undefined, 'a person need not wait until four more background checks may start');
		assert.equal(await ask(one, 'asked-too', t0 + 1, 40), t0 + 501, 'but until one of the four in flight is done');
		await one.slots.release(origin, 'asked', t0 + 2);
		assert.equal(await ask(one, 'asked-too', t0 + 3, 5), t0 + 60_000, 'or until the minute is over');
		assert.equal(await ask(one, 'asked-too', t0 + 4, 40), undefined);
	});

	it('go to a person’s requests first, in the order of asking, in any window', async () => {
		const claims = await claim(one, t0);
		assert.equal(await ask(other, 'first', t0 + 1), t0 + 501);
		assert.equal(await ask(one, 'second', t0 + 2), t0 + 502);
		await record(one, claims[0], t0 + 3);
		assert.equal((await claim(one, t0 + 4)).length, 0, 'a person waits for the free slot');
		assert.equal(await ask(one, 'second', t0 + 5), t0 + 505, 'an earlier request comes first');
		assert.equal(await ask(other, 'first', t0 + 6), undefined);
		await record(one, claims[1], t0 + 7);
		await record(one, claims[2], t0 + 7);
		assert.equal((await claim(other, t0 + 8)).length, 1, 'the slot that no person waits for');
		assert.equal(await ask(one, 'second', t0 + 9), undefined);
	});

	it('are not kept for requests that no longer ask', async () => {
		const claims = await claim(one, t0);
		await ask(other, 'closed', t0 + 1);
		await ask(other, 'cancelled', t0 + 1);
		for (const claimed of claims) {
			await record(one, claimed, t0 + 2);
		}
		await other.slots.release(origin, 'cancelled', t0 + 3);
		assert.equal((await claim(one, t0 + 3)).length, 3);
		assert.equal((await claim(one, t0 + 2_001)).length, 1);
	});

	it('of one API are independent of those of another', async () => {
		await claim(one, t0);
		assert.equal(
			await other.slots.acquire({
				origin: otherOrigin,
				slotId: 'x',
				now: t0,
				until: t0 + 8_000,
				limits: { maxConcurrent: 4, maxPerMinute: 40 },
			}),
			undefined,
		);
	});

	it('are not taken from other windows by one that has waited long for the disk', async () => {
		const directory = bench.directory();
		let waited = 0;
		const late = await bench.open(directory, { clock: { ...stillClock(), now: () => (waited += 60_000) } });
		const early = await bench.open(directory);
		await early.tasks.add(newTasks(ids(4)), t0);
		// A minute has passed: the time that the late window passes is a minute old.
		assert.equal((await claim(early, t0 + 60_000)).length, 4);
		assert.equal((await claim(late, t0)).length, 0);
		assert.equal(await ask(late, 'asked', t0), t0 + 60_500);
		assert.equal(await late.pollQueue.claim(key('task-1'), { claimId: 'late', now: t0, until: t0 + 8_000 }), undefined);
	});

	it('do not stay taken when the clock is set back', async () => {
		await claim(one, t0 + 3_600_000, 40);
		const [task] = ids(1);
		assert.equal(await ask(other, 'asked', t0, 40), undefined);
		assert.ok(task);
		assert.equal((await claim(other, t0, 40)).length, 3);
	});

	describe('of an API that asked to slow down', () => {
		it('are given to no background check in any window until the cooldown is over, and then one at a time', async () => {
			const claims = await claim(one, t0);
			await record(one, claims[0], t0 + 100, slowDown());
			// Requests in flight together get the same hint: they count once.
			await record(one, claims[1], t0 + 200, slowDown());
			await record(one, claims[2], t0 + 300, 'normal');
			await record(one, claims[3], t0 + 400);
			for (const store of [one, other]) {
				assert.equal((await claim(store, t0 + 10_199)).length, 0);
			}
			assert.equal(
				other.pollQueue.nextDueAt(t0 + 5_000, { ...terms(), limitsOf: () => ({ maxConcurrent: 4, maxPerMinute: 1_000_000 }) }),
				t0 + 10_200,
			);
			const [probe, ...more] = await claim(other, t0 + 10_200);
			assert.equal(more.length, 0);
			assert.equal((await claim(one, t0 + 10_300)).length, 0);
			await record(other, probe, t0 + 10_500, slowDown());
			assert.equal((await claim(one, t0 + 30_499)).length, 0, 'twice as long');
			const [again] = await claim(one, t0 + 30_500);
			await record(one, again, t0 + 30_600, 'normal');
			assert.equal((await claim(other, t0 + 30_700)).length, 4);
		});

		it('are given to a person’s request, whose response counts too', async () => {
			const [first, ...others] = await claim(one, t0);
			await record(one, first, t0 + 100, slowDown(60_000));
			for (const claimed of others) {
				await record(one, claimed, t0 + 150);
			}
			assert.equal(await ask(other, 'asked', t0 + 200), undefined);
			await other.slots.release(origin, 'asked', t0 + 300, 'normal');
			assert.equal((await claim(one, t0 + 59_000)).length, 0, 'Retry-After was sixty seconds');
			assert.equal((await claim(one, t0 + 60_100)).length, 1);
		});

		it('stay limited after a response without a rate limit hint', async () => {
			const [first, second, ...others] = await claim(one, t0);
			await record(one, first, t0, slowDown());
			await record(one, second, t0 + 11_000);
			for (const claimed of others) {
				await record(one, claimed, t0 + 11_000);
			}
			assert.equal((await claim(one, t0 + 12_000)).length, 1, 'still one at a time');
		});

		it('are withheld for no longer than the longest cooldown, even if the clock is set back', async () => {
			const [first, ...others] = await claim(one, t0 + 3_600_000);
			await record(one, first, t0 + 3_600_000, slowDown());
			for (const claimed of others) {
				await record(one, claimed, t0 + 3_600_000);
			}
			assert.equal((await claim(other, t0)).length, 1);
		});
	});

	it('fire no change events in other windows', async () => {
		let events = 0;
		other.changes.onDidChange(() => events++);
		await ask(one, 'asked', t0);
		await one.slots.renew('asked', t0 + 9_000);
		await one.slots.release(origin, 'asked', t0, 'normal');
		await one.attention.note('w', { focused: true, visible: true }, t0, t0 + 30_000);
		other.changes.checkForOthers();
		assert.equal(events, 0);
	});
});

describe('attention', () => {
	const bench = new Bench();
	afterEach(() => bench.clear());
	const focused = { focused: true, visible: false };
	const visible = { focused: false, visible: true };
	const none = { focused: false, visible: false };

	it('combines all windows of this machine, each until its lease expires', async () => {
		const directory = bench.directory();
		const [one, other] = [await bench.open(directory), await bench.open(directory)];
		assert.deepEqual(one.attention.current(t0), none);
		await one.attention.note('one', focused, t0, t0 + 30_000);
		assert.deepEqual(other.attention.current(t0 + 29_999), focused);
		assert.deepEqual(other.attention.current(t0 + 30_000), none, 'its lease has expired');
		await other.attention.note('other', visible, t0 + 20_000, t0 + 50_000);
		assert.deepEqual(one.attention.current(t0 + 21_000), { focused: true, visible: true });
		await one.attention.note('one', none, t0 + 22_000, t0 + 52_000);
		assert.deepEqual(one.attention.current(t0 + 22_000), visible);
		await other.attention.note('other', none, t0 + 23_000, t0 + 53_000);
		assert.deepEqual(one.attention.current(t0 + 23_000), none);
	});
});

describe('times that a wrong clock wrote', () => {
	const bench = new Bench();
	afterEach(() => bench.clear());
	const hour = 3_600_000;

	it('are repaired: tasks tracked, checked or refused in the future are due now; the others stay as they are', async () => {
		const store = await bench.open(bench.directory());
		const check = (id: string, at: number, what: Parameters<typeof recordCheck>[3]) => recordCheck(store, key(id), at, what);
		await store.tasks.add(newTasks(['right', 'tail', 'seen', 'refused', 'far', 'old', 'ended']), t0 - hour);
		await store.tasks.add(newTasks(['tracked']), t0 + hour);
		await check('right', t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 20_000, intervalMs: 20_000 });
		await check('tail', t0 - hour, { snapshot: snapshot('processing'), nextPollAt: t0 + 1_000, intervalMs: hour });
		await check('seen', t0 + hour, { snapshot: snapshot('processing'), nextPollAt: t0 + hour + 20_000, intervalMs: 20_000 });
		await check('refused', t0 + hour, { problem: { kind: 'server', failures: 1, at: t0 + hour }, nextPollAt: t0 + hour + 40_000 });
		await check('far', t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 72 * hour, intervalMs: hour });
		await check('old', t0 + 31 * 24 * hour, { problem: { kind: 'tooOld', failures: 1, at: t0 + 31 * 24 * hour } });
		await check('ended', t0 + hour, { snapshot: snapshot('succeeded') });
		const changes: string[] = [];
		store.changes.onDidChange(({ keys }) => changes.push(...keys));
		await store.pollQueue.repairTimestamps(t0);
		assert.deepEqual(new Set(changes), new Set(['seen', 'refused', 'tracked', 'far', 'old'].map((id) => key(id))));
		for (const id of ['seen', 'refused', 'tracked', 'far', 'old']) {
			assert.equal(store.tasks.get(key(id))?.nextPollAt, t0, id);
		}
		assert.equal(store.tasks.get(key('right'))?.nextPollAt, t0 + 20_000);
		assert.equal(store.tasks.get(key('tail'))?.nextPollAt, t0 + 1_000);
		assert.equal(store.tasks.get(key('tracked'))?.trackedAt, t0);
		assert.equal(store.tasks.get(key('seen'))?.lastCheckedAt, t0);
	});
});
