import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStore } from '../../../../src/store/taskStore';
import { changeTo, planned, plannedOne, recorded, textToVideo } from '../../../support/creations';
import { key, origin } from '../../../support/makers';
import { soon } from '../../../support/retry';
import { Bench, eachStore } from '../../../support/store';

const t0 = 1_750_000_000_000;

describe('creates, after a recovery', function () {
	this.timeout(30_000);
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});
	const file = () => join(directory, 'kling-1.db');
	const newId = () => `claim ${Math.random()}`;

	/** Yesterday's copy takes the position of the file, which had gone on since. */
	const restore = () => bench.reopenDamaged(store, directory);

	it('of a copy are sent by no window: what was not settled is uncertain', async () => {
		const made = await planned(store, 'unit', t0, { count: 8 });
		const [plan, sending, waiting, lost, rejected, absent, leftOpen, accepted] = made;
		assert.ok(plan && sending && waiting && lost && rejected && absent && leftOpen && accepted);
		const claim = await store.creations.claim(sending.id, t0, t0 + 8_000, 'a window that is gone');
		assert.ok(claim);
		await store.creations.step(claim, changeTo('sending', t0 + 1));
		await recorded(store, waiting, changeTo('waiting', t0 + 2, { nextAt: t0 + 3, reason: { kind: 'busy' } }));
		await recorded(store, lost, changeTo('uncertain', t0 + 2, { sentAt: t0 + 1, reason: { kind: 'unreadable' }, searches: 2 }));
		await recorded(store, rejected, changeTo('rejected', t0 + 2));
		await recorded(store, absent, changeTo('absent', t0 + 2));
		await recorded(store, leftOpen, changeTo('leftOpen', t0 + 2));
		await store.creations.accept(accepted.id, { taskId: 'one', body: '{}' }, t0 + 2);
		await store.creations.recordProof(textToVideo, 'honoured', 0);
		assert.equal(await store.copyIfDue(), true);
		const [afterCopy] = await planned(store, 'unit', t0 + 5);

		const restored = await restore();
		const stateOf = ({ id }: (typeof made)[number]) => {
			const { state, reason } = restored.creations.get(id) ?? {};
			return [state, reason?.kind];
		};
		assert.deepEqual([plan, sending, waiting, lost, rejected, absent, leftOpen, accepted].map(stateOf), [
			['uncertain', 'recovered'],
			['uncertain', 'recovered'],
			['uncertain', 'recovered'],
			['uncertain', 'unreadable'],
			['rejected', undefined],
			['absent', undefined],
			['leftOpen', undefined],
			['accepted', undefined],
		]);
		const claims = await restored.creations.claimDue(t0 + 60_000, t0 + 68_000, newId);
		assert.deepEqual(
			claims.map(({ creation }) => creation.state),
			['uncertain', 'uncertain', 'uncertain'],
		);
		assert.equal(restored.creations.ofTask(key('one'))?.id, accepted.id);
		assert.deepEqual([restored.creations.proof(textToVideo), restored.creations.keyCounter(origin)], ['unknown', 1]);
		// The take that was given after the copy is given again, but not its external ID.
		const again = await plannedOne(restored, 'unit', t0 + 60_000);
		assert.deepEqual([afterCopy?.take, again.take], [9, 9]);
		assert.notEqual(again.externalId, afterCopy?.externalId);
		assert.match(again.externalId ?? '', /^unit[0-9a-f]{16}-9$/);
	});

	it('of a file that was deleted while it was open are all there, and nothing of them is sent', async () => {
		const made = await plannedOne(store, 'unit', t0);
		rmSync(file());
		await soon('the other file', () => {
			store.changes.checkForOthers();
			return store.creations.get(made.id)?.state === 'uncertain';
		});
		assert.deepEqual(
			(await store.creations.claimDue(t0 + 60_000, t0 + 68_000, newId)).map(({ creation }) => creation.reason),
			[{ kind: 'recovered' }],
		);
		assert.equal(store.creations.highestTake(origin, 'unit'), 1);
	});

	it('keep takes that only the file knew, and tasks of accepted ones', async () => {
		const removed = await plannedOne(store, 'gone', t0);
		await store.creations.remove([removed.id]);
		assert.equal(await store.copyIfDue(), true);
		const restored = await restore();
		assert.equal(restored.creations.highestTake(origin, 'gone'), 1);
	});
});
