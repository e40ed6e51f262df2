import type { TextRange } from './jsonNode';
import type { Fix, RequestProblem, Severity } from './problem';

/**
 * What can be wrong with the form of a request file and with its expressions: everything but its body. `ui/text/requests/form.ts` has a
 * sentence for each.
 */
export const formSeverities = {
	// The text.
	'text-too-long': 'error',
	'text-empty': 'error',
	'nesting-too-deep': 'error',
	syntax: 'error',
	'duplicate-key': 'error',
	'proto-key': 'error',
	'number-not-finite': 'error',
	'lone-surrogate': 'error',
	// The properties of the file.
	'root-type': 'error',
	'wrong-type': 'error',
	'unknown-property': 'warning',
	'secret-in-file': 'error',
	'version-unknown': 'error',
	'operation-missing': 'error',
	'operation-malformed': 'error',
	'operation-refused': 'error',
	'body-missing': 'error',
	'repeat-range': 'error',
	'vars-too-many': 'error',
	'var-name': 'error',
	'var-type': 'error',
	'save-placeholder': 'error',
	'save-separator': 'warning',
	'chain-word': 'error',
	// Expressions.
	'expression-misplaced': 'error',
	'expression-lookalike': 'warning',
	'expression-unterminated': 'error',
	'expression-empty': 'error',
	'expression-quotes': 'error',
	'expression-function': 'error',
	'expression-secret': 'error',
	'expression-run': 'error',
	'expression-root': 'error',
	'expression-syntax': 'error',
	'var-unknown': 'error',
	'var-cycle': 'error',
	'null-embedded': 'error',
	'file-embedded': 'error',
	'expansion-too-long': 'error',
	// Files.
	'file-refused': 'error',
	'file-untrusted': 'warning',
	'file-not-media': 'error',
	'file-too-large': 'error',
	'text-refused': 'error',
	'text-untrusted': 'warning',
	'text-not-text': 'error',
	'text-not-utf8': 'error',
	'text-file-too-large': 'error',
} as const satisfies Record<string, Severity>;

export type FormCode = keyof typeof formSeverities;

/** At most this many characters of a text of the file become a fact of a problem. */
const longestFact = 100;

/** The prefix of CometAPI's and many other gateways' keys, and letters. */
const apiKey = /\bsk[-_][\w-]{8,}/gi;

/** A problem of the form; its severity is in the table. Of texts among the facts, API keys are removed and long ones are cut. */
function formProblem(
	code: FormCode,
	range: TextRange,
	facts: Readonly<Record<string, string | number>> = {},
	fixes: readonly Fix[] = [],
): RequestProblem {
	return { code, severity: formSeverities[code], range: { start: range.start, end: range.end }, facts: presentable(facts), fixes };
}

/** Replaces a part of the text. */
export function replacementFix({ start, end }: TextRange, shown: string, text: string): Fix {
	return { kind: 'replace', facts: presentable({ text: shown }), edits: [{ range: { start, end }, text }] };
}

function presentable(facts: Readonly<Record<string, string | number>>): Readonly<Record<string, string | number>> {
	return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? shorten(fact) : fact]));
}

function shorten(text: string): string {
	// Cut first: the text may have a million characters.
	const start = text.slice(0, 2 * longestFact).replace(apiKey, 'sk-…');
	return start.length > longestFact ? `${start.slice(0, longestFact - 1)}…` : start;
}

/** A file can have more mistakes than anybody reads: those after this many are dropped. */
const mostProblems = 200;

/** Collects problems, up to a limit: a damaged file of 1 MB could have 100,000. */
export class ProblemList {
	readonly #problems: RequestProblem[] = [];

	add(code: FormCode, range: TextRange, facts?: Readonly<Record<string, string | number>>, fixes?: readonly Fix[]): void {
		if (!this.isFull) {
			this.#problems.push(formProblem(code, range, facts, fixes));
		}
	}

	has(code: FormCode): boolean {
		return this.#problems.some((problem) => problem.code === code);
	}

	get isEmpty(): boolean {
		return this.#problems.length === 0;
	}

	/** Nothing more is added, so that what is likely meant need not be found out. */
	get isFull(): boolean {
		return this.#problems.length >= mostProblems;
	}

	/** In the order of the text. */
	sorted(): readonly RequestProblem[] {
		return this.#problems.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
	}
}
