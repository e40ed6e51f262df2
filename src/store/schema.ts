/** Of two triggers of the first step. Results that are no JSON of ours are none. */
const queueResults = `ON tasks WHEN new.status = 'succeeded' AND new.keep IS NOT NULL AND new.owner IS NULL BEGIN
	INSERT INTO downloads (task_key, media, state, keep, next_at) SELECT new.key, result.key, 'queued', new.keep, coalesce(new.last_checked_at, new.finished_at)
		FROM json_each(iif(json_valid(new.results), new.results, '[]')) AS result
		WHERE typeof(result.key) = 'integer' AND iif(result.type = 'object', json_extract(result.value, '$.url'), NULL) IS NOT '' AND NOT EXISTS (SELECT 1 FROM downloads WHERE task_key = new.key AND media = result.key);
END;`;

/**
 * The database file, as steps: step n leads from `user_version` n to n + 1. A released step never changes, so its numbers are literals.
 *
 * - All times are ms since 1970.
 * - Tables keep their implicit row IDs, so that a damaged file can be read row by row around the damage.
 * - `revision` counts the transactions that changed anything visible. A row has the revision of its last change, and in `list_revision` the
 *   revision of the last change of the lists it is in: other windows read exactly the rows newer than the last revision they know.
 *   `state.epoch` is the revision of the last change that left no row behind or concerns many (deletion, an origin paused or resumed).
 * - Claims are not such changes: taking, renewing and releasing one leaves the revisions alone.
 * - Triggers keep the totals, so that counting takes the same time at any number of tasks.
 * - The indexes are partial, so that due, active and unviewed tasks are found without reading finished or removed ones. Of two equally good
 *   indexes SQLite uses the one created later, so their order matters.
 * - `tasks_finished`, `tasks_failed` and `tasks_by_operation` contain what groups of the list are counted by, so that counting reads no row
 *   of the table.
 * - `tasks.facts` is JSON of the facts in responses. Nothing in it is searched for, so a further fact needs no step. `results` is JSON too.
 * - `tasks.owner` is the ID of the only window that checks the task; NULL: every window does. `owners` holds the owners whose lease is
 *   valid.
 * - `failed_...` count the failed checks in a row, by kind (see core/failureClass.ts). `unconfirmed_...` is a final status that one
 *   response reported and that a second check has to confirm.
 * - `began_after` and `began_before` bound when the work on a task began, on the server's clock (see core/workBegan.ts). `queue_ms` is the
 *   part of a duration before that.
 * - `alias` is the ID that the API uses for the task instead of its own, `times_named_itself` how many responses used its own ID, as far as
 *   they count (see core/taskIds.ts). `result_checks` is how often a succeeded task was checked again for its results.
 * - `overdue_unit_ms` is the time after which a task counts as overdue once more: its interval or the wait after a failure, and at least
 *   the shortest interval of the schedule. `interval_class` groups it in steps of factor four: an index finds the earliest booked task of a
 *   class.
 * - `unlisted`: a list query did not show the task, so it is checked singly. `list_queries` holds what is known of the lists of operations:
 *   until when one is not queried because the API refused it, or NULL if it showed tasks, and how many of the newest tasks to request.
 * - `request_slots` holds the requests of all windows to an API: in flight (`started_at` is set), or waited for by a person (`started_at`
 *   is NULL). A row counts until `lease_until`.
 * - `request_starts` holds the starts of the last minute and their urgency (see requestSlots.ts).
 * - `origins.cooling_until` is the end of the cooldown after an API asked to slow down. `refused_at` is the first rejection of the key since
 *   it was last accepted, `probe_at` when the next probe is due.
 * - `announcements.held_until`: until then an announcement waits for its task's results.
 * - `windows` holds the windows that are focused or show the list, each until `lease_until`.
 * - `durations` holds the durations of the latest finished tasks by origin and operation, for the duration models.
 * - `creations` is the journal of creates (see creation/creation.ts). `state.creation_revision` is the revision of its last change.
 *   `next_at` is when the next step is due; of a creation that is being sent it is when its window's claim expires, whenever that is: `due_at`.
 * - `creations.reserved_at` is the time by which its price counts in the daily limit: never earlier than that of an earlier row, so that setting
 *   the clock back gives no second limit. `units` is what its task cost, once that is deleted (`has_task` = 0); until then the task says it.
 * - `creations.reason`, `estimate`, `subject` and `body` are JSON. `body`, `subject` and `source_text` are NULL once they are too old (see
 *   creationJournal.ts).
 * - `units` holds the highest take of each unit; it outlives creations. `state.salt` makes the external IDs of later takes differ from all
 *   earlier ones once takes may have been forgotten: after a recovery, and after everything was deleted.
 * - `origins.key_counter` counts the keys that were set. `proofs` are about one of them.
 * - `tasks.price_class` says what is priced alike; NULL of tasks that were not made from a request. `costs` holds what the latest ones cost.
 * - `tasks.keep` is the `KeepPlan` (see core/download.ts) as JSON; NULL: its results are not kept by themselves. `creations.keep` is the one
 *   that its task gets.
 * - `downloads` holds one row for each result that is to be kept, is kept or could not be (see core/download.ts). Triggers queue the results of
 *   a task that has a plan and no owner in the transaction that stores them; a result that has a row never gets another one. `keep`, `reason`,
 *   `part` and `facts` are JSON. `revision` is 0 until something happens to a row. `due_at` of a running one is 0: it is due when no claim
 *   holds it any more. The path and what follows is the file; of a row that is not `kept` it is the one that is missing.
 * - `state.offered` is 1 once a window has offered to keep
 *   everything, `expiry_notice_at` when a window has last said which links expire.
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
	finished INTEGER NOT NULL DEFAULT 0,
	unviewed INTEGER NOT NULL DEFAULT 0,
	unviewed_failed INTEGER NOT NULL DEFAULT 0,
	copied_at INTEGER NOT NULL DEFAULT 0,
	copying_until INTEGER NOT NULL DEFAULT 0,
	recovered INTEGER,
	creation_revision INTEGER NOT NULL DEFAULT 0,
	salt TEXT NOT NULL DEFAULT '',
	offered INTEGER NOT NULL DEFAULT 0,
	expiry_notice_at INTEGER
) STRICT;
INSERT INTO state (one) VALUES (1);

CREATE TABLE origins (
	origin TEXT PRIMARY KEY,
	paused TEXT CHECK (paused IN ('noKey', 'auth')),
	paused_at INTEGER,
	refused_at INTEGER,
	probe_at INTEGER,
	cooling_until INTEGER,
	slowdowns INTEGER NOT NULL DEFAULT 0 CHECK (slowdowns >= 0),
	key_counter INTEGER NOT NULL DEFAULT 0,
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
	prompt TEXT,
	owner TEXT,
	price_class TEXT,
	keep TEXT,
	status TEXT NOT NULL CHECK (status IN ('submitted', 'processing', 'succeeded', 'failed', 'unknown')),
	facts TEXT,
	results TEXT,
	results_left_out INTEGER,
	server_ahead_ms INTEGER,
	tracked_at INTEGER NOT NULL,
	last_checked_at INTEGER,
	began_after INTEGER,
	began_before INTEGER,
	next_poll_at INTEGER,
	interval_ms INTEGER,
	finished_at INTEGER,
	viewed_at INTEGER,
	removed_at INTEGER,
	problem_kind TEXT,
	problem_failures INTEGER,
	problem_at INTEGER,
	problem_message TEXT,
	problem_code TEXT,
	problem_request_id TEXT,
	failed_transient INTEGER NOT NULL DEFAULT 0 CHECK (failed_transient >= 0),
	failed_refused INTEGER NOT NULL DEFAULT 0 CHECK (failed_refused >= 0),
	failed_persistent INTEGER NOT NULL DEFAULT 0 CHECK (failed_persistent >= 0),
	unconfirmed_status TEXT CHECK (unconfirmed_status IN ('succeeded', 'failed')),
	unconfirmed_at INTEGER,
	alias TEXT,
	alias_since INTEGER,
	alias_is_sure INTEGER NOT NULL DEFAULT 0 CHECK (alias_is_sure IN (0, 1)),
	times_named_itself INTEGER NOT NULL DEFAULT 0 CHECK (times_named_itself >= 0),
	result_checks INTEGER CHECK (result_checks >= 0),
	unlisted INTEGER NOT NULL DEFAULT 0 CHECK (unlisted IN (0, 1)),
	claim_id TEXT,
	claim_until INTEGER,
	revision INTEGER NOT NULL,
	list_revision INTEGER NOT NULL,
	overdue_unit_ms INTEGER GENERATED ALWAYS AS (max(coalesce(interval_ms, 2000), coalesce(next_poll_at - problem_at, 0), 2000)) VIRTUAL,
	interval_class INTEGER GENERATED ALWAYS AS (
		CASE
			WHEN last_checked_at IS NULL AND failed_refused > 0 THEN 5
			WHEN overdue_unit_ms < 8000 THEN 0
			WHEN overdue_unit_ms < 32000 THEN 1
			WHEN overdue_unit_ms < 128000 THEN 2
			WHEN overdue_unit_ms < 512000 THEN 3
			ELSE 4
		END
	) VIRTUAL,
	CHECK ((status IN ('succeeded', 'failed')) = (finished_at IS NOT NULL)),
	CHECK (viewed_at IS NULL OR finished_at IS NOT NULL),
	CHECK ((problem_kind IS NULL) = (problem_at IS NULL)),
	CHECK ((unconfirmed_status IS NULL) = (unconfirmed_at IS NULL)),
	CHECK ((began_after IS NULL) = (began_before IS NULL)),
	CHECK ((alias IS NULL) = (alias_since IS NULL)),
	CHECK ((claim_id IS NULL) = (claim_until IS NULL))
) STRICT;
CREATE INDEX tasks_due ON tasks (origin, next_poll_at) WHERE next_poll_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_active ON tasks (tracked_at, removed_at) WHERE finished_at IS NULL;
CREATE INDEX tasks_finished ON tasks (finished_at, number, status, viewed_at, removed_at) WHERE finished_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_failed ON tasks (finished_at, number, action, action2, status, removed_at)
	WHERE finished_at IS NOT NULL AND status = 'failed' AND removed_at IS NULL;
CREATE INDEX tasks_viewed ON tasks (finished_at) WHERE finished_at IS NOT NULL AND viewed_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_unviewed ON tasks (finished_at) WHERE finished_at IS NOT NULL AND viewed_at IS NULL AND removed_at IS NULL;
CREATE INDEX tasks_removed ON tasks (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX tasks_owned ON tasks (owner) WHERE owner IS NOT NULL;
CREATE INDEX tasks_revision ON tasks (revision);
CREATE INDEX tasks_alias ON tasks (alias, origin) WHERE alias IS NOT NULL;
CREATE INDEX tasks_due_by_interval ON tasks (origin, interval_class, next_poll_at, finished_at, removed_at)
	WHERE next_poll_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_claimed ON tasks (claim_until) WHERE claim_until IS NOT NULL AND next_poll_at < claim_until;
CREATE INDEX tasks_reserved ON tasks (claim_id, claim_until) WHERE claim_id IS NOT NULL;
CREATE INDEX tasks_running ON tasks (origin, next_poll_at)
	WHERE finished_at IS NULL AND last_checked_at IS NOT NULL AND problem_kind IS NULL AND next_poll_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX tasks_failing ON tasks (origin, problem_kind, problem_failures, problem_code, next_poll_at, finished_at, removed_at)
	WHERE finished_at IS NULL AND removed_at IS NULL AND (problem_kind IS NOT NULL OR next_poll_at IS NULL);
CREATE INDEX tasks_listable ON tasks (origin, next_poll_at) WHERE next_poll_at IS NOT NULL AND finished_at IS NULL AND removed_at IS NULL
	AND problem_kind IS NULL AND unconfirmed_status IS NULL AND unlisted = 0;
CREATE INDEX tasks_with_results ON tasks (finished_at) WHERE finished_at IS NOT NULL AND removed_at IS NULL AND results <> '[]';
CREATE INDEX tasks_by_operation ON tasks (action, action2, finished_at, number, status, viewed_at, removed_at)
	WHERE finished_at IS NOT NULL AND removed_at IS NULL;

CREATE TRIGGER tasks_counted AFTER INSERT ON tasks BEGIN
	UPDATE state SET
		tasks = tasks + 1,
		active = active + (new.removed_at IS NULL AND new.finished_at IS NULL),
		finished = finished + (new.removed_at IS NULL AND new.finished_at IS NOT NULL),
		unviewed = unviewed + (new.removed_at IS NULL AND new.finished_at IS NOT NULL AND new.viewed_at IS NULL),
		unviewed_failed = unviewed_failed + (new.removed_at IS NULL AND new.status = 'failed' AND new.viewed_at IS NULL);
END;
CREATE TRIGGER tasks_recounted AFTER UPDATE OF status, finished_at, viewed_at, removed_at ON tasks BEGIN
	UPDATE state SET
		active = active + (new.removed_at IS NULL AND new.finished_at IS NULL) - (old.removed_at IS NULL AND old.finished_at IS NULL),
		finished = finished + (new.removed_at IS NULL AND new.finished_at IS NOT NULL) - (old.removed_at IS NULL AND old.finished_at IS NOT NULL),
		unviewed = unviewed + (new.removed_at IS NULL AND new.finished_at IS NOT NULL AND new.viewed_at IS NULL)
			- (old.removed_at IS NULL AND old.finished_at IS NOT NULL AND old.viewed_at IS NULL),
		unviewed_failed = unviewed_failed + (new.removed_at IS NULL AND new.status = 'failed' AND new.viewed_at IS NULL)
			- (old.removed_at IS NULL AND old.status = 'failed' AND old.viewed_at IS NULL);
END;
CREATE TRIGGER tasks_uncounted AFTER DELETE ON tasks BEGIN
	UPDATE state SET
		tasks = tasks - 1,
		active = active - (old.removed_at IS NULL AND old.finished_at IS NULL),
		finished = finished - (old.removed_at IS NULL AND old.finished_at IS NOT NULL),
		unviewed = unviewed - (old.removed_at IS NULL AND old.finished_at IS NOT NULL AND old.viewed_at IS NULL),
		unviewed_failed = unviewed_failed - (old.removed_at IS NULL AND old.status = 'failed' AND old.viewed_at IS NULL);
END;

CREATE TABLE responses (
	key TEXT PRIMARY KEY REFERENCES tasks (key) ON DELETE CASCADE,
	at INTEGER NOT NULL,
	body TEXT NOT NULL
) STRICT;

CREATE TABLE announcements (
	key TEXT PRIMARY KEY REFERENCES tasks (key) ON DELETE CASCADE,
	finished_at INTEGER NOT NULL,
	held_until INTEGER,
	claimed_at INTEGER
) STRICT;
CREATE INDEX announcements_pending ON announcements (finished_at) WHERE claimed_at IS NULL;

CREATE TABLE owners (
	owner TEXT PRIMARY KEY,
	lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE windows (
	window_id TEXT PRIMARY KEY,
	focused INTEGER NOT NULL CHECK (focused IN (0, 1)),
	visible INTEGER NOT NULL CHECK (visible IN (0, 1)),
	lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE request_slots (
	slot_id TEXT PRIMARY KEY,
	origin TEXT NOT NULL,
	started_at INTEGER,
	lease_until INTEGER NOT NULL
) STRICT;
CREATE INDEX request_slots_of_origin ON request_slots (origin);

CREATE TABLE request_starts (
	origin TEXT NOT NULL,
	at INTEGER NOT NULL,
	urgency INTEGER NOT NULL CHECK (urgency IN (0, 1, 2))
) STRICT;
CREATE INDEX request_starts_of_origin ON request_starts (origin, at, urgency);

CREATE TABLE list_queries (
	origin TEXT NOT NULL,
	operation TEXT NOT NULL,
	refused_until INTEGER,
	page_size INTEGER NOT NULL CHECK (page_size > 0),
	PRIMARY KEY (origin, operation)
) STRICT;

CREATE TABLE durations (
	number INTEGER PRIMARY KEY,
	origin TEXT NOT NULL,
	operation TEXT NOT NULL,
	ms INTEGER NOT NULL,
	queue_ms INTEGER,
	failed INTEGER NOT NULL CHECK (failed IN (0, 1))
) STRICT;
CREATE INDEX durations_of_operation ON durations (origin, operation, number);

CREATE TABLE costs (
	number INTEGER PRIMARY KEY,
	origin TEXT NOT NULL,
	price_class TEXT NOT NULL,
	units REAL NOT NULL CHECK (units >= 0)
) STRICT;
CREATE INDEX costs_of_class ON costs (origin, price_class, number);

CREATE TABLE creations (
	number INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	origin TEXT NOT NULL,
	action TEXT NOT NULL,
	action2 TEXT NOT NULL,
	external_id TEXT,
	unit_key TEXT NOT NULL,
	take INTEGER NOT NULL,
	key_counter INTEGER NOT NULL,
	planned_at INTEGER NOT NULL,
	reserved_at INTEGER NOT NULL,
	estimate TEXT,
	units TEXT,
	state TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'waiting', 'accepted', 'rejected', 'uncertain', 'absent', 'leftOpen')),
	attempts INTEGER NOT NULL,
	searches INTEGER NOT NULL,
	next_at INTEGER,
	sent_at INTEGER,
	changed_at INTEGER NOT NULL,
	reason TEXT,
	task_key TEXT,
	has_task INTEGER NOT NULL DEFAULT 0,
	claim_id TEXT,
	claim_until INTEGER,
	revision INTEGER NOT NULL,
	source_uri TEXT,
	subject TEXT,
	source_text TEXT,
	body TEXT,
	keep TEXT,
	due_at INTEGER GENERATED ALWAYS AS (iif(state = 'sending', 0, next_at)) VIRTUAL,
	UNIQUE (origin, external_id),
	CHECK ((state = 'accepted') = (task_key IS NOT NULL)),
	CHECK ((claim_id IS NULL) = (claim_until IS NULL))
) STRICT;
CREATE INDEX creations_due ON creations (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX creations_claimed ON creations (origin, claim_until) WHERE claim_id IS NOT NULL;
CREATE INDEX creations_listed ON creations (number) WHERE state NOT IN ('accepted', 'leftOpen');
CREATE INDEX creations_reserved ON creations (reserved_at) WHERE state NOT IN ('rejected', 'absent');
CREATE INDEX creations_of_unit ON creations (origin, unit_key);
CREATE INDEX creations_of_file ON creations (source_uri) WHERE source_uri IS NOT NULL;
CREATE INDEX creations_of_task ON creations (task_key) WHERE task_key IS NOT NULL;
CREATE INDEX creations_settled ON creations (changed_at)
	WHERE body IS NOT NULL AND has_task = 0 AND state IN ('accepted', 'rejected', 'absent', 'leftOpen');
CREATE TRIGGER creations_without_task AFTER DELETE ON tasks BEGIN
	UPDATE creations SET has_task = 0, units = iif(json_valid(old.facts), old.facts ->> 'unitsDeducted', NULL) WHERE task_key = old.key;
END;

CREATE TABLE downloads (
	number INTEGER PRIMARY KEY,
	task_key TEXT NOT NULL REFERENCES tasks (key) ON DELETE CASCADE,
	media INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'kept', 'failed')),
	keep TEXT NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	next_at INTEGER,
	reason TEXT,
	is_refreshed INTEGER NOT NULL DEFAULT 0,
	part TEXT,
	received INTEGER,
	claim_id TEXT,
	claim_until INTEGER,
	revision INTEGER NOT NULL DEFAULT 0,
	path TEXT,
	size INTEGER,
	sha256 TEXT,
	format TEXT,
	kept_at INTEGER,
	facts TEXT,
	has_poster INTEGER NOT NULL DEFAULT 0,
	missing_since INTEGER,
	due_at INTEGER GENERATED ALWAYS AS (CASE state WHEN 'queued' THEN coalesce(next_at, 0) WHEN 'running' THEN 0 END) VIRTUAL,
	UNIQUE (task_key, media),
	CHECK (state <> 'kept' OR path IS NOT NULL),
	CHECK ((claim_id IS NULL) = (claim_until IS NULL))
) STRICT;
CREATE INDEX downloads_due ON downloads (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX downloads_kept ON downloads (kept_at, number, size) WHERE state = 'kept' AND missing_since IS NULL;
CREATE INDEX downloads_of_file ON downloads (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX downloads_started ON downloads (part) WHERE part IS NOT NULL;
CREATE TRIGGER results_queued AFTER INSERT ${queueResults}
CREATE TRIGGER results_queued_later AFTER UPDATE OF status, results, keep ${queueResults}

CREATE TABLE units (
	origin TEXT NOT NULL,
	unit_key TEXT NOT NULL,
	take INTEGER NOT NULL,
	PRIMARY KEY (origin, unit_key)
) STRICT;

CREATE TABLE proofs (
	origin TEXT NOT NULL,
	operation TEXT NOT NULL,
	key_counter INTEGER NOT NULL,
	proof TEXT NOT NULL,
	PRIMARY KEY (origin, operation)
) STRICT;
`,
];
