/** What stands where the key stood. */
const mark = '[API key]';

/**
 * Makes a function that takes a key out of any text: an answer may echo it. Found plain, with or without its `sk-`, with any of its characters
 * percent-encoded or JSON-escaped (more than once, too), and inside base64 (any alignment, both alphabets).
 */
export function keyScrubber(apiKey: string): (text: string) => string {
	const key = apiKey.trim();
	const secret = key.replace(/^sk-/, '');
	// A text this short is no secret, and taking it out would tear answers apart.
	if (secret.length < 4) return (text) => text;
	const cores = base64Cores(secret);
	// The whole pattern takes a fifth of a second to compile, in which nothing else runs: not before an answer has the key's last characters.
	const hint = new RegExp([secret, ...cores].map(lastCharacters).join('|'));
	let found: RegExp | undefined;
	return (text) => {
		if (!hint.test(text)) return text;
		found ??= new RegExp([`(?:${spelled('sk-')})?${spelled(secret)}`, ...cores.map(spelled)].join('|'), 'g');
		return text.replace(found, mark);
	};
}

/** A pattern of a text with each character as it is, percent-encoded or JSON-escaped, up to three times over. Bounded, so that no text makes it slow. */
function spelled(text: string): string {
	return Array.from(text, (character) => {
		const hex = hexOf(character);
		const plain = /\w/.test(character) ? character : `\\\\{0,7}${escaped(character)}`;
		return `(?:${plain}|%(?:25){0,3}${hex}|\\\\{1,7}u00${hex})`;
	}).join('');
}

/** A small pattern of how a text ends, which matches wherever `spelled` does. The first of its characters stands without what may come before it, so that no text makes it slow. */
function lastCharacters(text: string): string {
	return Array.from(text)
		.slice(-6)
		.map((character, index) => {
			const [plain, hex] = [escaped(character), hexOf(character)];
			return index === 0 ? `(?:${plain}|${hex})` : `(?:\\\\*${plain}|%(?:25)*${hex}|\\\\+u00${hex})`;
		})
		.join('');
}

/** A pattern of a character's code in hexadecimal, in capitals or not. */
function hexOf(character: string): string {
	const code = character.charCodeAt(0).toString(16).padStart(2, '0');
	return Array.from(code, (digit) => `[${digit}${digit.toUpperCase()}]`).join('');
}

function escaped(character: string): string {
	return character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}

/** What stays the same of a text's base64 wherever the text stands in what is encoded. */
function base64Cores(text: string): readonly string[] {
	const cores = [0, 1, 2].flatMap((offset) => {
		const bytes = Buffer.from('\0'.repeat(offset) + text, 'latin1');
		// Characters made of our bytes alone: whole 6-bit groups between the neighbours' bits.
		const from = Math.ceil((offset * 8) / 6);
		const to = Math.floor((bytes.length * 8) / 6);
		return [bytes.toString('base64').slice(from, to), bytes.toString('base64url').slice(from, to)];
	});
	return [...new Set(cores)].filter((core) => core.length >= 8);
}
