import { decoration, trimmed } from './decoration';

/** What the words before an id call it: a task's id, an id of something, something else. */
export type Label = 'task' | 'id' | 'other';

/** Words that say: the number after this is no task's id. */
const otherNames =
	/^(?:req|request|trace|parent|upstream|external|ts|time|timestamp|seed|nonce|size|bytes|sha\d*|md5|hash|span|pid|uid|port)$/;
/** Things that have ids of their own: `video id`, `request-id`, `requestid`. `part` is our name for a quoted `"id"`, a result's in broken JSON. */
const otherOwners =
	/^(?:req|request|trace|span|parent|upstream|external|video|image|audio|result|session|voice|element|face|user|account|channel|order|message|media|asset|file|log|model|key|client|project|group|run|job|part)s?$/;
/** Whose task it is, when it is not the one to query. */
const otherTasks = /^(?:parent|upstream|external)$/;

/** A cheap look before the words are taken apart: most words are no names. */
const labelHint = /id|task|任务|req|trace|parent|upstream|external|ts|time|seed|nonce|size|bytes|sha|md5|hash|span|port/i;

/** What the words before an id call it; undefined when they say nothing. */
export function labelOf(before: readonly string[]): Label | undefined {
	if (!labelHint.test(before.at(-1) ?? '')) {
		return undefined;
	}
	// `Task ID`, `task_id`, `taskId`, `kling-task-id`: the same parts.
	const [last = '', owner = '', whose = ''] = before
		.slice(-3)
		.flatMap((word) =>
			trimmed(word, decoration)
				.replace(/([a-z])(I[dD]s?)$/, '$1_$2')
				.toLowerCase()
				.split(/[_-]/),
		)
		.reverse();
	const isSnake = /[_-](?:ids?|IDS?)$|[a-z]I[dD]s?$/.test(trimmed(before.at(-1) ?? '', decoration));
	if (/^(?:taskids?|任务id)$/.test(last)) {
		return otherTasks.test(owner) ? 'other' : 'task';
	}
	if (/^ids?$/.test(last)) {
		if (/^(?:tasks?|任务)$/.test(owner)) {
			return otherTasks.test(whose) ? 'other' : 'task';
		}
		return isSnake || otherOwners.test(owner) ? 'other' : 'id';
	}
	if (/^tasks?$/.test(last)) {
		return otherTasks.test(owner) ? 'other' : undefined;
	}
	return otherNames.test(last) || (last.endsWith('id') && otherOwners.test(last.slice(0, -2))) ? 'other' : undefined;
}
