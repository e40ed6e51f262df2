/**
 * What a spreadsheet would run in the middle of a cell: where the list separator is a semicolon or a tab, it divides a cell there, in quotes or
 * not. And an apostrophe, for the reading.
 */
const mayBeginCell = /([;\t\r\n])(?=[=+\-@'\uff1d\uff0b\uff0d\uff20])/g;

/** A line of a table, RFC 4180. A spreadsheet takes each cell for text: see `guarded`. */
export function csvRecord(cells: readonly string[]): string {
	return `${cells.map((cell) => quoted(guarded(cell))).join(',')}\r\n`;
}

/**
 * A cell that a spreadsheet takes for text, with an apostrophe before what it would run as a formula. The same for a number of more than 15
 * digits, which it would round: IDs have 18. And for an apostrophe, so that reading removes exactly the one that was added.
 */
function guarded(text: string): string {
	const cell = text.replace(mayBeginCell, "$1'");
	return /^[=+\-@\t\r\n'\uff1d\uff0b\uff0d\uff20]|^\d{16,}$/.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
	return /[",;\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The byte order mark by which spreadsheets know UTF-8. */
export const utf8Mark = '\ufeff';
