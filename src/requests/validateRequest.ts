import { operationKey, parseOperationPath } from '../core/operation';
import { findBodySchema } from './bodySchemas';
import { chainWords } from './chainWords';
import type { RequestFacts } from './fileFacts';
import type { JsonString, TextRange } from './jsonNode';
import { likelyOperation, readOperation } from './operationText';
import type { RequestProblem, TextEdit } from './problem';
import type { ParsedRequestFile, RequestFile } from './requestFile';
import { resolveRequest } from './resolve';
import type { ResolvedObject } from './resolvedValue';
import { checkCallback, checkExternalId, checkModel, checkOperation, checkTotal } from './rules/account';
import { bodyFix, bodyProblem } from './rules/bodyRules';
import { checkFields } from './rules/fields';
import { checkExpansion, checkOmniImage } from './rules/images';
import { checkLipSync } from './rules/lipSync';
import { checkReferences } from './rules/references';
import { checkSecrets } from './rules/secrets';
import { checkShots } from './rules/shots';
import type { Rule } from './rules/subject';
import { checkCamera, checkCut, checkEdit, checkEffect, checkModelLimits, checkOmni } from './rules/videos';
import { writtenObject } from './rules/written';

/** All rules of bodies. Each reads its operation's row of the table, or applies to some operations only. */
const rules: readonly Rule[] = [
	checkFields,
	checkOperation,
	checkModel,
	checkExternalId,
	checkCallback,
	checkSecrets,
	checkTotal,
	checkModelLimits,
	checkCamera,
	checkShots,
	checkEffect,
	checkEdit,
	checkOmni,
	checkReferences,
	checkCut,
	checkLipSync,
	checkOmniImage,
	checkExpansion,
];

/** More problems of one body than anybody reads are dropped. */
const mostProblems = 200;
/** The values of `run.…` while nothing runs. */
const firstRun = { take: 1, date: '2026-01-01' };
/** In a text that was not read to its end, what seems to be missing may be there. */
const cutCodes: ReadonlySet<string> = new Set(['syntax', 'nesting-too-deep']);

/** A file where none may stand. */
const misplacedFile: ReadonlySet<string> = new Set(['link-for-file', 'file-elsewhere']);

/**
 * Everything that is wrong with a request file: its form, its expressions and files, and its body, in the order of the text. Pure; never
 * throws; takes time in proportion to the text. A value whose file or variable is not known is not judged.
 * @param facts of the files that the request names, as far as they are known
 */
export function validateRequest(parsed: ParsedRequestFile, facts: RequestFacts): readonly RequestProblem[] {
	const { file, problems } = parsed;
	const resolved = resolveRequest(file, facts, firstRun);
	const isWhole = !problems.some(({ code }) => cutCodes.has(code));
	const ofBody = bodyProblems(file, resolved.body, isWhole);
	const misplaced = ofBody.filter(({ code }) => misplacedFile.has(code));
	// A bracket that is missing at the end says nothing about the value before it.
	const syntax = problems.filter((problem) => problem.code === 'syntax' && !String(problem.facts['error']).startsWith('Close'));
	return [
		...problems,
		// A file that may not stand there need not be found.
		...resolved.problems.filter(({ code, range }) => !code.startsWith('file-') || !misplaced.some((other) => isAt(range, other.range))),
		// A value with a syntax error in it or beside it may be only a part of what is meant.
		...ofBody.filter(({ range }) => !syntax.some((other) => isAt(range, other.range))),
	]
		.filter((problem) => !isReportedAlready(file, problem))
		.map((problem) => (isWhole ? problem : valueFixesOnly(problem, file.text)))
		.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

/** Whether two ranges have a character in common or touch each other. */
function isAt(a: TextRange, b: TextRange): boolean {
	return a.start <= b.end && b.start <= a.end;
}

/**
 * In a text with errors in its syntax it is uncertain what stands where, and which keys there are: there a fix may replace a value, but neither
 * add, remove nor rename anything.
 */
function valueFixesOnly(problem: RequestProblem, whole: string): RequestProblem {
	const isOfValue = ({ range: { start, end }, text }: TextEdit): boolean =>
		start < end && text !== '' && !/^\s*:/.test(whole.slice(end, end + 100));
	return { ...problem, fixes: problem.fixes.filter(({ edits }) => edits.every(isOfValue)) };
}

function bodyProblems(file: RequestFile, resolved: ResolvedObject | undefined, isWhole: boolean): readonly RequestProblem[] {
	const { body, root } = file;
	const operation = file.operation ?? meantOperation(file);
	if (operation === undefined || body === undefined || file.isChain) {
		return [];
	}
	const schema = findBodySchema(operation.path);
	const name = operationKey(operation.path);
	const written = writtenObject(body, resolved);
	if (schema === undefined) {
		const secrets = [...checkSecrets({ body: written, node: body, file })].slice(0, mostProblems);
		return [uncheckedOperation(name, operation.node), ...secrets];
	}
	const key = root?.properties.findLast((property) => property.key === 'body')?.keyRange ?? operation.node;
	const subject = { file, operation: name, schema, body: written, node: body, key, isWhole };
	const found: RequestProblem[] = [];
	for (const rule of rules) {
		for (const problem of rule(subject)) {
			found.push(problem);
			if (found.length >= mostProblems) {
				return found;
			}
		}
	}
	return found;
}

/** The operation in a whole URL, which is a problem of the form: its body is judged nevertheless. */
function meantOperation({ root }: RequestFile): RequestFile['operation'] {
	const node = root?.properties.findLast(({ key }) => key === 'operation')?.value;
	const reading = node?.kind === 'string' ? readOperation(node.value) : undefined;
	const path = reading?.kind === 'malformed' && reading.likely !== undefined ? parseOperationPath(reading.likely) : undefined;
	return node?.kind !== 'string' || path === undefined || findBodySchema(path) === undefined ? undefined : { path, node };
}

/** An operation that the table does not have: a misspelled one, or one that nothing is known of. */
function uncheckedOperation(name: string, node: JsonString): RequestProblem {
	const likely = likelyOperation(name);
	if (likely === undefined) {
		return bodyProblem('operation-unchecked', node, { operation: name });
	}
	const text = JSON.stringify(likely);
	const fix = bodyFix('replaceValue', [{ range: { start: node.start, end: node.end }, text }], { value: text });
	return bodyProblem('operation-misspelled', node, { operation: name, likely }, [fix]);
}

/** That chains are not supported is said at the properties that make one, not again at what uses them: expressions and file names. */
function isReportedAlready({ root }: RequestFile, { code, range }: RequestProblem): boolean {
	const words = (root?.properties ?? []).filter(({ key }) => chainWords.has(key));
	return code === 'chain-word' && words.length > 0 && !words.some(({ start }) => start === range.start);
}
