import { withoutCredentials } from './credentials';
import { isReadable } from './isReadable';

/**
 * What may appear in a log: an allowlist of word forms; everything else is replaced. A key, a signed link or a pasted secret matches none
 * of them.
 * - short words (up to 32 letters, up to 12 characters with digits), and several joined by signs if together they read as words
 * - numbers, times, addresses with ports, task IDs of 18 or 19 digits
 * - of a URL, only its scheme and host
 */
const url = /^(https?:\/\/[A-Za-z0-9.-]{1,253}(?::\d{1,5})?)(?:[/?#].*)?$/;

/** Whole words that are a time or an address. */
const numberWord = /^(?:\d{4}-\d\d-\d\d(?:T[\d:.]{5,12}Z?)?|\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)$/;

/** The allowed form of each part of a word, between its signs. */
const allowedPart = /^(?:[A-Za-z'’]{1,32}|[A-Za-z0-9]{1,12}|\d{1,15}(?:ms|s|KiB|MiB)?)$/;

/** Replaces what may not be logged in a line by `[…]`. */
export function redact(line: string): string {
	// Before the line is split: a password may contain the signs at which it is split, and its parts may look like words.
	return withoutCredentials(line)
		.split(/(\s+|[="'`<>{}[\],]+)/)
		.map((word, index) => (index % 2 === 1 || word === '' ? word : redactWord(word)))
		.join('');
}

function redactWord(word: string): string {
	const host = url.exec(word)?.[1];
	if (host !== undefined) {
		return host;
	}
	const bare = word.replace(/^[(]+|[).:;!?…]+$/gu, '');
	return isAllowed(bare) ? word : '[…]';
}

function isAllowed(word: string): boolean {
	if (numberWord.test(word)) {
		return true;
	}
	if (!/^[A-Za-z0-9'’_.:;()+|\\/-]*$/.test(word)) {
		return false;
	}
	// Drops the line and column after a file name.
	const parts = word.replace(/(?::\d{1,7}){1,2}$/, '').split(/[^A-Za-z0-9'’]+/);
	// A task ID in a path is allowed; the other parts are judged without it.
	const judged = parts.filter((part) => part !== '' && !/^\d{18,19}$/.test(part));
	return judged.every((part) => allowedPart.test(part)) && isReadable(judged);
}
