/** The offline demos that windows run. Each has a lease, so that the tasks of a crashed window are deleted. */
export interface DemoStore {
	/** Sets a demo's lease to `until` (ms since 1970). Call again to renew. */
	renew(demo: string, until: number): Promise<void>;
	/** Deletes a demo's tasks. */
	delete(demo: string): Promise<void>;
	/** Deletes the tasks of demos whose lease has expired; returns when the next lease expires (ms since 1970), if any. */
	deleteExpired(now: number): Promise<number | undefined>;
}
