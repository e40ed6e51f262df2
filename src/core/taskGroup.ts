import { operationKey, type OperationPath } from './operation';
import type { Problem } from './problem';
import { needsPerson } from './remedy';
import { isFinished, type Task } from './task';

/** How the list is grouped. */
export const groupings = ['time', 'operation', 'none'] as const;
export type Grouping = (typeof groupings)[number];

/**
 * A group of the list.
 * - `found`: tasks to reveal that are in no listed page; `demo`: those of the offline demo
 * - `running`, `attention`: active tasks; the latter continue only with a person's help
 * - `today` … `older`: finished ones, by the local calendar
 * - `operation …`: those of an operation, by its key
 * - `all`: everything, without groups
 */
export type GroupId = 'found' | 'demo' | TimeGroup | `operation ${string}` | 'all';
type TimeGroup = 'running' | 'attention' | 'today' | 'yesterday' | 'week' | 'older';

/** Where the groups of finished tasks begin, ms since 1970. The week begins on Monday. */
export interface Days {
	readonly week: number;
	readonly yesterday: number;
	readonly today: number;
	/** When today ends, and the groups change. */
	readonly tomorrow: number;
}

/** The days around a time (ms since 1970), by the local calendar: a day may have 23 or 25 hours. */
export function daysAt(now: number): Days {
	const date = new Date(now);
	const startOfDay = (offset: number): number => new Date(date.getFullYear(), date.getMonth(), date.getDate() + offset).getTime();
	return { week: startOfDay(-((date.getDay() + 6) % 7)), yesterday: startOfDay(-1), today: startOfDay(0), tomorrow: startOfDay(1) };
}

/** The groups of finished tasks, latest first, each with its first moment and the one after its last; a missing one has no bound. */
export function finishedGroups(days: Days): readonly { readonly id: TimeGroup; readonly from?: number; readonly before?: number }[] {
	// On Mondays and Tuesdays yesterday is where the week begins, or before it.
	const week = Math.min(days.week, days.yesterday);
	return [
		{ id: 'today', from: days.today },
		{ id: 'yesterday', from: days.yesterday, before: days.today },
		...(week < days.yesterday ? [{ id: 'week' as const, from: week, before: days.yesterday }] : []),
		{ id: 'older', before: week },
	];
}

/** Whether an active task continues only with a person's help: no check is booked, or only a person can solve its problem. */
export function needsAttention(task: {
	readonly problem?: Pick<Problem, 'kind' | 'code' | 'failures'>;
	readonly nextPollAt?: number;
}): boolean {
	return task.nextPollAt === undefined || (task.problem !== undefined && needsPerson(task.problem));
}

/** The group of the tasks of an operation. */
export function operationGroup(operation: OperationPath): GroupId {
	return `operation ${operationKey(operation)}`;
}

/** The group in which a task is listed. */
export function groupOf(task: Task, grouping: Grouping, days: Days): GroupId {
	if (task.owner !== undefined) {
		return 'demo';
	}
	if (grouping === 'none') {
		return 'all';
	}
	if (grouping === 'operation') {
		return operationGroup(task.ref);
	}
	if (!isFinished(task)) {
		return needsAttention(task) ? 'attention' : 'running';
	}
	const { finishedAt } = task;
	return finishedGroups(days).find(({ from = -Infinity }) => finishedAt >= from)?.id ?? 'older';
}
