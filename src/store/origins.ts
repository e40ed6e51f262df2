import { afterRejection, keyRecheckMs, pauseProbeMs } from '../core/keyRejection';
import { refusingKinds } from '../core/failureClass';
import type { OriginStore, PauseReason } from '../tracking/ports/origins';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import { chunkSize, inChunks, nextTurn } from './chunks';
import type { Connection } from './connection';
import { numberOf, requiredText } from './connection';
import { integer } from './sqlValues';
import { statements } from './statements';
import { keyOf, problemColumns, readPauseReason } from './taskRow';
import { update } from './taskWrites';

/** Which APIs are paused, and whether their keys are suspect. */
export class SqliteOriginStore implements OriginStore {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	paused(): ReadonlyMap<string, PauseReason> {
		return this.#feed.read((sql) => {
			const paused = new Map<string, PauseReason>();
			for (const row of sql.all(statements.pausedOrigins)) {
				const reason = readPauseReason(row);
				if (reason !== undefined) {
					paused.set(requiredText(row, 'origin'), reason);
				}
			}
			return paused;
		}, new Map<string, PauseReason>());
	}

	pause(origin: string, reason: PauseReason, now: number): Promise<boolean> {
		return this.#feed.write((sql, changes) => pause(sql, changes, origin, reason, now));
	}

	noteRejection(origin: string, now: number): Promise<'unconfirmed' | 'confirmed'> {
		return this.#feed.write((sql) => {
			sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin });
			const rejectedAt = numberOf(sql.first('SELECT refused_at FROM origins WHERE origin = :origin', { origin }) ?? {}, 'refused_at');
			const decision = afterRejection(rejectedAt, now);
			if (decision === 'unconfirmed' && (rejectedAt === undefined || rejectedAt > now)) {
				sql.run('UPDATE origins SET refused_at = :now, probe_at = :next WHERE origin = :origin', {
					origin,
					now: integer(now),
					next: integer(now + keyRecheckMs),
				});
			}
			return decision;
		});
	}

	noteAcceptance(origin: string): Promise<void> {
		return this.#feed.write((sql, changes) => {
			if (sql.run('UPDATE origins SET refused_at = NULL WHERE origin = :origin AND refused_at IS NOT NULL', { origin }) > 0) {
				changes.epoch();
			}
		});
	}

	isKeySuspect(origin: string): boolean {
		return this.#feed.read(
			(sql) => sql.first('SELECT 1 FROM origins WHERE origin = :origin AND refused_at IS NOT NULL', { origin }) !== undefined,
			false,
		);
	}

	async noteKey(origin: string, present: boolean, at: number, isAnother = present): Promise<void> {
		const now = integer(at);
		const waiting = await this.#feed.write((sql, changes) => {
			changes.keyRevision();
			sql.run('UPDATE origins SET refused_at = NULL, key_counter = key_counter + :set WHERE origin = :origin', {
				origin,
				set: isAnother ? 1 : 0,
			});
			if (!present) {
				pause(sql, changes, origin, 'noKey', at);
				return [];
			}
			// Another account may have lists.
			sql.run('DELETE FROM list_queries WHERE origin = :origin', { origin });
			const wasPaused =
				sql.run('UPDATE origins SET paused = NULL, paused_at = NULL WHERE origin = :origin AND paused IS NOT NULL', { origin }) > 0;
			if (wasPaused) {
				changes.epoch();
			}
			return sql
				.all(
					`SELECT origin, id FROM tasks WHERE origin = :origin AND finished_at IS NULL AND removed_at IS NULL
						AND (problem_kind IN ('auth', 'noKey', 'keyUnreadable', ${refusingKinds.map((kind) => `'${kind}'`).join(', ')}) OR (:wasPaused AND next_poll_at > :now))`,
					{ origin, now, wasPaused: wasPaused ? 1 : 0 },
				)
				.map(keyOf);
		});
		if (waiting.length > chunkSize) {
			await nextTurn();
		}
		await inChunks(this.#feed, waiting, (sql, changes, key) => {
			const row = sql.first('SELECT problem_kind FROM tasks WHERE key = :key AND finished_at IS NULL AND removed_at IS NULL', { key });
			if (row === undefined) {
				return;
			}
			// A refused task keeps its problem and the count of it: one more check is enough to confirm it.
			const cleared = refusingKinds.some((kind) => kind === row['problem_kind']) ? {} : problemColumns(undefined);
			update(sql, key, { next_poll_at: now, ...cleared, revision: changes.markChanged(key) });
		});
	}
}

function pause(sql: Connection, changes: ChangeSet, origin: string, reason: PauseReason, now: number): boolean {
	sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin });
	const before = sql.first('SELECT paused FROM origins WHERE origin = :origin', { origin });
	const known = before && readPauseReason(before);
	if (known !== reason) {
		sql.run('UPDATE origins SET paused = :reason, paused_at = :now, probe_at = :probe WHERE origin = :origin', {
			origin,
			reason,
			now: integer(now),
			probe: integer(now + pauseProbeMs),
		});
		changes.epoch();
	}
	return known === undefined;
}
