import type { Observation } from '../core/durationLaw';
import { isBelievedOfFinished } from '../core/evidence';
import { keyDoubtMs, pauseProbeMs } from '../core/keyDoubt';
import { boundedSighting } from '../core/resultBounds';
import { agedBy, trackedAnew } from '../core/age';
import { longestIntervalMs } from '../core/schedule';
import type { Sighting, Task, TaskKey } from '../core/task';
import { isEnded, isEndedStatus, taskKey } from '../core/task';
import { learnAlias, provesOwnId } from '../core/taskIds';
import type { Claim, ClaimTerms, DueTerms, LookRecord, PollQueue } from '../tracking/ports/pollQueue';
import type { SqliteChangeFeed } from './changeFeed';
import { chunkSize, inChunks, nextTurn } from './chunks';
import type { Connection, Params } from './connection';
import { numberOf, textOf } from './connection';
import type { Database, DatabaseOptions } from './database';
import { addDuration } from './durations';
import type { Room } from './places';
import { beginLooks, isProbed, leavePlace, roomAt } from './places';
import { cutToBytes, jsonOrNull, optional, whole } from './sqlValues';
import { statements } from './statements';
import { keyOf, readPauseReason, readTask } from './taskRow';
import { change, getTask, problemColumns, update } from './taskWrites';
/** A booking further ahead than this (ms) was made by a clock that was wrong. */
const longestBookingMs = 2 * longestIntervalMs;
const answerLimit = 64 * 1024;

/** Which task is checked when, and by which window. See `PollQueue` for what each method promises. */
export class SqlitePollQueue implements PollQueue {
	readonly #database: Database;
	readonly #feed: SqliteChangeFeed;
	readonly #clock: DatabaseOptions['clock'];

	constructor(database: Database, feed: SqliteChangeFeed, clock: DatabaseOptions['clock']) {
		this.#database = database;
		this.#feed = feed;
		this.#clock = clock;
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

	claimDue({
		now: at,
		until: end,
		newToken,
		boundsOf,
		demo,
	}: DueTerms & { readonly now: number; readonly until: number; readonly newToken: () => string }): Promise<readonly Claim[]> {
		return this.#feed.writeInTime((sql, waitedMs) => {
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
		return this.#feed.writeInTime((sql, waitedMs) => {
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

	renew({ task, token }: Claim, until: number): Promise<boolean> {
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
		return this.#feed.write((sql, changes) => {
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
				change(sql, changes, key, 'next_look_at = :next', { next });
			}
		});
	}

	record(look: LookRecord): Promise<{ readonly before: Task; readonly after: Task } | undefined> {
		return this.#feed.write((sql, changes) => {
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
			const revision = justEnded ? changes.moves(key) : changes.changes(key);
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
				update(sql, key, { moved: changes.moves(key) });
			}
			return { before, after };
		});
	}

	async repairTimestamps(at: number): Promise<void> {
		const now = whole(at);
		const wrong = await this.#database.write((sql) =>
			sql.all(statements.fromTheFuture, { now, furthest: now + longestBookingMs }).map(keyOf),
		);
		if (wrong.length > chunkSize) {
			await nextTurn();
		}
		await inChunks(this.#feed, wrong, (sql, changes, key) => {
			sql.run(
				`UPDATE tasks SET next_look_at = :now, tracked_at = min(tracked_at, :now), looked_at = min(looked_at, :now), problem_at = min(problem_at, :now), revision = :revision
					WHERE key = :key AND (ended_at IS NULL OR next_look_at IS NOT NULL)`,
				{ key, now, revision: changes.changes(key) },
			);
		});
	}

	async bringForward(
		bookings: readonly { readonly key: TaskKey; readonly at: number; readonly intervalMs: number | undefined }[],
	): Promise<void> {
		await inChunks(this.#feed, bookings, (sql, changes, { key, at, intervalMs }) => {
			// What met trouble meanwhile is booked for another reason.
			const isLater =
				sql.first('SELECT 1 FROM tasks WHERE key = :key AND next_look_at > :at AND ended_at IS NULL AND problem_kind IS NULL', {
					key,
					at: whole(at),
				}) !== undefined;
			if (isLater) {
				change(sql, changes, key, 'next_look_at = :at, interval_ms = :interval', { at: whole(at), interval: optional(intervalMs) });
			}
		});
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
