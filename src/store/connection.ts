import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { DamageError } from './storeError';

/** One row as SQLite returns it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;
/** Values of a statement's named parameters; names without the colon. Every parameter is required. */
export type Params = Readonly<Record<string, SQLInputValue>>;

/** An open database file with its prepared statements. All methods throw SQLite's errors (see `sqlFailure`). */
export class Connection {
	readonly #database: DatabaseSync;
	readonly #statements = new Map<string, StatementSync>();

	constructor(database: DatabaseSync) {
		this.#database = database;
	}

	/** All rows. Also for `RETURNING`, because such a statement must run to its end. */
	all(sql: string, params: Params = {}): readonly Row[] {
		return this.#prepared(sql).all(params);
	}

	first(sql: string, params: Params = {}): Row | undefined {
		return this.all(sql, params)[0];
	}

	/** Rows one by one, for tables too large for memory. */
	iterate(sql: string, params: Params = {}): Iterable<Row> {
		return this.#database.prepare(sql).iterate(params);
	}

	/** Returns the number of rows that the statement changed, without those changed by triggers. */
	run(sql: string, params: Params = {}): number {
		return Number(this.#prepared(sql).run(params).changes);
	}

	/** Any number of statements without parameters. */
	exec(sql: string): void {
		this.#database.exec(sql);
	}

	/** Rolls back a failed transaction. Does nothing if SQLite has already rolled it back, as it does after some errors. */
	rollback(): void {
		try {
			this.#database.exec('ROLLBACK');
		} catch (error) {
			if (!(error instanceof Error && error.message.includes('no transaction is active'))) {
				throw error;
			}
		}
	}

	close(): void {
		this.#statements.clear();
		this.#database.close();
	}

	#prepared(sql: string): StatementSync {
		let statement = this.#statements.get(sql);
		if (statement === undefined) {
			statement = this.#database.prepare(sql);
			this.#statements.set(sql, statement);
		}
		return statement;
	}
}

/** A column as text; undefined if it holds NULL or another type. */
export function textOf(row: Row, column: string): string | undefined {
	const value = row[column];
	return typeof value === 'string' ? value : undefined;
}

/** A column as a number; undefined if it holds NULL or another type. */
export function numberOf(row: Row, column: string): number | undefined {
	const value = row[column];
	return typeof value === 'number' ? value : undefined;
}

/**
 * A column that always holds text.
 * @throws TypeError if there is no such column (a bug); DamageError if it holds another type
 */
export function requiredText(row: Row, column: string): string {
	const value = row[column];
	if (typeof value === 'string') {
		return value;
	}
	throw missing(value, column, 'text');
}

/**
 * A column that always holds a number.
 * @throws TypeError if there is no such column (a bug); DamageError if it holds another type
 */
export function requiredNumber(row: Row, column: string): number {
	const value = row[column];
	if (typeof value === 'number') {
		return value;
	}
	throw missing(value, column, 'number');
}

function missing(value: SQLOutputValue | undefined, column: string, wanted: 'text' | 'number'): Error {
	return value === undefined ? new TypeError(`there is no column ${column}`) : new DamageError(`the column ${column} holds no ${wanted}`);
}
