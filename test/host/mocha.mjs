#!/usr/bin/env node
// @ts-check
// Runs mocha with the given arguments on the host's Node, the oldest supported version, whichever Node runs npm.
import { createRequire } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runOnHostNode } from './hostNode.mjs';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
// A forgotten `it.only` would skip the other tests.
const strict = process.env['CI'] ? ['--forbid-only'] : [];
// Long enough for a machine that is busy with other suites.
const timeout = ['--timeout', '20000'];
const seed = ['--require', fileURLToPath(new URL('seed.cjs', import.meta.url))];
runOnHostNode([mocha, ...strict, ...timeout, ...seed, ...process.argv.slice(2)]);
