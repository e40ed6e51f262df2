#!/usr/bin/env node
// @ts-check
// Runs mocha, with the arguments given, on the host's Node: the floor of what we support, whichever Node runs npm.
import { createRequire } from 'node:module';
import process from 'node:process';
import { runOnHostNode } from './hostNode.mjs';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
// An `it.only` left behind would silence the other tests.
const strict = process.env['CI'] ? ['--forbid-only'] : [];
runOnHostNode([mocha, ...strict, ...process.argv.slice(2)]);
