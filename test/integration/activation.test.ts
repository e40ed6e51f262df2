import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/ui/commands/commandRegistry';
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

	it('comes by itself when the editor has started; the editor’s figures stand beside an empty extension’s', async () => {
		const rows = await startupRows();
		const ours = rows.find(({ id }) => id === 'kling-tasks.kling-tasks');
		const empty = rows.find(({ id }) => id === 'kling-tasks.empty-extension');
		assert.ok(ours && empty, 'the editor names both extensions');
		assert.equal(ours.event, 'onStartupFinished');
		for (const { id, loadMs, activateMs, finishMs } of [ours, empty]) {
			console.log(
				`      ${id}: load code ${loadMs} ms, call activate ${activateMs} ms, finish activate ${finishMs} ms (the editor’s own figures)`,
			);
		}
	});

	it('hands its parts to tests alone, and they are the parts that run', async () => {
		const { context, store } = await runningParts();
		assert.equal(context.extensionMode, vscode.ExtensionMode.Test);
		assert.equal(extension().isActive, true);
		assert.equal(store.health.condition, 'ok');
	});
});

interface StartupRow {
	readonly id: string;
	readonly loadMs: number;
	readonly activateMs: number;
	readonly finishMs: number;
	readonly event: string;
}

/** The table of activation times in the editor's "Startup Performance". */
async function startupRows(): Promise<readonly StartupRow[]> {
	await vscode.commands.executeCommand('perfview.show');
	const text = await soon('the figures of the editor', () => {
		const report = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText();
		return report?.includes('## Extension Activation Stats') === true ? report : undefined;
	});
	return text.split('\n').flatMap((line) => {
		const [, id, , load, call, finish, event] = line.split('|').map((cell) => cell.trim());
		return id?.startsWith('kling-tasks.') === true && event !== undefined
			? [{ id, loadMs: Number(load), activateMs: Number(call), finishMs: Number(finish), event }]
			: [];
	});
}
