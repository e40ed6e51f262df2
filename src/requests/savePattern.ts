import { placeholderNames, placeholdersOf, type Placeholder } from '../core/fileNamePattern';
import { replacementFix, type ProblemList } from './formProblem';
import type { JsonString, TextRange } from './jsonNode';
import type { Fix } from './problem';
import { characterOffsets } from './readJson';
import { mostSimilar } from './similar';

/** The placeholders of a request of several steps, which is not created yet. */
const chainPlaceholder = /^(?:step|cell|(?:steps|matrix)\..*)$/s;

const isOfChain = ({ kind, name }: Placeholder): boolean => kind === 'unknown' && chainPlaceholder.test(name);

/**
 * Reports what is wrong with the pattern of file names.
 * @returns whether it has a placeholder of a chain
 */
export function checkSavePattern(text: string, node: JsonString, varNames: readonly string[], problems: ProblemList): boolean {
	const offset = characterOffsets(text, node);
	const placeholders = placeholdersOf(node.value);
	for (const placeholder of placeholders) {
		if (problems.isFull) {
			break;
		}
		checkPlaceholder(placeholder, { start: offset(placeholder.start), end: offset(placeholder.end) }, varNames, problems);
	}
	if (/[/\\]/.test(node.value)) {
		problems.add('save-separator', node);
	}
	return placeholders.some(isOfChain);
}

function checkPlaceholder(placeholder: Placeholder, range: TextRange, varNames: readonly string[], problems: ProblemList): void {
	const { kind, name } = placeholder;
	if (isOfChain(placeholder)) {
		problems.add('chain-word', range, { found: name });
	} else if (kind === 'vars' && !varNames.includes(name)) {
		const likely = mostSimilar(name, varNames);
		const fixes = likely === undefined ? [] : [replacePlaceholder(range, `vars.${likely}`)];
		problems.add('var-unknown', range, { name, ...(likely === undefined ? {} : { likely }) }, fixes);
	} else if (kind === 'unknown' || kind === 'unterminated') {
		const known = placeholderNames.find((word) => word === name) ?? mostSimilar(name, placeholderNames);
		const likely = varNames.includes(name) ? `vars.${name}` : known;
		const fixes = likely === undefined ? [] : [replacePlaceholder(range, likely)];
		problems.add('save-placeholder', range, { found: name, ...(likely === undefined ? {} : { likely: `{${likely}}` }) }, fixes);
	}
}

function replacePlaceholder(range: TextRange, name: string): Fix {
	return replacementFix(range, `{${name}}`, `{${name}}`);
}
