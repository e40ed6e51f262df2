import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/ui/commands/commandIds';
import { extension, runningParts } from '../support/extension';
import { soon } from '../support/retry';

describe('activation', () => {
	before(() => runningParts());
	after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

	it('offers every command', async () => {
		const offered = new Set(await vscode.commands.getCommands(true));
		assert.deepEqual(
			commandIds.filter((id) => !offered.has(id)),
			[],
		);
	});

	it('happens by itself when the editor has started', async () => {
		assert.equal(await activationEvent('kling-tasks.kling-tasks'), 'onStartupFinished');
	});

	it('hands its parts to tests alone, and they are the parts that run', async () => {
		const { context, store } = await runningParts();
		assert.equal(context.extensionMode, vscode.ExtensionMode.Test);
		assert.equal(extension().isActive, true);
		assert.equal(store.health.condition, 'ok');
	});
});

/** What activated an extension, as the table in the editor's "Startup Performance" has it; undefined if it is not listed. */
async function activationEvent(extensionId: string): Promise<string | undefined> {
	await vscode.commands.executeCommand('perfview.show');
	const text = await soon('the report of the editor', () => {
		const report = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText();
		return report?.includes('## Extension Activation Stats') === true && report;
	});
	const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
	// | Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By |
	return rows.find(([, id]) => id === extensionId)?.[6];
}
