// @ts-check
// Loaded by mocha before the tests: random inputs are the same in each run, so that a failure is there again in the next one.
// KLING_TEST_SEED=2 npm run test:unit tries others.
const fc = require('fast-check');

fc.configureGlobal({ seed: Number(process.env['KLING_TEST_SEED'] ?? 1) });
