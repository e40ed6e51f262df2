import type { MediaFacts, TextFacts } from '../../../src/requests/fileFacts';
import { expressionsOf } from '../../../src/requests/expressions';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { validateRequest } from '../../../src/requests/validateRequest';

/** At which lines, from 1 on, the diagnostics of a request file begin. It is the only file of its folder, which is trusted. */
export function diagnosticLines(text: string): {
	readonly errors: readonly number[];
	readonly warnings: readonly number[];
	readonly says?: string;
} {
	const parsed = parseRequestFile(text);
	const missing = { kind: 'refused', reason: 'missing' } as const;
	const paths = expressionsOf(parsed.file).flatMap(({ expression }) => ('argument' in expression ? [expression.argument] : []));
	const files = new Map<string, MediaFacts>(paths.map((path) => [path, missing]));
	const texts = new Map<string, TextFacts>(paths.map((path) => [path, missing]));
	const problems = validateRequest(parsed, { files, texts });
	const linesOf = (severity: string): readonly number[] => [
		...new Set(problems.filter((problem) => problem.severity === severity).map(({ range }) => lineOf(text, range.start))),
	];
	const says = problems.map(({ code, range }) => `${code} (${lineOf(text, range.start)})`).join(', ');
	return { errors: linesOf('error'), warnings: linesOf('warning'), ...(says === '' ? {} : { says }) };
}

function lineOf(text: string, offset: number): number {
	return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}
