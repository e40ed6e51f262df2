'use strict';
// Mocha's `spec` and a last line: which editor on which Node ran how many tests. The counts of all editors are kept in `out`, so that a test
// that runs in one of them only is seen.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { reporters } = require('mocha');
const vscode = require('vscode');

const countsFile = path.join(__dirname, '..', '..', 'out', 'integration-tests.json');

module.exports = class extends reporters.Spec {
	/**
	 * @param {Mocha.Runner} runner
	 * @param {Mocha.MochaOptions} options
	 */
	constructor(runner, options) {
		super(runner, options);
		runner.once('end', () => {
			const editor = `VS Code ${vscode.version} on Node ${process.versions.node}`;
			const { passes, failures, pending } = this.stats;
			const line = `${passes} passed, ${failures} failed, ${pending} skipped`;
			const others = Object.entries(earlier()).filter(([name]) => name !== editor);
			console.log([`  ${editor}: ${line}`, ...others.map(([name, its]) => `  (last run of ${name}: ${its})`)].join('\n'));
			mkdirSync(path.dirname(countsFile), { recursive: true });
			writeFileSync(countsFile, JSON.stringify({ ...Object.fromEntries(others), [editor]: line }));
		});
	}
};

/** @returns {Record<string, string>} editor -> counts */
function earlier() {
	try {
		return JSON.parse(readFileSync(countsFile, 'utf8'));
	} catch {
		return {};
	}
}
