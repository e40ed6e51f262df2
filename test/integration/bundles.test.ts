// Which bundles are loaded when. Its name sorts before those of the suites that leave request files open, whose support is loaded with them.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { taskKey } from '../../src/core/task';
import { cleanSlate, loadedBundles, setKey, startExtension, stopExtension, suiteSimulator } from '../support/extension';
import { soon } from '../support/retry';

const apiKey = 'sk-integration-0123456789abcdef';

describe('the bundles of the extension', function () {
	this.timeout(40_000);
	const suite = suiteSimulator(apiKey);

	it('are loaded when they are first used, not before: HTTP, the result panel, the simulator, request files', async () => {
		const simulator = suite.get();
		await cleanSlate();
		await setKey(simulator.origin, apiKey);
		const loaded = (): readonly string[] => [...loadedBundles()].sort();
		await stopExtension();
		await startExtension();
		await vscode.commands.executeCommand('kling.showTasks');
		await soon('the list', () => loaded().includes('list.js'));
		assert.deepEqual(loaded(), ['extension.js', 'list.js']);

		const id = simulator.create({ action: 'videos', action2: 'text2video' }, { submittedMs: 40_000, durationMs: 60_000 });
		const key = taskKey({ origin: simulator.origin, id });
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		assert.deepEqual(loaded(), ['check.js', 'extension.js', 'list.js', 'track.js']);
		await vscode.commands.executeCommand('kling.openResult', { kind: 'task', key });
		assert.deepEqual(loaded(), ['check.js', 'extension.js', 'list.js', 'panels.js', 'resultCommands.js', 'track.js']);
		await vscode.commands.executeCommand('kling.tryOfflineDemo');
		assert.deepEqual(loaded(), [
			'check.js',
			'demo.js',
			'extension.js',
			'list.js',
			'panels.js',
			'resultCommands.js',
			'simulator.js',
			'track.js',
		]);
		await vscode.commands.executeCommand('kling.stopOfflineDemo');

		const before = loaded();
		const [folder] = vscode.workspace.workspaceFolders ?? [];
		assert.ok(folder);
		const request = vscode.Uri.joinPath(folder.uri, 'bundles-of-test.kling.json');
		const text = JSON.stringify({ operation: 'videos/text2video', body: { prompt: 'A fox in deep snow. '.repeat(30) } });
		await vscode.workspace.fs.writeFile(request, Buffer.from(text));
		await vscode.commands.executeCommand('vscode.open', request);
		await soon('the support of request files', () => loaded().includes('requests.js'));
		assert.deepEqual(
			loaded().filter((name) => !before.includes(name)),
			['requests.js'],
		);
		await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
		await vscode.workspace.fs.delete(request);
	});
});
