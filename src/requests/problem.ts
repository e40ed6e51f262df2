import type { TextRange } from './jsonNode';

/** `error`: it would certainly be refused or cost wrongly, and the file cannot be run. */
export type Severity = 'error' | 'warning' | 'information';

/** The replacement of a part of the text. */
export interface TextEdit {
	readonly range: TextRange;
	readonly text: string;
}

/** What a person can let the editor do about a problem. */
export interface Fix {
	/** What it does; `ui/text/requests` has its sentence. */
	readonly kind: string;
	/** Names and values for its sentence. */
	readonly facts: Readonly<Record<string, string | number>>;
	readonly edits: readonly TextEdit[];
}

/**
 * One diagnostic of a request file. A code and facts, no sentence: `ui/text/requests` has those. The codes are in the tables of the files that
 * find the problems.
 */
export interface RequestProblem {
	/** Stable; shown beside the message: `duration-number`. */
	readonly code: string;
	readonly severity: Severity;
	readonly range: TextRange;
	/** Names and values for the sentence. */
	readonly facts: Readonly<Record<string, string | number>>;
	readonly fixes: readonly Fix[];
}
