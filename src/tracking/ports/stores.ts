import type { CreationStore } from '../../creation/ports/creationStore';
import type { AnnouncementStore } from './announcements';
import type { AttentionStore } from './attention';
import type { ChangeFeed } from './changes';
import type { CostStore } from './costs';
import type { DemoStore } from './demos';
import type { DownloadStore } from './downloads';
import type { DurationStore } from './durations';
import type { StoreHealth } from './health';
import type { ListQueryLoader } from './listQueries';
import type { OriginStore } from './origins';
import type { PollQueue } from './pollQueue';
import type { SlotStore } from './requestSlots';
import type { TaskSearch } from './search';
import type { TaskTable } from './tasks';

/**
 * The stores, one member per concern. Reads are synchronous. Writes wait for the database's lock and keep their order; a returned promise
 * settles when the write is in the file, and rejects only when the store is disposed, read-only or damaged. On a full or failing disk,
 * writes wait.
 */
export interface Stores {
	readonly tasks: TaskTable;
	readonly pollQueue: PollQueue;
	readonly listQueries: ListQueryLoader;
	readonly slots: SlotStore;
	readonly origins: OriginStore;
	readonly announcements: AnnouncementStore;
	readonly durations: DurationStore;
	readonly costs: CostStore;
	readonly attention: AttentionStore;
	readonly demos: DemoStore;
	readonly creations: CreationStore;
	readonly downloads: DownloadStore;
	readonly search: TaskSearch;
	readonly changes: ChangeFeed;
	readonly health: StoreHealth;
}
