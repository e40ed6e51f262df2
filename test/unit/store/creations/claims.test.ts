import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Creation } from '../../../../src/creation/creation';
import { flushLog } from '../../../../src/store/flush';
import type { TaskStore } from '../../../../src/store/taskStore';
import { changeTo, planned, plannedOne, recorded, textToVideo } from '../../../support/creations';
import { key, origin, otherOrigin, ref, snapshot, video } from '../../../support/makers';
import { Bench, eachStore, raw, recordCheck } from '../../../support/store';

const t0 = 1_750_000_000_000;
const day = 24 * 60 * 60_000;

describe('claims on creates', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});
	let nextClaim = 0;
	const claimDue = async (now: number, of: TaskStore = store): Promise<readonly Creation[]> =>
		(await of.creations.claimDue(now, now + 8_000, () => `claim ${++nextClaim}`)).map(({ creation }) => creation);

	it('are given once, for what is due, and again when they expire', async () => {
		const other = await bench.open(directory);
		const [one, two] = await planned(store, 'unit', t0, { count: 2 });
		assert.ok(one && two);
		await recorded(store, two, changeTo('uncertain', t0, { nextAt: t0 + 5_000, sentAt: t0 }));
		assert.equal(store.creations.nextDueAt(t0), t0);
		assert.deepEqual(
			(await claimDue(t0)).map(({ id }) => id),
			[one.id],
		);
		assert.deepEqual(await claimDue(t0, other), []);
		assert.equal(await other.creations.claim(one.id, t0, t0 + 8_000, 'mine'), undefined);
		assert.equal(other.creations.nextDueAt(t0 + 1), t0 + 5_000);
		assert.deepEqual(
			(await claimDue(t0 + 8_000, other)).map(({ id }) => id),
			[one.id, two.id],
		);
	});

	it('that were lost record nothing; kept ones renew, step and end', async () => {
		const made = await plannedOne(store, 'unit', t0);
		const claim = await store.creations.claim(made.id, t0, t0 + 8_000, 'first');
		assert.ok(claim);
		assert.equal(await store.creations.renew(claim, t0 + 9_000), true);
		assert.equal(await store.creations.step(claim, changeTo('sending', t0 + 1)), true);
		const second = await store.creations.claim(made.id, t0 + 9_000, t0 + 17_000, 'second');
		assert.equal(second?.creation.state, 'sending');
		assert.deepEqual(
			[
				await store.creations.renew(claim, t0 + 20_000),
				await store.creations.step(claim, changeTo('waiting', t0 + 9_000)),
				await store.creations.record(claim, changeTo('rejected', t0 + 9_000)),
			],
			[false, false, false],
		);
		assert.ok(second);
		assert.equal(await store.creations.record(second, changeTo('uncertain', t0 + 9_001)), true);
		assert.equal(await store.creations.record(second, changeTo('absent', t0 + 9_002)), false);
		assert.equal(store.creations.get(made.id)?.state, 'uncertain');
		assert.equal(store.creations.nextDueAt(t0 + 9_002), undefined);
	});

	it('are given for one that a dead window was sending, when its claim has expired', async () => {
		const made = await plannedOne(store, 'unit', t0);
		const claim = await store.creations.claim(made.id, t0, t0 + 8_000, 'dies');
		assert.ok(claim);
		await store.creations.step(claim, changeTo('sending', t0));
		assert.equal(store.creations.nextDueAt(t0), t0 + 8_000);
		assert.deepEqual(await claimDue(t0 + 7_999), []);
		assert.deepEqual(
			(await claimDue(t0 + 8_000)).map(({ state }) => state),
			['sending'],
		);
	});

	it('are given for one waiting creation of an origin at a time, while none is being sent', async () => {
		const [one, two] = await planned(store, 'unit', t0, { count: 2 });
		const far = await plannedOne(store, 'unit', t0, { operation: { ...textToVideo, origin: otherOrigin } });
		assert.ok(one && two);
		for (const creation of [one, two, far]) {
			await recorded(store, creation, changeTo('waiting', t0, { nextAt: t0 + 1_000 }));
		}
		assert.deepEqual(
			(await claimDue(t0 + 1_000)).map(({ id }) => id),
			[one.id, far.id],
		);
		assert.deepEqual(await claimDue(t0 + 1_001), []);
		assert.equal(store.creations.nextDueAt(t0 + 1_001), t0 + 9_000);
		assert.deepEqual((await claimDue(t0 + 9_000)).length, 2);
	});

	it('do not wait for a clock that was ahead', async () => {
		const [one, two] = await planned(store, 'unit', t0 + day, { count: 2 });
		assert.ok(one && two);
		await recorded(store, two, changeTo('uncertain', t0 + day, { nextAt: t0 + day, sentAt: t0 + day }));
		const claim = await store.creations.claim(one.id, t0 + day, t0 + day + 8_000, 'ahead');
		assert.ok(claim);
		assert.equal(store.creations.nextDueAt(t0), 0);
		const claimed = await claimDue(t0);
		assert.deepEqual(
			claimed.map(({ plannedAt, sentAt, nextAt }) => [plannedAt, sentAt, nextAt]),
			[
				[t0, undefined, t0],
				[t0, t0, t0],
			],
		);
	});

	it('do not keep a late response from settling a creation, once, with its task', async () => {
		const made = await plannedOne(store, 'unit', t0, { details: { subject: { name: 'fox', prompt: 'A fox', priceClass: 'v3' } } });
		const claim = await store.creations.claim(made.id, t0, t0 + 8_000, 'other window');
		assert.ok(claim);
		const task = await store.creations.accept(made.id, { taskId: 'one', body: '{"data":{}}' }, t0 + 1);
		assert.equal(await store.creations.record(claim, changeTo('uncertain', t0 + 2)), false);
		assert.deepEqual([store.creations.get(made.id)?.state, store.creations.get(made.id)?.task], ['accepted', task]);
		const { name, prompt, nextPollAt } = store.tasks.get(task) ?? {};
		assert.deepEqual([name, prompt, nextPollAt, store.tasks.rawResponse(task)?.body], ['fox', 'A fox', t0 + 1, '{"data":{}}']);
		await store.tasks.remove([task], t0 + 3);
		assert.equal(await store.creations.accept(made.id, { taskId: 'one', body: '{}' }, t0 + 4), task);
		assert.equal(store.tasks.get(task), undefined, 'untracked since');
		assert.equal(store.creations.get(made.id)?.state, 'accepted');
		assert.equal(await store.creations.accept(made.id, { taskId: 'two', body: '{}' }, t0 + 5), key('two'));
		assert.deepEqual([store.creations.get(made.id)?.task, store.tasks.get(key('two'))?.name], [task, 'fox']);
		assert.equal(await store.creations.claim(made.id, t0 + 6, t0 + 7, 'x'), undefined);
	});

	it('of a creation that was removed meanwhile: its late response stores the task that was paid for', async () => {
		const made = await plannedOne(store, 'unit', t0, { details: { subject: { name: 'fox', prompt: 'A fox' } } });
		await recorded(store, made, changeTo('absent', t0 + 1));
		await store.creations.remove([made.id]);
		const task = await store.creations.accept(made.id, { taskId: 'one', body: '{}' }, t0 + 2, made);
		const { name, prompt, nextPollAt } = store.tasks.get(task) ?? {};
		assert.deepEqual([name, prompt, nextPollAt], ['fox', 'A fox', t0 + 2]);
		assert.equal(store.creations.get(made.id), undefined);
		await assert.rejects(store.creations.accept(made.id, { taskId: 'one', body: '{}' }, t0 + 2));
	});

	it('are ended without a change of what they claim', async () => {
		const made = await plannedOne(store, 'unit', t0);
		const claim = await store.creations.claim(made.id, t0, t0 + 8_000, 'first');
		assert.ok(claim);
		assert.equal(await store.creations.step(claim, changeTo('sending', t0 + 1)), true);
		assert.deepEqual([await store.creations.release(claim), await store.creations.release(claim)], [true, false]);
		assert.equal(store.creations.get(made.id)?.state, 'sending');
		assert.equal((await claimDue(t0 + 2))[0]?.id, made.id);
	});

	it('leave in sight what is to be sent once more, and may have arrived before', async () => {
		const made = await plannedOne(store, 'unit', t0);
		await recorded(store, made, changeTo('planned', t0 + 1, { sentAt: t0, nextAt: t0 + 1 }));
		await store.creations.remove([made.id]);
		assert.equal(store.creations.get(made.id)?.state, 'planned');
	});

	it('keep the words of a disk that refuses', async () => {
		const made = await plannedOne(store, 'unit', t0);
		await recorded(store, made, changeTo('planned', t0 + 1, { reason: { kind: 'disk', message: 'EIO: i/o error' } }));
		assert.deepEqual(store.creations.get(made.id)?.reason, { kind: 'disk', message: 'EIO: i/o error' });
	});

	for (const [what, state, externalId, operation, settled] of [
		['left open', 'leftOpen', `kt-${'a'.repeat(26)}`, {}, 'accepted'],
		['absent', 'absent', `kt-${'b'.repeat(26)}`, {}, 'accepted'],
		['uncertain', 'uncertain', `kt-${'c'.repeat(26)}`, {}, 'accepted'],
		['being sent', 'sending', `kt-${'d'.repeat(26)}`, {}, 'sending'],
		['left open, of another operation', 'leftOpen', `kt-${'e'.repeat(26)}`, { action2: 'image2video' }, 'leftOpen'],
		["left open, with a person's own ID", 'leftOpen', 'shot-7', {}, 'leftOpen'],
	] as const) {
		it(`a task in the list that shows the external ID of a creation: ${what}`, async () => {
			const made = await plannedOne(store, 'unit', t0, {
				operation: { ...textToVideo, ...operation },
				details: { externalId, subject: { name: 'fox', prompt: 'A fox' } },
			});
			await recorded(store, made, changeTo(state, t0 + 1, { sentAt: t0 + 1 }));
			await store.tasks.add([{ ref: ref('one') }], t0 + 2);
			await recordCheck(store, key('one'), t0 + 3, { snapshot: snapshot('processing', { externalTaskId: externalId }) });
			const isSettled = settled === 'accepted';
			assert.deepEqual(
				[store.creations.get(made.id)?.state, store.creations.get(made.id)?.task, store.tasks.get(key('one'))?.name],
				[settled, isSettled ? key('one') : undefined, isSettled ? 'fox' : undefined],
			);
			assert.equal(store.tasks.get(key('one'))?.prompt, isSettled ? 'A fox' : undefined);
		});
	}

	it('of a task that is tracked already leave it as it is, apart from what it does not have', async () => {
		await store.tasks.add([{ ref: ref('one'), name: 'mine' }], t0);
		const made = await plannedOne(store, 'unit', t0, { details: { subject: { name: 'fox', prompt: 'A fox' } } });
		await store.creations.accept(made.id, { taskId: 'one', body: '{}' }, t0 + 1);
		assert.deepEqual([store.tasks.get(key('one'))?.name, store.tasks.get(key('one'))?.prompt], ['mine', 'A fox']);
	});

	it('end with a response that finishes the task: announced once, with its results', async () => {
		const made = await plannedOne(store, 'unit', t0);
		const accepted = { taskId: 'one', body: '{"a":1}', snapshot: snapshot('succeeded', { unitsDeducted: '0.05' }) };
		const task = await store.creations.accept(made.id, accepted, t0 + 1);
		await store.creations.accept(made.id, accepted, t0 + 2);
		const { status, results } = store.tasks.get(task) ?? {};
		assert.deepEqual([status, results], ['succeeded', [video]]);
		assert.equal(store.creations.get(made.id)?.cost?.units, 0.05);
		assert.deepEqual(
			raw(join(directory, 'kling-1.db'), (database) => database.prepare('SELECT key, claimed_at FROM announcements').all()).map((row) => ({
				...row,
			})),
			[{ key: task, claimed_at: null }],
		);
	});

	it('are on the disk once flushed: the log is synced after the commit, and closed', async () => {
		await plannedOne(store, 'unit', t0);
		await store.creations.flush();
		const done: string[] = [];
		let isInUse = true;
		const file = { path: join(directory, 'kling-1.db'), hasLog: true, isInUse: () => isInUse };
		const open = (path: string, flags: string) => {
			done.push(`open ${path.slice(directory.length)} ${flags}`);
			return Promise.resolve({
				sync: () => Promise.resolve(void done.push('sync')),
				close: () => Promise.resolve(void done.push('close')),
			});
		};
		await flushLog(file, open);
		assert.deepEqual(done.slice(0, 3), ['open /kling-1.db-wal r+', 'sync', 'close']);
		done.length = 0;
		await flushLog({ ...file, hasLog: false }, open);
		assert.deepEqual(done, [], 'each commit without a log waits for the disk');
		await assert.rejects(
			flushLog(file, () => Promise.reject(new Error('EIO'))),
			/EIO/,
		);
		isInUse = false;
		await assert.rejects(flushLog(file, open), { kind: 'unusable' });
	});

	it('and all else of the journal are deleted with all data, and erased', async () => {
		const made = await plannedOne(store, 'unit', t0, { details: { source: { text: 'the secret plan' } } });
		await store.creations.recordProof(textToVideo, 'honoured', 0);
		await store.media.put(Buffer.from('a'), 'a'.repeat(64));
		await store.installation.id();
		let changes = 0;
		store.creations.onDidChangeCreations(() => changes++);
		await store.tasks.deleteEverything();
		assert.ok(changes > 0);
		assert.deepEqual(
			[store.creations.get(made.id), store.creations.listed(), store.creations.highestTake(origin, 'unit')],
			[undefined, [], 0],
		);
		assert.deepEqual([store.creations.proof(textToVideo), store.creations.keyCounter(origin)], ['unknown', 0]);
		assert.deepEqual([existsSync(join(directory, 'media')), existsSync(join(directory, 'installation-id'))], [false, false]);
		await store.close();
		assert.equal(readFileSync(join(directory, 'kling-1.db'), 'latin1').includes('the secret plan'), false);
	});

	it('of old ones are not needed: their texts are removed when their task is gone, their takes stay', async () => {
		const [one, two, three] = await planned(store, 'unit', t0, { count: 3 });
		assert.ok(one && two && three);
		const task = await store.creations.accept(one.id, { taskId: 'one', body: '{}' }, t0);
		await store.creations.accept(two.id, { taskId: 'two', body: '{}' }, t0);
		await recorded(store, three, changeTo('rejected', t0));
		await store.tasks.remove([task], t0);
		await store.tasks.purge(t0 + 1);
		const texts = async (now: number) => {
			const window = await bench.open(directory, { clock: { now: () => now, after: () => ({ dispose: () => undefined }) } });
			// What writes is loaded, and removes what is old first.
			await window.creations.recordProof(textToVideo, 'none', 0);
			return [one, two, three].map(({ id }) => window.creations.get(id)?.body.length);
		};
		assert.deepEqual(await texts(t0 + 30 * day - 1), [1, 1, 1]);
		assert.deepEqual(await texts(t0 + 30 * day), [0, 1, 0]);
		assert.equal(store.creations.highestTake(origin, 'unit'), 3);
		assert.deepEqual([store.creations.get(one.id)?.externalId, store.creations.get(one.id)?.subject], ['unit-1', {}]);
	});
});
