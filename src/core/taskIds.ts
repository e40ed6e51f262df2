/** The IDs by which an API knows a task. */
export interface TaskIds {
	/** The ID used in queries. */
	readonly id: string;
	/** The ID that its creator gave it. */
	readonly externalTaskId?: string | undefined;
	/** The ID by which the API names it instead; see `learnAlias`. */
	readonly alias?: string | undefined;
}

/** A different ID that an API returns for a task: the provider's ID behind a gateway's, or an external ID. */
export interface Alias {
	readonly id: string;
	/** When a response first named it, ms since 1970. */
	readonly since: number;
	/** Whether it is established: it was named again a minute later, and no other tracked task has it. */
	readonly isSure: boolean;
}

/**
 * How long (ms) after the first response a second one with the same ID establishes an alias: a cache that mixes up tasks does not do so for
 * that long.
 */
export const aliasAfterMs = 60_000;

/** How many responses with the task's own ID prove that the API knows it by that. */
export const provesOwnId = 2;
/** The same wait (ms) once that is proved: a different ID is then probably a cache or a mistake, unless it persists. */
const aliasAfterOwnMs = 60 * 60_000;

/**
 * Decides a task's alias after a response.
 * @param timesItself how many responses have named the task by its own ID
 * @param reported the ID by which the response names the task, and the same ID if it is not one of the task's
 * @param isTaken whether another tracked task of the same API has that ID, as its own or as an alias
 * @param now ms since 1970
 */
export function learnAlias(
	known: Alias | undefined,
	timesItself: number,
	reported: { readonly taskId?: string; readonly foreignId?: string },
	isTaken: boolean,
	now: number,
): Alias | undefined {
	// An established alias is kept: a stray response does not remove it.
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
