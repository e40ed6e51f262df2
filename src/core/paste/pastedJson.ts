import { wantedInJson } from './jsonKeys';
import { tasksOfJson, type ReadText } from './jsonTasks';
import { looseJson } from './looseJson';
import type { Unread } from './pastedLine';
import type { FoundOperation, FoundReference } from './reference';

/** The tasks found in the JSON of a text. */
export interface FoundInJson {
	readonly references: readonly FoundReference[];
	readonly operations: readonly FoundOperation[];
	/** What the documents call tasks that they do not have. */
	readonly names: readonly string[];
	/** Their prompts for such tasks. */
	readonly prompts: readonly string[];
	/** Complete documents without a task. */
	readonly without: readonly Unread[];
	/** Whether a document with a task was incomplete: its remains are not lines of a list. */
	readonly breaksOff: boolean;
	/** The text with those documents replaced by spaces, in the same length. */
	readonly rest: string;
}

/** The end of the word that begins at an offset, perhaps behind its opening quote. */
function endOfWord(text: string, from: number): number {
	const word = /["']?[\w-]{0,256}/y;
	word.lastIndex = from;
	return from + (word.exec(text)?.[0].length ?? 0);
}

/**
 * Takes the JSON out of a text. A document is removed if it named a task or is complete with at least one key, so that its numbers (IDs of
 * results) are not read again as words. What only looked like JSON (`[INFO]`, `[text](link)`) stays.
 */
export function takeJson(text: string, readText: ReadText, quoting: number): FoundInJson {
	const references: FoundReference[] = [];
	const operations: FoundOperation[] = [];
	const names: string[] = [];
	const prompts: string[] = [];
	const without: Unread[] = [];
	const rest: string[] = [];
	let breaksOff = false;
	let from = 0;
	for (const document of looseJson(text, wantedInJson)) {
		if (!document.hasKeys) {
			continue;
		}
		const tasks = tasksOfJson(document.value, readText, quoting);
		const gaveNothing = tasks.references.length === 0;
		if (gaveNothing && !document.complete) {
			continue;
		}
		// What follows the break is the rest of a word.
		const end = document.complete ? document.end : Math.max(document.end, endOfWord(text, document.end));
		for (const reference of tasks.references) {
			references.push(reference);
		}
		for (const operation of tasks.operations) {
			operations.push(operation);
		}
		for (const name of tasks.names) {
			names.push(name);
		}
		for (const prompt of tasks.prompts) {
			prompts.push(prompt);
		}
		breaksOff ||= !document.complete;
		if (gaveNothing) {
			without.push({ at: document.start, reason: tasks.problem ?? 'noTaskId' });
		}
		rest.push(
			text.slice(from, document.start),
			// Not `+`: pastedWord.ts says what becomes of millions of repetitions.
			text.slice(document.start, end).replace(/[^\n]{1,1000}/g, (run) => ' '.repeat(run.length)),
		);
		from = end;
	}
	rest.push(text.slice(from));
	return { references, operations, names, prompts, without, breaksOff, rest: rest.join('') };
}
