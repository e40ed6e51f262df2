import assert from 'node:assert/strict';
import type { Problem } from '../../../src/core/problem';
import type { TaskStore } from '../../../src/store/taskStore';
import { key, newTasks, origin, otherOrigin, snapshot, terms } from '../../support/makers';
import { Bench, claimDue, eachStore, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;
const notFound: Problem = { kind: 'notFound', failures: 3, at: t0, message: 'task not found', code: '1203' };

describe('keys', () => {
	const bench = new Bench();
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ store } = opened);
	});

	it('that are missing or refused pause an origin, and one caller is to report it', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		assert.equal(await store.origins.pause(origin, 'auth', t0 + 1), true);
		assert.equal(await store.origins.pause(origin, 'auth', t0 + 2), false);
		assert.equal(await store.origins.pause(origin, 'noKey', t0 + 3), false);
		assert.deepEqual([...store.origins.paused()], [[origin, 'noKey']]);
	});

	it('that pause an origin are the problem of its active tasks only, and of no other origin', async () => {
		await store.tasks.add([...newTasks(['one', 'ended']), ...newTasks(['other'], otherOrigin)], t0);
		await recordCheck(store, key('one'), t0, { problem: { kind: 'server', failures: 2, at: t0 }, nextPollAt: t0 });
		await recordCheck(store, key('ended'), t0, { snapshot: snapshot('succeeded') });
		await store.origins.pause(origin, 'noKey', t0 + 1);
		assert.deepEqual(store.tasks.get(key('one'))?.problem, { kind: 'noKey', failures: 0, at: t0 + 1 });
		assert.equal(store.tasks.get(key('ended'))?.problem, undefined);
		assert.equal(store.tasks.get(key('other', otherOrigin))?.problem, undefined);
		await store.origins.noteKey(origin, true, t0 + 2);
		assert.equal(store.tasks.get(key('one'))?.problem?.kind, 'server');
	});

	it("that were refused keep the API's message on the task that was refused", async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const problem: Problem = { kind: 'auth', failures: 1, at: t0, message: 'invalid token' };
		await recordCheck(store, key('one'), t0, { problem, nextPollAt: t0 });
		await store.origins.pause(origin, 'auth', t0 + 1);
		assert.deepEqual(store.tasks.get(key('one'))?.problem, problem);
	});

	it('that are set resume the origin: its paused, refused and not-found tasks are due now', async () => {
		await store.tasks.add(newTasks(['booked', 'refused', 'lost', 'old', 'ended']), t0);
		await recordCheck(store, key('booked'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 60_000 });
		await recordCheck(store, key('refused'), t0, { problem: { kind: 'auth', failures: 1, at: t0 } });
		await recordCheck(store, key('lost'), t0, { problem: notFound });
		await recordCheck(store, key('old'), t0, { problem: { kind: 'tooOld', failures: 0, at: t0 } });
		await recordCheck(store, key('ended'), t0, { snapshot: snapshot('succeeded') });
		await store.origins.pause(origin, 'auth', t0 + 1);
		let keysChanged = 0;
		store.changes.onDidChangeKeys(() => keysChanged++);
		await store.origins.noteKey(origin, true, t0 + 2);
		assert.equal(keysChanged, 1);
		assert.deepEqual([...store.origins.paused()], []);
		assert.deepEqual((await claimDue(store, t0 + 2)).map((claim) => claim.task.ref.id).sort(), ['booked', 'lost', 'refused']);
		assert.equal(store.tasks.get(key('refused'))?.problem, undefined);
		assert.deepEqual(store.tasks.get(key('lost'))?.problem, notFound);
		assert.equal(await store.origins.pause(origin, 'auth', t0 + 3), true);
	});

	it('that are replaced keep the bookings of an origin that was not paused', async () => {
		await store.tasks.add(newTasks(['booked']), t0);
		await recordCheck(store, key('booked'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 60_000 });
		await store.origins.noteKey(origin, true, t0 + 2);
		assert.equal(store.tasks.get(key('booked'))?.nextPollAt, t0 + 60_000);
	});

	it('that are removed pause the origin, and no caller is to report it', async () => {
		await store.origins.noteKey(origin, false, t0);
		assert.deepEqual([...store.origins.paused()], [[origin, 'noKey']]);
		assert.equal(await store.origins.pause(origin, 'noKey', t0 + 1), false);
	});
});

describe('the store', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	it('probes a paused origin once an hour, from one window', async () => {
		const other = await bench.open(directory);
		await store.tasks.add(newTasks(['one', 'two', 'three']), t0);
		await store.origins.pause(origin, 'auth', t0);
		const hour = 60 * 60_000;
		const claim = (window: TaskStore, now: number) => window.pollQueue.claimDue({ now, until: now + 8_000, ...terms() });
		assert.deepEqual(await claim(store, t0 + hour - 1), []);
		assert.equal((await claim(store, t0 + hour)).length, 1);
		assert.deepEqual(await claim(other, t0 + hour), []);
		assert.equal((await claim(other, t0 + 2 * hour)).length, 1);
		other.dispose();
	});

	it('lets one check decide after a rejected key, while the others wait', async () => {
		await store.tasks.add(newTasks(['one', 'two', 'three']), t0);
		const claim = (now: number) => store.pollQueue.claimDue({ now, until: now + 8_000, ...terms() });
		assert.equal(await store.origins.noteRejection(origin, t0), 'unconfirmed');
		assert.equal(await store.origins.noteRejection(origin, t0 + 200), 'unconfirmed', 'a check in flight at the same time confirms nothing');
		assert.deepEqual(await claim(t0 + 9_000), []);
		assert.equal((await claim(t0 + 10_000)).length, 1);
		assert.deepEqual(await claim(t0 + 10_000), []);
		assert.equal(await store.origins.noteRejection(origin, t0 + 10_100), 'confirmed');
		await store.origins.noteAcceptance(origin);
		assert.equal(store.origins.isKeySuspect(origin), false);
		assert.equal((await claim(t0 + 10_200)).length, 2);
		assert.equal(await store.origins.noteRejection(origin, t0 + 60_000), 'unconfirmed', 'an accepted check resets the rejection');
	});
});
