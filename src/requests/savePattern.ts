import { varName } from './expressionSyntax';
import { replacementFix, type ProblemList } from './formProblem';
import type { JsonString, TextRange } from './jsonNode';
import type { Fix } from './problem';
import { characterOffsets } from './readJson';
import { mostSimilar } from './similar';

/** One `{…}` of a `save` pattern; positions are indexes into the pattern. */
interface SavePlaceholder {
	readonly kind: 'file' | 'take' | 'date' | 'vars' | 'chain' | 'unknown' | 'unterminated';
	/** What stands between the braces; of `vars.x` the name `x`. */
	readonly argument: string;
	readonly start: number;
	readonly end: number;
}

const placeholderNames: readonly string[] = ['file', 'take', 'date'];
const chainPlaceholder = /^(?:step|cell|(?:steps|matrix)\..*)$/s;

/** The placeholders of a pattern: `{file}`, `{take}`, `{take:2}` (at least two digits), `{date}`, `{vars.x}`. */
function savePlaceholders(pattern: string): readonly SavePlaceholder[] {
	return [...pattern.matchAll(/\{([^{}]*)(\}|)/g)].map(({ 0: whole, 1: inner = '', 2: brace, index: start }) => {
		const range = { start, end: start + whole.length };
		const name = inner.startsWith('vars.') ? inner.slice('vars.'.length) : '';
		if (brace === '') {
			return { kind: 'unterminated', argument: inner, ...range };
		}
		return varName.test(name) ? { kind: 'vars', argument: name, ...range } : { kind: kindOf(inner), argument: inner, ...range };
	});
}

function kindOf(inner: string): SavePlaceholder['kind'] {
	if (inner === 'file' || inner === 'date') {
		return inner;
	}
	return /^take(?::[1-9])?$/.test(inner) ? 'take' : chainPlaceholder.test(inner) ? 'chain' : 'unknown';
}

/**
 * Reports what is wrong with the pattern of file names.
 * @returns whether it has a placeholder of a chain
 */
export function checkSavePattern(text: string, node: JsonString, varNames: readonly string[], problems: ProblemList): boolean {
	const offset = characterOffsets(text, node);
	const placeholders = savePlaceholders(node.value);
	for (const placeholder of placeholders) {
		if (problems.isFull) {
			break;
		}
		checkPlaceholder(placeholder, { start: offset(placeholder.start), end: offset(placeholder.end) }, varNames, problems);
	}
	if (/[/\\]/.test(node.value)) {
		problems.add('save-separator', node);
	}
	return placeholders.some(({ kind }) => kind === 'chain');
}

function checkPlaceholder({ kind, argument }: SavePlaceholder, range: TextRange, varNames: readonly string[], problems: ProblemList): void {
	if (kind === 'chain') {
		problems.add('chain-word', range, { found: argument });
	} else if (kind === 'vars' && !varNames.includes(argument)) {
		const likely = mostSimilar(argument, varNames);
		const fixes = likely === undefined ? [] : [replacePlaceholder(range, `vars.${likely}`)];
		problems.add('var-unknown', range, { name: argument, ...(likely === undefined ? {} : { likely }) }, fixes);
	} else if (kind === 'unknown' || kind === 'unterminated') {
		const known = placeholderNames.includes(argument) ? argument : mostSimilar(argument, placeholderNames);
		const likely = varNames.includes(argument) ? `vars.${argument}` : known;
		const fixes = likely === undefined ? [] : [replacePlaceholder(range, likely)];
		problems.add('save-placeholder', range, { found: argument, ...(likely === undefined ? {} : { likely: `{${likely}}` }) }, fixes);
	}
}

function replacePlaceholder(range: TextRange, name: string): Fix {
	return replacementFix(range, `{${name}}`, `{${name}}`);
}
