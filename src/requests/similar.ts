/** Longer words are not compared. */
const longestWord = 32;

/** The word that somebody most likely meant: the one with the fewest changed letters, at most a third of them; undefined if none is close. */
export function mostSimilar(word: string, candidates: Iterable<string>): string | undefined {
	if (word.length > longestWord) {
		return undefined;
	}
	let best: string | undefined;
	let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
	for (const candidate of candidates) {
		if (candidate !== word && Math.abs(candidate.length - word.length) < fewest) {
			const changes = distance(plain(word), plain(candidate));
			if (changes < fewest) {
				fewest = changes;
				best = candidate;
			}
		}
	}
	return best;
}

/**
 * How many letters differ, without case and separators.
 * @param most beyond it the number is only larger
 */
export function changedLetters(a: string, b: string, most: number): number {
	const [one, other] = [plain(a), plain(b)];
	return Math.abs(one.length - other.length) > most ? most + 1 : distance(one, other);
}

/** Without case, `_`, `-`, `.` and white space: `modelName` and `model_name` are the same word. */
export function plain(word: string): string {
	return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Levenshtein's distance, with two exchanged neighbours as one change. */
function distance(a: string, b: string): number {
	let beforeLast: readonly number[] = [];
	let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1];
			const exchanged = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
			current.push(
				Math.min(
					(last[column] ?? 0) + 1,
					(current[column - 1] ?? 0) + 1,
					(last[column - 1] ?? 0) + (same ? 0 : 1),
					exchanged ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
				),
			);
		}
		beforeLast = last;
		last = current;
	}
	return last[b.length] ?? 0;
}
