/** The first UTF-16 units of a text, at most `length`, without half a character at the end. */
export function cut(text: string, length: number): string {
	return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
