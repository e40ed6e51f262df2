import assert from 'node:assert/strict';
import type { Price } from '../../../../src/requests/price';
import { canBeAllowed, covers, isCheapEnough, type RunTerms } from '../../../../src/ui/creation/runTerms';

const price = (dollars: number): Price => ({
	kind: 'known',
	unitKind: 'video',
	units: 1,
	dollars,
	tasks: 1,
	source: { kind: 'list', date: '2026-09-20' },
});
const unknown: Price = { kind: 'unknown', reason: 'notListed' };
const byLength: Price = { ...(price(0.07) as Extract<Price, { kind: 'known' }>), kind: 'byLength', seconds: 5 };
const allowed: RunTerms = {
	origin: 'https://api.cometapi.com',
	operation: 'videos/image2video',
	count: 1,
	price: price(0.35),
	files: ['./a.png', './b.txt'],
	callbackHost: 'hooks.example.org',
};

describe('what a person allowed to be run without asking', () => {
	const cases: readonly (readonly [what: string, change: Partial<RunTerms>, isCovered: boolean])[] = [
		['the same', {}, true],
		['a cheaper one', { price: price(0.34) }, true],
		['one with fewer files', { files: ['./b.txt'] }, true],
		['a dearer one', { price: price(0.36) }, false],
		['one whose price is unknown', { price: unknown }, false],
		['one whose price depends on a length', { price: byLength }, false],
		['two tasks', { count: 2 }, false],
		['another API', { origin: 'https://gateway.example.org' }, false],
		['another operation', { operation: 'videos/text2video' }, false],
		['another file', { files: ['./a.png', './c.png'] }, false],
		['another callback', { callbackHost: 'other.example.org' }, false],
		['no callback', { callbackHost: undefined }, false],
	];
	for (const [what, change, isCovered] of cases) {
		it(`${isCovered ? 'covers' : 'does not cover'} ${what}`, () => {
			assert.equal(covers(allowed, { ...allowed, ...change }), isCovered);
		});
	}

	it('is one task at a price that is known', () => {
		assert.deepEqual(
			[
				{ count: 1, price: price(9) },
				{ count: 2, price: price(9) },
				{ count: 1, price: unknown },
				{ count: 1, price: byLength },
			].map(canBeAllowed),
			[true, false, false, false],
		);
		assert.equal(isCheapEnough({ price: unknown }, { count: 1, price: price(0) }), false);
	});
});
