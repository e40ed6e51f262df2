import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { taskKey } from '../../src/core/task';
import { StoreError } from '../../src/store/storeError';
import { systemClock } from '../../src/ui/clock';
import { commandIds } from '../../src/ui/commands/commandIds';
import type { LateHandlers } from '../../src/ui/commands/commandRegistry';
import { OutputLog } from '../../src/ui/log';
import { Startup, type Running } from '../../src/ui/startup';
import { Bench } from '../support/store';
import { cleanSlate, runningParts, startExtension, stopExtension, suiteSimulator } from '../support/extension';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';
import { sleep, soon } from '../support/retry';

const heldText = 'sqlitebrowser (4711) is using the task list file. Kling Tasks starts as soon as it is released.';

/** Commands of ours that the editor does not know. */
async function missingCommands(): Promise<readonly string[]> {
	const offered = new Set(await vscode.commands.getCommands(true));
	return commandIds.filter((id) => !offered.has(id));
}

/** A command that no test here runs. */
const unused = (): void => undefined;

describe('the extension, while its database cannot be opened', function () {
	this.timeout(30_000);
	const bench = new Bench();
	const suite = suiteSimulator('sk-integration-0123456789abcdef');
	let messages: Messages;

	beforeEach(async () => {
		await cleanSlate();
		messages = new Messages();
		await stopExtension();
	});
	afterEach(() => {
		messages.dispose();
		bench.clear();
	});

	it('has its commands at once, and they wait for another process that holds the file', async () => {
		const { context } = await runningParts();
		const folder = context.globalStorageUri.fsPath;
		const file = readdirSync(folder).find((name) => name.endsWith('.db')) ?? '';
		const holder = bench.child('support/lockHolder', [join(folder, file), '1200', 'exclusive']);
		assert.equal(await holder.message(1), 'locked');

		const starting = startExtension();
		while ((await missingCommands()).length > 0) {
			await sleep(10);
		}
		const tracking = vscode.commands.executeCommand('kling.trackTask', 'videos/text2video 871234567890123456');
		assert.deepEqual(holder.messages, ['locked'], 'they are there while the file is held');
		await tracking;
		assert.deepEqual(holder.messages, ['locked', 'released']);
		await starting;
		const { store } = await runningParts();
		assert.equal(store.tasks.get(taskKey({ origin: suite.get().origin, id: '871234567890123456' }))?.status, 'submitted');
		assert.deepEqual(messages.like(/is using|database/), []);
	});

	it('shows which process holds the file, once by itself and for every command, and opens it when a person tries again', async () => {
		let attempts = 0;
		let isHeld = true;
		let shown = 0;
		let view: vscode.TreeView<unknown> | undefined;
		const createTreeView = vscode.window.createTreeView.bind(vscode.window);
		const spy = replace(vscode.window, 'createTreeView', (...args) => {
			view = createTreeView(...(args as Parameters<typeof createTreeView<unknown>>));
			return view;
		});
		const startup = new Startup({
			open: async (signal) => {
				attempts++;
				if (attempts === 1) {
					throw new StoreError('busy', undefined, 'sqlitebrowser (4711)');
				}
				while (isHeld && !signal.aborted) {
					await sleep(10);
				}
				return { close: () => Promise.resolve() };
			},
			run: () => ({
				commands: { 'kling.showTasks': () => shown++ } as unknown as LateHandlers,
				close: () => Promise.resolve(),
			}),
			early: { 'kling.newRequest': unused, 'kling.previewRequest': unused },
			clock: systemClock,
			log: new OutputLog(),
		});
		try {
			assert.equal(await startup.running(), undefined);
			assert.equal(view?.message, heldText);
			const announced = await messages.next(/is using the task list file/);
			assert.deepEqual([announced.severity, announced.text, announced.buttons], ['warning', heldText, ['Try Again', 'Show Log']]);

			await vscode.commands.executeCommand('kling.showTasks');
			await soon('the command’s answer', () => messages.all[1]);
			assert.deepEqual(
				messages.all.map(({ severity, text }) => [severity, text]),
				[
					['warning', heldText],
					['error', heldText],
				],
			);
			assert.equal(shown, 0);
			await vscode.commands.executeCommand('kling.showLog');

			announced.press('Try Again');
			// The button's work begins in a later turn.
			await sleep(0);
			const waiting = vscode.commands.executeCommand('kling.showTasks');
			isHeld = false;
			await waiting;
			assert.deepEqual([shown, messages.all.length], [1, 2]);
		} finally {
			spy.dispose();
			await startup.close();
			startup.dispose();
			await startExtension();
		}
	});

	it('shows a reason once when a command has waited for it, and disposes what was built when building fails', async () => {
		let disposed = 0;
		const startup = new Startup({
			open: async () => {
				await sleep(50);
				return { close: () => Promise.resolve() };
			},
			run: (_store, _view, own): Running => {
				own.own({
					dispose: () => {
						disposed++;
					},
				});
				throw new Error('a mistake');
			},
			early: { 'kling.newRequest': unused, 'kling.previewRequest': unused },
			clock: systemClock,
			log: new OutputLog(),
		});
		try {
			const waiting = vscode.commands.executeCommand('kling.showTasks');
			assert.equal(await startup.running(), undefined);
			await waiting;
			await sleep(50);
			assert.deepEqual([messages.all.length, disposed], [1, 1]);
		} finally {
			await startup.close();
			startup.dispose();
			await startExtension();
		}
	});
});
