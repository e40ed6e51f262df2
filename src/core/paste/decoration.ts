/** Signs around a word that are no part of it: bullets, emphasis, the end of a sentence. */
export const decoration = '*~#@>:.!?&+=：…→•$';

/** Without the given characters at both ends. By hand: a regular expression for the end of a text tries every place. */
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
