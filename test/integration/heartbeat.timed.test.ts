import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { taskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { Bench } from '../support/store';
import { newTasks, ref } from '../support/makers';
import { cleanSlate, setKey, suiteSimulator, type Parts } from '../support/extension';
import { sleep } from '../support/retry';

const apiKey = 'sk-integration-0123456789abcdef';
/** Longer than the ten seconds after which the window says that another program uses the file. */
const lockMs = 12_000;
const beatMs = 20;
const longestStallMs = 250;

/** From when to when a beat stayed away, ms since 1970. */
type Gap = readonly [from: number, to: number];

/**
 * A second heart, in a thread of its own: it beats on while the extension host is blocked, and stops too when the machine has no time for
 * either. Answers any message with its gaps over 100 ms.
 */
const controlProgram = `
	const { parentPort } = require('node:worker_threads');
	const gaps = [];
	let last = Date.now();
	const beat = setInterval(() => {
		const now = Date.now();
		if (now - last > 100) gaps.push([last, now]);
		last = now;
	}, ${beatMs});
	parentPort.once('message', () => {
		clearInterval(beat);
		parentPort.postMessage(gaps);
	});
`;

async function gapsOf(control: Worker): Promise<readonly Gap[]> {
	const reply = once(control, 'message');
	control.postMessage('gaps');
	const gaps: unknown = (await reply)[0];
	assert.ok(Array.isArray(gaps));
	return gaps.map((gap: unknown): Gap => {
		assert.ok(Array.isArray(gap));
		return [Number(gap[0]), Number(gap[1])];
	});
}

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
		const { store, context } = parts;
		// One task is looked at all the time, so that the poller wants to write too.
		const id = simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 3_600_000 });
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		await vscode.commands.executeCommand('kling.showTasks');

		const folder = context.globalStorageUri.fsPath;
		const files = readdirSync(folder).filter((name) => /^kling-\d+\.db$/.test(name));
		assert.equal(files.length, 1);
		const holder = bench.child('support/lockHolder', [join(folder, files[0] ?? ''), String(lockMs)]);
		assert.equal(await holder.message(1), 'locked');

		const control = new Worker(controlProgram, { eval: true });
		await once(control, 'online');
		let last = Date.now();
		const beats: Gap[] = [];
		const beat = setInterval(() => {
			const now = Date.now();
			beats.push([last, now]);
			last = now;
		}, beatMs);

		const sent: string[] = [];
		const arrived: string[] = [];
		const writes: Promise<unknown>[] = [];
		while (holder.messages.length < 2) {
			const name = `w${sent.length}`;
			sent.push(name);
			// Each write has a read before it, as a redraw would.
			store.tasks.counts();
			store.tasks.active();
			writes.push(store.tasks.add(newTasks([name]), Date.now()).then(() => arrived.push(name)));
			if (holder.messages.length < 2) {
				assert.deepEqual(arrived, [], 'the lock is held');
			}
			await sleep(100);
		}
		await Promise.all(writes);
		clearInterval(beat);

		const machineGaps = await gapsOf(control);
		await control.terminate();
		// Where the other thread stopped as well, the machine was busy, not the extension host.
		const stalls = beats
			.filter(([from, to]) => !machineGaps.some(([start, end]) => start < to && end > from))
			.map(([from, to]) => to - from);
		const longest = Math.max(...stalls);
		console.log(
			`      ${beats.length} beats in ${lockMs / 1000} s, the longest stall ${longest} ms (${beats.length - stalls.length} beats left out: the whole machine stood); ${sent.length} writes waited`,
		);
		assert.ok(stalls.length > lockMs / beatMs / 4, 'the heart beat');
		assert.ok(longest < longestStallMs, `stalled for ${longest} ms`);
		assert.ok(sent.length > 50);
		assert.deepEqual(arrived, sent);
		const inFile = new Set(store.tasks.active().map(({ key }) => key));
		assert.deepEqual(
			sent.filter((name) => !inFile.has(taskKey(ref(name)))),
			[],
		);
		assert.equal(store.health.condition, 'ok');
	});
});
