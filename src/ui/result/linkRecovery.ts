import type { Task } from '../../core/task';
import type { PageMessage, MediaTarget } from '../../shared/resultProtocol';
import { linksOf } from './taskLinks';

/**
 * What is wrong with a link that the page could not load.
 * - `asking`: the API is being asked for a fresh one
 * - `expired`: the API gave no other, or one that does not load either
 * - `notLoaded`: the API could not be asked
 * - `notPlayable`: the file arrived; this editor cannot decode it
 */
export type LinkTrouble = 'asking' | 'expired' | 'notLoaded' | 'notPlayable';

/** A link this fresh that fails is not worth another question, ms. */
const freshMs = 60_000;

export interface LinkRecoveryParts {
	readonly task: () => Task | undefined;
	/** Asks the API for the task once; resolves, and never rejects, when the answer is in the store or none came. */
	readonly ask: () => Promise<void>;
	readonly now: () => number;
	readonly onDidChange: () => void;
}

/** Turns a dead link into a fresh one, by one question to the API for all links that die together. */
export class LinkRecovery {
	readonly #troubles = new Map<string, LinkTrouble>();
	/** When a link came as the answer to a question, ms. */
	readonly #freshSince = new Map<string, number>();
	#question: { readonly answered: Promise<void>; readonly lookedAt: number | undefined } | undefined;

	constructor(private readonly parts: LinkRecoveryParts) {}

	trouble(url: string): LinkTrouble | undefined {
		return this.#troubles.get(url);
	}

	/** Forgets what failed, so that links are tried again: a person asked for it. */
	forgive(): void {
		this.#troubles.clear();
		this.#freshSince.clear();
	}

	/** The page could not load a link. A report about a link that is no longer the task's, or is being dealt with, changes nothing. */
	async failed(media: MediaTarget, url: string, cause: Extract<PageMessage, { type: 'mediaFailed' }>['cause']): Promise<void> {
		const before = this.parts.task();
		if (before === undefined || this.#troubles.has(url) || !linksOf(before, media).includes(url)) return;
		if (cause === 'format') {
			this.#settle(url, 'notPlayable');
			return;
		}
		if (this.parts.now() - (this.#freshSince.get(url) ?? -Infinity) < freshMs) {
			this.#settle(url, 'expired');
			return;
		}
		this.#settle(url, 'asking');
		this.#question ??= { answered: this.parts.ask().finally(() => (this.#question = undefined)), lookedAt: before.lookedAt };
		const { answered, lookedAt } = this.#question;
		await answered;
		this.#troubles.delete(url);
		const after = this.parts.task();
		const links = after === undefined ? [] : linksOf(after, media);
		if (links.includes(url)) this.#troubles.set(url, after?.lookedAt === lookedAt ? 'notLoaded' : 'expired');
		else for (const link of links) this.#freshSince.set(link, this.parts.now());
		this.parts.onDidChange();
	}

	#settle(url: string, trouble: LinkTrouble): void {
		this.#troubles.set(url, trouble);
		this.parts.onDidChange();
	}
}
