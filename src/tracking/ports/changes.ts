import type { Event } from '../../core/emitter';
import type { TaskKey } from '../../core/task';

/** Which tasks changed. */
export interface TasksChange {
	/** Tasks whose data changed; empty when only `listChanged` matters. */
	readonly keys: ReadonlySet<TaskKey>;
	/** Tasks were added, removed, finished or reopened, or an origin was paused or resumed: lists must be read again. */
	readonly listChanged: boolean;
}

/** Events about writes of this window and of others. */
export interface ChangeFeed {
	readonly onDidChange: Event<TasksChange>;
	/** A key was set, replaced or removed in some window, this one included. */
	readonly onDidChangeKeys: Event<void>;
	/** Checks whether another window wrote (`PRAGMA data_version`, takes microseconds) and fires the events if so. */
	checkForOthers(): void;
}
