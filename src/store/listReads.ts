import { isFinished } from '../core/task';
import type { ActiveTask, TaskKey } from '../core/task';
import type { Problem } from '../core/problem';
import type { FailingTasks } from '../tracking/ports/tasks';
import type { Connection, Row } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { statements } from './statements';
import { keyOf, readPauseReason, readProblemKind, readTask } from './taskRow';

/** Number of keys per page. */
const pageSize = 1_000;

/**
 * See `TaskReads.keyPages`. A task that moves while pages are read may be missing or appear twice; a change event follows.
 * @param read runs the statement of one page
 */
export function* keyPages(
	read: (body: (sql: Connection) => readonly Row[]) => readonly Row[],
	list: 'active' | 'finished',
): Generator<readonly TaskKey[]> {
	const statement = list === 'active' ? statements.activeKeys : statements.finishedKeys;
	let last: Row | undefined = { position: Number.MAX_SAFE_INTEGER, number: Number.MAX_SAFE_INTEGER };
	while (last !== undefined) {
		const behind = { position: requiredNumber(last, 'position'), number: requiredNumber(last, 'number'), limit: pageSize };
		const rows = read((sql) => sql.all(statement, behind));
		if (rows.length > 0) {
			yield rows.map(keyOf);
		}
		last = rows.length < pageSize ? undefined : rows.at(-1);
	}
}

/** See `TaskReads.running`. */
export function runningTasks(sql: Connection, limit: number): readonly ActiveTask[] {
	return sql
		.all(statements.origins)
		.filter((row) => readPauseReason(row) === undefined)
		.flatMap((row) => sql.all(statements.running, { origin: requiredText(row, 'origin'), limit }))
		.map(readTask)
		.filter((task) => !isFinished(task))
		.sort((a, b) => (a.nextPollAt ?? 0) - (b.nextPollAt ?? 0))
		.slice(0, limit);
}

/** See `TaskReads.failing`. */
export function failingTasks(sql: Connection): readonly FailingTasks[] {
	const rows = sql.all(statements.failing).map((row) => ({ row, origin: requiredText(row, 'origin'), ...countsOf(row) }));
	const pauses = sql.all(statements.pausedOrigins);
	const paused = pauses.flatMap((row): FailingTasks[] => {
		const kind = readPauseReason(row);
		const origin = requiredText(row, 'origin');
		const stopped = rows.filter((one) => one.origin === origin).reduce((sum, one) => sum + one.stopped, 0);
		const tasks = stopped + countsOf(sql.first(statements.booked, { origin }) ?? {}).tasks;
		return kind === undefined || tasks === 0 ? [] : [{ problem: { kind, failures: 0 }, tasks, stopped }];
	});
	const pausedOrigins = new Set(pauses.map((row) => requiredText(row, 'origin')));
	const others = rows
		.filter(({ origin }) => !pausedOrigins.has(origin))
		.map(({ row, tasks, stopped }): FailingTasks => ({ ...problemOf(row), tasks, stopped }));
	return [...paused, ...others];
}

function countsOf(row: Row): { readonly tasks: number; readonly stopped: number } {
	return { tasks: numberOf(row, 'tasks') ?? 0, stopped: numberOf(row, 'stopped') ?? 0 };
}

function problemOf(row: Row): { readonly problem?: Pick<Problem, 'kind' | 'code' | 'failures'> } {
	const kind = readProblemKind(row);
	const code = textOf(row, 'problem_code');
	return kind === undefined
		? {}
		: { problem: { kind, failures: numberOf(row, 'problem_failures') ?? 1, ...(code === undefined ? {} : { code }) } };
}
