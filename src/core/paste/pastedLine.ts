import { omitUndefined } from '../omitUndefined';
import { sameOperation, type OperationPath } from '../operation';
import { foundOperation, type FoundOperation, type FoundReference } from './responseTasks';
import { isExternalIdForm, isUnusualForm } from './idForm';
import type { Word } from './pastedWord';
import { readWords } from './pastedWord';
import { isLongRandomWord } from './secretText';

/** Why a line (or a whole text) gave no reference. */
export type UnreadableReason =
	/** Nothing but white space. */
	| 'empty'
	/** The text in the position of an ID has characters that an ID cannot have (a slash, `..`), or too many. */
	| 'badId'
	/** A URL that is not a Kling query, or one with a user name and password. */
	| 'badUrl'
	/** A query URL over `http:` to another machine. */
	| 'notHttps'
	/** An ID after a word that is meant as an operation but is not one. */
	| 'unknownOperation'
	/** An operation, a create request or a response without a task ID (an error, for instance). */
	| 'noTaskId'
	/** It looks like an API key. */
	| 'secret'
	| 'notUnderstood';

/** A position in a text that gave no reference, by its offset. */
export interface Unread {
	readonly at: number;
	readonly reason: UnreadableReason;
}

export interface ReadLine {
	readonly references: readonly FoundReference[];
	/** Operations from the URLs of create requests. */
	readonly operations: readonly FoundOperation[];
	/**
	 * - `reference`: only references, or it begins with one: a line of a list
	 * - `prose`: words, perhaps with references among them
	 * - `broken`: one word that is meant as a reference but is not one
	 * - `nothing`: no words, or only field names (a table's heading)
	 */
	readonly shape: 'reference' | 'prose' | 'broken' | 'nothing';
	/** Why there are no references; only meaningful if there are none. */
	readonly reason: UnreadableReason;
}

/**
 * Reads one line of a text from which JSON has been taken out (a curl command may be several lines joined).
 * Certain are URLs, IDs with their operation, IDs labelled as a task's, and lines of nothing but known forms of IDs. A bare number among
 * other words is a guess, and ignored if it has another label (`request_id: …`, `ts=…`) or is part of a path or a file name.
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
			references.push({ id: word.id, ...foundOperation(word), at, sure: 'clear' });
		}
		if (word.kind === 'id' && word.label !== 'other' && (!hasOther || word === first || word.label === 'task' || isProseId(word.id))) {
			references.push({
				id: word.id,
				...omitUndefined({ operation, called: word.label }),
				at,
				sure: isSure(word, hasOther, word === first, operation !== undefined) ? 'clear' : 'guess',
			});
		}
	}
	if (references.length === 0 && !isTable) {
		references.push(...madeUpId(meant, words, at));
	}
	const operations = meant.flatMap((word) => (word.kind === 'operation' && word.isUrl ? [foundOperation(word)] : []));
	if (meant.length === 2 && !isTable && isMeantAsOperation(first) && meant[1]?.kind === 'id' && meant[1].label === undefined) {
		return { references: [], operations, shape: 'broken', reason: 'unknownOperation' };
	}
	return { references, operations, shape: shapeOf(meant, references, hasOther, isTable), reason: reasonOf(meant) };
}

/** Whether an ID is certain: labelled as a task's, beside its operation, or alone or first on the line in a form that a key cannot have. */
function isSure({ id, label }: Extract<Word, { kind: 'id' }>, hasOther: boolean, isFirst: boolean, hasOperation: boolean): boolean {
	return label === 'task' || hasOperation || ((!hasOther || isFirst) && !isUnusualForm(id));
}

/** `text2vid`, `videos/../x`: a word that is not an operation but looks like one. A plain word before an ID does not. */
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

/** In a curl command only the URL counts. A create request is not a line of a list: its task ID is in the response. */
function readCurl(words: readonly Word[], at: number): ReadLine {
	const references: FoundReference[] = [];
	const operations: FoundOperation[] = [];
	let reason: UnreadableReason = 'notUnderstood';
	for (const word of words) {
		if (word.kind === 'query') {
			references.push({ id: word.id, ...foundOperation(word), at, sure: 'clear' });
		}
		if (word.kind === 'operation' && word.isUrl) {
			operations.push(foundOperation(word));
			reason = 'noTaskId';
		}
		if (word.kind === 'bad' && reason === 'notUnderstood') {
			reason = word.reason;
		}
	}
	return { references, operations, shape: references.length > 0 ? 'reference' : operations.length > 0 ? 'prose' : 'broken', reason };
}

/** The one operation that a line names for its IDs; among other words only one from the catalogue, by its path or an unambiguous name. */
function operationOnLine(meant: readonly Word[], hasOther: boolean): OperationPath | undefined {
	let only: OperationPath | undefined;
	for (const word of meant) {
		if (word.kind !== 'operation' || (!word.listed && hasOther)) {
			continue;
		}
		if (only !== undefined && !sameOperation(only, word.operation)) {
			return undefined;
		}
		only = word.operation;
	}
	return only;
}

/** An external ID: alone on the line, or after its operation or label. */
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
	return [
		{
			id: id.text,
			...omitUndefined({ operation: operation?.operation }),
			at,
			sure: operation !== undefined || label === 'task' ? 'clear' : 'guess',
		},
	];
}

/** Among other words a 22-character ID must contain a digit: without one it could be a long name. */
function isProseId(id: string): boolean {
	return /\d/.test(id);
}
