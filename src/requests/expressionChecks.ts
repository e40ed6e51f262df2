import { lookalikes, templateParts } from './expressionSyntax';
import { expressionsIn } from './expressions';
import { replacementFix, type ProblemList } from './formProblem';
import type { JsonNode, JsonObject, JsonString } from './jsonNode';
import { characterOffsets } from './readJson';
import type { RequestFile } from './requestFile';

/** Reports the expressions of a string in which they have no meaning. */
export function refuseExpressions(text: string, node: JsonString, problems: ProblemList): void {
	for (const { range } of expressionsIn(text, node)) {
		problems.add('expression-misplaced', range);
	}
}

/** Reports what would be sent as it is, and paid, though it is meant as an expression: in keys, and with other braces. */
export function checkExpressionsOfFile(
	{ text, vars, body }: Pick<RequestFile, 'text' | 'vars' | 'body'>,
	root: JsonObject,
	problems: ProblemList,
): void {
	checkKeys(root, problems);
	for (const node of [...vars.map(({ value }) => value), ...(body === undefined ? [] : [body])]) {
		findLookalikes(text, node, problems);
	}
}

function checkKeys(node: JsonNode, problems: ProblemList): void {
	if (node.kind === 'object') {
		for (const { key, keyRange } of node.properties) {
			if (key.includes('${{') && templateParts(key).some(({ kind }) => kind === 'expression')) {
				problems.add('expression-misplaced', keyRange);
			}
		}
	}
	for (const value of valuesOf(node)) {
		checkKeys(value, problems);
	}
}

function findLookalikes(text: string, node: JsonNode, problems: ProblemList): void {
	if (node.kind === 'string' && !problems.isFull) {
		const offset = characterOffsets(text, node);
		for (const { start, end, meant } of lookalikes(node.value)) {
			const range = { start: offset(start), end: offset(end) };
			problems.add('expression-lookalike', range, { meant }, [replacementFix(range, meant, JSON.stringify(meant).slice(1, -1))]);
		}
	}
	for (const value of valuesOf(node)) {
		findLookalikes(text, value, problems);
	}
}

/** The values within a value. */
function valuesOf(node: JsonNode): readonly JsonNode[] {
	return node.kind === 'array' ? node.items : node.kind === 'object' ? node.properties.map(({ value }) => value) : [];
}
