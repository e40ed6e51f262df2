import { isTaskId } from '../core/operation';
import type { Evidence } from '../core/evidence';
import type { EndedStatus } from '../core/task';
import type { TaskIds } from '../core/taskIds';
import { speaksOfRequest } from './apiError';
import { saysError, saysWrong } from './errorMarks';
import type { Fields } from './json';
import { fieldsOf, first, textOf } from './json';
import { readFailReasonLink, readResults } from './media';
import { plainStatus, statusWord } from './statusWords';
import type { StatusMeaning, StatusWord } from './statusWords';

/**
 * Which of a response's objects carry the status of the task that was asked for, and how far they prove its end.
 *
 * A level is one of the body's nested objects: the body itself, its `data`, `data.data`, `data.data.data`. The *named ID* is the outermost
 * `task_id`, else an `id` beside a status; IDs further in are the upstream's.
 */

/** Whom a response speaks of: `own` names an ID of the task, `alias` its alias only, `other` another task, `nobody` no ID at all. */
export type Named = { readonly whose: 'own' | 'alias' | 'nobody' } | { readonly whose: 'other'; readonly id: string };

/** A level that carries the task's status. */
interface Carrier {
	readonly fields: Fields;
	readonly word: StatusWord;
	/** By `task_status`; by a plain `status` beside the task's own ID; by a word of success with a link on the same level. */
	readonly by: 'taskStatus' | 'ownId' | 'link';
}

/** What the carriers of a response say. */
export interface CarriedStatus {
	/** The word that decides, and what it means. */
	readonly word: StatusWord;
	/** How far an end is proved; undefined for an active status. */
	readonly evidence?: Evidence;
}

/** Whom the response speaks of. */
export function namedBy(levels: readonly Fields[], ids: TaskIds): Named {
	const id = namedId(levels);
	const external = first(levels, externalIdOf);
	if (id === undefined) return { whose: external !== undefined && external === ids.id ? 'own' : 'nobody' };
	if (isOwnId(id, ids) || external === ids.id) return { whose: 'own' };
	return id === ids.alias ? { whose: 'alias' } : { whose: 'other', id };
}

/** The ID that the asked server knows the task by: the outermost `task_id`, else the `id` beside a status (flat and newer responses). */
export function namedId(levels: readonly Fields[]): string | undefined {
	return first(levels, (fields) => wellFormed(fields, 'task_id')) ?? first(levels, (fields) => (plainStatus(fields) === undefined ? undefined : wellFormed(fields, 'id')));
}

/** The ID that the task's maker gave it, wherever it stands. */
export function externalIdOf(fields: Fields): string | undefined {
	return textOf(fieldsOf(fields, 'task_info'), 'external_task_id') ?? textOf(fields, 'external_task_id', 'external_id');
}

/**
 * What the response says of the task's status; undefined when no level carries one, or it is another task's.
 * Under an HTTP status other than 2xx only `task_status` counts.
 */
export function carriedStatus(httpStatus: number, levels: readonly Fields[], ids: TaskIds): CarriedStatus | undefined {
	const named = namedBy(levels, ids);
	if (named.whose === 'other') return undefined;
	const isOk = httpStatus >= 200 && httpStatus < 300;
	// The innermost first: it is the most trusted.
	const all = levels.flatMap((fields) => carrierOf(fields, ids, isOk) ?? []).toReversed();
	// A word beside a link counts only where nothing better does: an envelope's own word never beats the task's.
	const better = all.filter(({ by }) => by !== 'link');
	const carriers = better.length > 0 ? better : all;
	const byTrust = [...carriers.filter(({ by }) => by === 'taskStatus'), ...carriers.filter(({ by }) => by !== 'taskStatus')];
	const said = (...meanings: readonly StatusMeaning[]): Carrier | undefined => byTrust.find(({ word }) => meanings.includes(word.meaning));
	const succeeded = said('succeeded');
	const failed = said('failed');
	const ended = succeeded !== undefined && failed !== undefined ? (hasLink(levels) ? succeeded : failed) : (succeeded ?? failed);
	const going = said('submitted', 'processing');
	if (ended === undefined) {
		const deciding = going ?? said('noTask') ?? byTrust[0];
		return deciding && { word: deciding.word };
	}
	const meaning = ended.word.meaning === 'succeeded' ? 'succeeded' : 'failed';
	return { word: ended.word, evidence: evidenceOf(meaning, ended, carriers, levels, isOk, named) };
}

function carrierOf(fields: Fields, ids: TaskIds, isOk: boolean): Carrier | undefined {
	const own = statusWord(textOf(fields, 'task_status'));
	if (own !== undefined) return { fields, word: own, by: 'taskStatus' };
	const word = plainStatus(fields);
	if (word === undefined || !isOk) return undefined;
	const id = wellFormed(fields, 'task_id') ?? wellFormed(fields, 'id');
	const isOwn = (id !== undefined && (isOwnId(id, ids) || id === ids.alias)) || externalIdOf(fields) === ids.id;
	if (isOwn) return { fields, word, by: 'ownId' };
	return word.meaning === 'succeeded' && hasLink([fields]) ? { fields, word, by: 'link' } : undefined;
}

/** The table of evidence; the tests of `readAnswer` have a row for each line. */
function evidenceOf(end: EndedStatus, deciding: Carrier, carriers: readonly Carrier[], levels: readonly Fields[], isOk: boolean, named: Named): Evidence {
	// A gateway that gives up on a task ends its own record around an inner task that goes on, and two ends contradict each other: only time tells.
	const innermost = carriers[0];
	if (innermost !== undefined && innermost !== deciding && innermost.word.meaning !== end) return 'repeatedLate';
	if (carriers.some(({ word }) => word.meaning !== end && (word.meaning === 'succeeded' || word.meaning === 'failed'))) return 'repeatedLate';
	// A record that failed because a request did may be about the request, not the task. Beside `task_status` the words never matter.
	const isRecordAlone = carriers.every(({ by }) => by !== 'taskStatus');
	if (end === 'failed' && isRecordAlone && speaksOfRequest(levels)) return 'repeatedLate';
	const failedHere = new Set(end === 'failed' ? carriers.map(({ fields }) => fields) : []);
	const isSound = isOk && !levels.some((fields) => saysWrong(fields) || (saysError(fields) && !failedHere.has(fields)));
	const agree = carriers.every(({ word }) => word.meaning === end);
	const isNamed = named.whose === 'own' || (named.whose === 'nobody' && carriers.some(({ by }) => by !== 'link'));
	return isSound && agree && isNamed ? 'certain' : 'repeated';
}

function hasLink(levels: readonly Fields[]): boolean {
	const innermost = levels.toReversed();
	return readResults(innermost, undefined).length > 0 || readFailReasonLink(innermost).length > 0;
}

function isOwnId(id: string, ids: TaskIds): boolean {
	return id === ids.id || id === ids.externalTaskId;
}

function wellFormed(fields: Fields, name: string): string | undefined {
	const text = textOf(fields, name);
	return text !== undefined && isTaskId(text) ? text : undefined;
}
