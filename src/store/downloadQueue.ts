import { dirname } from 'node:path';
import type { DownloadId, FileFacts, KeepPlan, KeptFile } from '../core/download';
import { omitUndefined } from '../core/omitUndefined';
import { parseTaskKey } from '../core/task';
import type { DownloadChange, DownloadClaim, KeepOrder } from '../tracking/ports/downloads';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import { inChunks } from './chunks';
import type { Connection, Params, Row } from './connection';
import { numberOf, requiredNumber } from './connection';
import { claimed, downloadStatements, dueAt, idOf, isTracked, mostAtOnce } from './downloadReads';
import { fileColumns, jsonOf, readDownload, stepColumns } from './downloadRow';
import { isFree, leasesAt } from './leases';
import { removeParts } from './orphanedParts';
import { integer } from './sqlValues';

export { withoutOrphans } from './orphanedParts';

/** The pattern of a file name in a plan that nobody has made: of a result that was saved by hand. */
const usualName = '{date}-{name}-{n}';
const cancelled = JSON.stringify({ kind: 'cancelled' });
const ofResult = 'task_key = :task AND media = :media';

/** The statements that write, and those that only writes need. */
export const queueStatements = {
	/**
	 * One statement, so that no two windows claim more than two together. A running one that no claim holds any more comes first: so there are
	 * never more than two of them, and one whose claim has expired can be renewed.
	 */
	claimDue: `UPDATE downloads SET state = 'running', next_at = NULL, claim_id = :claimId, claim_until = :until WHERE number = (
		SELECT number FROM downloads WHERE due_at IS NOT NULL AND ${dueAt} <= :now AND ${isFree} AND ${isTracked} ORDER BY due_at, number LIMIT 1)
		AND (${claimed}) < ${mostAtOnce} RETURNING *`,
	claimed: `SELECT number, received FROM downloads WHERE ${ofResult} AND claim_id = :claimId`,
	/** The claim on an untracked task is lost. */
	renew: `UPDATE downloads SET claim_until = :until WHERE ${ofResult} AND claim_id = :claimId AND ${isTracked}`,
	release: `UPDATE downloads SET claim_id = NULL, claim_until = NULL WHERE ${ofResult} AND claim_id = :claimId`,
	add: `INSERT INTO downloads (task_key, media, state, keep, next_at, revision) SELECT key, :media, 'queued', :keep, :now, :revision FROM tasks WHERE key = :task`,
	drawAgain: 'UPDATE tasks SET revision = :revision WHERE key = :key',
	/** Whether a task has such a result. */
	canKeep: `SELECT 1 FROM tasks WHERE key = :task AND status = 'succeeded' AND owner IS NULL AND removed_at IS NULL
		AND :media < iif(json_valid(results), json_array_length(results), 0)`,
	/** The partial file is removed, see `Downloads.cancel` in tracking. */
	cancel: `UPDATE downloads SET state = 'failed', reason = '${cancelled}', next_at = NULL, part = NULL, received = NULL, claim_id = NULL, claim_until = NULL
		WHERE ${ofResult} AND state IN ('queued', 'running')`,
	/** What is known of a file with the same content stays known. */
	recordFile: `INSERT INTO downloads (task_key, media, state, keep, path, size, sha256, format, kept_at, facts, has_poster, missing_since)
		SELECT key, :media, 'kept', coalesce(keep, :keep), :path, :size, :sha256, :format, :kept_at, :facts, :has_poster, :missing_since FROM tasks WHERE key = :task
		ON CONFLICT (task_key, media) DO UPDATE SET state = 'kept', attempts = 0, next_at = NULL, reason = NULL, is_refreshed = 0, part = NULL, received = NULL,
			claim_id = NULL, claim_until = NULL, path = excluded.path, size = excluded.size, sha256 = excluded.sha256, format = excluded.format,
			kept_at = excluded.kept_at, missing_since = excluded.missing_since, facts = coalesce(excluded.facts, iif(excluded.sha256 = sha256, facts, NULL)),
			has_poster = max(excluded.has_poster, iif(excluded.sha256 = sha256, has_poster, 0))`,
	recordMissing: `UPDATE downloads SET missing_since = :now WHERE ${ofResult} AND state = 'kept' AND path = :path AND missing_since IS NULL`,
	/** The row stays: otherwise the triggers would queue the result again with the next response. */
	forgetFile: `UPDATE downloads SET reason = iif(state = 'kept', '${cancelled}', reason), state = iif(state = 'kept', 'failed', state), path = NULL, size = NULL, sha256 = NULL, format = NULL, kept_at = NULL, facts = NULL, has_poster = 0,
		missing_since = NULL WHERE ${ofResult} AND path IS NOT NULL`,
	recordFacts: `UPDATE downloads SET facts = :facts WHERE ${ofResult} AND sha256 = :sha256 AND facts IS NOT :facts`,
	withPoster: 'SELECT task_key, media FROM downloads WHERE sha256 = :sha256 AND has_poster <> :hasPoster',
	recordPoster: `UPDATE downloads SET has_poster = :hasPoster WHERE ${ofResult}`,
	/** Also untracked ones: they may be restored. */
	plannable: 'SELECT number FROM tasks WHERE finished_at IS NULL AND owner IS NULL AND (keep IS NULL) = :isPlan',
	replan: 'UPDATE tasks SET keep = :keep WHERE number = :number AND finished_at IS NULL AND (keep IS NULL) = :isPlan',
	replanCreations: `UPDATE creations SET keep = :keep WHERE state NOT IN ('accepted', 'leftOpen') AND state NOT IN ('rejected', 'absent') AND (keep IS NULL) = :isPlan`,
} as const;

/** What writes the downloads. Entry point of dist/downloadQueue.js. The contract of each method: see `DownloadStore`. */
export class DownloadQueue {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	async claimDue(at: number, end: number, newClaimId: () => string): Promise<readonly DownloadClaim[]> {
		// Often nothing is due, which is found out without a lock.
		const due = this.#feed.read((sql) => numberOf(sql.first(downloadStatements.nextDue, leasesAt(integer(at))) ?? {}, 'at'), undefined);
		if (due === undefined || due > at) {
			return [];
		}
		return await this.#feed.write((sql, changes, waitedMs) => {
			const terms = { ...leasesAt(integer(at + waitedMs)), until: integer(end + waitedMs) };
			const claims: DownloadClaim[] = [];
			for (;;) {
				const claimId = newClaimId();
				const [row] = sql.all(queueStatements.claimDue, { ...terms, claimId });
				if (row === undefined) {
					return claims;
				}
				markChanged(sql, changes, idOf(row));
				const download = readDownload(row);
				if (download === undefined) {
					// Nobody can work on a damaged row.
					sql.run('DELETE FROM downloads WHERE number = :number', { number: requiredNumber(row, 'number') });
				} else {
					claims.push({ download, claimId });
				}
			}
		});
	}

	renew({ download: { task, media }, claimId }: DownloadClaim, until: number, received?: number): Promise<boolean> {
		return this.#feed.write((sql, changes) => {
			// An expired claim with the same ID can be renewed: no other window has taken it.
			const isRenewed = sql.run(queueStatements.renew, { task, media, claimId, until: integer(until) }) > 0;
			const known = sql.first(downloadStatements.get, { task, media }) ?? {};
			if (isRenewed && received !== undefined && numberOf(known, 'received') !== integer(received)) {
				set(sql, { task, media }, { received: integer(received) });
				markChanged(sql, changes, { task, media });
			}
			return isRenewed;
		});
	}

	step(claim: DownloadClaim, change: DownloadChange): Promise<boolean> {
		return this.#change(claim, change, {});
	}

	record(claim: DownloadClaim, change: DownloadChange): Promise<boolean> {
		return this.#change(claim, change, { claim_id: null, claim_until: null });
	}

	release({ download: { task, media }, claimId }: DownloadClaim): Promise<boolean> {
		return this.#feed.write((sql, changes) => changeRow(sql, changes, queueStatements.release, { task, media, claimId }));
	}

	#change({ download: { task, media }, claimId }: DownloadClaim, change: DownloadChange, more: Params): Promise<boolean> {
		return this.#feed.write((sql, changes) => {
			if (sql.first(queueStatements.claimed, { task, media, claimId }) === undefined) {
				return false;
			}
			set(sql, { task, media }, { ...stepColumns(change), ...fileColumns(change.file), ...more });
			markChanged(sql, changes, { task, media });
			return true;
		});
	}

	async queue(orders: readonly KeepOrder[], now: number): Promise<number> {
		const queued = new Set<KeepOrder>();
		await inChunks(this.#feed, orders, (sql, changes, order) => {
			// The transaction may run more than once; the last run counts.
			queued.delete(order);
			if (queue(sql, changes, order, integer(now))) {
				queued.add(order);
			}
		});
		return queued.size;
	}

	cancel(ids: readonly DownloadId[]): Promise<void> {
		return this.#forEach(ids, queueStatements.cancel);
	}

	forgetFiles(ids: readonly DownloadId[]): Promise<void> {
		return this.#forEach(ids, queueStatements.forgetFile);
	}

	#forEach(ids: readonly DownloadId[], statement: string): Promise<void> {
		return inChunks(this.#feed, ids, (sql, changes, { task, media }) => changeRow(sql, changes, statement, { task, media }));
	}

	async recordFile({ task, media }: DownloadId, file: KeptFile): Promise<void> {
		const plan: KeepPlan = { folder: dirname(file.path), fileName: usualName };
		const part = await this.#feed.write((sql, changes) => {
			const row = sql.first(downloadStatements.get, { task, media });
			changeRow(sql, changes, queueStatements.recordFile, { ...fileColumns(file), task, media, keep: JSON.stringify(plan) });
			return row && readDownload(row)?.part;
		});
		await removeParts([part?.path], this.#feed);
	}

	recordMissing({ task, media }: DownloadId, path: string, now: number): Promise<boolean> {
		return this.#feed.write((sql, changes) =>
			changeRow(sql, changes, queueStatements.recordMissing, { task, media, path, now: integer(now) }),
		);
	}

	async recordFacts({ task, media }: DownloadId, sha256: string, facts: FileFacts): Promise<void> {
		await this.#feed.write((sql, changes) =>
			changeRow(sql, changes, queueStatements.recordFacts, { task, media, sha256, facts: jsonOf(facts) }),
		);
	}

	async recordPosters(sha256s: readonly string[], hasPoster: boolean): Promise<void> {
		const flag = { hasPoster: hasPoster ? 1 : 0 };
		await inChunks(this.#feed, sha256s, (sql, changes, sha256) => {
			for (const row of sql.all(queueStatements.withPoster, { sha256, ...flag })) {
				changeRow(sql, changes, queueStatements.recordPoster, { task: idOf(row).task, media: idOf(row).media, ...flag });
			}
		});
	}

	async replan(plan: KeepPlan | undefined): Promise<void> {
		const terms = { keep: jsonOf(plan), isPlan: plan === undefined ? 0 : 1 };
		const numbers = await this.#feed.writeSilently((sql) => {
			sql.run(queueStatements.replanCreations, terms);
			return sql.all(queueStatements.plannable, { isPlan: terms.isPlan }).map((row) => requiredNumber(row, 'number'));
		});
		await inChunks(this.#feed, numbers, (sql, _changes, number) => sql.run(queueStatements.replan, { ...terms, number }));
	}

	claimOffer(): Promise<boolean> {
		return this.#claimOnce('UPDATE state SET offered = 1 WHERE offered = 0', 'SELECT 1 FROM state WHERE offered = 0', {});
	}

	claimExpiryNotice(now: number, everyMs: number): Promise<boolean> {
		// One in the future was written by a clock that was ahead.
		const isDue = '(expiry_notice_at IS NULL OR expiry_notice_at <= :before OR expiry_notice_at > :now)';
		const terms = { now: integer(now), before: integer(now - everyMs) };
		return this.#claimOnce(`UPDATE state SET expiry_notice_at = :now WHERE ${isDue}`, `SELECT 1 FROM state WHERE ${isDue}`, terms);
	}

	/** Usually another caller was first, which is found out without a lock. */
	async #claimOnce(claim: string, isFirst: string, terms: Params): Promise<boolean> {
		return (
			this.#feed.read((sql) => sql.first(isFirst, terms) !== undefined, false) &&
			(await this.#feed.writeSilently((sql) => sql.run(claim, terms) > 0))
		);
	}
}

function queue(sql: Connection, changes: ChangeSet, { task, media, plan }: KeepOrder, now: number): boolean {
	if (sql.first(queueStatements.canKeep, { task, media }) === undefined) {
		return false;
	}
	const keep = JSON.stringify(plan);
	const known = sql.first(downloadStatements.get, { task, media });
	if (known === undefined) {
		sql.run(queueStatements.add, { task, media, keep, now, revision: markTask(sql, changes, task) });
		return true;
	}
	if (!isOver(known) && !isWaiting(known, now)) {
		return false;
	}
	// The bytes that are there stay.
	const { part, received } = readDownload(known) ?? {};
	set(sql, { task, media }, { ...stepColumns({ state: 'queued', attempts: 0, nextAt: now, ...omitUndefined({ part, received }) }), keep });
	markChanged(sql, changes, { task, media });
	return true;
}

/** Nothing is done by itself for this row any more, and there is no file. */
function isOver(row: Row): boolean {
	return row['state'] === 'failed' || (row['state'] === 'kept' && row['missing_since'] !== null);
}

/** It is to be tried again later: a person does not wait for that. */
function isWaiting(row: Row, now: number): boolean {
	return row['state'] === 'queued' && (numberOf(row, 'next_at') ?? 0) > now;
}

/** Runs a statement about one result; true if it has changed something, which is then shown in every window. */
function changeRow(
	sql: Connection,
	changes: ChangeSet,
	statement: string,
	params: Params & { readonly task: string; readonly media: number },
): boolean {
	const isChanged = sql.run(statement, params) > 0;
	if (isChanged) {
		markChanged(sql, changes, params);
	}
	return isChanged;
}

/** Sets columns by name; the names are ours, never from outside. */
function set(sql: Connection, { task, media }: { readonly task: string; readonly media: number }, columns: Params): void {
	const assignments = Object.keys(columns).map((name) => `${name} = :${name}`);
	sql.run(`UPDATE downloads SET ${assignments.join(', ')} WHERE ${ofResult}`, { ...columns, task, media });
}

/** Every window draws the row of the task again. */
function markChanged(sql: Connection, changes: ChangeSet, { task, media }: { readonly task: string; readonly media: number }): void {
	set(sql, { task, media }, { revision: markTask(sql, changes, task) });
}

function markTask(sql: Connection, changes: ChangeSet, task: string): number {
	const key = parseTaskKey(task);
	if (key === undefined) {
		return 0;
	}
	const revision = changes.markChanged(key);
	sql.run(queueStatements.drawAgain, { key, revision });
	return revision;
}
