import type { Download, DownloadId, KeepPlan } from '../core/download';
import { omitUndefined } from '../core/omitUndefined';
import { linkExpiry } from '../core/resultLink';
import { retentionMs } from '../core/retention';
import { isFinished, type TaskKey } from '../core/task';
import type { UnkeptResult } from '../tracking/ports/downloads';
import type { SqliteChangeFeed } from './changeFeed';
import type { Params, Row } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { readDownload, readPlan } from './downloadRow';
import { integer } from './sqlValues';
import { isClaimed, isFree, leasesAt } from './leases';
import { readTask } from './taskRow';

/** Attempts booked further ahead than this (ms) were booked by a clock that was ahead: they are due. */
const longestWaitMs = 12 * 60 * 60_000;
/** How many downloads run at once, over all windows. */
export const mostAtOnce = 2;
/** Number of tasks that are read at once to find results that are not kept. */
const pageSize = 50;

/** When a download is due, ms since 1970, if no claim holds it. */
export const dueAt = `iif(due_at > :now + ${longestWaitMs}, 0, due_at)`;
/** Its task is in a list. */
export const isTracked = 'EXISTS (SELECT 1 FROM tasks WHERE key = task_key AND removed_at IS NULL)';
/** The claims of all windows: what is claimed runs. */
const claims = `FROM downloads WHERE due_at = 0 AND claim_id IS NOT NULL AND ${isClaimed}`;
export const claimed = `SELECT count(*) ${claims}`;

/** The result of the task with the key is kept or about to be, a person does not want it, or it is gone. */
const isSettled = (
	key: string,
): string => `task_key = ${key} AND (state = 'kept' AND missing_since IS NULL OR state IN ('queued', 'running')
	OR iif(json_valid(reason), reason ->> 'kind', NULL) IN ('cancelled', 'linkGone'))`;

/** Each uses an index, whatever the number of kept files; a test checks the query plans. */
export const downloadStatements = {
	ofTask: 'SELECT * FROM downloads WHERE task_key = :task ORDER BY media',
	get: 'SELECT * FROM downloads WHERE task_key = :task AND media = :media',
	pending: `SELECT * FROM downloads WHERE due_at IS NOT NULL AND ${isTracked} ORDER BY due_at, number`,
	newestKept: `SELECT * FROM downloads WHERE state = 'kept' AND missing_since IS NULL AND ${isTracked} ORDER BY kept_at DESC, number DESC LIMIT :limit`,
	ofContent: `SELECT * FROM downloads WHERE sha256 = :sha256 AND state = 'kept' ORDER BY number`,
	nextDue: `SELECT min(${dueAt}) AS at FROM downloads WHERE due_at IS NOT NULL AND ${isFree} AND ${isTracked}`,
	claims: `SELECT count(*) AS count, min(claim_until) AS first ${claims}`,
	planOf: 'SELECT keep FROM tasks WHERE key = :task',
	/** Succeeded tasks with results that are not settled, the last finished first, after a position in that list. */
	unsettled: `SELECT * FROM tasks WHERE finished_at IS NOT NULL AND removed_at IS NULL AND status = 'succeeded' AND owner IS NULL AND finished_at >= :from
		AND (finished_at, number) < (:position, :number) AND (SELECT count(*) FROM downloads WHERE ${isSettled('key')}) < iif(json_valid(results), json_array_length(results), 0)
		ORDER BY finished_at DESC, number DESC LIMIT :limit`,
	settled: `SELECT media FROM downloads WHERE ${isSettled(':task')}`,
} as const;

/** Reads an index alone: 1 ms for 10,000 files. */
const keptTotals = "SELECT count(*) AS files, sum(size) AS bytes FROM downloads WHERE state = 'kept' AND missing_since IS NULL";

/** What is read of the downloads. Entry point of dist/downloadReads.js. The contract of each method: see `DownloadStore`. */
export class DownloadReads {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	of(task: TaskKey): readonly Download[] {
		return this.#downloads('ofTask', { task });
	}

	get({ task, media }: DownloadId): Download | undefined {
		return this.#downloads('get', { task, media })[0];
	}

	pending(): readonly Download[] {
		return this.#downloads('pending');
	}

	newestKept(limit: number): readonly Download[] {
		return this.#downloads('newestKept', { limit: integer(limit) });
	}

	ofContent(sha256: string): readonly Download[] {
		return this.#downloads('ofContent', { sha256 });
	}

	keptTotals(): { readonly files: number; readonly bytes: number } {
		return this.#feed.read(
			(sql) => {
				const row = sql.first(keptTotals) ?? {};
				return { files: numberOf(row, 'files') ?? 0, bytes: numberOf(row, 'bytes') ?? 0 };
			},
			{ files: 0, bytes: 0 },
		);
	}

	*unkept(from: number): Iterable<UnkeptResult> {
		let after: Params = { position: Number.MAX_SAFE_INTEGER, number: 0 };
		for (;;) {
			const page = this.#rows('unsettled', { from: integer(from), limit: pageSize, ...after });
			for (const row of page) {
				yield* this.#unkeptOf(row);
				after = { position: requiredNumber(row, 'finished_at'), number: requiredNumber(row, 'number') };
			}
			if (page.length < pageSize) {
				return;
			}
		}
	}

	#unkeptOf(row: Row): readonly UnkeptResult[] {
		const task = readTask(row);
		if (!isFinished(task) || task.results.length === 0) {
			return [];
		}
		const settled = new Set(this.#rows('settled', { task: task.key }).map((download) => requiredNumber(download, 'media')));
		const sizes = new Map(this.of(task.key).map(({ media, file, part }) => [media, file?.size ?? part?.total]));
		const madeAt = task.updatedAt ?? task.finishedAt;
		return task.results.flatMap(({ url }, media) =>
			settled.has(media) || url === ''
				? []
				: [
						{
							task: task.key,
							media,
							url,
							expiresAt: linkExpiry(url, madeAt)?.at ?? madeAt + retentionMs,
							...omitUndefined({ size: sizes.get(media) }),
						},
					],
		);
	}

	nextDueAt(now: number): number | undefined {
		const terms = leasesAt(integer(now));
		return this.#feed.read((sql) => {
			const due = numberOf(sql.first(downloadStatements.nextDue, terms) ?? {}, 'at');
			const row = sql.first(downloadStatements.claims, terms) ?? {};
			const first = numberOf(row, 'first');
			if (due === undefined || first === undefined) {
				return due ?? first;
			}
			return requiredNumber(row, 'count') < mostAtOnce ? Math.min(due, first) : first;
		}, undefined);
	}

	planOf(task: TaskKey): KeepPlan | undefined {
		return readPlan(textOf(this.#rows('planOf', { task })[0] ?? {}, 'keep'));
	}

	#rows(statement: keyof typeof downloadStatements, params: Params = {}): readonly Row[] {
		return this.#feed.read((sql) => sql.all(downloadStatements[statement], params), []);
	}

	#downloads(statement: keyof typeof downloadStatements, params?: Params): readonly Download[] {
		return this.#rows(statement, params).flatMap((row) => readDownload(row) ?? []);
	}
}

/** The result that a row is about. */
export function idOf(row: Row): { readonly task: string; readonly media: number } {
	return { task: requiredText(row, 'task_key'), media: requiredNumber(row, 'media') };
}
