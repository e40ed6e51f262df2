// Failures of the person's own machine: its clock, its sleep, its disk, its keys and settings.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { taskKey } from '../../src/core/task';
import { migrations } from '../../src/store/schema';
import { conditionText } from '../../src/ui/text/store';
import { recordCheck } from '../support/store';
import { newTasks, snapshot } from '../support/makers';
import { cleanSlate, setBaseUrl, setKey } from '../support/extension';
import { startSimulator } from '../support/simulator';
import { apiKey, type FaultBench, type FaultBenchOptions } from './tools/faultBench';
import { faultSuite } from './tools/faultSuite';
import { replace } from './tools/replace';
import { soon } from '../support/retry';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('a machine', function () {
	this.timeout(60_000);
	const suite = faultSuite();
	let bench: FaultBench;
	const start = async (options?: FaultBenchOptions): Promise<void> => {
		bench = await suite.start(options);
	};
	const everything = (row: string): boolean => bench.rows().every((shown) => shown === row);
	/** Tracking resumes within this time, virtual ms. */
	const goesOn = async (within: number): Promise<void> => {
		const before = bench.requests;
		await bench.until('a check', () => bench.requests > before, within);
		assert.ok(everything('Processing'), bench.rows().join('; '));
	};

	for (const [what, asleep] of [
		['ten minutes', 10 * minute],
		['ten hours', 10 * hour],
	] as const) {
		it(`that sleeps for ${what} catches up once, a few checks at a time`, async () => {
			await start({ tasks: 30 });
			await bench.advance(2 * minute);
			suite.simulator.clock.advance(asleep);
			bench.clock.jump(asleep);
			const [woke, wokeAt] = [bench.requests, bench.clock.now()];
			await bench.advance(second);
			const atOnce = bench.requests - woke;
			assert.ok(atOnce >= 1 && atOnce <= 8, `${atOnce} requests in the first second`);
			await bench.advance(minute - second);
			assert.ok(bench.requests - woke <= 40, `${bench.requests - woke} requests in the first minute`);
			await bench.advance(minute);
			const checkedAt = bench.store.tasks.active().map(({ lastCheckedAt }) => lastCheckedAt ?? 0);
			assert.deepEqual([checkedAt.length, checkedAt.filter((at) => at >= wokeAt).length], [30, 30], 'each task was checked');
			assert.deepEqual(bench.notifications(), []);
		});
	}

	it('whose clock jumps an hour ahead and back keeps its polling interval both times', async () => {
		await start();
		await bench.advance(2 * minute);
		for (const jump of [hour, -hour]) {
			bench.clock.jump(jump);
			const before = bench.requests;
			await bench.advance(2 * minute);
			const asked = bench.requests - before;
			assert.ok(asked >= 2 * 2 && asked <= 2 * 14, `${asked} requests in two minutes after ${jump / hour} h`);
			assert.ok(everything('Processing'));
		}
		assert.deepEqual(bench.notifications(), []);
	});

	it('whose disk is full sends no request whose response it cannot store, notifies once, loses nothing, and recovers automatically', async () => {
		// The limit applies to this window only. Another window's tasks use up the space, and later free it.
		await start({ migrations: [...migrations.slice(0, -1), `${migrations.at(-1) ?? ''}; PRAGMA max_page_count = 80`] });
		const other = await bench.window();
		const filler = newTasks(['filler-1', 'filler-2', 'filler-3', 'filler-4'], 'http://127.0.0.1:9');
		await other.tasks.add(
			filler.map((task) => ({ ...task, owner: 'filler' })),
			bench.clock.now(),
		);
		for (const { ref } of filler) {
			await recordCheck(other, taskKey(ref), bench.clock.now(), { snapshot: snapshot('processing'), body: 'x'.repeat(60_000) });
		}
		const body = JSON.stringify({ code: 0, message: 'SUCCEED', data: { task_status: 'processing' }, padding: 'x'.repeat(60_000) });
		suite.simulator.faults.next({ fault: { kind: 'body', status: 200, body }, times: Infinity });
		await bench.advance(minute);
		assert.equal(bench.store.health.condition, 'diskFull');
		const before = bench.requests;
		await bench.advance(10 * minute);
		assert.ok(bench.requests - before <= 2, `${bench.requests - before} requests whose responses could not be stored`);
		assert.ok(everything('Processing'), 'the rows are still shown');
		assert.deepEqual(bench.notifications(), [conditionText('diskFull')]);
		await other.demos.delete('filler');
		await soon('what waited is written', () => bench.store.health.condition === 'ok', 20_000);
		await goesOn(4 * minute);
		assert.equal(bench.notifications().length, 1);
	});

	it('whose folder is read-only shows its tasks, notifies once, sends no request, and resumes when the folder is writable', async () => {
		await start();
		await bench.advance(minute);
		// Root may write anywhere, so the error of the system is simulated.
		const refused = replace(fs, 'accessSync', () => {
			throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
		});
		await bench.reopen();
		assert.equal(bench.store.health.condition, 'readOnlyDisk');
		const before = bench.requests;
		await bench.advance(hour);
		assert.equal(bench.requests - before, 0);
		assert.ok(everything('Processing'));
		assert.equal((await bench.checker.checkNow(bench.taskKeys[0] ?? assert.fail(), { announce: () => true })).kind, 'unexpected');
		assert.deepEqual(bench.notifications(), [conditionText('readOnlyDisk')]);
		refused.dispose();
		await soon('it can write', () => bench.store.health.condition === 'ok');
		await goesOn(4 * minute);
		assert.equal(bench.notifications().length, 1);
	});

	it('whose database is damaged replaces it, reports how many tasks were recovered, and resumes', async () => {
		await start();
		await bench.store.copyIfDue();
		const damage = bench.child('support/damage', [join(bench.directory, 'kling-1.db'), 'root']);
		await damage.exited();
		const before = bench.requests;
		await bench.advance(30 * second);
		await soon('the recovery', () => bench.store.health.condition === 'ok');
		assert.equal(bench.store.tasks.counts().active, 2);
		await goesOn(4 * minute);
		assert.ok(bench.requests - before < 30, `${bench.requests - before} requests`);
		await soon('the message', () => bench.notifications().length > 0);
		assert.deepEqual(bench.notifications(), [
			'The task list file was damaged, deleted or replaced. 2 tasks were recovered; any damaged file was kept.',
		]);
	});

	it('where another process locks the database for half a minute writes everything afterwards, and sends no request twice', async () => {
		await start();
		const holder = bench.child('support/lockHolder', [join(bench.directory, 'kling-1.db'), '60000']);
		await holder.message(1);
		const before = bench.requests;
		const names = bench.taskKeys.map((key, index) => bench.store.tasks.rename(key, `Name ${index}`));
		await bench.advance(30 * second);
		assert.ok(bench.requests - before <= 2);
		assert.ok(everything('Processing'));
		holder.kill();
		await holder.exited();
		await Promise.all(names);
		const other = await bench.window();
		assert.deepEqual(
			bench.taskKeys.map((key) => other.tasks.get(key)?.name),
			['Name 0', 'Name 1'],
		);
		await goesOn(4 * minute);
		await bench.advance(minute);
		assert.ok(bench.requests - before <= 24, `${bench.requests - before} requests in a minute and a half`);
		assert.deepEqual(bench.notifications(), []);
	});

	it('where a newer version wrote the database leaves it unchanged, shows what to do, and sends no request', async () => {
		await start();
		await bench.window([...migrations, 'ALTER TABLE tasks ADD COLUMN mood TEXT']);
		const before = bench.requests;
		await bench.advance(hour);
		assert.equal(bench.store.health.condition, 'newerSchema');
		assert.ok(bench.requests - before <= 2, `${bench.requests - before} requests`);
		assert.ok(everything('Processing'), 'the tasks are still shown');
		assert.deepEqual(bench.notifications(), [conditionText('newerSchema')]);
		assert.deepEqual(bench.messages.all[0]?.buttons, ['Check for Updates']);
		assert.ok((await vscode.commands.getCommands(true)).includes('workbench.extensions.action.checkForUpdates'));
	});

	it('whose key is removed during a check keeps its tasks, shows what to do in the rows, and resumes with another key', async () => {
		await start();
		suite.simulator.faults.next({ fault: { kind: 'late', ms: 300 }, times: 2 });
		const checks = bench.taskKeys.map((key) => bench.checker.checkNow(key, { announce: () => true }));
		await soon('both checks are in flight', () => suite.simulator.requests.all().filter(({ fault }) => fault === 'late').length === 2);
		bench.keys.delete(bench.origin);
		await bench.store.origins.noteKey(bench.origin, false, bench.clock.now());
		await Promise.all(checks);
		const before = bench.requests;
		await bench.advance(hour);
		assert.equal(bench.requests - before, 0);
		assert.deepEqual(bench.rows(), ['needs API key', 'needs API key']);
		assert.match(bench.hover(), /No API key is set for 127\.0\.0\.1:\d+\. Set a key to resume tracking\./);
		assert.ok(bench.tags().includes('setApiKey'));
		// The command that removes a key shows a message itself; the checks add none.
		assert.deepEqual(bench.notifications(), []);
		bench.keys.set(bench.origin, apiKey);
		await bench.store.origins.noteKey(bench.origin, true, bench.clock.now());
		await goesOn(second);
	});

	it('without a key from the start shows one notification for all its tasks', async () => {
		await start();
		bench.keys.delete(bench.origin);
		const before = bench.requests;
		await bench.advance(hour);
		assert.equal(bench.requests - before, 0);
		assert.deepEqual(bench.rows(), ['needs API key', 'needs API key']);
		assert.equal(bench.notifications().length, 1);
		assert.deepEqual(bench.messages.all[0]?.buttons, ['Set API Key']);
	});

	it('whose base URL is changed during a check finishes it at the first API, and sends the other one no request', async () => {
		await start();
		const elsewhere = await startSimulator(apiKey);
		const parts = await cleanSlate();
		try {
			await setBaseUrl(suite.simulator.origin);
			await setKey(suite.simulator.origin, apiKey);
			const id = suite.simulator.create({ action: 'videos', action2: 'text2video' }, { submittedMs: 0, durationMs: hour });
			suite.simulator.faults.next({ fault: { kind: 'late', ms: 400 }, match: { taskId: id } });
			const tracked = vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
			await soon('the check is in flight', () => suite.simulator.requests.all({ taskId: id }).length > 0);
			await setBaseUrl(elsewhere.origin);
			await tracked;
			const [task] = parts.store.tasks.active();
			assert.deepEqual([task?.ref.origin, task?.status], [suite.simulator.origin, 'processing']);
			const checks = suite.simulator.requests.all({ taskId: id }).length;
			await soon('the next check, at the API of the task', () => suite.simulator.requests.all({ taskId: id }).length > checks, 10_000);
			assert.equal(elsewhere.requests.all().length, 0);
		} finally {
			await cleanSlate();
			await setBaseUrl(undefined);
			await elsewhere.close();
		}
	});
});
