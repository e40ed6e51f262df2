import assert from 'node:assert/strict';
import type { Clock } from '../../../src/tracking/ports/host';
import { DemoSession } from '../../../src/tracking/demoSession';
import { Machine, type Engine } from '../../support/engine';
import { key, origin, ref } from '../../support/makers';
import { succeeded } from '../../support/fakeKling';

const second = 1_000;

describe('DemoSession', function () {
	this.timeout(20_000);

	let machine: Machine;
	beforeEach(() => {
		machine = new Machine();
	});
	afterEach(() => machine.close());

	/** A demo of one video on a window, and what it did. */
	function demoOn(window: Engine, { demoId = 'demo-1', clock = machine.clock }: { readonly demoId?: string; readonly clock?: Clock } = {}) {
		const events: string[] = [];
		/** Whether the sample tasks are there, each time that changed. */
		const samples: boolean[] = [];
		let created = 0;
		const session = new DemoSession({
			store: window.store,
			tracker: window.tracker,
			log: window.log,
			setDemo: (id) => window.setDemo(id),
			keys: {
				addTemporaryKey: (of) => {
					events.push(`key for ${of}`);
					return { dispose: () => events.push('key removed') };
				},
			},
			clock,
			start: () =>
				Promise.resolve({
					origin,
					apiKey: 'demo-key',
					addSamples: () => ({
						tasks: [{ ref: ref('a'), subject: 'sunrise' }],
						usual: [{ action: 'videos', action2: 'text2video', ms: 20 * second }],
					}),
					create: (operation, body) => {
						if (body === 'refused') {
							return { ok: false, code: 1201, message: "duration value '99' is invalid" };
						}
						created++;
						return { ok: true, ref: ref(`dry-${created}`, operation), prompt: body, usualMs: 20 * second };
					},
					close: () => {
						events.push('simulator closed');
						return Promise.resolve();
					},
				}),
			newId: () => demoId,
			nameOf: (subject) => `Demo: ${subject}`,
			onDidFinish: () => events.push('over'),
			onDidChangeSamples: (hasSamples) => samples.push(hasSamples),
			onDidChangeRunning: (isRunning) => events.push(isRunning ? 'running' : 'stopped'),
			present: (shown) => {
				events.push(`shown: ${shown === key('a') ? 'a' : shown}`);
				return Promise.resolve();
			},
		});
		return { session, events, samples };
	}

	it('tracks its tasks, shows its first video when it is ready, and deletes everything when it stops', async () => {
		const window = await machine.window();
		const { session, events } = demoOn(window);
		const started = Promise.all([session.start(), session.start()]);
		await machine.clock.advance(second);
		assert.deepEqual(await started, [true, false]);
		assert.equal(window.store.tasks.get(key('a'))?.owner, 'demo-1');
		assert.equal(window.store.tasks.get(key('a'))?.name, 'Demo: sunrise');

		machine.kling.script('a', succeeded());
		const refreshed = window.tracker.refresh([key('a')]);
		await machine.clock.advance(second);
		await refreshed;
		assert.deepEqual(events, [`key for ${origin}`, 'running', 'shown: a']);
		await machine.clock.advance(5 * second);
		assert.deepEqual(events.splice(3), ['over'], 'once, after the notification of its last task');
		await machine.clock.advance(60 * second);
		assert.equal(events.length, 3);

		await session.stop();
		assert.equal(window.store.tasks.get(key('a')), undefined);
		assert.deepEqual(events.slice(3), ['stopped', 'key removed', 'simulator closed']);
		session.dispose();
		assert.equal(machine.clock.timers, 0);
	});

	it('is not over when it is stopped, or all of its tasks are removed, before its tasks have finished', async () => {
		const window = await machine.window();
		for (const end of ['stop', 'remove'] as const) {
			const { session, events } = demoOn(window, { demoId: end });
			const started = session.start();
			await machine.clock.advance(second);
			await started;
			await (end === 'stop' ? session.stop() : window.store.tasks.remove([key('a')], machine.clock.now()));
			await machine.clock.advance(60 * second);
			assert.ok(!events.includes('over'), end);
			await session.stop();
			session.dispose();
		}
	});

	const textToVideo = { action: 'videos', action2: 'text2video' };

	/** Waits for a promise while the clock runs on by a second. */
	async function during<T>(promise: Promise<T>): Promise<T> {
		await machine.clock.advance(second);
		return promise;
	}

	/** A response shows that a task has succeeded. */
	async function succeed(window: Engine, id: string): Promise<void> {
		machine.kling.script(id, succeeded());
		await during(window.tracker.refresh([key(id)]));
		assert.equal(window.store.tasks.get(key(id))?.status, 'succeeded');
	}

	it('dry runs have tasks like the sample tasks, with the name of the file and the prompt, and are announced like any other', async () => {
		const window = await machine.window();
		const { session, events, samples } = demoOn(window);
		window.announcer.start();
		const announced: unknown[] = [];
		window.announcer.onDidAnnounce((tasks) => announced.push(...tasks.map((task) => [task.name, session.isDryRun(task.key)])));
		const outcome = await during(session.dryRun({ operation: textToVideo, body: 'a quiet sea', name: 'sea.kling.json' }));
		assert.deepEqual(outcome, { ok: true, key: key('dry-1') });
		const { owner, name, prompt } = window.store.tasks.get(key('dry-1')) ?? {};
		assert.deepEqual([owner, name, prompt], ['demo-1', 'sea.kling.json', 'a quiet sea']);
		assert.deepEqual([events, samples], [[`key for ${origin}`, 'running'], []]);
		assert.deepEqual(window.store.durations.of({ origin, ...textToVideo }).length, 7, 'so that it has an estimate');

		await succeed(window, 'dry-1');
		await machine.clock.advance(60 * second);
		assert.deepEqual(announced, [['sea.kling.json', true]]);
		assert.ok(!events.some((event) => event === 'over' || event.startsWith('shown')), 'it is no demo, and no tab opens by itself');
		await session.stop();
		assert.equal(window.store.tasks.get(key('dry-1')), undefined);
		assert.deepEqual(events.slice(2), ['stopped', 'key removed', 'simulator closed']);
		assert.deepEqual([session.isDryRun(key('dry-1')), session.isDryRun(key('a'))], [true, false]);
		session.dispose();
	});

	it('a refused dry run has the code and words of the API and no task, and leaves no simulator behind that nobody needs', async () => {
		const window = await machine.window();
		const { session, events } = demoOn(window);
		const refusal = { ok: false, code: 1201, message: "duration value '99' is invalid" };
		assert.deepEqual(await during(session.dryRun({ operation: textToVideo, body: 'refused' })), refusal);
		assert.equal(window.store.tasks.counts().active, 0);
		assert.deepEqual(events.splice(0), [`key for ${origin}`, 'running', 'stopped', 'key removed', 'simulator closed']);

		const both = [session.dryRun({ operation: textToVideo, body: 'refused' }), session.dryRun({ operation: textToVideo, body: 'a fox' })];
		await machine.clock.advance(second);
		assert.deepEqual(
			(await Promise.all(both)).map(({ ok }) => ok),
			[false, true],
		);
		assert.deepEqual(await during(session.dryRun({ operation: textToVideo, body: 'refused' })), refusal);
		assert.deepEqual(events, [`key for ${origin}`, 'running'], 'it has a task');
		await session.stop();
		session.dispose();
	});

	it('the sample tasks are added to a simulator that dry runs have started, and one stop deletes both', async () => {
		const window = await machine.window();
		const { session, events, samples } = demoOn(window);
		const [dryRun, started] = [session.dryRun({ operation: textToVideo, body: 'a fox' }), session.start()];
		await machine.clock.advance(second);
		assert.deepEqual([(await dryRun).ok, await started, await during(session.start())], [true, true, false]);
		assert.deepEqual([events, samples], [[`key for ${origin}`, 'running'], [true]]);
		assert.deepEqual(
			window.store.tasks
				.demoKeys()
				.map((each) => window.store.tasks.get(each)?.ref.id)
				.sort(),
			['a', 'dry-1'],
		);

		await succeed(window, 'a');
		await machine.clock.advance(60 * second);
		assert.ok(events.includes('over'), 'although the dry run goes on');
		await session.stop();
		assert.deepEqual([window.store.tasks.demoKeys(), samples], [[], [true, false]]);
		assert.deepEqual(await during(session.start()), true, 'and it can be started again');
		await session.stop();
		session.dispose();
	});

	it('is not over when only a dry run has finished, and the sample tasks were removed', async () => {
		const window = await machine.window();
		const { session, events } = demoOn(window);
		await during(session.start());
		await during(session.dryRun({ operation: textToVideo, body: 'a fox' }));
		await succeed(window, 'dry-1');
		await window.store.tasks.remove([key('a')], machine.clock.now());
		await machine.clock.advance(60 * second);
		assert.ok(!events.includes('over'));
		await session.stop();
		session.dispose();
	});

	it('that is stopped or disposed of while it starts leaves neither tasks nor a simulator', async () => {
		for (const how of ['stop', 'dispose'] as const) {
			const window = await machine.window();
			const { session, events } = demoOn(window, { demoId: how });
			const started = session.start();
			const stopped = how === 'stop' ? session.stop() : undefined;
			session.dispose();
			await machine.clock.advance(second);
			await Promise.all([started, stopped]);
			assert.deepEqual(events.slice(-3), ['stopped', 'key removed', 'simulator closed'], how);
			assert.deepEqual(window.store.tasks.demoKeys(), [], how);
		}
	});

	it('renews its lease while it runs, and after a crash another window deletes its tasks when the lease has expired', async () => {
		const { engine, clock, die } = await machine.mortalWindow();
		const { session } = demoOn(engine, { clock });
		const started = Promise.all([session.start(), session.dryRun({ operation: textToVideo, body: 'a fox' })]);
		const other = await machine.window();
		const next = demoOn(other, { demoId: 'demo-2' });
		await machine.clock.advance(30 * second);
		assert.deepEqual(await started, [true, { ok: true, key: key('dry-1') }]);
		assert.notEqual(other.store.tasks.get(key('a')), undefined);
		assert.notEqual(other.store.tasks.get(key('dry-1')), undefined);

		die();
		await machine.clock.advance(20 * second);
		assert.deepEqual(other.store.tasks.demoKeys(), []);
		next.session.dispose();
	});
});
