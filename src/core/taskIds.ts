/** The IDs that a task answers to at its API. */
export interface TaskIds {
	/** The one it is asked for by. */
	readonly id: string;
	/** The one that its maker gave it. */
	readonly externalTaskId?: string | undefined;
	/** The one that its API names it by instead; see `learnAlias`. */
	readonly alias?: string | undefined;
}

/** An ID that an API names a task by although it was asked for another: a gateway's ID that the provider answers, or an external ID. */
export interface Alias {
	readonly id: string;
	/** When a response named it first, ms since 1970. */
	readonly since: number;
	/** Whether it counts: it was named again a minute later, and no other tracked task has it. */
	readonly isSure: boolean;
}

/** After how long (ms) a second response that names the same ID makes it an alias: a cache that mixes tasks up does not do so for long. */
export const aliasAfterMs = 60_000;

/** So many responses that name a task by its own ID prove that its API knows it by that. */
export const provesOwnId = 2;
/** The same where that is proved: then it is a cache or a mistake that names another one, unless it does so for long. */
const aliasAfterOwnMs = 60 * 60_000;

/**
 * What is known of a task's alias after a response.
 * @param timesItself how many responses have named the task by its own ID
 * @param reported the ID that the response names the task by, and the same where it is not one of the task's
 * @param isTaken whether another tracked task of the same API has that ID, or was named by it too
 * @param now ms since 1970
 */
export function learnAlias(
	known: Alias | undefined,
	timesItself: number,
	reported: { readonly taskId?: string; readonly foreignId?: string },
	isTaken: boolean,
	now: number,
): Alias | undefined {
	// One that counts stays: a stray response does not take it away.
	if (known?.isSure === true) {
		return known;
	}
	if (reported.foreignId === undefined) {
		return reported.taskId === undefined ? known : undefined;
	}
	if (known?.id !== reported.foreignId || known.since > now) {
		return { id: reported.foreignId, since: now, isSure: false };
	}
	return { ...known, isSure: !isTaken && now - known.since >= (timesItself >= provesOwnId ? aliasAfterOwnMs : aliasAfterMs) };
}
