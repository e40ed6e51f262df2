// Creations without a task as rows of the tree, on a real journal.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CreationId } from '../../src/creation/creation';
import type { TaskStore } from '../../src/store/taskStore';
import { DurationModels } from '../../src/tracking/durationModels';
import type { TreeNode } from '../../src/ui/tree/treeNode';
import { TaskTreeProvider } from '../../src/ui/tree/taskTreeProvider';
import { ManualClock } from '../support/clock';
import { key, newTasks, origin, snapshot } from '../support/makers';
import { addCreation, apiError, setStanding, type Standing } from '../support/shownCreations';
import { Bench, recordCheck } from '../support/store';
import { plainText } from './tools/markdown';

const lost: Standing = { state: 'uncertain', reason: { kind: 'lost', error: apiError('unreachable', 'read ECONNRESET') }, sentAt: 1 };
const rejected: Standing = {
	state: 'rejected',
	reason: { kind: 'rejected', error: apiError('badRequest', 'Image pixel is invalid'), isFree: true },
};

describe('creations without a task in the tree', () => {
	const bench = new Bench();
	let clock: ManualClock;
	let store: TaskStore;
	let tree: TaskTreeProvider;
	let fired: (TreeNode | undefined)[];

	beforeEach(async () => {
		clock = new ManualClock();
		store = await bench.open(bench.directory(), { clock });
		tree = bench.own(new TaskTreeProvider(store, { clock, durationModels: new DurationModels(store.durations) }));
		fired = [];
		bench.own(tree.onDidChangeTreeData((node) => fired.push(node)));
		tree.setVisible(true);
	});
	afterEach(() => bench.clear());

	const add = (id: string, standing?: Standing): Promise<CreationId> =>
		addCreation(store.creations, id, clock.now(), standing, { subject: { name: id, prompt: `${id} at dawn`, model: 'kling-v3' } });
	const textOf = (label: vscode.TreeItem['label']): string => (typeof label === 'string' ? label : (label?.label ?? ''));
	const labelOf = async (node: TreeNode): Promise<string> => {
		const { label, description } = await tree.getTreeItem(node);
		return `${textOf(label)} ${String(description ?? '')}`.trim();
	};
	/** The groups with their counts, each with the labels of its rows. */
	const groups = async (): Promise<readonly (readonly [string, readonly string[]])[]> =>
		Promise.all(
			(await tree.getChildren()).map(
				async (node) =>
					[
						await labelOf(node),
						(await Promise.all((await tree.getChildren(node)).map((row) => tree.getTreeItem(row)))).map(({ label }) => textOf(label)),
					] as const,
			),
		);
	const itemOf = async (id: CreationId): Promise<vscode.TreeItem> => {
		const node = await tree.nodeOfCreation(id);
		assert.ok(node);
		return tree.getTreeItem(node);
	};

	it('stand before the tasks: those that go on by themselves under Running, the others under Needs Attention', async () => {
		await store.tasks.add(newTasks(['task']), clock.now());
		await add('planned');
		await clock.advance(1);
		await add('waiting', { state: 'waiting', reason: { kind: 'busy' }, nextAt: clock.now() + 60_000 });
		await add('uncertain', lost);
		await clock.advance(1);
		await add('absent', { ...lost, state: 'absent' });
		await clock.advance(1);
		await add('rejected', rejected);
		await clock.advance(1);
		await add('late', { state: 'planned', reason: { kind: 'late' } });
		await clock.advance(1);
		await add('open', { ...lost, state: 'leftOpen' });
		assert.deepEqual(await groups(), [
			['Running 3', ['waiting', 'planned', 'Text to Video task']],
			['Needs Attention 4', ['late', 'rejected', 'absent', 'uncertain']],
		]);
		tree.grouping = 'operation';
		assert.deepEqual((await groups())[0]?.[0], 'Text to Video 7');
		tree.grouping = 'none';
		assert.deepEqual(await Promise.all((await tree.getChildren()).map(async (node) => (await labelOf(node)).split(' ')[0])), [
			'late',
			'rejected',
			'absent',
			'uncertain',
			'waiting',
			'planned',
			'Text',
		]);
	});

	it('have an icon, the tags of what can be done, and a command that opens their request', async () => {
		const id = await add('uncertain', lost);
		const item = await itemOf(id);
		assert.equal(item.contextValue, 'creation;hasRequest;uncertain;canSearch;canEnterId;canSendAgain;canLeaveOpen;openConsole');
		assert.ok(item.iconPath instanceof vscode.ThemeIcon);
		assert.deepEqual([item.iconPath.id, item.iconPath.color?.id], ['question', 'problemsWarningIcon.foreground']);
		assert.deepEqual(item.command, {
			command: 'kling.showRequest',
			title: 'Show Request',
			arguments: [{ kind: 'creation', id }, 'rowClick'],
		});
		const node = await tree.nodeOfCreation(id);
		assert.ok(node);
		const hover = tree.resolveTreeItem(item, node).tooltip;
		assert.ok(hover instanceof vscode.MarkdownString);
		assert.match(
			plainText(hover),
			/The request was sent, but the response was lost \(read ECONNRESET\)\.[^]*Prompt: uncertain at dawn[^]*External ID: kt-uncertain/,
		);
	});

	it('are matched by the filters: what runs, what failed, and words of the request', async () => {
		await add('waiting', { state: 'waiting', reason: { kind: 'busy' }, nextAt: clock.now() + 60_000 });
		await add('uncertain', lost);
		await add('rejected', rejected);
		const listed = async (): Promise<readonly string[]> => (await groups()).flatMap(([, rows]) => rows);
		tree.filter = { kind: 'running' };
		assert.deepEqual(await listed(), ['waiting', 'uncertain']);
		assert.equal(tree.filterMessage, 'Showing running tasks only. 1 task is hidden.');
		tree.filter = { kind: 'failed' };
		assert.deepEqual(await listed(), ['rejected']);
		tree.filter = { kind: 'unviewed' };
		assert.deepEqual(await listed(), []);
		for (const [text, found] of [
			['uncertain', ['uncertain']],
			['DAWN wait', ['waiting']],
			['kt-rejected', ['rejected']],
			['kling-v3 fox one', ['waiting', 'uncertain', 'rejected']],
			['submarine', []],
		] as const) {
			tree.filter = { kind: 'text', text };
			assert.deepEqual([...(await listed())].sort(), [...found].sort(), text);
		}
	});

	it('are drawn anew one by one, and only when their row differs', async () => {
		const one = await add('one', { state: 'waiting', reason: { kind: 'busy' }, nextAt: clock.now() + 60_000 });
		await add('two', { state: 'waiting', reason: { kind: 'busy' }, nextAt: clock.now() + 60_000 });
		await groups();
		fired = [];
		await setStanding(store.creations, one, clock.now(), { state: 'sending' });
		assert.deepEqual(fired, [{ kind: 'creation', id: 'one', group: 'running' }]);
		await groups();
		fired = [];
		await setStanding(store.creations, one, clock.now(), { state: 'sending' });
		assert.deepEqual(fired, []);
		await setStanding(store.creations, one, clock.now(), lost);
		await groups();
		assert.deepEqual(fired, [undefined], 'there is another group now');
	});

	it('count down until the next attempt', async () => {
		const id = await add('one', { state: 'waiting', reason: { kind: 'busy' }, nextAt: clock.now() + 22_000 });
		await groups();
		assert.equal((await itemOf(id)).description, 'busy, next try in 20 s');
		fired = [];
		await clock.advance(5_000);
		assert.deepEqual(fired, [{ kind: 'creation', id: 'one', group: 'running' }]);
		assert.equal((await itemOf(id)).description, 'busy, next try in 15 s');
	});

	it('become the task as soon as it is there, which says what it was made from', async () => {
		const id = await add('fox', { state: 'sending' });
		await groups();
		const task = await store.creations.accept(id, { taskId: '9001', body: '{}' }, clock.now());
		assert.deepEqual(await groups(), [['Running 1', ['fox']]]);
		const node = await tree.nodeOf(task);
		const item = await tree.getTreeItem(node);
		assert.match(item.contextValue ?? '', /\bhasRequest\b/);
		const hover = tree.resolveTreeItem(item, node).tooltip;
		assert.ok(hover instanceof vscode.MarkdownString);
		assert.match(
			plainText(hover),
			/Prompt: fox at dawn[^]*Model: kling-v3[^]*Estimate: 4 units[^]*Request file: fox one\.kling\.json[^]*Take: 1/,
		);
		await store.tasks.add(newTasks(['other']), clock.now());
		assert.doesNotMatch((await tree.getTreeItem(await tree.nodeOf(key('other')))).contextValue ?? '', /\bhasRequest\b/);
	});

	it('that were made and failed say in their hover what to change', async () => {
		const id = await add('fox', { state: 'sending' });
		const task = await store.creations.accept(id, { taskId: '9002', body: '{}' }, clock.now());
		await recordCheck(store, task, clock.now(), { snapshot: snapshot('failed', { message: 'Image pixel is invalid' }) });
		const node = await tree.nodeOf(task);
		const hover = tree.resolveTreeItem(await tree.getTreeItem(node), node).tooltip;
		assert.ok(hover instanceof vscode.MarkdownString);
		assert.match(plainText(hover), /Image pixel is invalid[^]*Use an image with at least 300 pixels in width and height\./);
		assert.equal(store.tasks.get(task)?.ref.origin, origin);
	});
});
