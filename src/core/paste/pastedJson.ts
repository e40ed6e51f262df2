import type { FoundOperation, FoundReference } from './responseTasks';
import { tasksOfResponse, wantedInResponse } from './responseTasks';
import { looseJson } from './looseJson';
import type { Unread } from './pastedLine';

/** What the JSON in a text says of tasks. */
export interface FoundInJson {
	readonly references: readonly FoundReference[];
	readonly operations: readonly FoundOperation[];
	/** Whole documents without a task. */
	readonly without: readonly Unread[];
	/** Whether a document with a task was not whole: its remains are no lines of a list. */
	readonly breaksOff: boolean;
	/** The text with those documents blanked out, in the same length. */
	readonly rest: string;
}

/**
 * Takes the JSON out of a text. A document that gave something, or is whole, has nothing more to say: its numbers must not be read again as words
 * (they are ids of results). What only looked like JSON (`[INFO]`, `[text](link)`) stays.
 */
export function takeJson(text: string): FoundInJson {
	const references: FoundReference[] = [];
	const operations: FoundOperation[] = [];
	const without: Unread[] = [];
	const rest: string[] = [];
	let breaksOff = false;
	let from = 0;
	for (const document of looseJson(text, wantedInResponse)) {
		const tasks = tasksOfResponse(document.value);
		const gaveNothing = tasks.references.length === 0;
		if (gaveNothing && !(document.complete && document.hasKeys)) {
			continue;
		}
		for (const reference of tasks.references) {
			references.push(reference);
		}
		for (const operation of tasks.operations) {
			operations.push(operation);
		}
		breaksOff ||= !document.complete;
		if (gaveNothing) {
			without.push({ at: document.start, reason: tasks.badId ? 'badId' : 'noTaskId' });
		}
		rest.push(
			text.slice(from, document.start),
			text.slice(document.start, document.end).replace(/[^\n]+/g, (run) => ' '.repeat(run.length)),
		);
		from = document.end;
	}
	rest.push(text.slice(from));
	return { references, operations, without, breaksOff, rest: rest.join('') };
}
