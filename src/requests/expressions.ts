import { templateParts, type Expression } from './expressionSyntax';
import type { JsonNode, JsonString, TextRange } from './jsonNode';
import { characterOffsets } from './readJson';
import type { RequestFile } from './requestFile';

/** An expression of a request file, and where it stands. */
export interface FoundExpression {
	readonly expression: Expression;
	/** From `${{` to `}}`, both included. */
	readonly range: TextRange;
	/** The name, the path without its quotes, or what is wrong. */
	readonly argumentRange: TextRange;
	/** The string that it is in. */
	readonly node: JsonString;
	/** The JSON path of that string, beginning with `body` or `vars`. */
	readonly where: readonly (string | number)[];
	/** The string is this expression and nothing else, so that it takes the expression's JSON type. */
	readonly whole: boolean;
}

/** The expressions in the strings of `body` and `vars`, in the order of the text. Takes time in proportion to the text. */
export function expressionsOf(file: RequestFile): readonly FoundExpression[] {
	const found: FoundExpression[] = [];
	for (const { key, value } of file.vars) {
		addExpressions(file.text, value, ['vars', key], found);
	}
	if (file.body !== undefined) {
		addExpressions(file.text, file.body, ['body'], found);
	}
	return found.toSorted((a, b) => a.range.start - b.range.start);
}

function addExpressions(text: string, node: JsonNode, where: readonly (string | number)[], found: FoundExpression[]): void {
	if (node.kind === 'object') {
		for (const { key, value } of node.properties) {
			addExpressions(text, value, [...where, key], found);
		}
	} else if (node.kind === 'array') {
		for (const [index, item] of node.items.entries()) {
			addExpressions(text, item, [...where, index], found);
		}
	} else if (node.kind === 'string') {
		for (const expression of expressionsIn(text, node)) {
			found.push({ ...expression, where });
		}
	}
}

/** An expression, without the JSON path of its string. */
export type FoundInString = Omit<FoundExpression, 'where'>;

/** The expressions in one string. */
export function expressionsIn(text: string, node: JsonString): readonly FoundInString[] {
	return node.value.includes('${{') ? partsOf(text, node).filter((part) => typeof part !== 'string') : [];
}

/** The literals of one string, and its expressions. */
export function partsOf(text: string, node: JsonString): readonly (string | FoundInString)[] {
	const parts = templateParts(node.value);
	const offset = characterOffsets(text, node);
	return parts.map((part) => {
		if (part.kind === 'literal') {
			return part.text;
		}
		// In the order of the text: each call goes on from the last.
		const start = offset(part.start);
		const argumentRange = { start: offset(part.argumentStart), end: offset(part.argumentEnd) };
		return { expression: part.expression, range: { start, end: offset(part.end) }, argumentRange, node, whole: parts.length === 1 };
	});
}
