import { creationStates } from '../../../src/creation/creation';
import { moments } from '../machine/fate';
import { modes } from './creationPlan';
import type { CreationRun } from './creationRun';
import type { Evidence } from './creationGuarantees';
import { acceptsPerId } from './creationGuarantees';

/** What a run came to: lines of a measurement and its value. */
export function reportOf(
	{ accepted, posts, journal }: Evidence,
	{ kills, deaths, hits }: CreationRun,
): readonly (readonly [string, string])[] {
	const counted = (items: readonly string[], order: readonly string[]): string =>
		order
			.map((item) => [item, items.filter((one) => one === item).length] as const)
			.flatMap(([item, count]) => (count === 0 ? [] : [`${item} ${count}`]))
			.join(', ');
	const outcomes = posts.map(({ outcome = 'cut off by a kill' }) => outcome);
	return [
		['creations in the journal', String(journal.length)],
		['POSTs', `${posts.length}: ${counted(outcomes, [...new Set(outcomes)].sort())}`],
		['creates accepted', String(accepted.length)],
		['most creates accepted per external ID', String(Math.max(0, ...acceptsPerId(accepted).values()))],
		...modes.map((mode): [string, string] => [
			`external IDs ${mode}`,
			counted(
				journal.filter((entry) => entry.mode === mode).map(({ state }) => state),
				creationStates,
			),
		]),
		['windows killed', `${kills}, at the moments: ${counted(deaths, moments)}`],
		['requests with a fault', [...hits].map(([name, count]) => `${name} ${count}`).join(', ')],
	];
}
