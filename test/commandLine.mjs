// @ts-check
// The arguments of npm test.
import { parseArgs } from 'node:util';
import { suiteNames } from './suites.mjs';

/**
 * @typedef {object} Arguments
 * @property {'run'} kind
 * @property {string[]} names of suites; none: all
 * @property {number | undefined} workers how many jobs may run at once, if given
 *
 * @typedef {object} Mistake
 * @property {'mistake'} kind
 * @property {string} sentence says what is wrong and what to write instead
 */

/**
 * @param {readonly string[]} args the arguments after the script's name
 * @returns {Arguments | Mistake}
 */
export function readCommandLine(args) {
	const options = /** @type {const} */ ({ workers: { type: 'string' } });
	const { tokens, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
	/** @type {string | undefined} */
	let workers;
	for (const token of tokens) {
		if (token.kind === 'option' && token.name !== 'workers') {
			return mistake(`There is no option ${token.rawName}; the only one is --workers.`);
		}
		if (token.kind === 'option') {
			workers = token.value ?? '';
		}
	}
	const unknown = positionals.find((name) => !suiteNames.includes(name));
	if (unknown !== undefined) {
		return mistake(`There is no suite ${JSON.stringify(unknown)}; the suites are ${suiteNames.join(', ')}.`);
	}
	if (workers !== undefined && !/^[1-9]\d?$/.test(workers)) {
		return mistake(`--workers must be a whole number from 1 to 99, not ${JSON.stringify(workers)}.`);
	}
	return { kind: 'run', names: positionals, workers: workers === undefined ? undefined : Number(workers) };
}

/**
 * @param {string} sentence
 * @returns {Mistake}
 */
function mistake(sentence) {
	return { kind: 'mistake', sentence };
}
