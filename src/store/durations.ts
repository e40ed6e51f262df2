import type { Observation } from '../core/durationModel';
import { maxObservations } from '../core/durationModel';
import { omitUndefined } from '../core/omitUndefined';
import { operationKey } from '../core/operation';
import type { OriginOperation } from '../core/task';
import type { DurationStore } from '../tracking/ports/durations';
import type { SqliteChangeFeed } from './changeFeed';
import type { Connection } from './connection';
import { numberOf, requiredNumber } from './connection';
import { integer, optional } from './sqlValues';
import { statements } from './statements';

/** Durations of finished tasks. */
export class SqliteDurationStore implements DurationStore {
	readonly #feed: SqliteChangeFeed;
	/** Cached durations by origin and operation, with the row number of the newest and the state at which they were read. */
	readonly #known = new Map<
		string,
		{
			readonly file: number;
			readonly listChanges: number;
			readonly newest: number | undefined;
			readonly observations: readonly Observation[];
		}
	>();

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	of(path: OriginOperation): readonly Observation[] {
		const { origin } = path;
		const operation = operationKey(path);
		const key = `${origin} ${operation}`;
		const known = this.#known.get(key);
		const { file, listChanges } = this.#feed;
		// Durations change only with the lists. A change by another window shows once its list change is noticed.
		if (known?.file === file && known.listChanges === listChanges) {
			return known.observations;
		}
		const newest = this.#feed.read(
			(sql) => numberOf(sql.first(statements.newestDuration, { origin, operation }) ?? {}, 'number'),
			undefined,
		);
		const observations = known?.file === file && known.newest === newest ? known.observations : this.#read(origin, operation);
		this.#known.set(key, { file, listChanges, newest, observations });
		return observations;
	}

	add(samples: readonly (OriginOperation & { readonly observations: readonly Observation[] })[]): Promise<void> {
		return this.#feed.write((sql, changes) => {
			changes.epoch();
			for (const { observations, ...ref } of samples) {
				for (const observation of observations) {
					addDuration(sql, ref, observation);
				}
			}
		});
	}

	#read(origin: string, operation: string): readonly Observation[] {
		return this.#feed.read(
			(sql) =>
				sql.all(statements.durations, { origin, operation }).map((row) => ({
					ms: requiredNumber(row, 'ms'),
					failed: requiredNumber(row, 'failed') === 1,
					...omitUndefined({ queueMs: numberOf(row, 'queue_ms') }),
				})),
			[],
		);
	}
}

export function addDuration(sql: Connection, path: OriginOperation, observation: Observation | undefined): void {
	if (observation === undefined) {
		return;
	}
	const operation = { origin: path.origin, operation: operationKey(path) };
	const { ms, queueMs, failed } = observation;
	sql.run(statements.addDuration, { ...operation, ms: integer(ms), queue_ms: optional(queueMs), failed: Number(failed) });
	sql.run(statements.forgetDurations, { ...operation, kept: maxObservations });
}
