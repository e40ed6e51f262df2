import type { RequestFacts } from './fileFacts';
import { expressionProblem } from './expressionProblem';
import type { Expression } from './expressionSyntax';
import { mediaOf, textOf, type FileReading } from './fileReading';
import { partsOf, type FoundInString } from './expressions';
import { ProblemList, replacementFix } from './formProblem';
import type { JsonNode, JsonProperty, JsonString, TextRange } from './jsonNode';
import type { RequestProblem } from './problem';
import { mostCharacters, type RequestFile } from './requestFile';
import type { ResolvedObject, ResolvedValue } from './resolvedValue';
import { mostSimilar } from './similar';

/** What `run.…` means. */
export interface RunValues {
	/** From 1 on. */
	readonly take: number;
	/** `2026-03-14`. */
	readonly date: string;
}

/** A body whose expressions are replaced, and what cannot be replaced. */
export interface ResolvedRequest {
	/** Undefined if the file has no body or if an expression cannot be replaced. */
	readonly body: ResolvedObject | undefined;
	/** The body even so: what cannot be replaced stays as it is written. For estimates, never for sending. Undefined if the file has no body. */
	readonly unfinished: ResolvedObject | undefined;
	/** Every file that the body names was read: only then may it be sent. */
	readonly allFilesKnown: boolean;
	readonly problems: readonly RequestProblem[];
}

/**
 * Replaces the expressions of a body. Pure; never throws. Takes time in proportion to text and result, and the result is limited: vars of
 * vars of vars could otherwise make it as long as they like.
 * @param facts of the files that the request names. A file that is missing there becomes media without facts, a text stays an expression:
 * neither is a problem
 * @param run undefined: `run.…` stays an expression, for the key of a unit, which takes share
 */
export function resolveRequest(file: RequestFile, facts: RequestFacts, run: RunValues | undefined): ResolvedRequest {
	const resolver = new Resolver(file, facts, run);
	const value = file.body === undefined ? undefined : resolver.value(file.body);
	resolver.checkVars();
	const unfinished = value?.kind === 'object' ? value : undefined;
	return {
		body: resolver.complete ? unfinished : undefined,
		unfinished,
		allFilesKnown: resolver.allFilesKnown,
		problems: resolver.problems.sorted(),
	};
}

/** A value that an expression can have; undefined if it has none, which was reported. */
type Replacement = Exclude<ResolvedValue, { kind: 'object' | 'array' }> | undefined;

class Resolver {
	readonly problems = new ProblemList();
	/** Whether every expression of the body could be replaced. */
	complete = true;
	allFilesKnown = true;
	readonly #file: RequestFile;
	readonly #facts: RequestFacts;
	readonly #run: RunValues | undefined;
	readonly #vars: ReadonlyMap<string, JsonProperty>;
	readonly #values = new Map<string, Replacement>();
	/** The vars that are being replaced, outermost first. */
	readonly #stack: string[] = [];
	#characters = 0;

	constructor(file: RequestFile, facts: RequestFacts, run: RunValues | undefined) {
		this.#file = file;
		this.#facts = facts;
		this.#run = run;
		this.#vars = new Map(file.vars.map((property) => [property.key, property]));
	}

	/** Finds problems in vars that the body does not use. */
	checkVars(): void {
		for (const name of this.#vars.keys()) {
			this.#varValue(name);
		}
	}

	value(node: JsonNode): ResolvedValue {
		switch (node.kind) {
			case 'object':
				return { kind: 'object', entries: node.properties.map(({ key, value }) => [key, this.value(value)] as const) };
			case 'array':
				return { kind: 'array', items: node.items.map((item) => this.value(item)) };
			case 'string':
				return this.#string(node) ?? { kind: 'string', value: node.value };
			case 'number':
				return { kind: 'number', text: node.text };
			case 'boolean':
				return { kind: 'boolean', value: node.value };
			case 'null':
				return { kind: 'null' };
		}
	}

	/** The value of a string with expressions. */
	#string(node: JsonString): Replacement {
		const value = this.#template(node);
		if (value === undefined) {
			this.complete = false;
		}
		return value;
	}

	#template(node: JsonString): Replacement {
		const parts = partsOf(this.#file.text, node);
		const [first] = parts;
		if (typeof first === 'object' && first.whole) {
			const value = this.#replacement(first);
			return value?.kind === 'string' ? this.#joined([value.value], node) : value;
		}
		// All of them, so that each problem is found.
		const texts = parts.map((part) => (typeof part === 'string' ? this.#literal(part) : this.#embedded(part)));
		return texts.every((text) => text !== undefined) ? this.#joined(texts, node) : undefined;
	}

	/** For the key of a unit, a literal must stay different from an expression that is not replaced. */
	#literal(text: string): string {
		return this.#run === undefined ? text.replaceAll('${{', () => '$${{') : text;
	}

	#joined(texts: readonly string[], node: JsonString): Replacement {
		// Counted before they are joined, so that nothing long comes into being.
		const length = texts.reduce((sum, text) => sum + text.length, 0);
		return this.#fits(length, node) ? { kind: 'string', value: texts.join('') } : undefined;
	}

	/** Whether a string of this length is still within the limit of all strings; if not, that is reported. */
	#fits(length: number, range: TextRange): boolean {
		this.#characters += length;
		if (this.#characters <= mostCharacters) {
			return true;
		}
		// One problem is enough: whatever follows is too long as well.
		if (this.#characters !== Infinity) {
			this.problems.add('expansion-too-long', range, { most: mostCharacters });
			this.#characters = Infinity;
		}
		return false;
	}

	#embedded(found: FoundInString): string | undefined {
		const value = this.#replacement(found);
		switch (value?.kind) {
			case undefined:
				return undefined;
			case 'string':
				return value.value;
			case 'number':
				return value.text;
			case 'boolean':
				return String(value.value);
			case 'null':
				this.problems.add('null-embedded', found.range);
				return undefined;
			case 'media':
				this.problems.add('file-embedded', found.range, { path: value.path });
				return undefined;
		}
	}

	#replacement(found: FoundInString): Replacement {
		const { expression } = found;
		switch (expression.kind) {
			case 'vars':
				return this.#varReference(expression.argument, found);
			case 'run':
				return this.#runValue(expression.argument);
			case 'file':
				return this.#ofFile(mediaOf(expression.argument, this.#facts), found);
			case 'text':
				return this.#ofFile(textOf(expression.argument, this.#facts), found);
			case 'invalid':
				this.#invalid(expression, found);
				return undefined;
		}
	}

	#ofFile({ value, isKnown, problem }: FileReading, { argumentRange }: FoundInString): Replacement {
		this.allFilesKnown &&= isKnown;
		if (problem !== undefined) {
			this.problems.add(problem.code, argumentRange, problem.facts);
		}
		return value;
	}

	#invalid(expression: Extract<Expression, { kind: 'invalid' }>, found: FoundInString): void {
		if (this.problems.isFull) {
			return;
		}
		expressionProblem(expression, found, [...this.#vars.keys()], this.problems);
	}

	#runValue(name: 'take' | 'date'): Replacement {
		if (this.#run === undefined) {
			return { kind: 'string', value: `\${{ run.${name} }}` };
		}
		return name === 'take' ? { kind: 'number', text: String(this.#run.take) } : { kind: 'string', value: this.#run.date };
	}

	#varReference(name: string, { argumentRange }: FoundInString): Replacement {
		if (!this.#vars.has(name)) {
			const likely = this.problems.isFull ? undefined : mostSimilar(name, this.#vars.keys());
			this.problems.add(
				'var-unknown',
				argumentRange,
				{ name, ...(likely === undefined ? {} : { likely }) },
				likely === undefined ? [] : [replacementFix(argumentRange, likely, likely)],
			);
			return undefined;
		}
		const from = this.#stack.indexOf(name);
		if (from !== -1) {
			const circle = [...this.#stack.slice(from), name];
			this.problems.add('var-cycle', argumentRange, { circle: circle.map((inner) => `vars.${inner}`).join(' → ') });
			return undefined;
		}
		return this.#varValue(name);
	}

	#varValue(name: string): Replacement {
		if (this.#values.has(name)) {
			return this.#values.get(name);
		}
		const node = this.#vars.get(name)?.value;
		this.#stack.push(name);
		const value = node?.kind === 'string' ? this.#template(node) : scalar(node);
		this.#stack.pop();
		this.#values.set(name, value);
		return value;
	}
}

/** Objects and arrays are no vars, which parseRequestFile reports. */
function scalar(node: JsonNode | undefined): Replacement {
	switch (node?.kind) {
		case 'number':
			return { kind: 'number', text: node.text };
		case 'boolean':
			return { kind: 'boolean', value: node.value };
		case 'null':
			return { kind: 'null' };
		default:
			return undefined;
	}
}
