import { clamp } from '../core/clamp';
import { omitUndefined } from '../core/omitUndefined';
import { findOperationByName, sameOperation } from '../core/operation';
import type { ApiError, ApiErrorKind } from '../core/problem';
import { isOurExternalId, type Creation, type CreationReason, type CreationState, type ExternalIdProof } from './creation';
import type { CreateOutcome, FoundTask, SearchOutcome } from './ports/createApi';
import type { AcceptedTask, CreationChange } from './ports/creationStore';
import { nextSearch, type SearchKind } from './searchSchedule';

/**
 * What happened to a creation.
 * - `due`: a window has claimed it, because its step is due
 * - `windowGone`: it was claimed in `sending`: the window that sent it is gone
 * - `stopped`: this window closes, and certainly no byte was sent
 * - `noKey`: there is no API key to go on with
 * - `disk`: nothing was sent, because the journal or a copy of a file could not be written or read
 * - `sent`: what became of a POST. `attempt`: its number, because a response may be late
 * - `searched`: what a search found out. `isScheduled`: not one that a person wanted
 * - `named`: a person says which task it is, and the API shows that task
 * - the rest: what a person wants
 */
export type CreationEvent =
	| { readonly kind: 'due' | 'windowGone' | 'stopped' | 'noKey' }
	| { readonly kind: 'sendAgain' | 'leaveOpen' | 'cancel' | 'confirm' }
	| { readonly kind: 'disk'; readonly message: string }
	| { readonly kind: 'sent'; readonly attempt: number; readonly outcome: CreateOutcome }
	| { readonly kind: 'searched'; readonly how: Exclude<SearchKind, 'both'>; readonly isScheduled: boolean; readonly outcome: SearchOutcome }
	| { readonly kind: 'named'; readonly task: AcceptedTask };

/** What is known of the API. */
export interface KnownOfApi {
	readonly proof: ExternalIdProof;
	/** How often a key was set; see `CreationPlan.keyCounter`. */
	readonly keyCounter: number;
}

/**
 * What is to be done.
 * - `send`: record the change, then send
 * - `search`: search, and report the outcome as an event
 * - `accept`: store the task. `proof`: what its being found proves
 * - `record`: record the change; nothing else
 * - `remove`: remove the creation
 * - `nothing`: the event means nothing in this state
 */
export type CreationStep =
	| { readonly kind: 'send' | 'record'; readonly change: CreationChange }
	| { readonly kind: 'search'; readonly how: SearchKind }
	| { readonly kind: 'accept'; readonly task: AcceptedTask; readonly proof?: ExternalIdProof }
	| { readonly kind: 'remove' }
	| { readonly kind: 'nothing' };

const nothing: CreationStep = { kind: 'nothing' };

/**
 * One that was planned, or tried in vain, so long ago (ms) that no window can have been open since is confirmed once more before it costs
 * money: an old file of the database may have been put back meanwhile.
 */
const lateMs = 10 * 60_000;
/** Errors of a search that the API did not make. */
const wasNotMade: ReadonlySet<ApiErrorKind> = new Set(['unreachable', 'auth', 'rateLimit', 'concurrency']);
/** The longest wait (ms) before the next attempt of one that was certainly not created. */
const longestWaitMs = 60_000;
/** The wait (ms) for a disk or a key. */
const helpWaitMs = 5_000;
/** A failed search is repeated after as long as it has been searched for, within these limits (ms). */
const [shortestSearchMs, longestSearchMs] = [5_000, 300_000];
/** After so long (ms) a search that fails is not repeated by itself. */
const searchedForMs = 24 * 60 * 60_000;
/** How much (ms) the API's clock may be behind ours. */
const clockToleranceMs = 2 * 60_000;

/**
 * Decides what happens next with a creation. The only decision about it: nothing that may have reached the API is sent again unless a person
 * says so, whatever is known of that API.
 * @param now ms since 1970
 */
export function nextCreationStep(creation: Creation, event: CreationEvent, known: KnownOfApi, now: number): CreationStep {
	const { state } = creation;
	switch (event.kind) {
		case 'due':
			return whenDue(creation, known, now);
		case 'windowGone':
			return state === 'sending' ? uncertain(creation, { kind: 'windowGone' }, known, now) : nothing;
		case 'stopped':
			return state === 'sending' ? record(planned(creation, undefined, now, now)) : nothing;
		case 'noKey':
			return state === 'uncertain'
				? searchAgain(creation, undefined, now)
				: isToBeSent(state)
					? record(withFields(creation, { reason: { kind: 'noKey' }, nextAt: now + helpWaitMs }))
					: nothing;
		case 'disk':
			return whenDisk(creation, event.message, now);
		case 'sent':
			return whenSent(creation, event.attempt, event.outcome, known, now);
		case 'searched':
			return whenSearched(creation, event, known, now);
		case 'named':
			return state === 'accepted' ? nothing : { kind: 'accept', task: event.task };
		case 'sendAgain':
			return whenSentAgain(creation, now);
		case 'leaveOpen':
			return state === 'uncertain' ? record(changed(creation, 'leftOpen', now, { reason: creation.reason })) : nothing;
		case 'cancel':
			return whenCancelled(creation, now);
		case 'confirm':
			return state === 'planned' ? record(withFields(creation, { reason: undefined, nextAt: now, changedAt: now })) : nothing;
	}
}

function whenDue(creation: Creation, known: KnownOfApi, now: number): CreationStep {
	const age = now - creation.changedAt;
	switch (creation.state) {
		case 'planned':
		case 'waiting':
			if (age > lateMs) {
				return record(withFields(creation, { state: 'planned', reason: { kind: 'late' }, nextAt: undefined }));
			}
			return { kind: 'send', change: changed(creation, 'sending', now, { attempts: creation.attempts + 1 }) };
		case 'uncertain': {
			const search = nextSearch(creation, proofFor(creation, known), creation.searches, creation.sentAt ?? now);
			if (search === undefined) {
				return record(withFields(creation, { nextAt: undefined }));
			}
			// With a proof that has become known since, another search is next.
			return search.at > now ? record(withFields(creation, { nextAt: search.at })) : { kind: 'search', how: search.how };
		}
		case 'sending':
			return nothing;
		case 'accepted':
		case 'rejected':
		case 'absent':
		case 'leftOpen':
			return record(withFields(creation, { nextAt: undefined }));
	}
}

/** Nothing was sent: it is tried again. */
function whenDisk(creation: Creation, message: string, now: number): CreationStep {
	const reason = { kind: 'disk', message } as const;
	switch (creation.state) {
		case 'sending':
			return record(planned(creation, reason, now + helpWaitMs, now));
		case 'planned':
		case 'waiting':
			return record(withFields(creation, { reason, nextAt: now + helpWaitMs }));
		default:
			return nothing;
	}
}

function whenSent(creation: Creation, attempt: number, outcome: CreateOutcome, known: KnownOfApi, now: number): CreationStep {
	if (outcome.kind === 'accepted') {
		// Whatever has happened since: the task exists, and was paid for.
		const { taskId, snapshot, body } = outcome;
		return { kind: 'accept', task: { taskId, ...(snapshot !== undefined && { snapshot }), body } };
	}
	// The response to an attempt after which a person had it sent again says nothing about that.
	if (attempt !== creation.attempts || !(creation.state === 'sending' || creation.state === 'uncertain' || creation.state === 'absent')) {
		return nothing;
	}
	const { error } = outcome;
	switch (outcome.kind) {
		case 'notSent': {
			// What is the same at every attempt (an invalid certificate, a key that is no header) waits for a person.
			const nextAt = error.retryable ? now + clamp(now - creation.plannedAt, 1_000, longestWaitMs) : undefined;
			return record(planned(creation, { kind: 'notSent', error }, nextAt, now));
		}
		case 'busy': {
			const wait = error.retryAfterMs ?? Math.min(longestWaitMs, 1_000 * 2 ** Math.min(creation.attempts - 1, 10));
			return record(changed(settledAttempt(creation), 'waiting', now, { reason: { kind: 'busy', error }, nextAt: now + wait }));
		}
		case 'rejected': {
			const reason = { kind: 'rejected', error, isFree: outcome.isFree } as const;
			const earlier = settledAttempt(creation);
			// That this attempt was refused says nothing about an earlier one.
			return earlier.sentAt === undefined
				? record(changed(earlier, 'rejected', now, { reason }))
				: record(changed(earlier, 'uncertain', now, { reason }));
		}
		case 'exists':
			return uncertain(creation, { kind: 'exists', error }, known, now);
		case 'uncertain':
			return creation.state === 'sending' ? uncertain(creation, { kind: outcome.how, error }, known, now) : nothing;
	}
}

function whenSearched(
	creation: Creation,
	{ how, isScheduled, outcome }: Extract<CreationEvent, { kind: 'searched' }>,
	known: KnownOfApi,
	now: number,
): CreationStep {
	if (outcome.kind === 'found') {
		const { state } = creation;
		// That a list shows what the query has not shown is proof too, unless the query is known to show others.
		const proof = how === 'byExternalId' ? 'honoured' : known.proof === 'honoured' ? undefined : 'ignored';
		return isOurs(creation, outcome.task, now)
			? { kind: 'accept', task: outcome.task, ...(proof !== undefined && known.keyCounter === creation.keyCounter && { proof }) }
			: state === 'uncertain' || state === 'absent' || state === 'leftOpen'
				? record(changed(creation, 'uncertain', now, { reason: { kind: 'exists', otherTaskId: outcome.task.taskId } }))
				: nothing;
	}
	if (creation.state !== 'uncertain' || !isScheduled) {
		return nothing;
	}
	const proof = proofFor(creation, known);
	if (outcome.kind === 'failed' && isRepeated(outcome.error, proof, how)) {
		return searchAgain(creation, outcome.error, now);
	}
	const sentAt = creation.sentAt ?? now;
	const made = nextSearch(creation, proof, creation.searches, sentAt);
	const searches = made === undefined ? creation.searches : made.number + 1;
	const next = nextSearch(creation, proof, searches, sentAt);
	if (next !== undefined) {
		return record(withFields(creation, { searches, nextAt: Math.max(next.at, now) }));
	}
	const isAbsent = proof === 'honoured' && creation.reason?.kind !== 'exists' && made !== undefined;
	return isAbsent
		? record(changed(creation, 'absent', now, { reason: creation.reason, searches }))
		: record(withFields(creation, { nextAt: undefined, searches }));
}

function whenSentAgain(creation: Creation, now: number): CreationStep {
	switch (creation.state) {
		case 'uncertain':
		case 'leftOpen':
			return record(changed(creation, 'planned', now, { nextAt: now }));
		case 'absent':
		case 'rejected':
			return record(changed(creation, 'planned', now, { nextAt: now, sentAt: undefined }));
		default:
			return nothing;
	}
}

function whenCancelled(creation: Creation, now: number): CreationStep {
	if (!isToBeSent(creation.state)) {
		return nothing;
	}
	// A person had it sent again: what may exist from before stays in sight.
	return creation.sentAt === undefined
		? { kind: 'remove' }
		: record(changed(creation, 'uncertain', now, { reason: creation.reason ?? { kind: 'lost' } }));
}

/** Certainly not sent: it is sent at `nextAt` (ms since 1970), or when a person wants. The attempt does not count. */
function planned(creation: Creation, reason: CreationReason | undefined, nextAt: number | undefined, now: number): CreationChange {
	const earlier = settledAttempt(creation);
	return changed(earlier, 'planned', now, { reason, nextAt, attempts: creation.attempts - 1 });
}

/** It may have reached the API: it is searched for, and never sent again by itself. */
function uncertain(creation: Creation, reason: CreationReason, known: KnownOfApi, now: number): CreationStep {
	const first = nextSearch(creation, proofFor({ ...creation, reason }, known), 0, now);
	return record(changed(creation, 'uncertain', now, { reason, nextAt: first?.at, sentAt: now, searches: 0 }));
}

/** The same search once more, later. */
function searchAgain(creation: Creation, error: ApiError | undefined, now: number): CreationStep {
	const since = now - (creation.sentAt ?? now);
	const wait = Math.max(clamp(since, shortestSearchMs, longestSearchMs), error?.retryAfterMs ?? 0);
	return record(withFields(creation, { nextAt: since > searchedForMs ? undefined : now + wait }));
}

/**
 * Whether a search that failed is made again: where the API did not get to search, and where only a search without a find is evidence.
 * A list is not worth it: many gateways have none.
 */
function isRepeated({ kind }: ApiError, proof: ExternalIdProof, how: SearchKind): boolean {
	return wasNotMade.has(kind) || (how === 'byExternalId' && proof === 'honoured');
}

/**
 * What is known of external IDs where the creation was sent. With another key the account may be another one, and an API that has refused
 * the ID as a duplicate has it, whatever it shows.
 */
function proofFor({ keyCounter, reason }: Pick<Creation, 'keyCounter' | 'reason'>, known: KnownOfApi): ExternalIdProof {
	return known.proof === 'none' || (known.keyCounter === keyCounter && reason?.kind !== 'exists') ? known.proof : 'unknown';
}

/** Whether a task that the API has under the external ID is this creation's, beyond doubt. */
function isOurs({ operation, externalId, plannedAt }: Creation, task: FoundTask, now: number): boolean {
	const named = task.action === undefined ? undefined : findOperationByName(task.action);
	if (externalId === undefined || task.externalId !== externalId || (named !== undefined && !sameOperation(named, operation))) {
		return false;
	}
	if (task.createdAt === undefined) {
		// An ID of ours is given to nothing else; a person's own one may be.
		return isOurExternalId(externalId);
	}
	const aheadMs = task.snapshot.respondedAt === undefined ? 0 : task.snapshot.respondedAt - now;
	return task.createdAt - aheadMs >= plannedAt - clockToleranceMs;
}

/** Whether a search that failed was made: the API itself has responded to it. */
export function wasMade({ kind }: ApiError): boolean {
	return !wasNotMade.has(kind);
}

function isToBeSent(state: CreationState): boolean {
	return state === 'planned' || state === 'waiting';
}

/**
 * A creation whose last attempt has certainly created nothing: earlier ones remain uncertain, if they were. If that attempt was thought to be
 * lost meanwhile, it is not known any more whether they were.
 */
function settledAttempt(creation: Creation): Creation {
	return creation.state === 'sending' || creation.attempts > 1 ? creation : omitSentAt(creation);
}

function omitSentAt({ sentAt: _, ...others }: Creation): Creation {
	return others;
}

type Fields = Partial<Pick<CreationChange, 'state' | 'attempts' | 'searches' | 'changedAt'>> & {
	readonly reason?: CreationReason | undefined;
	readonly nextAt?: number | undefined;
	readonly sentAt?: number | undefined;
};

/** A creation's fields with some of them changed. */
function withFields(creation: Creation, fields: Fields): CreationChange {
	const { state, attempts, searches, changedAt, reason, nextAt, sentAt } = { ...creation, ...fields };
	return { state, attempts, searches, changedAt, ...omitUndefined({ reason, nextAt, sentAt }) };
}

/** Another state, with a reason and a next step only if they are given. */
function changed(creation: Creation, state: CreationState, now: number, fields: Fields): CreationChange {
	return withFields(creation, { reason: undefined, nextAt: undefined, ...fields, state, changedAt: now });
}

function record(change: CreationChange): CreationStep {
	return { kind: 'record', change };
}
