#!/usr/bin/env node
// @ts-check
// Runs mocha, with the arguments given, on the host's Node: the floor of what we support, whichever Node runs npm.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';
import { hostNode } from './hostNode.mjs';

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
// An `it.only` left behind would silence the other tests.
const strict = process.env['CI'] ? ['--forbid-only'] : [];
const child = spawn(hostNode(), ['--enable-source-maps', '--disable-warning=ExperimentalWarning', mocha, ...strict, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl+C reaches mocha by itself; this one would not.
process.on('SIGTERM', () => child.kill('SIGTERM'));
process.on('SIGINT', () => {});
child.once('error', (error) => {
	console.error(`mocha could not be started: ${error.message}`);
	process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));
