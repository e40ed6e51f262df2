import type { Task } from '../../core/task';
import type { LinkState } from '../../results/linkState';
import type { PageMessage } from '../../shared/resultProtocol';
import type { MediaRef } from '../../core/mediaRef';
import { allLinks, linksOf } from './taskLinks';

/**
 * Why the page could not load a link.
 * - `checking`: the link is being checked, or a new one is being requested
 * - `expired`: the API returned no new link, or the new one failed too
 * - `gone`: the API responded that it does not have the task
 * - `notAsked`: the link has expired, and the API could not be asked
 * - `wantsKey`: its host requires a key, which a page cannot send
 * - `notResult`: it returned something other than the result
 * - `notReached`: no network, or another machine responded instead of the result's host
 * - `notPlayable`: the file is available, but this editor cannot decode it
 */
export type LinkProblemState = 'checking' | 'expired' | 'gone' | 'notAsked' | 'wantsKey' | 'notResult' | 'notReached' | 'notPlayable';

/** Whether a link has expired for good, as far as is known: nobody could use a copy of it. */
export function isDeadLink(state: LinkProblemState | undefined): boolean {
	return state === 'expired' || state === 'gone' || state === 'notAsked';
}

/** A new link that fails within this time is not requested again, ms. */
const freshMs = 60_000;

export interface LinkRecoveryParts {
	readonly task: () => Task | undefined;
	/** Requests a link to see what it returns. */
	readonly checkLink: (url: string) => Promise<LinkState>;
	/**
	 * Checks the task once. Resolves when the response is stored or none came, with whether the API responded that it does not have the
	 * task; never rejects.
	 */
	readonly ask: () => Promise<{ readonly isGone: boolean }>;
	readonly now: () => number;
	readonly onDidChange: () => void;
}

/** Replaces expired links. One request to the API serves all links of a task that expire together. */
export class LinkRecovery {
	readonly #linkProblems = new Map<string, LinkProblemState>();
	/** When a link was received as a replacement, ms since 1970. */
	readonly #freshSince = new Map<string, number>();
	#question: { readonly settled: Promise<{ readonly isGone: boolean }>; readonly before: Task } | undefined;

	constructor(private readonly parts: LinkRecoveryParts) {}

	linkProblem(url: string): LinkProblemState | undefined {
		return this.#linkProblems.get(url);
	}

	/** Clears all failures, so that links are tried again when a person refreshes the task. */
	resetFailures(): void {
		this.#linkProblems.clear();
		this.#freshSince.clear();
	}

	/** The page could not load a link. Ignored if the link no longer belongs to the task or its failure is already known. */
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
		// A request for another media may have replaced this link meanwhile.
		if (before !== undefined && linksOf(before, media).includes(url)) {
			this.#question ??= { settled: this.parts.ask().finally(() => (this.#question = undefined)), before };
		}
		const question = this.#question;
		const outcome = await question?.settled;
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
				const hasResponse = after.lastCheckedAt !== question.before.lastCheckedAt;
				this.#linkProblems.set(url, outcome?.isGone === true ? 'gone' : hasResponse ? 'expired' : 'notAsked');
			}
		}
		this.parts.onDidChange();
	}

	#settle(url: string, linkProblem: LinkProblemState): void {
		this.#linkProblems.set(url, linkProblem);
		this.parts.onDidChange();
	}
}
