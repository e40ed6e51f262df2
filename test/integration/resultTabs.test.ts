import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { taskKey, type Task, type TaskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { activeResult, readResultUri, resultTabs, resultUri, tabTitle } from '../../src/ui/result/resultTabs';
import { taskItem } from '../../src/ui/tree/taskItem';
import type { Parts } from '../support/extension';
import { soon } from '../support/retry';
import { eachSlate } from './tools/eachSlate';

const apiKey = 'sk-integration-0123456789abcdef';

function taskOf(id: string, name?: string, origin = 'https://api.kling.example'): Task {
	const ref = { origin, action: 'videos', action2: 'text2video', id };
	return { key: taskKey(ref), ref, trackedAt: 0, results: [], status: 'submitted', ...(name === undefined ? {} : { name }) };
}

describe('the resource of a result tab', () => {
	it('names the task, whatever its origin and ID, and survives being written down', () => {
		for (const task of [
			taskOf('880012345678905555'),
			taskOf('880012345678905555', 'Harbour / night'),
			taskOf('A-b_c=', '..', 'http://127.0.0.1:18090/relay/Kling'),
			taskOf('880012345678905555', '100 % #1? “quoted” 雨の橋'),
		]) {
			const uri = resultUri(task);
			assert.equal(readResultUri(uri), task.key);
			assert.equal(readResultUri(vscode.Uri.parse(uri.toString(), true)), task.key);
			assert.equal(readResultUri(vscode.Uri.from(JSON.parse(JSON.stringify(uri)) as vscode.Uri)), task.key);
		}
	});

	it('ends in the tab’s title, with what tells tabs of one name apart before it', () => {
		const cases: readonly (readonly [name: string | undefined, path: string])[] = [
			[undefined, '/Text to Video 905555'],
			['Rain', '/Text to Video 905555/Rain'],
			['a/b\\c\nd', '/Text to Video 905555/a b c d'],
			['..', '/Text to Video 905555'],
			['x'.repeat(33), `/Text to Video 905555/${'x'.repeat(31)}…`],
			['x'.repeat(32), `/Text to Video 905555/${'x'.repeat(32)}`],
			['😀'.repeat(40), `/Text to Video 905555/${'😀'.repeat(31)}…`],
		];
		for (const [name, path] of cases) {
			const task = taskOf('880012345678905555', name);
			assert.equal(resultUri(task).path, path);
			assert.equal(tabTitle(task), path.replace(/^.*\//, ''));
		}
	});

	it('is nothing for any other text', () => {
		for (const text of ['kling-task:/x', 'kling-task:/x?zz', 'kling-task:/x?00', 'file:///x?61206262', 'kling-task:?']) {
			assert.equal(readResultUri(vscode.Uri.parse(text)), undefined, text);
		}
		assert.equal(readResultUri('kling-task:/x?6120 62'), undefined);
	});

	it('is what a click on a row opens, so that the editor treats it as it treats files', () => {
		const task = taskOf('880012345678905555');
		assert.deepEqual(
			[taskItem(task, 0).command?.command, taskItem(task, 0).command?.arguments?.map(String)],
			['vscode.open', [String(resultUri(task))]],
		);
	});
});

describe('result tabs', function () {
	this.timeout(40_000);
	let parts: Parts;
	let simulator: Simulator;

	eachSlate(apiKey, (slate) => {
		({ parts, simulator } = slate);
	});

	const track = async (durationMs = 0): Promise<TaskKey> => {
		const id = simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs });
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		return taskKey({ origin: simulator.origin, id });
	};
	const task = (key: TaskKey): Task => parts.store.tasks.get(key) ?? assert.fail();
	const open = (key: TaskKey): Thenable<unknown> => vscode.commands.executeCommand('kling.openResult', { kind: 'task', key });
	const tabsOf = (key: TaskKey): number => resultTabs().filter((tab) => tab.key === key).length;

	it('are the editor’s own: a preview by a row, kept by a command, one per task', async () => {
		const [one, two] = [await track(), await track()];
		const tab = (): vscode.Tab | undefined => vscode.window.tabGroups.activeTabGroup.activeTab;
		await vscode.commands.executeCommand('vscode.open', resultUri(task(one)));
		await soon('the tab', () => activeResult() === one);
		assert.equal(tab()?.isPreview, true);
		await vscode.commands.executeCommand('vscode.open', resultUri(task(two)));
		await soon('the next tab', () => activeResult() === two);
		assert.deepEqual([tabsOf(one), tabsOf(two)], [0, 1]);
		await open(two);
		await soon('it to be kept', () => tab()?.isPreview === false);
		await open(one);
		await soon('the other tab', () => activeResult() === one);
		assert.deepEqual([tabsOf(one), tabsOf(two)], [1, 1]);
		await open(two);
		assert.deepEqual([tabsOf(one), tabsOf(two)], [1, 1]);
	});

	it('mark the task as viewed, and close when it is removed from the list', async () => {
		const key = await track();
		await open(key);
		// The window of the tests has no focus of its own.
		await soon('its tab', () => tabsOf(key) === 1);
		await vscode.commands.executeCommand('kling.untrackTask', { kind: 'task', key });
		await soon('it to close', () => tabsOf(key) === 0);
	});

	it('keep their resource when the task is renamed, so that its row opens no second one', async () => {
		const key = await track();
		await open(key);
		const before = String(resultUri(task(key)));
		await parts.store.tasks.rename(key, 'Rain');
		assert.equal(String(resultUri(task(key))), before);
		await vscode.commands.executeCommand('vscode.open', resultUri(task(key)));
		assert.equal(tabsOf(key), 1);
	});

	it('lead to the open one when a resource has another name of the task', async () => {
		const key = await track();
		const other = await track();
		const old = resultUri(task(key));
		await open(key);
		await open(other);
		await soon('the other tab', () => activeResult() === other);
		await vscode.commands.executeCommand('vscode.open', old.with({ path: '/An earlier name' }));
		await soon('one tab, in front', () => tabsOf(key) === 1 && activeResult() === key);
		assert.equal(resultTabs().find((tab) => tab.key === key)?.uri.path, old.path);
	});

	it('show a sentence for a resource that names no task, and the task when it is tracked', async () => {
		const key = await track();
		const uri = resultUri(task(key));
		await vscode.commands.executeCommand('kling.untrackTask', { kind: 'task', key });
		await vscode.commands.executeCommand('vscode.open', uri);
		await soon('the tab', () => activeResult() === key);
		for (const hostile of ['kling-task:/x', 'kling-task:/../../etc/passwd?zz']) {
			await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(hostile));
		}
		await soon('three tabs', () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length >= 1);
		await vscode.commands.executeCommand('vscode.open', uri);
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${key.replace(/.* /, '')}`);
		// It is a task's tab now: it closes with the task.
		await soon('the task', () => parts.store.tasks.get(key) !== undefined);
		await vscode.commands.executeCommand('kling.untrackTask', { kind: 'task', key });
		await soon('it to close', () => tabsOf(key) === 0);
	});

	it('can be moved to another group', async () => {
		const [other, key] = [await track(), await track()];
		// A group without a tab would close.
		await open(other);
		await open(key);
		await soon('its tab', () => activeResult() === key);
		await vscode.commands.executeCommand('workbench.action.moveEditorToRightGroup');
		await soon(
			'it to be moved',
			() => vscode.window.tabGroups.activeTabGroup.viewColumn === vscode.ViewColumn.Two && activeResult() === key,
		);
		await open(key);
		assert.equal(tabsOf(key), 1);
		await vscode.commands.executeCommand('kling.untrackTask', { kind: 'task', key });
		await soon('it to close', () => tabsOf(key) === 0);
	});

	it('keep what is played across updates of a task that still runs', async () => {
		const key = await track(60_000);
		await open(key);
		simulator.clock.advance(90_000);
		await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
		assert.equal(task(key).status, 'succeeded');
		assert.equal(tabsOf(key), 1);
	});
});
