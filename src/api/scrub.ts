import { charactersOf, type Characters } from './characters';

/** Replaces the key. */
const mark = '[API key]';

/** How many consecutive characters identify the key. Fewer can be a coincidence, or a deliberately masked key. */
const distinctiveLength = 16;
/** The minimum of letters and digits in a match: shorter ones occur everywhere. A key with fewer is searched for literally. */
const leastLength = 8;

/**
 * Makes a function that removes a key from any text: a response may repeat it. It finds 16 consecutive characters of the key (all of a
 * shorter one), regardless of signs, white space, line breaks and invisible characters between them, of case, and of escapes that
 * `charactersOf` decodes, in each of `spellings`. Linear in the text.
 */
export function keyScrubber(apiKey: string): (text: string) => string {
	const key = apiKey.trim();
	const secret = key.replace(/^sk-/, '');
	// A text this short is not a secret, and removing it would damage responses.
	if (secret.length < 4) {
		return (text) => text;
	}
	if (lettersAndDigits(secret).length < leastLength) {
		return (text) => text.replaceAll(key, mark).replaceAll(secret, mark);
	}
	const least = Math.max(leastLength, fewestInARow(secret));
	const finder = new Finder(spellings(key, secret), least);
	return (text) => {
		if (text.length < least) {
			return text;
		}
		const characters = charactersOf(text);
		const reading = readingOf(characters);
		const runs = finder.find(reading);
		return runs.length === 0 ? text : withMarks(text, characters, reading, runs);
	};
}

/** The minimum of letters and digits in any 16 consecutive characters of the key. */
function fewestInARow(secret: string): number {
	const starts = Array.from({ length: Math.max(1, secret.length - distinctiveLength + 1) }, (_, start) => start);
	return Math.min(...starts.map((start) => lettersAndDigits(secret.slice(start, start + distinctiveLength)).length));
}

/** The key itself, in hexadecimal, as a list of character codes, and the parts of its base64 that are the same at any position. */
function spellings(key: string, secret: string): readonly string[] {
	const codes = Array.from(key, (character) => character.charCodeAt(0));
	const base64 = [key, key.toLowerCase(), key.toUpperCase()].flatMap((text) => [0, 1, 2].map((offset) => base64Core(text, offset)));
	return [secret, codes.map((code) => code.toString(16).padStart(2, '0')).join(''), codes.join(''), ...base64].map(lettersAndDigits);
}

/** The base64 of a text behind `offset` other bytes, without the characters that also encode neighbouring bytes. */
function base64Core(text: string, offset: number): string {
	const bytes = Buffer.from('\0'.repeat(offset) + text, 'latin1');
	return bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

/** The letters and digits of a text, in lower case: the same for both alphabets of base64. */
function lettersAndDigits(text: string): string {
	return text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** The letters and digits of a text, as `lettersAndDigits` returns them, with the position of each. */
interface Reading {
	readonly codes: Uint8Array;
	readonly positions: Int32Array;
	readonly length: number;
}

function readingOf({ codes: from, length: end }: Characters): Reading {
	const codes = new Uint8Array(end);
	const positions = new Int32Array(end);
	let length = 0;
	for (let position = 0; position < end; position++) {
		const code = from[position] ?? 0;
		const letter = code | 0x20;
		const isLetter = code < 0x80 && letter >= 0x61 && letter <= 0x7a;
		if (!isLetter && !(code >= 0x30 && code <= 0x39)) {
			continue;
		}
		codes[length] = isLetter ? letter : code;
		positions[length++] = position;
	}
	return { codes, positions, length };
}

interface Piece {
	readonly text: string;
	readonly offset: number;
	/** The minimum length of a match. */
	readonly least: number;
}

interface Run {
	readonly start: number;
	readonly end: number;
}

/** A repetitive key has the same piece at many positions; more of them would cost time and find nothing more. */
const maxPositions = 8;

/**
 * Finds runs of any of several texts. Only every few characters a short piece is looked up: every run that is long enough contains one of
 * these pieces.
 */
class Finder {
	readonly #step: number;
	readonly #size: number;
	readonly #pieces = new Map<number, Piece[]>();
	/** The last 16 bits of every piece's hash, a filter that skips nearly all of a text. */
	readonly #known = new Uint8Array(0x10000);

	/**
	 * @param least minimum length of a match of the first text. For the others, which carry less information per character, it is
	 *   `distinctiveLength`
	 */
	constructor(texts: readonly string[], least: number) {
		this.#step = least >> 1;
		this.#size = least - this.#step + 1;
		for (const [index, text] of texts.entries()) {
			const codes = Uint8Array.from(text, (character) => character.charCodeAt(0));
			for (let offset = 0; offset + this.#size <= codes.length; offset++) {
				const hash = this.#hash(codes, offset);
				const positions = this.#pieces.get(hash) ?? [];
				if (positions.length < maxPositions) {
					positions.push({ text, offset, least: index === 0 ? least : distinctiveLength });
				}
				this.#pieces.set(hash, positions);
				this.#known[hash & 0xffff] = 1;
			}
		}
	}

	find({ codes, length }: Reading): readonly Run[] {
		const runs: Run[] = [];
		let from = 0;
		for (let at = 0; at + this.#size <= length;) {
			const hash = this.#hash(codes, at);
			const run = this.#known[hash & 0xffff] === 1 ? this.#runAt(codes, from, at, length, this.#pieces.get(hash) ?? []) : undefined;
			if (run === undefined) {
				at += this.#step;
				continue;
			}
			runs.push(run);
			from = at = run.end;
		}
		return runs;
	}

	#runAt(codes: Uint8Array, from: number, at: number, to: number, positions: readonly Piece[]): Run | undefined {
		for (const { text, offset, least } of positions) {
			let start = at;
			while (start > from && codes[start - 1] === text.charCodeAt(offset + start - 1 - at)) {
				start--;
			}
			let end = at;
			while (end < to && codes[end] === text.charCodeAt(offset + end - at)) {
				end++;
			}
			if (end - start >= least) {
				return { start, end };
			}
		}
		return undefined;
	}

	#hash(codes: Uint8Array, at: number): number {
		let hash = 0;
		for (let next = at; next < at + this.#size; next++) {
			hash = (Math.imul(hash, 31) + (codes[next] ?? 0)) | 0;
		}
		return hash;
	}
}

/** Replaces each run, and a `sk-` before it, by the mark. Quotation marks within a run are kept, so that JSON stays valid. */
function withMarks(text: string, { codes, starts }: Characters, { positions }: Reading, runs: readonly Run[]): string {
	const startOf = (index: number): number => starts[positions[index] ?? 0] ?? 0;
	const endOf = (index: number): number => starts[(positions[index] ?? 0) + 1] ?? 0;
	const parts: string[] = [];
	let from = 0;
	for (const run of runs) {
		const first = positions[run.start] ?? 0;
		const hasPrefix = first >= 3 && /^sk-$/i.test(String.fromCharCode(...codes.subarray(first - 3, first)));
		parts.push(text.slice(from, hasPrefix ? Math.max(from, starts[first - 3] ?? 0) : startOf(run.start)), mark);
		for (let index = run.start + 1; index < run.end; index++) {
			const between = text.slice(endOf(index - 1), startOf(index));
			if (between.includes('"')) {
				parts.push(between);
			}
		}
		from = endOf(run.end - 1);
	}
	return `${parts.join('')}${text.slice(from)}`;
}
