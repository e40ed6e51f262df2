/** A word of a text that may be a task's ID. */
export interface IdWord {
	readonly id: string;
	/** Its offset in the text. */
	readonly at: number;
}

/** An ID is no longer, in characters. */
const longest = 128;
/** Only so much of a line is searched (characters), and only so many words of it are returned: lines of programs can be long and many. */
const mostCharacters = 10_000;
const mostWords = 100;

/**
 * The words of a line that may be IDs of tasks, in the order of the line. Of a word before `=` both readings are returned, first the one
 * with it: it may be the end of an ID or the sign after it. Words of letters alone are skipped unless they are long.
 */
export function idWords(line: string): readonly IdWord[] {
	const words: IdWord[] = [];
	for (const match of line.slice(0, mostCharacters).matchAll(/[A-Za-z0-9_-]+={0,2}/g)) {
		const [word] = match;
		// The last word of a line that was cut may be cut too.
		if (words.length >= mostWords || match.index + word.length >= mostCharacters) {
			break;
		}
		const id = word.replace(/=+$/, '');
		if (word.length > longest || id.length < 3 || (id.length < 20 && !/[^A-Za-z]/.test(id))) {
			continue;
		}
		words.push(...(id === word ? [] : [{ id: word, at: match.index }]), { id, at: match.index });
	}
	return words;
}

/** The words that `idWords` returns for the word at an offset of a line of any length. */
export function idWordsAt(line: string, at: number): readonly IdWord[] {
	const from = Math.max(0, at - longest - 1);
	const words = idWords(line.slice(from, at + longest + 4));
	return words
		.filter(({ id, at: start }) => from + start <= at && at <= from + start + id.length && (start > 0 || from === 0))
		.map((word) => ({ ...word, at: from + word.at }));
}
