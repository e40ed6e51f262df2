import { retentionMs } from './retention';
import { isFinished, type TaskSnapshot, type Task } from './task';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** A creation earlier than this is no creation: the API is younger (an empty or mistaken field reads as 1970). */
const earliestCreation = Date.UTC(2024, 0, 1);
/** Where the server's clock is not known, it and ours may differ by this much (ms) before a creation time says anything about age. */
const clockTolerance = 5 * minute;
/** An answer's `Date` is believed where it says that the server's clock and ours differ by no more than this (ms), and ... */
const maxServerAheadMs = day;
/** ... that the task is no younger than this (ms): `Date` has whole seconds, and may be another machine's than the one that wrote the creation. */
const minAgeMs = -2 * second;

/** What tells how old a task is. Times are ms since 1970. */
export interface Aged {
	/** On this machine's clock. */
	readonly trackedAt: number;
	/** On the server's clock. */
	readonly createdAt?: number | undefined;
	/** How far the server's clock is ahead of ours, ms, where an answer told. */
	readonly serverAheadMs?: number | undefined;
}

/**
 * How old a task is (ms), by the server's clock where that is known and can be believed. Otherwise from the earlier of tracking and creation, and creation counts only where it can be
 * believed: earlier than tracking by more than clocks differ. A creation before the API was born is none. Undefined when all lies ahead of us: our clock was set back.
 */
export function ageOf({ trackedAt, createdAt, serverAheadMs }: Aged, now: number): number | undefined {
	// Who tracks a task has reason to think that it is alive: one that is older than results live is a constant, or another field's value.
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

/** What a sighting at `now` (ms since 1970, on our clock) tells of a task's age, beside what was known before. */
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
 * Whether a task is older than its results live, by our clock since it was tracked and by the server's since it was created. Where the creation is not known, only a task
 * that was seen before is: the first response that shows it has it tracked anew (see `trackedAnew`).
 */
export function isTooOld({ trackedAt, createdAt, serverAheadMs, isFound }: Aged & { readonly isFound: boolean }, now: number): boolean {
	const created = createdAt === undefined ? isFound : now + (serverAheadMs ?? 0) - createdAt >= retentionMs;
	return created && now - trackedAt >= retentionMs;
}

/** When a task counts as tracked after its first response (ms since 1970): a clock that was far behind may have tracked it, and nothing else tells its age. */
export function trackedAnew({ trackedAt, createdAt }: Aged, now: number): number {
	return createdAt === undefined && now - trackedAt >= retentionMs ? now : trackedAt;
}

/** How long a task has run, or took; ms. Of one that ended the server's times are compared with each other. */
export function runningTime(task: Task, now: number): number {
	if (isFinished(task)) {
		return Math.max(0, task.finishedAt - (task.createdAt ?? task.trackedAt));
	}
	return ageOf(task, now) ?? 0;
}
