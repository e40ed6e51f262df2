import assert from 'node:assert/strict';
import { failuresIn } from '../../failures.mjs';

describe('what a failed job says at the end of the log', () => {
	it('is the name of each test that failed, with the beginning of its error', () => {
		const trace = Array.from({ length: 40 }, (_, index) => `      at step ${index}`);
		const output = [
			...['  ✔ opens', '  1) closes', '', '  1 passing (3s)', '\u001b[31m  2 failing\u001b[0m', ''],
			...['  1) a window', '       closes:', '     Error: Waited 20000 ms in vain: the end', ...trace, ''],
			...['  2) a window', '       "after each" hook for "closes":', '     AssertionError: 2 !== 1', '      at somewhere', '', ''],
		].join('\n');
		assert.deepEqual(failuresIn(output).split('\n'), [
			...['  2 failing', '  1) a window', '       closes:', '     Error: Waited 20000 ms in vain: the end', ...trace.slice(0, 9)],
			...['  2) a window', '       "after each" hook for "closes":', '     AssertionError: 2 !== 1', '      at somewhere'],
		]);
	});

	it('is the end of what it printed when that has no list of tests', () => {
		const printed = Array.from({ length: 60 }, (_, index) => `line ${index}`);
		assert.deepEqual(failuresIn(`${printed.join('\n\n')}\n\n`).split('\n'), printed.slice(-25));
		assert.equal(failuresIn('Killed'), 'Killed');
	});
});
