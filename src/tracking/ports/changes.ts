import type { Event } from '../../core/emitter';
import type { TaskKey } from '../../core/task';

/** Which tasks changed. */
export interface TasksChange {
	/** Tasks whose facts changed; empty when `listChanged` alone matters. */
	readonly keys: ReadonlySet<TaskKey>;
	/** Tasks came, went, ended or were reopened, or an origin paused or resumed: lists must be read anew. */
	readonly listChanged: boolean;
}

/** Events about what this window or another one wrote. */
export interface ChangeFeed {
	readonly onDidChange: Event<TasksChange>;
	/** A key was set, replaced or removed in some window, this one included. */
	readonly onDidChangeKeys: Event<void>;
	/** Looks whether another window wrote (`PRAGMA data_version`: microseconds) and fires the events if so. */
	checkForOthers(): void;
}
