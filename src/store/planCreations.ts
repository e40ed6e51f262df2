import type { Creation, CreationPlan } from '../creation/creation';
import type { PlanOrder, PlanOutcome } from '../creation/ports/creationStore';
import type { ChangeSet } from './changeFeed';
import type { Connection, Params } from './connection';
import { numberOf, requiredText } from './connection';
import { creationStatements, limitClock, spentAt } from './creationReads';
import { integer, optional } from './sqlValues';

export const planStatements = {
	hasExternalId: 'SELECT 1 FROM creations WHERE origin = :origin AND external_id = :externalId',
	salt: 'SELECT salt FROM state',
	giveTakes: `INSERT INTO units (origin, unit_key, take) VALUES (:origin, :unitKey, :take)
		ON CONFLICT (origin, unit_key) DO UPDATE SET take = :take`,
} as const;

/** Gives takes to the units of a request, within the daily limit. See `CreationStore.plan`. */
export function planCreations(sql: Connection, changes: ChangeSet, order: PlanOrder): PlanOutcome {
	const { operation, unitKey, count, dailyLimit } = order;
	const { origin } = operation;
	const now = integer(order.now);
	const base = { operation, unitKey, plannedAt: now, keyCounter: keyCounterOf(sql, origin) };
	const first = (numberOf(sql.first(creationStatements.highestTake, { origin, unitKey }) ?? {}, 'take') ?? 0) + 1;
	const salt = requiredText(sql.first(planStatements.salt) ?? {}, 'salt');
	const plans = Array.from({ length: count }, (_, index): CreationPlan => {
		const take = first + index;
		return { ...order.details(take, salt), ...base, take };
	});
	const given = new Set<string>();
	for (const { externalId } of plans) {
		if (externalId === undefined) {
			continue;
		}
		if (given.has(externalId) || sql.first(planStatements.hasExternalId, { origin, externalId }) !== undefined) {
			return { kind: 'externalIdTaken', externalId };
		}
		given.add(externalId);
	}
	const reservedAt = limitClock(sql, now);
	const wanted = plans.reduce((sum, { estimate }) => sum + (estimate?.dollars ?? 0), 0);
	const spent = spentAt(sql, reservedAt);
	// A request of unknown price, or without one, is in no limit.
	if (dailyLimit !== undefined && wanted > 0 && exceeds(spent + wanted, dailyLimit)) {
		return { kind: 'limit', spent, wanted, limit: dailyLimit };
	}
	sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin });
	const creations = plans.map((it): Creation => ({ ...it, state: 'planned', attempts: 0, searches: 0, nextAt: now, changedAt: now }));
	for (const creation of creations) {
		insert(sql, creation, reservedAt, changes.creations());
	}
	if (count > 0) {
		sql.run(planStatements.giveTakes, { origin, unitKey, take: first + count - 1 });
	}
	return { kind: 'planned', creations };
}

function insert(sql: Connection, creation: Creation, reservedAt: number, revision: number): void {
	const { operation, estimate } = creation;
	const columns: Params = {
		id: creation.id,
		...operation,
		external_id: creation.externalId ?? null,
		unit_key: creation.unitKey,
		take: creation.take,
		key_counter: creation.keyCounter,
		planned_at: creation.plannedAt,
		reserved_at: reservedAt,
		estimate: estimate === undefined ? null : JSON.stringify(estimate),
		state: creation.state,
		attempts: creation.attempts,
		searches: creation.searches,
		next_at: optional(creation.nextAt),
		changed_at: creation.changedAt,
		revision,
		source_uri: creation.source.uri ?? null,
		subject: JSON.stringify(creation.subject),
		source_text: creation.source.text,
		body: JSON.stringify(creation.body),
		keep: creation.keep === undefined ? null : JSON.stringify(creation.keep),
	};
	const names = Object.keys(columns);
	sql.run(`INSERT INTO creations (${names.join(', ')}) VALUES (:${names.join(', :')})`, columns);
}

/** See `CreationPlan.keyCounter`. */
export function keyCounterOf(sql: Connection, origin: string): number {
	return numberOf(sql.first(creationStatements.keyCounter, { origin }) ?? {}, 'key_counter') ?? 0;
}

/** A comparison of dollars that binary fractions do not decide. */
function exceeds(dollars: number, limit: number): boolean {
	return Math.round(dollars * 1e6) > Math.round(limit * 1e6);
}
