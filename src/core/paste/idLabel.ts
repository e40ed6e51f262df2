import { decoration, trimmed } from './decoration';

/** What the words before an ID call it: a task's ID, an unspecified ID, something else. */
export type Label = 'task' | 'id' | 'other';

/** Words after which a number is not a task ID. */
const otherNames =
	/^(?:req|request|trace|parent|upstream|external|ts|time|timestamp|seed|nonce|size|bytes|sha\d*|md5|hash|span|pid|uid|port)$/;
/**
 * Things with IDs of their own: `video id`, `request-id`, `requestid`. `part` is the label for a quoted `"id"`, which is a result's in
 * broken JSON.
 */
const otherOwners =
	/^(?:req|request|trace|span|parent|upstream|external|video|image|audio|result|session|voice|element|face|user|account|channel|order|message|media|asset|file|log|model|key|client|project|group|run|job|part)s?$/;
/** Qualifiers of a task ID that is not the one to query. */
const otherTasks = /^(?:parent|upstream|external)$/;

/** A cheap test before the words are split: most words are not labels. */
const labelHint = /id|task|任务|req|trace|parent|upstream|external|ts|time|seed|nonce|size|bytes|sha|md5|hash|span|port/i;

/** What the words before an ID call it; undefined if they say nothing. */
export function labelOf(before: readonly string[]): Label | undefined {
	if (!labelHint.test(before.at(-1) ?? '')) {
		return undefined;
	}
	// `Task ID`, `task_id`, `taskId` and `kling-task-id` split into the same parts.
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
