import type { Memento } from 'vscode';
import type { Download, DownloadId } from '../../core/download';
import type { Event } from '../../core/emitter';
import type { TaskKey } from '../../core/task';
import type { DownloadStore, KeepOrder } from '../../tracking/ports/downloads';
import type { Clock } from '../../tracking/ports/host';
import type { ApiKeys } from '../../tracking/ports/kling';
import type { Stores } from '../../tracking/ports/stores';
import type { Tracker } from '../../tracking/tracker';
import type { TaskTargets } from '../commands/taskTargets';
import type { Say } from '../message';
import type { KeepPlans } from './keepPlan';

/** What this window does about downloads. */
export interface WindowDownloads {
	/** Returns how many were queued. */
	keep(orders: readonly KeepOrder[]): Promise<number>;
	cancel(ids: readonly DownloadId[]): Promise<void>;
	/** Bytes of a download that runs in this window. */
	progressOf(id: DownloadId): { readonly received: number; readonly total?: number } | undefined;
	readonly onDidChangeProgress: Event<TaskKey>;
	/** A download was kept or has failed for good, in this window. */
	readonly onDidSettle: Event<Download>;
}

/** What keeping results depends on. */
export interface KeepingParts {
	readonly store: Pick<Stores, 'tasks' | 'changes'> & { readonly downloads: DownloadStore };
	readonly downloads: WindowDownloads;
	readonly plans: KeepPlans;
	readonly targets: TaskTargets;
	readonly tracker: Pick<Tracker, 'refresh'>;
	readonly keys: Pick<ApiKeys, 'get'>;
	readonly clock: Clock;
	/** Remembers across windows. */
	readonly memory: Pick<Memento, 'get' | 'update'>;
	readonly say: Say;
	/** Absolute path of dist/digest.js. */
	readonly digestProgram: string;
}
