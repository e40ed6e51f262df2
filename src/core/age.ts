import { retentionMs } from './retention';
import { isFinished, type TaskSnapshot, type Task } from './task';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** Creation times before this (ms since 1970) are ignored: the API did not exist yet. An empty or wrong field reads as 1970. */
const earliestCreation = Date.UTC(2024, 0, 1);
/**
 * How far (ms) the server's clock and ours may differ when the difference is unknown. A creation time counts only if it is earlier than
 * tracking by more than this.
 */
const clockTolerance = 5 * minute;
/** Larger differences (ms) between a response's `Date` and our clock are ignored. */
const maxServerAheadMs = day;
/**
 * Lower bound (ms) for a plausible age by the server's clock. Slightly negative: `Date` has whole seconds and may come from another server
 * than `createdAt`.
 */
const minAgeMs = -2 * second;

/** What the age of a task is computed from. Times are ms since 1970. */
export interface Aged {
	/** On this machine's clock. */
	readonly trackedAt: number;
	/** On the server's clock. */
	readonly createdAt?: number | undefined;
	/** How far the server's clock is ahead of ours, ms; missing if no response had a `Date`. */
	readonly serverAheadMs?: number | undefined;
}

/**
 * The age of a task (ms), or undefined if its start is in the future, because our clock was set back.
 * By the server's clock if that clock is known and plausible. Otherwise from `trackedAt`, or from `createdAt` if it is earlier by more than
 * clocks may differ. A creation time from before the API existed is ignored.
 */
export function ageOf({ trackedAt, createdAt, serverAheadMs }: Aged, now: number): number | undefined {
	// Results older than the retention are deleted, so a task created that long before it was tracked has a wrong creation time (a constant
	// or another field).
	const created = createdAt !== undefined && createdAt >= Math.max(earliestCreation, trackedAt - retentionMs) ? createdAt : undefined;
	if (created !== undefined && serverAheadMs !== undefined && Math.abs(serverAheadMs) <= maxServerAheadMs) {
		const age = now + serverAheadMs - created;
		if (age >= minAgeMs) {
			return Math.max(0, age);
		}
	}
	const start = created !== undefined && created < trackedAt - clockTolerance ? created : trackedAt;
	if (start <= now) {
		return now - start;
	}
	return start - now <= clockTolerance ? 0 : undefined;
}

/** The times of a task after a response received at `now` (ms since 1970, on our clock). */
export function agedBy(
	{ trackedAt, createdAt, serverAheadMs }: Aged,
	snapshot: Pick<TaskSnapshot, 'createdAt' | 'respondedAt'>,
	now: number,
): Aged {
	return {
		trackedAt,
		createdAt: snapshot.createdAt ?? createdAt,
		serverAheadMs: snapshot.respondedAt === undefined ? serverAheadMs : snapshot.respondedAt - now,
	};
}

/**
 * Whether a task is older than the retention, both by our clock since tracking and by the server's clock since creation. If the creation
 * time is unknown, only a task that was found before is too old: the first response that shows it resets `trackedAt` (see `trackedAnew`).
 */
export function isTooOld({ trackedAt, createdAt, serverAheadMs, isFound }: Aged & { readonly isFound: boolean }, now: number): boolean {
	const created = createdAt === undefined ? isFound : now + (serverAheadMs ?? 0) - createdAt >= retentionMs;
	return created && now - trackedAt >= retentionMs;
}

/**
 * The `trackedAt` of a task after its first response, ms since 1970. It is reset if it is older than the retention and no creation time is
 * known: the clock may have been far behind when the task was tracked.
 */
export function trackedAnew({ trackedAt, createdAt }: Aged, now: number): number {
	return createdAt === undefined && now - trackedAt >= retentionMs ? now : trackedAt;
}

/** How long a task has been running, or took (ms). For a finished task only the server's times are compared. */
export function runningTime(task: Task, now: number): number {
	if (isFinished(task)) {
		return Math.max(0, task.finishedAt - (task.createdAt ?? task.trackedAt));
	}
	return ageOf(task, now) ?? 0;
}
