import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isFinished, type FinishedTask } from '../../src/core/task';
import type { TaskStore } from '../../src/store/taskStore';
import { DurationModels } from '../../src/tracking/durationModels';
import { StatusBar } from '../../src/ui/statusBar';
import { addCreation } from '../support/shownCreations';
import { Bench, recordCheck } from '../support/store';
import { ids, key, newTasks, origin, otherOrigin, snapshot } from '../support/makers';
import { ManualClock } from '../support/clock';
import { testStore, type TestStore } from '../support/testStore';
import { replace } from './tools/replace';

describe('the status bar', () => {
	const bench = new Bench();
	let clock: ManualClock;
	let store: TaskStore;
	/** The store as the status bar has it. */
	let shown: TestStore;
	let item: vscode.StatusBarItem;
	let visible: boolean;
	let didFinish: vscode.EventEmitter<FinishedTask>;

	beforeEach(async () => {
		clock = new ManualClock();
		store = await bench.open(bench.directory());
		shown = testStore(store);
		didFinish = bench.own(new vscode.EventEmitter<FinishedTask>());
		visible = false;
		const create = vscode.window.createStatusBarItem.bind(vscode.window);
		const made = replace(vscode.window, 'createStatusBarItem', (id) => {
			// The editor's own item; only whether it is shown cannot be read from it.
			item = create(String(id), vscode.StatusBarAlignment.Left, 50);
			const [show, hide] = [item.show.bind(item), item.hide.bind(item)];
			item.show = () => {
				visible = true;
				show();
			};
			item.hide = () => {
				visible = false;
				hide();
			};
			return item;
		});
		bench.own(new StatusBar(shown, clock, new DurationModels(store.durations), didFinish.event));
		made.dispose();
	});
	afterEach(() => bench.clear());

	/** A redraw comes a tenth of a second after the one before. */
	const redrawn = (): Promise<void> => clock.advance(100);
	const end = async (id: string, status: 'succeeded' | 'failed'): Promise<void> => {
		await recordCheck(store, key(id), clock.now(), { snapshot: snapshot(status, { message: 'a reason' }) });
		const task = store.tasks.get(key(id));
		assert.ok(task && isFinished(task));
		didFinish.fire(task);
	};

	const sentence = (): string => item.accessibilityInformation?.label ?? '';

	it('is hidden when there is nothing to show', () => {
		assert.equal(visible, false);
	});

	it('shows when the next result is expected, as long as there is an estimate', async () => {
		const [{ ref } = { ref: undefined }] = newTasks(['a']);
		assert.ok(ref);
		await store.durations.add([{ ...ref, observations: Array.from({ length: 20 }, () => ({ ms: 40_000, failed: false })) }]);
		await store.tasks.add(newTasks(['a', 'b']), clock.now());
		await redrawn();
		assert.equal(sentence(), 'Kling Tasks: 2 running', 'nothing was checked yet');
		for (const id of ['a', 'b']) {
			await recordCheck(store, key(id), clock.now(), {
				snapshot: snapshot('processing', { createdAt: clock.now(), respondedAt: clock.now() }),
				nextPollAt: clock.now() + 60_000,
			});
		}
		await redrawn();
		assert.deepEqual([item.text, sentence()], ['$(sync~spin) 2', 'Kling Tasks: 2 running, first result in about 40 s']);
		await clock.advance(20_000);
		assert.deepEqual([item.text, sentence()], ['$(sync~spin) 2', 'Kling Tasks: 2 running, first result in about 20 s']);
		await clock.advance(25_000);
		assert.deepEqual([item.text, sentence()], ['$(sync~spin) 2', 'Kling Tasks: 2 running, first result any moment']);
		await clock.advance(120_000);
		assert.equal(sentence(), 'Kling Tasks: 2 running, first result any moment', 'nobody has checked meanwhile');
		for (const id of ['a', 'b']) {
			await recordCheck(store, key(id), clock.now(), { snapshot: snapshot('processing'), nextPollAt: clock.now() + 60_000 });
		}
		await redrawn();
		assert.equal(sentence(), 'Kling Tasks: 2 running', 'both take longer than usual');
	});

	it('counts creates without a task: those that go on by themselves, and those that need a person', async () => {
		await addCreation(store.creations, 'one', clock.now(), { state: 'waiting', reason: { kind: 'busy' }, nextAt: clock.now() + 60_000 });
		await redrawn();
		assert.deepEqual([visible, sentence()], [true, 'Kling Tasks: 1 running']);
		await addCreation(store.creations, 'two', clock.now(), { state: 'uncertain', reason: { kind: 'lost' } });
		await addCreation(store.creations, 'three', clock.now(), { state: 'rejected', reason: { kind: 'rejected' } });
		await redrawn();
		assert.deepEqual([item.text, sentence()], ['$(sync~spin) 1  $(warning) 2', 'Kling Tasks: 1 running, 2 need attention']);
	});

	it('counts running tasks, and those that need attention', async () => {
		await store.tasks.add(newTasks(['a']), clock.now());
		assert.deepEqual([visible, item.text], [true, '$(sync~spin) 1']);
		await store.tasks.add(newTasks(['b']), clock.now());
		await redrawn();
		assert.equal(item.text, '$(sync~spin) 2');
		await store.origins.pause(origin, 'auth', clock.now());
		await redrawn();
		assert.equal(item.text, '$(warning) 2');
		await store.origins.noteKey(origin, true, clock.now());
		await store.tasks.remove([key('a'), key('b')], clock.now());
		await redrawn();
		assert.equal(visible, false);
	});

	it('is drawn at once, and then ten times a second at most: a bulk change fires hundreds of events', async () => {
		const draws: string[] = [];
		shown.decorate('tasks', {
			counts: () => {
				draws.push('drawn');
				return store.tasks.counts();
			},
		});
		for (const id of ids(50)) {
			await store.tasks.add(newTasks([id]), clock.now());
		}
		assert.deepEqual([draws.length, item.text], [1, '$(sync~spin) 1']);
		await redrawn();
		assert.deepEqual([draws.length, item.text], [2, '$(sync~spin) 50']);
	});

	it('reads no list of the active tasks, however many there are', async () => {
		const read: string[] = [];
		const list = (name: string) => () => {
			read.push(name);
			return [];
		};
		shown.decorate('tasks', {
			active: list('active'),
			finished: list('finished'),
			get: () => {
				read.push('get');
				return undefined;
			},
			running: (limit) => {
				const tasks = store.tasks.running(limit);
				read.push(`${tasks.length} running`);
				return tasks;
			},
		});
		await store.tasks.add(newTasks(ids(300)), clock.now());
		await redrawn();
		assert.equal(item.text, '$(sync~spin) 300');
		assert.deepEqual([...new Set(read)], ['0 running']);
		for (const id of ids(150)) {
			await recordCheck(store, key(id), clock.now(), { snapshot: snapshot('processing'), nextPollAt: clock.now() + 60_000 });
		}
		read.length = 0;
		await redrawn();
		assert.deepEqual([...new Set(read)], ['100 running']);
	});

	it('shows for six seconds that a task finished, then counts the tasks that are not viewed', async () => {
		await store.tasks.add(newTasks(['a']), clock.now());
		await end('a', 'succeeded');
		assert.deepEqual([item.text, item.backgroundColor], ['$(check) Text to Video a is ready', undefined]);
		await clock.advance(5999);
		assert.equal(item.text, '$(check) Text to Video a is ready');
		await clock.advance(1);
		assert.equal(item.text, '$(check) 1');
		await store.tasks.markViewed('all', clock.now());
		await redrawn();
		assert.equal(visible, false);
	});

	it('shows a failure in the error colour, and removes the colour afterwards', async () => {
		await store.tasks.add(newTasks(['a', 'b']), clock.now());
		await end('a', 'failed');
		assert.ok(item.backgroundColor instanceof vscode.ThemeColor && item.backgroundColor.id === 'statusBarItem.errorBackground');
		assert.equal(item.text, '$(error) Text to Video a failed');
		await clock.advance(6000);
		assert.deepEqual([item.text, item.backgroundColor], ['$(sync~spin) 1  $(error) 1', undefined]);
	});

	it('says in its tooltip and to a screen reader what its numbers mean', async () => {
		await store.tasks.add(newTasks(['a', 'b', 'c', 'd', 'e']), clock.now());
		for (const [id, status] of [
			['a', 'succeeded'],
			['b', 'succeeded'],
			['c', 'failed'],
		] as const) {
			await recordCheck(store, key(id), clock.now(), { snapshot: snapshot(status) });
		}
		await recordCheck(store, key('d'), clock.now(), {
			problem: { kind: 'quota', failures: 1, at: clock.now() },
			nextPollAt: clock.now() + 60_000,
		});
		await redrawn();
		assert.equal(item.text, '$(sync~spin) 1  $(warning) 1  $(check) 2  $(error) 1');
		const words = 'Kling Tasks: 1 running, 1 needs attention, 2 ready, 1 failed';
		assert.deepEqual(item.accessibilityInformation, { label: words, role: 'button' });
		assert.equal(item.tooltip, `${words}\nShow Tasks`);
		assert.equal(item.command, 'kling.showTasks');
	});

	it('counts the offline demo only while there is nothing else to count', async () => {
		const demo = newTasks(['x', 'y'], otherOrigin).map((task) => ({ ...task, owner: 'demo' }));
		await store.tasks.add(demo, clock.now());
		await recordCheck(store, key('x', otherOrigin), clock.now(), { snapshot: snapshot('failed') });
		await redrawn();
		assert.deepEqual([item.text, sentence()], ['$(sync~spin) 1  $(error) 1', 'Kling Tasks, offline demo: 1 running, 1 failed']);
		await store.tasks.add(newTasks(['a', 'b']), clock.now());
		await redrawn();
		assert.deepEqual([item.text, sentence()], ['$(sync~spin) 2', 'Kling Tasks: 2 running']);
	});

	it('shortens a long name, which would push its neighbours away, and shows all of it in the tooltip', async () => {
		await store.tasks.add(newTasks(['a']), clock.now());
		await store.tasks.rename(key('a'), 'A sunrise over soft hills, seen from a balloon');
		await end('a', 'succeeded');
		assert.equal(item.text, '$(check) A sunrise over soft hills, seen… is ready');
		assert.equal(item.tooltip, 'A sunrise over soft hills, seen from a balloon is ready\nShow Tasks');
	});

	it('shows codicon syntax in a name as text', async () => {
		await store.tasks.add(newTasks(['a']), clock.now());
		await store.tasks.rename(key('a'), '$(flame)');
		await end('a', 'succeeded');
		assert.doesNotMatch(item.text, /\$\(flame/);
	});
});
