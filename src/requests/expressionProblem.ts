import type { Expression, InvalidReason } from './expressionSyntax';
import type { FoundExpression } from './expressions';
import { replacementFix, type FormCode, type ProblemList } from './formProblem';
import { mostSimilar } from './similar';

type InvalidExpression = Extract<Expression, { kind: 'invalid' }>;

const codes = {
	unterminated: 'expression-unterminated',
	empty: 'expression-empty',
	quotes: 'expression-quotes',
	function: 'expression-function',
	secret: 'expression-secret',
	chain: 'chain-word',
	run: 'expression-run',
	root: 'expression-root',
	syntax: 'expression-syntax',
} as const satisfies Record<InvalidReason, FormCode>;

/** Reports an expression that is none, with what was likely meant. */
export function expressionProblem(
	expression: InvalidExpression,
	{ argumentRange }: Pick<FoundExpression, 'argumentRange'>,
	varNames: readonly string[],
	problems: ProblemList,
): void {
	const replacement = likelyMeant(expression, varNames);
	const fixes = replacement === undefined ? [] : [replacementFix(argumentRange, replacement, JSON.stringify(replacement).slice(1, -1))];
	problems.add(codes[expression.reason], argumentRange, { found: expression.argument }, fixes);
}

function likelyMeant({ reason, argument }: InvalidExpression, varNames: readonly string[]): string | undefined {
	switch (reason) {
		case 'quotes': {
			const path = argument.replace(/^["'`\s]+|["'`\s]+$/g, '');
			return path === '' ? undefined : `'${path.replaceAll("'", "''")}'`;
		}
		case 'function':
			return mostSimilar(argument, ['file', 'text']);
		case 'run':
			return mostSimilar(argument, ['take', 'date']);
		case 'root':
			return varNames.includes(argument) ? `vars.${argument}` : mostSimilar(argument, ['vars', 'run']);
		default:
			return undefined;
	}
}
