import type { SQLInputValue } from 'node:sqlite';
import type { Connection, Row } from '../connection';
import { numberOf, textOf } from '../connection';
import { isPlainTable } from '../schemaCheck';
import { sqlCode, sqlFailure, sqlPrimaryCode } from '../storeError';

/** The tables whose rows are brought over; the others hold what matters for minutes. */
const tables = ['origins', 'owners', 'tasks', 'responses', 'announcements', 'durations'];
/** What becomes of a row that another file has brought already; tasks are decided by `isRicher`. */
const onConflict: Readonly<Record<string, string>> = {
	// An end that was told in any of the files was told.
	announcements: '(key) DO UPDATE SET claimed_at = coalesce(claimed_at, excluded.claimed_at)',
	responses: '(key) DO UPDATE SET at = excluded.at, body = excluded.body WHERE excluded.at > at',
};
const batchSize = 200;
/** How far beyond the last readable row we look when a table's end cannot be read. */
const blindReach = 20_000;
/** How many row numbers in the middle of a table are tried one by one: damage can make it seem to have any number. */
const mostBlindReads = 1_000_000;
/** Revisions beyond this were never counted to. */
const highestRevision = 2 ** 52;

interface Importing {
	readonly target: Connection;
	/** Awaited after every batch. */
	readonly yieldToOthers: () => Promise<void>;
	/** A row that is not to be brought over although it can be read. */
	readonly leavesOut?: (row: Row) => boolean;
}

/**
 * Fills `target` (our schema, in a transaction) row by row with what can be read of earlier files. Of a task that several hold, what has finished
 * wins, then the newest revision. After the nearest file the others are asked for a table, the newest first, until one gave it whole: else
 * they would bring back what was deleted since. So is any that is newer than the nearest, which then is an older copy that somebody put there.
 * @param nearest the file that was in use last; undefined when nothing of it can be read
 * @param others in any order
 * @param yieldToOthers awaited after every batch
 */
export async function salvage(
	target: Connection,
	nearest: Connection | undefined,
	others: readonly Connection[],
	yieldToOthers: () => Promise<void>,
): Promise<void> {
	const age = nearest === undefined ? -1 : revisionOf(nearest);
	const byAge = [...others].sort((a, b) => revisionOf(b) - revisionOf(a));
	for (const table of tables) {
		const isWhole = nearest !== undefined && (await importTable({ target, yieldToOthers }, nearest, table));
		for (const source of byAge) {
			// An end that any of them knows as told is not told again.
			const isEnough = table !== 'announcements' && isWhole && revisionOf(source) <= age;
			if (isEnough || ((await importTable({ target, yieldToOthers }, source, table)) && table !== 'announcements')) {
				break;
			}
		}
	}
	settle(target, [...byAge, ...(nearest === undefined ? [] : [nearest])]);
}

/**
 * Brings everything of another file into one that `salvage` has filled: what was made in both stays, of a task in both the newest facts.
 * @param copy the daily copy: what `source` has only from there and `target` has no more was deleted
 */
export async function merge(
	target: Connection,
	source: Connection,
	copy: Connection | undefined,
	yieldToOthers: () => Promise<void>,
): Promise<void> {
	const leavesOut = (row: Row): boolean => {
		const key = textOf(row, 'key') ?? '';
		const isGone = target.first('SELECT 1 FROM tasks WHERE key = :key', { key }) === undefined;
		const copied =
			isGone && copy !== undefined ? tryRead(() => copy.first('SELECT revision FROM tasks WHERE key = :key', { key })) : undefined;
		return copied !== undefined && numberOf(copied, 'revision') === numberOf(row, 'revision');
	};
	for (const table of tables) {
		await importTable({ target, yieldToOthers, ...(table === 'tasks' ? { leavesOut } : {}) }, source, table);
	}
	settle(target, [source]);
	target.run('UPDATE state SET recovered = nullif(recovered, 0)');
}

/** Sets what follows from the rows, and in `state.recovered` the number of tasks that a person will see again. */
function settle(target: Connection, sources: readonly Connection[]): void {
	// A task whose origin is not known is never due.
	target.run('INSERT OR IGNORE INTO origins (origin) SELECT DISTINCT origin FROM tasks');
	// Beyond every revision seen before: a window that moves on reads everything anew, and a later rescue knows which file is newer.
	const highest = Math.max(0, ...sources.map(revisionOf));
	target.run(
		`UPDATE state SET
			revision = (SELECT max(revision, :seen, coalesce((SELECT max(revision) FROM tasks), 0)) + 1),
			recovered = (SELECT count(*) FROM tasks WHERE removed_at IS NULL)`,
		{ seen: highest },
	);
	target.run('UPDATE state SET epoch = revision');
}

/** How new a file is: its count of changes; -1 when that cannot be read. */
function revisionOf(source: Connection): number {
	const row = isTable(source, 'state') ? tryRead(() => source.first('SELECT revision FROM state')) : undefined;
	const revision = (row && numberOf(row, 'revision')) ?? -1;
	return revision <= highestRevision ? revision : -1;
}

/** By what a later file is known to hold what an earlier one did. */
export interface Mark {
	readonly revision: number;
	/** The task that changed last; undefined when there is none that can be read. */
	readonly newest: { readonly key: string; readonly revision: number } | undefined;
}

export function markOf(source: Connection): Mark {
	const row = isTable(source, 'tasks')
		? tryRead(() => source.first('SELECT key, revision FROM tasks ORDER BY revision DESC LIMIT 1'))
		: undefined;
	return { revision: revisionOf(source), newest: row && { key: textOf(row, 'key') ?? '', revision: numberOf(row, 'revision') ?? 0 } };
}

/** Whether a file counts on from the marked one: it is newer, and has that one's newest task as it was, or newer. */
export function holds(source: Connection, { revision, newest }: Mark): boolean {
	if (revisionOf(source) <= revision) {
		return false;
	}
	const row =
		newest && isTable(source, 'tasks')
			? tryRead(() => source.first('SELECT revision FROM tasks WHERE key = :key', { key: newest.key }))
			: undefined;
	return newest === undefined || (row !== undefined && (numberOf(row, 'revision') ?? 0) >= newest.revision);
}

/** True when the whole table could be read. */
async function importTable(importing: Importing, source: Connection, table: string): Promise<boolean> {
	const { target, yieldToOthers } = importing;
	// A view in a table's place could run anything, for ever.
	if (!isTable(source, table)) {
		return false;
	}
	if (table === 'durations' && target.first('SELECT 1 FROM durations') !== undefined) {
		// They have no key to tell them by: another file's would stand beside the same ones.
		return false;
	}
	const ours = columnsOf(target, table);
	const columns = (tryRead(() => columnsOf(source, table)) ?? []).filter((column) => column !== 'number' && ours.includes(column));
	let isWhole = columns.length > 0;
	let taken = 0;
	const take = async (row: Row): Promise<void> => {
		if (importing.leavesOut?.(row) !== true) {
			isWhole = insert(target, table, columns, row) && isWhole;
		}
		if (++taken % batchSize === 0) {
			await yieldToOthers();
		}
	};
	// The extra column's name is one that no table of ours can have.
	const selected = ['rowid AS "rowid "', ...columns].join(', ');
	// Upwards to the damage, downwards to the damage, then every row number between by itself.
	const up = await scan(source, table, selected, 'ASC', take);
	if (up.isComplete) {
		return isWhole && (table !== 'tasks' || taken === countOf(source));
	}
	const from = (up.last ?? 0) + 1;
	const down = await scan(source, table, selected, 'DESC', take);
	const to = Math.min(down.last === undefined ? from + blindReach : down.last - 1, from + mostBlindReads);
	for (let rowid = from; rowid <= to; rowid++) {
		const row = tryRead(() => source.first(`SELECT ${selected} FROM ${table} WHERE rowid = :rowid`, { rowid }));
		if (row !== undefined) {
			await take(row);
		} else if (rowid % batchSize === 0) {
			await yieldToOthers();
		}
	}
	return false;
}

/** False too when not even the schema can be read. */
function isTable(source: Connection, table: string): boolean {
	return tryRead(() => isPlainTable(source, table)) ?? false;
}

/** The columns that are kept in the file, not computed. */
function columnsOf(sql: Connection, table: string): readonly string[] {
	return sql.all(`SELECT name FROM pragma_table_info('${table}')`).map((row) => textOf(row, 'name') ?? '');
}

/** How many tasks a file itself counts; undefined when that cannot be read. */
function countOf(source: Connection): number | undefined {
	const row = isTable(source, 'state') ? tryRead(() => source.first('SELECT tasks FROM state')) : undefined;
	return row && numberOf(row, 'tasks');
}

/** Reads a table in the order of its row ids, until its end or the damage. */
async function scan(
	source: Connection,
	table: string,
	selected: string,
	order: 'ASC' | 'DESC',
	take: (row: Row) => Promise<void>,
): Promise<{ isComplete: boolean; last: number | undefined }> {
	let last: number | undefined;
	for (;;) {
		const rows: Row[] = [];
		let isSound = true;
		try {
			const beyond = last === undefined ? '' : `WHERE rowid ${order === 'ASC' ? '>' : '<'} ${last}`;
			for (const row of source.iterate(
				`SELECT ${selected} FROM ${table} NOT INDEXED ${beyond} ORDER BY rowid ${order} LIMIT ${batchSize}`,
			)) {
				rows.push(row);
			}
		} catch (error) {
			requireDamage(error);
			// What came before the damage counts; the rest is asked for one by one.
			isSound = false;
		}
		for (const row of rows) {
			const rowid = numberOf(row, 'rowid ');
			if (rowid === undefined || (last !== undefined && (order === 'ASC' ? rowid <= last : rowid >= last))) {
				// A page in another's place: its rows are real, but following them could lead in circles.
				return { isComplete: false, last };
			}
			await take(row);
			last = rowid;
		}
		if (!isSound || rows.length < batchSize) {
			return { isComplete: isSound, last };
		}
	}
}

/** False when the row is not one that we could have written; one that tells less than what is already there is quietly left out. */
function insert(target: Connection, table: string, columns: readonly string[], row: Row): boolean {
	const values: Record<string, SQLInputValue> = Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
	try {
		if (table === 'tasks') {
			const key = textOf(row, 'key') ?? '';
			const known = target.first('SELECT revision, finished_at FROM tasks WHERE key = :key', { key });
			if (known !== undefined) {
				if (!isRicher(row, known)) {
					return true;
				}
				target.run('DELETE FROM tasks WHERE key = :key', { key });
			}
		}
		target.run(
			`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')}) ON CONFLICT ${onConflict[table] ?? 'DO NOTHING'}`,
			values,
		);
		return true;
	} catch (error) {
		requireRefusal(error);
		return false;
	}
}

/** What has finished stays so; otherwise the newest revision counts. */
function isRicher(row: Row, known: Row): boolean {
	const hasFinished = numberOf(row, 'finished_at') !== undefined;
	if (hasFinished !== (numberOf(known, 'finished_at') !== undefined)) {
		return hasFinished;
	}
	return (numberOf(row, 'revision') ?? 0) > (numberOf(known, 'revision') ?? 0);
}

function tryRead<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		requireDamage(error);
		return undefined;
	}
}

/** Damage, or a table that is not ours (SQLITE_ERROR: no such column). Anything else is not this file's concern. */
function requireDamage(error: unknown): void {
	if (sqlFailure(error) !== 'damaged' && sqlCode(error) !== 1) {
		throw error;
	}
}

/** A constraint of ours that the row does not meet (SQLITE_CONSTRAINT, SQLITE_MISMATCH). */
function requireRefusal(error: unknown): void {
	const code = sqlPrimaryCode(error);
	if (code !== 19 && code !== 20) {
		throw error;
	}
}
