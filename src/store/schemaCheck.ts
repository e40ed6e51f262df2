import type { Connection } from './connection';
import { textOf } from './connection';
import { openInMemory } from './openFile';
import { DamageError } from './storeError';

/** Compares the schema of a file with ours, so that no foreign code in it runs: a trigger, a view, a generated column. */
export class SchemaCheck {
	readonly #migrations: readonly string[];
	readonly #expected = new Map<number, readonly string[]>();
	#tables: readonly string[] | undefined;

	constructor(migrations: readonly string[]) {
		this.#migrations = migrations;
	}

	/**
	 * @param version the file's `user_version`, not above ours; for 0, the file must have no schema
	 * @throws DamageError if anything is missing, different or additional; SQLite's errors
	 */
	require(sql: Connection, version: number): void {
		let expected = this.#expected.get(version);
		if (expected === undefined) {
			const ours = openInMemory(this.#migrations.slice(0, version));
			expected = objects(ours, Number.MAX_SAFE_INTEGER);
			ours.close();
			this.#expected.set(version, expected);
		}
		const found = objects(sql, expected.length + 1);
		const odd = found.find((object) => !expected.includes(object)) ?? expected.find((object) => !found.includes(object));
		if (odd !== undefined) {
			throw new DamageError(`the schema differs from version ${version}: ${odd.slice(0, 200)}`);
		}
	}

	/** Whether each of our table names is a plain table, or missing, in a newer version's file, so that reading it runs no code. */
	hasPlainTables(sql: Connection): boolean {
		this.#tables ??= tableNames(this.#migrations);
		return this.#tables.every(
			(table) => isPlainTable(sql, table) || sql.first('SELECT 1 FROM sqlite_schema WHERE name = :table', { table }) === undefined,
		);
	}
}

/** Whether a name is a table stored in the file, not a view or a virtual table. */
export function isPlainTable(sql: Connection, table: string): boolean {
	return sql.first("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = :table", { table }) !== undefined;
}

/** Names of the tables of a schema. */
function tableNames(migrations: readonly string[]): readonly string[] {
	const ours = openInMemory(migrations);
	const names = ours.all("SELECT name FROM sqlite_schema WHERE type = 'table'").map((row) => textOf(row, 'name') ?? '');
	ours.close();
	return names;
}

/** Everything in a schema except SQLite's own tables and indexes, as one line each. */
function objects(sql: Connection, limit: number): readonly string[] {
	return sql
		.all(
			`SELECT type, name, tbl_name, sql FROM sqlite_schema
				WHERE NOT (type IN ('table', 'index') AND rootpage > 0 AND name LIKE 'sqlite\\_%' ESCAPE '\\') LIMIT :limit`,
			{ limit },
		)
		.map((row) => [textOf(row, 'type'), textOf(row, 'name'), textOf(row, 'tbl_name'), textOf(row, 'sql')?.replace(/\s+/g, ' ')].join(' '));
}
