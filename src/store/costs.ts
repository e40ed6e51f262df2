import { isFinished, type Task } from '../core/task';
import { pricedUnits, unitKindOf } from '../core/unitPrice';
import type { CostStore } from '../tracking/ports/costs';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
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

/** Keeps what a task cost, once: when it has finished and a response says it. Of a failed one nothing is learned. */
export function addCost(sql: Connection, changes: ChangeSet, before: Task, after: Task, priceClass: string | undefined): void {
	if (!isFinished(after) || (isFinished(before) && before.unitsDeducted !== undefined)) {
		return;
	}
	recordCost(sql, changes, after);
	const units = unitsOf(after);
	if (priceClass === undefined || after.status !== 'succeeded' || units === undefined) {
		return;
	}
	const { origin } = after.ref;
	sql.run(statements.addCost, { origin, priceClass, units });
	sql.run(statements.forgetCosts, { origin, priceClass, kept });
}

/** The cost of the creation that made a task takes the place of the estimate, in the daily limit too. */
export function recordCost(sql: Connection, changes: ChangeSet, task: Task): void {
	const units = unitsOf(task);
	const row = units === undefined ? undefined : sql.first(statements.uncosted, { key: task.key });
	if (units !== undefined && row !== undefined) {
		const cost = pricedUnits(unitKindOf(task.ref), units);
		const revision = changes.creations();
		sql.run(statements.recordCost, { number: requiredNumber(row, 'number'), cost: JSON.stringify(cost), dollars: cost.dollars, revision });
	}
}

/** What a response says that a task cost; undefined if that can be no cost. */
function unitsOf({ unitsDeducted }: Task): number | undefined {
	const units = Number(unitsDeducted ?? NaN);
	return Number.isFinite(units) && units >= 0 ? units : undefined;
}
