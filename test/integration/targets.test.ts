import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/core/emitter';
import { taskKey, type Task, type TaskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { TaskTargets, type Target } from '../../src/ui/commands/taskTargets';
import { systemClock } from '../../src/ui/clock';
import { resultUri } from '../../src/ui/result/resultTabs';
import { FocusedRows } from '../../src/ui/tree/focusedRows';
import { taskRow, type TreeNode } from '../../src/ui/tree/treeNode';
import { taskNode } from '../../src/ui/taskNode';
import { cleanSlate, setKey, suiteSimulator, type Parts } from '../support/extension';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';

describe('what a command acts on', function () {
	this.timeout(40_000);
	const suite = suiteSimulator(apiKey);
	let parts: Parts;
	let simulator: Simulator;
	let keys: Readonly<Record<'a' | 'b' | 'c' | 'running' | 'gone', TaskKey>>;
	const replaced: Disposable[] = [];

	before(async () => {
		parts = await cleanSlate();
		simulator = suite.get();
		await setKey(simulator.origin, apiKey);
		const track = async (durationMs: number): Promise<TaskKey> => {
			const id = simulator.create({ action: 'images', action2: 'generations' }, { durationMs, count: 2 });
			await vscode.commands.executeCommand('kling.trackTask', `images/generations ${id}`);
			return taskKey({ origin: simulator.origin, id });
		};
		keys = {
			a: await track(0),
			b: await track(0),
			c: await track(0),
			running: await track(600_000),
			gone: taskKey({ origin: simulator.origin, id: '700000000000000001' }),
		};
	});
	afterEach(() => {
		for (const standIn of replaced.splice(0)) {
			standIn.dispose();
		}
	});

	type Name = keyof typeof keys;
	/** "a", "a 1" for a result of it, "uri a" for the resource of its tab, "more" for the row of that name. */
	const nodeOf = (text: string): unknown => {
		const [first = '', second] = text.split(' ');
		if (first === 'more') {
			return { kind: 'more' };
		}
		return first === 'uri'
			? resultUri(task(second as Name))
			: taskNode(keys[first as Name], second === undefined ? undefined : Number(second));
	};
	const task = (name: Name): Task => parts.store.tasks.get(keys[name]) ?? assert.fail();
	const nameOf = ({ task: { key }, media }: Target): string =>
		`${Object.entries(keys).find(([, known]) => known === key)?.[0] ?? '?'}${media === undefined ? '' : ` ${media}`}`;

	interface Case {
		readonly what: string;
		/** The row that is called, and all that are selected with it. */
		readonly args?: readonly [string, (readonly string[])?];
		/** The rows that a key in the list means, or a key in the tab. */
		readonly key?: readonly string[] | 'unknown' | 'activeTab';
		readonly active?: Name;
		readonly selection?: readonly string[];
		readonly one: string;
		readonly several: string;
		readonly tasks?: string;
	}
	const asks = 'asks';
	const cases: readonly Case[] = [
		{ what: 'nothing in front, nothing selected', one: asks, several: asks },
		{ what: 'a row', args: ['a'], one: 'a', several: 'a' },
		{ what: 'a row, though another tab is in front', args: ['a'], active: 'b', selection: ['c'], one: 'a', several: 'a' },
		{ what: 'a row among selected ones', args: ['a', ['b', 'a']], one: 'a', several: 'b,a' },
		{ what: 'rows of which some do not suit', args: ['a', ['running', 'a']], one: 'a', several: 'a' },
		{ what: 'a row that does not suit', args: ['running'], active: 'a', one: 'No result.', several: 'No result.' },
		{ what: 'a result', args: ['a 1'], one: 'a 1', several: 'a 1', tasks: 'a' },
		{ what: 'a task, a result and the last row', args: ['a', ['a', 'b 1', 'more']], one: 'a', several: 'a,b 1', tasks: 'a' },
		{ what: 'results alone', args: ['a 1', ['a 0', 'a 1', 'b 0']], one: 'a 1', several: 'a 0,a 1,b 0', tasks: 'a,b' },
		{
			what: 'a row whose task is gone',
			args: ['gone'],
			active: 'a',
			one: 'This task is no longer tracked.',
			several: 'This task is no longer tracked.',
		},
		{ what: 'the title of a tab', args: ['uri a'], active: 'b', one: 'a', several: 'a' },
		{ what: 'the tab in front', active: 'a', one: 'a', several: 'a' },
		{ what: 'the tab in front, not the selection', active: 'a', selection: ['b', 'c'], one: 'a', several: 'a' },
		{ what: 'the selected row', selection: ['b'], one: 'b', several: 'b' },
		{ what: 'the selected result', selection: ['b 1'], one: 'b 1', several: 'b 1', tasks: 'b' },
		{ what: 'several selected rows', selection: ['b', 'c'], one: asks, several: 'b,c' },
		{ what: 'the last row alone', selection: ['more'], one: asks, several: asks },
		{ what: 'a tab that does not suit, and a row that does', active: 'running', selection: ['b'], one: 'b', several: 'b' },
		{ what: 'a tab and a row that do not suit', active: 'running', selection: ['running'], one: asks, several: asks },
		{ what: 'a key on a row, whatever is in front', key: ['c'], active: 'a', selection: ['b'], one: 'c', several: 'c' },
		{ what: 'a key on one of several selected rows', key: ['c', 'b'], active: 'a', one: 'c', several: 'c,b' },
		{ what: 'a key on a row that does not suit, beside one that does', key: ['running', 'b'], one: 'No result.', several: 'b' },
		{ what: 'a key on a row that does not suit', key: ['running'], active: 'a', one: 'No result.', several: 'No result.' },
		{
			what: 'a key on a row of no task',
			key: ['more'],
			active: 'a',
			one: 'Select a task in the list first.',
			several: 'Select a task in the list first.',
		},
		{ what: 'a key in the tab', key: 'activeTab', active: 'a', selection: ['b'], one: 'a', several: 'a' },
		{
			what: 'a key in a tab that does not suit',
			key: 'activeTab',
			active: 'running',
			selection: ['b'],
			one: 'No result.',
			several: 'No result.',
		},
		{
			what: 'a key whose row is not known',
			key: 'unknown',
			active: 'a',
			selection: ['b'],
			one: 'Select a task in the list first.',
			several: 'Select a task in the list first.',
		},
	];
	for (const { what, args, key, active, selection = [], ...expected } of cases) {
		it(`is, with ${what}, ${expected.several}`, async () => {
			let asked = 0;
			replaced.push(
				replace(vscode.window, 'showQuickPick', () => {
					asked++;
					return Promise.resolve(undefined);
				}),
			);
			const targets = new TaskTargets(parts.store, systemClock, {
				activeResult: () => (active === undefined ? undefined : keys[active]),
				selection: () => selection.map(nodeOf),
				focusedRows: () => (typeof key === 'string' ? undefined : key?.map(nodeOf)),
			});
			const given =
				key === undefined
					? args === undefined
						? []
						: [nodeOf(args[0]), args[1]?.map(nodeOf)]
					: [key === 'activeTab' ? key : 'focusedRow'];
			const outcome = async (find: () => Promise<readonly Target[]>): Promise<string> => {
				asked = 0;
				try {
					return (await find()).map(nameOf).join();
				} catch (error) {
					return error instanceof vscode.CancellationError && asked === 1 ? asks : error instanceof Error ? error.message : '';
				}
			};
			const suits = ({ results }: Task): boolean => results.length > 0;
			const found = {
				one: await outcome(() => targets.one(given, suits, 'No result.').then((target) => [target])),
				several: await outcome(() => targets.several(given, suits, 'No result.')),
				tasks: await outcome(() => targets.tasks(given, suits, 'No result.').then((tasks) => tasks.map((one) => ({ task: one })))),
			};
			assert.deepEqual(found, { tasks: expected.several, ...expected });
		});
	}

	it('is offered one at a time, what is in front first', async () => {
		let offered: readonly string[] = [];
		replaced.push(
			replace(vscode.window, 'showQuickPick', (items, options) => {
				assert.equal((options as vscode.QuickPickOptions).canPickMany, undefined);
				offered = (items as { task: Task }[]).map((item) => nameOf(item));
				return Promise.resolve((items as unknown[])[0]);
			}),
		);
		const targets = new TaskTargets(parts.store, systemClock, {
			activeResult: () => undefined,
			selection: () => [nodeOf('b'), nodeOf('c')],
			focusedRows: () => undefined,
		});
		assert.equal(nameOf(await targets.one([], () => true, '')), 'b');
		assert.deepEqual(
			[offered.slice(0, 2), [...offered].sort()],
			[
				['b', 'c'],
				['a', 'b', 'c', 'running'],
			],
		);
	});

	it('is nothing when a pick is closed: no message, and the clipboard as it was', async () => {
		const messages = new Messages();
		replaced.push(messages);
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await vscode.commands.executeCommand('workbench.view.explorer');
		replaced.push(replace(vscode.window, 'showQuickPick', () => Promise.resolve(undefined)));
		await vscode.env.clipboard.writeText('mine');
		const tracked = parts.store.tasks.counts();
		for (const command of ['kling.copyTaskId', 'kling.copyLink', 'kling.untrackTask', 'kling.refreshTask']) {
			await vscode.commands.executeCommand(command);
		}
		assert.deepEqual([await vscode.env.clipboard.readText(), messages.all, parts.store.tasks.counts()], ['mine', [], tracked]);
	});

	it('copies the links of every selected task and result, each once', async () => {
		await vscode.commands.executeCommand('kling.copyLink', nodeOf('a'), ['a', 'a 1', 'b 0', 'more'].map(nodeOf));
		const links = (await vscode.env.clipboard.readText()).split('\n');
		assert.deepEqual(links, [...task('a').results.map(({ url }) => url), task('b').results[0]?.url]);
	});

	it('removes no task of which only a result is meant', async () => {
		const messages = new Messages();
		replaced.push(messages);
		await vscode.commands.executeCommand('kling.untrackTask', nodeOf('a 1'), ['a 1', 'b 0'].map(nodeOf));
		await messages.next(/^A single result cannot be removed from the list\. Select its task\.$/);
		assert.equal(parts.store.tasks.counts().finished, 3);
	});
});

describe('the row that a key in the list means', () => {
	const row = (id: string): TreeNode => taskRow('all', taskKey({ origin: 'https://api.kling.example', id }));
	const [a, b, c] = [row('a'), row('b'), row('c')];
	const cases: readonly {
		readonly what: string;
		/** The selections that the editor reports, and when, ms. */
		readonly reported: readonly (readonly [number, readonly TreeNode[]])[];
		readonly at?: number;
		readonly rows: readonly TreeNode[] | undefined;
	}[] = [
		{
			what: 'focused and not selected',
			reported: [
				[0, [a]],
				[5000, [a, c]],
				[5001, [a]],
			],
			rows: [c],
		},
		{
			what: 'focused and selected',
			reported: [
				[0, [a]],
				[5000, []],
				[5001, [a]],
			],
			rows: [a],
		},
		{
			what: 'one of several selected',
			reported: [
				[0, [a, b, c]],
				[5000, [a, c]],
				[5001, [a, c, b]],
			],
			rows: [b, a, c],
		},
		{
			what: 'beside several selected',
			reported: [
				[0, [a, b]],
				[5000, [a, b, c]],
				[5001, [a, b]],
			],
			rows: [c],
		},
		{
			what: 'without any selection',
			reported: [
				[5000, [b]],
				[5001, []],
			],
			rows: [b],
		},
		{ what: 'not there', reported: [[0, [a]]], rows: undefined },
		{
			what: 'from long ago',
			reported: [
				[0, [a, c]],
				[1, [a]],
			],
			rows: undefined,
		},
		{
			what: 'when something else selects a row behind the key',
			reported: [
				[5000, [b]],
				[5001, []],
				[5001, [c]],
			],
			rows: undefined,
		},
		{
			what: 'although a selected row has gone',
			reported: [
				[0, [a, c]],
				[5000, [b]],
				[5001, []],
			],
			rows: [b],
		},
		{
			what: 'in between clicks',
			reported: [
				[4990, [a]],
				[5000, [b]],
			],
			rows: undefined,
		},
	];
	for (const { what, reported, at = 5002, rows } of cases) {
		it(`is known: ${what}`, () => {
			const emitter = new vscode.EventEmitter<vscode.TreeViewSelectionChangeEvent<TreeNode>>();
			let now = 0;
			const focused = new FocusedRows({ onDidChangeSelection: emitter.event }, () => now);
			for (const [time, selection] of reported) {
				now = time;
				emitter.fire({ selection });
			}
			now = at;
			assert.deepEqual(focused.take(), rows);
			assert.equal(focused.take(), undefined, 'and once only');
			focused.dispose();
		});
	}
});
