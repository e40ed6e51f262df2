/**
 * The API key in a text that a person pasted, without quotes, `Bearer` and line ends; undefined if it is not a single word of 8 to 4096
 * printable ASCII characters.
 */
export function cleanKey(text: string): string | undefined {
	const bare = text
		.trim()
		.replace(/^(?:authorization:\s*)?bearer\s+/i, '')
		// Only from the first quote of a run on: otherwise the time grows with the square of a run within the text.
		.replace(/^["'`]+|(?<!["'`])["'`]+$/g, '');
	return /^[\x21-\x7e]{8,4096}$/.test(bare) ? bare : undefined;
}
