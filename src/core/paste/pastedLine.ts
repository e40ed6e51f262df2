import { omitUndefined } from '../omitUndefined';
import { sameOperation } from '../operation';
import { isRule } from './decoration';
import { fieldRole, type FieldRole } from './fieldRole';
import { isExternalIdForm, isKnownIdForm, isRounded, isUnusualForm } from './idForm';
import { nameBefore } from './names';
import { operationNamed } from './operationNames';
import type { Word } from './pastedWord';
import { readWords } from './pastedWord';
import { foundOperation, type FoundOperation, type FoundReference } from './reference';
import { isLongRandomWord } from './secretText';

/** Why a line (or a whole text) gave no reference. */
export type UnreadableReason =
	/** Nothing but white space. */
	| 'empty'
	/** The text in the position of an ID has characters that an ID cannot have (a slash, `..`), or too many. */
	| 'badId'
	/** Marks beside an ID say that it is not whole, or a spreadsheet has rounded it (`8.5E+17`). */
	| 'cutId'
	/** A URL that is not a Kling query, or one with a user name and password. */
	| 'badUrl'
	/** A query URL over `http:` to another machine. */
	| 'notHttps'
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
	 * - `nothing`: no words, or only field names (a table's heading), or a header of HTTP
	 */
	readonly shape: 'reference' | 'prose' | 'broken' | 'nothing';
	/** Why there are no references; only meaningful if there are none. */
	readonly reason: UnreadableReason;
	/** What a line of nothing but a label says of the next line of nothing but IDs. */
	readonly announces?: FieldRole;
	/** Whether nothing on the line says what its references are. */
	readonly isBare?: boolean;
}

type IdWord = Extract<Word, { kind: 'id' }>;

/** A header of HTTP, as in a request or a response: `Content-Type: video/mp4`. */
const header =
	/^\s*(?:[<>*]\s*)?(?:(?:[A-Z][A-Za-z0-9]*|[a-z][a-z0-9]*)(?:-[A-Za-z0-9]+)+|accept|host|authorization|cookie|date|server|via|connection|origin|referer|vary|expires|etag|age|allow)\s*:\s/i;

/** What a line of four or more words must contain to be read word by word. */
const mayRefer = /\d{8}|v1\/|:\/\/|task(?:_|\w*[:=])|(?:videos|images|audio)\/|\.\.|[\w-]{22}|…|\*\*/i;
const manyWords = /\S\s+\S+\s+\S+\s+\S/;

/**
 * Reads one line of a text from which tables and JSON have been taken out (a curl command may be several lines joined).
 * Certain are URLs, IDs with their operation, IDs labelled as a task's, and lines of nothing but known forms of IDs. A bare number among
 * other words is a guess, and ignored if it has another label (`request_id: …`, `ts=…`) or is part of a path or a file name.
 * @param at offset of the line in the text
 */
export function readLine(line: string, at: number): ReadLine {
	if (isKnownIdForm(line) && !isUnusualForm(line) && !isRounded(line)) {
		return { references: [{ id: line, at, sure: 'clear' }], operations: [], shape: 'reference', reason: 'notUnderstood', isBare: true };
	}
	if (isRule(line)) {
		return { references: [], operations: [], shape: 'nothing', reason: 'notUnderstood' };
	}
	if (!mayRefer.test(line) && manyWords.test(line)) {
		const isNothing = header.test(line) || isField(line);
		return { references: [], operations: [], shape: isNothing ? 'nothing' : 'prose', reason: 'notUnderstood' };
	}
	const { words, span } = readWords(withoutComment(line));
	const meant = words.filter((word) => word.kind !== 'label');
	if (/^\W*(?:curl(?:\.exe)?|wget|https?|Invoke-(?:RestMethod|WebRequest)|irm|iwr)\s/i.test(line)) {
		return readCommand(words, at);
	}
	const others = meant.filter((word) => word.kind === 'other' || word.kind === 'bad' || isOtherId(word));
	const hasOther = others.length > 0;
	const ids = meant.filter((word): word is IdWord => word.kind === 'id' && !isOtherId(word));
	const operation = operationOnLine(meant, others, ids);
	const references: FoundReference[] = [];
	const hasTask = ids.some(({ role }) => role === 'task' || role === 'job');
	for (const word of meant) {
		if (word.kind === 'query' && (word.listed || word.origin !== undefined || !hasOther)) {
			references.push({ id: word.id, ...foundOperation(word), at, sure: 'clear' });
		}
		if (word.kind !== 'id' || isOtherId(word) || (hasOther && word !== meant[0] && word.role === undefined && !/\d/.test(word.id))) {
			continue;
		}
		// Beside the ID of a task, an ID without a label belongs to something else.
		if (hasTask && word.role === 'id') {
			continue;
		}
		const sure = isSure(word, hasOther, operation !== undefined && (!hasOther || ids.length === 1)) ? 'clear' : 'guess';
		const suspect = word.isRounded ? ('rounded' as const) : undefined;
		references.push({ id: word.id, ...operation, ...omitUndefined({ called: calledOf(word), suspect }), at, sure });
	}
	if (references.length === 0) {
		references.push(...madeUpId(meant, words, at));
	}
	const [only] = references;
	const operations = meant.flatMap((word) => (word.kind === 'operation' && word.isUrl ? [foundOperation(word)] : []));
	const announces =
		references.length === 0 && line.length <= 64 && !line.includes('/')
			? fieldRole(line.replace(/^[\s#*>-]+|[\s:：=*]+$/gu, ''))
			: undefined;
	if (references.length === 0 && (announces !== undefined || header.test(line) || isField(line))) {
		return { references, operations, shape: 'nothing', reason: 'notUnderstood', ...omitUndefined({ announces }) };
	}
	const name = references.length === 1 && span !== undefined ? nameOf(line, span) : undefined;
	return {
		references: only !== undefined && name !== undefined && name !== only.id ? [{ ...only, name }] : references,
		operations,
		shape: shapeOf(meant, references, hasOther),
		reason: reasonOf(meant),
		isBare: !hasOther && words.every((word) => word.kind === 'id' && word.role === undefined),
	};
}

/** What stands before the only reference of a line, or behind it. */
function nameOf(line: string, { start, end }: { readonly start: number; readonly end: number }): string | undefined {
	const before = line.slice(0, start);
	return nameBefore(/[\p{L}\p{N}]/u.test(before) ? before : line.slice(end).replace(/^\W*?(?=[\p{L}\p{N}"'“‘「])/u, ''));
}

/** A line without the comment that follows its ID: `853… # the good one`. */
function withoutComment(line: string): string {
	return /^\s*[\w-]{10,128}\s+(?:#|\/\/|--)\s/.test(line) ? line.replace(/\s(?:#|\/\/|--)\s.*$/s, '') : line;
}

/** A field that says something known of a task, or has others below it, as in YAML: `prompt: a cat`, `data:`. */
function isField(line: string): boolean {
	if (/^\s*(?:-\s+)?[\w.-]{1,40}:\s*$/.test(line)) {
		return true;
	}
	const name = /^\s*(?:[-*]\s+)?["'`]?([\p{L}\d_.-][\p{L}\d_ .-]{0,39}?)["'`]?\s*[:=]\s/u.exec(line)?.[1];
	const role = name === undefined ? undefined : fieldRole(name);
	return role !== undefined && role !== 'task' && role !== 'id';
}

/** An ID that the words before it call something else. */
function isOtherId(word: Word): boolean {
	return (
		word.kind === 'id' &&
		word.role !== undefined &&
		word.role !== 'task' &&
		word.role !== 'job' &&
		word.role !== 'id' &&
		word.role !== 'name'
	);
}

function calledOf({ role }: IdWord): FoundReference['called'] {
	return role === 'task' || role === 'job' ? 'task' : role === 'id' ? 'id' : undefined;
}

/** Whether an ID is certain: labelled as a task's, beside its operation, or on a line without other words in a form that a key cannot have. */
function isSure({ id, role, isRounded }: IdWord, hasOther: boolean, hasOperation: boolean): boolean {
	return !isRounded && (role === 'task' || role === 'job' || hasOperation || (!hasOther && !isUnusualForm(id)));
}

function shapeOf(meant: readonly Word[], references: readonly FoundReference[], hasOther: boolean): ReadLine['shape'] {
	const [first] = meant;
	if (first === undefined) {
		return 'nothing';
	}
	if (references.length > 0) {
		return !hasOther || references.length === meant.length || first.kind === 'id' || first.kind === 'query' ? 'reference' : 'prose';
	}
	const isBroken =
		first.kind === 'bad' || first.kind === 'operation' || (first.kind === 'other' && meant.length === 1 && /\P{L}/u.test(first.text));
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
	return first.text.length <= 128 && !/\P{L}/u.test(first.text)
		? 'notUnderstood'
		: /[/\d]|\.\.|^.{129}/u.test(first.text)
			? 'badId'
			: 'notUnderstood';
}

/** In a command only the URL counts. A create request is not a line of a list: its task ID is in the response. */
function readCommand(words: readonly Word[], at: number): ReadLine {
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

/**
 * The one operation that a line names for its IDs; among other words only one from the catalogue, by its path or an unambiguous name. A
 * plain word (`extend`) names one if it stands alone beside the ID.
 */
function operationOnLine(meant: readonly Word[], others: readonly Word[], ids: readonly IdWord[]): FoundOperation | undefined {
	const [alone, another] = others;
	if (ids.length > 0 && another === undefined && alone?.kind === 'other' && meant.length === ids.length + 1) {
		const operation = operationNamed(alone.text);
		return operation === undefined ? undefined : foundOperation({ operation });
	}
	let only: FoundOperation | undefined;
	for (const word of meant) {
		if (word.kind !== 'operation' || (!word.listed && others.length > 0)) {
			continue;
		}
		if (only !== undefined && !sameOperation(only.operation, word.operation)) {
			return undefined;
		}
		only = foundOperation(word);
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
	const role = words.findLast((word) => word.kind === 'label' && word.role !== undefined);
	const called = role?.kind === 'label' ? role.role : undefined;
	if ((called !== undefined && called !== 'task' && called !== 'id') || isLongRandomWord(id.text) || !isExternalIdForm(id.text)) {
		return [];
	}
	return [
		{
			id: id.text,
			...(operation !== undefined &&
				(operation.listed || /^(?:videos|images|audio)$/.test(operation.operation.action)) &&
				foundOperation(operation)),
			at,
			sure: operation?.listed === true || called === 'task' ? 'clear' : 'guess',
		},
	];
}
