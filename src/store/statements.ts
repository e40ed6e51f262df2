/**
 * The statements that run often, or over many tasks. Each is answered from an index, whatever the number of ended tasks; a test holds
 * their query plans to that.
 */

/**
 * A claim ends by itself. One that would last longer than a minute was made before the clock was set back: it counts as ended too.
 * A claim lasts eight seconds after its last renewal.
 */
const isClaimed = '(claim_until > :now AND claim_until <= :now + 60000)';
const isFree = `(claim_until IS NULL OR NOT ${isClaimed})`;
/** The same of a place at an API, and of the attention to a window. */
const isAlive = '(alive_until > :now AND alive_until <= :now + 60000)';
/** How long a task has been due, measured by its interval, or by the wait after a failure; a task that was never looked at has the schedule's shortest. */
const overdue = '(:now - next_look_at) * 1.0 / max(coalesce(interval_ms, 2000), coalesce(next_look_at - problem_at, 0), 2000)';

/** Whether an API refuses a task that it has never shown: it may not exist. */
const isUnseen = '(looked_at IS NULL AND failed_refused > 0)';

function due(condition: string): string {
	return `SELECT number, ${overdue} AS overdue FROM tasks WHERE origin = :origin AND next_look_at <= :now AND removed_at IS NULL
		AND ${condition} AND (demo IS NULL OR demo = :demo) AND ${isFree} ORDER BY overdue DESC LIMIT :limit`;
}

function nextDue(condition: string): string {
	return `SELECT next_look_at FROM tasks WHERE origin = :origin AND next_look_at IS NOT NULL AND removed_at IS NULL
		AND ${condition} AND (demo IS NULL OR demo = :demo) AND ${isFree} ORDER BY next_look_at LIMIT 1`;
}

const taskColumns = 'tasks.*, origins.paused, origins.paused_at';
const fromTasks = 'tasks LEFT JOIN origins ON origins.origin = tasks.origin';

export const statements = {
	get: `SELECT ${taskColumns} FROM ${fromTasks} WHERE key = :key AND removed_at IS NULL`,
	active: `SELECT ${taskColumns} FROM ${fromTasks} WHERE ended_at IS NULL AND removed_at IS NULL ORDER BY tracked_at DESC, number DESC`,
	ended: `SELECT ${taskColumns} FROM ${fromTasks} WHERE ended_at IS NOT NULL AND removed_at IS NULL ORDER BY ended_at DESC, number DESC LIMIT :limit`,
	counts: 'SELECT active, ended, unviewed FROM state',
	rawAnswer: 'SELECT at, body FROM answers WHERE key = :key',
	pausedOrigins: 'SELECT origin, paused FROM origins WHERE paused IS NOT NULL',
	origins: 'SELECT origin, rests_until, slowdowns, paused, refused_at, probe_at FROM origins',
	origin: 'SELECT origin, rests_until, slowdowns FROM origins WHERE origin = :origin',
	/** The due tasks of one origin that nobody looks at, the most overdue first: those that may exist, and those that were never seen and are refused. */
	due: due(`NOT ${isUnseen}`),
	dueUnseen: due(isUnseen),
	claimDue: 'UPDATE tasks SET claim_token = :token, claim_until = :until WHERE number = :number RETURNING *',
	/** The first look booked at one origin that nobody makes now: of the same two. */
	nextDue: nextDue(`NOT ${isUnseen}`),
	nextDueUnseen: nextDue(isUnseen),
	/** When the first of the claimed tasks can be claimed again. */
	nextFree: `SELECT min(max(next_look_at, claim_until)) AS due FROM tasks JOIN origins ON origins.origin = tasks.origin
		WHERE ${isClaimed} AND next_look_at IS NOT NULL AND removed_at IS NULL AND paused IS NULL AND (demo IS NULL OR demo = :demo)`,
	claim: `UPDATE tasks SET claim_token = :token, claim_until = :until WHERE key = :key AND removed_at IS NULL AND (${isFree} OR claim_token = :reservation)`,
	renew: 'UPDATE tasks SET claim_until = :until WHERE key = :key AND claim_token = :token AND removed_at IS NULL',
	renewReservation: 'UPDATE tasks SET claim_until = :until WHERE claim_until IS NOT NULL AND claim_token = :token',
	/** Active tasks whose times a clock that was ahead has written, and those that looked too old by it. */
	fromTheFuture: `SELECT origin, id FROM tasks WHERE ended_at IS NULL AND removed_at IS NULL AND next_look_at > :now
		AND (max(tracked_at, coalesce(looked_at, 0), coalesce(problem_at, 0)) > :now + 60000 OR next_look_at > :furthest)
		UNION ALL SELECT origin, id FROM tasks WHERE ended_at IS NULL AND removed_at IS NULL AND problem_kind = 'tooOld' AND problem_at > :now + 60000`,
	/** Requests of an API that are in flight, and those that a person waits for: all, and those before one of them. */
	places: `SELECT count(begun_at) AS flying, count(*) - count(begun_at) AS waiting, sum(begun_at IS NULL AND rowid < :before) AS ahead FROM looks
		WHERE origin = :origin AND ${isAlive}`,
	deadPlaces: `DELETE FROM looks WHERE NOT ${isAlive}`,
	waitForPlace: `INSERT INTO looks (token, origin, alive_until) VALUES (:token, :origin, :until) ON CONFLICT (token) DO UPDATE SET alive_until = :until RETURNING rowid`,
	beginLook: `INSERT INTO looks (token, origin, begun_at, alive_until) VALUES (:token, :origin, :now, :until)
		ON CONFLICT (token) DO UPDATE SET begun_at = :now, alive_until = :until`,
	begun: 'SELECT at, asked FROM begun WHERE origin = :origin AND at > :from AND at <= :to ORDER BY at DESC LIMIT :limit',
	forgetBegun: 'DELETE FROM begun WHERE at <= :from OR at > :to',
	renewPlace: 'UPDATE looks SET alive_until = :until WHERE token = :token AND begun_at IS NOT NULL',
	leavePlace: 'DELETE FROM looks WHERE token = :token',
	attention: `SELECT max(focused) AS focused, max(visible) AS visible FROM windows WHERE ${isAlive}`,
	durations: 'SELECT ms, failed FROM durations WHERE origin = :origin AND operation = :operation ORDER BY number',
	newestDuration: 'SELECT max(number) AS number FROM durations WHERE origin = :origin AND operation = :operation',
	addDuration: 'INSERT INTO durations (origin, operation, ms, failed) VALUES (:origin, :operation, :ms, :failed)',
	forgetDurations: `DELETE FROM durations WHERE origin = :origin AND operation = :operation
		AND number <= (SELECT number FROM durations WHERE origin = :origin AND operation = :operation ORDER BY number DESC LIMIT 1 OFFSET :kept)`,
	changedSince: 'SELECT origin, id, moved FROM tasks WHERE revision > :seen LIMIT :limit',
	pendingAnnouncements: `SELECT tasks.origin, tasks.id FROM announcements JOIN tasks ON tasks.key = announcements.key
		WHERE claimed_at IS NULL AND removed_at IS NULL AND coalesce(held_until, 0) <= :now ORDER BY announcements.ended_at`,
	nextHeld: 'SELECT min(held_until) AS at FROM announcements WHERE claimed_at IS NULL AND held_until > :now',
	/** Whether another task of an origin has an ID, or was named by it. */
	hasId: `SELECT 1 FROM tasks WHERE key = :key AND key <> :own AND removed_at IS NULL
		UNION ALL SELECT 1 FROM tasks WHERE alias = :id AND origin = :origin AND key <> :own AND removed_at IS NULL LIMIT 1`,
	claimAnnouncement: 'UPDATE announcements SET claimed_at = :now WHERE key = :key AND claimed_at IS NULL',
	/** `+` keeps the planner from walking the revisions instead of the partial index. */
	unviewedBefore: `SELECT origin, id FROM tasks WHERE ended_at IS NOT NULL AND viewed_at IS NULL AND removed_at IS NULL AND +revision <= :bound LIMIT :limit`,
	endedBefore: `SELECT origin, id FROM tasks WHERE ended_at IS NOT NULL AND removed_at IS NULL AND demo IS NULL AND +revision <= :bound LIMIT :limit`,
	removedBefore: 'SELECT number FROM tasks WHERE removed_at IS NOT NULL AND removed_at <= :before LIMIT :limit',
} as const;
