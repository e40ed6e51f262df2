import { operationKey } from '../core/operation';
import { findBodySchema } from './bodySchemas';
import type { RequestFacts } from './fileFacts';
import type { RequestProblem } from './problem';
import type { ParsedRequestFile, RequestFile } from './requestFile';
import { resolveRequest } from './resolve';
import type { ResolvedObject } from './resolvedValue';
import { checkCallback, checkExternalId, checkModel, checkOperation, checkTotal } from './rules/account';
import { bodyProblem } from './rules/bodyRules';
import { checkFields } from './rules/fields';
import { checkExpansion, checkOmniImage } from './rules/images';
import { checkLipSync } from './rules/lipSync';
import { checkReferences } from './rules/references';
import { checkSecrets } from './rules/secrets';
import { checkShots } from './rules/shots';
import type { Rule } from './rules/subject';
import { checkCamera, checkCut, checkEffect, checkModelLimits, checkOmni } from './rules/videos';
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

/**
 * Everything that is wrong with a request file: its form, its expressions and files, and its body, in the order of the text. Pure; never
 * throws; takes time in proportion to the text. A value whose file or variable is not known is not judged.
 * @param facts of the files that the request names, as far as they are known
 */
export function validateRequest(parsed: ParsedRequestFile, facts: RequestFacts): readonly RequestProblem[] {
	const { file, problems } = parsed;
	const resolved = resolveRequest(file, facts, firstRun);
	const isWhole = !problems.some(({ code }) => cutCodes.has(code));
	return [...problems, ...resolved.problems, ...bodyProblems(file, resolved.body, isWhole)].sort(
		(a, b) => a.range.start - b.range.start || a.range.end - b.range.end,
	);
}

function bodyProblems(file: RequestFile, resolved: ResolvedObject | undefined, isWhole: boolean): readonly RequestProblem[] {
	const { operation, body, root } = file;
	if (operation === undefined || body === undefined || file.isChain) {
		return [];
	}
	const schema = findBodySchema(operation.path);
	const name = operationKey(operation.path);
	if (schema === undefined) {
		return [bodyProblem('operation-unchecked', operation.node, { operation: name })];
	}
	const key = root?.properties.findLast((property) => property.key === 'body')?.keyRange ?? operation.node;
	const subject = { file, operation: name, schema, body: writtenObject(body, resolved), node: body, key, isWhole };
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
