import assert from 'node:assert/strict';
import { join } from 'node:path';
import { journalStatements } from '../../../src/store/creationJournal';
import { planStatements } from '../../../src/store/planCreations';
import { settleCreation } from '../../../src/store/settleByExternalId';
import { creationStatements } from '../../../src/store/creationReads';
import { Connection } from '../../../src/store/connection';
import { queueStatements } from '../../../src/store/downloadQueue';
import { downloadStatements } from '../../../src/store/downloadReads';
import { listStatements } from '../../../src/store/listQueries';
import { partStatements } from '../../../src/store/orphanedParts';
import { statements } from '../../../src/store/statements';
import { addFinished, addKept, Bench, raw } from '../../support/store';
import { ids, key, newTask, newTasks, terms } from '../../support/makers';

const t0 = 1_750_000_000_000;
/** The list of a busy person. */
const count = 10_000;

describe(`TaskStore with ${count} tasks`, function () {
	this.timeout(120_000);
	const bench = new Bench();
	let directory: string;

	before(async () => {
		directory = bench.directory();
		const store = await bench.open(directory);
		await store.tasks.add(newTasks(ids(count / 100, 'active')), t0);
		store.dispose();
		// All but one in a hundred have finished.
		addFinished(join(directory, 'kling-1.db'), count, t0);
		addKept(join(directory, 'kling-1.db'), t0);
	});
	after(() => bench.clear());

	it('finds, counts and claims the right ones among them', async () => {
		const store = await bench.open(directory);
		assert.equal(store.tasks.active().length, count / 100);
		assert.equal(store.tasks.finished(200).length, 200);
		assert.deepEqual(store.tasks.counts(), { active: count / 100, finished: count, unviewed: count / 2, unviewedFailed: 0 });
		const claims = await store.pollQueue.claimDue({ now: t0, until: t0 + 8_000, ...terms(undefined, 4) });
		assert.equal(claims.length, 4);
		assert.equal(store.tasks.get(key('e7'))?.status, 'succeeded');
		store.dispose();
	});

	/** The statements that a piece of work runs. */
	async function statementsOf(work: () => unknown): Promise<number> {
		// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its `this` below
		const { all } = Connection.prototype;
		let count = 0;
		Connection.prototype.all = function (...sql) {
			count++;
			return all.apply(this, sql);
		};
		try {
			await work();
		} finally {
			Connection.prototype.all = all;
		}
		return count;
	}

	it(`shows ${count} kept files with one search a row, and none while nothing is kept`, async () => {
		const store = await bench.open(directory);
		assert.deepEqual(store.downloads.keptTotals(), { files: count, bytes: 1_000 * count });
		const drawn = await statementsOf(() => {
			for (let row = 1; row <= 1_000; row++) {
				assert.equal(store.downloads.of(key(`e${row}`)).length, 1);
			}
		});
		// Every read begins with a check of the schema.
		assert.ok(drawn <= 2_002, `${drawn} statements`);
		assert.equal(store.downloads.newestKept(50).length, 50);
		const searched = await statementsOf(() => assert.deepEqual([...store.downloads.unkept(0)], []));
		assert.equal(searched, 2, 'that nothing is left to keep');
		store.dispose();

		const empty = await bench.open(bench.directory());
		await empty.tasks.add([newTask('one')], t0);
		empty.downloads.of(key('one'));
		const nothing = await statementsOf(() => {
			for (let row = 1; row <= 1_000; row++) {
				empty.downloads.of(key(`e${row}`));
			}
		});
		assert.equal(nothing, 0);
		empty.dispose();
	});

	const planOf = (sql: string): readonly string[] =>
		raw(join(directory, 'kling-1.db'), (database) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()).map((row) =>
			String(row['detail']),
		);

	for (const [name, sql] of Object.entries({
		...statements,
		...listStatements,
		...creationStatements,
		...journalStatements,
		...planStatements,
		settleCreation,
		...downloadStatements,
		...queueStatements,
		...partStatements,
	})) {
		it(`answers ${name} in steps that do not grow with the finished tasks`, () => assert.deepEqual(longSteps(sql, planOf(sql)), []));
	}

	it('finds viewed tasks by their own index: those that are not viewed may be many', () => {
		assert.match(planOf(statements.viewedBefore).join(), /USING INDEX tasks_viewed /);
	});

	it('would notice statements that read, sort or count all tasks', () => {
		for (const [sql, step] of [
			["SELECT * FROM tasks WHERE name = 'x'", 'SCAN tasks'],
			['SELECT key FROM tasks', 'SCAN tasks USING COVERING INDEX sqlite_autoindex_tasks_1'],
			['SELECT * FROM tasks WHERE finished_at > 0 AND removed_at IS NULL', 'SEARCH tasks USING INDEX tasks_finished (finished_at>?)'],
			['SELECT * FROM responses', 'SCAN responses'],
			['SELECT * FROM tasks WHERE finished_at > 0 AND removed_at IS NULL ORDER BY name LIMIT 5', 'USE TEMP B-TREE FOR ORDER BY'],
		] as const) {
			assert.deepEqual(longSteps(sql, planOf(sql)), [step]);
		}
	});
});

/**
 * The steps of a query plan that may read as many rows as there are finished tasks. Short are a search for one key, an index without
 * finished tasks or of the few that demos own, and the first rows of any index where the statement has a limit.
 * @param plan as SQLite explains it, https://sqlite.org/eqp.html
 */
function longSteps(sql: string, plan: readonly string[]): readonly string[] {
	const grows = /^(?:SCAN|SEARCH) (?:tasks|responses|announcements|durations|costs|creations|other|units|proofs|downloads)\b/;
	const finds = /^SEARCH \w+ USING (?:INTEGER PRIMARY KEY|(?:COVERING )?INDEX \w+) \(\w+=\?/;
	const activeOnly =
		/USING (?:COVERING )?INDEX (?:tasks_(?:active|failing|claimed|due|due_by_interval|listable|owned)|creations_(?:due|claimed|listed|reserved|of_unit|of_task|of_file)|downloads_(?:due|started)|announcements_pending)\b/;
	const reads = plan.filter((step) => grows.test(step));
	const isShort = (step: string): boolean =>
		finds.test(step) || activeOnly.test(step) || (/ USING (?:COVERING )?INDEX /.test(step) && /\bLIMIT\b|\bEXISTS\b/.test(sql));
	const sorts = plan.filter((step) => step.startsWith('USE TEMP B-TREE'));
	return [...reads.filter((step) => !isShort(step)), ...(reads.every((step) => activeOnly.test(step)) ? [] : sorts)];
}
