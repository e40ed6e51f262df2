// The cells of a table's line.

/** The separators of cells, in the order in which they are tried. */
export const separators = ['\t', '|', '│', '┃', ';', ',', 'columns'] as const;
export type Separator = (typeof separators)[number];

export interface Cell {
	readonly text: string;
	readonly at: number;
}

/** A cell in quotes may have line breaks; more of them than this are a quote that was never closed. */
const longestRecord = 20_000;

/** The end of the line at an offset. */
export function endOfLine(text: string, at: number): number {
	const newline = text.indexOf('\n', at);
	return newline === -1 ? text.length : newline;
}

/** The end of a record: a quoted cell may go on over several lines. */
export function endOfRecord(text: string, at: number, separator: Separator): number {
	let end = endOfLine(text, at);
	if (separator === '|' || separator === 'columns' || separator === '│' || separator === '┃') {
		return end;
	}
	const first = end;
	for (let from = at, isOpen = false; ; from = end + 1, end = endOfLine(text, from)) {
		const line = text.slice(from, end);
		for (let quote = line.indexOf('"'); quote !== -1; quote = line.indexOf('"', quote + 1)) {
			isOpen = !isOpen;
		}
		if (!isOpen) {
			return end;
		}
		if (end >= text.length || end - at > longestRecord) {
			return first;
		}
	}
}

/** The cells of a line, without quotes. The outer bars of Markdown and of boxes are no separators. */
export function splitCells(source: string, separator: Separator): Cell[] {
	// The headings of a wiki's table have two bars.
	const line = separator === '|' && source.includes('||') ? source.replaceAll('||', ' |') : source;
	const cells: Cell[] = [];
	const add = (text: string, at: number): void => {
		const bare = text.trim();
		const isQuoted = bare.length > 1 && bare.startsWith('"') && bare.endsWith('"');
		cells.push({ text: isQuoted ? bare.slice(1, -1).replaceAll('""', '"') : bare, at: at + text.indexOf(bare) });
	};
	if (separator === 'columns') {
		for (const { 0: text, index } of line.matchAll(/\S+(?: \S+)*/g)) {
			add(text, index);
		}
		return cells;
	}
	const isBox = separator === '|' || separator === '│' || separator === '┃';
	const [, open = ''] = /^(\s*)/.exec(line) ?? [];
	let start = isBox && line[open.length] === separator ? open.length + 1 : 0;
	const trimmedEnd = line.trimEnd();
	const end = isBox && trimmedEnd.endsWith(separator) && trimmedEnd.length > start ? trimmedEnd.length - 1 : line.length;
	let isInside = false;
	for (let position = start; position < end; position++) {
		const character = line[position];
		if (character === '"' && !isBox) {
			isInside = !isInside;
		} else if (character === separator && !isInside) {
			add(line.slice(start, position), start);
			start = position + 1;
		}
	}
	add(line.slice(start, end), start);
	return cells;
}
