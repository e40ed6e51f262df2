import { linkExpiry } from '../../core/resultLink';
import { isFinished, type FinishedTask, type Task } from '../../core/task';

/** Less is left of a link than it takes to use it, ms. */
const leastLeftMs = 60_000;

/**
 * The newest task whose results are still there, as far as their links say.
 * @param tasks newest first
 * @param now ms since 1970
 */
export function usableResult(tasks: readonly Task[], now: number): FinishedTask | undefined {
	return tasks.find(
		(task): task is FinishedTask =>
			isFinished(task) &&
			task.status === 'succeeded' &&
			task.results.some(({ url }) => (linkExpiry(url, task.updatedAt ?? task.finishedAt)?.at ?? 0) > now + leastLeftMs),
	);
}
