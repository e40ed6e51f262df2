import type { TaskKey } from '../../core/task';

/** Finished tasks that a person is to be notified of, once over all windows. */
export interface AnnouncementStore {
	/** Ends that want telling at `now` (ms since 1970) and that nobody has claimed. */
	pending(now: number): readonly TaskKey[];
	/** When the first of the ends that wait for their results is to be told without them, ms since 1970. */
	nextHeldAt(now: number): number | undefined;
	/** Claims the telling of an end; true for exactly one caller over all windows, unless it gives it back. */
	claim(key: TaskKey, now: number): Promise<boolean>;
	/** Lets the telling of ends that nobody has claimed wait until `until` (ms since 1970), if it does not wait longer: a command that is about to tell them renews this. */
	hold(keys: readonly TaskKey[], until: number): Promise<void>;
	/** Gives ends back that this window claimed and will not tell: another one tells them. */
	release(keys: readonly TaskKey[]): Promise<void>;
}
