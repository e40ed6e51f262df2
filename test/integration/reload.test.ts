import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import { taskKey, type TaskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { commandIds } from '../../src/ui/commands/commandRegistry';
import {
	cleanSlate,
	extensionFile,
	loadedBundles,
	runningParts,
	setKey,
	startExtension,
	stopExtension,
	suiteSimulator,
} from '../support/extension';
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
	const start = async (): Promise<{ readonly loadMs: number; readonly activateMs: number }> => {
		const times = await startExtension();
		stopped = false;
		return times;
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
		const id = simulator.create(video, { submittedMs: 10_000, durationMs: 60_000 });
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
			await soon('a look is in flight', () => simulator.requests.all().some(({ fault }) => fault === 'silence'));
			assert.ok(
				handles.all.some((handle) => handle.startsWith('Timeout')),
				'timers are seen',
			);
			assert.ok(handles.connections.length > 0, 'and so are connections');
			assert.ok(openFilesIn(folder)?.length !== 0, 'and the database');

			await stop();
			await refreshing;
			// Node tells the end of a handle a little later.
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

	it('goes on with unfinished tasks by itself, at once, and tells an end that came meanwhile', async () => {
		const key = await track();
		simulator.faults.next({ fault: { kind: 'silence' } });
		const refreshing = vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
		await soon('a look is in flight', () => simulator.requests.all().some(({ fault }) => fault === 'silence'));
		await stop();
		await refreshing;
		const before = simulator.requests.all().length;
		simulator.clock.advance(90_000);
		await start();
		const opened = Date.now();
		const { store } = await runningParts();
		assert.equal(store.tasks.get(key)?.status, 'submitted', 'it is remembered');
		await soon('it ends', () => store.tasks.get(key)?.status === 'succeeded');
		assert.ok(Date.now() - opened < 5000, 'the claim of the look that was cut off was given back');
		assert.equal(simulator.requests.all().length, before + 1);
		const notification = await messages.next(/finished/);
		assert.deepEqual([notification.text, messages.all.length], ['Text to video finished', 1]);
	});

	it('does not tell again what was told before', async () => {
		const key = await track();
		simulator.clock.advance(90_000);
		await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
		await messages.next(/finished/);
		messages.clear();
		await stop();
		await start();
		const { store } = await runningParts();
		assert.deepEqual(store.tasks.counts(), { active: 0, finished: 1, unviewed: 1 });
		assert.deepEqual([store.announcements.pending(Date.now()), await store.announcements.claim(key, Date.now())], [[], false]);
	});

	it('loads HTTP, the result panel, saving and the simulator when they are first used, not before', async () => {
		const loaded = (): readonly string[] => [...loadedBundles()].sort();
		await stop();
		await start();
		await vscode.commands.executeCommand('kling.showTasks');
		assert.deepEqual(loaded(), ['extension.js']);

		const key = await track();
		assert.deepEqual(loaded(), ['check.js', 'extension.js', 'track.js']);
		await vscode.commands.executeCommand('kling.openResult', { kind: 'task', key });
		assert.deepEqual(loaded(), ['check.js', 'extension.js', 'panels.js', 'track.js']);
		await vscode.commands.executeCommand('kling.tryOfflineDemo');
		assert.deepEqual(loaded(), ['check.js', 'extension.js', 'panels.js', 'simulator.js', 'track.js']);
		await vscode.commands.executeCommand('kling.stopOfflineDemo');
	});

	it(`activates (figures only: ${rounds} times, an empty extension in the same way)`, async () => {
		const ours: { readonly loadMs: number; readonly activateMs: number }[] = [];
		const empty: { readonly loadMs: number; readonly activateMs: number }[] = [];
		for (let round = 0; round < rounds; round++) {
			await stop();
			ours.push(await start());
			empty.push(await activateEmpty());
		}
		for (const [name, times] of [
			['Kling Tasks', ours],
			['an empty extension', empty],
		] as const) {
			console.log(
				`      ${name}: load code ${median(times.map(({ loadMs }) => loadMs))} ms, activate() ${median(times.map(({ activateMs }) => activateMs))} ms (medians)`,
			);
		}
		assert.equal((await runningParts()).store.health.condition, 'ok');
	});
});

async function activateEmpty(): Promise<{ readonly loadMs: number; readonly activateMs: number }> {
	const load = createRequire(__filename);
	const file = extensionFile('test', 'host', 'empty-extension', 'extension.js');
	// eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node's way to load a module anew
	delete load.cache[load.resolve(file)];
	const start = performance.now();
	const module: unknown = load(file);
	const loaded = performance.now();
	assert.ok(typeof module === 'object' && module !== null && 'activate' in module && typeof module.activate === 'function');
	await Promise.resolve(Reflect.apply(module.activate, undefined, []));
	return { loadMs: loaded - start, activateMs: performance.now() - loaded };
}

function median(values: readonly number[]): string {
	const sorted = values.toSorted((a, b) => a - b);
	return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(2);
}
