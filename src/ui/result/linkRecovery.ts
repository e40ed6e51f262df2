import type { Task } from '../../core/task';
import type { LinkState } from '../../results/linkState';
import type { PageMessage } from '../../shared/resultProtocol';
import type { MediaRef } from '../../core/mediaRef';
import { allLinks, linksOf } from './taskLinks';

/**
 * What is wrong with a link that the page could not load.
 * - `looking`: being found out, or the API is being asked for a fresh one
 * - `expired`: the API gave no other, or one that is dead as well
 * - `notAsked`: dead, and the API could not be asked
 * - `wantsKey`: its host gives it out to a key alone, which a page cannot send
 * - `notResult`: it leads to something else
 * - `notReached`: no network, or not the result's host that answered
 * - `notPlayable`: the file is there; this editor cannot decode it
 */
export type LinkProblemState = 'checking' | 'expired' | 'notAsked' | 'wantsKey' | 'notResult' | 'notReached' | 'notPlayable';

/** A link this fresh that fails is not worth another question, ms. */
const freshMs = 60_000;

export interface LinkRecoveryParts {
	readonly task: () => Task | undefined;
	/** Finds out what a link leads to. */
	readonly checkLink: (url: string) => Promise<LinkState>;
	/** Asks the API for the task once; resolves, and never rejects, when the answer is in the store or none came. */
	readonly ask: () => Promise<void>;
	readonly now: () => number;
	readonly onDidChange: () => void;
}

/** Turns a dead link into a fresh one, by one question to the API for all links that die together. */
export class LinkRecovery {
	readonly #linkProblems = new Map<string, LinkProblemState>();
	/** When a link came as the answer to a question, ms. */
	readonly #freshSince = new Map<string, number>();
	#question: { readonly settled: Promise<void>; readonly before: Task } | undefined;

	constructor(private readonly parts: LinkRecoveryParts) {}

	linkProblem(url: string): LinkProblemState | undefined {
		return this.#linkProblems.get(url);
	}

	/** Forgets what failed, so that links are tried again: a person asked for it. */
	resetFailures(): void {
		this.#linkProblems.clear();
		this.#freshSince.clear();
	}

	/** The page could not load a link. A report about a link that is no longer the task's, or is being dealt with, changes nothing. */
	async failed(media: MediaRef, url: string, cause: Extract<PageMessage, { type: 'mediaFailed' }>['cause']): Promise<void> {
		const before = this.parts.task();
		if (before === undefined || this.#linkProblems.has(url) || !linksOf(before, media).includes(url)) {
			return;
		}
		if (cause === 'format') {
			this.#settle(url, 'notPlayable');
			return;
		}
		this.#settle(url, 'checking');
		const state = await this.parts.checkLink(url);
		if (state !== 'expired') {
			this.#settle(url, state === 'file' ? 'notPlayable' : state);
		} else if (this.parts.now() - (this.#freshSince.get(url) ?? -Infinity) < freshMs) {
			this.#settle(url, 'expired');
		} else {
			await this.#replace(media, url);
		}
	}

	async #replace(media: MediaRef, url: string): Promise<void> {
		const before = this.parts.task();
		// Another media's question may have been answered meanwhile.
		if (before !== undefined && linksOf(before, media).includes(url)) {
			this.#question ??= { settled: this.parts.ask().finally(() => (this.#question = undefined)), before };
		}
		const question = this.#question;
		await question?.settled;
		this.#linkProblems.delete(url);
		const after = this.parts.task();
		if (question !== undefined && after !== undefined) {
			const old = allLinks(question.before);
			for (const link of allLinks(after)) {
				if (!old.includes(link)) {
					this.#freshSince.set(link, this.parts.now());
				}
			}
			if (linksOf(after, media).includes(url)) {
				this.#linkProblems.set(url, after.lastCheckedAt === question.before.lastCheckedAt ? 'notAsked' : 'expired');
			}
		}
		this.parts.onDidChange();
	}

	#settle(url: string, linkProblem: LinkProblemState): void {
		this.#linkProblems.set(url, linkProblem);
		this.parts.onDidChange();
	}
}
