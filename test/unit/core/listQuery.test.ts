import assert from 'node:assert/strict';
import { firstPageSize, listRefusalMs, nextPageSize, staleListMs } from '../../../src/core/listQuery';
import type { ApiErrorKind } from '../../../src/core/problem';

const minute = 60_000;
const day = 24 * 60 * minute;

describe('a list query', () => {
	it('requests twice as many tasks as are active, then twice as many as were needed, from 50 to 500', () => {
		assert.deepEqual([3, 21, 60, 200, 100_000].map(firstPageSize), [50, 50, 120, 400, 500]);
		assert.deepEqual(
			[
				[400, 180, false],
				[400, 10, false],
				[120, 120, true],
				[400, 7, true],
				[120, 0, false],
			].map(([size, depth, missing]) => nextPageSize(Number(size), Number(depth), missing === true)),
			[360, 50, 240, 500, 50],
		);
	});

	it('is not repeated for a day where a task had finished half a minute before the list that shows it as active', () => {
		const at = 1_790_000_000_000;
		assert.deepEqual(
			[
				staleListMs(at, at - 30_001),
				staleListMs(at, at - 30_000),
				staleListMs(at, at + 5_000),
				staleListMs(at, undefined),
				staleListMs(undefined, at),
			],
			[day, 0, 0, 0, 0],
		);
	});

	it('is not repeated for a day where it shows no task, and for minutes after what says nothing about lists', () => {
		assert.deepEqual([listRefusalMs({ shown: 1 }), listRefusalMs({ shown: 0 })], [0, day]);
		const kinds: readonly ApiErrorKind[] = [
			...(['auth', 'quota', 'rateLimit', 'concurrency', 'server', 'unreachable'] as const),
			...(['forbidden', 'notFound', 'badRequest', 'policy', 'malformed'] as const),
		];
		assert.deepEqual(
			kinds.map((kind) => listRefusalMs({ error: { kind } })),
			[...Array.from({ length: 6 }, () => 5 * minute), ...Array.from({ length: 5 }, () => day)],
		);
	});
});
