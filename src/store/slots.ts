import type { RateLimitHint, SlotRequest, SlotStore } from '../tracking/ports/requestSlots';
import type { SqliteChangeFeed } from './changeFeed';
import type { Database } from './database';
import { releaseSlot, acquireSlot } from './requestSlots';
import { integer } from './sqlValues';
import { statements } from './statements';

/** The slots for requests to an API, shared by all windows. */
export class SqliteSlotStore implements SlotStore {
	readonly #database: Database;
	readonly #feed: SqliteChangeFeed;

	constructor(database: Database, feed: SqliteChangeFeed) {
		this.#database = database;
		this.#feed = feed;
	}

	acquire(request: SlotRequest): Promise<number | undefined> {
		return this.#feed.writeInTime((sql, waitedMs) =>
			acquireSlot(sql, { ...request, now: integer(request.now + waitedMs), until: integer(request.until + waitedMs) }),
		);
	}

	async renew(claimId: string, until: number): Promise<void> {
		await this.#database.write((sql) => sql.run(statements.renewSlot, { token: claimId, until: integer(until) }));
	}

	release(origin: string, claimId: string, now: number, rateLimitHint?: RateLimitHint): Promise<void> {
		return this.#database.write((sql) => {
			releaseSlot(sql, origin, claimId, integer(now), rateLimitHint);
		});
	}
}
