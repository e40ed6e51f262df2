import type { DurationModels } from './durationModels';
import type { RequestSlots } from './requestSlots';
import type { OwnDemo } from './ownDemo';
import type { Clock, Log } from './ports/host';
import type { ApiKeys, KlingApi } from './ports/kling';
import type { LimitsOf } from './ports/requestSlots';
import type { Stores } from './ports/stores';

/** What the engine needs of the program around it. */
export interface EngineHost {
	readonly store: Stores;
	readonly api: KlingApi;
	readonly keys: ApiKeys;
	readonly clock: Clock;
	/** How much each API is asked. */
	readonly limitsOf: LimitsOf;
	/** A number in [0, 1), anew at each call. */
	readonly random: () => number;
	/** A random text, anew at each call. */
	readonly newId: () => string;
	readonly log: Log;
}

/** The host, and what the parts of the engine share. */
export interface EngineParts extends EngineHost {
	readonly slots: RequestSlots;
	readonly durationModels: DurationModels;
	readonly ownDemo: OwnDemo;
}
