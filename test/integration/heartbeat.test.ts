import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { taskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { Bench, newTasks, ref } from '../unit/store/support';
import { cleanSlate, setKey, suiteSimulator, type Parts } from './tools/extension';
import { sleep } from './tools/soon';

const apiKey = 'sk-integration-0123456789abcdef';
const lockMs = 30_000;
const beatMs = 20;
const longestStallMs = 250;

describe('the extension host, while another process holds the database’s write lock', () => {
	const bench = new Bench();
	let parts: Parts;
	let simulator: Simulator;
	const suite = suiteSimulator(apiKey);

	before(async () => {
		parts = await cleanSlate();
		simulator = suite.get();
		await setKey(simulator.origin, apiKey);
	});
	after(() => bench.clear());

	it('keeps its heartbeat, and every write arrives afterwards in order', async function () {
		this.timeout(lockMs + 30_000);
		const { tasks, context } = parts;
		// One task is looked at all the time, so that the poller wants to write too.
		const id = simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 3_600_000 });
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		await vscode.commands.executeCommand('kling.showTasks');

		const folder = context.globalStorageUri.fsPath;
		const files = readdirSync(folder).filter((name) => /^tasks-\d+\.db$/.test(name));
		assert.equal(files.length, 1);
		const holder = bench.child('lockHolder', [join(folder, files[0] ?? ''), String(lockMs)]);
		assert.equal(await holder.message(1), 'locked');

		let last = performance.now();
		const stalls: number[] = [];
		const beat = setInterval(() => {
			const now = performance.now();
			stalls.push(now - last);
			last = now;
		}, beatMs);

		const sent: string[] = [];
		const arrived: string[] = [];
		const writes: Promise<unknown>[] = [];
		while (holder.messages.length < 2) {
			const name = `w${sent.length}`;
			sent.push(name);
			// Each write has a read before it, as a redraw would.
			tasks.counts();
			tasks.active();
			writes.push(tasks.add(newTasks([name]), Date.now()).then(() => arrived.push(name)));
			if (holder.messages.length < 2) assert.deepEqual(arrived, [], 'the lock is held');
			await sleep(250);
		}
		await Promise.all(writes);
		clearInterval(beat);

		const longest = Math.max(...stalls);
		console.log(`      ${stalls.length} beats in ${lockMs / 1000} s, the longest stall ${longest.toFixed(0)} ms; ${sent.length} writes waited`);
		assert.ok(stalls.length > lockMs / beatMs / 4, 'the heart beat');
		// A database that blocked would stall at every one of the more than hundred writes; a busy machine does once or twice by itself.
		const long = stalls.filter((stall) => stall > longestStallMs);
		assert.ok(long.length <= 2, `stalled for ${long.map((stall) => stall.toFixed(0)).join(', ')} ms`);
		assert.ok(sent.length > 50);
		assert.deepEqual(arrived, sent);
		const inFile = new Set(tasks.active().map(({ key }) => key));
		assert.deepEqual(
			sent.filter((name) => !inFile.has(taskKey(ref(name)))),
			[],
		);
		assert.equal(tasks.condition, 'ok');
	});
});
