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

const taskColumns = 'tasks.*, origins.paused, origins.paused_at';
const fromTasks = 'tasks LEFT JOIN origins ON origins.origin = tasks.origin';

export const statements = {
	get: `SELECT ${taskColumns} FROM ${fromTasks} WHERE key = :key AND removed_at IS NULL`,
	active: `SELECT ${taskColumns} FROM ${fromTasks} WHERE ended_at IS NULL AND removed_at IS NULL ORDER BY tracked_at DESC, number DESC`,
	ended: `SELECT ${taskColumns} FROM ${fromTasks} WHERE ended_at IS NOT NULL AND removed_at IS NULL ORDER BY ended_at DESC, number DESC LIMIT :limit`,
	counts: 'SELECT active, ended, unviewed FROM state',
	rawAnswer: 'SELECT at, body FROM answers WHERE key = :key',
	pausedOrigins: 'SELECT origin, paused FROM origins WHERE paused IS NOT NULL',
	unpausedOrigins: 'SELECT origin FROM origins WHERE paused IS NULL',
	/** The due tasks of one origin that nobody looks at, the longest due first. */
	due: `SELECT number, next_look_at FROM tasks WHERE origin = :origin AND next_look_at <= :now AND removed_at IS NULL
		AND (demo IS NULL OR demo = :demo) AND ${isFree} ORDER BY next_look_at LIMIT :limit`,
	claimDue: 'UPDATE tasks SET claim_token = :token, claim_until = :until WHERE number = :number RETURNING *',
	/** The first look booked at one origin that nobody makes now. */
	nextDue: `SELECT next_look_at FROM tasks WHERE origin = :origin AND next_look_at IS NOT NULL AND removed_at IS NULL
		AND (demo IS NULL OR demo = :demo) AND ${isFree} ORDER BY next_look_at LIMIT 1`,
	/** When the first of the claimed tasks can be claimed again. */
	nextFree: `SELECT min(max(next_look_at, claim_until)) AS due FROM tasks JOIN origins ON origins.origin = tasks.origin
		WHERE ${isClaimed} AND next_look_at IS NOT NULL AND removed_at IS NULL AND paused IS NULL AND (demo IS NULL OR demo = :demo)`,
	claim: `UPDATE tasks SET claim_token = :token, claim_until = :until WHERE key = :key AND removed_at IS NULL AND ${isFree}`,
	renew: 'UPDATE tasks SET claim_until = :until WHERE key = :key AND claim_token = :token AND removed_at IS NULL',
	changedSince: 'SELECT origin, id, moved FROM tasks WHERE revision > :seen LIMIT :limit',
	pendingAnnouncements: `SELECT tasks.origin, tasks.id FROM announcements JOIN tasks ON tasks.key = announcements.key
		WHERE claimed_at IS NULL AND removed_at IS NULL ORDER BY announcements.ended_at`,
	claimAnnouncement: 'UPDATE announcements SET claimed_at = :now WHERE key = :key AND claimed_at IS NULL',
	/** `+` keeps the planner from walking the revisions instead of the partial index. */
	unviewedBefore: `SELECT origin, id FROM tasks WHERE ended_at IS NOT NULL AND viewed_at IS NULL AND removed_at IS NULL AND +revision <= :bound LIMIT :limit`,
	endedBefore: `SELECT origin, id FROM tasks WHERE ended_at IS NOT NULL AND removed_at IS NULL AND demo IS NULL AND +revision <= :bound LIMIT :limit`,
	removedBefore: 'SELECT number FROM tasks WHERE removed_at IS NOT NULL AND removed_at <= :before LIMIT :limit',
} as const;
