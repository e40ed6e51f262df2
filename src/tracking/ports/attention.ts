import type { Attention } from '../../core/schedule';

/** Which windows are focused or show tasks. */
export interface AttentionStore {
	/** Combined over all windows of this machine: whether any is focused, whether any shows tasks. */
	current(now: number): Attention;
	/** Records a window's attention, valid until `until` (ms since 1970). Call again to renew. */
	note(window: string, attention: Attention, now: number, until: number): Promise<void>;
}
