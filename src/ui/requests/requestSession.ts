import type { Disposable } from '../../core/emitter';
import type { Estimate } from '../../core/estimate';
import type { OperationPath } from '../../core/operation';
import type { Task, TaskKey } from '../../core/task';

/** A request as the offline Kling gets it. */
export interface DryRunRequest {
	readonly operation: OperationPath;
	/** JSON, exactly as it would be sent. */
	readonly body: string;
	/** Of the task. */
	readonly name?: string;
	/** What its price is learned by. */
	readonly priceClass?: string;
}

/** The task that was created, or Kling's code and words for why it was refused. */
export type DryRunOutcome =
	{ readonly ok: true; readonly key: TaskKey } | { readonly ok: false; readonly code: number; readonly message: string };

/** What request files need of the running engine. */
export interface RequestSession {
	readonly dryRun: (request: DryRunRequest) => Promise<DryRunOutcome>;
	/** What tasks of a price class really cost at an origin, units, the newest last; at most 20. */
	readonly learnedUnits: (origin: string, priceClass: string) => readonly number[];
	readonly task: (key: TaskKey) => Task | undefined;
	/** The expected remaining time of a running task. */
	readonly estimate: (task: Task, now: number) => Estimate | undefined;
	/** Calls back after tasks have changed. */
	readonly onDidChange: (listener: (keys: ReadonlySet<TaskKey>) => void) => Disposable;
	readonly clock: { now(): number };
}
