import { longestHoldMs } from '../core/lateResults';
import type { TaskKey } from '../core/task';
import type { AnnouncementStore } from '../tracking/ports/announcements';
import type { SqliteChangeFeed } from './changeFeed';
import { inChunks } from './chunks';
import { numberOf } from './connection';
import { integer } from './sqlValues';
import { statements } from './statements';
import { keyOf } from './taskRow';
import { changeList } from './taskWrites';

/** Finished tasks to notify the person of, once over all windows. */
export class SqliteAnnouncementStore implements AnnouncementStore {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	pending(now: number): readonly TaskKey[] {
		return this.#feed.read((sql) => sql.all(statements.pendingAnnouncements, holdsAt(now)), []).map(keyOf);
	}

	nextHeldAt(now: number): number | undefined {
		return this.#feed.read((sql) => numberOf(sql.first(statements.nextHeld, holdsAt(now)) ?? {}, 'at'), undefined);
	}

	claim(key: TaskKey, now: number): Promise<boolean> {
		return this.#feed.writeSilently((sql) => sql.run(statements.claimAnnouncement, { key, now: integer(now) }) > 0);
	}

	async hold(keys: readonly TaskKey[], until: number): Promise<void> {
		await inChunks(this.#feed, keys, (sql, _changeSet, key) => sql.run(statements.holdAnnouncement, { key, until: integer(until) }));
	}

	async release(keys: readonly TaskKey[]): Promise<void> {
		await inChunks(this.#feed, keys, (sql, changes, key) => {
			// Recorded as a change, so that other windows read the pending announcements.
			if (sql.run('UPDATE announcements SET claimed_at = NULL WHERE key = :key AND claimed_at IS NOT NULL', { key }) > 0) {
				changeList(sql, changes, key, 'viewed_at = viewed_at', 'removed_at IS NULL', {});
			}
		});
	}
}

/** Parameters of the statements that ask which announcements are held back at `now` (ms since 1970). */
function holdsAt(now: number): { readonly now: number; readonly longestHold: number } {
	return { now: integer(now), longestHold: integer(now + longestHoldMs) };
}
