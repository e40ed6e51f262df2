import type { ExternalIds } from './createTask';
import type { Fault } from './faults';
import type { NewTaskOptions, ResponseForm } from './tasks';

/** Options of a simulator. */
export interface SimulatorOptions {
	/** The folder `media/demo`. */
	readonly mediaFolder: string;
	/** The keys it accepts. */
	readonly apiKeys: readonly string[];
	/** Default 0: any free one. */
	readonly port?: number;
	/** Tasks run this many times faster than in reality; the clock and the lifetimes of links do not change. Default 1. */
	readonly speed?: number;
	/** The clock only moves by `clock.advance`. Default false. */
	readonly manualClock?: boolean;
	/** The initial time, ms since 1970. Default: now. */
	readonly startAt?: number;
	/** Default `native`; can be changed while it runs, and per task. */
	readonly form?: ResponseForm;
	/** The same seed gives the same IDs. Default 1. */
	readonly seed?: number;
	/** Also accept any well-formed JSON Web Token, the kind of key that Kling's own API uses. Default false. */
	readonly acceptAnyJwt?: boolean;
	/** Whose error format a missing or wrong key gets. Default `gateway`. */
	readonly authErrors?: 'gateway' | 'kling';
	/** The response to a query under another operation than the task's own: not found (Kling), or the task anyway (some gateways). */
	readonly wrongOperation?: 'notFound' | 'responded';
	/**
	 * The response to a list query. `answered` (default): Kling's own list, of tasks in the form of their single responses, so that the
	 * demo, the tests and dry runs include it. `refused`: as a gateway without lists, which the real one may be: it documents none.
	 */
	readonly lists?: 'answered' | 'refused';
	/** Lifetime of a result link, in ms of the clock. Default 30 days. */
	readonly linkLifetimeMs?: number;
	/** `fresh` (default): every response has new links; `fixed`: they live from when the task finished, and a new query does not help. */
	readonly links?: 'fresh' | 'fixed';
	/** Default `honoured`; can be changed while it runs. */
	readonly externalIds?: ExternalIds;
	/** How many tasks may be unfinished before a create is refused with code 1303. Default Infinity. */
	readonly mostRunning?: number;
}

/** Options of a task in a test scenario. */
export type ScenarioOptions = NewTaskOptions & {
	/** The first queries of the task get these faults, one each. */
	readonly faults?: readonly Fault[];
};
