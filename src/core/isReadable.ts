/** What has no more letters and digits than this is not judged: it is no secret worth the name. */
const shortWord = 12;
/** How many digits a longer one may have (`videos/multi-image2video`), or when it has nothing else (ms since 1970, bytes). */
const maxDigits = 2;
const longestNumber = 15;
/** How many capitals (`EPROTONOSUPPORT`), and how many letters of one kind in a row. */
const maxCapitals = 16;
const longestRow = 16;

/**
 * Whether the parts of a word, taken together, are words with a small number among them at most, or one number. What chance makes is not, also when it is
 * written in groups: it has digits everywhere, or small letters and capitals by turns.
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
