import { intervalClasses, neverFoundClass } from './intervalClasses';
import { isAlive, isClaimed, isFree } from './leases';

/**
 * The statements that run often, or over many tasks. Each uses an index, whatever the number of finished tasks; a test checks the query
 * plans.
 */

/** The announcement is held back. One held for longer than the maximum was written before the clock was set back, and is not. */
const isHeld = '(held_until > :now AND held_until <= :longestHold)';
/** How long a task has been due, in units of its own interval. */
const overdue = '(:now - next_poll_at) * 1.0 / overdue_unit_ms';
/** Tasks compared per interval class, earliest booked first. Even if more are due, the one that has waited longest is among them. */
const comparedPerClass = 50;

function due(ofClasses: readonly number[]): string {
	const ofEach = ofClasses.map(
		(
			intervalClass,
		) => `SELECT * FROM (SELECT number, ${overdue} AS overdue FROM tasks WHERE origin = :origin AND interval_class = ${intervalClass} AND next_poll_at <= :now AND removed_at IS NULL
			AND (owner IS NULL OR owner = :owner) AND ${isFree} ORDER BY next_poll_at LIMIT ${comparedPerClass})`,
	);
	return `SELECT number, overdue FROM (${ofEach.join(' UNION ALL ')}) ORDER BY overdue DESC LIMIT :limit`;
}

function nextDue(condition: string): string {
	return `SELECT next_poll_at FROM tasks WHERE origin = :origin AND ${condition} AND next_poll_at IS NOT NULL AND removed_at IS NULL
		AND (owner IS NULL OR owner = :owner) AND (${isFree} OR next_poll_at >= claim_until) ORDER BY next_poll_at LIMIT 1`;
}

const taskColumns = 'tasks.*, origins.paused, origins.paused_at';
const fromTasks = 'tasks LEFT JOIN origins ON origins.origin = tasks.origin';

export const statements = {
	get: `SELECT ${taskColumns} FROM ${fromTasks} WHERE key = :key AND removed_at IS NULL`,
	active: `SELECT ${taskColumns} FROM ${fromTasks} WHERE finished_at IS NULL AND removed_at IS NULL ORDER BY tracked_at DESC, number DESC`,
	finished: `SELECT ${taskColumns} FROM ${fromTasks} WHERE finished_at IS NOT NULL AND removed_at IS NULL ORDER BY finished_at DESC, number DESC LIMIT :limit`,
	/** One search in the index of keys for each API. */
	withId: `SELECT tasks.origin, tasks.id, tasks.number FROM origins CROSS JOIN tasks ON tasks.key = origins.origin || ' ' || :id WHERE removed_at IS NULL`,
	counts: 'SELECT active, finished, unviewed, unviewed_failed FROM state',
	/** The same of the tasks that have an owner, which are few. */
	ownedCounts: `SELECT count(*) FILTER (WHERE finished_at IS NULL) AS active, count(finished_at) AS finished,
		count(*) FILTER (WHERE finished_at IS NOT NULL AND viewed_at IS NULL) AS unviewed,
		count(*) FILTER (WHERE status = 'failed' AND viewed_at IS NULL) AS unviewed_failed FROM tasks WHERE owner IS NOT NULL AND removed_at IS NULL`,
	/** The keys of a list, in its order, after a position in it. */
	activeKeys: `SELECT origin, id, tracked_at AS position, number FROM tasks
		WHERE finished_at IS NULL AND removed_at IS NULL AND (tracked_at, number) < (:position, :number) ORDER BY tracked_at DESC, number DESC LIMIT :limit`,
	finishedKeys: `SELECT origin, id, finished_at AS position, number FROM tasks
		WHERE finished_at IS NOT NULL AND removed_at IS NULL AND (finished_at, number) < (:position, :number) ORDER BY finished_at DESC, number DESC LIMIT :limit`,
	/** The active tasks of an origin that were checked and have no problem, by their next poll. */
	running: `SELECT * FROM tasks WHERE origin = :origin AND finished_at IS NULL AND last_checked_at IS NOT NULL AND problem_kind IS NULL AND next_poll_at IS NOT NULL AND removed_at IS NULL
		ORDER BY next_poll_at LIMIT :limit`,
	/** Active tasks that have a problem or no poll booked, counted by problem; `stopped` of them have none booked. */
	failing: `SELECT origin, problem_kind, problem_failures, problem_code, count(*) AS tasks, sum(next_poll_at IS NULL) AS stopped FROM tasks
		WHERE finished_at IS NULL AND removed_at IS NULL AND (problem_kind IS NOT NULL OR next_poll_at IS NULL) GROUP BY origin, problem_kind, problem_failures, problem_code`,
	booked:
		'SELECT count(*) AS tasks FROM tasks INDEXED BY tasks_due_by_interval WHERE origin = :origin AND next_poll_at IS NOT NULL AND finished_at IS NULL AND removed_at IS NULL',
	hasResults: "SELECT EXISTS (SELECT 1 FROM tasks WHERE finished_at IS NOT NULL AND removed_at IS NULL AND results <> '[]') AS found",
	/** A task's key starts with its origin and a space; `!` is the character after the space. */
	tracks: "SELECT 1 FROM tasks WHERE key >= :origin || ' ' AND key < :origin || '!' AND removed_at IS NULL LIMIT 1",
	rawResponse: 'SELECT at, body FROM responses WHERE key = :key',
	pausedOrigins: 'SELECT origin, paused FROM origins WHERE paused IS NOT NULL',
	origins: 'SELECT origin, cooling_until, slowdowns, paused, refused_at, probe_at FROM origins',
	origin: 'SELECT origin, cooling_until, slowdowns FROM origins WHERE origin = :origin',
	/** The due, unclaimed tasks of one origin, most overdue first; `dueNeverFound`: of the class `neverFoundClass`. */
	due: due(intervalClasses),
	dueNeverFound: due([neverFoundClass]),
	claimDue: 'UPDATE tasks SET claim_id = lower(hex(randomblob(16))), claim_until = :until WHERE number = :number RETURNING *',
	/**
	 * The earliest booked poll of an unclaimed task of one origin, for the same two groups. A reserved task is booked for the end of its
	 * reservation.
	 */
	nextDue: nextDue(`interval_class <> ${neverFoundClass}`),
	nextDueNeverFound: nextDue(`interval_class = ${neverFoundClass}`),
	/** When the first of the claimed tasks that are due can be claimed again; for a paused origin not before its next probe. */
	nextFree: `SELECT min(max(claim_until, iif(paused IS NULL, 0, coalesce(probe_at, 0)))) AS due FROM tasks JOIN origins ON origins.origin = tasks.origin
		WHERE ${isClaimed} AND next_poll_at < claim_until AND removed_at IS NULL AND (owner IS NULL OR owner = :owner)`,
	/** Claiming a reserved task makes it due. */
	claim: `UPDATE tasks SET claim_id = :token, claim_until = :until, next_poll_at = iif(claim_id = :reservation AND finished_at IS NULL, :now, next_poll_at) WHERE key = :key AND removed_at IS NULL AND (${isFree} OR claim_id = :reservation)`,
	renew: 'UPDATE tasks SET claim_until = :until WHERE key = :key AND claim_id = :token AND removed_at IS NULL',
	/** The tasks that a reservation still claims. */
	reserved: 'SELECT origin, id FROM tasks WHERE claim_id = :token',
	/** The tasks of a reservation are booked for its end, so that the search for due tasks does not read them until then. */
	renewReservation: `UPDATE tasks SET claim_until = :until, next_poll_at = iif(finished_at IS NULL, :until, NULL)
		WHERE number IN (SELECT number FROM tasks WHERE claim_id = :token AND claim_until < :until LIMIT :limit)`,
	/**
	 * Tasks to be checked whose times were written by a clock that was ahead, that seemed too old by that clock, or that lost their
	 * booking.
	 */
	fromTheFuture: `SELECT origin, id FROM tasks WHERE finished_at IS NULL AND removed_at IS NULL AND next_poll_at > :now
		AND (max(tracked_at, coalesce(last_checked_at, 0), coalesce(problem_at, 0)) > :tolerated OR next_poll_at > :furthest)
		UNION ALL SELECT tasks.origin, id FROM origins CROSS JOIN tasks ON tasks.origin = origins.origin WHERE finished_at IS NOT NULL AND removed_at IS NULL AND next_poll_at > :now
		AND (coalesce(last_checked_at, 0) > :tolerated OR next_poll_at > :furthest)
		UNION ALL SELECT origin, id FROM tasks WHERE finished_at IS NULL AND removed_at IS NULL AND problem_kind = 'tooOld' AND problem_at > :tolerated
		UNION ALL SELECT origin, id FROM tasks WHERE finished_at IS NULL AND removed_at IS NULL AND problem_kind IS NULL AND next_poll_at IS NULL`,
	/** Requests to an API: in flight, waited for by a person, and those of the latter that are ahead of one of them. */
	requests: `SELECT count(started_at) AS in_flight, count(*) - count(started_at) AS waiting, sum(started_at IS NULL AND rowid < :before) AS ahead FROM request_slots
		WHERE origin = :origin AND ${isAlive}`,
	expiredSlots: `DELETE FROM request_slots WHERE NOT ${isAlive}`,
	waitForSlot: `INSERT INTO request_slots (slot_id, origin, lease_until) VALUES (:token, :origin, :until) ON CONFLICT (slot_id) DO UPDATE SET lease_until = :until RETURNING rowid`,
	startRequest: `INSERT INTO request_slots (slot_id, origin, started_at, lease_until) VALUES (:token, :origin, :now, :until)
		ON CONFLICT (slot_id) DO UPDATE SET started_at = :now, lease_until = :until`,
	requestStarts: 'SELECT at, urgency FROM request_starts WHERE origin = :origin AND at > :from AND at <= :to ORDER BY at DESC LIMIT :limit',
	forgetRequestStarts: 'DELETE FROM request_starts WHERE at <= :from OR at > :to',
	renewSlot: 'UPDATE request_slots SET lease_until = :until WHERE slot_id = :token AND started_at IS NOT NULL',
	releaseSlot: 'DELETE FROM request_slots WHERE slot_id = :token',
	attention: `SELECT max(focused) AS focused, max(visible) AS visible FROM windows WHERE ${isAlive}`,
	durations: 'SELECT ms, queue_ms, failed FROM durations WHERE origin = :origin AND operation = :operation ORDER BY number',
	newestDuration: 'SELECT max(number) AS number FROM durations WHERE origin = :origin AND operation = :operation',
	addDuration: 'INSERT INTO durations (origin, operation, ms, queue_ms, failed) VALUES (:origin, :operation, :ms, :queue_ms, :failed)',
	forgetDurations: `DELETE FROM durations WHERE origin = :origin AND operation = :operation
		AND number <= (SELECT number FROM durations WHERE origin = :origin AND operation = :operation ORDER BY number DESC LIMIT 1 OFFSET :kept)`,
	costs: 'SELECT units FROM costs WHERE origin = :origin AND price_class = :priceClass ORDER BY number',
	addCost: 'INSERT INTO costs (origin, price_class, units) VALUES (:origin, :priceClass, :units)',
	forgetCosts: `DELETE FROM costs WHERE origin = :origin AND price_class = :priceClass
		AND number <= (SELECT number FROM costs WHERE origin = :origin AND price_class = :priceClass ORDER BY number DESC LIMIT 1 OFFSET :kept)`,
	changedSince: 'SELECT origin, id, list_revision FROM tasks WHERE revision > :seen LIMIT :limit',
	pendingAnnouncements: `SELECT tasks.origin, tasks.id FROM announcements JOIN tasks ON tasks.key = announcements.key
		WHERE claimed_at IS NULL AND removed_at IS NULL AND ${isHeld} IS NOT TRUE ORDER BY announcements.finished_at`,
	nextHeld: `SELECT min(held_until) AS at FROM announcements WHERE claimed_at IS NULL AND ${isHeld}`,
	holdAnnouncement: 'UPDATE announcements SET held_until = max(coalesce(held_until, 0), :until) WHERE key = :key AND claimed_at IS NULL',
	/** Whether another task of an origin has this ID, as its own or as an alias. */
	hasId: `SELECT 1 FROM tasks WHERE key = :key AND key <> :own AND removed_at IS NULL
		UNION ALL SELECT 1 FROM tasks WHERE alias = :id AND origin = :origin AND key <> :own AND removed_at IS NULL LIMIT 1`,
	/** A response that uses the ID for another task contests it: tasks with this alias, not yet sure, restart their waiting period. */
	contestAlias: 'UPDATE tasks SET alias_since = :now WHERE alias = :id AND origin = :origin AND key <> :own AND alias_is_sure = 0',
	claimAnnouncement: 'UPDATE announcements SET claimed_at = :now WHERE key = :key AND claimed_at IS NULL',
	/** `+` makes the planner use the partial index instead of `tasks_revision`. */
	unviewedBefore: `SELECT origin, id FROM tasks WHERE finished_at IS NOT NULL AND viewed_at IS NULL AND removed_at IS NULL AND +revision <= :bound LIMIT :limit`,
	viewedBefore: `SELECT origin, id FROM tasks WHERE finished_at IS NOT NULL AND viewed_at IS NOT NULL AND removed_at IS NULL AND owner IS NULL AND +revision <= :bound LIMIT :limit`,
	finishedBefore: `SELECT origin, id FROM tasks WHERE finished_at IS NOT NULL AND removed_at IS NULL AND owner IS NULL AND +revision <= :bound LIMIT :limit`,
	removedBefore: 'SELECT number FROM tasks WHERE removed_at IS NOT NULL AND removed_at <= :before LIMIT :limit',
} as const;
