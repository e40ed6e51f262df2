import type { Evidence } from '../core/evidence';
import type { FinishedStatus } from '../core/task';
import type { TaskIds } from '../core/taskIds';
import { first } from '../core/first';
import { saysError, saysWrong } from './errorMarks';
import { isOk } from './httpStatus';
import type { Fields } from './json';
import { asText, fieldsOf, textOf, valueAt } from './json';
import { readFailReasonLink, readResults } from './media';
import { passingTexts, speaksOfRequest } from './reasons';
import { plainStatus, taskStatus } from './statusWords';
import type { StatusMeaning, StatusWord } from './statusWords';

/**
 * Which objects of a response carry the status of the requested task, and how strongly they prove that it finished.
 *
 * A level is one of the body's nested objects: the body itself, its `data`, `data.data`, `data.data.data`. The *named ID* is the outermost
 * `task_id`, else an `id` beside a status. IDs on inner levels belong to the upstream.
 */

/** The requested task. */
export interface Asked extends TaskIds {
	/** The API's origin, which relative links are resolved against. */
	readonly origin?: string;
}

/**
 * The task that a response names: `own` by the task's ID, `alias` only by its alias, `other` is another task, `nobody` means that there is
 * no ID.
 */
export type Named = { readonly whose: 'own' | 'alias' | 'nobody' } | { readonly whose: 'other'; readonly id: string };

/** A level that carries the task's status. */
interface Carrier {
	readonly fields: Fields;
	readonly word: StatusWord;
	/**
	 * `taskStatus`: by `task_status`. `ownId`: by a plain `status` beside the task's own ID. `link`: by a success word with a link on the
	 * same level.
	 */
	readonly by: 'taskStatus' | 'ownId' | 'link';
}

/** The status that the carriers of a response report. */
export interface CarriedStatus {
	/** The deciding word with its meaning. */
	readonly word: StatusWord;
	/** How strongly a finished status is proved; undefined for an active status. */
	readonly evidence?: Evidence;
}

/** The task that the response names. */
export function namedBy(levels: readonly Fields[], ids: TaskIds): Named {
	const id = namedId(levels);
	const isOwn = first(levels, (fields) => (hasExternalId(fields, ids) ? true : undefined)) === true;
	if (isOwn || id === undefined) {
		return { whose: isOwn ? 'own' : 'nobody' };
	}
	if (isOwnId(id, ids)) {
		return { whose: 'own' };
	}
	return id === ids.alias ? { whose: 'alias' } : { whose: 'other', id };
}

/**
 * The ID that the server knows the task by, in any form: the outermost `task_id`, else the `id` beside a status (flat and newer responses).
 */
export function namedId(levels: readonly Fields[]): string | undefined {
	return (
		first(levels, (fields) => idAt(fields, 'task_id')) ??
		first(levels, (fields) => ((taskStatus(fields) ?? plainStatus(fields)) === undefined ? undefined : idAt(fields, 'id')))
	);
}

/** The IDs by which an object names a task. */
export function idsIn(fields: Fields): readonly string[] {
	return [idAt(fields, 'task_id') ?? idAt(fields, 'id'), externalIdOf(fields)].filter((id) => id !== undefined);
}

/** Whether an object names the requested task by any of its IDs. */
export function isAbout(fields: Fields, ids: TaskIds): boolean {
	const id = idAt(fields, 'task_id') ?? idAt(fields, 'id');
	return (id !== undefined && (isOwnId(id, ids) || id === ids.alias)) || hasExternalId(fields, ids);
}

function hasExternalId(fields: Fields, { id, externalTaskId }: TaskIds): boolean {
	const external = externalIdOf(fields);
	return external !== undefined && (external === id || external === externalTaskId);
}

/** The ID that the creator of the task assigned. */
export function externalIdOf(fields: Fields): string | undefined {
	return textOf(fieldsOf(fields, 'task_info'), 'external_task_id') ?? textOf(fields, 'external_task_id', 'external_id');
}

/**
 * The task's status according to the response; undefined when no level carries one, or when it belongs to another task. Under an HTTP
 * status other than 2xx only `task_status` counts.
 */
export function carriedStatus(httpStatus: number, levels: readonly Fields[], ids: Asked): CarriedStatus | undefined {
	const named = namedBy(levels, ids);
	if (named.whose === 'other') {
		return undefined;
	}
	const wasOk = isOk(httpStatus);
	// Innermost first: the innermost level is the most reliable.
	const all = levels.flatMap((fields) => carrierOf(fields, levels, ids, wasOk) ?? []).toReversed();
	// A word beside a link counts only if there is no better carrier: the status of an envelope never overrides the status of the task.
	const better = all.filter(({ by }) => by !== 'link');
	const carriers = better.length > 0 ? better : all;
	const byTrust = [...carriers.filter(({ by }) => by === 'taskStatus'), ...carriers.filter(({ by }) => by !== 'taskStatus')];
	const reported = (...meanings: readonly StatusMeaning[]): Carrier | undefined =>
		byTrust.find(({ word }) => meanings.includes(word.meaning));
	const succeeded = reported('succeeded');
	const failed = reported('failed');
	const finished =
		succeeded !== undefined && failed !== undefined ? (hasLink(levels, ids.origin) ? succeeded : failed) : (succeeded ?? failed);
	const going = reported('submitted', 'processing');
	if (finished === undefined) {
		const deciding = going ?? reported('noTask') ?? byTrust[0];
		return deciding && { word: deciding.word };
	}
	const meaning = finished.word.meaning === 'succeeded' ? 'succeeded' : 'failed';
	return { word: finished.word, evidence: evidenceOf(meaning, finished, carriers, levels, wasOk, named) };
}

function carrierOf(fields: Fields, levels: readonly Fields[], ids: Asked, wasOk: boolean): Carrier | undefined {
	const own = taskStatus(fields);
	if (own !== undefined) {
		return { fields, word: own, by: 'taskStatus' };
	}
	const word = plainStatus(fields);
	if (word === undefined || !wasOk) {
		return undefined;
	}
	if (isAbout(fields, ids)) {
		return { fields, word, by: 'ownId' };
	}
	// The weakest carrier: a successful request may link to itself or to the task's input. It counts only if no level reports an active
	// status.
	return word.meaning === 'succeeded' && hasLink([fields], ids.origin) && !levels.some(goesOn) ? { fields, word, by: 'link' } : undefined;
}

/** The evidence table; the tests of `readResponse` have one case per row. */
function evidenceOf(
	end: FinishedStatus,
	deciding: Carrier,
	carriers: readonly Carrier[],
	levels: readonly Fields[],
	wasOk: boolean,
	named: Named,
): Evidence {
	// A gateway that gives up on a task marks its own record as finished around an inner task that is still active. Contradictory statuses
	// are resolved only by a later check.
	const innermost = carriers[0];
	if (innermost !== undefined && innermost !== deciding && innermost.word.meaning !== end) {
		return 'repeatedLate';
	}
	if (levels.slice(levels.indexOf(deciding.fields) + 1).some(goesOn)) {
		return 'repeatedLate';
	}
	if (carriers.some(({ word }) => word.meaning !== end && (word.meaning === 'succeeded' || word.meaning === 'failed'))) {
		return 'repeatedLate';
	}
	// A failed record without `task_status` may report a failed request instead of a failed task. Beside `task_status` the message is
	// ignored.
	const isRecordAlone = carriers.every(({ by }) => by !== 'taskStatus');
	if (end === 'failed' && isRecordAlone && speaksOfRequest(levels)) {
		return 'repeatedLate';
	}
	// A record that succeeded without a link needs confirmation if another field says that the task is still active.
	if (end === 'succeeded' && isRecordAlone && !hasLink(levels, undefined) && levels.some(saysNotYet)) {
		return 'repeatedLate';
	}
	const failedHere = new Set(end === 'failed' ? carriers.map(({ fields }) => fields) : []);
	const isSound = wasOk && !levels.some((fields) => saysWrong(fields) || (saysError(fields) && !failedHere.has(fields)));
	const agree = carriers.every(({ word }) => word.meaning === end);
	const isNamed = named.whose === 'own' || (named.whose === 'nobody' && carriers.some(({ by }) => by !== 'link'));
	return isSound && agree && isNamed ? 'certain' : 'repeated';
}

/** Whether an object reports incomplete progress, or a result that is not available yet. */
function saysNotYet(fields: Fields): boolean {
	const progress = /^(\d+(?:\.\d+)?)\s*%$/.exec(textOf(fields, 'progress') ?? '');
	const message = textOf(fields, 'message', 'msg', 'detail');
	return (progress !== null && Number(progress[1]) < 100) || (message !== undefined && passingTexts.notYet.test(message));
}

function goesOn(fields: Fields): boolean {
	const meaning = (taskStatus(fields) ?? plainStatus(fields))?.meaning;
	return meaning === 'submitted' || meaning === 'processing';
}

function hasLink(levels: readonly Fields[], origin: string | undefined): boolean {
	const innermost = levels.toReversed();
	return readResults(innermost, origin).length > 0 || readFailReasonLink(innermost).length > 0;
}

function isOwnId(id: string, ids: TaskIds): boolean {
	return id === ids.id || id === ids.externalTaskId;
}

/**
 * An ID in any form. Numbers below one, words for "none", and masked or truncated IDs count as missing. A list or an object counts as
 * another task's ID.
 */
export function idAt(fields: Fields, name: string): string | undefined {
	const value = valueAt(fields, name);
	const text = asText(value) ?? (typeof value === 'object' ? JSON.stringify(value).slice(0, 200) : undefined);
	return text === undefined || /^(?:0|-\d+|null|none|nil|undefined|n\/a|-)$|\*\*|…|\.\.\./i.test(text) ? undefined : text;
}
