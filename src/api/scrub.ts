import { charactersOf, type Characters } from './characters';

/** What stands where the key stood. */
const mark = '[API key]';

/** So many characters in a row give the key away; fewer can be chance, or a key masked on purpose. */
const distinctiveLength = 16;
/** A run of fewer letters and digits than this is found everywhere. A key that has no more is looked for as it stands. */
const leastLength = 8;

/**
 * Makes a function that takes a key out of any text: an answer may echo it. Found are 16 characters in a row of it (all of a shorter one), whatever signs,
 * spaces, line breaks or invisible characters stand between, in capitals or not, escaped in any way that `charactersOf` reads, and in any of `spellings`.
 * Linear in the text.
 */
export function keyScrubber(apiKey: string): (text: string) => string {
	const key = apiKey.trim();
	const secret = key.replace(/^sk-/, '');
	// A text this short is no secret, and taking it out would tear answers apart.
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

/** Of 16 characters in a row, how many are letters and digits at least. */
function fewestInARow(secret: string): number {
	const starts = Array.from({ length: Math.max(1, secret.length - distinctiveLength + 1) }, (_, start) => start);
	return Math.min(...starts.map((start) => lettersAndDigits(secret.slice(start, start + distinctiveLength)).length));
}

/** The key itself, in hexadecimal, as a list of character codes, and what stays the same of its base64 wherever it stands in what is encoded. */
function spellings(key: string, secret: string): readonly string[] {
	const codes = Array.from(key, (character) => character.charCodeAt(0));
	const base64 = [key, key.toLowerCase(), key.toUpperCase()].flatMap((text) => [0, 1, 2].map((offset) => base64Core(text, offset)));
	return [secret, codes.map((code) => code.toString(16).padStart(2, '0')).join(''), codes.join(''), ...base64].map(lettersAndDigits);
}

/** The base64 of a text behind `offset` other bytes, without the characters in which those or later bytes have a part. */
function base64Core(text: string, offset: number): string {
	const bytes = Buffer.from('\0'.repeat(offset) + text, 'latin1');
	return bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

/** The letters and digits of a text, letters in lower case: the same for both alphabets of base64. */
function lettersAndDigits(text: string): string {
	return text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** The letters and digits of a text as `lettersAndDigits` has them, each with the place of its character. */
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
	/** How long a run of the text must be. */
	readonly least: number;
}

interface Run {
	readonly start: number;
	readonly end: number;
}

/** A key that repeats itself has one piece in many places; more of them would cost time and find nothing more. */
const maxPositions = 8;

/** Finds runs of any of some texts. A short piece is looked up at every few characters: in each run that is long enough one such piece lies whole. */
class Finder {
	readonly #step: number;
	readonly #size: number;
	readonly #pieces = new Map<number, Piece[]>();
	/** The last 16 bits of every piece's hash: nearly all of a text is passed over by them alone. */
	readonly #known = new Uint8Array(0x10000);

	/** @param least the length of a run of the first text that counts; of the others, which say less in as many characters, it is `distinctiveLength` */
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

/** Puts the mark in the place of each run and of a `sk-` before it. A quotation mark within a run stays: without it JSON would be torn. */
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
