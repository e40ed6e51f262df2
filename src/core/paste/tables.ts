// Tables, which are read by their heading: CSV, TSV, Markdown, the output of databases, aligned columns.
import { omitUndefined } from '../omitUndefined';
import { bareWord, isRule, trimmed } from './decoration';
import { fieldRole, type FieldRole } from './fieldRole';
import { isExternalIdForm, isKnownIdForm, isMasked, isRounded, isScientific } from './idForm';
import { cleanName, cleanPrompt } from './names';
import { operationNamed } from './operationNames';
import type { Unread } from './pastedLine';
import { originNamed, readQueryUrl } from './queryUrl';
import { endOfLine, endOfRecord, separators, splitCells, type Cell, type Separator } from './tableCells';
import { foundOperation, type FoundOperation, type FoundReference } from './reference';

/** The tasks found in the tables of a text. */
export interface FoundInTables {
	readonly references: readonly FoundReference[];
	/** Rows whose cell in the ID's column is not an ID. */
	readonly broken: readonly Unread[];
	/** The text with the tables replaced by spaces, in the same length. */
	readonly rest: string;
}

interface Heading {
	readonly separator: Separator;
	readonly roles: readonly (FieldRole | undefined)[];
	/** The column of the task's ID; -1 if none is called so: an ID in a column without a known name is a guess then. */
	readonly id: number;
	/** Where each column begins, for aligned ones. */
	readonly starts: readonly number[];
}

/** A line that may be a heading: it names an ID and has a separator. */
const mayBeHeading = /id|task|job|uuid|[^\x00-\x7f]/i;
const longestHeading = 2_000;
/**
 * Takes the tables out of a text. A table begins with a heading that names the task's ID, and ends with a blank line or one that has no cell
 * in that column. Only that column's IDs count; columns for the operation, the name, the prompt and the API say what they say.
 */
export function takeTables(source: string): FoundInTables {
	const { references, broken, rest: text } = takeInserts(source);
	const rest: string[] = [];
	let from = 0;
	let at = 0;
	while (at < text.length) {
		const end = endOfLine(text, at);
		const heading = end - at <= longestHeading ? readHeading(text.slice(at, end)) : undefined;
		if (heading === undefined) {
			at = end + 1;
			continue;
		}
		let rows = 0;
		let next = end + 1;
		while (next < text.length) {
			const rowEnd = endOfRecord(text, next, heading.separator);
			const line = text.slice(next, rowEnd);
			if (isRule(line) && line.trim() !== '') {
				next = rowEnd + 1;
				continue;
			}
			const cells = line.trim() === '' ? [] : cellsOf(line, heading);
			const ids = heading.id === -1 ? cells.filter((cell, column) => isUnnamedId(cell, heading.roles[column])) : [cells[heading.id]];
			if (cells.length < 2 || (heading.id !== -1 && ids[0] === undefined) || readHeading(line) !== undefined) {
				break;
			}
			rows++;
			for (const id of ids) {
				const read = id === undefined ? undefined : readRow(cells, id, heading.roles, next);
				addTo(references, broken, read !== undefined && heading.id === -1 && 'id' in read ? { ...read, sure: 'guess' } : read);
			}
			next = rowEnd + 1;
		}
		if (rows > 0) {
			rest.push(
				text.slice(from, at),
				text.slice(at, next).replace(/[^\n]+/g, (run) => ' '.repeat(run.length)),
			);
			from = Math.min(next, text.length);
		}
		at = Math.max(next, end + 1);
	}
	rest.push(text.slice(from));
	return { references, broken, rest: from === 0 ? text : rest.join('') };
}

function addTo(references: FoundReference[], broken: Unread[], read: FoundReference | Unread | undefined): void {
	if (read !== undefined && 'reason' in read) {
		broken.push(read);
	} else if (read !== undefined) {
		references.push(read);
	}
}

/** Takes the rows of SQL's `INSERT INTO tasks (task_id, …) VALUES (…), (…)`, whose columns are the heading. */
function takeInserts(text: string): { readonly references: FoundReference[]; readonly broken: Unread[]; readonly rest: string } {
	const references: FoundReference[] = [];
	const broken: Unread[] = [];
	const rest: string[] = [];
	let from = 0;
	const insert = /\binsert\s+(?:or\s+\w+\s+)?into\s+[\w."`[\]]{1,100}\s*\(([^()]{1,1000})\)\s*values\s*/gi;
	for (let match = insert.exec(text); match !== null; match = insert.exec(text)) {
		const roles = splitCells(match[1] ?? '', ',').map(({ text: column }) => fieldRole(trimmed(column, '"`[]')));
		const column = idColumn(roles);
		const tuple = /\s*,?\s*\(([^()]{0,4000})\)/y;
		let end = insert.lastIndex;
		tuple.lastIndex = end;
		for (let row = tuple.exec(text); row !== null; row = tuple.exec(text)) {
			const cells = splitCells((row[1] ?? '').replaceAll("'", '"'), ',');
			const id = cells[column];
			addTo(references, broken, id === undefined ? undefined : readRow(cells, id, roles, row.index));
			end = tuple.lastIndex;
		}
		rest.push(
			text.slice(from, match.index),
			text.slice(match.index, end).replace(/[^\n]+/g, (run) => ' '.repeat(run.length)),
		);
		from = end;
		insert.lastIndex = Math.max(end, insert.lastIndex);
	}
	rest.push(text.slice(from));
	return { references, broken, rest: from === 0 ? text : rest.join('') };
}

function readHeading(line: string): Heading | undefined {
	if (!mayBeHeading.test(line) || /\d{10}|[{}=]|: /.test(line)) {
		return undefined;
	}
	for (const separator of separators) {
		if (separator === 'columns' ? !/\S\s{2,}\S/.test(line) : !line.includes(separator)) {
			continue;
		}
		const cells = splitCells(line, separator);
		const roles = cells.map(({ text }) => fieldRole(text));
		const isField = cells.every(({ text }) => text.length <= 40 && text.split(/\s+/).length <= 4 && !/^\d+$|[.!?:]$/.test(text));
		const id = idColumn(roles);
		const known = roles.filter((role) => role !== undefined).length;
		if (cells.length >= 2 && isField && (id !== -1 || (known >= 2 && 2 * known > cells.length))) {
			return { separator, roles, id, starts: cells.map(({ at }) => at) };
		}
	}
	return undefined;
}

/** An ID in a column whose name says nothing. */
function isUnnamedId(cell: Cell | undefined, role: FieldRole | undefined): boolean {
	return cell !== undefined && role === undefined && isKnownIdForm(trimmed(cell.text, '`*"'));
}

/** The column of the task's ID. A mere `id` is one beside what tasks have. */
function idColumn(roles: readonly (FieldRole | undefined)[]): number {
	const [task, job] = [roles.indexOf('task'), roles.indexOf('job')];
	if (task !== -1 || job !== -1) {
		return task !== -1 ? task : job;
	}
	const isOfTasks = roles.some((role) => role === 'status' || role === 'operation' || role === 'prompt' || role === 'name');
	return isOfTasks ? roles.indexOf('id') : roles.indexOf('external');
}

function cellsOf(line: string, { separator, roles, starts }: Heading): readonly (Cell | undefined)[] {
	const cells = splitCells(line, separator);
	if (separator !== 'columns' || cells.length === roles.length) {
		return cells;
	}
	// A cell is empty: each of the others stands below its own heading.
	const placed: (Cell | undefined)[] = [];
	for (const cell of cells) {
		const column = starts.findLastIndex((start) => start <= cell.at + 1);
		placed[Math.max(0, column)] ??= cell;
	}
	return placed;
}

function readRow(
	cells: readonly (Cell | undefined)[],
	{ text }: Cell,
	roles: readonly (FieldRole | undefined)[],
	at: number,
): FoundReference | Unread | undefined {
	const id = readId(text);
	if (typeof id === 'string') {
		return id === 'empty' ? undefined : { at, reason: id };
	}
	const operations: string[] = [];
	let origin: string | undefined;
	let prompt: string | undefined;
	const names: { name?: string | undefined; external?: string | undefined; prompt?: string | undefined } = {};
	for (const [column, role] of roles.entries()) {
		const value = cells[column]?.text ?? '';
		if (role === undefined || value === '') {
			continue;
		}
		if (role === 'operation') {
			operations.push(trimmed(value, '`*"'));
		} else if (role === 'origin') {
			origin ??= originNamed(value);
		} else if (role === 'name' || role === 'external' || role === 'prompt') {
			names[role] ??= cleanName(value);
		}
		if (role === 'prompt') {
			prompt ??= cleanPrompt(value);
		}
	}
	const name = names.name ?? names.external ?? names.prompt;
	return { ...omitUndefined({ origin }), ...readOperation(operations), ...id, ...omitUndefined({ name, prompt }), at };
}

/** The operation in the cells for it: a name, a path, or a path in two columns. */
function readOperation(cells: readonly string[]): FoundOperation | undefined {
	const path = cells.length === 2 ? operationNamed(cells.join('/')) : undefined;
	const named = path ?? cells.map(operationNamed).find((one) => one !== undefined);
	return named === undefined ? cells.map(readUrlOperation).find((one) => one !== undefined) : foundOperation({ operation: named });
}

function readUrlOperation(value: string): ReturnType<typeof foundOperation> | undefined {
	const read = readQueryUrl(value);
	return read === undefined || read.kind === 'bad' ? undefined : foundOperation(read);
}

/** The ID in a cell, or why there is none. */
function readId(cell: string): Omit<FoundReference, 'at'> | 'empty' | 'cutId' | 'badId' {
	const [, shown = cell, target = ''] = /^\[([^\]]+)\]\(([^)]*)\)$/.exec(cell) ?? [];
	const linked = target.includes('/') ? readQueryUrl(target) : undefined;
	if (linked?.kind === 'query') {
		return { id: linked.id, ...foundOperation(linked), sure: 'clear' };
	}
	const text = bareWord(trimmed(shown.replace(/^=(?=["'])/, ''), '`*_"\'<>()'));
	if (text === '' || /^(?:-+|—|–|n\/a|null|none|nil|\(null\)|\\N|tbd|pending)$/i.test(text)) {
		return 'empty';
	}
	const url = text.includes('/') ? readQueryUrl(text) : undefined;
	if (url?.kind === 'query') {
		return { id: url.id, ...foundOperation(url), sure: 'clear' };
	}
	const isCut = /\.\.|[…⋯•█]|\*/.test(shown.replace(/^\*+(.*?)\*+$/, '$1')) || isMasked(text) || isScientific(text);
	if (isCut) {
		return 'cutId';
	}
	if (isRounded(text)) {
		return { id: text, sure: 'guess', suspect: 'rounded' };
	}
	return isKnownIdForm(text) || isExternalIdForm(text) ? { id: text, sure: 'clear' } : 'badId';
}
