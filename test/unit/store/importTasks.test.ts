import assert from 'node:assert/strict';
import type { Task } from '../../../src/core/task';
import type { TaskStore } from '../../../src/store/taskStore';
import { ids, key, newTask, otherOrigin, ref, snapshot, terms, video } from '../../support/makers';
import { Bench, claimDue, eachStore, events, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;

describe('imported tasks', () => {
	const bench = new Bench();
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ store } = opened);
	});

	const finished = (id: string, more: Partial<Task> = {}): Task => ({
		key: key(id),
		ref: ref(id),
		status: 'succeeded',
		trackedAt: t0 - 5,
		finishedAt: t0 - 3,
		results: [video],
		...more,
	});
	const active = (id: string, of?: string): Task => ({
		key: key(id, of),
		ref: ref(id, of === undefined ? {} : { origin: of }),
		status: 'processing',
		trackedAt: t0 - 5,
		results: [],
	});

	it('are in the list as they were: with names, prompts, facts and what was viewed', async () => {
		const one = finished('one', {
			name: 'Sea',
			prompt: 'waves',
			viewedAt: t0 - 1,
			message: 'm',
			unitsDeducted: '3.5',
			externalTaskId: 'x-1',
			createdAt: t0 - 9,
		});
		const result = await store.tasks.import([one, finished('two'), active('three')], t0);
		assert.deepEqual(result, { added: [key('three'), key('two'), key('one')], known: [] });
		assert.deepEqual(store.tasks.get(key('one')), one);
		assert.deepEqual(store.tasks.get(key('two')), finished('two'));
		assert.deepEqual(store.tasks.get(key('three')), { ...active('three'), nextPollAt: t0 });
		assert.deepEqual(store.tasks.counts(), { active: 1, finished: 2, unviewed: 1, unviewedFailed: 0 });
	});

	it('are not announced if they have finished', async () => {
		await store.tasks.import([finished('one')], t0);
		assert.deepEqual(store.announcements.pending(t0), []);
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), undefined);
	});

	it('change nothing that is known', async () => {
		await store.tasks.add([newTask('one', { name: 'mine' }), newTask('two')], t0);
		await recordCheck(store, key('two'), t0, { snapshot: snapshot('failed', { message: 'no' }) });
		await store.tasks.markViewed([key('two')], t0);
		const before = [store.tasks.get(key('one')), store.tasks.get(key('two'))];
		const changes = events(store);
		assert.deepEqual(await store.tasks.import([finished('one', { name: 'theirs' }), active('two')], t0), {
			added: [],
			known: [key('two'), key('one')],
		});
		assert.deepEqual([store.tasks.get(key('one')), store.tasks.get(key('two'))], before);
		assert.deepEqual(changes, []);
	});

	it('bring back as it was what was removed from the list a moment ago', async () => {
		await store.tasks.add([newTask('one', { name: 'mine' })], t0);
		await store.tasks.remove([key('one')], t0);
		assert.deepEqual(await store.tasks.import([finished('one', { name: 'theirs' })], t0), { added: [key('one')], known: [] });
		assert.deepEqual([store.tasks.get(key('one'))?.name, store.tasks.get(key('one'))?.status], ['mine', 'submitted']);
	});

	it('count once: of several with one key the first', async () => {
		assert.equal((await store.tasks.import([finished('one', { name: 'first' }), finished('one', { name: 'second' })], t0)).added.length, 1);
		assert.equal(store.tasks.get(key('one'))?.name, 'first');
	});

	it('are checked as soon as their API can be: a paused one at once when it gets its key, another now', async () => {
		await store.origins.pause(otherOrigin, 'noKey', t0);
		await store.tasks.import([active('one'), active('two', otherOrigin), active('three', otherOrigin)], t0);
		assert.deepEqual(
			(await claimDue(store, t0)).map(({ task }) => task.key),
			[key('one')],
		);
		assert.equal(store.tasks.get(key('two', otherOrigin))?.problem?.kind, 'noKey');
		await store.origins.noteKey(otherOrigin, true, t0);
		assert.equal((await claimDue(store, t0)).length, 2);
	});

	it('keep the order that they have in the file, the newest first', async () => {
		await store.tasks.import([active('one'), active('two')], t0);
		assert.deepEqual(
			store.tasks.active().map((task) => task.ref.id),
			['one', 'two'],
		);
	});

	it('are written in short transactions', async () => {
		const changes = events(store);
		await store.tasks.import(
			ids(1_000).map((id) => finished(id)),
			t0,
		);
		assert.equal(store.tasks.counts().finished, 1_000);
		assert.equal(changes.length >= 5, true);
	});
});
