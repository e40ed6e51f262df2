import { operationKey } from '../core/operation';
import type { TaskKey, TaskStatus } from '../core/task';
import type { SearchWords } from '../tracking/ports/search';

/** What the search knows of a task. */
export interface SearchedTask {
	readonly key: TaskKey;
	readonly origin: string;
	readonly action: string;
	readonly action2: string;
	readonly status: TaskStatus;
	/** Its name and its IDs. */
	readonly names: readonly string[];
	readonly prompt: string | undefined;
	/** ms since 1970; undefined while it is active. */
	readonly finishedAt: number | undefined;
	readonly trackedAt: number;
}

/** A task's texts, and which of the shared texts are true of it. */
interface Entry {
	readonly key: TaskKey;
	readonly number: number;
	readonly names: string;
	readonly prompt: string;
	/** Of the shared texts: its operation, status and API. */
	readonly shared: readonly number[];
	readonly finishedAt: number;
	readonly trackedAt: number;
}

/** Longer queries, and words beyond this number, are cut: each word is a pass over all texts. */
const longestQuery = 1_000;
const mostWords = 20;

/**
 * All tasks in memory, as text to be searched from end to end. Measured at 100,000 tasks with prompts of 200 characters, that takes 2 to 20
 * ms a query and 35 ms to make; an FTS5 index with trigrams answers in less than one, but takes 2.6 s and 160 MB to make, finds no word of
 * two characters, and has a query language that what people type would have to be kept out of.
 */
export class SearchIndex {
	readonly #words: SearchWords;
	readonly #entries = new Map<number, Entry>();
	/** Texts that many tasks share (operations, statuses, APIs), by what they stand for; the index in `#shared`. */
	readonly #sharedOf = new Map<string, number>();
	readonly #shared: string[] = [];
	/** In the order of the lists: active tasks first, the newest first. */
	#ordered: Entry[] | undefined;
	/** All tasks that matched the last query, if they were few. */
	#last: { readonly words: readonly string[]; readonly matched: readonly Entry[] } | undefined;

	constructor(words: SearchWords) {
		this.#words = words;
	}

	/** @param number of the task's row */
	set(number: number, task: SearchedTask): void {
		const { key, origin, action, action2, status, names, prompt, finishedAt = Infinity, trackedAt } = task;
		const operation = operationKey({ action, action2 });
		this.#entries.set(number, {
			key,
			number,
			names: folded(names.join('\n')),
			prompt: prompt === undefined ? '' : folded(prompt),
			shared: [
				this.#share(`operation ${operation}`, () => `${operation}\n${ownValue(this.#words.operations, operation)}`),
				this.#share(`status ${status}`, () => `${status}\n${ownValue(this.#words.statuses, status)}`),
				this.#share(`origin ${origin}`, () => origin),
			],
			finishedAt,
			trackedAt,
		});
		this.#changed();
	}

	delete(number: number): void {
		if (this.#entries.delete(number)) {
			this.#changed();
		}
	}

	/** Deletes the tasks that are not among these. */
	keepOnly(numbers: ReadonlySet<number>): void {
		for (const number of [...this.#entries.keys()]) {
			if (!numbers.has(number)) {
				this.delete(number);
			}
		}
	}

	/**
	 * The tasks that match every word; all of them without a word. Best first: a name or an ID that begins or ends with the whole text, then
	 * those whose name or IDs have every word, then the others; each in the order of the lists.
	 */
	find(text: string, limit: number): readonly TaskKey[] {
		const whole = folded(text.slice(0, longestQuery)).trim();
		const words = wordsOf(whole);
		const sharedOf = words.map((word) => this.#shared.map((one) => one.includes(word)));
		const best: TaskKey[] = [];
		const named: TaskKey[] = [];
		const others: TaskKey[] = [];
		const matched: Entry[] = [];
		for (const entry of this.#mayMatch(words)) {
			const { key, names, prompt, shared } = entry;
			const isNamed = words.every((word) => names.includes(word));
			const matches =
				isNamed ||
				// Of tasks that are found by their prompts, none beyond the limit is shown: most words are in many of them.
				(others.length < limit &&
					words.every(
						(word, at) => names.includes(word) || shared.some((index) => sharedOf[at]?.[index] === true) || prompt.includes(word),
					));
			if (!matches) {
				continue;
			}
			const found = !isNamed ? others : whole !== '' && names.split('\n').some((one) => beginsOrEnds(one, whole)) ? best : named;
			if (found.length < limit) {
				found.push(key);
				matched.push(entry);
			}
			if (best.length === limit || (whole === '' && named.length === limit)) {
				break;
			}
		}
		const isComplete = [best, named, others].every(({ length }) => length < limit);
		this.#last = isComplete ? { words, matched } : undefined;
		return [...best, ...named, ...others].slice(0, limit);
	}

	/** In the order of the lists: all tasks, or those that matched before if more was typed since. */
	#mayMatch(words: readonly string[]): readonly Entry[] {
		const last = this.#last;
		return last?.words.every((before) => words.some((word) => word.includes(before))) === true ? last.matched : this.#inOrder();
	}

	#changed(): void {
		this.#ordered = undefined;
		this.#last = undefined;
	}

	#share(what: string, text: () => string): number {
		let index = this.#sharedOf.get(what);
		if (index === undefined) {
			index = this.#shared.push(folded(text())) - 1;
			this.#sharedOf.set(what, index);
		}
		return index;
	}

	#inOrder(): readonly Entry[] {
		// Nearly sorted after a change, which makes it fast.
		return (this.#ordered ??= [...this.#entries.values()].sort(
			(a, b) => compare(b.finishedAt, a.finishedAt) || compare(b.trackedAt, a.trackedAt) || b.number - a.number,
		));
	}
}

/** The words of a query, each once. Nothing in it is syntax. */
function wordsOf(text: string): readonly string[] {
	return [...new Set(text.split(/\s+/).filter((word) => word !== ''))].slice(0, mostWords);
}

/** Infinity minus itself is no number. */
function compare(a: number, b: number): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function beginsOrEnds(text: string, part: string): boolean {
	return text.startsWith(part) || text.endsWith(part);
}

/** A value of an object that was made elsewhere; empty if it has none of its own. */
function ownValue(of: Readonly<Record<string, string | undefined>>, key: string): string {
	return (Object.hasOwn(of, key) ? of[key] : undefined) ?? '';
}

/** A text as it is compared: in lower case, without accents, and with one form of characters that have several widths. */
function folded(text: string): string {
	const lower = text.toLowerCase();
	// ASCII and Chinese have one form.
	return /^[\x00-\x7f\u4e00-\u9fff]*$/.test(lower)
		? lower
		: lower
				.normalize('NFKD')
				.replace(/[\u0300-\u036f]/g, '')
				.normalize('NFKC')
				.toLowerCase()
				// The end of a Greek word has a letter of its own.
				.replaceAll('ς', 'σ');
}
