// Unconfirmed, awaited and paused states, while windows open, close and crash and the clock is set.
import assert from 'node:assert/strict';
import { Announcer } from '../../../src/tracking/announcer';
import { OwnDemo } from '../../../src/tracking/ownDemo';
import type { Disposable } from '../../../src/core/emitter';
import { mostWithin } from '../../support/spans';
import type { Engine } from '../../support/engine';
import { key, newTask, origin, taskIds } from '../../support/makers';
import { Machine } from '../../support/engine';
import { rejects } from '../../support/testStore';
import { processing, refused, snapshotted, succeeded } from '../../support/fakeKling';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const noResults = () => snapshotted({ status: 'succeeded', rawStatus: 'succeed' });
const link = 'https://media.example/clip.mp4';

describe('what is not confirmed yet', function () {
	this.timeout(30_000);
	let machine: Machine;
	const own: Disposable[] = [];
	beforeEach(() => {
		machine = new Machine();
	});
	afterEach(async () => {
		for (const thing of own.splice(0)) {
			thing.dispose();
		}
		await machine.close();
	});

	const open = async (): Promise<Engine> => {
		const window = await machine.window();
		window.poller.start();
		return window;
	};
	const add = async ({ store, poller }: Engine, wanted: readonly string[]) => {
		await store.tasks.add(
			wanted.map((id) => newTask(id)),
			machine.clock.now(),
		);
		poller.wake();
	};
	/** Lets time pass, while every window reads what the others write. */
	const pass = async (ms: number, ...windows: readonly Engine[]) => {
		for (let left = ms; left > 0; left -= second) {
			await machine.clock.advance(Math.min(second, left));
			for (const { store } of windows) {
				store.changes.checkForOthers();
			}
		}
	};
	/** The IDs of the tasks that a window announces. */
	const voice = ({ store, log }: Engine): { readonly announced: string[]; readonly announcer: Announcer } => {
		const announcer = new Announcer({ store, clock: machine.clock, log, ownDemo: new OwnDemo() }, true);
		const announced: string[] = [];
		announcer.onDidAnnounce((finished) => announced.push(...finished.map(({ ref, results }) => `${ref.id}: ${results.length}`)));
		announcer.start();
		own.push(announcer);
		return { announced, announcer };
	};

	describe('a rejected key', () => {
		it('is decided about by one check, whichever window makes it', async () => {
			const [one, other] = [await open(), await open()];
			for (const id of taskIds(20)) {
				machine.kling.script(id, processing(), refused('auth'));
			}
			await add(one, taskIds(20));
			await pass(1.5 * second, one, other);
			const before = machine.kling.requests.length;
			await pass(9 * second, one, other);
			const first = machine.kling.requests.length - before;
			assert.ok(first <= 4, `${first} were in flight together`);
			await pass(5 * second, one, other);
			assert.equal(machine.kling.requests.length - before - first, 1);
			assert.equal(one.pauses.length + other.pauses.length, 1);
			await pass(minute, one, other);
			assert.equal(machine.kling.requests.length - before - first, 1);
		});

		it('is decided about by another window when the checking one crashes', async () => {
			const mortal = await machine.mortalWindow();
			mortal.engine.poller.start();
			machine.kling.script('task-1', processing(), refused('auth'));
			await add(mortal.engine, ['task-1']);
			await machine.clock.advance(3 * second);
			assert.equal(machine.kling.count('task-1'), 2, 'refused once');
			machine.kling.latencyMs = 5 * second;
			await machine.clock.advance(12 * second);
			assert.equal(machine.kling.count('task-1'), 3, 'it is checked again');
			mortal.die();
			const other = await open();
			await machine.clock.advance(20 * second);
			assert.equal(machine.kling.count('task-1'), 4);
			assert.deepEqual(
				other.pauses.map(({ reason }) => reason),
				['auth'],
			);
		});

		it('is still checked once an hour when a window crashes during that check', async () => {
			const other = await open();
			const mortal = await machine.mortalWindow();
			mortal.engine.poller.start();
			machine.kling.script('task-1', refused('auth'));
			await add(other, ['task-1']);
			await pass(12 * second, other, mortal.engine);
			assert.equal(other.store.origins.paused().get(origin), 'auth');
			// Only the window that will crash makes the next check.
			const broken = other.store.decorate('pollQueue', { claimDue: rejects('claimDue') });
			machine.kling.latencyMs = 5 * second;
			const before = machine.kling.requests.length;
			for (let left = 70; machine.kling.requests.length === before && left > 0; left--) {
				await machine.clock.advance(minute);
			}
			assert.equal(machine.kling.requests.length, before + 1);
			mortal.die();
			broken.dispose();
			machine.kling.script('task-1', processing());
			await machine.clock.advance(65 * minute);
			assert.equal(other.store.origins.paused().size, 0);
			assert.equal(other.store.tasks.get(key('task-1'))?.status, 'processing');
		});

		it('is decided about in time when a person requests a check in between', async () => {
			const window = await open();
			machine.kling.script('task-1', processing(), refused('auth'));
			await add(window, ['task-1']);
			await machine.clock.advance(3 * second);
			const response = window.checker.checkNow(key('task-1'), { announce: () => true });
			await machine.clock.advance(second);
			assert.equal((await response).kind, 'failed');
			assert.deepEqual(window.pauses, []);
			machine.kling.script('task-1', processing());
			await machine.clock.advance(12 * second);
			assert.equal(window.store.origins.isKeySuspect(origin), false);
			assert.equal(window.store.tasks.get(key('task-1'))?.problem, undefined);
		});

		it('that is accepted in a requested check lets the other tasks resume immediately', async () => {
			const window = await open();
			for (const id of taskIds(2)) {
				machine.kling.script(id, processing(), refused('auth'), processing());
			}
			await add(window, taskIds(2));
			await machine.clock.advance(2.2 * second);
			assert.equal(window.store.origins.isKeySuspect(origin), true);
			const response = window.checker.checkNow(key('task-2'), { announce: () => true });
			await machine.clock.advance(0);
			assert.equal((await response).kind, 'updated');
			assert.equal(window.store.origins.isKeySuspect(origin), false);
		});

		for (const [how, ms] of [
			['back by half an hour', -30 * minute],
			['back by three days', -3 * day],
			['forward by three days', 3 * day],
		] as const) {
			it(`is decided about within minutes when the clock is set ${how}`, async () => {
				const window = await open();
				// As many as are checked at a time: each is rejected once.
				for (const id of taskIds(4)) {
					machine.kling.script(id, processing(), refused('auth'), processing());
				}
				await add(window, taskIds(4));
				await machine.clock.advance(2.5 * second);
				assert.equal(window.store.origins.isKeySuspect(origin), true);
				machine.clock.jump(ms);
				window.poller.wake();
				await machine.clock.advance(2 * minute);
				assert.equal(window.store.origins.isKeySuspect(origin), false);
				const before = machine.kling.requests.length;
				await machine.clock.advance(10 * minute);
				assert.ok(machine.kling.requests.length >= before + 4, 'all tasks go on');
			});
		}

		it('is found to be accepted within the hour although the clock was set back by days during the pause', async () => {
			const window = await open();
			machine.kling.script('task-1', refused('auth'));
			await add(window, ['task-1']);
			await machine.clock.advance(12 * second);
			assert.equal(window.store.origins.paused().get(origin), 'auth');
			machine.clock.jump(-4 * day);
			machine.kling.script('task-1', processing());
			window.poller.wake();
			await machine.clock.advance(hour + minute);
			assert.equal(window.store.origins.paused().size, 0);
		});
	});

	describe('an unconfirmed final status', () => {
		const unconfirmed = () => snapshotted({ status: 'failed', rawStatus: 'failed', evidence: 'repeated' });

		it('is dropped when the next response denies it, whatever the clock was set to', async () => {
			for (const [id, ms] of [
				['back', -2 * day],
				['forward', 2 * day],
			] as const) {
				const window = await open();
				machine.kling.script(id, processing(), unconfirmed(), processing());
				await add(window, [id]);
				await machine.clock.advance(3 * second);
				assert.equal(window.store.tasks.get(key(id))?.unconfirmed?.status, 'failed');
				machine.clock.jump(ms);
				window.poller.wake();
				await machine.clock.advance(15 * second);
				assert.equal(window.store.tasks.get(key(id))?.unconfirmed, undefined);
				assert.equal(window.store.tasks.get(key(id))?.status, 'processing');
			}
		});

		it('is confirmed ten real seconds later although the clock was set back by days', async () => {
			const window = await open();
			machine.kling.script('a', processing(), unconfirmed());
			await add(window, ['a']);
			await machine.clock.advance(3 * second);
			machine.clock.jump(-2 * day);
			window.poller.wake();
			await machine.clock.advance(5 * second);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
			await machine.clock.advance(15 * second);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'failed');
		});

		it('is checked once more even of a task that is too old', async () => {
			const window = await open();
			await window.store.tasks.add([newTask('a')], machine.clock.now() - 31 * day);
			machine.kling.script('a', unconfirmed());
			window.poller.wake();
			await machine.clock.advance(15 * second);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'failed');
			assert.equal(machine.kling.count('a'), 2);
		});
	});

	describe('another ID', () => {
		const named = (foreignId: string) => snapshotted({ status: 'unknown', rawStatus: 'failed', foreignId, taskId: foreignId });
		const itself = (id: string) => snapshotted({ status: 'processing', taskId: id });

		it('is no alias of any task while a cache gives it to many tasks', async () => {
			const window = await open();
			const end = machine.start + 5 * minute;
			for (const id of taskIds(8)) {
				machine.kling.script(id, () => (machine.clock.now() < end ? named('stuck') : itself(id)));
			}
			await add(window, taskIds(8));
			await machine.clock.advance(5 * minute);
			assert.ok(machine.kling.requests.length > 40);
			assert.deepEqual(
				taskIds(8).filter((id) => window.store.tasks.get(key(id))?.alias?.isSure === true),
				[],
			);
			await machine.clock.advance(10 * minute);
			assert.deepEqual(
				taskIds(8).map((id) => window.store.tasks.get(key(id))?.alias),
				taskIds(8).map(() => undefined),
			);
		});

		it('becomes an alias only a minute after another task was named by it for the last time', async () => {
			const window = await open();
			machine.kling.script('a', named('stuck'));
			machine.kling.script('b', itself('b'));
			await add(window, ['a', 'b']);
			await machine.clock.advance(30 * second);
			machine.kling.script('b', named('stuck'), itself('b'));
			for (let times = 0; times < 2; times++) {
				const asked = window.checker.checkNow(key('b'), { announce: () => true });
				await machine.clock.advance(second);
				await asked;
			}
			await machine.clock.advance(35 * second);
			assert.equal(window.store.tasks.get(key('b'))?.alias, undefined);
			assert.equal(window.store.tasks.get(key('a'))?.alias?.isSure, false, 'a minute after the first response');
			await machine.clock.advance(3 * minute);
			assert.equal(window.store.tasks.get(key('a'))?.alias?.isSure, true);
		});
	});

	describe('a success without its results', () => {
		it('is announced once and with them by the next window when its own closes in between', async () => {
			const first = await open();
			const before = voice(first);
			machine.kling.script('a', processing(), noResults(), succeeded(link));
			await add(first, ['a']);
			await machine.clock.advance(3 * second);
			assert.equal(first.store.tasks.get(key('a'))?.status, 'succeeded');
			const closed = Promise.all([first.poller.close(), before.announcer.close()]);
			await machine.clock.advance(0);
			await closed;
			const after = voice(await open());
			await machine.clock.advance(hour);
			assert.deepEqual([before.announced, after.announced], [[], ['a: 1']]);
		});

		for (const ms of [-3 * day, 3 * day]) {
			it(`is announced within half a minute or so, and gets its results, when the clock is set ${ms < 0 ? 'back' : 'forward'} by days`, async () => {
				const window = await open();
				const { announced } = voice(window);
				const linkedAt = machine.start + 90 * second;
				let set = 0;
				machine.kling.script('a', processing(), () => (machine.clock.now() - set < linkedAt ? noResults() : succeeded(link)));
				await add(window, ['a']);
				await machine.clock.advance(3 * second);
				assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded');
				set = ms;
				machine.clock.jump(ms);
				window.poller.wake();
				await machine.clock.advance(45 * second);
				assert.deepEqual(announced, ['a: 0']);
				await machine.clock.advance(20 * minute);
				assert.deepEqual(
					window.store.tasks.get(key('a'))?.results.map(({ url }) => url),
					[link],
				);
				assert.deepEqual(announced, ['a: 0']);
			});
		}

		it('gets its results although the machine slept for two days and the network came back later', async () => {
			const window = await open();
			machine.kling.script('a', processing(), noResults(), refused('unreachable'), succeeded(link));
			await add(window, ['a']);
			await machine.clock.advance(3 * second);
			machine.clock.jump(2 * day);
			window.poller.wake();
			await machine.clock.advance(5 * minute);
			assert.deepEqual(
				window.store.tasks.get(key('a'))?.results.map(({ url }) => url),
				[link],
			);
		});

		it('is no longer checked for them a day after it finished, whatever the responses say', async () => {
			const window = await open();
			machine.kling.script('a', processing(), noResults(), refused('server'));
			machine.kling.script('b', processing(), noResults(), processing());
			await add(window, ['a', 'b']);
			await machine.clock.advance(1.5 * day);
			assert.deepEqual([machine.kling.count('a') > 100, machine.kling.count('b') > 100], [true, true]);
			assert.equal(machine.clock.timers, 0);
		});

		it('does not lose them to responses that are doubtful or say nothing about them', async () => {
			const window = await open();
			const stray = [
				snapshotted({ status: 'failed', evidence: 'repeated', taskId: 'a' }),
				snapshotted({ status: 'unknown', foreignId: 'b', taskId: 'b' }),
				snapshotted({
					status: 'succeeded',
					evidence: 'repeated',
					results: [{ kind: 'video', url: 'https://media.example/of-nobody.mp4' }],
				}),
				processing(),
				refused('notFound'),
			];
			const two = [
				{ kind: 'image', url: 'https://media.example/1.png' },
				{ kind: 'image', url: 'https://media.example/2.png' },
			] as const;
			const [one] = two;
			machine.kling.script(
				'a',
				processing(),
				snapshotted({ status: 'succeeded', results: [one], expectedResults: 2 }),
				...stray,
				snapshotted({ status: 'succeeded', results: [one], taskId: 'a' }),
				snapshotted({ status: 'succeeded', results: two }),
			);
			const shown = new Set<string>();
			own.push(window.store.changes.onDidChange(() => window.store.tasks.get(key('a'))?.results.forEach(({ url }) => shown.add(url))));
			await add(window, ['a']);
			await machine.clock.advance(2 * hour);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded');
			assert.deepEqual(
				[...shown],
				two.map(({ url }) => url),
				'a link without a task was never shown',
			);
			assert.deepEqual(
				window.store.tasks.get(key('a'))?.results.map(({ url }) => url),
				two.map(({ url }) => url),
			);
		});
	});

	it('polls real tasks in time next to many wrong IDs, which have a quarter of the rate', async () => {
		/** Longest time between two checks of each real task, ms. */
		const longestGap = (from: number): number =>
			Math.max(
				...taskIds(20).map((id) => {
					const at = [
						from,
						...machine.kling.requests.filter((request) => request.at >= from && request.ref.id === id).map((request) => request.at),
						machine.clock.now(),
					];
					return Math.max(...at.slice(1).map((one, index) => one - (at[index] ?? 0)));
				}),
			);
		machine.limits = { maxConcurrent: 4, maxPerMinute: 40 };
		machine.kling.latencyMs = 300;
		const window = await open();
		const wrongs = taskIds(120, 'wrong');
		for (const id of wrongs) {
			machine.kling.script(id, refused('notFound'));
		}
		await add(window, taskIds(20));
		await machine.clock.advance(30 * second);
		const command = window.tracker.track(wrongs.map((id) => newTask(id)));
		const starts = machine.clock.now();
		await machine.clock.advance(5 * minute);
		assert.equal((await command).length, 120);
		// Requested checks leave four requests a minute to background checks, of which wrong IDs get one.
		assert.ok(
			longestGap(starts) <= 4.5 * minute,
			`a real task was not checked for ${longestGap(starts) / minute} minutes while the command ran`,
		);
		const from = machine.clock.now();
		await machine.clock.advance(12 * minute);
		const late = machine.kling.requests.filter(({ at }) => at >= from);
		const wrong = late.filter(({ ref }) => ref.id.startsWith('wrong')).map(({ at }) => at);
		assert.equal(mostWithin(wrong, minute), 10);
		assert.ok(longestGap(from) <= 3.5 * minute, `a real task was not checked for ${longestGap(from) / minute} minutes`);
		// Their checks continue: one of them may be a new task that is not visible yet.
		assert.ok(wrong.length >= 80, `${wrong.length} checks of wrong ones in twelve minutes`);
		assert.ok(
			mostWithin(
				machine.kling.requests.map(({ at }) => at),
				minute,
			) <= 40,
		);
	});

	describe('a list that cannot be read for a moment', () => {
		/** Reads find nothing, as while a damaged file is being replaced. */
		const unreadable = ({ store }: Engine, when: () => boolean): void => {
			const get = store.tasks.get.bind(store.tasks);
			store.decorate('tasks', { get: (key) => (when() ? undefined : get(key)) });
		};

		it('costs a check, and not the task', async () => {
			const one = await open();
			let isAway = false;
			unreadable(one, () => isAway);
			machine.kling.script('a', processing(), () => ((isAway = true), processing()), succeeded());
			await add(one, ['a']);
			await machine.clock.advance(3 * second);
			isAway = false;
			await machine.clock.advance(10 * minute);
			assert.equal(one.store.tasks.get(key('a'))?.status, 'succeeded');
		});

		it('loses no announcement that was claimed', async () => {
			const one = await open();
			let isAway = false;
			unreadable(one, () => isAway);
			const { announced } = voice(one);
			machine.kling.script('a', processing(), succeeded());
			await add(one, ['a']);
			await machine.clock.advance(2 * second);
			isAway = true;
			await machine.clock.advance(4 * second);
			assert.deepEqual(announced, []);
			isAway = false;
			await machine.clock.advance(10 * second);
			assert.deepEqual(announced, ['a: 1']);
		});

		it('leaves what a command could not report to be announced', async () => {
			const one = await open();
			let isAway = false;
			unreadable(one, () => isAway);
			machine.kling.script('a', succeeded());
			const claim = one.store.announcements.claim.bind(one.store.announcements);
			const leaving = one.store.decorate('announcements', {
				claim: async (...terms) => {
					const ours = await claim(...terms);
					isAway = true;
					return ours;
				},
			});
			const asked = one.tracker.track([newTask('a')]);
			await machine.clock.advance(second);
			assert.deepEqual(await asked, []);
			isAway = false;
			leaving.dispose();
			const { announced } = voice(one);
			await machine.clock.advance(10 * second);
			assert.deepEqual(announced, ['a: 1']);
		});
	});

	it('makes no alias of another ID once the API has named the task by its own ID, however long a cache mixes tasks up', async () => {
		const one = await open();
		const own = snapshotted({ status: 'processing', rawStatus: 'processing', taskId: 'a' });
		const foreign = snapshotted({ status: 'unknown', rawStatus: 'failed', taskId: 'x', foreignId: 'x' });
		machine.kling.script('a', own, own, () => (machine.clock.now() < machine.start + 30 * minute ? foreign : own));
		await add(one, ['a']);
		await machine.clock.advance(29 * minute);
		assert.equal(one.store.tasks.get(key('a'))?.alias?.isSure, false);
		await machine.clock.advance(hour);
		assert.deepEqual([one.store.tasks.get(key('a'))?.status, one.store.tasks.get(key('a'))?.alias], ['processing', undefined]);
	});
});
