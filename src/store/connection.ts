import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { DamageError } from './storeError';

/** One row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;
/** Values of a statement's named parameters, without the colon. Every parameter must be given. */
export type Params = Readonly<Record<string, SQLInputValue>>;

/** An open database file with its prepared statements. All methods throw SQLite's errors (see `sqlFailure`). */
export class Connection {
	readonly #database: DatabaseSync;
	readonly #statements = new Map<string, StatementSync>();

	constructor(database: DatabaseSync) {
		this.#database = database;
	}

	/** All rows; also the way to read `RETURNING`, which must run to its end. */
	all(sql: string, params: Params = {}): readonly Row[] {
		return this.#prepared(sql).all(params);
	}

	first(sql: string, params: Params = {}): Row | undefined {
		return this.all(sql, params)[0];
	}

	/** Rows one by one, for tables that are too large to hold. */
	iterate(sql: string, params: Params = {}): Iterable<Row> {
		return this.#database.prepare(sql).iterate(params);
	}

	/** Returns how many rows the statement itself changed. */
	run(sql: string, params: Params = {}): number {
		return Number(this.#prepared(sql).run(params).changes);
	}

	/** Any number of statements without parameters. */
	exec(sql: string): void {
		this.#database.exec(sql);
	}

	/** Ends a transaction that failed. SQLite has ended it itself after some errors: then there is nothing to do. */
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

/** A column as text; undefined when it is NULL or something else. */
export function textOf(row: Row, column: string): string | undefined {
	const value = row[column];
	return typeof value === 'string' ? value : undefined;
}

/** A column as a number; undefined when it is NULL or something else. */
export function numberOf(row: Row, column: string): number | undefined {
	const value = row[column];
	return typeof value === 'number' ? value : undefined;
}

/**
 * A column that always holds a text.
 * @throws TypeError when there is no column of that name, which is a mistake of ours; DamageError when it holds something else
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
 * @throws TypeError when there is no column of that name, which is a mistake of ours; DamageError when it holds something else
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
