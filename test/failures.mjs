// @ts-check
// What failed, from the output of a job.
import { stripVTControlCharacters } from 'node:util';

/** The beginning of mocha's list of the tests that failed. */
const listOfFailures = /^\s*\d+ failing$/m;
/** The first line of one of them: `  1) the name of the suite`. */
const numbered = /^\s*\d+\) /;
/** Of a test its names, its error and where it was thrown. */
const mostLinesOfTest = 12;
/** Of a job that is not mocha, or did not come to the end of its tests. */
const mostLastLines = 25;

/**
 * @param {string} output what a failed job printed
 * @returns {string} the names of the tests that failed, each with the first lines of its error; without such tests the last lines
 */
export function failuresIn(output) {
	const text = stripVTControlCharacters(output);
	const start = listOfFailures.exec(text)?.index;
	const lines = (start === undefined ? text : text.slice(start))
		.trimEnd()
		.split('\n')
		.filter((line) => line.trim() !== '');
	if (start === undefined) {
		return lines.slice(-mostLastLines).join('\n');
	}
	let ofTest = 0;
	return lines
		.filter((line) => {
			ofTest = numbered.test(line) ? 1 : ofTest + 1;
			return ofTest <= mostLinesOfTest;
		})
		.join('\n');
}
