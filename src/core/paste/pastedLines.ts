import type { FieldRole } from './fieldRole';
import { readLine, type ReadLine, type Unread } from './pastedLine';
import type { FoundOperation, FoundReference } from './reference';

/** The tasks found in the lines of a text, and what kind of lines they are. */
export interface FoundInLines {
	references: FoundReference[];
	readonly operations: FoundOperation[];
	referenceLines: number;
	proseLines: number;
	/** Lines of prose without a reference. */
	readonly prose: Unread[];
	/** Lines that were meant as a reference. */
	readonly broken: Unread[];
}

/** Reads a text line by line. */
export function readLines(text: string): FoundInLines {
	const found: FoundInLines = { references: [], operations: [], referenceLines: 0, proseLines: 0, prose: [], broken: [] };
	/** What the line before announced. */
	let announced: FieldRole | undefined;
	for (const { line, at } of logicalLines(text)) {
		const read = announcedAs(announced, readLine(line, at));
		announced = read.announces;
		const isFurniture = /^\s*(?:#|\/\/|```|~~~|\|)/.test(line);
		for (const reference of read.references) {
			found.references.push(reference);
		}
		for (const operation of read.operations) {
			found.operations.push(operation);
		}
		if (read.shape === 'nothing' || (isFurniture && read.shape === 'prose')) {
			continue;
		}
		const hasReferences = read.references.length > 0;
		if (read.shape === 'reference') {
			found.referenceLines++;
		} else if (read.shape === 'broken') {
			found.broken.push({ at, reason: read.reason });
		} else {
			found.proseLines++;
		}
		if (read.shape === 'prose' && !hasReferences) {
			found.prose.push({ at, reason: read.reason });
		}
	}
	// If a text labels its tasks (a response as YAML, the fields of a log), a mere `id` belongs to something else.
	if (found.references.some(({ called }) => called === 'task')) {
		found.references = found.references.filter(({ called }) => called !== 'id');
	}
	return found;
}

/** A line below a label: its bare IDs are what the label says. */
function announcedAs(role: FieldRole | undefined, read: ReadLine): ReadLine {
	if (role === undefined || read.isBare !== true) {
		return read;
	}
	if (role === 'other') {
		return { ...read, references: [], shape: 'nothing' };
	}
	return role === 'task' ? { ...read, references: read.references.map((reference) => ({ ...reference, called: 'task' })) } : read;
}

/** The non-blank lines, each with its offset. The lines of a curl command, which end in `\` (or `^` or a backtick), are joined. */
function* logicalLines(text: string): Generator<{ readonly line: string; readonly at: number }> {
	let parts: string[] = [];
	let start = 0;
	for (let at = 0; at <= text.length;) {
		const newline = text.indexOf('\n', at);
		const end = newline === -1 ? text.length : newline;
		if (end === at && parts.length === 0) {
			at = end + 1;
			continue;
		}
		const line = text.slice(at, end);
		if (parts.length === 0) {
			start = at;
		}
		const trimmed = line.trimEnd();
		const goesOn = /[\\^`]$/.test(trimmed.slice(-1)) && (parts.length > 0 || /^\W{0,8}curl(?:\.exe)?\s/i.test(line));
		parts.push(goesOn ? trimmed.slice(0, -1) : line);
		at = end + 1;
		if (goesOn && newline !== -1) {
			continue;
		}
		const joined = parts.join(' ');
		if (joined.trim() !== '') {
			yield { line: joined.trimEnd(), at: start + (joined.length - joined.trimStart().length) };
		}
		parts = [];
	}
}
