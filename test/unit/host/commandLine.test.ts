import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readCommandLine } from '../../commandLine.mjs';
import { root } from '../../host/paths.mjs';
import { describesTheProblem } from '../simulator/mistakes';

describe('the command line of npm test', () => {
	it('reads names of suites and how many jobs may run at once', () => {
		assert.deepEqual(readCommandLine([]), { kind: 'run', names: [], workers: undefined });
		assert.deepEqual(readCommandLine(['unit', '--workers', '1', 'page']), { kind: 'run', names: ['unit', 'page'], workers: 1 });
		assert.deepEqual(readCommandLine(['--workers=2', 'floor']), { kind: 'run', names: ['floor'], workers: 2 });
	});

	describesTheProblem(
		(args) => readCommandLine(args),
		[
			[['unit', 'foo'], /^There is no suite "foo"; the suites are unit, page, integration, e2e, floor\.$/],
			[['--foo'], /^There is no option --foo; the only one is --workers\.$/],
			[['-w', '2'], /^There is no option -w;/],
			[['--workers'], /^--workers must be a whole number from 1 to 99, not ""\.$/],
			[['--workers', '0'], /not "0"/],
			[['--workers', 'many'], /not "many"/],
			[['--workers='], /not ""/],
		],
	);

	it('ends the run before it does anything, with exit code 2', () => {
		const { status, stdout, stderr } = spawnSync(process.execPath, ['test/run.mjs', 'foo'], { cwd: root, encoding: 'utf8' });
		assert.deepEqual([status, stdout], [2, '']);
		assert.equal(stderr, 'There is no suite "foo"; the suites are unit, page, integration, e2e, floor.\n');
	});
});
