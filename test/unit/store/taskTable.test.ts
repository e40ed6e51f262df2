import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../../src/core/problem';
import type { TaskStore } from '../../../src/store/taskStore';
import { ids, key, newTask, newTasks, otherOrigin, ref, snapshot, terms } from '../../support/makers';
import { Bench, claimDue, claimOf, eachStore, events, raw, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;
const notFound: Problem = { kind: 'notFound', failures: 3, at: t0, message: 'task not found', code: '1203' };

describe('the task table', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	describe('when tasks are added', () => {
		it('keeps a prompt; a later paste adds one where there is none, and never replaces it', async () => {
			await store.tasks.add([newTask('one', { prompt: 'a cat' }), newTask('two')], t0);
			await store.tasks.add([newTask('one', { prompt: 'a dog' }), newTask('two', { prompt: 'a fox' })], t0);
			assert.deepEqual([store.tasks.get(key('one'))?.prompt, store.tasks.get(key('two'))?.prompt], ['a cat', 'a fox']);
		});

		it('stores a new task as submitted, unchecked and due now', async () => {
			const result = await store.tasks.add([{ ref: ref('one'), name: 'Sea' }], t0);
			assert.deepEqual(result, { added: [key('one')], known: [] });
			assert.deepEqual(store.tasks.get(key('one')), {
				key: key('one'),
				ref: ref('one'),
				name: 'Sea',
				status: 'submitted',
				trackedAt: t0,
				nextPollAt: t0,
				results: [],
			});
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0);
		});

		it('finds tasks by their ID alone, at every API, newest first, but no removed ones', async () => {
			const elsewhere = key('one', otherOrigin);
			await store.tasks.add([...newTasks(['one', 'two']), ...newTasks(['one'], otherOrigin)], t0);
			assert.deepEqual(store.tasks.withId('one'), [elsewhere, key('one')]);
			await store.tasks.remove([elsewhere], t0);
			assert.deepEqual(store.tasks.withId('one'), [key('one')]);
			assert.deepEqual([store.tasks.withId('on'), store.tasks.withId('%'), store.tasks.withId('')], [[], [], []]);
		});

		it('folds duplicates and leaves known tasks as they are', async () => {
			await store.tasks.add([{ ref: ref('one'), name: 'Sea' }], t0);
			const result = await store.tasks.add(
				[
					{ ref: ref('one'), name: 'Other' },
					{ ref: ref('two'), name: 'first' },
					{ ref: ref('two'), name: 'second' },
				],
				t0 + 5,
			);
			assert.deepEqual(result, { added: [key('two')], known: [key('one')] });
			assert.equal(store.tasks.get(key('one'))?.name, 'Sea');
			assert.equal(store.tasks.get(key('one'))?.trackedAt, t0);
			assert.equal(store.tasks.get(key('two'))?.name, 'first');
		});

		it('treats the same ID at two origins as two tasks', async () => {
			const { added } = await store.tasks.add([{ ref: ref('one') }, { ref: ref('one', { origin: otherOrigin }) }], t0);
			assert.equal(added.length, 2);
		});

		it('takes more tasks than one transaction holds', async () => {
			const { added, known } = await store.tasks.add(newTasks([...ids(450), 't7']), t0);
			assert.equal(added.length, 450);
			assert.equal(known.length, 0);
			assert.equal(store.tasks.counts().active, 450);
		});

		it('claims new tasks for a reservation, so that no poller checks them too', async () => {
			await store.tasks.add(newTasks(['old']), t0);
			await store.tasks.add(newTasks(['old', 'new']), t0, { until: t0 + 8_000, reservationId: 'mine' });
			assert.deepEqual(
				(await claimDue(store, t0)).map((claim) => claim.task.ref.id),
				['old'],
			);
			const recorded = await store.pollQueue.record({
				key: key('new'),
				claimId: 'mine',
				at: t0 + 100,
				announce: false,
				snapshot: snapshot('processing'),
				nextPollAt: t0 + 5_000,
			});
			assert.equal(recorded?.after.status, 'processing');
		});

		it('restores an untracked task as it was, with the operation given now', async () => {
			await store.tasks.add([{ ref: ref('one'), name: 'Sea' }], t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('processing', { createdAt: 7 }), nextPollAt: t0 + 9_000 });
			await store.tasks.remove([key('one')], t0 + 2);
			const { added } = await store.tasks.add([{ ref: { ...ref('one'), action2: 'effects' } }], t0 + 3);
			assert.deepEqual(added, [key('one')]);
			const task = store.tasks.get(key('one'));
			assert.equal(task?.name, 'Sea');
			assert.equal(task.createdAt, 7);
			assert.equal(task.trackedAt, t0);
			assert.equal(task.nextPollAt, t0 + 3);
			assert.equal(task.ref.action2, 'effects');
		});

		it('restores a finished task as finished, with no poll booked', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.tasks.remove([key('one')], t0 + 2);
			await store.tasks.add(newTasks(['one']), t0 + 3);
			assert.equal(store.tasks.get(key('one'))?.status, 'succeeded');
			assert.equal(store.pollQueue.nextDueAt(t0 + 3, terms()), undefined);
		});

		it('makes a known task due again when its origin was lost', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			raw(join(directory, 'kling-1.db'), (database) => database.exec('DELETE FROM origins'));
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), undefined);
			const changes = events(store);
			assert.deepEqual(await store.tasks.add(newTasks(['one']), t0 + 1), { added: [], known: [key('one')] });
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0);
			assert.deepEqual(
				changes.map(({ listChanged }) => listChanged),
				[true],
			);
		});
	});

	describe('when a person acts', () => {
		it('renames a task, and removes its name', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await store.tasks.rename(key('one'), 'Sea');
			assert.equal(store.tasks.get(key('one'))?.name, 'Sea');
			await store.tasks.rename(key('one'), undefined);
			assert.equal(store.tasks.get(key('one'))?.name, undefined);
		});

		it('corrects the operation: the task is due now, its problem cleared, a check in flight dropped', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await recordCheck(store, key('one'), t0 + 1, { problem: notFound });
			const claim = await claimOf(store, key('one'), t0 + 2);
			await store.tasks.changeOperation(key('one'), { action: 'videos', action2: 'avatar/image2video' }, t0 + 3);
			const task = store.tasks.get(key('one'));
			assert.equal(task?.ref.action2, 'avatar/image2video');
			assert.equal(task.nextPollAt, t0 + 3);
			assert.equal(task.problem, undefined);
			assert.equal(await store.pollQueue.record({ key: key('one'), claimId: claim.claimId, at: t0 + 4, problem: notFound }), undefined);
		});

		it('corrects the operation of a finished task without booking a poll', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.tasks.changeOperation(key('one'), { action: 'videos', action2: 'effects' }, t0 + 3);
			assert.equal(store.tasks.get(key('one'))?.nextPollAt, undefined);
		});

		it('untracks tasks, and restores them with their bookings', async () => {
			await store.tasks.add(newTasks(['one', 'two']), t0);
			await recordCheck(store, key('one'), t0 + 1, {
				snapshot: snapshot('processing'),
				body: 'answer',
				nextPollAt: t0 + 5_000,
				intervalMs: 5_000,
			});
			const before = store.tasks.get(key('one'));
			await store.tasks.remove([key('one')], t0 + 2);
			assert.equal(store.tasks.get(key('one')), undefined);
			assert.deepEqual(
				store.tasks.active().map((task) => task.ref.id),
				['two'],
			);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 0, unviewed: 0, unviewedFailed: 0 });
			await store.tasks.restore([key('one'), key('none')]);
			assert.deepEqual(store.tasks.get(key('one')), before);
			assert.equal(store.tasks.rawResponse(key('one'))?.body, 'answer');
			assert.deepEqual(store.tasks.counts(), { active: 2, finished: 0, unviewed: 0, unviewedFailed: 0 });
		});

		it('untracks all finished tasks except those of demos, and restores them', async () => {
			await store.tasks.add(
				[...newTasks(ids(450)), { ref: ref('demo', { origin: 'http://127.0.0.1:4001' }), owner: 'd' }, { ref: ref('active') }],
				t0,
			);
			for (const id of ids(450)) {
				await recordCheck(store, key(id), t0 + 1, { snapshot: snapshot('succeeded') });
			}
			await recordCheck(store, key('demo', 'http://127.0.0.1:4001'), t0 + 1, { snapshot: snapshot('succeeded') });
			const removed = await store.tasks.removeFinished(t0 + 2);
			assert.equal(new Set(removed).size, 450);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 1, unviewed: 1, unviewedFailed: 0 });
			await store.tasks.restore(removed);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 451, unviewed: 451, unviewedFailed: 0 });
		});

		it('untracks only the finished tasks that were viewed', async () => {
			await store.tasks.add([...newTasks(ids(450)), { ref: ref('demo', { origin: 'http://127.0.0.1:4001' }), owner: 'd' }], t0);
			for (const id of ids(450)) {
				await recordCheck(store, key(id), t0 + 1, { snapshot: snapshot('succeeded') });
			}
			await recordCheck(store, key('demo', 'http://127.0.0.1:4001'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.tasks.markViewed([...ids(445).map((id) => key(id)), key('demo', 'http://127.0.0.1:4001')], t0 + 2);
			const removed = await store.tasks.removeFinished(t0 + 3, 'viewed');
			assert.deepEqual(new Set(removed), new Set(ids(445).map((id) => key(id))));
			assert.deepEqual(store.tasks.counts(), { active: 0, finished: 6, unviewed: 5, unviewedFailed: 0 });
		});

		it('counts failures that were not viewed among those not viewed, and the tasks of demos apart as well', async () => {
			const demo = { ref: ref('demo', { origin: 'http://127.0.0.1:4001' }), owner: 'd' };
			const other = { ref: ref('other', { origin: 'http://127.0.0.1:4001' }), owner: 'd' };
			await store.tasks.add([...newTasks(['good', 'bad', 'worse']), demo, other], t0);
			for (const [of, status] of [
				[key('good'), 'succeeded'],
				[key('bad'), 'failed'],
				[key('worse'), 'failed'],
				[key('demo', demo.ref.origin), 'failed'],
			] as const) {
				await recordCheck(store, of, t0 + 1, { snapshot: snapshot(status) });
			}
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 4, unviewed: 4, unviewedFailed: 3 });
			assert.deepEqual(store.tasks.demoCounts(), { active: 1, finished: 1, unviewed: 1, unviewedFailed: 1 });
			await store.tasks.markViewed([key('bad'), key('demo', demo.ref.origin)], t0 + 2);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 4, unviewed: 2, unviewedFailed: 1 });
			assert.deepEqual(store.tasks.demoCounts(), { active: 1, finished: 1, unviewed: 0, unviewedFailed: 0 });
			await store.tasks.remove([key('worse')], t0 + 3);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 3, unviewed: 1, unviewedFailed: 0 });
			await store.tasks.restore([key('worse')]);
			await store.demos.delete('d');
			assert.deepEqual(store.tasks.counts(), { active: 0, finished: 3, unviewed: 2, unviewedFailed: 1 });
			assert.deepEqual(store.tasks.demoCounts(), { active: 0, finished: 0, unviewed: 0, unviewedFailed: 0 });
			await store.tasks.deleteEverything();
			assert.deepEqual(store.tasks.counts(), { active: 0, finished: 0, unviewed: 0, unviewedFailed: 0 });
		});

		it('marks finished tasks as viewed, once', async () => {
			await store.tasks.add(newTasks(['one', 'two', 'active']), t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
			await recordCheck(store, key('two'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.tasks.markViewed([key('one'), key('active'), key('none')], t0 + 5);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 2, unviewed: 1, unviewedFailed: 0 });
			const changes = events(store);
			await store.tasks.markViewed('all', t0 + 6);
			assert.deepEqual(changes, [{ keys: new Set([key('two')]), listChanged: false }]);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 2, unviewed: 0, unviewedFailed: 0 });
			assert.deepEqual(
				store.tasks.finished(5).map((task) => task.viewedAt),
				[t0 + 6, t0 + 5],
			);
		});

		it('deletes everything, in the file, its WAL, its copy and the damaged files', async () => {
			await store.tasks.add([{ ref: ref('secretid'), name: 'private name' }], t0);
			await recordCheck(store, key('secretid'), t0 + 1, { snapshot: snapshot('succeeded'), body: 'private answer' });
			await store.origins.pause(otherOrigin, 'noKey', t0);
			await store.copyIfDue();
			assert.deepEqual(found(directory, ['secretid', 'private name', 'private answer']).length > 0, true);
			let keysChanged = 0;
			store.changes.onDidChangeKeys(() => keysChanged++);
			await store.tasks.deleteEverything();
			assert.deepEqual(store.tasks.counts(), { active: 0, finished: 0, unviewed: 0, unviewedFailed: 0 });
			assert.deepEqual([...store.origins.paused()], []);
			assert.deepEqual(store.announcements.pending(Date.now()), []);
			assert.equal(keysChanged, 1);
			assert.deepEqual(found(directory, ['secretid', 'private name', 'private answer']), []);
			await store.tasks.add(newTasks(['after']), t0 + 9);
			assert.equal(store.tasks.counts().active, 1);
		});

		it('keeps the origin of a task that is tracked while everything is deleted', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await store.origins.pause(otherOrigin, 'noKey', t0);
			const forgotten = store.tasks.deleteEverything();
			await store.tasks.add(newTasks(['two']), t0);
			await forgotten;
			assert.deepEqual(
				store.tasks.active().map(({ ref: { id } }) => id),
				['two'],
			);
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0);
			assert.deepEqual([...store.origins.paused()], []);
		});
	});

	it('lists active tasks by time of tracking and finished ones by time of finishing, newest first', async () => {
		await store.tasks.add(newTasks(['a']), t0);
		await store.tasks.add(newTasks(['b', 'c']), t0 + 1);
		await store.tasks.add(newTasks(['d', 'e', 'f']), t0 - 1);
		assert.deepEqual(
			store.tasks.active().map((task) => task.ref.id),
			['c', 'b', 'a', 'f', 'e', 'd'],
		);
		for (const [id, at] of [
			['d', 3],
			['e', 1],
			['f', 2],
		] as const) {
			await recordCheck(store, key(id), t0 + 9, { snapshot: snapshot('succeeded', { updatedAt: t0 + at }) });
		}
		assert.deepEqual(
			store.tasks.finished(2).map((task) => task.ref.id),
			['d', 'f'],
		);
		assert.deepEqual(store.tasks.finished(0), []);
	});
});

/** The texts that occur in the files of a folder, with the file names. */
function found(directory: string, texts: readonly string[]): readonly string[] {
	return readdirSync(directory).flatMap((name) => {
		const bytes = readFileSync(join(directory, name));
		return texts.filter((text) => bytes.includes(text)).map((text) => `${name}: ${text}`);
	});
}
