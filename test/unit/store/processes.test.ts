import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isFinished } from '../../../src/core/task';
import type { TaskStore } from '../../../src/store/taskStore';
import { Bench, eachStore, raw } from '../../support/store';
import { ids, key, newTasks } from '../../support/makers';
import { sleep, soon } from '../../support/retry';

describe('TaskStore among processes', function () {
	this.timeout(60_000);
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;

	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	it('gives each check and each announcement to one process', async () => {
		const all = ids(2_000);
		await store.tasks.add(newTasks(all), Date.now());
		const children = [1, 2, 3].map(() => bench.child('unit/store/worker', [directory]));
		await Promise.all(children.map((child) => child.message(1)));
		children.forEach((child) => child.send('go'));
		const reports = await Promise.all(children.map((child) => child.message(2)));
		const checks = reports.flatMap((report) => list(report, 'checks'));
		const announced = reports.flatMap((report) => list(report, 'announced'));
		assert.deepEqual([...checks].sort(), [...all].sort());
		assert.deepEqual([...announced].sort(), all.map((id) => key(id)).sort());
		assert.ok(
			reports.filter((report) => list(report, 'checks').length > 0).length > 1,
			'one process did everything, so nothing was tested',
		);
		store.changes.checkForOthers();
		assert.deepEqual(store.tasks.counts(), { active: 0, finished: 2_000, unviewed: 2_000, unviewedFailed: 0 });
	});

	it('keeps what was written when a process is killed in the middle of writing', async () => {
		const acknowledged: string[] = [];
		for (const prefix of ['a', 'b', 'c', 'd']) {
			const child = bench.child('unit/store/writer', [directory, prefix]);
			await child.message(20);
			await sleep(Math.random() * 60);
			child.kill();
			await child.exited();
			acknowledged.push(...child.messages.map(String));
			// A new window on the file that the killed process left.
			const after = await bench.open(directory);
			for (const id of acknowledged) {
				const task = after.tasks.get(key(id));
				assert.ok(task && isFinished(task), `${id} was acknowledged and is lost`);
				assert.equal(after.tasks.rawResponse(key(id))?.body.length, 3_000);
			}
			after.dispose();
		}
		const stored = store.tasks.counts();
		const pending = store.announcements.pending(Date.now()).length;
		assert.equal(pending, stored.finished);
		assert.ok(stored.active <= 4, 'at most one unfinished task of each killed process');
		assert.deepEqual(
			raw(join(directory, 'kling-1.db'), (database) =>
				database
					.prepare('PRAGMA integrity_check')
					.all()
					.map((row) => row['integrity_check']),
			),
			['ok'],
		);
	});

	it('opens while another process holds the lock', async () => {
		await store.tasks.add(newTasks(['one']), Date.now());
		const holder = bench.child('support/lockHolder', [join(directory, 'kling-1.db'), '60000']);
		await holder.message(1);
		const other = await bench.open(directory);
		assert.equal(other.tasks.counts().active, 1);
		const write = other.tasks.rename(key('one'), 'Sea');
		holder.kill();
		await write;
		await soon('the rename in the first window', () => {
			store.changes.checkForOthers();
			return store.tasks.get(key('one'))?.name === 'Sea';
		});
	});

	it('rejects waiting writes when it is disposed', async () => {
		await store.tasks.add(newTasks(['one']), Date.now());
		const holder = bench.child('support/lockHolder', [join(directory, 'kling-1.db'), '60000']);
		await holder.message(1);
		const write = store.tasks.rename(key('one'), 'Sea');
		const refused = assert.rejects(write, { kind: 'disposed' });
		store.dispose();
		await refused;
	});
});

function list(report: unknown, name: 'checks' | 'announced'): readonly string[] {
	if (typeof report === 'object' && report !== null && name in report) {
		const value: unknown = Object.getOwnPropertyDescriptor(report, name)?.value;
		if (Array.isArray(value)) {
			return value.map(String);
		}
	}
	throw new Error(`no report: ${JSON.stringify(report)}`);
}
