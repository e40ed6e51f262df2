import type { SqliteChangeFeed } from './changeFeed';
import type { Attention } from '../core/schedule';
import type { AttentionStore } from '../tracking/ports/attention';
import { numberOf } from './connection';
import { integer } from './sqlValues';
import { leasesAt } from './leases';
import { statements } from './statements';

/** Which windows are focused or show the list. */
export class SqliteAttentionStore implements AttentionStore {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	current(now: number): Attention {
		const row = this.#feed.read((sql) => sql.first(statements.attention, leasesAt(integer(now))), undefined) ?? {};
		return { focused: numberOf(row, 'focused') === 1, visible: numberOf(row, 'visible') === 1 };
	}

	async note(window: string, { focused, visible }: Attention, now: number, until: number): Promise<void> {
		await this.#feed.writeSilently((sql) => {
			// Also removes the rows of windows that died.
			sql.run('DELETE FROM windows WHERE window_id = :window OR lease_until <= :now', { window, now: integer(now) });
			if (focused || visible) {
				sql.run('INSERT INTO windows (window_id, focused, visible, lease_until) VALUES (:window, :focused, :visible, :until)', {
					window,
					focused: Number(focused),
					visible: Number(visible),
					until: integer(until),
				});
			}
		});
	}
}
