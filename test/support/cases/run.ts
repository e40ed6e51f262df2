import { isDeepStrictEqual } from 'node:util';
import { CorpusError, readCorpus, type Case, type CaseRow } from './corpus';
import { tryCase, type Facts } from './trials';

const usage = `Tries every input of a folder on today's code and prints what differs from the folder's index.json. Writes nothing there.

Usage: npm run cases -- FOLDER

Exit code: 0 all as expected, 1 some differ, 2 the folder or a row of its index.json cannot be read.`;

/**
 * Tries the corpus of a folder.
 * @param args the arguments after the script's name
 * @param print called with every line of the report
 * @returns the exit code
 */
export async function runCases(args: readonly string[], print: (line: string) => void): Promise<0 | 1 | 2> {
	const [folder, ...more] = args;
	if (folder === undefined || more.length > 0 || folder.startsWith('-')) {
		print(usage);
		return folder === '--help' ? 0 : 2;
	}
	let cases: readonly Case[];
	try {
		cases = await readCorpus(folder);
	} catch (error) {
		if (error instanceof CorpusError) {
			print(error.message);
			return 2;
		}
		throw error;
	}
	const results: Result[] = [];
	for (const one of cases) {
		const result = await resultOf(one);
		print(`${result.kind.padEnd(7)} ${one.name}${result.text === '' ? '' : `: ${result.text}`}`);
		results.push(result);
	}
	const count = (kind: Result['kind']): number => results.filter((result) => result.kind === kind).length;
	print(`${count('ok')} of ${results.length}`);
	return count('bad') > 0 ? 2 : count('differs') > 0 ? 1 : 0;
}

/** `bad`: it cannot be tried. */
interface Result {
	readonly kind: 'ok' | 'differs' | 'bad';
	readonly text: string;
}

async function resultOf(one: Case): Promise<Result> {
	if ('problem' in one) {
		return { kind: 'bad', text: one.problem };
	}
	let facts: Facts;
	try {
		facts = await tryCase(one.row, one.text);
	} catch (error) {
		return { kind: 'bad', text: `The file cannot be tried: ${error instanceof Error ? error.message : String(error)}` };
	}
	const { says, ...given } = facts;
	const wanted = readingsOf(one.row);
	const isExpected = wanted.some((reading) => Object.entries(reading).every(([name, value]) => fits(value, name, given)));
	const remarks = [
		...(one.row.expect.says === undefined ? [] : [`should say ${one.row.expect.says}`]),
		...(says === undefined ? [] : [`says ${says}`]),
	];
	return isExpected
		? { kind: 'ok', text: one.row.expect.says === undefined ? '' : remarks.join('; ') }
		: {
				kind: 'differs',
				text: [
					`expected ${wanted.map((reading) => JSON.stringify(reading)).join(' or ')}`,
					`got ${JSON.stringify(given)}`,
					...remarks,
				].join('; '),
			};
}

/** Whether something is as expected: equal, or for `oneOfLines` at least one line, and none that is not of the list. */
function fits(wanted: unknown, name: string, given: Readonly<Record<string, unknown>>): boolean {
	if (typeof wanted !== 'object' || wanted === null || !('oneOfLines' in wanted)) {
		return isDeepStrictEqual(given[name], wanted);
	}
	const found = [...linesIn(given[name]), ...('severity' in wanted ? linesIn(given['warnings']) : [])];
	const allowed = linesIn(wanted.oneOfLines);
	return found.length > 0 && found.every((line) => allowed.includes(line));
}

/** References are compared in any order, lines in that of the file. */
function inOrder(name: string, value: unknown): unknown {
	if (name === 'refs' && Array.isArray(value)) {
		return value.toSorted();
	}
	return (name === 'errors' || name === 'warnings') && Array.isArray(value) ? [...new Set(value as number[])].sort((a, b) => a - b) : value;
}

function linesIn(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

/** The right readings of a row, in the names of `Facts`. */
function readingsOf({ expect }: CaseRow): readonly Readonly<Record<string, unknown>>[] {
	const readings: readonly object[] = 'oneOf' in expect ? expect.oneOf : [expect];
	return readings.map((reading) => {
		const named = Array.isArray(reading) ? { refs: reading } : reading;
		const compared = Object.entries(named).filter(([name]) => name !== 'says');
		// References are compared in any order.
		return Object.fromEntries(compared.map(([name, value]: [string, unknown]) => [name, inOrder(name, value)]));
	});
}
