import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';

/** A change of one task in the file, in the order of the commits. */
const entrySchema = v.object({
	/**
	 * - `claim`: claimed, or the claim renewed, until `until` under `claimId`; `reserve`: the same at insertion, for the command that
	 *   tracked the task; `free`: the claim was released
	 * - `unended`: it was finished, and is active again; `changed`: its finished status changed; `deleted`
	 * - `telling`: its announcement was claimed; `toldAgain`: claimed although it was already claimed; `returned`: the claim was released
	 */
	what: v.picklist(['claim', 'reserve', 'free', 'unended', 'changed', 'deleted', 'telling', 'toldAgain', 'returned']),
	id: v.string(),
	token: v.nullable(v.string()),
	/** Ms since 1970. */
	until: v.nullable(v.number()),
});
export type DiaryEntry = v.InferOutput<typeof entrySchema>;

/** The fields of a task that the findings need; times in ms since 1970. */
const taskSchema = v.object({
	id: v.string(),
	status: v.string(),
	message: v.nullable(v.string()),
	results: v.nullable(v.string()),
	finished_at: v.nullable(v.number()),
	removed_at: v.nullable(v.number()),
	/** For a finished task: when it is checked again for missing results. */
	next_poll_at: v.nullable(v.number()),
});
export type TaskInFile = v.InferOutput<typeof taskSchema>;

const announcementSchema = v.object({ id: v.string(), claimed_at: v.nullable(v.number()) });
export type Announcement = v.InferOutput<typeof announcementSchema>;

/**
 * An additional migration: triggers in the file record what every committed transaction did, whichever process made it and however that
 * process ended.
 */
export const diaryStep = `
CREATE TABLE diary (number INTEGER PRIMARY KEY, what TEXT NOT NULL, id TEXT NOT NULL, token TEXT, until INTEGER);
CREATE TRIGGER diary_new AFTER INSERT ON tasks WHEN new.claim_id IS NOT NULL BEGIN
	INSERT INTO diary (what, id, token, until) VALUES ('reserve', new.id, new.claim_id, new.claim_until);
END;
CREATE TRIGGER diary_claim AFTER UPDATE OF claim_id, claim_until ON tasks BEGIN
	INSERT INTO diary (what, id, token, until) VALUES (iif(new.claim_id IS NULL, 'free', 'claim'), new.id, new.claim_id, new.claim_until);
END;
CREATE TRIGGER diary_end AFTER UPDATE ON tasks WHEN old.finished_at IS NOT NULL AND (new.finished_at IS NOT old.finished_at OR new.status <> old.status) BEGIN
	INSERT INTO diary (what, id) VALUES (iif(new.finished_at IS NULL, 'unended', 'changed'), new.id);
END;
CREATE TRIGGER diary_deleted AFTER DELETE ON tasks BEGIN
	INSERT INTO diary (what, id) VALUES ('deleted', old.id);
END;
CREATE TRIGGER diary_telling AFTER UPDATE OF claimed_at ON announcements BEGIN
	INSERT INTO diary (what, id) SELECT iif(new.claimed_at IS NULL, 'returned', iif(old.claimed_at IS NULL, 'telling', 'toldAgain')), id FROM tasks WHERE key = new.key;
END;
`;

/** An external view of a database file: its content, and the changes since the diary was created. */
export class FileDiary {
	readonly #database: DatabaseSync;

	/** Reads the diary of a file that was created with `diaryStep`. */
	constructor(path: string) {
		this.#database = new DatabaseSync(path, { timeout: 5_000 });
	}

	entries(): readonly DiaryEntry[] {
		return v.parse(v.array(entrySchema), this.#rows('SELECT what, id, token, until FROM diary ORDER BY number'));
	}

	/**
	 * Changes that must never happen: a finished status that is withdrawn or changed, a deleted task, an announcement that is claimed
	 * twice.
	 */
	wrongs(): readonly DiaryEntry[] {
		return v.parse(
			v.array(entrySchema),
			this.#rows("SELECT what, id, token, until FROM diary WHERE what IN ('unended', 'changed', 'deleted', 'toldAgain') ORDER BY number"),
		);
	}

	tasks(): readonly TaskInFile[] {
		return v.parse(
			v.array(taskSchema),
			this.#rows(
				"SELECT id, status, json_extract(facts, '$.message') AS message, results, finished_at, removed_at, next_poll_at FROM tasks ORDER BY number",
			),
		);
	}

	/** One for each finished task that needs an announcement; `claimed_at` is null while it is unclaimed. */
	announcements(): readonly Announcement[] {
		return v.parse(
			v.array(announcementSchema),
			this.#rows('SELECT tasks.id, claimed_at FROM announcements JOIN tasks ON tasks.key = announcements.key'),
		);
	}

	/** The errors that SQLite's integrity check finds. */
	damage(): readonly unknown[] {
		return this.#rows('PRAGMA integrity_check').flatMap(({ integrity_check: found }) => (found === 'ok' ? [] : [found]));
	}

	close(): void {
		this.#database.close();
	}

	#rows(sql: string): readonly Readonly<Record<string, unknown>>[] {
		return this.#database.prepare(sql).all();
	}
}
