import type { SQLInputValue } from 'node:sqlite';
import type { Connection, Row } from './connection';
import { numberOf, textOf } from './connection';
import { sqlFailure } from './storeError';

/** What an earlier life of the database left. */
export interface Remains {
	readonly damaged: Connection | undefined;
	readonly copy: Connection | undefined;
}

const batchSize = 200;
/** How far beyond the last readable row we look when a table's end cannot be read. */
const blindReach = 20_000;

/**
 * Fills `target` (our schema, empty, in a transaction) row by row with what can be read. Of a task that both sources hold, the newest revision
 * wins; the copy is asked for tasks only when the damaged file did not give all of its own, or it would bring back what was deleted since.
 * Sets `state.recovered` to the number of tasks that a person will see again.
 * @param breathe awaited after every batch
 */
export async function salvage(target: Connection, remains: Remains, breathe: () => Promise<void>): Promise<void> {
	const { damaged, copy } = remains;
	for (const table of ['origins', 'demos', 'tasks', 'answers', 'announcements', 'durations']) {
		const columns = new Set(target.all(`SELECT name FROM pragma_table_info('${table}')`).map((row) => textOf(row, 'name') ?? ''));
		const isWhole = damaged !== undefined && (await bringTable(target, damaged, table, columns, breathe));
		// Observed durations have no key to tell them by: the copy's would stand beside the same ones.
		const wantsCopy = !isWhole && (table !== 'durations' || target.first('SELECT 1 FROM durations') === undefined);
		if (copy !== undefined && wantsCopy) {
			await bringTable(target, copy, table, columns, breathe);
		}
	}
	// A task whose origin is not known is never due.
	target.run('INSERT OR IGNORE INTO origins (origin) SELECT DISTINCT origin FROM tasks');
	// Beyond every revision seen before: a window that moves on reads everything anew.
	target.run(`UPDATE state SET
		revision = (SELECT coalesce(max(revision), 0) + 1 FROM tasks),
		epoch = (SELECT coalesce(max(revision), 0) + 1 FROM tasks),
		recovered = (SELECT count(*) FROM tasks WHERE removed_at IS NULL)`);
}

/** True when the whole table could be read. */
async function bringTable(target: Connection, source: Connection, table: string, columns: ReadonlySet<string>, breathe: () => Promise<void>): Promise<boolean> {
	if (source.first("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = :table", { table }) === undefined) {
		return false;
	}
	let isWhole = true;
	let inBatch = 0;
	const take = async (row: Row): Promise<void> => {
		isWhole = insert(target, table, columns, row) && isWhole;
		if (++inBatch % batchSize === 0) {
			await breathe();
		}
	};
	// Upwards to the damage, downwards to the damage, then every row number between by itself.
	const up = await scan(source, table, 'ASC', take);
	if (up.isComplete) {
		return isWhole;
	}
	const from = (up.last ?? 0) + 1;
	const down = await scan(source, table, 'DESC', take);
	const to = down.last === undefined ? from + blindReach : down.last - 1;
	for (let rowid = from; rowid <= to; rowid++) {
		const row = tryRead(() => source.first(`SELECT rowid AS "rowid ", * FROM ${table} WHERE rowid = :rowid`, { rowid }));
		if (row !== undefined) {
			await take(row);
		} else if (++inBatch % batchSize === 0) {
			await breathe();
		}
	}
	return false;
}

/** Reads a table in the order of its row ids, until its end or the damage. */
async function scan(source: Connection, table: string, order: 'ASC' | 'DESC', take: (row: Row) => Promise<void>): Promise<{ isComplete: boolean; last: number | undefined }> {
	let last: number | undefined;
	for (;;) {
		const rows: Row[] = [];
		let isSound = true;
		try {
			const beyond = last === undefined ? '' : `WHERE rowid ${order === 'ASC' ? '>' : '<'} ${last}`;
			// The extra column's name is one that no table of ours can have.
			for (const row of source.iterate(`SELECT rowid AS "rowid ", * FROM ${table} NOT INDEXED ${beyond} ORDER BY rowid ${order} LIMIT ${batchSize}`)) {
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

/** False when the row is not one that we could have written; an older one than is already there is quietly left out. */
function insert(target: Connection, table: string, columns: ReadonlySet<string>, row: Row): boolean {
	const names = Object.keys(row).filter((name) => columns.has(name) && name !== 'number');
	const values: Record<string, SQLInputValue> = Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
	try {
		if (table === 'tasks') {
			const key = textOf(row, 'key') ?? '';
			const known = target.first('SELECT revision FROM tasks WHERE key = :key', { key });
			if (known !== undefined) {
				if ((numberOf(known, 'revision') ?? 0) >= (numberOf(row, 'revision') ?? 0)) {
					return true;
				}
				target.run('DELETE FROM tasks WHERE key = :key', { key });
			}
		}
		target.run(`INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`, values);
		return true;
	} catch (error) {
		requireRefusal(error);
		return false;
	}
}

function tryRead<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		requireDamage(error);
		return undefined;
	}
}

/** Anything else than damage is not this file's concern. */
function requireDamage(error: unknown): void {
	if (sqlFailure(error) !== 'damaged') {
		throw error;
	}
}

/** A constraint of ours that the row does not meet (SQLITE_CONSTRAINT, SQLITE_MISMATCH). */
function requireRefusal(error: unknown): void {
	const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
	if (code !== 19 && code !== 20) {
		throw error;
	}
}
