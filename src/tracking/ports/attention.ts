import type { Attention } from '../../core/schedule';

/** Which windows a person attends to. */
export interface AttentionStore {
	/** The attention that all windows of this machine have together. */
	current(now: number): Attention;
	/** Notes that a window has a person's attention until `until` (ms since 1970), or none any more. Call again to renew. */
	note(window: string, attention: Attention, now: number, until: number): Promise<void>;
}
