import assert from 'node:assert/strict';
import type { Problem } from '../../../src/core/problem';
import { apiErrorTraits, isProblemKind, problemTraits, type Remedy } from '../../../src/core/problemTraits';
import { needsPerson, remedyOf } from '../../../src/core/remedy';
import { refusingKinds } from '../../../src/core/failureClass';

type Traits = Partial<Record<string, unknown>>;

/** The kinds in a table whose trait has this value. */
function kindsWhere(table: Readonly<Record<string, Traits>>, trait: string, value: unknown): readonly string[] {
	return Object.entries(table).flatMap(([kind, traits]) => (traits[trait] === value ? [kind] : []));
}

describe('the table of problems', () => {
	const table: readonly (readonly [string, Readonly<Record<string, Traits>>, trait: string, value: unknown, kinds: readonly string[]])[] = [
		['are transient', problemTraits, 'failureClass', 'transient', ['rateLimit', 'concurrency', 'server', 'unreachable', 'keyUnreadable']],
		['are refusals', problemTraits, 'failureClass', 'refused', ['forbidden', 'notFound', 'badRequest', 'policy']],
		['last until somebody acts on them', problemTraits, 'failureClass', 'persistent', ['auth', 'quota', 'malformed', 'noKey']],
		['end the checks', problemTraits, 'failureClass', 'final', ['tooOld']],
		['stop a command at that API', problemTraits, 'endsCommand', true, ['auth', 'rateLimit', 'concurrency', 'unreachable', 'noKey']],
		['can be retried', apiErrorTraits, 'retryable', true, ['rateLimit', 'concurrency', 'server', 'unreachable', 'malformed']],
		["slow down an API's checks", apiErrorTraits, 'rateLimitHint', 'slowDown', ['rateLimit', 'concurrency']],
		['say nothing about the rate', apiErrorTraits, 'rateLimitHint', 'unsaid', ['server', 'unreachable', 'malformed']],
		['rule an operation out', apiErrorTraits, 'search', 'notHere', ['notFound', 'badRequest']],
		[
			'leave open whether an operation is the right one',
			apiErrorTraits,
			'search',
			'unclear',
			['forbidden', 'policy', 'server', 'malformed'],
		],
		['end the search for an operation', apiErrorTraits, 'search', 'stop', ['auth', 'quota', 'rateLimit', 'concurrency', 'unreachable']],
		['prove that a key is accepted', apiErrorTraits, 'keyTaken', 'sure', ['notFound']],
		['make it likely that a key is accepted', apiErrorTraits, 'keyTaken', 'likely', ['quota', 'forbidden', 'badRequest', 'policy']],
		['are not responses', apiErrorTraits, 'isResponse', false, ['unreachable']],
	];
	for (const [name, traits, trait, value, kinds] of table) {
		it(`says which ${name}`, () => assert.deepEqual(kindsWhere(traits, trait, value), kinds));
	}

	it('lists the kinds of refusals', () => assert.deepEqual(refusingKinds, ['forbidden', 'notFound', 'badRequest', 'policy']));

	it('recognises its kinds, but not property names that every object has', () => {
		assert.equal(isProblemKind('quota'), true);
		assert.equal(isProblemKind('tooOld'), true);
		assert.equal(isProblemKind('toString'), false);
		assert.equal(isProblemKind(''), false);
	});
});

describe('what a person can do about a problem', () => {
	const table: readonly (readonly [
		problem: Pick<Problem, 'kind' | 'code' | 'failures' | 'isGivenUp'>,
		remedy: Remedy,
		needsPerson: boolean,
	])[] = [
		[{ kind: 'noKey', failures: 1 }, 'setApiKey', true],
		[{ kind: 'auth', failures: 1 }, 'setApiKey', true],
		[{ kind: 'keyUnreadable', failures: 1 }, 'refresh', false],
		[{ kind: 'quota', failures: 1 }, 'openConsole', true],
		[{ kind: 'forbidden', failures: 1 }, 'openConsole', true],
		[{ kind: 'notFound', failures: 2 }, 'changeOperation', false],
		[{ kind: 'notFound', failures: 3 }, 'changeOperation', true],
		[{ kind: 'notFound', failures: 1, isGivenUp: true }, 'changeOperation', true],
		[{ kind: 'badRequest', failures: 1 }, 'changeOperation', true],
		[{ kind: 'policy', failures: 9 }, 'refresh', false],
		[{ kind: 'rateLimit', failures: 9 }, 'refresh', false],
		[{ kind: 'concurrency', failures: 9 }, 'refresh', false],
		[{ kind: 'server', failures: 9 }, 'refresh', false],
		[{ kind: 'unreachable', failures: 9, code: 'ECONNREFUSED' }, 'refresh', false],
		[{ kind: 'unreachable', failures: 1, code: 'HTTP 407' }, 'openNetworkSettings', true],
		[{ kind: 'unreachable', failures: 1, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'openNetworkSettings', true],
		[{ kind: 'server', failures: 1, code: 'HTTP 407' }, 'refresh', false],
		[{ kind: 'malformed', failures: 9 }, 'refresh', false],
		[{ kind: 'tooOld', failures: 1 }, 'refresh', false],
	];
	for (const [problem, remedy, waits] of table) {
		const { kind, failures, code, isGivenUp } = problem;
		const name = `${kind}${code === undefined ? '' : ` (${code})`}, ${isGivenUp === true ? 'given up' : `failed ${failures} times`}`;
		it(`is decided for ${name}: ${remedy}, ${waits ? 'needs a person' : 'may pass without help'}`, () => {
			assert.equal(remedyOf(problem), remedy);
			assert.equal(needsPerson(problem), waits);
		});
	}
});
