/**
 * What may stand in a log: an allowlist of word forms, everything else is left out. A key, a signed link or a pasted secret is
 * none of them, whatever it looks like.
 * - short words (up to 24 characters without digits, up to 12 with)
 * - numbers, times, task ids of 18 or 19 digits, `action/action2` paths made of short words
 * - of a URL, only its scheme and host
 */
const allowedWord = /^(?:[A-Za-z'’]{1,24}|[A-Za-z0-9_.,:;()+-]{1,12}|\d{18,19}|\d{4}-\d\d-\d\dT[\d:.]{5,12}Z?|v?\d+(?:\.\d+)*(?:ms|s|KiB|MiB)?)$/;
const url = /^(https?:\/\/[A-Za-z0-9.-]{1,253}(?::\d{1,5})?)(?:[/?#].*)?$/;

/** A line as it may be logged; what is not allowed becomes `[…]`. */
export function redact(line: string): string {
	return line
		.split(/(\s+|[="'`<>{}[\],]+)/)
		.map((word, index) => (index % 2 === 1 || word === '' ? word : redactWord(word)))
		.join('');
}

function redactWord(word: string): string {
	const host = url.exec(word)?.[1];
	if (host !== undefined) return host;
	const bare = word.replace(/^[(]+|[).:;!?…]+$/gu, '');
	const allowed = bare === '' || bare.split(/[/|\\.]|-(?=[A-Za-z])/).every((part) => part === '' || allowedWord.test(part));
	return allowed ? word : '[…]';
}
