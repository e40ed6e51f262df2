import type { Disposable, Event } from '../core/emitter';
import { Emitter } from '../core/emitter';
import type { TaskKey } from '../core/task';
import type { ChangeFeed, TasksChange } from '../tracking/ports/changes';
import type { Connection, Row } from './connection';
import { numberOf, requiredNumber } from './connection';
import type { Database, DatabaseOptions } from './database';
import { statements } from './statements';
import { keyOf } from './taskRow';

/** When more tasks than this have changed elsewhere, lists are read anew and no task is named. */
const namedChanges = 2_000;

/** What a transaction did, told after its commit. */
export class ChangeSet {
	readonly #sql: Connection;
	readonly keys = new Set<TaskKey>();
	#revision: number | undefined;
	hasListChanged = false;
	hasEpoch = false;
	hasKeyRevision = false;

	constructor(sql: Connection) {
		this.#sql = sql;
	}

	/** Undefined while nothing was changed. */
	get revision(): number | undefined {
		return this.#revision;
	}

	/** The revision of this transaction; raised at the first call. */
	#raise(): number {
		this.#revision ??= numberOf(this.#sql.all('UPDATE state SET revision = revision + 1 RETURNING revision')[0] ?? {}, 'revision') ?? 0;
		return this.#revision;
	}

	/** Facts of a task change; the statement that follows sets `revision` to this. */
	markChanged(key: TaskKey): number {
		this.keys.add(key);
		return this.#raise();
	}

	/** A task comes, goes, ends or is due anew in another list; the statement that follows sets `revision` and `list_revision` to this. */
	markListChanged(key: TaskKey): number {
		this.hasListChanged = true;
		return this.markChanged(key);
	}

	/** Something changes that no single task's row tells. */
	epoch(): void {
		this.hasEpoch = true;
		this.#sql.run('UPDATE state SET epoch = :revision', { revision: this.#raise() });
	}

	keyRevision(): void {
		this.hasKeyRevision = true;
		this.#sql.run('UPDATE state SET key_revision = key_revision + 1');
		this.#raise();
	}
}

interface Revisions {
	readonly revision: number;
	readonly epoch: number;
	readonly keyRevision: number;
}

/** Runs the store's transactions, and tells what this window or another one has changed once it is in the file. */
export class SqliteChangeFeed implements ChangeFeed, Disposable {
	readonly #database: Database;
	readonly #clock: DatabaseOptions['clock'];
	readonly #didChange: Emitter<TasksChange>;
	readonly #didChangeKeys: Emitter<void>;
	#revisions: Revisions;
	#dataVersion: number | undefined;
	#file = 0;
	#listChanges = 0;

	constructor(database: Database, { clock, log }: Pick<DatabaseOptions, 'clock' | 'log'>) {
		this.#database = database;
		this.#clock = clock;
		this.#didChange = new Emitter(log);
		this.#didChangeKeys = new Emitter(log);
		this.#dataVersion = database.dataVersion();
		this.#revisions = this.#readRevisions() ?? { revision: 0, epoch: 0, keyRevision: 0 };
		database.onDidReplace(() => this.#reload());
	}

	get onDidChange(): Event<TasksChange> {
		return this.#didChange.event;
	}

	get onDidChangeKeys(): Event<void> {
		return this.#didChangeKeys.event;
	}

	/** Counts the files that this window has used, as one that was damaged is replaced: what was read from another one says nothing of this. */
	get file(): number {
		return this.#file;
	}

	/** Counts the changes of the lists that this window knows of: tasks that come, go or finish, and what concerns many of them. */
	get listChanges(): number {
		return this.#listChanges;
	}

	checkForOthers(): void {
		const version = this.#database.dataVersion();
		if (version !== this.#dataVersion) {
			this.#dataVersion = version;
			this.#catchUp();
		}
	}

	/** Runs a transaction, and tells what it changed once it is in the file. */
	async write<T>(body: (sql: Connection, changes: ChangeSet) => T): Promise<T> {
		const { value } = await this.#database.write(
			(sql) => {
				const changes = new ChangeSet(sql);
				return { value: body(sql, changes), changes };
			},
			({ changes }) => this.#committed(changes),
		);
		return value;
	}

	/**
	 * Runs a transaction that judges by the time, and hands it how long (ms) it has waited for its turn: while the disk is full, that may be minutes,
	 * after which what it was told of the time would end the claims of others.
	 */
	writeInTime<T>(body: (sql: Connection, waitedMs: number) => T): Promise<T> {
		const asked = this.#clock.now();
		return this.#database.write((sql) => body(sql, Math.max(0, this.#clock.now() - asked)));
	}

	dispose(): void {
		this.#didChange.dispose();
		this.#didChangeKeys.dispose();
	}

	#committed(changes: ChangeSet): void {
		const { revision } = changes;
		if (revision === undefined) {
			return;
		}
		if (revision !== this.#revisions.revision + 1) {
			// Another window wrote since we last looked: one event for both.
			this.#catchUp();
			return;
		}
		this.#revisions = {
			revision,
			epoch: changes.hasEpoch ? revision : this.#revisions.epoch,
			keyRevision: this.#revisions.keyRevision + (changes.hasKeyRevision ? 1 : 0),
		};
		this.#fire({ keys: changes.keys, listChanged: changes.hasListChanged || changes.hasEpoch }, changes.hasKeyRevision);
	}

	#catchUp(): void {
		const from = this.#revisions;
		const now = this.#readRevisions();
		if (now === undefined || now.revision === from.revision) {
			return;
		}
		const rows: readonly Row[] = this.#database.read(
			(sql) => sql.all(statements.changedSince, { seen: from.revision, limit: namedChanges + 1 }),
			[],
		);
		this.#revisions = now;
		const change =
			rows.length > namedChanges
				? { keys: new Set<TaskKey>(), listChanged: true }
				: {
						keys: new Set(rows.map(keyOf)),
						listChanged: now.epoch > from.epoch || rows.some((row) => requiredNumber(row, 'list_revision') > from.revision),
					};
		this.#fire(change, now.keyRevision !== from.keyRevision);
	}

	#reload(): void {
		this.#file++;
		this.#dataVersion = this.#database.dataVersion();
		this.#revisions = this.#readRevisions() ?? this.#revisions;
		this.#fire({ keys: new Set(), listChanged: true }, true);
	}

	#fire(change: TasksChange, keysChanged: boolean): void {
		if (change.listChanged) {
			this.#listChanges++;
		}
		if (change.listChanged || change.keys.size > 0) {
			this.#didChange.fire(change);
		}
		if (keysChanged) {
			this.#didChangeKeys.fire();
		}
	}

	/** Undefined when the file cannot be read just now; an event tells when it can. */
	#readRevisions(): Revisions | undefined {
		return this.#database.read((sql) => {
			const row = sql.first('SELECT revision, epoch, key_revision FROM state');
			return (
				row && {
					revision: requiredNumber(row, 'revision'),
					epoch: requiredNumber(row, 'epoch'),
					keyRevision: requiredNumber(row, 'key_revision'),
				}
			);
		}, undefined);
	}
}
