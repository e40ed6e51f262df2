// The task list as JSON: `{ "format": "kling-tasks", "version": 1, "exportedAt": …, "tasks": [ … ] }`, one task a line.
import * as v from 'valibot';
import { listFormat, listVersion, longestEntry, type EntryProblem, type TaskEntry } from './entry';

/** What precedes the tasks. */
export function jsonHead(exportedAt: number): string {
	const head = { format: listFormat, version: listVersion, exportedAt: new Date(exportedAt).toISOString() };
	return `${JSON.stringify(head, undefined, '\t').slice(0, -2)},\n\t"tasks": [\n`;
}

/** A task, with what separates it from the one before. */
export function jsonTask(entry: TaskEntry, isFirst: boolean): string {
	return `${isFirst ? '' : ',\n'}\t\t${JSON.stringify(entry)}`;
}

/** What follows the tasks. */
export const jsonTail = '\n\t]\n}\n';

const Head = v.object({ format: v.literal(listFormat), version: v.number() });

/** One task, still untrusted, with its number in the file (from 1), or why there is none. `value` is undefined if it is not JSON. */
export type JsonEntry = { readonly line: number } & ({ readonly value: unknown } | { readonly problem: EntryProblem });

/**
 * The tasks of a file, parsed one by one, so that a long list does not hold up the thread; or why it is none: not a task list, or one of a
 * later version.
 */
export function jsonEntries(text: string): Iterable<JsonEntry> | 'notList' | 'newerVersion' {
	const start = startOfTasks(text);
	if (start === undefined) {
		return 'notList';
	}
	const head = headsOf(text, start)
		.map((json) => v.safeParse(Head, parsed(json)))
		.find(({ success }) => success);
	if (head?.success !== true) {
		return 'notList';
	}
	return head.output.version > listVersion ? 'newerVersion' : itemsOf(text, start);
}

/** How many brackets at the end of the file may close the tasks: other programs write the fields in another order, or further lists. */
const mostBrackets = 20;
/** The longest text (UTF-16 units) before and behind the tasks: it is read in one go, which must not hold up the thread. */
const longestHead = 1_000_000;

/** What the outermost object may be without its tasks: they end where the file does, or at one of its last brackets. */
function headsOf(text: string, start: number): readonly string[] {
	const before = text.slice(0, start);
	const heads = [`${before}]}`];
	for (
		let at = text.lastIndexOf(']');
		at >= start && heads.length <= mostBrackets && text.length - at <= longestHead;
		at = text.lastIndexOf(']', at - 1)
	) {
		heads.push(before + text.slice(at));
	}
	return heads;
}

/** The offset behind the bracket that opens the tasks. The file is untrusted: the key must stand in the outermost object. */
function startOfTasks(text: string): number | undefined {
	let depth = 0;
	const most = Math.min(text.length, longestHead);
	for (let at = 0; at < most; at++) {
		const sign = text[at];
		if (sign === '"') {
			const end = endOfString(text, at);
			const list = depth === 1 && text.slice(at, end) === '"tasks"' ? /\s*:\s*\[/y : undefined;
			if (list !== undefined) {
				list.lastIndex = end;
				if (list.test(text)) {
					return list.lastIndex;
				}
			}
			at = end - 1;
		} else if (sign === '{' || sign === '[') {
			depth++;
		} else if (sign === '}' || sign === ']') {
			depth--;
		}
	}
	return undefined;
}

function* itemsOf(text: string, start: number): Generator<JsonEntry> {
	let line = 0;
	for (const { from, end } of spans(text, start)) {
		line++;
		if (end - from > longestEntry) {
			yield { line, problem: { kind: 'tooLong' } };
			return;
		}
		yield { line, value: parsed(text.slice(from, end)) };
	}
}

/**
 * Where the items of an array stand, from the offset behind its bracket to the one that closes it, or to the end of a file that was cut. One
 * that is longer than `longestEntry` may be cut, and is the last.
 */
function* spans(text: string, start: number): Generator<{ readonly from: number; readonly end: number }> {
	let depth = 0;
	let from = start;
	for (let at = start; at < text.length; at++) {
		if (at - from > longestEntry) {
			yield { from, end: at };
			return;
		}
		switch (text.charCodeAt(at)) {
			case 0x22: // "
				at = endOfString(text, at) - 1;
				break;
			case 0x7b: // {
			case 0x5b: // [
				depth++;
				break;
			case 0x7d: // }
				depth--;
				break;
			case 0x5d: // ]
				depth--;
				if (depth < 0) {
					if (text.slice(from, at).trim() !== '') {
						yield { from, end: at };
					}
					return;
				}
				break;
			case 0x2c: // ,
				if (depth === 0) {
					yield { from, end: at };
					from = at + 1;
				}
				break;
		}
	}
	if (text.slice(from).trim() !== '') {
		yield { from, end: text.length };
	}
}

/**
 * The offset behind the closing quote of the string that begins at an offset; the end of the text if there is none. Of a string that is longer
 * than `longestEntry`, an offset beyond that.
 */
function endOfString(text: string, from: number): number {
	for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
		if (at - from > longestEntry) {
			return at + 1;
		}
		let slashes = 0;
		while (text[at - 1 - slashes] === '\\') {
			slashes++;
		}
		if (slashes % 2 === 0) {
			return at + 1;
		}
	}
	return text.length;
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
