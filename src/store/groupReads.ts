import type { TaskKey } from '../core/task';
import type { OperationPath } from '../core/operation';
import { needsAttention } from '../core/taskGroup';
import type { ActiveEntry, FinishedPart } from '../tracking/ports/tasks';
import type { Connection, Row } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { keyOf, readPauseReason, readProblemKind } from './taskRow';

/** Number of rows per page. */
const pageSize = 1_000;

type Read = (body: (sql: Connection) => readonly Row[]) => readonly Row[];

/** The finished tasks in the list. */
const isFinished = 'finished_at IS NOT NULL AND removed_at IS NULL';

function conditionOf({ operation, only }: FinishedPart): string {
	const parts = [isFinished];
	if (operation !== undefined) {
		parts.push('action = :action AND action2 = :action2');
	}
	if (only !== undefined) {
		parts.push(only === 'failed' ? "status = 'failed'" : 'viewed_at IS NULL');
	}
	return parts.join(' AND ');
}

/**
 * The index that contains every column of the count. Named, because the planner would take one that does not. Failures are few, and have an
 * index of their own for all operations: without it, finding none would read all finished tasks.
 */
function indexOf({ operation, only }: FinishedPart): string {
	return only === 'failed' ? 'tasks_failed' : operation === undefined ? 'tasks_finished' : 'tasks_by_operation';
}

function parametersOf({ operation }: FinishedPart): Readonly<Record<string, string>> {
	return operation === undefined ? {} : { action: operation.action, action2: operation.action2 };
}

/** The statements that read or count a part of the finished tasks; a test checks their query plans. */
export function finishedStatements(part: FinishedPart): { readonly keys: string; readonly count: string; readonly owned: string } {
	const condition = conditionOf(part);
	return {
		keys: `SELECT origin, id, finished_at AS position, number FROM tasks INDEXED BY ${indexOf(part)} WHERE ${condition}
			AND (finished_at, number) < (:position, :number) AND finished_at >= :from AND owner IS NULL ORDER BY finished_at DESC, number DESC LIMIT :limit`,
		count: `SELECT count(*) AS tasks FROM tasks INDEXED BY ${indexOf(part)} WHERE ${condition} AND finished_at >= :from AND finished_at < :before`,
		owned: `SELECT count(*) AS tasks FROM tasks INDEXED BY tasks_owned WHERE owner IS NOT NULL AND ${condition} AND finished_at >= :from AND finished_at < :before`,
	};
}

/** See `TaskReads.finishedKeys`. */
export function* finishedKeys(read: Read, part: FinishedPart): Generator<readonly TaskKey[]> {
	const { keys } = finishedStatements(part);
	const { from = 0, before } = part;
	let last: Row | undefined = { position: before ?? Number.MAX_SAFE_INTEGER, number: before === undefined ? Number.MAX_SAFE_INTEGER : 0 };
	while (last !== undefined) {
		const behind = { position: requiredNumber(last, 'position'), number: requiredNumber(last, 'number'), from, limit: pageSize };
		const rows = read((sql) => sql.all(keys, { ...behind, ...parametersOf(part) }));
		if (rows.length > 0) {
			yield rows.map(keyOf);
		}
		last = rows.length < pageSize ? undefined : rows.at(-1);
	}
}

/** See `TaskReads.countFinished`. */
export function countFinished(sql: Connection, part: FinishedPart): number {
	const { count, owned } = finishedStatements(part);
	const parameters = { from: part.from ?? 0, before: part.before ?? Number.MAX_SAFE_INTEGER, ...parametersOf(part) };
	const tasksOf = (statement: string): number => numberOf(sql.first(statement, parameters) ?? {}, 'tasks') ?? 0;
	return tasksOf(count) - tasksOf(owned);
}

/** See `TaskReads.finishedOperations`. One step per operation, whatever the number of tasks. */
export function finishedOperations(sql: Connection): readonly OperationPath[] {
	const found: OperationPath[] = [];
	let last: OperationPath = { action: '', action2: '' };
	for (;;) {
		const row = sql.first(
			`SELECT action, action2 FROM tasks INDEXED BY tasks_by_operation WHERE ${isFinished} AND (action, action2) > (:action, :action2) ORDER BY action, action2 LIMIT 1`,
			{ action: last.action, action2: last.action2 },
		);
		if (row === undefined) {
			return found;
		}
		last = { action: requiredText(row, 'action'), action2: requiredText(row, 'action2') };
		found.push(last);
	}
}

const activeEntriesSql = `SELECT tasks.origin, id, action, action2, tracked_at AS position, number, problem_kind, problem_failures, problem_code, next_poll_at, paused
	FROM tasks LEFT JOIN origins ON origins.origin = tasks.origin
	WHERE finished_at IS NULL AND removed_at IS NULL AND owner IS NULL AND (tracked_at, number) < (:position, :number) ORDER BY tracked_at DESC, number DESC LIMIT :limit`;

/** See `TaskReads.activeEntries`. */
export function* activeEntries(read: Read): Generator<readonly ActiveEntry[]> {
	let last: Row | undefined = { position: Number.MAX_SAFE_INTEGER, number: Number.MAX_SAFE_INTEGER };
	while (last !== undefined) {
		const behind = { position: requiredNumber(last, 'position'), number: requiredNumber(last, 'number'), limit: pageSize };
		const rows = read((sql) => sql.all(activeEntriesSql, behind));
		if (rows.length > 0) {
			yield rows.map(entryOf);
		}
		last = rows.length < pageSize ? undefined : rows.at(-1);
	}
}

function entryOf(row: Row): ActiveEntry {
	const kind = readProblemKind(row);
	const code = textOf(row, 'problem_code');
	const nextPollAt = numberOf(row, 'next_poll_at');
	return {
		key: keyOf(row),
		operation: { action: requiredText(row, 'action'), action2: requiredText(row, 'action2') },
		// Only a person can end the pause of an origin.
		needsAttention:
			readPauseReason(row) !== undefined ||
			needsAttention({
				...(nextPollAt === undefined ? {} : { nextPollAt }),
				...(kind === undefined
					? {}
					: { problem: { kind, failures: numberOf(row, 'problem_failures') ?? 1, ...(code === undefined ? {} : { code }) } }),
			}),
	};
}

/** See `TaskReads.demoKeys`. */
export function demoKeys(sql: Connection): readonly TaskKey[] {
	return sql
		.all(
			`SELECT origin, id FROM tasks WHERE owner IS NOT NULL AND removed_at IS NULL
			ORDER BY finished_at IS NOT NULL, finished_at DESC, tracked_at DESC, number DESC`,
		)
		.map(keyOf);
}
