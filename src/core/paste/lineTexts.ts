import { withoutCredentials } from '../credentials';
import { cut } from '../cut';
import { maskSecrets, mayBeKey } from './secretText';
import { visibleText } from './visibleText';

/** How much is shown before the ID and in all, in characters: the editor cuts the end of a longer row. */
const mostBefore = 40;
const mostInAll = 100;
/** How much of a line is examined on each side of the ID. */
const examined = 160;
/** So many IDs that are not found in a line end the search in it. */
const mostMissed = 5;

interface Reference {
	readonly id: string;
	/** From 1. */
	readonly line: number;
}

/** An ID in its line, and the part of the line that is about it: offsets. */
interface Span {
	readonly at: number;
	readonly from: number;
	to: number;
}

/**
 * What a person recognises each reference by: the text of its line around its ID, as it may be shown. Empty where the line has nothing else
 * than the ID and its label.
 * @param text as it was pasted, without secrets as far as they were found
 * @param references in the order of the text
 */
export function lineTexts(text: string, references: readonly Reference[]): readonly string[] {
	const lines = linesOf(text, new Set(references.map(({ line }) => line)));
	const searches = new Map<number, LineSearch>();
	const spans = references.map(({ id, line: number }) => {
		const search = searches.get(number) ?? new LineSearch(lines.get(number) ?? '');
		searches.set(number, search);
		return search.next(id);
	});
	return references.map(({ id, line: number }, index) => {
		const span = spans[index];
		return span === undefined ? '' : around(lines.get(number) ?? '', id, span);
	});
}

/** Finds the IDs of one line, in their order, and divides the line between them. */
class LineSearch {
	readonly #line: string;
	#last: Span | undefined;
	#end = 0;
	#missed = 0;

	constructor(line: string) {
		this.#line = line;
	}

	next(id: string): Span | undefined {
		// An ID that has invisible characters in the text is not found, and to find that out takes long in a long line.
		const at = this.#missed < mostMissed ? this.#line.indexOf(id, this.#end) : -1;
		if (at === -1) {
			this.#missed++;
			return undefined;
		}
		const from = this.#last === undefined ? 0 : this.#end + divisionOf(this.#line.slice(this.#end, at));
		if (this.#last !== undefined) {
			this.#last.to = from;
		}
		this.#end = at + id.length;
		this.#last = { at, from, to: this.#line.length };
		return this.#last;
	}
}

/** Where the text between two IDs is divided: behind the record of the first one, at a comma, or right away. */
function divisionOf(between: string): number {
	const record = between.search(/[}\])]/) + 1;
	return record > 0 ? record : Math.max(0, between.search(/[,;|\t]/));
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

function around(line: string, id: string, span: Span): string {
	const [from, to] = [Math.max(span.from, span.at - examined), Math.min(span.to, span.at + id.length + examined)];
	const [isCutBefore, isCutBehind] = [from > span.from, to < span.to];
	// Whole words: the rest of a key that was cut could pass as a word.
	const before = line.slice(from, span.at).replace(isCutBefore ? /^[^\s"',;{}]*/ : '', '');
	const after = line.slice(span.at, to).replace(isCutBehind ? /(?<=[\s"',;{}])[^\s"',;{}]*$/ : '', '');
	const safe = withoutKeys(maskSecrets(visibleText(withoutCredentials(before + after)).text).text, id)
		.replace(/^[\s,;|}\])]*(?:(?:[-*+•>]+|\d{1,3}[.)])\s)?/, '')
		.replace(/\s+/g, ' ')
		.trim();
	const rest = safe.replace(id, '');
	if (!/[\p{L}\p{N}]/u.test(rest) || /^["']?\w{0,30}id["']?\s*[:=][\s"',]*$/i.test(rest)) {
		return '';
	}
	const at = safe.indexOf(id);
	const space = at > mostBefore ? safe.indexOf(' ', at - mostBefore) : -1;
	const start = space === -1 || space > at ? 0 : space + 1;
	const end = start + mostInAll;
	const part = cut(safe.slice(start), mostInAll);
	const lastSpace = part.lastIndexOf(' ');
	const shown = end < safe.length && lastSpace > at - start ? part.slice(0, lastSpace) : part.trimEnd();
	return `${start > 0 || isCutBefore ? '…' : ''}${shown}${end < safe.length || isCutBehind ? '…' : ''}`;
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
