/** Words with no more letters and digits than this always pass: too short for a secret. */
const shortWord = 12;
/** How many digits a longer word may have (`videos/multi-image2video`), and how long a number on its own may be (ms since 1970, bytes). */
const maxDigits = 2;
const longestNumber = 15;
/** How many capitals a word may have (`EPROTONOSUPPORT`), and how many letters of one case in a row. */
const maxCapitals = 16;
const longestRow = 16;

/**
 * Whether the parts of a word, taken together, read as words with at most a small number among them, or as one number. Random text does
 * not, even in groups: it has digits everywhere, or alternates between cases.
 */
export function isReadable(parts: readonly string[]): boolean {
	const joined = parts.join('');
	if (joined.length <= shortWord || (/^\d+$/.test(joined) && joined.length <= longestNumber)) {
		return true;
	}
	const rows = parts.flatMap((part) => part.match(/[A-Z]?[a-z'’]+|[A-Z]+(?![a-z])/g) ?? []);
	const short = rows.filter((row) => row.length < 3).join('').length;
	return (
		count(joined, /\d/g) <= maxDigits &&
		count(joined, /[A-Z]/g) <= maxCapitals &&
		short * 3 <= joined.length &&
		rows.every((row) => row.length <= longestRow)
	);
}

function count(text: string, pattern: RegExp): number {
	return text.match(pattern)?.length ?? 0;
}
