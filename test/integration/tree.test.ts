import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TaskSnapshot } from '../../src/core/task';
import { isFinishedStatus } from '../../src/core/task';
import type { TaskStore } from '../../src/store/taskStore';
import { DurationModels } from '../../src/tracking/durationModels';
import type { TreeNode } from '../../src/ui/tree/treeNode';
import { finishedPage, TaskTreeProvider } from '../../src/ui/tree/taskTreeProvider';
import { addFinished, Bench, recordCheck } from '../support/store';
import { testStore, type TestStore } from '../support/testStore';
import { ids, key, newTasks, origin, snapshot, video } from '../support/makers';
import { ManualClock } from '../support/clock';

const minute = 60_000;

describe('the tree of tasks', () => {
	const bench = new Bench();
	let clock: ManualClock;
	let store: TaskStore;
	/** The store as the tree has it. */
	let shown: TestStore;
	let tree: TaskTreeProvider;
	let fired: (TreeNode | undefined)[];

	/** What the editor does: draws every row that is listed. */
	const draw = async (): Promise<readonly vscode.TreeItem[]> =>
		Promise.all((await tree.getChildren()).map((node) => tree.getTreeItem(node)));
	const drawn = (id: string): Promise<vscode.TreeItem> => tree.getTreeItem(tree.nodeOf(key(id)));
	const open = async (directory = bench.directory()): Promise<void> => {
		clock = new ManualClock();
		store = await bench.open(directory);
		shown = testStore(store);
		tree = bench.own(new TaskTreeProvider(shown, clock, new DurationModels(store.durations)));
		fired = [];
		bench.own(tree.onDidChangeTreeData((node) => fired.push(node)));
		tree.setVisible(true);
	};
	/** Tracks a task and records a check of it. */
	const recordSnapshot = async (id: string, what: TaskSnapshot, at = clock.now()): Promise<void> => {
		await store.tasks.add(newTasks([id]), at);
		await recordCheck(store, key(id), at, { snapshot: what, ...(isFinishedStatus(what.status) ? {} : { nextPollAt: at + minute }) });
	};

	beforeEach(() => open());
	afterEach(() => bench.clear());

	it('shows the remaining time, estimated from earlier tasks, beside the progress that the gateway reports', async () => {
		const [{ ref } = { ref: undefined }] = newTasks(['a']);
		assert.ok(ref);
		await store.durations.add([{ ...ref, observations: Array.from({ length: 20 }, () => ({ ms: 40_000, failed: false })) }]);
		await recordSnapshot('a', snapshot('processing', { createdAt: clock.now(), respondedAt: clock.now(), progress: 0.3 }));
		const shown: string[] = [];
		for (const wait of [0, 20_000, 23_000, 120_000]) {
			await clock.advance(wait);
			shown.push(String((await drawn('a')).description));
		}
		assert.deepEqual(shown, [
			'about 40 s left · Processing · 0 s · 30 % · a',
			'about 20 s left · Processing · 20 s · 30 % · a',
			'should finish soon · Processing · 40 s · 30 % · a',
			'longer than usual · Processing · 2 min · 30 % · a',
		]);
	});

	it('lists active tasks first, then finished ones by the time they finished', async () => {
		const now = clock.now();
		await recordSnapshot('early', snapshot('succeeded', { updatedAt: now - 9 * minute }));
		await recordSnapshot('first', snapshot('processing'), now - 2 * minute);
		await recordSnapshot('late', snapshot('failed', { updatedAt: now - minute }));
		await recordSnapshot('second', snapshot('submitted'), now - minute);
		await recordSnapshot('middle', snapshot('succeeded', { updatedAt: now - 5 * minute }));
		assert.deepEqual(
			(await tree.getChildren()).map((node) => (node.kind === 'task' ? store.tasks.get(node.key)?.ref.id : node.kind)),
			['second', 'first', 'late', 'middle', 'early'],
		);
	});

	it('shows label, status, time, problem and tags of each row', async () => {
		const now = clock.now();
		await store.tasks.add(newTasks(['new']), now);
		await recordSnapshot('871234567890123456', snapshot('processing', { createdAt: now - 45_000, progress: 0.4 }), now - 30_000);
		await recordSnapshot('strange', snapshot('unknown', { rawStatus: 'reticulating' }), now - 3 * minute);
		await recordSnapshot('good', snapshot('succeeded', { createdAt: now - 300_000, updatedAt: now - 68_000 }));
		await recordSnapshot('bad', snapshot('failed', { message: 'Image pixel is invalid', createdAt: now - 10_000, updatedAt: now - 8000 }));
		await recordSnapshot('bare', { ...snapshot('succeeded', { updatedAt: now }), results: [] });
		await store.tasks.add(newTasks(['early', 'said']), now);
		await recordCheck(store, key('early'), now, {
			snapshot: { ...snapshot('succeeded', { updatedAt: now }), results: [] },
			nextPollAt: now + 5_000,
		});
		await recordCheck(store, key('said'), now, { snapshot: snapshot('processing'), nextPollAt: now });
		await recordCheck(store, key('said'), now, { snapshot: snapshot('failed', { evidence: 'repeated' }), nextPollAt: now + 10_000 });
		await store.tasks.add(newTasks(['lost']), now);
		await recordCheck(store, key('lost'), now, { problem: { kind: 'notFound', failures: 3, at: now } });
		await store.tasks.add([{ ref: { origin, action: 'audio', action2: 'hum', id: 'own' }, name: 'My hum' }], now);

		const row = async (id: string): Promise<unknown> => {
			const { label, description, contextValue, collapsibleState, iconPath } = await drawn(id);
			return {
				label,
				description,
				contextValue,
				opens: collapsibleState !== vscode.TreeItemCollapsibleState.None,
				icon: iconPath instanceof vscode.ThemeIcon ? iconPath.id : undefined,
			};
		};
		const label = 'Text to Video';
		assert.deepEqual(
			await Promise.all(['new', '871234567890123456', 'strange', 'good', 'bad', 'bare', 'early', 'said', 'lost', 'own'].map(row)),
			[
				{ label, description: 'Not checked yet · 0 s · new', contextValue: 'task;active;submitted', opens: false, icon: 'clock' },
				{
					label,
					description: 'about 3 min left · Processing · 30 s · 40 % · 123456',
					contextValue: 'task;active;processing',
					opens: false,
					icon: 'loading~spin',
				},
				{
					label,
					description: 'about 1 min left · reticulating · 3 min · strange',
					contextValue: 'task;active;unknown',
					opens: false,
					icon: 'question',
				},
				{
					label,
					description: 'Succeeded · 3 min 52 s · good',
					contextValue: 'task;finished;succeeded;hasResult',
					opens: true,
					icon: 'pass-filled',
				},
				{
					label,
					description: 'Failed · Image pixel is invalid · 2 s · bad',
					contextValue: 'task;finished;failed',
					opens: false,
					icon: 'error',
				},
				{
					label,
					description: 'Succeeded · no results returned · bare',
					contextValue: 'task;finished;succeeded',
					opens: false,
					icon: 'pass-filled',
				},
				{
					label,
					description: 'Succeeded · waiting for results · early',
					contextValue: 'task;finished;succeeded',
					opens: false,
					icon: 'pass-filled',
				},
				{
					label,
					description: 'Failed? Checking again · 0 s · said',
					contextValue: 'task;active;processing',
					opens: false,
					icon: 'loading~spin',
				},
				{
					label,
					description: 'not found: change the operation or API key · 0 s · lost',
					contextValue: 'task;active;submitted;changeOperation',
					opens: false,
					icon: 'warning',
				},
				{
					label: 'My hum',
					description: 'Not checked yet · 0 s · own',
					contextValue: 'task;active;submitted',
					opens: false,
					icon: 'clock',
				},
			],
		);
	});

	it('shows in the rows of running tasks that the store cannot be written, as long as it cannot', async () => {
		await recordSnapshot('871234567890123456', snapshot('processing'));
		await recordSnapshot('good', snapshot('succeeded', { updatedAt: clock.now() }));
		const locked = shown.decorate('health', { condition: 'locked' });
		assert.match(String((await drawn('871234567890123456')).description), /^task list file in use · /);
		assert.doesNotMatch(String((await drawn('good')).description), /in use/);
		locked.dispose();
		assert.doesNotMatch(String((await drawn('871234567890123456')).description), /in use/);
	});

	it('gives a screen reader the text of the row, and which results are not viewed yet', async () => {
		await recordSnapshot('good', snapshot('succeeded', { updatedAt: clock.now() }));
		assert.match((await drawn('good')).accessibilityInformation?.label ?? '', /^Text to Video, Succeeded.*, not viewed yet$/);
		await store.tasks.markViewed([key('good')], clock.now());
		const { accessibilityInformation, iconPath } = await drawn('good');
		assert.match(accessibilityInformation?.label ?? '', /^Text to Video, Succeeded/);
		assert.doesNotMatch(accessibilityInformation?.label ?? '', /not viewed/);
		assert.ok(iconPath instanceof vscode.ThemeIcon && iconPath.id === 'pass');
	});

	it('shows every fact in the hover, as plain text', async () => {
		await recordSnapshot(
			'good',
			snapshot('succeeded', {
				createdAt: clock.now() - minute,
				updatedAt: clock.now(),
				requestId: 'r-1',
				unitsDeducted: '3.5',
				externalTaskId: 'mine',
			}),
		);
		const { tooltip } = tree.resolveTreeItem(await drawn('good'), tree.nodeOf(key('good')));
		assert.equal((await drawn('good')).tooltip, undefined, 'created on demand');
		assert.ok(typeof tooltip === 'string', 'a string, no Markdown: hovers load remote images even from untrusted Markdown');
		for (const fact of [
			'Text to Video',
			'Succeeded',
			'videos/text2video',
			'Task ID: good',
			'External ID: mine',
			'API: api.kling.example',
			'Duration: 1 min',
			'Cost (units): 3.5',
			'Request ID: r-1',
		]) {
			assert.ok(tooltip.includes(fact), fact);
		}
	});

	it('lists results and parent video as children, which know their task', async () => {
		const image = { kind: 'image', url: 'https://media.kling.example/2.png' } as const;
		await recordSnapshot('good', {
			...snapshot('succeeded'),
			results: [video, image],
			parentVideo: { id: 'p1', url: 'https://media.kling.example/p.mp4', durationSeconds: 10 },
		});
		const node = tree.nodeOf(key('good'));
		const children = await tree.getChildren(node);
		const items = await Promise.all(children.map((child) => tree.getTreeItem(child)));
		assert.deepEqual(
			items.map(({ label, description, contextValue }) => [label, description, contextValue]),
			[
				['Video 1 of 2', '5 s', 'result'],
				['Image 2 of 2', '', 'result'],
				['Parent video', '10 s', 'parent'],
			],
		);
		for (const child of children) {
			assert.equal(tree.getParent(child), node);
			assert.deepEqual(await tree.getChildren(child), []);
			assert.ok((await tree.getTreeItem(child)).accessibilityInformation?.label.includes('Text to Video'));
			assert.notEqual(typeof (await tree.getTreeItem(child)).tooltip, 'object');
		}
		assert.equal(tree.getParent(node), undefined);
	});

	it('keeps the id and the node of a row while its task is tracked', async () => {
		await recordSnapshot('one', snapshot('submitted'));
		const [node] = await tree.getChildren();
		assert.ok(node);
		const { id } = await tree.getTreeItem(node);
		await recordCheck(store, key('one'), clock.now(), { snapshot: snapshot('succeeded', { updatedAt: clock.now() }) });
		assert.equal((await tree.getChildren())[0], node);
		assert.equal((await tree.getTreeItem(node)).id, id);
		await recordSnapshot('two', snapshot('succeeded', { updatedAt: clock.now() }));
		const parents = await tree.getChildren();
		const all = [...parents, ...(await Promise.all(parents.map((parent) => tree.getChildren(parent)))).flat()];
		const allIds = (await Promise.all(all.map((each) => tree.getTreeItem(each)))).map((each) => each.id);
		assert.equal(new Set(allIds).size, allIds.length);
	});

	it('draws text from the API as text: no icon, no HTML, no Markdown', async () => {
		const hostile = '$(flame) <img src=x onerror=alert(1)> **[run](command:kling.deleteAllData)**';
		await store.tasks.add([{ ref: { origin, action: 'videos', action2: 'text2video', id: 'evil' }, name: hostile }], clock.now());
		await recordCheck(store, key('evil'), clock.now(), {
			snapshot: {
				status: 'failed',
				rawStatus: hostile,
				message: hostile,
				requestId: hostile,
				externalTaskId: hostile,
				unitsDeducted: hostile,
				updatedAt: clock.now(),
				results: [{ ...video, id: hostile }],
			},
		});
		await recordSnapshot('odd', snapshot('unknown', { rawStatus: hostile }));
		const hovered = async (id: string): Promise<vscode.TreeItem> => tree.resolveTreeItem(await drawn(id), tree.nodeOf(key(id)));
		const children = await tree.getChildren(tree.nodeOf(key('evil')));
		for (const item of [
			await hovered('evil'),
			await hovered('odd'),
			...(await Promise.all(children.map((child) => tree.getTreeItem(child)))),
		]) {
			const { label, description, tooltip } = item;
			assert.ok(typeof label === 'string' && typeof description === 'string' && typeof tooltip === 'string');
			for (const text of [label, description]) {
				assert.doesNotMatch(text, /\$\(\w/, 'an icon');
			}
		}
		assert.equal((await drawn('evil')).label, hostile.replace('$(', '$\u200B('), 'shown as it came, the icon broken');
	});

	describe('firing', () => {
		it('fires the row that changed, and no other', async () => {
			await recordSnapshot('one', snapshot('submitted'));
			await recordSnapshot('two', snapshot('submitted'));
			await draw();
			fired.length = 0;
			await recordCheck(store, key('one'), clock.now(), { snapshot: snapshot('processing'), nextPollAt: clock.now() + minute });
			assert.deepEqual(fired, [tree.nodeOf(key('one'))]);
		});

		it('fires nothing when a check changed no text of the row', async () => {
			await recordSnapshot('one', snapshot('processing'));
			await draw();
			fired.length = 0;
			await recordCheck(store, key('one'), clock.now(), {
				snapshot: snapshot('processing', { requestId: 'another' }),
				nextPollAt: clock.now() + minute,
			});
			assert.deepEqual(fired, []);
		});

		it('fires the whole list when a task is added, finishes or is removed', async () => {
			await recordSnapshot('one', snapshot('processing'));
			for (const change of [
				() => store.tasks.add(newTasks(['two']), clock.now()),
				() => recordCheck(store, key('one'), clock.now(), { snapshot: snapshot('succeeded') }),
				() => store.tasks.remove([key('two')], clock.now()),
			]) {
				await draw();
				fired.length = 0;
				await change();
				assert.deepEqual(fired, [undefined]);
			}
		});

		it('fires nothing while the view is hidden, and once when it is visible again', async () => {
			await recordSnapshot('one', snapshot('submitted'));
			await draw();
			tree.setVisible(false);
			fired.length = 0;
			await recordCheck(store, key('one'), clock.now(), { snapshot: snapshot('processing') });
			await store.tasks.add(newTasks(['two', 'three']), clock.now());
			assert.deepEqual(fired, []);
			assert.equal(clock.timers, 0, 'no timer is left');
			tree.setVisible(true);
			assert.deepEqual(fired, [undefined]);
		});

		it('updates the elapsed time in the row every five seconds, from a minute on every minute', async () => {
			await recordSnapshot('one', snapshot('processing'));
			await draw();
			fired.length = 0;
			const minutes: number[] = [];
			for (let s = 0; s < 180; s += 5) {
				await clock.advance(5000);
				if (fired.length > 0) {
					minutes.push((s + 5) / 60);
				}
				assert.ok(fired.splice(0).every((node) => node === tree.nodeOf(key('one'))));
				await draw();
			}
			assert.equal(minutes.length, 12 + 2, minutes.join());
			await recordCheck(store, key('one'), clock.now(), { snapshot: snapshot('succeeded') });
			await clock.advance(5000);
			assert.equal(clock.timers, 0, 'no task is active: no timer');
		});
	});

	describe('with ten thousand finished tasks', () => {
		const count = 10_000;

		beforeEach(async () => {
			const directory = bench.directory();
			(await bench.open(directory)).dispose();
			addFinished(join(directory, 'kling-1.db'), count, 0);
			await open(directory);
		});

		it('lists two hundred at a time, newest first, and more on demand', async () => {
			const started = performance.now();
			const nodes = await tree.getChildren();
			const labels = await Promise.all(nodes.map((node) => tree.getTreeItem(node)));
			console.log(`      ${nodes.length} rows of ${count} drawn in ${(performance.now() - started).toFixed(1)} ms`);
			assert.equal(nodes.length, finishedPage + 1);
			assert.equal(nodes[0], tree.nodeOf(key(`e${count}`)));
			const more = labels.at(-1);
			assert.deepEqual(
				[more?.label, more?.description, more?.command?.command],
				['Show More', `${count - finishedPage} older`, 'kling.showMore'],
			);
			fired.length = 0;
			tree.showMore();
			assert.deepEqual(fired, [undefined]);
			assert.equal((await tree.getChildren()).length, 2 * finishedPage + 1);
		});

		it('lists a task to reveal behind the others, however far down it is, without those in between', async () => {
			await draw();
			fired.length = 0;
			const node = tree.nodeOf(key('e7'));
			assert.deepEqual(fired, [undefined]);
			const nodes = await tree.getChildren();
			assert.equal(nodes.length, finishedPage + 2);
			assert.equal(nodes.at(-2), node);
			assert.equal((await draw()).at(-1)?.description, `${count - finishedPage - 1} older`);
			await store.tasks.remove([key('e7')], clock.now());
			assert.equal((await tree.getChildren()).length, finishedPage + 1);
		});

		it('lists and draws all of them in slices that do not block the event loop', async () => {
			for (let page = 1; page < count / finishedPage; page++) {
				tree.showMore();
			}
			let turns = 0;
			let next: NodeJS.Immediate;
			const turn = (): void => {
				turns++;
				next = setImmediate(turn);
			};
			next = setImmediate(turn);
			const nodes = await tree.getChildren();
			const drawnInTurn: number[] = [];
			await Promise.all(
				nodes.map(async (node) => {
					await tree.getTreeItem(node);
					drawnInTurn[turns] = (drawnInTurn[turns] ?? 0) + 1;
				}),
			);
			clearImmediate(next);
			assert.equal(nodes.length, count);
			assert.ok(Object.keys(drawnInTurn).length >= 3, `drawn in ${Object.keys(drawnInTurn).length} turns`);
		});

		it('has no Show More when all are listed', async () => {
			const shown = (await tree.getChildren()).flatMap((node) => (node.kind === 'task' ? [node.key] : []));
			await store.tasks.remove(
				ids(count + 1, 'e')
					.map((id) => key(id))
					.filter((each) => !shown.includes(each)),
				clock.now(),
			);
			assert.deepEqual(new Set((await tree.getChildren()).map(({ kind }) => kind)), new Set(['task']));
		}).timeout(30_000);

		it('fires one row when one changes', async () => {
			await draw();
			fired.length = 0;
			await store.tasks.markViewed([key(`e${count}`)], clock.now());
			assert.deepEqual(fired, [tree.nodeOf(key(`e${count}`))]);
		});
	});
});
