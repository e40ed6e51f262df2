import assert from 'node:assert/strict';
import { formSeverities } from '../../../src/requests/formProblem';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import type { Fix, RequestProblem } from '../../../src/requests/problem';
import { bodyRules } from '../../../src/requests/rules/bodyRules';
import { validateRequest } from '../../../src/requests/validateRequest';
import { exampleFiles, ruleExamples } from '../../support/requests/bodyRuleExamples';

function problemsOf(text: string): readonly RequestProblem[] {
	return validateRequest(parseRequestFile(text), { files: exampleFiles, texts: new Map() });
}

/** Takes the « and » out of a text. */
function marked(example: string): { readonly text: string; readonly start: number; readonly end: number } {
	const start = example.indexOf('«');
	const end = example.indexOf('»') - 1;
	assert.ok(start >= 0 && end > start && example.split('«').length === 2, `one marked part: ${example}`);
	return { text: example.replace(/[«»]/g, ''), start, end };
}

function applied(text: string, { edits }: Fix): string {
	return edits
		.toSorted((a, b) => b.range.start - a.range.start)
		.reduce((whole, { range, text: written }) => whole.slice(0, range.start) + written + whole.slice(range.end), text);
}

describe('the rules of bodies', () => {
	it('have an example each', () => {
		assert.deepEqual([...new Set(ruleExamples.map(({ code }) => code))].sort(), Object.keys(bodyRules).sort());
		assert.ok(Object.keys(bodyRules).length >= 40);
	});

	it('have codes that no problem of the form has', () => {
		assert.deepEqual(
			Object.keys(bodyRules).filter((code) => Object.hasOwn(formSeverities, code)),
			[],
		);
	});

	for (const { code, severity, breaks, keeps } of ruleExamples) {
		const { text, start, end } = marked(breaks);
		const name = text.length > 160 ? `${text.slice(0, 160)}…` : text;

		it(`${code}: ${name}`, () => {
			const found = problemsOf(text).filter((problem) => problem.code === code);
			assert.deepEqual(
				found.map((problem) => [problem.severity, text.slice(problem.range.start, problem.range.end)]),
				[[severity, text.slice(start, end)]],
			);
			assert.deepEqual(found[0]?.range, { start, end });
		});

		it(`${code} is not found where it is kept`, () => {
			const found = problemsOf(keeps);
			assert.deepEqual(
				found.filter((problem) => problem.code === code || problem.severity === 'error'),
				[],
			);
		});

		it(`${code}: its fixes repair it`, () => {
			const before = problemsOf(text);
			for (const problem of before) {
				for (const fix of problem.fixes) {
					const fixed = applied(text, fix);
					const after = parseRequestFile(fixed);
					assert.deepEqual(
						after.problems.filter((one) => one.code === 'syntax' || one.code === 'duplicate-key'),
						[],
						fixed,
					);
					const same = (one: RequestProblem): boolean => one.code === problem.code && one.facts['field'] === problem.facts['field'];
					assert.ok(problemsOf(fixed).filter(same).length < before.filter(same).length, `${problem.code} is still in ${fixed}`);
				}
			}
		});
	}
});
