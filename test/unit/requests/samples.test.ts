// The requests that the editor offers, and a documented request of every operation: nothing is wrong with them.
import assert from 'node:assert/strict';
import { operationKey, operations } from '../../../src/core/operation';
import type { RequestFacts } from '../../../src/requests/fileFacts';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { samples } from '../../../src/requests/samples';
import { validateRequest } from '../../../src/requests/validateRequest';
import { documentedRequests } from './documentedRequests';

/** No file is known yet, as just after a sample was inserted. */
const noFiles: RequestFacts = { files: new Map(), texts: new Map() };

/** Every problem of a text: its severity, code and the text that it is about. */
function problemsOf(text: string): readonly string[] {
	return validateRequest(parseRequestFile(text), noFiles).map(
		({ severity, code, range }) => `${severity} ${code}: ${text.slice(range.start, range.end)}`,
	);
}

/** What is worth knowing of some operations, and keeps nothing from being sent. */
const hints: Readonly<Record<string, readonly string[]>> = {
	'videos/omni-video': ['information value-narrower-elsewhere: "kling-v3-omni"'],
	'videos/video-extend': ['information operation-retiring: "videos/video-extend"'],
	'videos/multi-image2video': ['information operation-retiring: "videos/multi-image2video"'],
};

describe('the samples', () => {
	it('are there for every operation, and about it', () => {
		assert.deepEqual(Object.keys(samples).toSorted(), operations.map((operation) => operationKey(operation)).toSorted());
		for (const [key, both] of Object.entries(samples)) {
			for (const text of Object.values<string>({ ...both })) {
				assert.equal((JSON.parse(text) as { operation: string }).operation, key);
			}
		}
	});

	for (const [key, both] of Object.entries(samples)) {
		it(`have no error and no warning: ${key}`, () => {
			assert.deepEqual(problemsOf(both.smallest), hints[key] ?? []);
			assert.deepEqual(problemsOf(both.usual), hints[key] ?? []);
		});
	}
});

describe('a request with all documented fields', () => {
	it('is there for every operation', () => {
		assert.deepEqual(
			operations
				.map((operation) => operationKey(operation))
				.filter((key) => !documentedRequests.some(({ operation }) => operation === key)),
			[],
		);
	});

	for (const { operation, body, name } of documentedRequests) {
		it(`has no error: ${operation}${name === undefined ? '' : `, ${name}`}`, () => {
			const problems = problemsOf(`{ "operation": "${operation}", "body": ${body} }`);
			assert.deepEqual(
				problems.filter((problem) => problem.startsWith('error')),
				[],
			);
			// What is documented is known, and of the documented type.
			assert.deepEqual(
				problems.filter((problem) => /^warning .*(?:field-|type|value-|number|items|long)/.test(problem)),
				[],
			);
		});
	}
});
