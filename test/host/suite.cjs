'use strict';
// VS Code loads this in the extension host in place of the real suite. It writes down that the suite came to its end:
// VS Code itself reports success when the extension host dies half-way.
const fs = require('node:fs');

exports.run = async () => {
	const { TEST_HOST_SUITE: suite = '', TEST_HOST_OUTCOME: outcome = '' } = process.env;
	try {
		await require(suite).run();
		fs.writeFileSync(outcome, 'passed');
	} catch (error) {
		fs.writeFileSync(outcome, 'failed');
		throw error;
	}
};
