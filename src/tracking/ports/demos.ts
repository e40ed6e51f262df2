/** The offline demos that windows run. */
export interface DemoStore {
	/** Notes that a demo lives until `until` (ms since 1970); call again to renew. */
	renew(demo: string, until: number): Promise<void>;
	/** Deletes a demo's tasks. */
	delete(demo: string): Promise<void>;
	/** Deletes the tasks of demos that ended without saying so; returns when the next living one would count as dead, if any. */
	deleteExpired(now: number): Promise<number | undefined>;
}
