// The task list as a table for spreadsheets: RFC 4180, in the order of `columns`.
import { csvRecord, utf8Mark } from '../../core/csvRecord';
import type { MediaKind } from '../../core/media';
import { isRounded, isScientific } from '../../core/paste/idForm';
import { mediaKindOf, parseOperationPath } from '../../core/operation';
import { longestEntry, type EntryProblem, type TaskEntry } from './entry';

/** The columns that hold one text each, by the field of an entry. */
const textColumns = {
	origin: 'origin',
	operation: 'operation',
	id: 'id',
	name: 'name',
	prompt: 'prompt',
	status: 'status',
	api_status: 'apiStatus',
	tracked_at: 'trackedAt',
	created_at: 'createdAt',
	updated_at: 'updatedAt',
	finished_at: 'finishedAt',
	viewed_at: 'viewedAt',
	message: 'message',
	units: 'units',
	external_id: 'externalId',
	request_id: 'requestId',
} as const satisfies Readonly<Record<string, keyof TaskEntry>>;
/** The results: one line of the cell each, in the same order. Other formats, IDs and durations of results are only in JSON. */
const kindsColumn = 'result_kinds';
const linksColumn = 'result_links';
const parentColumn = 'parent_link';
const columns = [...Object.keys(textColumns), kindsColumn, linksColumn, parentColumn];
/** Without these a line is no task. */
const required = ['origin', 'operation', 'id', 'status'];

/** The first line. */
export const csvHeading = utf8Mark + csvRecord(columns);

/** The line of a task. */
export function csvLine(entry: TaskEntry): string {
	const results = entry.results ?? [];
	const cells = [
		...Object.values(textColumns).map((field) => entry[field] ?? ''),
		results.map(({ kind }) => kind).join('\n'),
		results.map(({ url }) => url).join('\n'),
		entry.parentVideo?.url ?? '',
	];
	return csvRecord(cells);
}

/** One line of a table, with the number (from 1) of its first line in the file. */
interface CsvRecord {
	readonly line: number;
	/** Longer than `longestEntry`: it is the last that is read. */
	readonly cells: readonly string[] | 'tooLong';
}

/** One task of a table, still untrusted, or why there is none; or empty lines, so that a long run of them does not hold up the thread. */
export type CsvEntry = { readonly line: number } & (
	{ readonly value: unknown } | { readonly problem: EntryProblem } | { readonly isEmpty: true }
);

/**
 * The tasks of a table, lazily; undefined if its heading lacks a column that every task needs. The separator may be a comma, a semicolon or
 * a tab: spreadsheets choose it by the language. Columns may be in any order, others are ignored.
 */
export function csvEntries(text: string): Iterable<CsvEntry> | undefined {
	const content = text.startsWith('\ufeff') ? text.slice(1) : text;
	for (const separator of [',', ';', '\t']) {
		const records = csvRecords(content, separator);
		const { cells = [] } = records.next().value ?? {};
		const heading = cells === 'tooLong' ? [] : cells.map((cell) => cell.trim().toLowerCase());
		if (required.every((column) => heading.includes(column))) {
			return entriesOf(records, heading);
		}
	}
	return undefined;
}

function* entriesOf(records: Iterable<CsvRecord>, heading: readonly string[]): Generator<CsvEntry> {
	for (const { line, cells } of records) {
		if (cells === 'tooLong') {
			yield { line, problem: { kind: 'tooLong' } };
			return;
		}
		if (cells.every((cell) => cell === '')) {
			yield { line, isEmpty: true };
			continue;
		}
		if (cells.length > heading.length) {
			yield { line, problem: { kind: 'notTask' } };
			continue;
		}
		const cell = (column: string): string => cells[heading.indexOf(column)] ?? '';
		const id = cell('id');
		yield isRounded(id) || isScientific(id)
			? { line, problem: { kind: 'rounded' } }
			: { line, value: entryAt((column) => unguarded(cell(column))) };
	}
}

function unguarded(cell: string): string {
	return (cell.startsWith("'") ? cell.slice(1) : cell).replace(/([;\t\r\n])'/g, '$1');
}

function entryAt(cell: (column: string) => string): Readonly<Record<string, unknown>> {
	const texts = Object.entries(textColumns).flatMap(([column, field]) => {
		const value = cell(column);
		return value === '' ? [] : [[field, value] as const];
	});
	const operation = parseOperationPath(cell('operation'));
	const usual: MediaKind = operation === undefined ? 'video' : mediaKindOf(operation);
	const kinds = cell(kindsColumn)
		.split('\n')
		.map((kind) => kind.trim());
	const links = cell(linksColumn)
		.split('\n')
		.map((link) => link.trim());
	const results = links.flatMap((url, index) => (url === '' ? [] : [{ kind: (kinds[index] ?? '') === '' ? usual : kinds[index], url }]));
	const parent = cell(parentColumn);
	return {
		...Object.fromEntries(texts),
		...(results.length === 0 ? {} : { results }),
		...(parent === '' ? {} : { parentVideo: { url: parent } }),
	};
}

/** The most empty lines that are read in one go. */
const emptyAtOnce = 100_000;

/** The lines of a table. A quoted cell may contain separators, line breaks and doubled quotes. A run of empty lines is one. */
function* csvRecords(text: string, separator: string): Generator<CsvRecord, undefined> {
	let at = 0;
	let line = 1;
	while (at < text.length) {
		const first = line;
		const last = Math.min(text.length, at + longestEntry);
		const empty = emptyLines(text, at);
		if (empty.count > 0) {
			yield { line, cells: [] };
			at = empty.end;
			line += empty.count;
			continue;
		}
		const cells: string[] = [];
		for (let isMore = true; isMore;) {
			let cell = '';
			if (text[at] === '"') {
				const end = endOfQuoted(text, at + 1, last);
				cell = text.slice(at + 1, end).replaceAll('""', '"');
				line += text.slice(at, end).split('\n').length - 1;
				at = end + 1;
			}
			// What stands behind a closing quote belongs to the cell.
			const end = endOfCell(text, at, separator, last);
			if (end >= last && end < text.length) {
				yield { line: first, cells: 'tooLong' };
				return undefined;
			}
			cells.push(cell + text.slice(at, end));
			isMore = text[end] === separator;
			at = end + (text.startsWith('\r\n', end) ? 2 : 1);
		}
		line++;
		yield { line: first, cells };
	}
	return undefined;
}

function emptyLines(text: string, from: number): { readonly count: number; readonly end: number } {
	let count = 0;
	let at = from;
	while (count < emptyAtOnce && (text[at] === '\n' || text[at] === '\r')) {
		at += text.startsWith('\r\n', at) ? 2 : 1;
		count++;
	}
	return { count, end: at };
}

/** The offset of the closing quote; `last` if there is none before that. */
function endOfQuoted(text: string, from: number, last: number): number {
	for (let at = text.indexOf('"', from); at !== -1 && at < last; at = text.indexOf('"', at + 2)) {
		if (text[at + 1] !== '"') {
			return at;
		}
	}
	return last;
}

/** The offset of what ends a cell; `last` or an offset behind it if nothing does before that. */
function endOfCell(text: string, from: number, separator: string, last: number): number {
	let at = from;
	while (at < last && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') {
		at++;
	}
	return at;
}
