/** The demo that this window runs: the only demo whose tasks it checks. */
export class OwnDemo {
	/** Undefined while it runs none. */
	demoId: string | undefined;

	/** Whether this window checks a task: it belongs to no demo, or to this window's. */
	isOurs(owner: string | undefined): boolean {
		return owner === undefined || owner === this.demoId;
	}
}
