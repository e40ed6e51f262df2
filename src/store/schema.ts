/** The unit by which a task is overdue, ms: its interval, or the wait after a failure; a task that was never looked at has the schedule's shortest. */
export const patienceMs = 'max(coalesce(interval_ms, 2000), coalesce(next_look_at - problem_at, 0), 2000)';
/** The values of the column `pace` ... */
export const paces = [0, 1, 2, 3, 4] as const;
/** ... and that of tasks which were never seen and are refused: they may not exist. */
export const unseenPace = 5;

/**
 * The database file, as steps: step n leads from `user_version` n to n + 1. A released step never changes.
 *
 * - All times are ms since 1970.
 * - Tables keep their hidden row ids, so that a damaged file can be read row by row around the damage.
 * - `revision` counts transactions that changed what is shown. A row carries the revision of its last change, and in `moved` that of the
 *   last one that changed which list it belongs to: other windows read exactly what is newer than what they have seen.
 *   `state.epoch` is the revision of the last change that left no row behind or concerns many (deletion, an origin paused or resumed).
 * - A claim is no such change: taking, renewing and giving it back leaves the revisions alone.
 * - The totals are kept by triggers, so that counting costs the same at any number of tasks.
 * - The indexes are partial: what is due, active or unviewed is found without passing the ended and the removed.
 * - `looks` are the requests to an API that are in flight (`begun_at` is set) or that a person waits for (it is not), of all windows; a row
 *   counts while it is alive. `begun` tells when those of the last minute began (see core/rate.ts), and `origins` how long an API rests after it asked to slow down.
 * - `failed_…` count the checks in a row that failed (see core/trouble.ts), `verdict` is an end that was said once and waits for its confirmation, `alias` the
 *   ID that the API names the task by instead, `times_itself` how often it has named it by its own, as far as that counts, `result_checks` how often a success was checked again for its results.
 * - `origins.refused_at` is when the API refused its key for the first time since it took it, `probe_at` when the next check may find out.
 * - An announcement waits until `held_until` for its task's results.
 * - `windows` are those that a person attends to, each as long as it is alive.
 * - `pace` is the class of how long a task can wait before it counts as overdue once more (see `overdue` in statements.ts), in steps of four: of each class the first booked is
 *   found from an index.
 * - `durations` are those of the last tasks that ended, by origin and operation, so that the schedule can learn from them.
 */
export const migrations: readonly string[] = [
	`
CREATE TABLE state (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	revision INTEGER NOT NULL DEFAULT 0,
	epoch INTEGER NOT NULL DEFAULT 0,
	key_revision INTEGER NOT NULL DEFAULT 0,
	tasks INTEGER NOT NULL DEFAULT 0,
	active INTEGER NOT NULL DEFAULT 0,
	ended INTEGER NOT NULL DEFAULT 0,
	unviewed INTEGER NOT NULL DEFAULT 0,
	copied_at INTEGER NOT NULL DEFAULT 0,
	copying_until INTEGER NOT NULL DEFAULT 0,
	recovered INTEGER
) STRICT;
INSERT INTO state (one) VALUES (1);

CREATE TABLE origins (
	origin TEXT PRIMARY KEY,
	paused TEXT CHECK (paused IN ('noKey', 'auth')),
	paused_at INTEGER,
	CHECK ((paused IS NULL) = (paused_at IS NULL))
) STRICT;

CREATE TABLE tasks (
	number INTEGER PRIMARY KEY,
	key TEXT NOT NULL UNIQUE CHECK (key = origin || ' ' || id),
	origin TEXT NOT NULL,
	action TEXT NOT NULL,
	action2 TEXT NOT NULL,
	id TEXT NOT NULL,
	name TEXT,
	demo TEXT,
	status TEXT NOT NULL CHECK (status IN ('submitted', 'processing', 'succeeded', 'failed', 'unknown')),
	raw_status TEXT,
	message TEXT,
	progress REAL,
	results TEXT,
	parent_video TEXT,
	created_at INTEGER,
	updated_at INTEGER,
	external_id TEXT,
	units TEXT,
	request_id TEXT,
	problem_kind TEXT,
	problem_failures INTEGER,
	problem_at INTEGER,
	problem_message TEXT,
	problem_code TEXT,
	problem_request_id TEXT,
	tracked_at INTEGER NOT NULL,
	looked_at INTEGER,
	next_look_at INTEGER,
	interval_ms INTEGER,
	ended_at INTEGER,
	viewed_at INTEGER,
	removed_at INTEGER,
	claim_token TEXT,
	claim_until INTEGER,
	revision INTEGER NOT NULL,
	moved INTEGER NOT NULL,
	CHECK ((status IN ('succeeded', 'failed')) = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX tasks_due ON tasks (origin, next_look_at) WHERE next_look_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_claimed ON tasks (claim_until) WHERE claim_until IS NOT NULL;
CREATE INDEX tasks_active ON tasks (tracked_at) WHERE ended_at IS NULL AND removed_at IS NULL;
CREATE INDEX tasks_ended ON tasks (ended_at) WHERE ended_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_unviewed ON tasks (ended_at) WHERE ended_at IS NOT NULL AND viewed_at IS NULL AND removed_at IS NULL;
CREATE INDEX tasks_removed ON tasks (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX tasks_demo ON tasks (demo) WHERE demo IS NOT NULL;
CREATE INDEX tasks_revision ON tasks (revision);

CREATE TRIGGER tasks_counted AFTER INSERT ON tasks BEGIN
	UPDATE state SET
		tasks = tasks + 1,
		active = active + (new.removed_at IS NULL AND new.ended_at IS NULL),
		ended = ended + (new.removed_at IS NULL AND new.ended_at IS NOT NULL),
		unviewed = unviewed + (new.removed_at IS NULL AND new.ended_at IS NOT NULL AND new.viewed_at IS NULL);
END;
CREATE TRIGGER tasks_recounted AFTER UPDATE OF ended_at, viewed_at, removed_at ON tasks BEGIN
	UPDATE state SET
		active = active + (new.removed_at IS NULL AND new.ended_at IS NULL) - (old.removed_at IS NULL AND old.ended_at IS NULL),
		ended = ended + (new.removed_at IS NULL AND new.ended_at IS NOT NULL) - (old.removed_at IS NULL AND old.ended_at IS NOT NULL),
		unviewed = unviewed + (new.removed_at IS NULL AND new.ended_at IS NOT NULL AND new.viewed_at IS NULL)
			- (old.removed_at IS NULL AND old.ended_at IS NOT NULL AND old.viewed_at IS NULL);
END;
CREATE TRIGGER tasks_uncounted AFTER DELETE ON tasks BEGIN
	UPDATE state SET
		tasks = tasks - 1,
		active = active - (old.removed_at IS NULL AND old.ended_at IS NULL),
		ended = ended - (old.removed_at IS NULL AND old.ended_at IS NOT NULL),
		unviewed = unviewed - (old.removed_at IS NULL AND old.ended_at IS NOT NULL AND old.viewed_at IS NULL);
END;

CREATE TABLE answers (
	key TEXT PRIMARY KEY REFERENCES tasks (key) ON DELETE CASCADE,
	at INTEGER NOT NULL,
	body TEXT NOT NULL
) STRICT;

CREATE TABLE announcements (
	key TEXT PRIMARY KEY REFERENCES tasks (key) ON DELETE CASCADE,
	ended_at INTEGER NOT NULL,
	claimed_at INTEGER
) STRICT;
CREATE INDEX announcements_pending ON announcements (ended_at) WHERE claimed_at IS NULL;

CREATE TABLE demos (
	token TEXT PRIMARY KEY,
	alive_until INTEGER NOT NULL
) STRICT;
`,
	`
ALTER TABLE tasks ADD COLUMN server_ahead INTEGER;
ALTER TABLE origins ADD COLUMN rests_until INTEGER;
ALTER TABLE origins ADD COLUMN slowdowns INTEGER NOT NULL DEFAULT 0;

CREATE TABLE looks (
	token TEXT PRIMARY KEY,
	origin TEXT NOT NULL,
	begun_at INTEGER,
	alive_until INTEGER NOT NULL
) STRICT;
CREATE INDEX looks_of_origin ON looks (origin);

CREATE TABLE begun (
	origin TEXT NOT NULL,
	at INTEGER NOT NULL,
	asked INTEGER NOT NULL
) STRICT;
CREATE INDEX begun_at_origin ON begun (origin, at, asked);

CREATE TABLE windows (
	token TEXT PRIMARY KEY,
	focused INTEGER NOT NULL,
	visible INTEGER NOT NULL,
	alive_until INTEGER NOT NULL
) STRICT;

CREATE TABLE durations (
	number INTEGER PRIMARY KEY,
	origin TEXT NOT NULL,
	operation TEXT NOT NULL,
	ms INTEGER NOT NULL,
	failed INTEGER NOT NULL
) STRICT;
CREATE INDEX durations_of_operation ON durations (origin, operation, number);
`,
	`
ALTER TABLE tasks ADD COLUMN failed_passing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN failed_refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN failed_lasting INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN verdict TEXT CHECK (verdict IN ('succeeded', 'failed'));
ALTER TABLE tasks ADD COLUMN verdict_at INTEGER;
ALTER TABLE tasks ADD COLUMN times_itself INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN alias TEXT;
ALTER TABLE tasks ADD COLUMN alias_since INTEGER;
ALTER TABLE tasks ADD COLUMN alias_is_sure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN result_checks INTEGER;
CREATE INDEX tasks_alias ON tasks (alias, origin) WHERE alias IS NOT NULL;
ALTER TABLE origins ADD COLUMN refused_at INTEGER;
ALTER TABLE origins ADD COLUMN probe_at INTEGER;
ALTER TABLE announcements ADD COLUMN held_until INTEGER;
ALTER TABLE tasks ADD COLUMN results_left_out INTEGER;
ALTER TABLE tasks ADD COLUMN pace INTEGER GENERATED ALWAYS AS (CASE WHEN looked_at IS NULL AND failed_refused > 0 THEN ${unseenPace} WHEN ${patienceMs} < 8000 THEN 0 WHEN ${patienceMs} < 32000 THEN 1 WHEN ${patienceMs} < 128000 THEN 2 WHEN ${patienceMs} < 512000 THEN 3 ELSE 4 END) VIRTUAL;

CREATE INDEX tasks_due_by_pace ON tasks (origin, pace, next_look_at, ended_at, removed_at) WHERE next_look_at IS NOT NULL AND removed_at IS NULL;
DROP INDEX tasks_claimed;
CREATE INDEX tasks_claimed ON tasks (claim_until) WHERE claim_until IS NOT NULL AND next_look_at < claim_until;
CREATE INDEX tasks_reserved ON tasks (claim_token, claim_until) WHERE claim_token IS NOT NULL;
CREATE INDEX tasks_running ON tasks (origin, next_look_at) WHERE ended_at IS NULL AND looked_at IS NOT NULL AND problem_kind IS NULL AND next_look_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_troubled ON tasks (origin, problem_kind, problem_failures, problem_code, next_look_at, ended_at, removed_at) WHERE ended_at IS NULL AND removed_at IS NULL AND (problem_kind IS NOT NULL OR next_look_at IS NULL);
CREATE INDEX tasks_with_results ON tasks (ended_at) WHERE ended_at IS NOT NULL AND removed_at IS NULL AND results <> '[]';
`,
];
