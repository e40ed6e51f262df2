/** The demo that a window runs: the only one whose tasks it checks. */
export class OwnDemo {
	/** Undefined while it runs none. */
	demoId: string | undefined;

	/** Whether a task is this window's to check: every task is that belongs to no other window's demo. */
	isOurs(demo: string | undefined): boolean {
		return demo === undefined || demo === this.demoId;
	}
}
