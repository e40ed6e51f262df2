import { withoutCredentials } from '../credentials';
import { maskSecrets, mayBeKey } from './secretText';
import { visibleText } from './visibleText';

/** How much is shown before the ID and in all, in characters: the editor cuts the end of a longer row. */
const mostBefore = 40;
const mostInAll = 100;
/** How much of a line is examined on each side of the ID. */
const examined = 160;

/**
 * What a person recognises each reference by: the text of its line around its ID, as it may be shown. Empty where the line has nothing else
 * than the ID.
 * @param text as it was pasted, without secrets as far as they were found
 * @param references their lines count from 1
 */
export function lineTexts(text: string, references: readonly { readonly id: string; readonly line: number }[]): readonly string[] {
	const lines = linesOf(text, new Set(references.map(({ line }) => line)));
	return references.map(({ id, line }) => around(lines.get(line) ?? '', id));
}

/** The lines with these numbers. */
function linesOf(text: string, wanted: ReadonlySet<number>): ReadonlyMap<number, string> {
	const lines = new Map<number, string>();
	const breaks = /\r\n?|[\n\u2028\u2029]/g;
	let [number, from] = [1, 0];
	while (lines.size < wanted.size) {
		const found = breaks.exec(text);
		if (wanted.has(number)) {
			lines.set(number, text.slice(from, found?.index ?? text.length));
		}
		if (found === null) {
			break;
		}
		number++;
		from = breaks.lastIndex;
	}
	return lines;
}

function around(line: string, id: string): string {
	const found = Math.max(0, line.indexOf(id));
	const [from, to] = [Math.max(0, found - examined), found + id.length + examined];
	// Whole words: the rest of a key that was cut could pass as a word.
	const before = from === 0 ? line.slice(0, found) : line.slice(from, found).replace(/^[^\s"',;{}]*/, '');
	const after = to >= line.length ? line.slice(found) : line.slice(found, to).replace(/(?<=^.*[\s"',;{}])[^\s"',;{}]*$/, '');
	const safe = withoutKeys(maskSecrets(visibleText(withoutCredentials(before + after)).text).text, id)
		.replace(/^\s*(?:[-*+•|>]+|\d{1,3}[.)])\s/, '')
		.replace(/\s+/g, ' ')
		.trim();
	if (!/[\p{L}\p{N}]/u.test(safe.replace(id, ''))) {
		return '';
	}
	const at = safe.indexOf(id);
	const space = at > mostBefore ? safe.indexOf(' ', at - mostBefore) : -1;
	const start = space === -1 || space > at ? 0 : space + 1;
	const end = start + mostInAll;
	const cut = safe.slice(start, end).replace(/[\ud800-\udbff]$/, '');
	const lastSpace = cut.lastIndexOf(' ');
	const shown = end < safe.length && lastSpace > at - start ? cut.slice(0, lastSpace) : cut.trimEnd();
	return `${start > 0 || from > 0 ? '…' : ''}${shown}${end < safe.length || to < line.length ? '…' : ''}`;
}

/** Without words that may be keys, and without the queries of URLs, which sign them. */
function withoutKeys(text: string, id: string): string {
	return text
		.split(/(\s+|["'`<>{}[\],]+)/)
		.map((word, index) => {
			if (index % 2 === 1) {
				return word;
			}
			const plain = /^https?:\/\//i.test(word) ? word.replace(/[?#].*$/, '') : word;
			return !plain.includes(id) && plain.length > 12 && /\d/.test(plain) && mayBeKey(plain) ? '[…]' : plain;
		})
		.join('');
}
