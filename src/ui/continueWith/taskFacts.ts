import type { MadeFacts, NextSituation } from '../../core/nextOperations';
import { omitUndefined } from '../../core/omitUndefined';
import type { Task } from '../../core/task';
import type { Creation } from '../../creation/creation';
import type { CreationStore } from '../../creation/ports/creationStore';
import { readOrigin } from '../settings';
import { nextFact } from '../text/continueWith';

/** What of the journal of creates is read here. */
export interface CreationReads {
	readonly creations: Pick<CreationStore, 'keyCounter'>;
}

/** What is known of a task's results from the creation that made it; nothing of a task that was made elsewhere. */
export function madeFacts(creation: Creation | undefined, { creations }: CreationReads): MadeFacts {
	if (creation === undefined) {
		return {};
	}
	const { subject, keyCounter, operation } = creation;
	return {
		...omitUndefined({ model: subject.model, seconds: subject.seconds }),
		isOfOtherKey: creations.keyCounter(operation.origin) !== keyCounter,
	};
}

/** Where the next request of a task's result goes: to the API of the settings, or to its own offline demo. @param now ms since 1970 */
export function nextSituation({ owner, ref }: Pick<Task, 'owner' | 'ref'>, now: number): NextSituation {
	const read = readOrigin();
	return { now, origin: owner !== undefined ? ref.origin : read.ok ? read.origin : undefined };
}

/** What can still be done with a task's results, for the hover and the panel. @param now ms since 1970 */
export function nextFactOf(task: Task, creation: Creation | undefined, store: CreationReads, now: number): ReturnType<typeof nextFact> {
	return nextFact(task, madeFacts(creation, store), nextSituation(task, now));
}
