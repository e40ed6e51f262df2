import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { taskKey, type TaskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { commandIds } from '../../src/ui/commands/commandIds';
import { cleanSlate, extensionFile, runningParts, setKey, startExtension, stopExtension, suiteSimulator } from '../support/extension';
import { Messages } from './tools/messages';
import { OpenHandles, openFilesIn } from '../support/handles';
import { soon } from '../support/retry';

const apiKey = 'sk-integration-0123456789abcdef';
const video = { action: 'videos', action2: 'text2video' };
const rounds = 7;

describe('the extension, closed and opened again', function () {
	this.timeout(40_000);
	const suite = suiteSimulator(apiKey);
	let simulator: Simulator;
	let messages: Messages;
	let stopped: boolean;

	const stop = async (): Promise<void> => {
		await stopExtension();
		stopped = true;
	};
	const start = async (): Promise<void> => {
		await startExtension();
		stopped = false;
	};

	beforeEach(async () => {
		await cleanSlate();
		stopped = false;
		simulator = suite.get();
		messages = new Messages();
		await setKey(simulator.origin, apiKey);
	});
	afterEach(async () => {
		messages.dispose();
		if (stopped) {
			await start();
		}
	});

	const track = async (): Promise<TaskKey> => {
		const id = simulator.create(video, { submittedMs: 40_000, durationMs: 60_000 });
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		return taskKey({ origin: simulator.origin, id });
	};

	it('leaves no timer, no connection, no open file and no command behind', async () => {
		const { context } = await runningParts();
		const folder = context.globalStorageUri.fsPath;
		await stop();
		const handles = new OpenHandles(extensionFile('dist', 'extension.js'), Number(new URL(simulator.origin).port));
		try {
			await start();
			await vscode.commands.executeCommand('kling.showTasks');
			const key = await track();
			await vscode.commands.executeCommand('kling.openResult', { kind: 'task', key });
			simulator.faults.next({ fault: { kind: 'silence' } });
			const refreshing = vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
			await soon('a check is in flight', () => simulator.requests.all().some(({ fault }) => fault === 'silence'));
			assert.ok(
				handles.all.some((handle) => handle.startsWith('Timeout')),
				'timers are seen',
			);
			assert.ok(handles.connections.length > 0, 'and so are connections');
			assert.ok(openFilesIn(folder)?.length !== 0, 'and the database');

			await stop();
			await refreshing;
			// Node reports the end of a handle a little later.
			await soon('no handle to be open', () => handles.all.length === 0);
			assert.deepEqual(openFilesIn(folder) ?? [], []);
			const offered = new Set(await vscode.commands.getCommands(true));
			assert.deepEqual(
				commandIds.filter((id) => offered.has(id)),
				[],
			);
		} finally {
			handles.dispose();
		}
	});

	it('resumes polling unfinished tasks by itself, at once, and notifies of one that finished meanwhile', async () => {
		const key = await track();
		simulator.faults.next({ fault: { kind: 'silence' } });
		const refreshing = vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
		await soon('a check is in flight', () => simulator.requests.all().some(({ fault }) => fault === 'silence'));
		await stop();
		await refreshing;
		const before = simulator.requests.all().length;
		simulator.clock.advance(90_000);
		await start();
		const opened = Date.now();
		const { store } = await runningParts();
		assert.equal(store.tasks.get(key)?.status, 'submitted', 'it is remembered');
		await soon('it finishes', () => store.tasks.get(key)?.status === 'succeeded');
		assert.ok(Date.now() - opened < 5000, 'the claim of the check that was cut off was released');
		assert.equal(simulator.requests.all().length, before + 1);
		const notification = await messages.next(/ready/);
		assert.deepEqual([notification.text, messages.all.length], [`Text to Video ${key.slice(-6)} is ready`, 1]);
	});

	it('does not notify again of a task that was announced before', async () => {
		const key = await track();
		simulator.clock.advance(90_000);
		await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
		await messages.next(/ready/);
		messages.clear();
		await stop();
		await start();
		const { store } = await runningParts();
		assert.deepEqual(store.tasks.counts(), { active: 0, finished: 1, unviewed: 1, unviewedFailed: 0 });
		assert.deepEqual([store.announcements.pending(Date.now()), await store.announcements.claim(key, Date.now())], [[], false]);
		// Had it been announced again, then before the next one that finishes, or together with it.
		const next = await track();
		simulator.clock.advance(90_000);
		await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key: next });
		await messages.next(/ready/);
		assert.deepEqual(
			messages.all.map(({ text }) => text),
			[`Text to Video ${next.slice(-6)} is ready`],
		);
	});

	it('works each time when it is closed and opened several times in a row', async () => {
		const key = await track();
		for (let round = 0; round < rounds; round++) {
			await stop();
			await start();
			const { store } = await runningParts();
			assert.deepEqual([store.health.condition, store.tasks.get(key)?.status], ['ok', 'submitted']);
			const checked = store.tasks.get(key)?.lastCheckedAt ?? assert.fail();
			await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
			assert.ok((store.tasks.get(key)?.lastCheckedAt ?? 0) > checked, `checked in round ${round}`);
			const offered = new Set(await vscode.commands.getCommands(true));
			assert.deepEqual(
				commandIds.filter((id) => !offered.has(id)),
				[],
			);
		}
		simulator.clock.advance(90_000);
		await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
		await messages.next(/ready/);
	});
});
