import type { ApiKeys, KlingApi } from '../tracking/ports/kling';
import type { Clock, Log } from '../tracking/ports/host';
import type { RequestSlots } from '../tracking/requestSlots';
import type { Creation } from './creation';
import type { CreateApi } from './ports/createApi';
import type { CreationStore } from './ports/creationStore';
import type { MediaCopies } from './ports/mediaCopies';

/** What the steps of creations need. */
export interface CreationLoopParts {
	readonly creations: CreationStore;
	readonly api: Pick<KlingApi, 'query'>;
	readonly createApi: CreateApi;
	readonly keys: ApiKeys;
	readonly media: Pick<MediaCopies, 'base64' | 'sweep'>;
	/** The polls' request slots: one limit for all requests. */
	readonly slots: RequestSlots;
	readonly clock: Clock;
	readonly random: () => number;
	readonly newId: () => string;
	readonly log: Log;
	/** See `Creations.onDidSettle`. */
	readonly onSettled: (creation: Creation) => void;
}

/** The reason with which work is aborted because the window closes. */
export const closing = new Error('The window is closing');
