import type { NextSituation } from '../../core/nextOperations';
import type { Task } from '../../core/task';
import { readOrigin } from '../settings';

/** Where the next request of a task's result goes: to the API of the settings, or to its own offline demo. @param now ms since 1970 */
export function nextSituation({ owner, ref }: Pick<Task, 'owner' | 'ref'>, now: number): NextSituation {
	const read = readOrigin();
	return { now, origin: owner !== undefined ? ref.origin : read.ok ? read.origin : undefined };
}
