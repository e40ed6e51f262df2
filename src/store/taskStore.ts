import { mostObservations } from '../core/durationLaw';
import type { Observation } from '../core/durationLaw';
import type { Attention } from '../core/schedule';
import { boundedSighting } from '../core/resultBounds';
import { agedBy, trackedAnew } from '../core/schedule';
import type { ActiveTask, EndedTask, Sighting, Task, TaskKey, TaskRef } from '../core/task';
import { isEnded, isEndedStatus, taskKey } from '../core/task';
import { isBelievedOfFinished } from '../core/evidence';
import { afterRefusal, keyDoubtMs, pauseProbeMs } from '../core/keyDoubt';
import type { Problem } from '../core/problem';
import { learnAlias, provesOwnId } from '../core/taskIds';
import { refusingKinds } from '../core/trouble';
import type {
	Claim,
	ClaimTerms,
	Disposable,
	DueTerms,
	Event,
	LookRecord,
	NewTask,
	Pace,
	PauseReason,
	PlaceRequest,
	Reservation,
	StoreCondition,
	TaskCounts,
	Tasks,
	TasksChange,
	TroubledTasks,
} from '../tracking/ports';
import type { Connection, Params, Row } from './connection';
import { numberOf, textOf } from './connection';
import type { DatabaseOptions } from './database';
import { Database } from './database';
import { Emitter } from '../core/emitter';
import { longestIntervalMs } from '../core/schedule';
import { beginLooks, isProbed, leavePlace, roomAt, takePlace } from './places';
import type { Room } from './places';
import { keyPages, runningTasks, troubledTasks } from './listReads';
import { statements } from './statements';
import { keyOf, readPauseReason, readTask } from './taskRow';

/** Undo is offered for less than an hour; after it, untracked tasks are deleted when a window opens. */
const removedTasksLiveMs = 60 * 60_000;
/** A booking further ahead than this (ms) was made by a clock that was wrong. */
const longestBookingMs = 2 * longestIntervalMs;
/** How many tasks one transaction of a bulk change takes at most. */
const chunkSize = 200;
/** How long such a transaction takes tasks, ms: the extension host is shared, and others' work waits for it. */
const chunkMs = 20;
/** How many tasks one statement deletes: each takes its response, up to 64 KiB, along. */
const deletedAtOnce = 20;
const answerLimit = 64 * 1024;
/** When more tasks than this have changed elsewhere, lists are read anew and no task is named. */
const namedChanges = 2_000;

/** What a transaction did, told after its commit. */
class Draft {
	readonly #sql: Connection;
	readonly keys = new Set<TaskKey>();
	#revision: number | undefined;
	hasMoved = false;
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
	changes(key: TaskKey): number {
		this.keys.add(key);
		return this.#raise();
	}

	/** A task comes, goes, ends or is due anew in another list; the statement that follows sets `revision` and `moved` to this. */
	moves(key: TaskKey): number {
		this.hasMoved = true;
		return this.changes(key);
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

interface Seen {
	readonly revision: number;
	readonly epoch: number;
	readonly keyRevision: number;
}

/** What is remembered, in one database file that all windows share. See `Tasks` for what each method promises. */
export class TaskStore implements Tasks, Disposable {
	readonly #database: Database;
	readonly #clock: DatabaseOptions['clock'];
	readonly #didChange: Emitter<TasksChange>;
	readonly #didChangeKeys: Emitter<void>;
	/** Durations that were read, by origin and operation, with the number of the newest and the revision at which that was asked. */
	readonly #durations = new Map<
		string,
		{ readonly revision: number; readonly newest: number | undefined; readonly observations: readonly Observation[] }
	>();
	#seen: Seen;
	#dataVersion: number | undefined;

	private constructor(database: Database, options: DatabaseOptions) {
		this.#database = database;
		this.#clock = options.clock;
		this.#didChange = new Emitter(options.log);
		this.#didChangeKeys = new Emitter(options.log);
		this.#dataVersion = database.dataVersion();
		this.#seen = this.#readSeen() ?? { revision: 0, epoch: 0, keyRevision: 0 };
		database.onDidReplace(() => this.#readAnew());
	}

	/**
	 * Opens the store of a folder, and begins to delete what was untracked long ago.
	 * @throws StoreError `noSqlite` or `unusable`
	 */
	static async open(options: DatabaseOptions): Promise<TaskStore> {
		const store = new TaskStore(await Database.open(options), options);
		if (!store.readOnly) {
			store
				.#purge(options.clock.now() - removedTasksLiveMs)
				.catch((error: unknown) => options.log.warn(`untracked tasks were not deleted: ${String(error)}`));
		}
		return store;
	}

	get onDidChange(): Event<TasksChange> {
		return this.#didChange.event;
	}

	get onDidChangeKeys(): Event<void> {
		return this.#didChangeKeys.event;
	}

	get readOnly(): boolean {
		return this.#database.readOnly;
	}

	/** How the file is; not `ok` wants telling. */
	get condition(): StoreCondition {
		return this.#database.condition;
	}

	get onDidChangeCondition(): Event<void> {
		return this.#database.onDidChangeCondition;
	}

	/**
	 * After a damaged file was replaced: how many tasks were recovered, for the one caller over all windows that says so. Ask when the store
	 * has opened, and whenever the condition becomes `ok`.
	 */
	async claimRecovery(): Promise<{ readonly tasks: number } | undefined> {
		const row = this.#database.read((sql) => sql.first('SELECT recovered FROM state'), undefined);
		if (row === undefined || numberOf(row, 'recovered') === undefined || this.readOnly) {
			return undefined;
		}
		return this.#database.write((sql) => {
			const tasks = numberOf(sql.first('SELECT recovered FROM state') ?? {}, 'recovered');
			sql.run('UPDATE state SET recovered = NULL');
			return tasks === undefined ? undefined : { tasks };
		});
	}

	/** Makes the daily copy now if it is due and no other window makes it; true when it was made. */
	copyIfDue(): Promise<boolean> {
		return this.#database.copyIfDue();
	}

	/** As `dispose`, and resolves when nothing of the store is open any more. */
	async close(): Promise<void> {
		await this.#database.close();
		this.dispose();
	}

	dispose(): void {
		this.#database.dispose();
		this.#didChange.dispose();
		this.#didChangeKeys.dispose();
	}

	// Reading

	get(key: TaskKey): Task | undefined {
		return this.#database.read((sql) => getTask(sql, key), undefined);
	}

	active(): readonly ActiveTask[] {
		return this.#database.read((sql) => sql.all(statements.active).map(readTask), []).filter((task) => !isEnded(task));
	}

	ended(limit: number): readonly EndedTask[] {
		return this.#database.read((sql) => sql.all(statements.ended, { limit: whole(limit) }).map(readTask), []).filter(isEnded);
	}

	counts(): TaskCounts {
		const row = this.#database.read((sql) => sql.first(statements.counts), undefined) ?? {};
		return { active: numberOf(row, 'active') ?? 0, ended: numberOf(row, 'ended') ?? 0, unviewed: numberOf(row, 'unviewed') ?? 0 };
	}

	keyPages(list: 'active' | 'ended'): Iterable<readonly TaskKey[]> {
		return keyPages((body) => this.#database.read(body, []), list);
	}

	running(limit: number): readonly ActiveTask[] {
		return this.#database.read((sql) => runningTasks(sql, limit), []);
	}

	troubled(): readonly TroubledTasks[] {
		return this.#database.read(troubledTasks, []);
	}

	hasResults(): boolean {
		return this.#database.read((sql) => numberOf(sql.first(statements.hasResults) ?? {}, 'found') === 1, false);
	}

	tracks(origin: string): boolean {
		return this.#database.read((sql) => sql.first(statements.tracks, { origin }) !== undefined, false);
	}

	rawAnswer(key: TaskKey): { readonly body: string; readonly at: number } | undefined {
		const row = this.#database.read((sql) => sql.first(statements.rawAnswer, { key }), undefined);
		return row && { body: textOf(row, 'body') ?? '', at: numberOf(row, 'at') ?? 0 };
	}

	pausedOrigins(): ReadonlyMap<string, PauseReason> {
		const paused = new Map<string, PauseReason>();
		for (const row of this.#database.read((sql) => sql.all(statements.pausedOrigins), [])) {
			const reason = readPauseReason(row);
			if (reason !== undefined) {
				paused.set(textOf(row, 'origin') ?? '', reason);
			}
		}
		return paused;
	}

	nextDueAt(now: number, { boundsOf, demo }: DueTerms): number | undefined {
		return this.#database.read((sql) => {
			const terms = { now: whole(now), demo: demo ?? null };
			const times = sql.all(statements.origins).flatMap((row) => {
				const origin = textOf(row, 'origin') ?? '';
				const [usual, unseen] = [statements.nextDue, statements.nextDueUnseen].map((statement) =>
					numberOf(sql.first(statement, { ...terms, origin }) ?? {}, 'next_look_at'),
				);
				if (usual === undefined && unseen === undefined) {
					return [];
				}
				const room = roomAt(sql, row, terms.now, boundsOf(origin));
				return [
					...(usual === undefined ? [] : [Math.max(usual, room.at)]),
					...(unseen === undefined ? [] : [Math.max(unseen, room.unseen.at)]),
				];
			});
			const free = numberOf(sql.first(statements.nextFree, terms) ?? {}, 'due');
			const all = free === undefined ? times : [...times, free];
			return all.length === 0 ? undefined : Math.min(...all);
		}, undefined);
	}

	attention(now: number): Attention {
		const row = this.#database.read((sql) => sql.first(statements.attention, { now: whole(now) }), undefined) ?? {};
		return { focused: numberOf(row, 'focused') === 1, visible: numberOf(row, 'visible') === 1 };
	}

	durations({ origin, action, action2 }: Pick<TaskRef, 'origin' | 'action' | 'action2'>): readonly Observation[] {
		const operation = `${action}/${action2}`;
		const place = `${origin} ${operation}`;
		const known = this.#durations.get(place);
		const { revision } = this.#seen;
		// They change with a task that ends, or with a lesson: a change that is not noticed yet shows with the others.
		if (known?.revision === revision) {
			return known.observations;
		}
		const newest = this.#database.read(
			(sql) => numberOf(sql.first(statements.newestDuration, { origin, operation }) ?? {}, 'number'),
			undefined,
		);
		const observations = known !== undefined && known.newest === newest ? known.observations : this.#readDurations(origin, operation);
		this.#durations.set(place, { revision, newest, observations });
		return observations;
	}

	pendingAnnouncements(now: number): readonly TaskKey[] {
		return this.#database.read((sql) => sql.all(statements.pendingAnnouncements, { now: whole(now) }), []).map(keyOf);
	}

	nextHeldAt(now: number): number | undefined {
		return this.#database.read((sql) => numberOf(sql.first(statements.nextHeld, { now: whole(now) }) ?? {}, 'at'), undefined);
	}

	#readDurations(origin: string, operation: string): readonly Observation[] {
		const rows = this.#database.read((sql) => sql.all(statements.durations, { origin, operation }), []);
		return rows.map((row) => ({ ms: numberOf(row, 'ms') ?? 0, failed: numberOf(row, 'failed') === 1 }));
	}

	// What a person does

	async add(
		tasks: readonly NewTask[],
		now: number,
		reservation?: Reservation,
	): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }> {
		const added = new Set<TaskKey>();
		const known = new Set<TaskKey>();
		const folded = new Map<TaskKey, NewTask>();
		for (const task of tasks) {
			const key = taskKey(task.ref);
			folded.set(key, folded.get(key) ?? task);
		}
		await this.#inChunks([...folded.values()], (sql, draft, task) => {
			const key = taskKey(task.ref);
			// A transaction that has to be repeated decides anew.
			added.delete(key);
			known.delete(key);
			(addTask(sql, draft, task, now, reservation) ? added : known).add(key);
		});
		return { added: [...added], known: [...known] };
	}

	rename(key: TaskKey, name: string | undefined): Promise<void> {
		return this.#write((sql, draft) => {
			change(sql, draft, key, 'name = :name', { name: name ?? null });
		});
	}

	changeOperation(key: TaskKey, action: string, action2: string, now: number): Promise<void> {
		return this.#write((sql, draft) => {
			// A look in flight asks the wrong path, and what earlier ones met there says nothing of the right one.
			change(
				sql,
				draft,
				key,
				`action = :action, action2 = :action2, next_look_at = iif(ended_at IS NULL, :now, NULL), interval_ms = NULL,
					problem_kind = NULL, claim_token = NULL, claim_until = NULL`,
				{ action, action2, now: whole(now) },
			);
		});
	}

	async remove(keys: readonly TaskKey[], now: number): Promise<void> {
		await this.#inChunks(keys, (sql, draft, key) => {
			move(sql, draft, key, 'removed_at = :now', 'removed_at IS NULL', { now: whole(now) });
		});
	}

	async restore(keys: readonly TaskKey[]): Promise<void> {
		await this.#inChunks(keys, (sql, draft, key) => {
			move(sql, draft, key, 'removed_at = NULL', 'removed_at IS NOT NULL', {});
		});
	}

	async removeEnded(now: number): Promise<readonly TaskKey[]> {
		const removed: TaskKey[] = [];
		await this.#forAll(
			statements.endedBefore,
			(sql, draft, key) => {
				move(sql, draft, key, 'removed_at = :now', 'removed_at IS NULL', { now: whole(now) });
				return key;
			},
			removed,
		);
		return removed;
	}

	async markViewed(keys: readonly TaskKey[] | 'all', now: number): Promise<void> {
		const view = (sql: Connection, draft: Draft, key: TaskKey): TaskKey => {
			const row = sql.first('SELECT 1 FROM tasks WHERE key = :key AND ended_at IS NOT NULL AND viewed_at IS NULL', { key });
			if (row !== undefined) {
				change(sql, draft, key, 'viewed_at = :now', { now: whole(now) });
			}
			return key;
		};
		if (keys === 'all') {
			await this.#forAll(statements.unviewedBefore, view, []);
		} else {
			await this.#inChunks(keys, view);
		}
	}

	async forgetEverything(): Promise<void> {
		await this.#deleteAll('SELECT number FROM tasks LIMIT :limit', {});
		await this.#write((sql, draft) => {
			// Another window may have added tasks between the transactions: theirs keep their origins, without which they are never due.
			sql.exec(
				'DELETE FROM demos; DELETE FROM durations; DELETE FROM looks; DELETE FROM begun; DELETE FROM windows; DELETE FROM origins WHERE origin NOT IN (SELECT origin FROM tasks); UPDATE state SET recovered = NULL, copied_at = 0, copying_until = 0',
			);
			draft.epoch();
			draft.keyRevision();
		});
		await this.#database.forgetTraces();
	}

	teach(
		lessons: readonly (Pick<TaskRef, 'origin' | 'action' | 'action2'> & { readonly observations: readonly Observation[] })[],
	): Promise<void> {
		return this.#write((sql, draft) => {
			draft.epoch();
			for (const { observations, ...ref } of lessons) {
				for (const observation of observations) {
					addDuration(sql, ref, observation);
				}
			}
		});
	}

	// Looking

	claimDue({
		now: at,
		until: end,
		newToken,
		boundsOf,
		demo,
	}: DueTerms & { readonly now: number; readonly until: number; readonly newToken: () => string }): Promise<readonly Claim[]> {
		return this.#writeInTime((sql, waitedMs) => {
			const [now, until] = [whole(at + waitedMs), whole(end + waitedMs)];
			sql.run(statements.deadPlaces, { now });
			return sql.all(statements.origins).flatMap((row) => {
				const room = roomAt(sql, row, now, boundsOf(textOf(row, 'origin') ?? ''));
				const { origin } = room;
				const due = dueTasks(sql, room, now, demo);
				const claims = due.map(({ number, isUnseen }) => {
					const token = newToken();
					return { isUnseen, token, tasks: sql.all(statements.claimDue, { number, token, until }).map(readTask) };
				});
				for (const urgency of ['background', 'unseen'] as const) {
					const tokens = claims.filter(({ isUnseen }) => isUnseen === (urgency === 'unseen')).map(({ token }) => token);
					if (tokens.length > 0) {
						beginLooks(sql, origin, tokens, urgency, now, until);
					}
				}
				if (claims.length > 0 && isProbed(row)) {
					const next = now + (readPauseReason(row) === undefined ? keyDoubtMs : pauseProbeMs);
					sql.run('UPDATE origins SET probe_at = :next WHERE origin = :origin', { origin, next });
				}
				return claims.flatMap(({ tasks, token }) => tasks.map((task) => ({ task, token })));
			});
		});
	}

	claim(key: TaskKey, { token, now, until, reservation }: ClaimTerms): Promise<Claim | undefined> {
		return this.#writeInTime((sql, waitedMs) => {
			const isClaimed =
				sql.run(statements.claim, {
					key,
					token,
					now: whole(now + waitedMs),
					until: whole(until + waitedMs),
					reservation: reservation ?? null,
				}) > 0;
			const task = isClaimed ? getTask(sql, key) : undefined;
			return task && { task, token };
		});
	}

	renew({ task, token }: Claim, _now: number, until: number): Promise<boolean> {
		return this.#database.write((sql) => {
			sql.run(statements.renewPlace, { token, until: whole(until) });
			// Who still holds the token has lost nothing, even when the claim had expired: nobody took it.
			return sql.run(statements.renew, { key: task.key, token, until: whole(until) }) > 0;
		});
	}

	async renewReservation(token: string, until: number): Promise<void> {
		const terms = { token, until: whole(until), limit: chunkSize };
		while ((await this.#database.write((sql) => sql.run(statements.renewReservation, terms))) === chunkSize) {
			await nextTurn();
		}
	}

	release({ task, token }: Claim, nextLookAt: number | undefined): Promise<void> {
		return this.#write((sql, draft) => {
			const { key } = task;
			sql.run(statements.leavePlace, { token });
			const row = sql.first('SELECT next_look_at, claim_until, ended_at FROM tasks WHERE key = :key AND claim_token = :token', {
				key,
				token,
			});
			if (row === undefined) {
				return;
			}
			// A reserved task was booked for the end of its reservation, which is now.
			const isReserved = numberOf(row, 'ended_at') === undefined && numberOf(row, 'next_look_at') === numberOf(row, 'claim_until');
			const next = isReserved ? whole(this.#clock.now()) : optional(nextLookAt);
			sql.run('UPDATE tasks SET claim_token = NULL, claim_until = NULL WHERE key = :key', { key });
			if (next !== (numberOf(row, 'next_look_at') ?? null)) {
				change(sql, draft, key, 'next_look_at = :next', { next });
			}
		});
	}

	record(look: LookRecord): Promise<{ readonly before: Task; readonly after: Task } | undefined> {
		return this.#write((sql, draft) => {
			const { key } = look;
			const row = sql.first('SELECT origin, claim_token FROM tasks WHERE key = :key', { key }) ?? {};
			leavePlace(sql, textOf(row, 'origin') ?? '', look.token, whole(look.at), look.pace);
			const before = textOf(row, 'claim_token') === look.token ? getTask(sql, key) : undefined;
			if (before === undefined) {
				return undefined;
			}
			const seen = look.sighting === undefined ? undefined : sightingColumns(before, boundedSighting(look.sighting), look.at);
			const hasEnded = isEnded(before) || (look.sighting !== undefined && isEndedStatus(look.sighting.status));
			const columns = {
				...seen,
				...problemColumns(look.problem),
				failed_passing: look.failures?.passing ?? 0,
				failed_refused: look.failures?.refused ?? 0,
				failed_lasting: look.failures?.lasting ?? 0,
				verdict: look.verdict?.status ?? null,
				verdict_at: optional(look.verdict?.at),
				...(look.sighting === undefined ? {} : aliasColumns(sql, before, look.sighting, look.at)),
				result_checks: optional(look.resultChecks),
				next_look_at: optional(look.nextLookAt),
				interval_ms: optional(look.intervalMs),
				claim_token: null,
				claim_until: null,
			};
			const justEnded = hasEnded && !isEnded(before);
			const revision = justEnded ? draft.moves(key) : draft.changes(key);
			update(sql, key, { ...columns, revision, ...(justEnded ? { moved: revision } : {}) });
			if (look.body !== undefined) {
				sql.run('INSERT INTO answers (key, at, body) VALUES (:key, :at, :body) ON CONFLICT (key) DO UPDATE SET at = :at, body = :body', {
					key,
					at: whole(look.at),
					body: cutToBytes(look.body, answerLimit),
				});
			}
			const after = getTask(sql, key);
			if (after === undefined) {
				return undefined;
			}
			if (justEnded && before.demo === undefined) {
				addDuration(sql, before.ref, look.sighting && observe(look.sighting));
			}
			const heldUntil = optional(look.holdUntil);
			if (look.announce && justEnded && isEnded(after)) {
				sql.run('INSERT OR IGNORE INTO announcements (key, ended_at, held_until) VALUES (:key, :at, :heldUntil)', {
					key,
					at: after.endedAt,
					heldUntil,
				});
			} else if (
				heldUntil === null &&
				look.sighting !== undefined &&
				hasEnded &&
				sql.run('UPDATE announcements SET held_until = NULL WHERE key = :key AND held_until IS NOT NULL', { key }) > 0
			) {
				// The lists are as they were, but whoever tells ends must look.
				update(sql, key, { moved: draft.moves(key) });
			}
			return { before, after };
		});
	}

	async mendTimes(at: number): Promise<void> {
		const now = whole(at);
		const wrong = await this.#database.write((sql) =>
			sql.all(statements.fromTheFuture, { now, furthest: now + longestBookingMs }).map(keyOf),
		);
		if (wrong.length > chunkSize) {
			await nextTurn();
		}
		await this.#inChunks(wrong, (sql, draft, key) => {
			sql.run(
				`UPDATE tasks SET next_look_at = :now, tracked_at = min(tracked_at, :now), looked_at = min(looked_at, :now), problem_at = min(problem_at, :now), revision = :revision
					WHERE key = :key AND (ended_at IS NULL OR next_look_at IS NOT NULL)`,
				{ key, now, revision: draft.changes(key) },
			);
		});
	}

	// Places at an API, and attention

	takePlace(request: PlaceRequest): Promise<number | undefined> {
		return this.#writeInTime((sql, waitedMs) =>
			takePlace(sql, { ...request, now: whole(request.now + waitedMs), until: whole(request.until + waitedMs) }),
		);
	}

	async renewPlace(token: string, until: number): Promise<void> {
		await this.#database.write((sql) => sql.run(statements.renewPlace, { token, until: whole(until) }));
	}

	leavePlace(origin: string, token: string, now: number, pace?: Pace): Promise<void> {
		return this.#database.write((sql) => {
			leavePlace(sql, origin, token, whole(now), pace);
		});
	}

	async noteAttention(window: string, { focused, visible }: Attention, now: number, until: number): Promise<void> {
		await this.#database.write((sql) => {
			// With those of windows that died.
			sql.run('DELETE FROM windows WHERE token = :window OR alive_until <= :now', { window, now: whole(now) });
			if (focused || visible) {
				sql.run('INSERT INTO windows (token, focused, visible, alive_until) VALUES (:window, :focused, :visible, :until)', {
					window,
					focused: Number(focused),
					visible: Number(visible),
					until: whole(until),
				});
			}
		});
	}

	async bringForward(
		bookings: readonly { readonly key: TaskKey; readonly at: number; readonly intervalMs: number | undefined }[],
	): Promise<void> {
		await this.#inChunks(bookings, (sql, draft, { key, at, intervalMs }) => {
			// What met trouble meanwhile is booked for another reason.
			const isLater =
				sql.first('SELECT 1 FROM tasks WHERE key = :key AND next_look_at > :at AND ended_at IS NULL AND problem_kind IS NULL', {
					key,
					at: whole(at),
				}) !== undefined;
			if (isLater) {
				change(sql, draft, key, 'next_look_at = :at, interval_ms = :interval', { at: whole(at), interval: optional(intervalMs) });
			}
		});
	}

	// Keys and pauses

	pauseOrigin(origin: string, reason: PauseReason, now: number): Promise<boolean> {
		return this.#write((sql, draft) => pause(sql, draft, origin, reason, now));
	}

	noteRefusal(origin: string, now: number): Promise<'doubted' | 'decided'> {
		return this.#write((sql) => {
			sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin });
			const refusedAt = numberOf(sql.first('SELECT refused_at FROM origins WHERE origin = :origin', { origin }) ?? {}, 'refused_at');
			const verdict = afterRefusal(refusedAt, now);
			if (verdict === 'doubted' && (refusedAt === undefined || refusedAt > now)) {
				sql.run('UPDATE origins SET refused_at = :now, probe_at = :next WHERE origin = :origin', {
					origin,
					now: whole(now),
					next: whole(now + keyDoubtMs),
				});
			}
			return verdict;
		});
	}

	noteAcceptance(origin: string): Promise<void> {
		return this.#write((sql, draft) => {
			if (sql.run('UPDATE origins SET refused_at = NULL WHERE origin = :origin AND refused_at IS NOT NULL', { origin }) > 0) {
				draft.epoch();
			}
		});
	}

	isDoubted(origin: string): boolean {
		return this.#database.read(
			(sql) => sql.first('SELECT 1 FROM origins WHERE origin = :origin AND refused_at IS NOT NULL', { origin }) !== undefined,
			false,
		);
	}

	async noteKey(origin: string, present: boolean, at: number): Promise<void> {
		const now = whole(at);
		const waiting = await this.#write((sql, draft) => {
			draft.keyRevision();
			sql.run('UPDATE origins SET refused_at = NULL WHERE origin = :origin', { origin });
			if (!present) {
				pause(sql, draft, origin, 'noKey', at);
				return [];
			}
			const wasPaused =
				sql.run('UPDATE origins SET paused = NULL, paused_at = NULL WHERE origin = :origin AND paused IS NOT NULL', { origin }) > 0;
			if (wasPaused) {
				draft.epoch();
			}
			return sql
				.all(
					`SELECT origin, id FROM tasks WHERE origin = :origin AND ended_at IS NULL AND removed_at IS NULL
						AND (problem_kind IN ('auth', 'noKey', 'keyUnreadable', ${refusingKinds.map((kind) => `'${kind}'`).join(', ')}) OR (:wasPaused AND next_look_at > :now))`,
					{ origin, now, wasPaused: wasPaused ? 1 : 0 },
				)
				.map(keyOf);
		});
		if (waiting.length > chunkSize) {
			await nextTurn();
		}
		await this.#inChunks(waiting, (sql, draft, key) => {
			const row = sql.first('SELECT problem_kind FROM tasks WHERE key = :key AND ended_at IS NULL AND removed_at IS NULL', { key });
			if (row === undefined) {
				return;
			}
			// A refused task keeps that, and how often: one more check, not all of them anew.
			const cleared = refusingKinds.some((kind) => kind === row['problem_kind']) ? {} : problemColumns(undefined);
			update(sql, key, { next_look_at: now, ...cleared, revision: draft.changes(key) });
		});
	}

	// Telling

	claimAnnouncement(key: TaskKey, now: number): Promise<boolean> {
		return this.#database.write((sql) => sql.run(statements.claimAnnouncement, { key, now: whole(now) }) > 0);
	}

	async holdAnnouncements(keys: readonly TaskKey[], until: number): Promise<void> {
		await this.#inChunks(keys, (sql, _draft, key) => sql.run(statements.holdAnnouncement, { key, until: whole(until) }));
	}

	async returnAnnouncements(keys: readonly TaskKey[]): Promise<void> {
		await this.#inChunks(keys, (sql, draft, key) => {
			// A change, so that the other windows look what there is to tell.
			if (sql.run('UPDATE announcements SET claimed_at = NULL WHERE key = :key AND claimed_at IS NOT NULL', { key }) > 0) {
				move(sql, draft, key, 'viewed_at = viewed_at', 'removed_at IS NULL', {});
			}
		});
	}

	// Demos

	async keepDemo(demo: string, until: number): Promise<void> {
		await this.#database.write((sql) =>
			sql.run('INSERT INTO demos (token, alive_until) VALUES (:demo, :until) ON CONFLICT (token) DO UPDATE SET alive_until = :until', {
				demo,
				until: whole(until),
			}),
		);
	}

	endDemo(demo: string): Promise<void> {
		return this.#write((sql, draft) => {
			sql.run('DELETE FROM demos WHERE token = :demo', { demo });
			deleteDemo(sql, draft, demo);
		});
	}

	removeDeadDemos(now: number): Promise<number | undefined> {
		return this.#write((sql, draft) => {
			sql.run('DELETE FROM demos WHERE alive_until <= :now', { now: whole(now) });
			for (const row of sql.all('SELECT DISTINCT demo FROM tasks WHERE demo IS NOT NULL AND demo NOT IN (SELECT token FROM demos)')) {
				deleteDemo(sql, draft, textOf(row, 'demo') ?? '');
			}
			return numberOf(sql.first('SELECT min(alive_until) AS next FROM demos') ?? {}, 'next');
		});
	}

	// Telling what changed

	checkForOthers(): void {
		const version = this.#database.dataVersion();
		if (version !== this.#dataVersion) {
			this.#dataVersion = version;
			this.#catchUp();
		}
	}

	/** Runs a transaction, and tells what it changed once it is in the file. */
	async #write<T>(body: (sql: Connection, draft: Draft) => T): Promise<T> {
		const { value } = await this.#database.write(
			(sql) => {
				const draft = new Draft(sql);
				return { value: body(sql, draft), draft };
			},
			({ draft }) => this.#committed(draft),
		);
		return value;
	}

	/**
	 * Runs a transaction that judges by the time, and hands it how long (ms) it has waited for its turn: while the disk is full, that may be minutes,
	 * after which what it was told of the time would end the claims of others.
	 */
	#writeInTime<T>(body: (sql: Connection, waitedMs: number) => T): Promise<T> {
		const asked = this.#clock.now();
		return this.#database.write((sql) => body(sql, Math.max(0, this.#clock.now() - asked)));
	}

	#committed(draft: Draft): void {
		const { revision } = draft;
		if (revision === undefined) {
			return;
		}
		if (revision !== this.#seen.revision + 1) {
			// Another window wrote since we last looked: one event for both.
			this.#catchUp();
			return;
		}
		this.#seen = {
			revision,
			epoch: draft.hasEpoch ? revision : this.#seen.epoch,
			keyRevision: this.#seen.keyRevision + (draft.hasKeyRevision ? 1 : 0),
		};
		this.#fire({ keys: draft.keys, structure: draft.hasMoved || draft.hasEpoch }, draft.hasKeyRevision);
	}

	#catchUp(): void {
		const from = this.#seen;
		const now = this.#readSeen();
		if (now === undefined || now.revision === from.revision) {
			return;
		}
		const rows: readonly Row[] = this.#database.read(
			(sql) => sql.all(statements.changedSince, { seen: from.revision, limit: namedChanges + 1 }),
			[],
		);
		this.#seen = now;
		const change =
			rows.length > namedChanges
				? { keys: new Set<TaskKey>(), structure: true }
				: {
						keys: new Set(rows.map(keyOf)),
						structure: now.epoch > from.epoch || rows.some((row) => (numberOf(row, 'moved') ?? 0) > from.revision),
					};
		this.#fire(change, now.keyRevision !== from.keyRevision);
	}

	#readAnew(): void {
		this.#durations.clear();
		this.#dataVersion = this.#database.dataVersion();
		this.#seen = this.#readSeen() ?? this.#seen;
		this.#fire({ keys: new Set(), structure: true }, true);
	}

	#fire(change: TasksChange, keysChanged: boolean): void {
		if (change.structure || change.keys.size > 0) {
			this.#didChange.fire(change);
		}
		if (keysChanged) {
			this.#didChangeKeys.fire();
		}
	}

	/** Undefined when the file cannot be read just now; an event tells when it can. */
	#readSeen(): Seen | undefined {
		const row = this.#database.read((sql) => sql.first('SELECT revision, epoch, key_revision FROM state'), undefined);
		return row === undefined
			? undefined
			: { revision: numberOf(row, 'revision') ?? 0, epoch: numberOf(row, 'epoch') ?? 0, keyRevision: numberOf(row, 'key_revision') ?? 0 };
	}

	// Many tasks at once

	async #inChunks<T>(items: readonly T[], each: (sql: Connection, draft: Draft, item: T) => unknown): Promise<void> {
		for (let start = 0; start < items.length;) {
			if (start > 0) {
				await nextTurn();
			}
			start += await this.#write((sql, draft) => forOneChunk(items.slice(start, start + chunkSize), (item) => void each(sql, draft, item)));
		}
	}

	/** For all tasks that a statement finds and that have not changed since the call began; each call of `each` takes its task out of what it finds. */
	async #forAll(found: string, each: (sql: Connection, draft: Draft, key: TaskKey) => TaskKey, done: TaskKey[]): Promise<void> {
		let bound: number | undefined;
		for (let isLast = false; !isLast;) {
			const chunk = await this.#write((sql, draft) => {
				bound ??= numberOf(sql.first('SELECT revision FROM state') ?? {}, 'revision') ?? 0;
				const keys = sql.all(found, { bound, limit: chunkSize }).map(keyOf);
				const taken = forOneChunk(keys, (key) => void each(sql, draft, key));
				return { keys: keys.slice(0, taken), isLast: taken === keys.length && keys.length < chunkSize };
			});
			done.push(...chunk.keys);
			isLast = chunk.isLast;
			if (!isLast) {
				await nextTurn();
			}
		}
	}

	/** Deletes the tasks that a statement finds. */
	async #deleteAll(found: string, params: Params): Promise<void> {
		while (await this.#write((sql, draft) => deleteTasks(sql, draft, found, params))) {
			await nextTurn();
		}
	}

	#purge(before: number): Promise<void> {
		return this.#deleteAll(statements.removedBefore, { before: whole(before) });
	}
}

/** The extension host serves others before this goes on. */
function nextTurn(): Promise<void> {
	return new Promise((resolve) => void setImmediate(resolve));
}

/** Works on the items until the time of a chunk is over, on one at least, and says on how many it did. */
function forOneChunk<T>(items: readonly T[], work: (item: T) => void): number {
	const end = performance.now() + chunkMs;
	let done = 0;
	for (const item of items) {
		work(item);
		done++;
		if (performance.now() >= end) {
			break;
		}
	}
	return done;
}

/** True when the task is new, or was untracked and comes back. */
function addTask(sql: Connection, draft: Draft, task: NewTask, now: number, reservation: Reservation | undefined): boolean {
	const key = taskKey(task.ref);
	const { origin, action, action2, id } = task.ref;
	const isNewOrigin = sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin }) > 0;
	const row = sql.first('SELECT removed_at FROM tasks WHERE key = :key', { key });
	if (row !== undefined && numberOf(row, 'removed_at') === undefined) {
		if (isNewOrigin) {
			// Its tasks had lost it, and are due again.
			draft.epoch();
		}
		return false;
	}
	const columns = {
		action,
		action2,
		claim_token: reservation?.token ?? null,
		claim_until: optional(reservation?.until),
	};
	const booked = whole(reservation?.until ?? now);
	const revision = draft.moves(key);
	if (row === undefined) {
		sql.run(
			`INSERT INTO tasks (key, origin, id, status, tracked_at, next_look_at, name, demo, revision, moved, action, action2, claim_token, claim_until)
				VALUES (:key, :origin, :id, 'submitted', :now, :booked, :name, :demo, :revision, :revision, :action, :action2, :claim_token, :claim_until)`,
			{ ...columns, key, origin, id, now: whole(now), booked, name: task.name ?? null, demo: task.demo ?? null, revision },
		);
	} else {
		// It comes back as it was, under the operation that it is asked for now.
		update(sql, key, { ...columns, removed_at: null, ...(task.name === undefined ? {} : { name: task.name }), revision, moved: revision });
		sql.run('UPDATE tasks SET next_look_at = :booked WHERE key = :key AND ended_at IS NULL', { key, booked });
	}
	return true;
}

/** Deletes one chunk of the tasks that a statement finds; true when there may be more. */
function deleteTasks(sql: Connection, draft: Draft, found: string, params: Params): boolean {
	const end = performance.now() + chunkMs;
	let isMore: boolean;
	let total = 0;
	do {
		const deleted = sql.run(`DELETE FROM tasks WHERE number IN (${found})`, { ...params, limit: deletedAtOnce });
		total += deleted;
		isMore = deleted === deletedAtOnce;
	} while (isMore && total < chunkSize && performance.now() < end);
	if (total > 0) {
		draft.epoch();
	}
	return isMore;
}

function getTask(sql: Connection, key: TaskKey): Task | undefined {
	const row = sql.first(statements.get, { key });
	return row && readTask(row);
}

/** Changes facts of a task that is in the lists. */
function change(sql: Connection, draft: Draft, key: TaskKey, assignments: string, params: Params): void {
	if (sql.first('SELECT 1 FROM tasks WHERE key = :key AND removed_at IS NULL', { key }) !== undefined) {
		sql.run(`UPDATE tasks SET ${assignments}, revision = :revision WHERE key = :key`, { ...params, key, revision: draft.changes(key) });
	}
}

/** Moves a task between lists if `condition` holds. */
function move(sql: Connection, draft: Draft, key: TaskKey, assignments: string, condition: string, params: Params): void {
	if (sql.first(`SELECT 1 FROM tasks WHERE key = :key AND ${condition}`, { key }) !== undefined) {
		sql.run(`UPDATE tasks SET ${assignments}, revision = :revision, moved = :revision WHERE key = :key`, {
			...params,
			key,
			revision: draft.moves(key),
		});
	}
}

/** Sets columns by their names; names are ours, never from outside. */
function update(sql: Connection, key: TaskKey, columns: Params): void {
	const assignments = Object.keys(columns).map((name) => `${name} = :${name}`);
	sql.run(`UPDATE tasks SET ${assignments.join(', ')} WHERE key = :key`, { ...columns, key });
}

function pause(sql: Connection, draft: Draft, origin: string, reason: PauseReason, now: number): boolean {
	sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin });
	const before = sql.first('SELECT paused FROM origins WHERE origin = :origin', { origin });
	const known = before && readPauseReason(before);
	if (known !== reason) {
		sql.run('UPDATE origins SET paused = :reason, paused_at = :now, probe_at = :probe WHERE origin = :origin', {
			origin,
			reason,
			now: whole(now),
			probe: whole(now + pauseProbeMs),
		});
		draft.epoch();
	}
	return known === undefined;
}

function deleteDemo(sql: Connection, draft: Draft, demo: string): void {
	const origins = sql.all('SELECT DISTINCT origin FROM tasks WHERE demo = :demo', { demo });
	if (sql.run('DELETE FROM tasks WHERE demo = :demo', { demo }) > 0) {
		draft.epoch();
	}
	// Every demo has a port of its own: its origin is never seen again.
	for (const row of origins) {
		const origin = textOf(row, 'origin') ?? '';
		sql.run('DELETE FROM durations WHERE origin = :origin', { origin });
		sql.run('DELETE FROM origins WHERE origin = :origin AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.origin = :origin)', { origin });
	}
}

/** What a sighting changes of a task's row. Ended is final: an ended task can be corrected, never un-ended. */
function sightingColumns(before: Task, sighting: ReturnType<typeof boundedSighting>, at: number): Params {
	const looked = { looked_at: whole(at) };
	if (isEnded(before) && !isBelievedOfFinished(before, sighting)) {
		return looked;
	}
	// An answer that is shorter than an earlier one takes nothing away that does not change any more.
	const keepsResults = sighting.results.length < before.results.length && sighting.status === before.status;
	const { createdAt, serverAheadMs } = agedBy(before, sighting, at);
	return {
		...looked,
		...(before.lookedAt === undefined && { tracked_at: trackedAnew({ trackedAt: before.trackedAt, createdAt }, whole(at)) }),
		status: sighting.status,
		raw_status: sighting.rawStatus,
		message: sighting.message ?? null,
		progress: sighting.progress ?? null,
		results: JSON.stringify(keepsResults ? before.results : sighting.results),
		results_left_out: keepsResults ? (before.resultsLeftOut ?? null) : sighting.resultsLeftOut || null,
		parent_video: jsonOrNull(sighting.parentVideo ?? before.parentVideo),
		created_at: optional(createdAt),
		updated_at: optional(sighting.updatedAt ?? before.updatedAt),
		server_ahead: optional(serverAheadMs),
		external_id: sighting.externalTaskId ?? before.externalTaskId ?? null,
		units: sighting.unitsDeducted ?? before.unitsDeducted ?? null,
		request_id: sighting.requestId ?? before.requestId ?? null,
		...(isEndedStatus(sighting.status) && !isEnded(before) ? { ended_at: whole(sighting.updatedAt ?? at) } : {}),
	};
}

/** What a response teaches of the ID that its API names a task by. A candidate is stored even where it counts for nobody, so that no other task takes it either. */
function aliasColumns(sql: Connection, before: Task, sighting: Sighting, at: number): Params {
	const { foreignId } = sighting;
	const { origin } = before.ref;
	const isTaken =
		foreignId !== undefined &&
		sql.first(statements.hasId, { origin, id: foreignId, key: taskKey({ origin, id: foreignId }), own: before.key }) !== undefined;
	if (foreignId !== undefined) {
		sql.run(statements.contestAlias, { origin, id: foreignId, own: before.key, now: whole(at) });
	}
	const isOwn = sighting.taskId !== undefined && foreignId === undefined && sighting.taskId !== before.alias?.id;
	const timesItself = Math.min((before.timesNamedItself ?? 0) + Number(isOwn), provesOwnId);
	const alias = learnAlias(before.alias, timesItself, sighting, isTaken, at);
	return {
		times_itself: timesItself,
		alias: alias?.id ?? null,
		alias_since: optional(alias?.since),
		alias_is_sure: alias?.isSure === true ? 1 : 0,
	};
}

/** The tasks of an origin that are due and that it has room for, the most overdue first; those that may not exist get what the others leave, and their turn. */
function dueTasks(
	sql: Connection,
	{ origin, places, unseen }: Room,
	now: number,
	demo: string | undefined,
): readonly { readonly number: number; readonly isUnseen: boolean }[] {
	const due = (isUnseen: boolean, limit: number) =>
		limit <= 0
			? []
			: sql
					.all(isUnseen ? statements.dueUnseen : statements.due, { now, demo: demo ?? null, origin, limit })
					.map((row) => ({ isUnseen, number: numberOf(row, 'number') ?? 0 }));
	const usual = due(false, places);
	const others = due(true, Math.min(unseen.places, Math.max(places - usual.length, unseen.isFirst ? 1 : 0)));
	return [...usual.slice(0, places - others.length), ...others];
}

/** How long an ended task took, where the server said both times. */
function observe({ createdAt, updatedAt, status }: Sighting): Observation | undefined {
	// An API that never moves `updated_at` on says nothing.
	const isKnown = createdAt !== undefined && updatedAt !== undefined && updatedAt > createdAt;
	return isKnown ? { ms: updatedAt - createdAt, failed: status === 'failed' } : undefined;
}

function addDuration(
	sql: Connection,
	{ origin, action, action2 }: Pick<TaskRef, 'origin' | 'action' | 'action2'>,
	observation: Observation | undefined,
): void {
	if (observation === undefined) {
		return;
	}
	const operation = { origin, operation: `${action}/${action2}` };
	sql.run(statements.addDuration, { ...operation, ms: whole(observation.ms), failed: Number(observation.failed) });
	sql.run(statements.forgetDurations, { ...operation, kept: mostObservations });
}

function problemColumns(problem: Problem | undefined): Params {
	return {
		problem_kind: problem?.kind ?? null,
		problem_failures: optional(problem?.failures),
		problem_at: optional(problem?.at),
		problem_message: problem?.message ?? null,
		problem_code: problem?.code ?? null,
		problem_request_id: problem?.requestId ?? null,
	};
}

function jsonOrNull(value: object | undefined): string | null {
	return value === undefined ? null : JSON.stringify(value);
}

/** Times are whole ms in the file; jitter makes fractions. */
function whole(value: number): number {
	return Math.round(value);
}

function optional(value: number | undefined): number | null {
	return value === undefined ? null : whole(value);
}

/** The longest beginning of a text that fits into so many bytes of UTF-8, whole characters only. */
function cutToBytes(text: string, limit: number): string {
	// No character has fewer bytes than UTF-16 units' half, so what lies beyond `limit` units never fits.
	const bytes = Buffer.from(text.slice(0, limit), 'utf8');
	if (bytes.length <= limit) {
		return text.slice(0, limit);
	}
	let end = limit;
	while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) {
		end--;
	}
	return bytes.toString('utf8', 0, end);
}
