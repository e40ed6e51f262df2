import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStore } from '../../../../src/store/taskStore';
import type { Child } from '../../../support/childProcess';
import { Bench, events, recordCheck, raw } from '../../../support/store';
import { ids, key, newTasks, origin, ref, snapshot, terms } from '../../../support/makers';
import { soon } from '../../../support/retry';

const t0 = 1_750_000_000_000;
const count = 600;
const operation = { origin, action: 'videos', action2: 'text2video' };
/** Durations of earlier tasks of an operation. */
const observations = Array.from({ length: 30 }, (_, index) => ({ ms: 1_000 * (100 + index), failed: index % 10 === 0 }));

describe('recovery', function () {
	this.timeout(60_000);
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;

	beforeEach(async () => {
		directory = bench.directory();
		// No checkpoints: a thread could overwrite the damage.
		store = await bench.open(directory, { checkpointEvery: Infinity });
		await store.tasks.add(newTasks(ids(count)), t0);
		await store.durations.add([{ ...operation, observations }]);
		await store.tasks.add([{ ref: ref('priced'), priceClass: 'a class' }], t0);
		await recordCheck(store, key('priced'), t0, { snapshot: snapshot('succeeded', { unitsDeducted: '3.5' }) });
		await store.tasks.remove([key('priced')], t0);
		await store.tasks.purge(t0 + 1);
		for (const id of ids(count / 2)) {
			await recordCheck(store, key(id), t0 + 1, { snapshot: snapshot('succeeded', { message: 'm'.repeat(400) }), body: 'b'.repeat(900) });
		}
	});
	afterEach(() => bench.clear());

	async function damage(how: string, number = 1): Promise<void> {
		const child = bench.child('support/damage', [join(directory, `kling-${number}.db`), how]);
		await child.message(1);
		await child.exited();
	}

	async function openWindow(): Promise<Child> {
		const child = bench.child('unit/store/window', [directory]);
		await child.message(1);
		return child;
	}

	async function ask(child: Child, message: string): Promise<Report> {
		const next = child.messages.length + 1;
		child.send(message);
		return (await child.message(next)) as Report;
	}

	function total(of: TaskStore): number {
		const { active, finished } = of.tasks.counts();
		return active + finished;
	}

	/** Reads the whole table. */
	function readAll(of: TaskStore): number {
		return of.tasks.active().length + of.tasks.finished(count).length;
	}

	for (const how of ['middle', 'root', 'truncate']) {
		it(`two windows switch together from a file with damage (${how}), and lose nothing that the copy has`, async () => {
			assert.equal(await store.copyIfDue(), true);
			await store.tasks.rename(key('t0'), 'after the copy');
			const other = await openWindow();
			await damage(how);
			const damaged = readFileSync(join(directory, 'kling-1.db'));
			const changes = events(store);
			readAll(store);
			assert.equal(store.health.condition, 'recovering');
			// A write during the recovery waits, and is not lost.
			const write = store.tasks.rename(key('t1'), 'during the recovery');
			await soon('the recovery', () => store.health.condition === 'ok');
			await write;
			assert.equal(total(store), count);
			assert.equal(readAll(store), count);
			assert.equal(store.tasks.get(key('t1'))?.name, 'during the recovery');
			assert.deepEqual(store.durations.of(operation), observations);
			assert.deepEqual(store.costs.learnedUnits(origin, 'a class'), [3.5]);
			assert.ok(
				changes.some((change) => change.listChanged && change.keys.size === 0),
				'the lists are to be reread',
			);
			assert.deepEqual(numbered(directory), ['kling-1.db', 'kling-2.db']);
			assert.ok(readFileSync(join(directory, 'kling-1.db')).equals(damaged), 'the damaged file stays as it is');

			const renamed = await ask(other, 'rename t2 theirs');
			assert.equal(renamed.name, 'theirs');
			assert.equal(renamed.condition, 'ok');
			assert.deepEqual(renamed.counts, store.tasks.counts());
			store.changes.checkForOthers();
			assert.equal(store.tasks.get(key('t2'))?.name, 'theirs');
			assert.deepEqual(numbered(directory), ['kling-1.db', 'kling-2.db']);

			const recoveries = [
				(await ask(other, 'recovery')).recovery,
				await store.health.claimRecoveryNotice(),
				(await ask(other, 'recovery')).recovery,
			];
			assert.deepEqual(
				recoveries.filter((recovery) => recovery !== undefined),
				[{ tasks: count }],
			);
			assertSound(directory, 2);
		});
	}

	it('without a copy imports the rows that can be read around the damage', async () => {
		await damage('middle');
		readAll(store);
		await soon('the recovery', () => store.health.condition === 'ok' && total(store) > 0);
		const tasks = readAll(store);
		assert.equal(tasks, total(store));
		assert.ok(tasks >= count / 2 && tasks < count, `${tasks} of ${count}`);
		assert.deepEqual(await store.health.claimRecoveryNotice(), { tasks });
		assertSound(directory, 2);
	});

	it('starts when a window opens a damaged file', async () => {
		await store.copyIfDue();
		store.dispose();
		for (const [how, number] of [
			['header', 1],
			['empty', 2],
			['header', 2],
		] as const) {
			await damage(how, number);
			store = await bench.open(directory);
			assert.equal(readAll(store), count, `${how} ${number}`);
			assert.deepEqual(await store.health.claimRecoveryNotice(), { tasks: count });
			assert.equal(await store.health.claimRecoveryNotice(), undefined);
			store.dispose();
		}
	});

	it('of a file with a damaged header keeps tasks and changes newer than the copy', async () => {
		await store.copyIfDue();
		await store.tasks.rename(key('t0'), 'after the copy');
		await store.tasks.add(newTasks(['new']), t0 + 5);
		store.dispose();
		await damage('header');
		store = await bench.open(directory);
		assert.equal(readAll(store), count + 1);
		assert.equal(store.tasks.get(key('t0'))?.name, 'after the copy');
	});

	it('of tasks without their origin recreates the origin, so that they are due', async () => {
		store.dispose();
		raw(join(directory, 'kling-1.db'), (database) => database.exec('DELETE FROM origins'));
		await damage('header');
		store = await bench.open(directory);
		assert.equal(readAll(store), count);
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0);
	});

	it('switches a window that has not found the damage itself, before it writes to the old file', async () => {
		const other = await openWindow();
		await damage('middle');
		readAll(store);
		await soon('the recovery', () => store.health.condition === 'ok');
		const survivor = store.tasks.active()[0]?.ref.id ?? '';
		const renamed = await ask(other, `rename ${survivor} theirs`);
		assert.deepEqual(renamed.counts, store.tasks.counts());
		store.changes.checkForOthers();
		assert.equal(store.tasks.get(key(survivor))?.name, 'theirs');
	});

	it('is finished by the next window when the one that started it died', async () => {
		store.dispose();
		// Such a window leaves the next file empty.
		raw(join(directory, 'kling-2.db'), () => undefined);
		assert.ok(existsSync(join(directory, 'kling-2.db')));
		store = await bench.open(directory);
		assert.equal(readAll(store), count);
		assert.deepEqual(numbered(directory), ['kling-1.db', 'kling-2.db']);
	});

	it('by two windows that open at once happens once', async () => {
		store.dispose();
		await damage('truncate');
		const windows = await Promise.all([openWindow(), openWindow()]);
		const reports = await Promise.all(windows.map((window) => ask(window, 'recovery')));
		assert.equal(reports.filter((report) => report.recovery !== undefined).length, 1);
		assert.deepEqual(reports[0]?.counts, reports[1]?.counts);
		assert.deepEqual(numbered(directory), ['kling-1.db', 'kling-2.db']);
	});

	it('announces no task twice', async () => {
		await store.copyIfDue();
		for (const pending of store.announcements.pending(Date.now())) {
			assert.equal(await store.announcements.claim(pending, t0), true);
		}
		await damage('middle');
		readAll(store);
		await soon('the recovery', () => store.health.condition === 'ok');
		// If the announcements were lost to the damage, those of the copy are used, of which some are not claimed yet.
		const announced = new Set(store.announcements.pending(Date.now()));
		const known = raw(
			join(directory, 'kling-2.db'),
			(database) => database.prepare('SELECT count(*) AS n FROM announcements').get()?.['n'],
		);
		assert.equal(known, count / 2);
		assert.ok(announced.size < count / 2, `${announced.size} are pending again`);
	});

	it('makes no copy of a damaged file', async () => {
		await store.copyIfDue();
		const copy = readFileSync(join(directory, 'kling-copy.db'));
		raw(join(directory, 'kling-1.db'), (database) => database.exec('UPDATE state SET copied_at = 0'));
		await damage('middle');
		assert.equal(await store.copyIfDue(), false);
		assert.ok(readFileSync(join(directory, 'kling-copy.db')).equals(copy));
		await soon('the recovery', () => store.health.condition === 'ok' && existsSync(join(directory, 'kling-2.db')));
		assert.equal(readAll(store), count);
		assert.equal(await store.copyIfDue(), true);
		assert.deepEqual(
			readdirSync(directory).filter((name) => name.endsWith('.tmp')),
			[],
		);
	});
});

interface Report {
	readonly counts: object;
	readonly condition: string;
	readonly name?: string;
	readonly recovery?: { readonly tasks: number };
}

function numbered(directory: string): readonly string[] {
	return readdirSync(directory)
		.filter((name) => /^kling-\d+\.db$/.test(name))
		.sort();
}

function assertSound(directory: string, number: number): void {
	raw(join(directory, `kling-${number}.db`), (database) => {
		assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
		assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), []);
		const agrees = database
			.prepare(
				`SELECT tasks = (SELECT count(*) FROM tasks) AND active + finished = (SELECT count(*) FROM tasks WHERE removed_at IS NULL) AS agrees FROM state`,
			)
			.get();
		assert.equal(agrees?.['agrees'], 1);
	});
}
