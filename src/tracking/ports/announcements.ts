import type { TaskKey } from '../../core/task';

/** Finished tasks to notify about, each once over all windows. */
export interface AnnouncementStore {
	/** Finished tasks to announce at `now` (ms since 1970) that no window has claimed. */
	pending(now: number): readonly TaskKey[];
	/** When the first announcement that is held back for its results is due without them, ms since 1970. */
	nextHeldAt(now: number): number | undefined;
	/** Claims an announcement; true for exactly one caller over all windows, unless that one releases it. */
	claim(key: TaskKey, now: number): Promise<boolean>;
	/**
	 * Holds unclaimed announcements back until `until` (ms since 1970) at least. A command that will report these tasks itself renews this.
	 */
	hold(keys: readonly TaskKey[], until: number): Promise<void>;
	/** Releases announcements that this window claimed and will not show, so that another window shows them. */
	release(keys: readonly TaskKey[]): Promise<void>;
}
