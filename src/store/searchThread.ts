import type { TaskKey } from '../core/task';
import type { SearchWords } from '../tracking/ports/search';
import type { Connection, Row } from './connection';
import { numberOf, requiredNumber, textOf } from './connection';
import { openFile } from './openFile';
import { isPlainTable } from './schemaCheck';
import { SearchIndex } from './searchIndex';
import { DamageError, sqlFailure } from './storeError';
import { keyOf, statusOf } from './taskRow';
import type { ThreadFailure } from './thread';

/** Asks a search thread. It replies with a list of keys. */
export interface SearchQuestion {
	/** Absolute path of the database in use. */
	readonly file: string;
	readonly text: string;
	readonly limit: number;
}

/** How long a read waits for other processes, ms: nothing is blocked meanwhile. */
const busyTimeoutMs = 5_000;
/** Rows per statement: without a write-ahead log, a statement holds up the windows that write. */
const pageSize = 1_000;

const columns = `number, origin, id, action, action2, status, name, prompt, alias, tracked_at, finished_at, removed_at,
	CASE WHEN json_valid(facts) THEN json_extract(facts, '$.externalTaskId') END AS external,
	CASE WHEN status = 'unknown' AND json_valid(facts) THEN json_extract(facts, '$.rawStatus') END AS raw_status`;

/** Returns what replies to a search thread's questions. The index lives in this thread's memory only. */
export function searcher(words: SearchWords): (question: SearchQuestion) => readonly TaskKey[] | ThreadFailure {
	let tasks: IndexedFile | undefined;
	return ({ file, text, limit }) => {
		try {
			if (tasks?.file !== file) {
				tasks = new IndexedFile(file, words);
			}
			tasks.update();
			return tasks.tasks.find(text, limit);
		} catch (error) {
			tasks = undefined;
			return { failure: sqlFailure(error), message: String(error) };
		}
	};
}

/** The tasks of one database file. The file is open only while it is read, so that it can be checkpointed, replaced and deleted. */
class IndexedFile {
	readonly tasks: SearchIndex;
	readonly file: string;
	/** The state of the file that `tasks` has. */
	#revision = -1;
	#epoch = -1;

	constructor(file: string, words: SearchWords) {
		this.file = file;
		this.tasks = new SearchIndex(words);
	}

	/** Reads the rows that this or another window has changed since the last call. */
	update(): void {
		const sql = openForReading(this.file);
		try {
			const state = sql.first('SELECT revision, epoch FROM state') ?? {};
			const [revision, epoch] = [requiredNumber(state, 'revision'), requiredNumber(state, 'epoch')];
			if (revision === this.#revision) {
				return;
			}
			if (epoch !== this.#epoch) {
				// Rows may have been deleted.
				this.tasks.keepOnly(new Set(sql.all('SELECT number FROM tasks').map((row) => requiredNumber(row, 'number'))));
			}
			this.#readChanged(sql);
			// Read before the rows: what changes meanwhile is read again.
			this.#revision = revision;
			this.#epoch = epoch;
		} finally {
			sql.close();
		}
	}

	#readChanged(sql: Connection): void {
		const changed =
			this.#revision < 0
				? undefined
				: sql.all(`SELECT ${columns} FROM tasks WHERE revision > :seen LIMIT :limit`, { seen: this.#revision, limit: pageSize });
		if (changed !== undefined && changed.length < pageSize) {
			changed.forEach((row) => this.#take(row));
			return;
		}
		let last: number | undefined = Number.MIN_SAFE_INTEGER;
		while (last !== undefined) {
			const rows: readonly Row[] = sql.all(
				`SELECT ${columns} FROM tasks WHERE number > :last AND +revision > :seen ORDER BY number LIMIT :limit`,
				{ last, seen: this.#revision, limit: pageSize },
			);
			rows.forEach((row) => this.#take(row));
			last = rows.length < pageSize ? undefined : numberOf(rows.at(-1) ?? {}, 'number');
		}
	}

	#take(row: Row): void {
		const number = requiredNumber(row, 'number');
		if (numberOf(row, 'removed_at') !== undefined) {
			this.tasks.delete(number);
			return;
		}
		this.tasks.set(number, {
			key: keyOf(row),
			origin: textOf(row, 'origin') ?? '',
			action: textOf(row, 'action') ?? '',
			action2: textOf(row, 'action2') ?? '',
			status: statusOf(row),
			names: ['name', 'id', 'external', 'alias', 'raw_status'].flatMap((column) => textOf(row, column) ?? []),
			prompt: textOf(row, 'prompt'),
			finishedAt: numberOf(row, 'finished_at'),
			trackedAt: numberOf(row, 'tracked_at') ?? 0,
		});
	}
}

/** @throws SQLite's errors; DamageError if a view stands in place of a table: it could run code or never end */
function openForReading(file: string): Connection {
	let sql = openFile(file, 'read', busyTimeoutMs);
	try {
		try {
			sql.first('SELECT 1 FROM sqlite_schema');
		} catch (error) {
			if (sqlFailure(error) !== 'disk') {
				throw error;
			}
			// In a folder that is not writable, SQLite cannot create a write-ahead log. There is none, so the file alone is complete.
			sql.close();
			sql = openFile(file, 'immutable', busyTimeoutMs);
		}
		if (!isPlainTable(sql, 'tasks') || !isPlainTable(sql, 'state')) {
			throw new DamageError('tasks or state is no table');
		}
		return sql;
	} catch (error) {
		sql.close();
		throw error;
	}
}
