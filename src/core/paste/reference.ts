import { omitUndefined } from '../omitUndefined';
import type { OperationPath } from '../operation';

/** A task reference in a text, by its offset. `clear`: it cannot be anything else. */
export interface FoundReference {
	readonly id: string;
	readonly operation?: OperationPath;
	readonly origin?: string;
	readonly at: number;
	readonly sure: 'clear' | 'guess';
	/** How the line labels it, if at all: as a task's ID, or just as an ID. */
	readonly called?: 'task' | 'id';
	/** What the text calls the task (see names.ts). */
	readonly name?: string;
	/** What the task was asked to make (see `cleanPrompt`). */
	readonly prompt?: string;
	/** Its last digits are probably rounded: always a guess. */
	readonly suspect?: 'rounded';
}

/** An operation from a create request's URL, without an ID. */
export interface FoundOperation {
	readonly operation: OperationPath;
	readonly origin?: string;
}

/** Reduces what a URL says to the operation. */
export function foundOperation({ operation, origin }: FoundOperation): FoundOperation {
	return { operation: { action: operation.action, action2: operation.action2 }, ...omitUndefined({ origin }) };
}
