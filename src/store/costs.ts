import { isFinished, type Task } from '../core/task';
import { unitsOf } from '../core/unitPrice';
import type { CostStore } from '../tracking/ports/costs';
import type { SqliteChangeFeed } from './changeFeed';
import type { Connection } from './connection';
import { requiredNumber } from './connection';
import { statements } from './statements';

/** How many costs are kept of a price class at an origin. */
const kept = 20;

/** What tasks cost, by origin and price class. */
export class SqliteCostStore implements CostStore {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	learnedUnits(origin: string, priceClass: string): readonly number[] {
		return this.#feed.read((sql) => sql.all(statements.costs, { origin, priceClass }).map((row) => requiredNumber(row, 'units')), []);
	}
}

/** Keeps what a task cost, once: when it has succeeded and a response says it. */
export function addCost(sql: Connection, before: Task, after: Task, priceClass: string | undefined): void {
	const wasKnown = isFinished(before) && before.unitsDeducted !== undefined;
	const units = unitsOf(after.unitsDeducted);
	if (priceClass === undefined || wasKnown || after.status !== 'succeeded' || units === undefined) {
		return;
	}
	const { origin } = after.ref;
	sql.run(statements.addCost, { origin, priceClass, units });
	sql.run(statements.forgetCosts, { origin, priceClass, kept });
}
