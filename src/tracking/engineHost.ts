import type { KeepPlan } from '../core/download';
import type { CreateApi } from '../creation/ports/createApi';
import type { MediaCopies } from '../creation/ports/mediaCopies';
import type { DurationModels } from './durationModels';
import type { RequestSlots } from './requestSlots';
import type { OwnDemo } from './ownDemo';
import type { DownloadLoop, DownloadLoopParts } from './ports/downloads';
import type { Clock, Log } from './ports/host';
import type { ApiKeys, KlingApi } from './ports/kling';
import type { LimitsOf } from './ports/requestSlots';
import type { Stores } from './ports/stores';

/** What the engine needs from its host. */
export interface EngineHost {
	readonly store: Stores;
	readonly api: KlingApi;
	readonly createApi: CreateApi;
	readonly media: Pick<MediaCopies, 'base64' | 'sweep'>;
	readonly keys: ApiKeys;
	readonly clock: Clock;
	/** The rate limits of each API. */
	readonly limitsOf: LimitsOf;
	/** A random number in [0, 1). */
	readonly random: () => number;
	/** A new random ID. */
	readonly newId: () => string;
	readonly log: Log;
	/** Loads what is done with downloads that are due: a bundle of its own. */
	readonly loadDownloadLoop: (parts: DownloadLoopParts) => Promise<DownloadLoop>;
	/** Where the results of a task that is tracked now are kept; undefined: they are not kept by themselves. */
	readonly keepPlan: () => KeepPlan | undefined;
}

/** The host, and what the engine's parts share. */
export interface EngineParts extends EngineHost {
	readonly slots: RequestSlots;
	readonly durationModels: DurationModels;
	readonly ownDemo: OwnDemo;
}
