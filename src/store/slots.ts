import type { RateLimitHint, SlotRequest, SlotStore } from '../tracking/ports/requestSlots';
import type { SqliteChangeFeed } from './changeFeed';
import { releaseSlot, acquireSlot } from './requestSlots';
import { integer } from './sqlValues';
import { statements } from './statements';

/** The slots for requests to an API, shared by all windows. */
export class SqliteSlotStore implements SlotStore {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	acquire(request: SlotRequest): Promise<number | undefined> {
		return this.#feed.writeInTime((sql, waitedMs) =>
			acquireSlot(sql, { ...request, now: integer(request.now + waitedMs), until: integer(request.until + waitedMs) }),
		);
	}

	async renew(slotId: string, until: number): Promise<void> {
		await this.#feed.writeSilently((sql) => sql.run(statements.renewSlot, { token: slotId, until: integer(until) }));
	}

	release(origin: string, slotId: string, now: number, rateLimitHint?: RateLimitHint): Promise<void> {
		return this.#feed.writeSilently((sql) => {
			releaseSlot(sql, origin, slotId, integer(now), rateLimitHint);
		});
	}
}
