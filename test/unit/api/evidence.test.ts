import assert from 'node:assert/strict';
import type { Asked } from '../../../src/api/carriers';
import { readResponse } from '../../../src/api/response';
import { decideStatus } from '../../../src/core/evidence';
import type { UnconfirmedStatus } from '../../../src/core/evidence';
import { taskKey } from '../../../src/core/task';
import type { TaskRef } from '../../../src/core/task';
import type { TaskIds } from '../../../src/core/taskIds';
import type { CheckOutcome } from '../../../src/tracking/ports/kling';
import { never, whenRepeated, whenRepeatedLate } from '../../fixtures/responses/unconfirmedEvidence';
import type { AskedBy, EvidenceRow } from '../../fixtures/responses/evidenceTable';
import { atOnce, echoed, externalId, knownForms, made, otherId, roundedId } from '../../fixtures/responses/evidenceTable';
import { gatewayId, native, taskId, wrapper } from '../../fixtures/responses/forms';
import type { Engine } from '../../support/engine';
import { Machine } from '../../support/engine';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const ids: Readonly<Record<AskedBy, TaskIds>> = {
	itsId: { id: taskId },
	gatewayId: { id: gatewayId },
	externalId: { id: externalId },
	idWithExternalId: { id: taskId, externalTaskId: externalId },
	idWithAlias: { id: gatewayId, alias: taskId },
	externalIdWithAlias: { id: externalId, alias: taskId },
	idWithRoundedAlias: { id: taskId, alias: roundedId },
};

/** The plain response about the task: a status word, with a result if it succeeded. */
function plainly(asked: AskedBy, word: string): unknown {
	const facts = word === 'succeed' ? made : {};
	switch (asked) {
		case 'gatewayId':
			return wrapper(word, facts);
		case 'externalId':
		case 'idWithExternalId':
			return native(word, { ...facts, ...echoed });
		case 'idWithRoundedAlias':
			return native(word, { ...facts, task_id: roundedId });
		default:
			return native(word, facts);
	}
}

function textOf(body: unknown): string {
	return typeof body === 'string' ? body : JSON.stringify(body);
}

function read(http: number, body: unknown, asked: Asked): CheckOutcome {
	const text = textOf(body);
	return { ...readResponse(http, text, {}, { origin: 'https://gateway.example', ...asked }), body: text };
}

function wordsOf(outcome: CheckOutcome): string {
	if (!outcome.ok) {
		return `${outcome.error.kind}, ${outcome.error.retryable ? 'passing' : 'lasting'}`;
	}
	return `${outcome.snapshot.status} "${outcome.snapshot.rawStatus}"`;
}

function evidenceOf(outcome: CheckOutcome): string | undefined {
	return outcome.ok ? outcome.snapshot.evidence : undefined;
}

/**
 * A tracked task whose API first reports it as active, then sends the responses of its rows in turn, and finally reports that it succeeded.
 */
class Watched {
	readonly rows: readonly EvidenceRow[];
	readonly asked: AskedBy;
	readonly ref: TaskRef;
	/** When the API sent the rows' responses, ms since 1970. */
	readonly reported: number[] = [];

	/** @param rows all with the same `asked` */
	constructor(rows: readonly EvidenceRow[], index: number) {
		this.rows = rows;
		this.asked = rows[0]?.asked ?? 'itsId';
		// A separate API, so that refusals and IDs of other tasks do not interfere.
		this.ref = { origin: `https://row-${String(index)}.gateway.example`, action: 'videos', action2: 'text2video', id: ids[this.asked].id };
	}

	/** How long the task is active before (ms): an alias is learned after more than a minute. */
	get runsFor(): number {
		return this.asked.endsWith('Alias') ? 2 * minute : 5 * second;
	}

	/** Whether the other task that the rows name is tracked too: otherwise its ID would become an alias after a minute. */
	get hasNeighbour(): boolean {
		return this.rows.some(({ body }) => textOf(body).includes(otherId));
	}

	respond(id: string, age: number, now: number, known: Omit<TaskIds, 'id'>, rowsUntil: number): CheckOutcome {
		if (id !== this.ref.id) {
			return read(200, native('succeed', { task_id: id, ...made }), { id });
		}
		const asked = { ...known, id };
		const row = this.rows[this.reported.length % this.rows.length];
		if (row === undefined || age < this.runsFor || age >= rowsUntil) {
			return read(200, plainly(this.asked, age < this.runsFor ? 'processing' : 'succeed'), asked);
		}
		this.reported.push(now);
		return read(row.http, row.body, asked);
	}
}

/** Tracks the tasks for some time (ms) while their APIs send the rows' responses; the true final status follows. */
async function watchAll(
	machine: Machine,
	groups: readonly (readonly EvidenceRow[])[],
	forMs: number,
): Promise<{ readonly window: Engine; readonly watched: readonly Watched[] }> {
	const window = await machine.window();
	const watched = groups.map((rows, index) => new Watched(rows, index));
	const byOrigin = new Map(watched.map((one) => [one.ref.origin, one]));
	const respond = ({ origin, id }: TaskRef, known: Omit<TaskIds, 'id'>): CheckOutcome => {
		const one = byOrigin.get(origin);
		assert.ok(one);
		return one.respond(id, machine.clock.now() - machine.start, machine.clock.now(), known, forMs);
	};
	for (const id of new Set([otherId, ...watched.map(({ ref }) => ref.id)])) {
		machine.kling.script(id, respond);
	}
	for (const { ref } of watched) {
		machine.keys.set(ref.origin, 'key-one');
	}
	window.poller.start();
	await window.store.tasks.add(
		watched.flatMap(({ ref, hasNeighbour }) => [{ ref }, ...(hasNeighbour ? [{ ref: { ...ref, id: otherId } }] : [])]),
		machine.clock.now(),
	);
	await machine.clock.advance(forMs);
	return { window, watched };
}

const titleOf = ({ what, http, asked, says }: EvidenceRow): string =>
	`HTTP ${String(http)} with ${what}${asked === 'itsId' ? '' : ` (${asked})`} reads as ${says}`;

describe('the evidence table', function () {
	this.timeout(60_000);

	const classes = [
		{ rows: atOnce, evidence: undefined, finished: 'finishes the task without another request', requests: 1, waitMs: 0 },
		{
			rows: whenRepeated,
			evidence: 'repeated',
			finished: 'finishes the task after one more request ten seconds later',
			requests: 2,
			waitMs: 10 * second,
		},
		{
			rows: whenRepeatedLate,
			evidence: 'repeatedLate',
			finished: 'finishes the task after one more request five minutes later',
			requests: 2,
			waitMs: 5 * minute,
		},
	] as const;

	for (const { rows, evidence, finished, requests, waitMs } of classes) {
		describe(`what ${finished}`, () => {
			let machine: Machine;
			let watched: Awaited<ReturnType<typeof watchAll>>;
			before(async () => {
				machine = new Machine();
				watched = await watchAll(
					machine,
					rows.map((row) => [row]),
					20 * minute,
				);
			});
			after(async () => {
				await machine.close();
			});

			rows.forEach((row, index) => {
				it(`${titleOf(row)} and ${finished}.`, () => {
					const outcome = read(row.http, row.body, ids[row.asked]);
					assert.deepEqual([wordsOf(outcome), evidenceOf(outcome)], [row.says, evidence]);
					const one = watched.watched[index];
					assert.ok(one);
					const task = watched.window.store.tasks.get(taskKey(one.ref));
					assert.equal(`${String(task?.status)} "${String(task?.rawStatus)}"`, row.says);
					const [first = Number.NaN, next = first, ...more] = one.reported;
					// Checks for missing results continue after the task has finished.
					assert.deepEqual([one.reported.length >= requests, task !== undefined && 'finishedAt' in task], [true, true]);
					const isFinishedOnly = task?.results.length !== 0 || task.status === 'failed';
					if (isFinishedOnly) {
						assert.deepEqual([one.reported.length, next - first, more], [requests, waitMs, []]);
					} else if (waitMs > 0) {
						assert.equal(next - first, waitMs);
					}
				});
			});

			it('announces each finished task once.', () => {
				const { store } = watched.window;
				const announced = store.announcements.pending(machine.clock.now()).filter((key) => !key.endsWith(otherId));
				assert.deepEqual([announced.length, new Set(announced)], [rows.length, new Set(watched.watched.map(({ ref }) => taskKey(ref)))]);
				assert.deepEqual(watched.window.log.errors, []);
			});
		});
	}

	describe('what never finishes the task', () => {
		let machine: Machine;
		let watched: Awaited<ReturnType<typeof watchAll>>;
		const statuses = new Map<string, string | undefined>();
		const groupOf = ({ asked, says }: EvidenceRow): string => `${asked} ${/passing|auth|lasting/.exec(says)?.[0] ?? 'active'}`;
		before(async () => {
			machine = new Machine();
			// Rows that are read the same way share one task, which keeps this test fast.
			const groups = [...new Set(never.map(groupOf))].map((group) => never.filter((row) => groupOf(row) === group));
			watched = await watchAll(machine, groups, 48 * hour);
			for (const { ref } of watched.watched) {
				statuses.set(ref.origin, watched.window.store.tasks.get(taskKey(ref))?.status);
			}
			await machine.clock.advance(72 * minute);
		});
		after(async () => {
			await machine.close();
		});

		for (const row of never) {
			it(`${titleOf(row)} and does not finish the task in two days of repetitions, after which its true final status is noticed.`, () => {
				const outcome = read(row.http, row.body, ids[row.asked]);
				assert.equal(wordsOf(outcome), row.says);
				for (let time = 0, unconfirmed: UnconfirmedStatus | undefined; time < 20 && outcome.ok; time++) {
					const decision = decideStatus(unconfirmed, outcome.snapshot, time * 2.5 * hour);
					assert.equal(decision.kind, 'active');
					unconfirmed = decision.unconfirmed;
				}
				const one = watched.watched.find(({ rows }) => rows.includes(row));
				assert.ok(one);
				assert.ok(one.reported.length >= Math.max(20, one.rows.length), `${String(one.reported.length)} times`);
				assert.ok(['submitted', 'processing', 'unknown'].includes(statuses.get(one.ref.origin) ?? ''), statuses.get(one.ref.origin));
				assert.equal(watched.window.store.tasks.get(taskKey(one.ref))?.status, 'succeeded');
			});
		}
	});

	it('has at least 120 different rows.', () => {
		const all = [...atOnce, ...whenRepeated, ...whenRepeatedLate, ...never];
		assert.ok(all.length >= 120, String(all.length));
		assert.equal(new Set(all.map((row) => `${String(row.http)} ${row.asked} ${textOf(row.body)}`)).size, all.length);
	});

	it('finishes the task for 29 of the 29 known forms of finished statuses without another request.', () => {
		const certain = knownForms.filter(({ http, body, asked }) => evidenceOf(read(http, body, ids[asked])) === undefined);
		assert.deepEqual([knownForms.length, certain.length], [29, 29]);
	});
});
