import type { FoundOperation, FoundReference } from './answerTasks';
import { isExternalIdForm, isKnownIdForm, isUnusualForm } from './idForm';
import { findOperationByName } from '../operation';
import type { QueryUrlProblem } from './queryUrl';
import { readQueryUrl } from './queryUrl';
import { isLongRandomWord } from './secretText';

/** Why a line (or a whole text) gave no reference. */
export type UnreadableReason =
	/** Nothing but white space. */
	| 'empty'
	/** What stands where an id belongs has characters an id cannot have (a slash, `..`), or too many. */
	| 'badId'
	/** A URL, but of no Kling query; or one with a user name and password. */
	| 'badUrl'
	/** A query URL over `http:` of another machine. */
	| 'notHttps'
	/** An id with a word before it that is meant as an operation and is none. */
	| 'unknownOperation'
	/** An operation, a create request or an answer without a task id (an error's answer, for instance). */
	| 'noTaskId'
	/** It looks like an API key. */
	| 'secret'
	| 'notUnderstood';

export interface ReadLine {
	readonly references: readonly FoundReference[];
	/** Operations of create requests' URLs. */
	readonly operations: readonly FoundOperation[];
	/**
	 * - `reference`: nothing but references, or it begins with one: a line of a list
	 * - `prose`: words, perhaps with references among them
	 * - `broken`: one word that is meant as a reference and is none
	 * - `nothing`: no words, or only names of fields (a table's heading)
	 */
	readonly shape: 'reference' | 'prose' | 'broken' | 'nothing';
	/** Why there are no references; of use when there are none. */
	readonly reason: UnreadableReason;
}

type Word =
	| {
			readonly kind: 'query';
			readonly action: string;
			readonly action2: string;
			readonly id: string;
			readonly origin?: string;
			readonly listed: boolean;
	  }
	| {
			readonly kind: 'operation';
			readonly action: string;
			readonly action2: string;
			readonly origin?: string;
			readonly listed: boolean;
			readonly isUrl: boolean;
	  }
	| { readonly kind: 'bad'; readonly reason: QueryUrlProblem; readonly text: string }
	| { readonly kind: 'id'; readonly id: string; readonly label: Label | undefined }
	/** Says what follows, or decorates: `task_id:`, `GET`, a bullet. */
	| { readonly kind: 'label'; readonly of: Label | undefined }
	| { readonly kind: 'other'; readonly text: string };

/** What the words before an id call it: a task's id, an id of something, something else. */
type Label = 'task' | 'id' | 'other';

const separators = /[^\s"'`<>()[\]{}|,;\\，。；、（）【】「」“”‘’《》！？]+/g;
const decoration = '*~#@>:.!?&+=：…→•$';

/**
 * Reads one line of a text from which JSON has been taken out (a curl command may be several lines joined).
 * Sure are URLs, ids with their operation, ids called a task's id, and lines of nothing but known forms of ids. A bare number among
 * other words is a guess, and none when it is called something else (`request_id: …`, `ts=…`) or is part of a path or a file name.
 * @param at offset of the line in the text
 */
export function readLine(line: string, at: number): ReadLine {
	const isTable = /^\s*\|/.test(line);
	const words = readWords(line);
	const meant = words.filter((word) => word.kind !== 'label');
	if (/^\W*curl(?:\.exe)?\s/i.test(line)) {
		return readCurl(words, at);
	}
	const hasOther = meant.some((word) => word.kind === 'other' || word.kind === 'bad' || (word.kind === 'id' && word.label === 'other'));
	const [first] = meant;
	const operation = operationOnLine(meant, hasOther);
	const references: FoundReference[] = [];
	for (const word of meant) {
		if (word.kind === 'query' && (word.listed || word.origin !== undefined || !hasOther)) {
			references.push({
				id: word.id,
				action: word.action,
				action2: word.action2,
				...(word.origin === undefined ? {} : { origin: word.origin }),
				at,
				sure: 'clear',
			});
		}
		if (word.kind === 'id' && word.label !== 'other' && (!hasOther || word === first || word.label === 'task' || isProseId(word.id))) {
			references.push({
				id: word.id,
				...operation,
				...(word.label === undefined ? {} : { called: word.label }),
				at,
				sure: isSure(word, hasOther, word === first, operation !== undefined) ? 'clear' : 'guess',
			});
		}
	}
	if (references.length === 0 && !isTable) {
		references.push(...madeUpId(meant, words, at));
	}
	const operations = meant.flatMap((word) =>
		word.kind === 'operation' && word.isUrl
			? [{ action: word.action, action2: word.action2, ...(word.origin === undefined ? {} : { origin: word.origin }) }]
			: [],
	);
	if (meant.length === 2 && !isTable && isMeantAsOperation(first) && meant[1]?.kind === 'id' && meant[1].label === undefined) {
		return { references: [], operations, shape: 'broken', reason: 'unknownOperation' };
	}
	return { references, operations, shape: shapeOf(meant, references, hasOther, isTable), reason: reasonOf(meant) };
}

/** Called a task's id, or beside its operation, an id can be nothing else; alone, or first, unless a key could look like it. */
function isSure({ id, label }: Extract<Word, { kind: 'id' }>, hasOther: boolean, isFirst: boolean, hasOperation: boolean): boolean {
	return label === 'task' || hasOperation || ((!hasOther || isFirst) && !isUnusualForm(id));
}

/** `text2vid`, `videos/../x`: a word that is no operation, but spelled as one. A plain word before an id is only a word. */
function isMeantAsOperation(word: Word | undefined): boolean {
	return (word?.kind === 'other' || word?.kind === 'bad') && /^[A-Za-z][^:]*[-_/\d]/.test(word.text);
}

function shapeOf(meant: readonly Word[], references: readonly FoundReference[], hasOther: boolean, isTable: boolean): ReadLine['shape'] {
	const [first] = meant;
	if (first === undefined) {
		return 'nothing';
	}
	if (references.length > 0) {
		return !isTable && (!hasOther || references.length === meant.length || first.kind === 'id' || first.kind === 'query')
			? 'reference'
			: 'prose';
	}
	const isBroken =
		first.kind === 'bad' || first.kind === 'operation' || (first.kind === 'other' && meant.length === 1 && !/^\p{L}+$/u.test(first.text));
	return isBroken && (meant.length === 1 || first.kind === 'operation') ? 'broken' : 'prose';
}

function reasonOf(meant: readonly Word[]): UnreadableReason {
	const bad = meant.find((word) => word.kind === 'bad');
	if (bad !== undefined) {
		return bad.reason;
	}
	const [first, second, third] = meant;
	if (first?.kind === 'operation') {
		return second === undefined ? 'noTaskId' : third === undefined ? 'badId' : 'notUnderstood';
	}
	if (first?.kind !== 'other' || second !== undefined) {
		return 'notUnderstood';
	}
	if (isLongRandomWord(first.text)) {
		return 'secret';
	}
	return /^\p{L}+$/u.test(first.text) && first.text.length <= 128
		? 'notUnderstood'
		: /[/\d]|\.\.|^.{129}/u.test(first.text)
			? 'badId'
			: 'notUnderstood';
}

/** In a curl command only the URL counts. A create request is no line of a list: what it created stands elsewhere, if anywhere. */
function readCurl(words: readonly Word[], at: number): ReadLine {
	const references: FoundReference[] = [];
	const operations: FoundOperation[] = [];
	let reason: UnreadableReason = 'notUnderstood';
	for (const word of words) {
		if (word.kind === 'query') {
			references.push({
				id: word.id,
				action: word.action,
				action2: word.action2,
				...(word.origin === undefined ? {} : { origin: word.origin }),
				at,
				sure: 'clear',
			});
		}
		if (word.kind === 'operation' && word.isUrl) {
			operations.push({ action: word.action, action2: word.action2, ...(word.origin === undefined ? {} : { origin: word.origin }) });
			reason = 'noTaskId';
		}
		if (word.kind === 'bad' && reason === 'notUnderstood') {
			reason = word.reason;
		}
	}
	return { references, operations, shape: references.length > 0 ? 'reference' : operations.length > 0 ? 'prose' : 'broken', reason };
}

/** The one operation that a line names for its ids; among other words only one of the catalogue, by its path or an unmistakable name. */
function operationOnLine(meant: readonly Word[], hasOther: boolean): { action: string; action2: string } | undefined {
	let only: { action: string; action2: string } | undefined;
	for (const word of meant) {
		if (word.kind !== 'operation' || (!word.listed && hasOther)) {
			continue;
		}
		if (only !== undefined && (only.action !== word.action || only.action2 !== word.action2)) {
			return undefined;
		}
		only = { action: word.action, action2: word.action2 };
	}
	return only;
}

/** An id that its owner made up stands alone, or after its operation or its name. */
function madeUpId(meant: readonly Word[], words: readonly Word[], at: number): FoundReference[] {
	if (meant.length > 2) {
		return [];
	}
	const ids = meant.filter((word) => word.kind === 'other');
	const operations = meant.filter((word) => word.kind === 'operation');
	const [id] = ids;
	if (id === undefined || ids.length + operations.length !== meant.length || ids.length > 1 || operations.length > 1) {
		return [];
	}
	const [operation] = operations;
	const label = words.findLast((word) => word.kind === 'label')?.of;
	if (label === 'other' || isLongRandomWord(id.text) || !isExternalIdForm(id.text)) {
		return [];
	}
	const named = operation === undefined ? {} : { action: operation.action, action2: operation.action2 };
	return [{ id: id.text, ...named, at, sure: operation !== undefined || label === 'task' ? 'clear' : 'guess' }];
}

/** Among other words, 22 letters and digits must not be a long name: there a digit is asked for. */
function isProseId(id: string): boolean {
	return /\d/.test(id);
}

/** More words that mean nothing change nothing: a line of prose may be megabytes long. */
const maxOthers = 3;

function readWords(line: string): Word[] {
	const words: Word[] = [];
	/** The words before, as far as they can be an id's name. */
	const before: string[] = [];
	let others = 0;
	for (const { 0: source, index } of line.matchAll(separators)) {
		const isQuoted = /["']/.test(line[index - 1] ?? '');
		const word = readWord(source, before, words.length === 0, isQuoted);
		if (word === undefined) {
			continue;
		}
		if (word.kind !== 'other' || others++ < maxOthers) {
			words.push(word);
		}
		before.push(source.length > 64 ? '' : isQuoted && /^ids?$/i.test(source) ? 'part_id' : source);
		if (before.length > 3) {
			before.shift();
		}
	}
	return words;
}

/** Words that belong to a reference: what it is called, and what stands before a URL in a request. */
const isLabelWord =
	/^(?:tasks?|ids?|taskids?|任务(?:id)?|kling|cometapi|request|parent|external|operation|status|action2?|curl|get|post|http\/[\d.]+|--url|--request|-x|-s|-ss|-l|-i)$/i;

function readWord(source: string, before: readonly string[], isFirst: boolean, isQuoted: boolean): Word | undefined {
	if (isKnownIdForm(source)) {
		return { kind: 'id', id: source, label: labelOf(before) };
	}
	if (source.length > 4096) {
		return { kind: 'other', text: source };
	}
	const text = trimmed(source, decoration);
	// Bullets, numbering, a table's rule, a check box: decoration.
	if (trimmed(text, '-_=–—') === '' || (isFirst && /^\d{1,3}\.?$/.test(source)) || (isFirst && /^x$/i.test(text))) {
		return undefined;
	}
	const id = text === source ? idInEmphasis(text) : idIn(text);
	if (id !== undefined) {
		return { kind: 'id', id, label: labelOf(before) };
	}
	const assigned = /[=:：]/.test(text) ? /^([\p{L}_-]{1,32})[=:：](.+)$/u.exec(text) : null;
	if (assigned?.[1] !== undefined && assigned[2] !== undefined && !assigned[2].startsWith('//')) {
		const [, name, value] = assigned;
		const found = idIn(trimmed(value, decoration));
		const label = labelOf(isQuoted ? [`part_${name}`] : [...before, name]);
		if (found !== undefined) {
			return { kind: 'id', id: found, label: label ?? 'other' };
		}
		if (label === 'task' && isExternalIdForm(value)) {
			return { kind: 'id', id: value, label };
		}
		if (/^(?:--url|url)$/i.test(name)) {
			return readUrlWord(value) ?? { kind: 'other', text };
		}
	}
	const read = readJoined(text) ?? readUrlWord(text);
	if (read !== undefined) {
		return read;
	}
	const isSaid = isLabelWord.test(text);
	const label = isSaid || /.[_-]?ids?$/i.test(text) ? labelOf([...before, text]) : undefined;
	if (isSaid || label !== undefined) {
		return { kind: 'label', of: label };
	}
	const listed = text.length < 40 && /[-_\d]/.test(text) ? findOperationByName(text) : undefined;
	return listed === undefined
		? { kind: 'other', text }
		: { kind: 'operation', action: listed.action, action2: listed.action2, listed: true, isUrl: false };
}

/** `videos/effects:id`, and `effects/id` as far as the catalogue has the name. */
function readJoined(text: string): Word | undefined {
	const end = Math.max(text.lastIndexOf(':'), text.lastIndexOf('/'));
	const id = text.slice(end + 1);
	if (end < 1 || end > 64 || !isKnownIdForm(id)) {
		return undefined;
	}
	const path = text.slice(0, end);
	const named = path.includes('/') ? (text[end] === ':' ? readQueryUrl(path) : undefined) : findOperationByName(path);
	if (named === undefined || ('kind' in named && named.kind !== 'operation')) {
		return undefined;
	}
	return { kind: 'query', action: named.action, action2: named.action2, id, listed: named.listed };
}

function readUrlWord(text: string): Word | undefined {
	const read = readQueryUrl(text);
	if (read?.kind === 'operation') {
		return { ...read, isUrl: text.includes('v1/') };
	}
	return read?.kind === 'bad' ? { ...read, text } : read;
}

/** A known form of id, perhaps in Markdown's `_emphasis_`. */
function idIn(text: string): string | undefined {
	if (isKnownIdForm(text)) {
		return text;
	}
	return idInEmphasis(text);
}

function idInEmphasis(text: string): string | undefined {
	if (!text.startsWith('_') && !text.endsWith('_')) {
		return undefined;
	}
	const inner = trimmed(text, '_');
	return inner !== text && isKnownIdForm(inner) ? inner : undefined;
}

/** Without the given characters at both ends. By hand: a regular expression for the end of a text tries every place. */
function trimmed(text: string, characters: string): string {
	let start = 0;
	let end = text.length;
	while (start < end && characters.includes(text.charAt(start))) {
		start++;
	}
	while (end > start && characters.includes(text.charAt(end - 1))) {
		end--;
	}
	return text.slice(start, end);
}

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
function labelOf(before: readonly string[]): Label | undefined {
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
