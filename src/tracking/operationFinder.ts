import { linkSignals } from '../core/abort';
import { operations, operationKey } from '../core/operation';
import type { Operation } from '../core/operation';
import type { Problem } from '../core/problem';
import { apiErrorTraits } from '../core/problemTraits';
import type { TaskSnapshot } from '../core/task';
import { runConcurrently } from './runConcurrently';
import { rateLimitHintOf } from './rateLimitHint';
import type { EngineParts } from './engineHost';
import { problemOf } from './problemOf';
import type { CommandOptions } from './tracker';

/** An operation under which the API knows the ID, and which the response does not contradict. */
interface Candidate {
	readonly operation: Operation;
	readonly snapshot: TaskSnapshot;
}

/**
 * The result of a search.
 * - `found`: one candidate, or several to choose from, most likely first; never empty
 * - `none`: the ID was found under no operation of the catalogue
 * - `failed`: some or all operations could not be checked; `problem` says why
 */
export type Finding =
	| { readonly kind: 'found'; readonly candidates: readonly Candidate[] }
	| { readonly kind: 'none' }
	| { readonly kind: 'failed'; readonly problem: Problem };

/**
 * Words that gateways use for an operation instead of its path. Source: the task actions of the open-source new-api gateway;
 * its plain `generate` is ambiguous.
 */
const gatewayWords: ReadonlyMap<string, string> = new Map([
	['textgenerate', 'text2video'],
	['firsttailgenerate', 'image2video'],
]);

/**
 * "Find it for me": queries an ID under the operations of the catalogue, the listed ones first and the others only if those yield
 * no candidate. A response proves that the ID exists, not its operation: some gateways answer under any path. A response whose
 * action, results or parent video contradict the path is ignored, and one whose action names the path decides.
 */
export class OperationFinder {
	readonly #parts: Pick<EngineParts, 'api' | 'keys' | 'slots' | 'clock' | 'random' | 'limitsOf'>;

	constructor(parts: Pick<EngineParts, 'api' | 'keys' | 'slots' | 'clock' | 'random' | 'limitsOf'>) {
		this.#parts = parts;
	}

	/**
	 * Sends at most one request per operation, within the API's shared slots.
	 * @param origin normalised base URL
	 * @throws the signal's reason when it is aborted
	 */
	async find(origin: string, id: string, { signal, onProgress }: CommandOptions = {}): Promise<Finding> {
		const { keys, clock } = this.#parts;
		const apiKey = await keys.get(origin);
		signal?.throwIfAborted();
		if (apiKey === undefined) {
			return { kind: 'failed', problem: { kind: 'noKey', failures: 1, at: clock.now() } };
		}

		const search = new Search(this.#parts, origin, id, apiKey, onProgress);
		const listed = operations.filter((operation) => operation.listed);
		const others = operations.filter((operation) => !operation.listed);
		return (await search.ask(listed, signal)) ?? (await search.ask(others, signal)) ?? search.nothing();
	}
}

/** The state of one search for one ID. */
class Search {
	readonly #parts: Pick<EngineParts, 'api' | 'slots' | 'clock' | 'random' | 'limitsOf'>;
	readonly #origin: string;
	readonly #id: string;
	readonly #apiKey: string;
	readonly #onProgress: CommandOptions['onProgress'];
	/** Operations that the responses' action words name. */
	readonly #named = new Set<string>();
	/** The first failure that leaves open whether the ID exists. */
	#unclear: Problem | undefined;
	#done = 0;

	constructor(
		parts: Pick<EngineParts, 'api' | 'slots' | 'clock' | 'random' | 'limitsOf'>,
		origin: string,
		id: string,
		apiKey: string,
		onProgress: CommandOptions['onProgress'],
	) {
		this.#parts = parts;
		this.#origin = origin;
		this.#id = id;
		this.#apiKey = apiKey;
		this.#onProgress = onProgress;
	}

	/** Queries these operations; undefined when none is a candidate. Rejects with the signal's reason. */
	async ask(asked: readonly Operation[], signal: AbortSignal | undefined): Promise<Finding | undefined> {
		const candidates = new Map<Operation, Candidate>();
		/** Aborted, with the finding as reason, when the remaining requests are unnecessary. */
		const enough = new AbortController();
		let early: Finding | undefined;
		const finish = (finding: Finding) => {
			early ??= finding;
			enough.abort(finding);
		};
		const total = this.#done + asked.length;
		const link = linkSignals(enough, [signal]);
		try {
			signal?.throwIfAborted();
			await runConcurrently([{ items: asked, atATime: this.#parts.limitsOf(this.#origin).maxConcurrent }], async (operation) => {
				// Once a response has named an operation, only that one is queried.
				const needless = this.#named.size > 0 && !this.#named.has(operationKey(operation));
				const outcome = needless ? undefined : await this.#query(operation, enough.signal);
				this.#onProgress?.(++this.#done, total);
				if (outcome === undefined) {
					return;
				}
				if (!outcome.ok) {
					const problem = problemOf(outcome.error, 1, this.#parts.clock.now());
					const meaning = apiErrorTraits[outcome.error.kind].search;
					if (meaning === 'stop') {
						finish({ kind: 'failed', problem });
					}
					if (meaning === 'unclear') {
						this.#unclear ??= problem;
					}
					return;
				}
				const candidate = { operation, snapshot: outcome.snapshot };
				const named = namedOperation(outcome.snapshot.action);
				if (named !== undefined) {
					this.#named.add(operationKey(named));
				}
				const fits = fit(operation, outcome.snapshot, named);
				if (fits === 'confirmed') {
					finish({ kind: 'found', candidates: [candidate] });
				}
				if (fits === 'possible') {
					candidates.set(operation, candidate);
				}
			});
		} finally {
			link.dispose();
		}
		signal?.throwIfAborted();
		if (early !== undefined) {
			return early;
		}
		if (candidates.size === 0) {
			return undefined;
		}
		return {
			kind: 'found',
			candidates: asked.flatMap((operation) => candidates.get(operation) ?? []).sort((a, b) => missingParent(a) - missingParent(b)),
		};
	}

	/** The result of a search without candidates. */
	nothing(): Finding {
		return this.#unclear === undefined ? { kind: 'none' } : { kind: 'failed', problem: this.#unclear };
	}

	/** Sends one request; undefined when the signal is aborted. */
	async #query({ action, action2 }: Operation, signal: AbortSignal) {
		const { api, slots, random } = this.#parts;
		try {
			return await slots.use(
				this.#origin,
				() => api.query({ origin: this.#origin, action, action2, id: this.#id }, this.#apiKey, signal),
				(outcome) => rateLimitHintOf(outcome, random()),
				signal,
			);
		} catch (error) {
			if (signal.aborted) {
				return undefined;
			}
			throw error;
		}
	}
}

/** Whether a response under a path fits that path's operation. */
function fit(
	operation: Operation,
	{ results, parentVideo }: TaskSnapshot,
	named: Operation | undefined,
): 'contradicted' | 'possible' | 'confirmed' {
	if (named !== undefined) {
		return named === operation ? 'confirmed' : 'contradicted';
	}
	if (parentVideo !== undefined && operation.hasParent !== true) {
		return 'contradicted';
	}
	if (results.length > 0) {
		const kinds = new Set(results.map(({ kind }) => kind));
		// Audio made for a video comes with the video; every other operation produces one kind.
		const alsoVideo = operation.media === 'audio' && operation.hasParent === true;
		if (!kinds.has(operation.media)) {
			return 'contradicted';
		}
		if ([...kinds].some((kind) => kind !== operation.media && !(alsoVideo && kind === 'video'))) {
			return 'contradicted';
		}
	}
	return 'possible';
}

/** 1 if a finished response lacks the parent video that this operation's responses have: less likely, but gateways drop fields. */
function missingParent({ operation, snapshot }: Candidate): number {
	return operation.hasParent === true && snapshot.parentVideo === undefined && snapshot.status === 'succeeded' ? 1 : 0;
}

/**
 * The operation that a response's action word names (`OMNI_VIDEO`, `lip-sync`, `textGenerate`); undefined when it names none or several.
 */
function namedOperation(word: string | undefined): Operation | undefined {
	if (word === undefined) {
		return undefined;
	}
	const plain = lettersOf(word);
	const name = lettersOf(gatewayWords.get(plain) ?? plain);
	const matches = operations.filter(({ action2 }) => lettersOf(action2) === name);
	return matches.length === 1 ? matches[0] : undefined;
}

function lettersOf(text: string): string {
	return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
