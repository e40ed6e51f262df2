/** Characters around a word that are not part of it: bullets, emphasis, punctuation. */
export const decoration = '*~#@>:.!?&+=：…→•$';

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
