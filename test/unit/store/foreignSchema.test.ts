import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrations } from '../../../src/store/schema';
import type { TaskStore } from '../../../src/store/taskStore';
import { Bench, raw } from '../../support/store';
import { ids, key, newTasks } from '../../support/makers';
import { soon } from '../../support/retry';

const t0 = 1_750_000_000_000;
/** A view that never ends: reading it blocks for ever. */
const endless = (name: string): string =>
	`CREATE VIEW ${name} AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS key, i AS tasks, i AS revision FROM n WHERE i < 0`;

describe('a database file that somebody else has changed', function () {
	this.timeout(20_000);
	const bench = new Bench();
	let directory: string;
	afterEach(() => bench.clear());

	/** A later version's migrations, so that there is a version before the last one. */
	const later = { migrations: [...migrations, 'ALTER TABLE tasks ADD COLUMN mood TEXT'] };

	/** Creates a list of five tasks with its copy and a later task, closes it and runs these statements on the file. */
	async function changed(statements: string, options = {}): Promise<void> {
		directory = bench.directory();
		const store = await bench.open(directory, options);
		await store.tasks.add(newTasks(ids(5)), t0);
		assert.equal(await store.copyIfDue(), true);
		await store.tasks.add(newTasks(['new']), t0);
		await store.close();
		raw(join(directory, 'kling-1.db'), (database) => database.exec(statements));
	}

	const names = (store: TaskStore): readonly string[] =>
		store.tasks
			.active()
			.map(({ ref }) => ref.id)
			.sort();
	const all = ['new', 't0', 't1', 't2', 't3', 't4'];

	for (const [what, statements, kept] of [
		['a trigger that deletes tasks', 'CREATE TRIGGER foreign_one AFTER UPDATE ON tasks BEGIN DELETE FROM tasks; END', all],
		[
			'a trigger of an endless recursion',
			'CREATE TRIGGER foreign_one AFTER UPDATE ON tasks BEGIN INSERT INTO request_starts WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i, i FROM n; END',
			all,
		],
		[
			'a trigger under a name of SQLite’s own',
			`CREATE TRIGGER foreign_one AFTER UPDATE ON tasks BEGIN DELETE FROM tasks; END;
			PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = 'sqlite_one', sql = replace(sql, 'foreign_one', 'sqlite_one') WHERE name = 'foreign_one'`,
			all,
		],
		[
			'a trigger of ours that does something else',
			'DROP TRIGGER tasks_counted; CREATE TRIGGER tasks_counted AFTER INSERT ON tasks BEGIN DELETE FROM tasks; END',
			all,
		],
		['a view', endless('strange'), all],
		['another table', 'CREATE TABLE strange (a)', all],
		['another column', 'ALTER TABLE tasks ADD COLUMN strange TEXT', all],
		['no trigger of ours', 'DROP TRIGGER tasks_recounted', all],
		['no index of ours', 'DROP INDEX tasks_due', all],
		['no table of origins', 'DROP TABLE origins', all],
		['no table of durations', 'DROP TABLE durations', all],
		['no row of its state', 'DELETE FROM state', all],
		[
			'fewer tasks than it counts',
			"DROP TRIGGER tasks_uncounted; DELETE FROM tasks WHERE id = 't1'; CREATE TRIGGER tasks_uncounted AFTER DELETE ON tasks BEGIN SELECT 1; END",
			all,
		],
		['no table of tasks', 'PRAGMA foreign_keys = OFF; DROP TABLE tasks', ['t0', 't1', 't2', 't3', 't4']],
		[
			'an endless view in place of its tasks',
			`PRAGMA foreign_keys = OFF; DROP TABLE tasks; ${endless('tasks')}`,
			['t0', 't1', 't2', 't3', 't4'],
		],
		['an endless view in place of its state', `DROP TABLE state; ${endless('state')}`, all],
		['no version', 'PRAGMA user_version = 0', all],
		['the version before', 'PRAGMA user_version = 1', all],
	] as const) {
		it(`so that it has ${what} is replaced, and its tasks are recovered without running its code`, async () => {
			await changed(statements, later);
			const store = await bench.open(directory, later);
			assert.ok(existsSync(join(directory, 'kling-2.db')), 'the next file');
			assert.equal(store.health.condition, 'ok');
			await store.tasks.rename(key('t0'), 'Sea');
			assert.deepEqual(names(store), kept);
			assert.deepEqual(await store.health.claimRecoveryNotice(), { tasks: kept.length });
			assert.deepEqual(
				raw(
					join(directory, 'kling-2.db'),
					(database) =>
						database
							.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('strange', 'foreign_one', 'sqlite_one') OR type = 'view'")
							.get()?.['n'],
				),
				0,
			);
		});
	}

	it('while it is open is replaced before any of its code runs', async () => {
		directory = bench.directory();
		const store = await bench.open(directory);
		await store.tasks.add(newTasks(ids(5)), t0);
		raw(join(directory, 'kling-1.db'), (database) =>
			database.exec('CREATE TRIGGER foreign_one AFTER UPDATE ON tasks BEGIN DELETE FROM tasks; END'),
		);
		await store.tasks.rename(key('t0'), 'Sea');
		assert.deepEqual(names(store), ids(5));
		assert.ok(existsSync(join(directory, 'kling-2.db')));
	});

	it('while it is open so that reading would never end is replaced at the next check for changes', async () => {
		directory = bench.directory();
		const store = await bench.open(directory);
		await store.tasks.add(newTasks(ids(5)), t0);
		await store.copyIfDue();
		raw(join(directory, 'kling-1.db'), (database) => database.exec(`PRAGMA foreign_keys = OFF; DROP TABLE tasks; ${endless('tasks')}`));
		store.changes.checkForOthers();
		await soon('the recovery', () => store.health.condition === 'ok' && store.tasks.counts().active === 5);
		assert.deepEqual(names(store), ids(5));
	});

	it('as a newer version may, but with a view in place of a table, reads as empty', async () => {
		await changed(`PRAGMA foreign_keys = OFF; DROP TABLE tasks; ${endless('tasks')}; PRAGMA user_version = 99`);
		const store = await bench.open(directory);
		assert.equal(store.health.condition, 'newerSchema');
		assert.deepEqual(store.tasks.active(), []);
		assert.deepEqual(store.tasks.counts(), { active: 0, finished: 0, unviewed: 0, unviewedFailed: 0 });
		assert.ok(!existsSync(join(directory, 'kling-2.db')));
	});

	it('only by ANALYZE and VACUUM is accepted', async () => {
		await changed('ANALYZE; VACUUM');
		const store = await bench.open(directory);
		assert.deepEqual(names(store), all);
		assert.ok(!existsSync(join(directory, 'kling-2.db')));
	});
});
