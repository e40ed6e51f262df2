import type { Aged } from './age';
import type { Began } from './phases';
import type { Task, TaskSnapshot } from './task';

/** When the work on a task began: between these times, ms since 1970 on the server's clock. */
export interface WorkBegan {
	readonly after: number;
	readonly before: number;
}

/** A queue time counts as known if it lies within so much of the task's duration. */
const exactEnough = 0.25;

/**
 * When the work began, as far as this response and the ones before it show.
 *
 * It began after the last response that said "submitted" (or the creation) and before the first that said "processing". Kling changes
 * `updated_at` only with the status, so after a "submitted" it is the exact time; a time outside of these bounds is ignored.
 * It stays what it is, even if a later response says "submitted" again.
 * @returns undefined until the task was seen at work, and where nothing was seen of its beginning
 */
export function workBeganBy(before: Task, snapshot: TaskSnapshot): WorkBegan | undefined {
	const createdAt = snapshot.createdAt ?? before.createdAt;
	if (before.workBegan !== undefined || snapshot.status !== 'processing' || createdAt === undefined) {
		return before.workBegan;
	}
	const waitedUntil =
		before.status === 'submitted' && before.lastCheckedAt !== undefined && before.serverAheadMs !== undefined
			? Math.max(createdAt, before.lastCheckedAt + before.serverAheadMs)
			: undefined;
	const after = waitedUntil ?? createdAt;
	const { updatedAt, respondedAt } = snapshot;
	if (respondedAt === undefined || respondedAt < after) {
		return undefined;
	}
	return waitedUntil !== undefined && updatedAt !== undefined && updatedAt >= after && updatedAt <= respondedAt
		? { after: updatedAt, before: updatedAt }
		: { after, before: respondedAt };
}

/** How far (ms) the beginning may lie after the present by the server's clock, whose times are whole seconds. */
const tolerance = 10_000;

/**
 * What is known of when the work on a running task of this age (ms) began, as ages of the task. Undefined if the beginning lies in the
 * future: the creation time is wrong then, and the age was taken from another time (see `ageOf`).
 */
export function beganOf(
	{ status, createdAt, workBegan }: Pick<Task, 'status' | 'workBegan'> & Pick<Aged, 'createdAt'>,
	age: number,
): Began | undefined {
	if (createdAt !== undefined && workBegan !== undefined) {
		const [after, before] = [workBegan.after - createdAt, workBegan.before - createdAt];
		return before > age + tolerance ? undefined : { after, before };
	}
	return status === 'submitted' ? { after: age, before: Infinity } : undefined;
}

/** How long a task that took `ms` waited before the work on it began (ms); undefined if that is not known well enough to be learned from. */
export function queueTimeOf(createdAt: number, ms: number, { after, before }: WorkBegan): number | undefined {
	return before - after <= exactEnough * ms ? Math.max(0, (after + before) / 2 - createdAt) : undefined;
}
