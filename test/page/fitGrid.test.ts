import { strict as assert } from 'node:assert';
import { fitGrid } from '../../src/webview/fitGrid';

describe('a grid of pictures', () => {
	const square = (count: number): number[] => Array.from({ length: count }, () => 1);

	for (const [what, ratios, space, widths, width] of [
		['nothing', [], { width: 600, height: 400, gap: 8, line: 0 }, [], 0],
		['one wide picture takes the width', [2], { width: 600, height: 400, gap: 8, line: 0 }, [600], 600],
		['one high picture takes the height', [0.5], { width: 600, height: 400, gap: 8, line: 0 }, [200], 200],
		['four in two rows', square(4), { width: 500, height: 408, gap: 8, line: 0 }, [200, 200, 200, 200], 408],
		['four in one row, where that is larger', square(4), { width: 1024, height: 260, gap: 8, line: 0 }, [250, 250, 250, 250], 1024],
		['nine in three rows', square(9), { width: 600, height: 616, gap: 8, line: 0 }, square(9).map(() => 194), 598],
		['pictures of one row have one height', [2, 0.5], { width: 508, height: 300, gap: 8, line: 0 }, [400, 100], 508],
		['a line above each picture', [1, 1], { width: 1000, height: 234, gap: 16, line: 34 }, [200, 200], 416],
		[
			'no pictures smaller than can be seen: three columns that are scrolled',
			square(30),
			{ width: 616, height: 300, gap: 8, line: 0 },
			square(30).map(() => 200),
			616,
		],
		['a window lower than its header still shows something', [1], { width: 600, height: -50, gap: 8, line: 0 }, [96], 96],
	] as const) {
		it(`shows ${what}`, () => assert.deepEqual(fitGrid(ratios, space), { widths, width }));
	}

	it('does not enlarge the last picture of an incomplete row', () => {
		const { widths } = fitGrid(square(3), { width: 300, height: 320, gap: 8, line: 0 });
		assert.equal(new Set(widths).size, 1, widths.join(' '));
	});
});
