// The task list as a table for spreadsheets: RFC 4180, in the order of `columns`.
import type { MediaKind } from '../../core/media';
import { isRounded, isScientific } from '../../core/paste/idForm';
import { mediaKindOf, parseOperationPath } from '../../core/operation';
import type { EntryProblem, TaskEntry } from './entry';

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

/** The first line, with the byte order mark by which Excel knows UTF-8. */
export const csvHeading = `\ufeff${columns.join(',')}\r\n`;

/** The line of a task. */
export function csvLine(entry: TaskEntry): string {
	const results = entry.results ?? [];
	const cells = [
		...Object.values(textColumns).map((field) => entry[field] ?? ''),
		results.map(({ kind }) => kind).join('\n'),
		results.map(({ url }) => url).join('\n'),
		entry.parentVideo?.url ?? '',
	];
	return `${cells.map((cell) => quoted(guarded(cell))).join(',')}\r\n`;
}

/**
 * A cell that a spreadsheet takes for text, with an apostrophe before what it would run as a formula. The same for a number of more than 15
 * digits, which it would round: IDs have 18. And for an apostrophe, so that reading removes exactly the one that was added.
 */
function guarded(cell: string): string {
	return /^[=+\-@\t\r\n'\uff1d\uff0b\uff0d\uff20]|^\d{16,}$/.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
	return /[",;\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** One line of a table, with the number (from 1) of its first line in the file. */
interface CsvRecord {
	readonly line: number;
	readonly cells: readonly string[];
}

/** One task of a table, still untrusted, or why there is none. */
export type CsvEntry = { readonly line: number } & ({ readonly value: unknown } | { readonly problem: EntryProblem });

/**
 * The tasks of a table, lazily; undefined if its heading lacks a column that every task needs. The separator may be a comma, a semicolon or
 * a tab: spreadsheets choose it by the language. Columns may be in any order, others are ignored.
 */
export function csvEntries(text: string): Iterable<CsvEntry> | undefined {
	const content = text.startsWith('\ufeff') ? text.slice(1) : text;
	for (const separator of [',', ';', '\t']) {
		const records = csvRecords(content, separator);
		const heading = records.next().value?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
		if (required.every((column) => heading.includes(column))) {
			return entriesOf(records, heading);
		}
	}
	return undefined;
}

function* entriesOf(records: Iterable<CsvRecord>, heading: readonly string[]): Generator<CsvEntry> {
	for (const { line, cells } of records) {
		if (cells.every((cell) => cell === '')) {
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
	return cell.startsWith("'") ? cell.slice(1) : cell;
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

/** The lines of a table. A quoted cell may contain separators, line breaks and doubled quotes. */
function* csvRecords(text: string, separator: string): Generator<CsvRecord, undefined> {
	let at = 0;
	let line = 1;
	while (at < text.length) {
		const first = line;
		const cells: string[] = [];
		for (let isMore = true; isMore;) {
			let cell = '';
			if (text[at] === '"') {
				const end = endOfQuoted(text, at + 1);
				cell = text.slice(at + 1, end).replaceAll('""', '"');
				line += countLines(text, at, end);
				at = end + 1;
			}
			// What stands behind a closing quote belongs to the cell.
			const end = endOfCell(text, at, separator);
			cells.push(cell + text.slice(at, end));
			isMore = text[end] === separator;
			at = end + (text.startsWith('\r\n', end) ? 2 : 1);
		}
		line++;
		yield { line: first, cells };
	}
	return undefined;
}

/** The offset of the closing quote; the end of the text if there is none. */
function endOfQuoted(text: string, from: number): number {
	for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
		if (text[at + 1] !== '"') {
			return at;
		}
	}
	return text.length;
}

function endOfCell(text: string, from: number, separator: string): number {
	let at = from;
	while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') {
		at++;
	}
	return at;
}

function countLines(text: string, from: number, to: number): number {
	let lines = 0;
	for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) {
		lines++;
	}
	return lines;
}
