import type { Disposable } from '../../core/emitter';
import type { Estimate } from '../../core/estimate';
import type { Task, TaskKey } from '../../core/task';
import type { DryRun, DryRunOutcome } from '../../tracking/demoRun';
import type { RunHost } from '../creation/runHost';

/** What request files need of the running engine. */
export interface RequestSession {
	/** Creates a task on the offline Kling. */
	readonly dryRun: (request: DryRun) => Promise<DryRunOutcome>;
	/** What the last tasks of a price class really cost at an origin, units, the newest one last; at most 20. */
	readonly learnedUnits: (origin: string, priceClass: string) => readonly number[];
	/** Creates tasks at the API. */
	readonly run: RunHost;
	readonly task: (key: TaskKey) => Task | undefined;
	/** The expected remaining time of a running task. */
	readonly estimate: (task: Task, now: number) => Estimate | undefined;
	/** Calls back after tasks have changed. */
	readonly onDidChange: (listener: (keys: ReadonlySet<TaskKey>) => void) => Disposable;
}
