'use strict';
// Mocha's `spec` and a last line: which editor on which Node ran how many tests.
const { reporters } = require('mocha');
const vscode = require('vscode');

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
			console.log(`  ${editor}: ${passes} passed, ${failures} failed, ${pending} skipped`);
		});
	}
};
