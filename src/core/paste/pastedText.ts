/*
 * The entry point of this folder: `readPastedText` finds the tasks in whatever a person pastes. The other files, in the order in which it
 * calls them:
 * - visibleText: removes what nobody sees
 * - secretText: detects API keys and masks secrets
 * - tables: takes the tables out of a text
 * - pastedJson: takes the JSON out (looseJson: objects and arrays, also broken ones; jsonTasks: the tasks in them)
 * - pastedLines: the remaining lines; pastedLine: the tasks in one of them (pastedWord: the meaning of one word)
 * - fieldRole, operationNames, names: what a field's or an operation's name means, and what may be a task's name
 * - queryUrl, idForm: one URL, one ID
 * - lineTexts: what stands beside an ID
 * curlLine writes what this folder reads.
 */
import type { FoundOperation, FoundReference } from './reference';
import { omitUndefined } from '../omitUndefined';
import { isKnownIdForm } from './idForm';
import { sameOperation, type OperationPath } from '../operation';
import type { JsonTasks } from './jsonTasks';
import { takeJson } from './pastedJson';
import type { Unread, UnreadableReason } from './pastedLine';
import { lineTexts } from './lineTexts';
import { readLines } from './pastedLines';
import { redact } from '../redact';
import { isApiKey, maskSecrets } from './secretText';
import { takeTables } from './tables';
import { visibleText } from './visibleText';

/** A task that a text refers to. */
export interface PastedReference {
	/** Passes `isTaskId`. */
	readonly id: string;
	readonly operation?: OperationPath;
	/** The API origin, normalised, if a URL names one. */
	readonly origin?: string;
	/** Of its first occurrence, from 1. */
	readonly line: number;
	/** `clear`: it cannot be anything else. `guess`: a number among other words, or an external ID; to be confirmed by the person. */
	readonly sure: 'clear' | 'guess';
	/** What the text calls the task, at most 60 characters, as plain text that may be shown and logged. */
	readonly name?: string;
	/** What the task was asked to make: plain text with its line breaks, at most 2,500 characters. */
	readonly prompt?: string;
	/** Why it is a guess, where there is a reason to tell. `rounded`: a number whose last digits a program has probably rounded. */
	readonly suspect?: 'rounded';
}

/** A line without a reference. */
interface UnreadableLine {
	/** From 1. */
	readonly line: number;
	/** The line's beginning as it may be shown and logged; empty if the text contains a secret. */
	readonly excerpt: string;
	readonly reason: UnreadableReason;
}

export interface PastedText {
	/** In the order of the text; every task once. */
	readonly references: readonly PastedReference[];
	/** The first 1000; `readPastedText` says which lines count. Never empty if nothing else was found. */
	readonly unreadable: readonly UnreadableLine[];
	/** How many there are in all. */
	readonly unreadableCount: number;
	/** `apiKey`: the text is an API key and was not read further. `containsSecret`: it contains a key or `Authorization`. */
	readonly secret?: 'apiKey' | 'containsSecret';
}

/** Longer texts are not read, from any source (file, clipboard, selection, command argument): characters, and bytes of a file. */
export const longestText = 16_000_000;
/** How many tasks can be tracked at once. */
export const mostReferences = 10_000;

/** The tasks found, limited to what can be tracked at once. */
export interface BoundedText extends PastedText {
	/** How many tasks the text names; `references` are the first `mostReferences`. */
	readonly referenceCount: number;
	/** For each of `references` the text of its line (see lineTexts.ts); missing if the text contains a secret. */
	readonly lineTexts?: readonly string[];
}

const maxUnreadable = 1000;
const maxExcerpt = 60;

/**
 * Finds the tasks in whatever a person pastes: IDs, query URLs, curl commands, API responses, logs, Markdown; any number of them.
 * Never throws; time and memory are linear in the length of the text.
 *
 * A text is a list if at least as many of its lines are references (or begin with one) as are prose; blank lines, comments, code fences,
 * table rows and JSON do not count. In a list every other line is reported in `unreadable`. In logs, letters and Markdown other words are
 * expected: a line without a reference is reported only if the whole text gave none, and then only the line with the most specific reason.
 */
export function readPastedText(pasted: string): PastedText {
	if (pasted.trim() === '') {
		return { references: [], unreadable: [{ line: 1, excerpt: '', reason: 'empty' }], unreadableCount: 1 };
	}
	// Secrets are masked before lines are joined too: behind a soft line break a key would be the end of a word.
	const early = /=[\r\n]/.test(pasted) ? maskSecrets(pasted) : { text: pasted, found: false };
	const { text, lineNumbers } = visibleText(early.text);
	if (isApiKey(pasted) || isApiKey(text)) {
		return { references: [], unreadable: [], unreadableCount: 0, secret: 'apiKey' };
	}
	const masked = maskSecrets(text);
	const { found, operations, lines, json, tables } = readParts(masked.text, 0);
	const references = withoutSharedNames(withOnlyPrompt(withOnlyOperation(fold(found, lineNumbers()), operations), json.prompts));
	const broken = [...lines.broken, ...tables.broken];
	const isList =
		!json.breaksOff &&
		lines.referenceLines + tables.references.length >= lines.proseLines &&
		lines.referenceLines + broken.length + json.without.length > 0;
	const others = isList ? [...broken, ...lines.prose, ...json.without].sort((a, b) => a.at - b.at) : [];
	const unreadable =
		references.length > 0 || others.length > 0 ? others : mostSpecific([...broken, ...json.without, ...lines.prose], masked.text);
	const hasSecret = early.found || masked.found || lines.broken.some(({ reason }) => reason === 'secret');
	const numberOf = lineNumbers();
	return {
		references,
		unreadable: unreadable
			.slice(0, maxUnreadable)
			.map(({ at, reason }) => ({ line: numberOf(at), excerpt: hasSecret ? '' : excerpt(masked.text, at), reason })),
		unreadableCount: unreadable.length,
		...(hasSecret ? { secret: 'containsSecret' as const } : {}),
	};
}

/** Reads a text without its secrets: its tables, the JSON in what is left, and the lines in what is left of that. */
function readParts(text: string, quoting: number) {
	const tables = takeTables(text);
	const json = takeJson(tables.rest, (quoted, depth) => readQuoted(quoted, depth), quoting);
	const lines = readLines(json.rest);
	return {
		found: [...tables.references, ...json.references, ...lines.references].sort((a, b) => a.at - b.at),
		operations: [...json.operations, ...lines.operations],
		tables,
		json,
		lines,
	};
}

/** Reads a string of JSON as a text of its own. */
function readQuoted(text: string, quoting: number): Omit<JsonTasks, 'problem'> {
	const { found, operations, json } = readParts(text, quoting);
	const hasClear = found.some(({ sure }) => sure === 'clear');
	// A made-up ID alone in a string is any word.
	const references = found.filter(({ id, sure }) => sure === 'clear' || (!hasClear && isKnownIdForm(id)));
	return { references, operations, names: [...json.names], prompts: [...json.prompts] };
}

/** Like `readPastedText`, limited to what can be tracked at once. */
export function readBoundedText(text: string): BoundedText {
	const read = readPastedText(text);
	const references = read.references.slice(0, mostReferences);
	return {
		...read,
		references,
		referenceCount: read.references.length,
		...(read.secret === undefined ? { lineTexts: lineTexts(text, references) } : {}),
	};
}

/**
 * One entry per task: occurrences of the same ID are merged, with the best operation and certainty of any of them.
 * An ID without an origin gets that of the first URL with the same ID.
 */
function fold(found: readonly FoundReference[], lineOf: (at: number) => number): PastedReference[] {
	const origins = new Map<string, string>();
	for (const { id, origin } of found) {
		if (origin !== undefined && !origins.has(id)) {
			origins.set(id, origin);
		}
	}
	const folded = new Map<string, { -readonly [K in keyof PastedReference]: PastedReference[K] }>();
	for (const { id, operation, origin = origins.get(id), at, sure, name, prompt, suspect } of found) {
		const key = origin === undefined ? id : `${origin} ${id}`;
		let reference = folded.get(key);
		if (reference === undefined) {
			reference = { id, line: lineOf(at), sure };
			folded.set(key, reference);
			if (suspect !== undefined) {
				reference.suspect = suspect;
			}
		}
		if (origin !== undefined) {
			reference.origin ??= origin;
		}
		if (operation !== undefined) {
			reference.operation ??= operation;
		}
		if (name !== undefined) {
			reference.name ??= name;
		}
		if (prompt !== undefined) {
			reference.prompt ??= prompt;
		}
		if (sure === 'clear') {
			reference.sure = 'clear';
			delete reference.suspect;
		}
	}
	return [...folded.values()];
}

/** Without the names that several tasks have: they name something else. */
function withoutSharedNames(references: PastedReference[]): PastedReference[] {
	const counts = new Map<string, number>();
	for (const { name } of references) {
		if (name !== undefined) {
			counts.set(name, (counts.get(name) ?? 0) + 1);
		}
	}
	return counts.size === 0
		? references
		: references.map((reference) =>
				(counts.get(reference.name ?? '') ?? 0) > 1 ? omitUndefined({ ...reference, name: undefined }) : reference,
			);
}

/**
 * If a text has one create request and one task, the request's URL names the task's operation. With several of either, nothing is certain.
 */
function withOnlyOperation(references: PastedReference[], operations: readonly FoundOperation[]): PastedReference[] {
	const [reference, another] = references;
	const [first] = operations;
	if (
		reference === undefined ||
		another !== undefined ||
		reference.operation !== undefined ||
		reference.sure !== 'clear' ||
		first === undefined
	) {
		return references;
	}
	const isOnly = operations.every(({ operation, origin }) => sameOperation(operation, first.operation) && origin === first.origin);
	return isOnly ? [{ ...reference, ...first }] : references;
}

/** If a text has one create request and one task, the request's prompt is the task's. */
function withOnlyPrompt(references: PastedReference[], prompts: readonly string[]): PastedReference[] {
	const [reference, another] = references;
	const [prompt] = prompts;
	return reference === undefined ||
		another !== undefined ||
		reference.prompt !== undefined ||
		reference.sure !== 'clear' ||
		prompt === undefined ||
		prompts.some((other) => other !== prompt)
		? references
		: [{ ...reference, prompt }];
}

/** The most specific line of a text without references: one that was meant as a reference before one that was not. */
function mostSpecific(unread: readonly Unread[], text: string): Unread[] {
	return [
		unread.find(({ reason }) => reason !== 'notUnderstood') ??
			unread[0] ?? { at: text.length - text.trimStart().length, reason: 'notUnderstood' },
	];
}

/** The line's beginning in whole words, reduced to what may be logged. */
function excerpt(text: string, at: number): string {
	const newline = text.indexOf('\n', at);
	const line = text.slice(at, Math.min(newline === -1 ? text.length : newline, at + 4 * maxExcerpt));
	const isCut = line.length === 4 * maxExcerpt;
	// A truncated word could pass as a short one.
	const shown = redact(isCut ? line.replace(/\S*$/, '') : line).trim();
	return isCut || shown.length > maxExcerpt ? `${shown.slice(0, maxExcerpt).trimEnd()}…` : shown;
}
