import type { Disposable, Event } from '../core/emitter';
import { Emitter } from '../core/emitter';
import type { TaskKey } from '../core/task';
import type { ChangeFeed, TasksChange } from '../tracking/ports/changes';
import type { Connection, Row } from './connection';
import { numberOf, requiredNumber } from './connection';
import type { Database, DatabaseOptions } from './database';
import { statements } from './statements';
import { keyOf } from './taskRow';

/** Above this number of tasks changed by other windows, the event names no task and the lists are reread. */
const namedChanges = 2_000;

/** What a transaction changed; events fire after its commit. */
export class ChangeSet {
	readonly #sql: Connection;
	readonly keys = new Set<TaskKey>();
	#revision: number | undefined;
	hasListChanged = false;
	hasEpoch = false;
	hasKeyRevision = false;
	hasCreations = false;

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

	/** Call before facts of a task change. Returns the value for the row's `revision`. */
	markChanged(key: TaskKey): number {
		this.keys.add(key);
		return this.#raise();
	}

	/** Call before a task enters, leaves or changes lists. Returns the value for the row's `revision` and `list_revision`. */
	markListChanged(key: TaskKey): number {
		this.hasListChanged = true;
		return this.markChanged(key);
	}

	/** Records a change that the row of no single task shows. */
	epoch(): void {
		this.hasEpoch = true;
		this.#sql.run('UPDATE state SET epoch = :revision', { revision: this.#raise() });
	}

	/** Call before the journal of creates changes. Returns the value for the row's `revision`. */
	creations(): number {
		this.hasCreations = true;
		const revision = this.#raise();
		this.#sql.run('UPDATE state SET creation_revision = :revision', { revision });
		return revision;
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
	/** The revision of the last change of the journal of creates. */
	readonly creations: number;
}

/** Runs the store's transactions, and fires events for what this window or another one has committed. */
export class SqliteChangeFeed implements ChangeFeed, Disposable {
	readonly #database: Database;
	readonly #clock: DatabaseOptions['clock'];
	readonly log: DatabaseOptions['log'];
	readonly #didChange: Emitter<TasksChange>;
	readonly #didChangeKeys: Emitter<void>;
	readonly #didChangeCreations: Emitter<void>;
	#revisions: Revisions;
	#dataVersion: number | undefined;
	#file = 0;
	#listChanges = 0;
	#version = 0;

	constructor(database: Database, { clock, log }: Pick<DatabaseOptions, 'clock' | 'log'>) {
		this.#database = database;
		this.#clock = clock;
		this.log = log;
		this.#didChange = new Emitter(log);
		this.#didChangeKeys = new Emitter(log);
		this.#didChangeCreations = new Emitter(log);
		this.#dataVersion = database.dataVersion();
		this.#revisions = this.#readRevisions() ?? { revision: 0, epoch: 0, keyRevision: 0, creations: 0 };
		database.onDidReplace(() => this.#reload());
	}

	get onDidChange(): Event<TasksChange> {
		return this.#didChange.event;
	}

	get onDidChangeKeys(): Event<void> {
		return this.#didChangeKeys.event;
	}

	/** The journal of creates changed, in this window or another. */
	get onDidChangeCreations(): Event<void> {
		return this.#didChangeCreations.event;
	}

	/** Number of times this window has switched to another file; what was read from an earlier file is invalid. */
	get file(): number {
		return this.#file;
	}

	/** Raised by every change of anything visible that this window knows of: what was read at the same version is valid. */
	get version(): number {
		return this.#version;
	}

	/** Number of list changes that this window knows of: tasks added, removed or finished, and changes of many tasks at once. */
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

	/** Reads from the file; `fallback` while it cannot be read. */
	read<T>(body: (sql: Connection) => T, fallback: T): T {
		return this.#database.read(body, fallback);
	}

	/** Runs a transaction that changes nothing that is shown: it raises no revision and fires no event. */
	writeSilently<T>(body: (sql: Connection) => T): Promise<T> {
		return this.#database.write(body);
	}

	/** Overwrites deleted content in the file, its log and its copy. */
	eraseDeletedContent(): Promise<void> {
		return this.#database.eraseDeletedContent();
	}

	/**
	 * Runs a transaction, and fires the events for what it changed after the commit.
	 * @param body gets how long (ms) it has waited in the queue, see `writeInTime`
	 */
	async write<T>(body: (sql: Connection, changes: ChangeSet, waitedMs: number) => T): Promise<T> {
		const asked = this.#clock.now();
		const { value } = await this.#database.write(
			(sql) => {
				const changes = new ChangeSet(sql);
				return { value: body(sql, changes, this.#waitedSince(asked)), changes };
			},
			({ changes }) => this.#committed(changes),
		);
		return value;
	}

	/**
	 * Runs a transaction that compares times, and passes it how long (ms) it has waited in the queue. With a full disk that may be minutes:
	 * to a `now` that old, leases of other windows would seem too long and count as expired (see `leasesAt`).
	 */
	writeInTime<T>(body: (sql: Connection, waitedMs: number) => T): Promise<T> {
		const asked = this.#clock.now();
		return this.#database.write((sql) => body(sql, this.#waitedSince(asked)));
	}

	#waitedSince(asked: number): number {
		return Math.max(0, this.#clock.now() - asked);
	}

	dispose(): void {
		this.#didChange.dispose();
		this.#didChangeKeys.dispose();
		this.#didChangeCreations.dispose();
	}

	#committed(changes: ChangeSet): void {
		const { revision } = changes;
		if (revision === undefined) {
			return;
		}
		if (revision !== this.#revisions.revision + 1) {
			// Another window has written since the last read: one event covers both changes.
			this.#catchUp();
			return;
		}
		this.#revisions = {
			revision,
			epoch: changes.hasEpoch ? revision : this.#revisions.epoch,
			keyRevision: this.#revisions.keyRevision + (changes.hasKeyRevision ? 1 : 0),
			creations: changes.hasCreations ? revision : this.#revisions.creations,
		};
		this.#fire({ keys: changes.keys, listChanged: changes.hasListChanged || changes.hasEpoch }, changes);
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
		this.#fire(change, { hasKeyRevision: now.keyRevision !== from.keyRevision, hasCreations: now.creations !== from.creations });
	}

	#reload(): void {
		this.#file++;
		this.#dataVersion = this.#database.dataVersion();
		this.#revisions = this.#readRevisions() ?? this.#revisions;
		this.#fire({ keys: new Set(), listChanged: true }, { hasKeyRevision: true, hasCreations: true });
	}

	#fire(change: TasksChange, { hasKeyRevision, hasCreations }: Pick<ChangeSet, 'hasKeyRevision' | 'hasCreations'>): void {
		this.#version++;
		if (change.listChanged) {
			this.#listChanges++;
		}
		if (change.listChanged || change.keys.size > 0) {
			this.#didChange.fire(change);
		}
		if (hasKeyRevision) {
			this.#didChangeKeys.fire();
		}
		if (hasCreations) {
			this.#didChangeCreations.fire();
		}
	}

	/** Undefined while the file cannot be read; `onDidReplace` fires when it can be read again. */
	#readRevisions(): Revisions | undefined {
		return this.#database.read((sql) => {
			const row = sql.first('SELECT revision, epoch, key_revision, creation_revision FROM state');
			return (
				row && {
					revision: requiredNumber(row, 'revision'),
					epoch: requiredNumber(row, 'epoch'),
					keyRevision: requiredNumber(row, 'key_revision'),
					creations: requiredNumber(row, 'creation_revision'),
				}
			);
		}, undefined);
	}
}
