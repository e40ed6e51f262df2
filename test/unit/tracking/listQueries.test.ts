// Many tasks at once: one list query checks many of them.
import assert from 'node:assert/strict';
import type { ListOutcome, ListQuestion, ShownOutcome } from '../../../src/tracking/ports/kling';
import type { TaskSnapshot } from '../../../src/core/task';
import { eachMachine, type Engine, type Machine } from '../../support/engine';
import { processing, refused, snapshotted, succeeded } from '../../support/fakeKling';
import { ids, key, newTask, newTasks, origin } from '../../support/makers';
import { mostWithin } from '../../support/spans';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('list queries of the engine', function () {
	this.timeout(60_000);
	let machine: Machine;
	eachMachine((fresh) => {
		machine = fresh;
		machine.hasLists = true;
		machine.limits = { maxConcurrent: 4, maxPerMinute: 40 };
		machine.kling.latencyMs = 300;
	});

	/** A list that shows each task as given; undefined: not. */
	const showing =
		(stateOf: (id: string) => Partial<TaskSnapshot> | undefined) =>
		({ tasks }: ListQuestion): ListOutcome => {
			const shown = tasks.map(({ id }): ShownOutcome | undefined => {
				const state = stateOf(id);
				return (
					state && {
						ok: true,
						snapshot: { status: 'processing', rawStatus: state.status ?? 'processing', results: [], ...state },
						body: `{"id":"${id}"}`,
					}
				);
			});
			return { ok: true, shown, length: shown.length, depth: shown.findLastIndex((one) => one !== undefined) + 1 };
		};
	const clip: Partial<TaskSnapshot> = { status: 'succeeded', results: [{ kind: 'video', url: 'https://media.example/clip.mp4' }] };
	const open = async (): Promise<Engine> => {
		const window = await machine.window();
		window.watch.start();
		window.poller.start();
		return window;
	};
	const statuses = ({ store }: Engine, wanted: readonly string[]) => wanted.map((id) => store.tasks.get(key(id))?.status);

	it('check sixty new tasks at once, and the command reports those that have finished', async () => {
		const window = await open();
		machine.kling.lists = showing((id) => (id === 't47' ? clip : {}));
		const progress: string[] = [];
		const tracking = window.tracker.track(newTasks(ids(60)), { onProgress: (done, total) => progress.push(`${done} of ${total}`) });
		await machine.clock.advance(second);
		const outcomes = await tracking;
		assert.equal(machine.kling.listRequests.length, 1);
		// Single checks do not wait for the list: they take the slots that are free.
		assert.ok(machine.kling.requests.length <= 8, String(machine.kling.requests.length));
		assert.equal(machine.kling.listRequests[0]?.pageSize, 120);
		assert.deepEqual(
			outcomes.map(({ kind }) => kind),
			Array.from({ length: 60 }, () => 'updated'),
		);
		assert.deepEqual(
			outcomes.filter(({ task }) => task.status === 'succeeded').map(({ ref }) => ref.id),
			['t47'],
		);
		assert.deepEqual([progress[0], progress.at(-1), progress.length], ['1 of 60', '60 of 60', 60]);
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), [], 'reported by the command');
		assert.equal(window.store.tasks.rawResponse(key('t47'))?.body, '{"id":"t47"}');
		assert.ok(window.store.tasks.active().every(({ nextPollAt }) => (nextPollAt ?? 0) > machine.clock.now()));
		assert.deepEqual(window.log.errors, []);
	});

	it('notice 200 finished tasks within seconds at forty requests a minute, and announce each once', async () => {
		const window = await open();
		const finishes = new Map(ids(200).map((id, index) => [id, machine.start + 60 * second + index * 300]));
		const stateOf = (id: string) => (machine.clock.now() >= (finishes.get(id) ?? 0) ? clip : {});
		machine.kling.lists = showing(stateOf);
		for (const id of ids(200)) {
			machine.kling.script(id, () => snapshotted({ status: 'processing', ...stateOf(id) }));
		}
		const late: number[] = [];
		window.store.changes.onDidChange(({ keys }) => {
			for (const changed of keys) {
				const task = window.store.tasks.get(changed);
				if (task?.status === 'succeeded' && finishes.has(task.ref.id)) {
					late.push(machine.clock.now() - (finishes.get(task.ref.id) ?? 0));
					finishes.delete(task.ref.id);
				}
			}
		});
		void window.tracker.track(newTasks(ids(200)));
		await machine.clock.advance(10 * minute);
		assert.deepEqual([...new Set(statuses(window, ids(200)))], ['succeeded']);
		assert.equal(window.store.announcements.pending(machine.clock.now()).length, 200);
		// The published averages say when such tasks finish; they are not known to finish within two minutes.
		const mean = late.reduce((sum, ms) => sum + ms, 0) / late.length;
		assert.ok(mean < 30 * second, `${mean} ms late on average`);
		const requests = [...machine.kling.requests, ...machine.kling.listRequests].map(({ at }) => at);
		assert.ok(mostWithin(requests, minute) <= 40 && requests.length < 200, `${requests.length} requests`);
		assert.deepEqual(window.log.errors, []);
	});

	for (const [what, lists] of [
		['has no lists', () => ({ ok: false, error: { kind: 'malformed', retryable: true, message: '404 page not found', httpStatus: 404 } })],
		['shows none of the tasks', showing(() => undefined)],
	] as const satisfies readonly (readonly [string, (question: ListQuestion) => ListOutcome])[]) {
		it(`are sent once a day to an API that ${what}: the tasks are checked singly`, async () => {
			const window = await open();
			machine.kling.lists = lists;
			void window.tracker.track(newTasks(ids(30)));
			await machine.clock.advance(5 * minute);
			assert.equal(machine.kling.listRequests.length, 1);
			assert.ok(ids(30).every((id) => machine.kling.count(id) >= 2));
			assert.ok(window.store.tasks.active().every(({ problem }) => problem === undefined));
			for (const [at, expected] of [
				[23 * hour, 1],
				[25 * hour, 2],
			] as const) {
				// Only the refusal is to last: without tasks the hours pass quickly.
				await window.tracker.untrack(window.store.tasks.active().map((task) => task.key));
				await machine.clock.advance(machine.start + at - machine.clock.now());
				void window.tracker.track(newTasks(ids(30, `at${at}-`)));
				await machine.clock.advance(minute);
				assert.equal(machine.kling.listRequests.length, expected);
			}
		});
	}

	it('never say that a task was not found: one that a list does not show is checked singly from then on', async () => {
		const window = await open();
		machine.kling.lists = showing((id) => (id === 't23' ? undefined : {}));
		void window.tracker.track(newTasks(ids(30)));
		await machine.clock.advance(5 * minute);
		assert.ok(machine.kling.listRequests.length > 3);
		assert.deepEqual(machine.kling.listRequests.flatMap(({ tasks }) => tasks.filter(({ id }) => id === 't23')).length, 1);
		assert.ok(machine.kling.count('t23') >= 3);
		assert.equal(window.store.tasks.get(key('t23'))?.problem, undefined);
	});

	it('decide nothing that needs a second opinion: a doubtful failure and missing results are checked singly', async () => {
		const window = await open();
		machine.kling.lists = showing((id) =>
			id === 't21' ? { status: 'failed', evidence: 'repeated' } : id === 't22' ? { status: 'succeeded', expectedResults: 1 } : {},
		);
		machine.kling.script('t21', processing());
		machine.kling.script('t22', succeeded());
		void window.tracker.track(newTasks(ids(30)));
		await machine.clock.advance(second);
		assert.deepEqual(statuses(window, ['t21', 't22']), ['submitted', 'succeeded']);
		assert.equal(window.store.tasks.get(key('t22'))?.results.length, 0);
		await machine.clock.advance(20 * second);
		assert.deepEqual([machine.kling.count('t21') > 0, machine.kling.count('t22') > 0], [true, true]);
		assert.deepEqual(statuses(window, ['t21', 't22']), ['processing', 'succeeded']);
		assert.equal(window.store.tasks.get(key('t22'))?.results.length, 1);
	});

	for (const [what, dates] of [
		['are noticed, and not used for a day', true],
		['and have the date of when they were cached are noticed too', 'cached'],
		['and say nothing about their time delay no task for long: single checks go on beside them', false],
	] as const) {
		it(`that are not kept current ${what}`, async () => {
			const window = await open();
			const finishesAt = machine.start + minute;
			machine.kling.lists = showing(() => ({
				status: 'submitted',
				...(dates !== false && { respondedAt: dates === 'cached' ? machine.start : machine.clock.now() }),
			}));
			for (const id of ids(40)) {
				machine.kling.script(id, () =>
					snapshotted({
						status: 'processing',
						...(machine.clock.now() > finishesAt && { ...clip, updatedAt: finishesAt }),
						...(dates === 'cached' && { respondedAt: machine.clock.now() }),
					}),
				);
			}
			void window.tracker.track(newTasks(ids(40)));
			await machine.clock.advance(5 * minute);
			const sent = machine.kling.listRequests.length;
			assert.ok(sent > 3);
			await machine.clock.advance(dates === false ? 40 * minute : 0);
			assert.deepEqual([...new Set(statuses(window, ids(40)))], ['succeeded']);
			void window.tracker.track(newTasks(ids(30, 'later')));
			await machine.clock.advance(minute);
			assert.equal(machine.kling.listRequests.length > sent, dates === false);
		});
	}

	it('are sent by one window, and by another one after a crash', async () => {
		const { engine: first, die } = await machine.mortalWindow();
		first.poller.start();
		const second_ = await open();
		machine.kling.lists = showing(() => ({}));
		await first.store.tasks.add(newTasks(ids(30)), machine.clock.now());
		second_.store.changes.checkForOthers();
		await machine.clock.advance(100);
		const before = machine.kling.listRequests.length;
		assert.equal(before, 1);
		die();
		await machine.clock.advance(20 * second);
		assert.ok(machine.kling.listRequests.length > before);
		assert.ok(second_.store.tasks.active().every(({ lastCheckedAt }) => lastCheckedAt !== undefined));
		assert.equal(machine.kling.mostPerTask, 1);
	});

	it('are aborted when the window closes, and their tasks are free', async () => {
		const window = await open();
		machine.kling.lists = showing(() => ({}));
		machine.kling.latencyMs = 10 * second;
		await machine.track(window, ...ids(30));
		await machine.clock.advance(second);
		assert.equal(machine.kling.listRequests.length, 1);
		const closed = window.close();
		await machine.clock.advance(0);
		await closed;
		assert.ok(machine.kling.aborted >= 1);
		assert.equal(await machine.freeSlots(window), 4);
		const claim = await window.store.pollQueue.claim(key('t9'), { now: machine.clock.now(), until: machine.clock.now() + 1, claimId: 'x' });
		assert.ok(claim);
	});

	it('are not sent without a key, or to an API that rejects it; a rejected list says nothing about the key', async () => {
		machine.keys.delete(origin);
		const window = await open();
		await machine.track(window, ...ids(30));
		await machine.clock.advance(minute);
		assert.deepEqual([machine.kling.listRequests.length, machine.kling.requests.length], [0, 0]);
		machine.kling.lists = () => ({ ok: false, error: { kind: 'auth', retryable: false, message: 'no such route', httpStatus: 401 } });
		await machine.setKey(window, 'key-two');
		await machine.clock.advance(minute);
		assert.equal(machine.kling.listRequests.length, 1);
		assert.deepEqual([window.store.origins.isKeySuspect(origin), [...window.store.origins.paused()]], [false, []]);
		assert.ok(machine.kling.requests.length > 10);
		for (const id of ids(30)) {
			machine.kling.script(id, refused('auth'));
		}
		machine.kling.lists = showing(() => ({}));
		await machine.clock.advance(hour);
		assert.deepEqual([...window.store.origins.paused()], [[origin, 'auth']]);
		const sent = machine.kling.listRequests.length;
		await machine.clock.advance(3 * hour);
		assert.equal(machine.kling.listRequests.length, sent);
	});

	it('that the API asks to slow down cool it down for every request', async () => {
		const window = await open();
		machine.kling.lists = () => ({ ok: false, error: { kind: 'rateLimit', retryable: true, message: 'too fast', retryAfterMs: 30_000 } });
		await machine.track(window, ...ids(30));
		// A single check may start beside it.
		await machine.clock.advance(second);
		const before = machine.kling.requests.length;
		await machine.clock.advance(28 * second);
		assert.equal(machine.kling.requests.length, before);
		await machine.clock.advance(minute);
		assert.ok(machine.kling.requests.length > before);
		assert.equal(machine.kling.listRequests.length, 1, 'not again for five minutes');
	});

	it('make a check that a person requests meanwhile wait for them', async () => {
		const window = await open();
		machine.kling.lists = showing(() => ({}));
		machine.kling.latencyMs = 2 * second;
		await machine.track(window, ...ids(30));
		await machine.clock.advance(second);
		const requested = window.tracker.refresh([key('t20')]);
		await machine.clock.advance(5 * second);
		const [outcome] = await requested;
		assert.deepEqual([outcome?.result.kind, machine.kling.count('t20')], ['updated', 0]);
	});

	it('are not made for few tasks', async () => {
		const window = await open();
		machine.kling.lists = showing(() => ({}));
		void window.tracker.track(ids(20).map((id) => newTask(id)));
		await machine.clock.advance(5 * minute);
		assert.equal(machine.kling.listRequests.length, 0);
	});
});
