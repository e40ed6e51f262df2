import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TaskSnapshot } from '../../src/core/task';
import { isFinishedStatus } from '../../src/core/task';
import type { GroupId } from '../../src/core/taskGroup';
import type { TaskStore } from '../../src/store/taskStore';
import { DurationModels } from '../../src/tracking/durationModels';
import type { TreeNode } from '../../src/ui/tree/treeNode';
import { TaskTreeProvider } from '../../src/ui/tree/taskTreeProvider';
import { finishedPage } from '../../src/ui/tree/treeContent';
import { plainText } from './tools/markdown';
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
	const draw = async (): Promise<readonly vscode.TreeItem[]> => {
		const roots = await tree.getChildren();
		const nodes = [
			...roots,
			...(await Promise.all(roots.filter(({ kind }) => kind === 'group').map((root) => tree.getChildren(root)))).flat(),
		];
		return Promise.all(nodes.map((node) => tree.getTreeItem(node)));
	};
	const drawn = async (id: string): Promise<vscode.TreeItem> => tree.getTreeItem(await tree.nodeOf(key(id)));
	const idOf = (node: TreeNode): string => (node.kind === 'task' ? (store.tasks.get(node.key)?.ref.id ?? 'gone') : node.kind);
	/** The groups by label and count, each with what it lists. */
	const groups = async (): Promise<readonly (readonly [string, readonly string[]])[]> =>
		Promise.all(
			(await tree.getChildren()).map(async (node): Promise<readonly [string, readonly string[]]> => {
				const { label, description } = await tree.getTreeItem(node);
				return [`${label as string} ${String(description)}`, (await tree.getChildren(node)).map(idOf)];
			}),
		);
	const groupNode = (group: GroupId): TreeNode => ({ kind: 'group', group });
	/** Waits until the tree has read what changed. */
	const settle = (): Promise<unknown> => tree.getChildren();
	const open = async (directory = bench.directory()): Promise<void> => {
		clock = new ManualClock();
		store = await bench.open(directory);
		shown = testStore(store);
		tree = bench.own(new TaskTreeProvider(shown, { clock, durationModels: new DurationModels(store.durations) }));
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
		for (const wait of [0, 20_000, 23_000, 120_000, 1_000]) {
			await clock.advance(wait);
			if (wait === 1_000) {
				await recordCheck(store, key('a'), clock.now(), { snapshot: snapshot('processing', { progress: 0.3 }), nextPollAt: clock.now() });
			}
			shown.push(String((await drawn('a')).description));
		}
		assert.deepEqual(shown, [
			'~40 s left · 30 %',
			'~20 s left · 30 %',
			'should finish soon · 30 %',
			// Nobody has checked it since: it may be done.
			'should finish soon · 30 %',
			'longer than usual · 2 min · 30 %',
		]);
	});

	it('lists active tasks first, then finished ones by the time they finished', async () => {
		const now = clock.now();
		await recordSnapshot('early', snapshot('succeeded', { updatedAt: now - 9 * minute }));
		await recordSnapshot('first', snapshot('processing'), now - 2 * minute);
		await recordSnapshot('late', snapshot('failed', { updatedAt: now - minute }));
		await recordSnapshot('second', snapshot('submitted'), now - minute);
		await recordSnapshot('middle', snapshot('succeeded', { updatedAt: now - 5 * minute }));
		assert.deepEqual(await groups(), [
			['Running 2', ['second', 'first']],
			['Today 3', ['late', 'middle', 'early']],
		]);
		tree.grouping = 'none';
		assert.deepEqual((await tree.getChildren()).map(idOf), ['second', 'first', 'late', 'middle', 'early']);
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
			const { label, description, contextValue, collapsibleState, iconPath, resourceUri } = await drawn(id);
			return {
				label,
				description,
				hasDot: resourceUri !== undefined,
				contextValue,
				opens: collapsibleState !== vscode.TreeItemCollapsibleState.None,
				icon: iconPath instanceof vscode.ThemeIcon ? iconPath.id : undefined,
			};
		};
		const active = { hasDot: false, opens: false };
		const finished = { hasDot: true, opens: false, icon: 'device-camera-video' };
		assert.deepEqual(
			await Promise.all(['new', '871234567890123456', 'strange', 'good', 'bad', 'bare', 'early', 'said', 'lost', 'own'].map(row)),
			[
				{
					...active,
					label: 'Text to Video new',
					description: 'Waiting for first check',
					contextValue: 'task;active;submitted',
					icon: 'clock',
				},
				{
					...active,
					label: 'Text to Video 123456',
					description: '~3 min left · 40 %',
					contextValue: 'task;active;processing',
					icon: 'loading~spin',
				},
				{
					...active,
					label: 'Text to Video strange',
					description: '~1 min left · reticulating',
					contextValue: 'task;active;unknown',
					icon: 'question',
				},
				{
					...finished,
					label: 'Text to Video good',
					description: '1 min ago',
					contextValue: 'task;finished;succeeded;hasResult;canKeep',
				},
				{
					...finished,
					label: 'Text to Video bad',
					description: 'Image pixel is invalid · just now',
					contextValue: 'task;finished;failed',
					icon: 'error',
				},
				{
					...finished,
					label: 'Text to Video bare',
					description: 'no results returned · just now',
					contextValue: 'task;finished;succeeded',
				},
				{
					...finished,
					label: 'Text to Video early',
					description: 'waiting for results · just now',
					contextValue: 'task;finished;succeeded',
				},
				{
					...active,
					label: 'Text to Video said',
					description: 'Failed? Checking again',
					contextValue: 'task;active;processing',
					icon: 'loading~spin',
				},
				{
					...active,
					label: 'Text to Video lost',
					description: 'not found · last checked just now',
					contextValue: 'task;active;submitted;changeOperation',
					icon: 'warning',
				},
				{ ...active, label: 'My hum', description: 'Waiting for first check', contextValue: 'task;active;submitted', icon: 'clock' },
			],
		);
	});

	it('shows in the rows of running tasks that the store cannot be written, as long as it cannot', async () => {
		await recordSnapshot('871234567890123456', snapshot('processing'));
		await recordSnapshot('good', snapshot('succeeded', { updatedAt: clock.now() }));
		const locked = shown.decorate('health', { condition: 'locked' });
		assert.equal((await drawn('871234567890123456')).description, 'task list file in use');
		assert.doesNotMatch(String((await drawn('good')).description), /in use/);
		locked.dispose();
		assert.doesNotMatch(String((await drawn('871234567890123456')).description), /in use/);
	});

	it('says how long ago a task finished, in steps that are seldom redrawn, and what it made', async () => {
		const image = { kind: 'image', url: 'https://media.kling.example/2.png' } as const;
		await recordSnapshot('four', snapshot('succeeded', { updatedAt: clock.now(), results: [image, image, image, image] }));
		await recordSnapshot('two', snapshot('succeeded', { updatedAt: clock.now(), results: [image, video] }));
		assert.equal((await drawn('two')).description, 'just now · 2 results');
		const shown: string[] = [];
		for (const minutes of [0, 1, 8, 8, 42, 61, 47 * 60, 24 * 60]) {
			await clock.advance(minutes * minute);
			shown.push(String((await drawn('four')).description));
		}
		assert.deepEqual(shown, [
			'just now · 4 images',
			'1 min ago · 4 images',
			'9 min ago · 4 images',
			'15 min ago · 4 images',
			'55 min ago · 4 images',
			'2 h ago · 4 images',
			'2 days ago · 4 images',
			'3 days ago · 4 images',
		]);
		await clock.advance(7 * 24 * 60 * minute);
		assert.match(String((await drawn('four')).description), /^[A-Z][a-z]{2} \d+, \d{4} · 4 images$/);
	}).timeout(30_000);

	it('gives a screen reader what icon, dot and text show, for successes and failures', async () => {
		const finished = { updatedAt: clock.now() };
		const heard = async (id: string): Promise<string | undefined> => (await drawn(id)).accessibilityInformation?.label;
		await recordSnapshot('good', snapshot('succeeded', finished));
		await recordSnapshot('bad', snapshot('failed', { ...finished, message: 'too dark' }));
		await recordSnapshot('busy', snapshot('processing'));
		await store.tasks.rename(key('busy'), 'My hum');
		assert.deepEqual(await Promise.all(['good', 'bad', 'busy'].map(heard)), [
			'Text to Video good, Succeeded, just now, not viewed',
			'Text to Video bad, Failed, too dark · just now, not viewed',
			'My hum, Text to Video, Processing, about 5 min left',
		]);
		await draw();
		fired.length = 0;
		await store.tasks.markViewed([key('good'), key('bad')], clock.now());
		assert.deepEqual(fired, await Promise.all(['good', 'bad'].map((id) => tree.nodeOf(key(id)))), 'both rows are redrawn');
		assert.deepEqual(await Promise.all(['good', 'bad'].map(heard)), [
			'Text to Video good, Succeeded, just now',
			'Text to Video bad, Failed, too dark · just now',
		]);
		assert.equal((await drawn('bad')).resourceUri, undefined, 'no dot');
	});

	it('shows every fact in the hover, as text', async () => {
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
		const { tooltip } = tree.resolveTreeItem(await drawn('good'), await tree.nodeOf(key('good')));
		assert.equal((await drawn('good')).tooltip, undefined, 'created on demand');
		assert.ok(tooltip instanceof vscode.MarkdownString);
		assert.deepEqual([tooltip.isTrusted, tooltip.supportHtml], [false, false]);
		const text = plainText(tooltip);
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
			'Link expires: ',
			' at the latest',
		]) {
			assert.ok(text.includes(fact), `${fact} in ${text}`);
		}
		assert.doesNotMatch(text, / ago|just now/, 'it is made once, and stays');
	});

	it('lists results and parent video as children, which know their task', async () => {
		const image = { kind: 'image', url: 'https://media.kling.example/2.png' } as const;
		await recordSnapshot('good', {
			...snapshot('succeeded'),
			results: [video, image],
			parentVideo: { id: 'p1', url: 'https://media.kling.example/p.mp4', durationSeconds: 10 },
		});
		const node = await tree.nodeOf(key('good'));
		assert.equal((await tree.getTreeItem(node)).collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
		const children = await tree.getChildren(node);
		const items = await Promise.all(children.map((child) => tree.getTreeItem(child)));
		assert.deepEqual(
			items.map(({ label, description, contextValue }) => [label, description, contextValue]),
			[
				['Video 1 of 2', '5 s', 'result;canKeep'],
				['Image 2 of 2', '', 'result;canKeep'],
				['Parent video', '10 s', 'parent'],
			],
		);
		for (const child of children) {
			assert.equal(tree.getParent(child), node);
			assert.deepEqual(await tree.getChildren(child), []);
			assert.ok((await tree.getTreeItem(child)).accessibilityInformation?.label.includes('Text to Video'));
			assert.notEqual(typeof (await tree.getTreeItem(child)).tooltip, 'object');
		}
		assert.deepEqual(tree.getParent(node), groupNode('today'));
		assert.equal(tree.getParent(groupNode('today')), undefined);
	});

	it('keeps the id and the node of a row while it is in its group, and gives every row an id of its own', async () => {
		await recordSnapshot('one', snapshot('submitted'));
		const node = await tree.nodeOf(key('one'));
		const { id } = await tree.getTreeItem(node);
		await recordCheck(store, key('one'), clock.now(), { snapshot: snapshot('processing'), nextPollAt: clock.now() });
		assert.equal(await tree.nodeOf(key('one')), node);
		assert.equal((await tree.getTreeItem(node)).id, id);
		await recordCheck(store, key('one'), clock.now(), { snapshot: snapshot('succeeded', { updatedAt: clock.now() }) });
		await recordSnapshot('two', snapshot('succeeded', { updatedAt: clock.now() }));
		await recordSnapshot('three', snapshot('submitted'));
		const all = await draw();
		const children = await Promise.all(['one', 'two'].map(async (each) => tree.getChildren(await tree.nodeOf(key(each)))));
		const items = [...all, ...(await Promise.all(children.flat().map((child) => tree.getTreeItem(child))))];
		assert.deepEqual([items.length, new Set(items.map((item) => item.id)).size], [7, 7]);
	});

	it('draws text from the API as text: no icon, no HTML, no Markdown', async () => {
		const hostile =
			'$(flame) <img src=x onerror=alert(1)> **[run](command:kling.deleteAllData)** https://evil.example www.evil.example a@evil.example';
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
		const hovered = async (id: string): Promise<vscode.TreeItem> => tree.resolveTreeItem(await drawn(id), await tree.nodeOf(key(id)));
		const children = await tree.getChildren(await tree.nodeOf(key('evil')));
		for (const item of [
			await hovered('evil'),
			await hovered('odd'),
			...(await Promise.all(children.map((child) => tree.getTreeItem(child)))),
		]) {
			const { label, description, tooltip } = item;
			assert.ok(typeof label === 'string' && typeof description === 'string');
			if (tooltip instanceof vscode.MarkdownString) {
				assert.doesNotMatch(tooltip.value, /[^\\][[\]()<]\w|:\/\/\w|www\.\w|\w@\w|[^\\*]\*\*\\?\[/, 'a link, a tag or an image');
			} else {
				assert.equal(typeof tooltip, 'string');
			}
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
			assert.deepEqual(fired, [await tree.nodeOf(key('one'))]);
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

		it('fires the groups between which a task moves, and the list only when a group appears or disappears', async () => {
			const now = clock.now();
			for (const id of ['one', 'stays']) {
				await recordSnapshot(id, snapshot('processing'));
			}
			await recordSnapshot('done', snapshot('succeeded', { updatedAt: now }));
			await recordSnapshot('old', snapshot('succeeded', { updatedAt: now - 400 * 24 * 60 * minute }));
			const running = groupNode('running');
			const steps: [string, () => Promise<unknown>, (TreeNode | undefined)[]][] = [
				['added', () => store.tasks.add(newTasks(['two']), now), [running]],
				[
					'finished',
					() => recordCheck(store, key('one'), now, { snapshot: snapshot('succeeded', { updatedAt: now }) }),
					[running, groupNode('today')],
				],
				['removed', () => store.tasks.remove([key('two')], now), [running]],
				['lost', () => recordCheck(store, key('stays'), now, { problem: { kind: 'notFound', failures: 3, at: now } }), [undefined]],
				['the last old one removed', () => store.tasks.remove([key('old')], now), [undefined]],
			];
			for (const [what, change, expected] of steps) {
				await draw();
				fired.length = 0;
				await change();
				await settle();
				assert.deepEqual(fired, expected, what);
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
			await settle();
			assert.deepEqual(fired, [undefined]);
		});

		it('updates the elapsed time in the row every five seconds, from a minute on every minute', async () => {
			// Its age is known, but not how long such tasks take.
			await store.tasks.add([{ ref: { origin, action: 'videos', action2: 'effects2', id: 'one' } }], clock.now());
			await recordCheck(store, key('one'), clock.now(), { snapshot: snapshot('processing'), nextPollAt: clock.now() + minute });
			await draw();
			fired.length = 0;
			const minutes: number[] = [];
			for (let s = 0; s < 180; s += 5) {
				await clock.advance(5000);
				if (fired.length > 0) {
					minutes.push((s + 5) / 60);
				}
				const node = await tree.nodeOf(key('one'));
				assert.ok(fired.splice(0).every((each) => each === node));
				await draw();
			}
			assert.equal(minutes.length, 12 + 2, minutes.join());
		});

		it('updates how long ago a task finished once a minute, then seldom', async () => {
			await recordSnapshot('one', snapshot('succeeded', { updatedAt: clock.now() }));
			await draw();
			const counts: number[] = [];
			for (const minutes of [10, 50, 60]) {
				fired.length = 0;
				for (let passed = 0; passed < minutes * minute; passed += 5_000) {
					await clock.advance(5_000);
					await draw();
				}
				assert.ok(fired.every((node) => node?.kind === 'task'));
				counts.push(fired.length);
			}
			assert.deepEqual(counts, [10, 10, 1]);
		}).timeout(60_000);

		it('moves tasks to the groups of the next day at midnight', async () => {
			const date = new Date(clock.now());
			const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
			await recordSnapshot('one', snapshot('succeeded', { updatedAt: clock.now() }));
			await draw();
			assert.deepEqual(await groups(), [['Today 1', ['one']]]);
			await clock.advance(midnight - clock.now() - 1);
			assert.deepEqual(await groups(), [['Today 1', ['one']]]);
			fired.length = 0;
			await clock.advance(1);
			await settle();
			assert.ok(fired.includes(undefined));
			assert.deepEqual(await groups(), [['Yesterday 1', ['one']]]);
		}).timeout(60_000);

		it('redraws every row when an origin is paused', async () => {
			await recordSnapshot('one', snapshot('processing'));
			await draw();
			fired.length = 0;
			await store.origins.pause(origin, 'noKey', clock.now());
			await settle();
			assert.deepEqual(fired, [undefined]);
			assert.deepEqual(await groups(), [['Needs Attention 1', ['one']]]);
			assert.equal((await drawn('one')).description, 'needs API key');
		});
	});

	describe('groups', () => {
		const day = 24 * 60 * minute;

		it('are by time, with the offline demo and what only a person can help apart', async () => {
			const now = clock.now();
			await recordSnapshot('busy', snapshot('processing'));
			await store.tasks.add(newTasks(['lost']), now);
			await recordCheck(store, key('lost'), now, { problem: { kind: 'notFound', failures: 3, at: now } });
			await store.tasks.add(newTasks(['fresh']), now);
			await recordCheck(store, key('fresh'), now, { problem: { kind: 'notFound', failures: 1, at: now }, nextPollAt: now + 1 });
			await store.tasks.add([{ ref: { origin, action: 'videos', action2: 'text2video', id: 'toy' }, owner: 'demo-1' }], now);
			for (const [id, days] of [
				['now', 0],
				['before', 1],
				['long', 400],
			] as const) {
				await recordSnapshot(id, snapshot(id === 'now' ? 'failed' : 'succeeded', { updatedAt: now - days * day }));
			}
			assert.deepEqual(await groups(), [
				['Offline Demo 1', ['toy']],
				['Running 2', ['fresh', 'busy']],
				['Needs Attention 1', ['lost']],
				['Today 1', ['now']],
				['Yesterday 1', ['before']],
				['Older 1', ['long']],
			]);
			const items = await Promise.all((await tree.getChildren()).map((node) => tree.getTreeItem(node)));
			assert.deepEqual(
				items.map(({ accessibilityInformation, contextValue, collapsibleState }) => [
					accessibilityInformation?.label,
					contextValue,
					collapsibleState === vscode.TreeItemCollapsibleState.Expanded,
				]),
				[
					['Offline Demo, 1 task', 'group', true],
					['Running, 2 tasks', 'group', true],
					['Needs Attention, 1 task', 'group', true],
					['Today, 1 task', 'group', true],
					['Yesterday, 1 task', 'group', true],
					['Older, 1 task', 'group', false],
				],
			);
		});

		it('are by operation, active tasks first, in the order of the catalogue', async () => {
			tree.grouping = 'operation';
			const now = clock.now();
			const track = (id: string, action: string, action2: string) => store.tasks.add([{ ref: { origin, action, action2, id } }], now);
			await track('hum', 'audio', 'tts');
			await track('own', 'videos', 'own-thing');
			await recordSnapshot('done', snapshot('succeeded', { updatedAt: now }));
			await recordSnapshot('busy', snapshot('processing'));
			assert.deepEqual(await groups(), [
				['Text to Video 2', ['busy', 'done']],
				['Text to Speech 1', ['hum']],
				['videos/own-thing 1', ['own']],
			]);
		});

		it('are narrowed by a filter, which says how many tasks it hides', async () => {
			const now = clock.now();
			await recordSnapshot('busy', snapshot('processing'));
			await recordSnapshot('good', snapshot('succeeded', { updatedAt: now }));
			await recordSnapshot('seen', snapshot('failed', { updatedAt: now }));
			await store.tasks.markViewed([key('seen')], now);
			await store.tasks.rename(key('good'), 'Night shot');
			const filtered: unknown[] = [];
			for (const grouping of ['time', 'operation'] as const) {
				tree.grouping = grouping;
				for (const filter of [
					{ kind: 'running' },
					{ kind: 'failed' },
					{ kind: 'unviewed' },
					{ kind: 'text', text: 'night' },
					{ kind: 'text', text: 'nothing like this' },
				] as const) {
					tree.filter = filter;
					filtered.push([...(await groups()), tree.content?.hidden]);
				}
			}
			assert.deepEqual(filtered, [
				[['Running 1', ['busy']], 2],
				[['Today 1', ['seen']], 2],
				[['Today 1', ['good']], 2],
				[['Today 1', ['good']], 2],
				[3],
				[['Text to Video 1', ['busy']], 2],
				[['Text to Video 1', ['seen']], 2],
				[['Text to Video 1', ['good']], 2],
				[['Text to Video 1', ['good']], 2],
				[3],
			]);
			await tree.nodeOf(key('busy'));
			assert.deepEqual(await groups(), [['Found 1', ['busy']]], 'what is revealed is shown whatever the filter hides');
			tree.filter = undefined;
			tree.grouping = 'time';
			assert.deepEqual(
				[await groups(), tree.content?.hidden],
				[
					[
						['Running 1', ['busy']],
						['Today 2', ['seen', 'good']],
					],
					0,
				],
			);
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
			const [group, ...others] = await tree.getChildren();
			assert.deepEqual([group, others], [groupNode('older'), []]);
			const nodes = await tree.getChildren(group);
			const labels = await Promise.all(nodes.map((node) => tree.getTreeItem(node)));
			console.log(`      ${nodes.length} rows of ${count} drawn in ${(performance.now() - started).toFixed(1)} ms`);
			assert.equal(nodes.length, finishedPage + 1);
			assert.equal(nodes[0], await tree.nodeOf(key(`e${count}`)));
			assert.equal((await draw())[0]?.description, String(count));
			const more = labels.at(-1);
			assert.deepEqual(
				[more?.label, more?.description, more?.command?.command],
				['Show More', `${count - finishedPage} older`, 'kling.showMore'],
			);
			fired.length = 0;
			tree.showMore('older');
			assert.equal((await tree.getChildren(group)).length, 2 * finishedPage + 1);
			assert.deepEqual(fired, [group]);
		});

		it('lists a task to reveal in a group of its own at the top, however far down it is', async () => {
			await draw();
			fired.length = 0;
			const node = await tree.nodeOf(key('e7'));
			assert.deepEqual(fired, [undefined]);
			const [found, older] = await tree.getChildren();
			assert.deepEqual([tree.getParent(node), older], [found, groupNode('older')]);
			assert.deepEqual(await tree.getChildren(found), [node]);
			assert.equal((await tree.getChildren(older)).length, finishedPage + 1);
			await store.tasks.remove([key('e7')], clock.now());
			assert.deepEqual(await tree.getChildren(), [older]);
		});

		it('lists and draws all of them in slices that do not block the event loop', async () => {
			for (let page = 1; page < count / finishedPage; page++) {
				tree.showMore('older');
			}
			let turns = 0;
			let next: NodeJS.Immediate;
			const turn = (): void => {
				turns++;
				next = setImmediate(turn);
			};
			next = setImmediate(turn);
			const nodes = await tree.getChildren(groupNode('older'));
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
			const shown = (await tree.getChildren(groupNode('older'))).flatMap((node) => (node.kind === 'task' ? [node.key] : []));
			await store.tasks.remove(
				ids(count + 1, 'e')
					.map((id) => key(id))
					.filter((each) => !shown.includes(each)),
				clock.now(),
			);
			assert.deepEqual(new Set((await tree.getChildren(groupNode('older'))).map(({ kind }) => kind)), new Set(['task']));
		}).timeout(30_000);

		it('fires one row when one changes', async () => {
			await draw();
			fired.length = 0;
			await store.tasks.markViewed([key(`e${count}`)], clock.now());
			assert.deepEqual(fired, [await tree.nodeOf(key(`e${count}`))]);
		});
	});
});
