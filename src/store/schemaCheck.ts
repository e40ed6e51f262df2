import type { Connection } from './connection';
import { textOf } from './connection';
import { openInMemory } from './openFile';
import { DamageError } from './storeError';

/** Holds the schema of a file against ours, so that nothing runs that somebody else put into it: a trigger, a view, a table with other columns. */
export class SchemaCheck {
	readonly #migrations: readonly string[];
	readonly #expected = new Map<number, readonly string[]>();
	#tables: readonly string[] | undefined;

	constructor(migrations: readonly string[]) {
		this.#migrations = migrations;
	}

	/**
	 * @param version the file's `user_version`, not above ours; 0 expects a file without a schema
	 * @throws DamageError when anything is missing, different or foreign; SQLite's errors
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
			throw new DamageError(`another schema than that of version ${version}: ${odd.slice(0, 200)}`);
		}
	}

	/** Whether every name that we read is a real table in a newer version's file, so that reading runs nothing. */
	hasPlainTables(sql: Connection): boolean {
		this.#tables ??= tableNames(this.#migrations);
		return this.#tables.every(
			(table) => isPlainTable(sql, table) || sql.first('SELECT 1 FROM sqlite_schema WHERE name = :table', { table }) === undefined,
		);
	}
}

/** Whether a name is a table that is kept in the file: no view, no virtual table. */
export function isPlainTable(sql: Connection, table: string): boolean {
	return sql.first("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = :table", { table }) !== undefined;
}

/** Names of the tables that a schema makes. */
function tableNames(migrations: readonly string[]): readonly string[] {
	const ours = openInMemory(migrations);
	const names = ours.all("SELECT name FROM sqlite_schema WHERE type = 'table'").map((row) => textOf(row, 'name') ?? '');
	ours.close();
	return names;
}

/** Everything a schema holds but SQLite's own tables and indexes, each as one line. */
function objects(sql: Connection, limit: number): readonly string[] {
	return sql
		.all(
			`SELECT type, name, tbl_name, sql FROM sqlite_schema
				WHERE NOT (type IN ('table', 'index') AND rootpage > 0 AND name LIKE 'sqlite\\_%' ESCAPE '\\') LIMIT :limit`,
			{ limit },
		)
		.map((row) => [textOf(row, 'type'), textOf(row, 'name'), textOf(row, 'tbl_name'), textOf(row, 'sql')?.replace(/\s+/g, ' ')].join(' '));
}
