import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

describe('the coverage of src', function () {
	this.timeout(60_000);
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'coverage-'));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const runNode = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
		spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, NODE_V8_COVERAGE: '', ...env } });
	const runTests = (name: string): void => {
		// Its own tests are slow while they are measured on a busy machine.
		const args = ['node_modules/mocha/bin/mocha.js', '--timeout', '30000', `out/test/unit/${name}.test.js`];
		const { status, stderr } = runNode(args, { NODE_V8_COVERAGE: folder });
		assert.equal(status, 0, stderr);
	};

	it('adds up the lines that several processes executed, and counts what none of them loaded or called', () => {
		runTests('core/readKey');
		runTests('core/runningTime');
		const { status, stdout } = runNode(['test/coverage.mjs', folder, '--files']);
		assert.equal(status, 0);
		const lines = stdout.trim().split('\n');
		const of = (file: string): string | undefined => lines.find((line) => line.endsWith(`  src/${file}`))?.trim();
		assert.equal(of('core/readKey.ts'), '100.0 %     0 lines missed  src/core/readKey.ts');
		// The test calls two of its five functions.
		assert.match(of('core/age.ts') ?? '', /^[4-8]\d\.\d %/);
		assert.match(of('extension.ts') ?? '', /^0\.0 %/);
		// It has only types.
		assert.equal(of('tracking/ports/host.ts'), undefined);
		assert.match(lines.at(-1) ?? '', /^Coverage of src by the unit tests: \d\.\d % of lines \(\d+ of \d+, \d+ files\)$/);
	});

	it('is explained to who asks for something else', () => {
		const { status, stderr } = runNode(['test/coverage.mjs', '--least']);
		assert.equal(status, 2);
		assert.equal(stderr, 'Usage: node test/coverage.mjs [FOLDER] [--files]\n');
	});
});
