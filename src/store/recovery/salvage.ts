import type { SQLInputValue } from 'node:sqlite';
import type { Connection, Row } from '../connection';
import { numberOf, textOf } from '../connection';
import { isPlainTable } from '../schemaCheck';
import { sqlCode, sqlFailure, sqlPrimaryCode } from '../storeError';

/** The tables whose rows are imported; rows of the others matter for minutes only, or are learned anew (`list_queries`, `proofs`). */
const tables = ['origins', 'owners', 'tasks', 'responses', 'announcements', 'durations', 'costs', 'creations', 'units', 'downloads'];
/** Tables whose rows have no key, so that those of a second file would be duplicates. */
const withoutKey: ReadonlySet<string> = new Set(['durations', 'costs']);
/** Conflict clauses for rows that another file has already provided. For those of `richerRows`, `isRicher` decides. */
const onConflict: Readonly<Record<string, string>> = {
	// Announced in any of the files means announced.
	announcements: '(key) DO UPDATE SET claimed_at = coalesce(claimed_at, excluded.claimed_at)',
	origins: '(origin) DO UPDATE SET key_counter = max(key_counter, excluded.key_counter)',
	// A take that any of the files knows was given.
	units: '(origin, unit_key) DO UPDATE SET take = max(take, excluded.take)',
	responses: '(key) DO UPDATE SET at = excluded.at, body = excluded.body WHERE excluded.at > at',
};
/** The tables that are read from all files. */
const fromAllFiles: ReadonlySet<string> = new Set(['announcements', 'creations', 'units']);
/** The key of the tables of which the richer one of two rows is kept, and the column by which one has what does not change any more. */
const richerRows: Readonly<Partial<Record<string, { readonly key: readonly string[]; readonly final: string }>>> = {
	tasks: { key: ['key'], final: 'finished_at' },
	creations: { key: ['id'], final: 'task_key' },
	// Importing a task queues its results: such rows have the revision 0.
	downloads: { key: ['task_key', 'media'], final: 'path' },
};
const batchSize = 200;
/** Number of row IDs tried beyond the last readable row if the end of a table cannot be read. */
const blindReach = 20_000;
/** Maximum number of row IDs tried one by one in the middle of a table: damaged row IDs can make the gap arbitrarily large. */
const mostBlindReads = 1_000_000;
/** Higher revisions are damage: no counter gets there. */
const highestRevision = 2 ** 52;

interface Importing {
	readonly target: Connection;
	/** Awaited after every batch. */
	readonly yieldToOthers: () => Promise<void>;
	/** Readable rows to skip. */
	readonly leavesOut?: (row: Row) => boolean;
}

/**
 * Fills `target` (our schema, in a transaction) row by row with the readable rows of earlier files. Of a task in several files, a finished
 * one wins, then the newest revision. After the nearest file, a table is read from the others, newest first, until one has it complete: any
 * further file would bring back deleted rows. A file newer than the nearest is read too: the nearest is then an old copy that somebody
 * restored.
 * @param nearest the file last in use; undefined if nothing in it can be read
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
			// Announced in any of the files means announced, and what was paid for stays in sight even if it was removed.
			const isEnough = !fromAllFiles.has(table) && isWhole && revisionOf(source) <= age;
			if (isEnough || ((await importTable({ target, yieldToOthers }, source, table)) && !fromAllFiles.has(table))) {
				break;
			}
		}
	}
	settle(target, [...byAge, ...(nearest === undefined ? [] : [nearest])]);
}

/**
 * Imports another file into one that `salvage` has filled. Keeps the tasks of both; of a task in both, as `salvage` does.
 * @param copy the daily copy. A task that `source` has exactly as in the copy, and `target` does not have, was deleted.
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

/** Sets what is derived from the rows, and `state.recovered` to the number of recovered tasks that are in a list. */
function settle(target: Connection, sources: readonly Connection[]): void {
	// A task without a row for its origin is never due.
	target.run('INSERT OR IGNORE INTO origins (origin) SELECT origin FROM tasks UNION SELECT origin FROM creations');
	// Above every earlier revision, so that a window that switches here rereads everything and a later rescue sees which file is newer.
	const highest = Math.max(0, ...sources.map(revisionOf));
	target.run(
		`UPDATE state SET
			revision = (SELECT max(revision, :seen, coalesce((SELECT max(revision) FROM tasks), 0), coalesce((SELECT max(revision) FROM creations), 0)) + 1),
			recovered = (SELECT count(*) FROM tasks WHERE removed_at IS NULL)`,
		{ seen: highest },
	);
	settleCreations(target);
	target.run('UPDATE downloads SET claim_id = NULL, claim_until = NULL WHERE claim_id IS NOT NULL');
	for (const source of sources) {
		keepNotices(target, source);
	}
	target.run('UPDATE state SET epoch = revision, creation_revision = revision');
}

/**
 * A file may be old: what happened to creations since, which takes were given and which keys were set is not known.
 * - What may have been sent since is not sent again, but searched for.
 * - New external IDs differ from all that were given (`salt`), though a take may be given again.
 * - What was learned about external IDs is learned anew, as with another key: without a find, nothing counts as absent.
 */
function settleCreations(target: Connection): void {
	target.exec(`
		UPDATE creations SET state = 'uncertain', reason = '{"kind":"recovered"}', sent_at = coalesce(sent_at, changed_at), next_at = changed_at,
			searches = 0, claim_id = NULL, claim_until = NULL WHERE state IN ('planned', 'sending', 'waiting');
		UPDATE creations SET has_task = task_key IN (SELECT key FROM tasks), claim_id = NULL, claim_until = NULL WHERE task_key IS NOT NULL;
		INSERT INTO units (origin, unit_key, take) SELECT origin, unit_key, max(take) FROM creations WHERE true GROUP BY origin, unit_key
			ON CONFLICT (origin, unit_key) DO UPDATE SET take = max(take, excluded.take);
		UPDATE origins SET key_counter = key_counter + 1;
		UPDATE state SET salt = lower(hex(randomblob(8)));
	`);
}

/** What was offered or said once stays so. */
function keepNotices(target: Connection, source: Connection): void {
	const row = isTable(source, 'state') ? tryRead(() => source.first('SELECT offered, expiry_notice_at FROM state')) : undefined;
	if (row !== undefined) {
		target.run(
			'UPDATE state SET offered = max(offered, :offered), expiry_notice_at = max(coalesce(expiry_notice_at, 0), :noticeAt) WHERE :offered = 1 OR :noticeAt > 0',
			{ offered: numberOf(row, 'offered') === 1 ? 1 : 0, noticeAt: Math.max(0, numberOf(row, 'expiry_notice_at') ?? 0) },
		);
	}
}

/** The revision of a file, which says how new it is; -1 if it cannot be read. */
function revisionOf(source: Connection): number {
	const row = isTable(source, 'state') ? tryRead(() => source.first('SELECT revision FROM state')) : undefined;
	const revision = (row && numberOf(row, 'revision')) ?? -1;
	return revision <= highestRevision ? revision : -1;
}

/** Identifies the state of a file, to recognise later files that contain it; see `holds`. */
export interface Mark {
	readonly revision: number;
	/** The task that changed last; undefined if none can be read. */
	readonly newest: { readonly key: string; readonly revision: number } | undefined;
}

export function markOf(source: Connection): Mark {
	const row = isTable(source, 'tasks')
		? tryRead(() => source.first('SELECT key, revision FROM tasks ORDER BY revision DESC LIMIT 1'))
		: undefined;
	return { revision: revisionOf(source), newest: row && { key: textOf(row, 'key') ?? '', revision: numberOf(row, 'revision') ?? 0 } };
}

/** Whether a file continues the marked one: it is newer, and has that one's newest task with the same revision or a later one. */
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

/** Imports one table. Resolves to whether it was read completely. */
async function importTable(importing: Importing, source: Connection, table: string): Promise<boolean> {
	const { target, yieldToOthers } = importing;
	// A view in place of a table could run code or never end.
	if (!isTable(source, table)) {
		return false;
	}
	if (withoutKey.has(table) && target.first(`SELECT 1 FROM ${table}`) !== undefined) {
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
	// The alias has a trailing space, so that it cannot equal a column of ours.
	const selected = ['rowid AS "rowid "', ...columns].join(', ');
	// Ascending to the damage, descending to the damage, then each row ID between them individually.
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

/** False also if the schema cannot be read. */
function isTable(source: Connection, table: string): boolean {
	return tryRead(() => isPlainTable(source, table)) ?? false;
}

/** The stored columns, without generated ones. */
function columnsOf(sql: Connection, table: string): readonly string[] {
	return sql.all(`SELECT name FROM pragma_table_info('${table}')`).map((row) => textOf(row, 'name') ?? '');
}

/** The number of tasks according to the file's own counter; undefined if it cannot be read. */
function countOf(source: Connection): number | undefined {
	const row = isTable(source, 'state') ? tryRead(() => source.first('SELECT tasks FROM state')) : undefined;
	return row && numberOf(row, 'tasks');
}

/** Reads a table by row ID, up to its end or to the damage. */
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
			// Rows before the damage are kept; the others are read one by one.
			isSound = false;
		}
		for (const row of rows) {
			const rowid = numberOf(row, 'rowid ');
			if (rowid === undefined || (last !== undefined && (order === 'ASC' ? rowid <= last : rowid >= last))) {
				// Row IDs out of order: a page links to a wrong one. Following it could loop for ever.
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

/** False if the row violates our schema. One that is not richer than the one already there is skipped, and counts as inserted. */
function insert(target: Connection, table: string, columns: readonly string[], row: Row): boolean {
	const values: Record<string, SQLInputValue> = Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
	try {
		const richer = richerRows[table];
		let conflict = onConflict[table] ?? 'DO NOTHING';
		if (richer !== undefined) {
			const { key, final } = richer;
			const known = target.first(
				`SELECT revision, ${final} AS final FROM ${table} WHERE ${key.map((name) => `${name} = :${name}`).join(' AND ')}`,
				Object.fromEntries(key.map((name) => [name, values[name] ?? null])),
			);
			if (known !== undefined && !isRicher({ ...row, final: row[final] ?? null }, known)) {
				return true;
			}
			// Not deleted before: what belongs to it would go too.
			conflict = `(${key.join(', ')}) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`;
		}
		target.run(
			`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')}) ON CONFLICT ${conflict}`,
			values,
		);
		return true;
	} catch (error) {
		requireRefusal(error);
		if (table === 'creations' && textOf(row, 'external_id') !== undefined) {
			// Two files have the external ID. What may have been paid for stays in sight.
			return insert(target, table, columns, { ...row, external_id: null });
		}
		return false;
	}
}

/** A finished task wins over an active one, an accepted creation over any other, a kept file over none; otherwise the newer revision wins. */
function isRicher(row: Row, known: Row): boolean {
	const isFinal = row['final'] !== null;
	if (isFinal !== (known['final'] !== null)) {
		return isFinal;
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

/** Rethrows anything but damage or a table with another schema (SQLITE_ERROR: no such column). */
function requireDamage(error: unknown): void {
	if (sqlFailure(error) !== 'damaged' && sqlCode(error) !== 1) {
		throw error;
	}
}

/** Rethrows anything but a violated constraint of our schema (SQLITE_CONSTRAINT, SQLITE_MISMATCH). */
function requireRefusal(error: unknown): void {
	const code = sqlPrimaryCode(error);
	if (code !== 19 && code !== 20) {
		throw error;
	}
}
