/** Characters around a word that are not part of it: bullets, emphasis, punctuation. */
const decoration = '*~#@>:.!?&+=：…→•$';

/** A line that only draws a table or a heading: bars, crosses, dashes. */
export function isRule(line: string): boolean {
	return /^(?:-\[ RECORD \d+ \][-+]*|\*+ \d+\. row \*+)$/.test(line) || /^[\s|+:=*~_─━═┼├┤┌┐└┘┬┴╔╗╚╝╠╣╦╩╬│┃║╋-]*$/.test(line);
}

/** Removes the given characters from both ends. No regular expression: one anchored at the end is tried at every position of the text. */
export function trimmed(text: string, characters: string): string {
	let start = 0;
	let end = text.length;
	while (start < end && characters.includes(text.charAt(start))) {
		start++;
	}
	while (end > start && characters.includes(text.charAt(end - 1))) {
		end--;
	}
	return text.slice(start, end);
}

/** A word without the decoration around it. The `==` at the end of base64 stays: it is part of an ID. */
export function bareWord(word: string): string {
	const bare = trimmed(word, decoration);
	const end = word.indexOf(bare) + bare.length;
	return bare.length >= 22 && word.startsWith('==', end) && !word.startsWith('===', end) ? word.slice(end - bare.length, end + 2) : bare;
}
