import assert from 'node:assert/strict';
import { join } from 'node:path';
import { statements } from '../../../src/store/statements';
import { addFinished, Bench, recordCheck, raw } from '../../support/store';
import { ids, key, newTasks, snapshot, terms } from '../../support/makers';

const t0 = 1_750_000_000_000;
/** The default is the list of a busy person; set it to 100,000 for the figures at that size. */
const count = Number(process.env['KLING_TEST_TASKS'] ?? '10000');

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
	});
	after(() => bench.clear());

	it('opens, claims and counts (figures only)', async () => {
		const rows: [string, number][] = [];
		// The first run of each includes preparing the statement and a cold cache, as in a window that has just opened.
		const measure = async <T>(what: string, run: () => T | Promise<T>): Promise<T> => {
			const started = performance.now();
			const result = await run();
			rows.push([what, performance.now() - started]);
			return result;
		};
		const store = await measure('open', () => bench.open(directory));
		const active = await measure('active()', () => store.tasks.active());
		assert.equal(active.length, count / 100);
		assert.equal((await measure('finished(200)', () => store.tasks.finished(200))).length, 200);
		const counts = await measure('counts()', () => store.tasks.counts());
		assert.deepEqual(counts, { active: count / 100, finished: count, unviewed: Math.floor(count / 2) });
		assert.equal(
			(await measure('claimDue(4)', () => store.pollQueue.claimDue({ now: t0, until: t0 + 8_000, ...terms(undefined, 4) }))).length,
			4,
		);
		await measure('claim() and record()', () => recordCheck(store, key(`e${count}`), t0, { snapshot: snapshot('succeeded') }));
		await measure('nextDueAt()', () => store.pollQueue.nextDueAt(t0, terms()));
		await measure('checkForOthers()', () => store.changes.checkForOthers());
		await measure('get()', () => store.tasks.get(key('e7')));
		await measure('active(), again', () => store.tasks.active());
		await measure('claimDue(4), again', () => store.pollQueue.claimDue({ now: t0, until: t0 + 8_000, ...terms(undefined, 4) }));
		await measure('claim() and record(), again', () => recordCheck(store, key('e9'), t0, { snapshot: snapshot('succeeded') }));
		console.log(rows.map(([what, ms]) => `      ${what}: ${ms.toFixed(2)} ms`).join('\n'));
		store.dispose();
	});

	/** Expected query plans. None may scan or sort a table that grows with the finished tasks. */
	const plans: Record<keyof typeof statements, RegExp> = {
		get: /SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 \(key=\?\)/,
		active: /SCAN tasks USING INDEX tasks_active/,
		finished: /(SCAN|SEARCH) tasks USING INDEX tasks_finished/,
		counts: /SCAN state/,
		activeKeys: /SEARCH tasks USING INDEX tasks_active \(tracked_at<\?\)/,
		finishedKeys: /SEARCH tasks USING INDEX tasks_finished \(finished_at>\? AND finished_at<\?\)/,
		running: /SEARCH tasks USING INDEX tasks_running \(origin=\?/,
		failing: /SCAN tasks USING COVERING INDEX tasks_failing/,
		booked: /SEARCH tasks USING COVERING INDEX tasks_due_by_interval \(origin=\?\)/,
		hasResults: /(SCAN|SEARCH) tasks USING (COVERING )?INDEX tasks_with_results/,
		tracks: /SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 \(key>\? AND key<\?\)/,
		rawResponse: /SEARCH responses USING INDEX/,
		pausedOrigins: /SCAN origins/,
		origins: /SCAN origins/,
		origin: /SEARCH origins USING INDEX/,
		due: /SEARCH tasks USING INDEX tasks_due_by_interval \(origin=\? AND interval_class=\? AND next_poll_at<\?\)/,
		dueNeverFound: /SEARCH tasks USING INDEX tasks_due_by_interval \(origin=\? AND interval_class=\? AND next_poll_at<\?\)/,
		claimDue: /SEARCH tasks USING INTEGER PRIMARY KEY/,
		nextDue: /SEARCH tasks USING INDEX tasks_due \(origin=\?/,
		nextDueNeverFound: /SEARCH tasks USING INDEX tasks_due_by_interval \(origin=\? AND interval_class=\?/,
		nextFree: /SEARCH tasks USING INDEX tasks_claimed \(claim_until>\? AND claim_until<\?\)/,
		claim: /SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 \(key=\?\)/,
		renew: /SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 \(key=\?\)/,
		reserved: /SEARCH tasks USING INDEX tasks_reserved \(claim_id=\?\)/,
		renewReservation: /SEARCH tasks USING (COVERING )?INDEX tasks_reserved \(claim_id=\? AND claim_until<\?\)/,
		fromTheFuture:
			/SCAN tasks USING INDEX tasks_due_by_interval\n[\s\S]*SEARCH tasks USING INDEX tasks_due \(origin=\? AND next_poll_at>\?\)\n[\s\S]*SCAN tasks USING INDEX tasks_failing\n[\s\S]*SCAN tasks USING INDEX tasks_failing$/,
		// The tables of requests hold at most one minute.
		requests: /SEARCH request_slots USING INDEX request_slots_of_origin/,
		expiredSlots: /SCAN request_slots/,
		waitForSlot: /^$/,
		startRequest: /^$/,
		requestStarts: /SEARCH request_starts USING COVERING INDEX/,
		forgetRequestStarts: /SCAN request_starts/,
		renewSlot: /SEARCH request_slots USING INDEX/,
		releaseSlot: /SEARCH request_slots USING INDEX/,
		attention: /SCAN windows/,
		durations: /SEARCH durations USING INDEX durations_of_operation/,
		newestDuration: /SEARCH durations USING COVERING INDEX/,
		addDuration: /^$/,
		forgetDurations: /SEARCH durations USING (COVERING )?INDEX durations_of_operation/,
		changedSince: /SEARCH tasks USING INDEX tasks_revision \(revision>\?\)/,
		pendingAnnouncements: /SCAN announcements USING INDEX announcements_pending/,
		nextHeld: /announcements USING INDEX announcements_pending/,
		hasId:
			/SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 \(key=\?\)[\s\S]*SEARCH tasks USING INDEX tasks_alias \(alias=\? AND origin=\?\)/,
		contestAlias: /SEARCH tasks USING INDEX tasks_alias \(alias=\? AND origin=\?\)/,
		holdAnnouncement: /SEARCH announcements USING INDEX/,
		claimAnnouncement: /SEARCH announcements USING INDEX/,
		unviewedBefore: /(SCAN|SEARCH) tasks USING INDEX tasks_unviewed/,
		finishedBefore: /(SCAN|SEARCH) tasks USING INDEX tasks_finished/,
		removedBefore: /SEARCH tasks USING (COVERING )?INDEX tasks_removed \(removed_at/,
	};
	for (const [name, expected] of Object.entries(plans)) {
		it(`answers ${name} from an index`, () => {
			const sql = Object.entries(statements).find(([other]) => other === name)?.[1] ?? '';
			const plan = raw(join(directory, 'kling-1.db'), (database) =>
				database
					.prepare(`EXPLAIN QUERY PLAN ${sql}`)
					.all()
					.map((row) => String(row['detail']))
					.join('\n'),
			);
			assert.match(plan, expected);
			assert.doesNotMatch(plan, /SCAN tasks$/m);
			// Only due tasks may be sorted, because they are active.
			if (name !== 'due' && name !== 'dueNeverFound') {
				assert.doesNotMatch(plan, /TEMP B-TREE/);
			}
		});
	}
});
