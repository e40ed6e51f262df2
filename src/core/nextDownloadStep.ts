import { assertNever } from './assertNever';
import type { Download, DownloadReason, KeptFile, PartialFile } from './download';
import type { DownloadProblem } from './linkProblem';
import { omitUndefined } from './omitUndefined';
import { retentionMs } from './retention';

const [second, minute, hour] = [1_000, 60_000, 60 * 60_000];

/** What happened to a download. */
export type DownloadEvent =
	| { readonly kind: 'kept'; readonly file: KeptFile }
	/**
	 * An attempt failed. `part`: the partial file, if it has bytes worth continuing; `received`: how many, as counted on the disk.
	 */
	| { readonly kind: 'problem'; readonly problem: DownloadProblem; readonly part?: PartialFile; readonly received: number }
	/** After the step `refresh`. `isNew`: the check gave another link than the one with the problem. */
	| { readonly kind: 'refreshed'; readonly isNew: boolean; readonly problem: DownloadProblem }
	/** After the step `refresh`: the check was not possible. */
	| { readonly kind: 'notRefreshed'; readonly problem: DownloadProblem }
	/** The task has no such result any more. */
	| { readonly kind: 'noLink' }
	/** An error that no problem describes. */
	| { readonly kind: 'unexpected' };

/** What a step depends on. */
export interface DownloadFacts {
	/** Ms since 1970. */
	readonly now: number;
	/** In [0, 1). */
	readonly random: number;
	/** When the link expires at the latest, see `linkExpiry`; undefined if that is not known. */
	readonly expiresAt?: number;
	/** When the task finished; a result may reach its host's servers a little later. */
	readonly finishedAt?: number;
}

/** What is stored of a download, see `DownloadChange`. */
export type DownloadRecord = Pick<Download, 'state' | 'attempts' | 'nextAt' | 'reason' | 'isRefreshed' | 'part' | 'received' | 'file'>;

/** What is done next. */
export type DownloadStep =
	/** Check the task once for new links, then ask again with the outcome. Nothing is recorded until then. */
	| { readonly kind: 'refresh'; readonly record: DownloadRecord; readonly problem: DownloadProblem }
	/** Record, keep the claim and try again at once. */
	| { readonly kind: 'again'; readonly record: DownloadRecord }
	/** Record and end the claim. `removePart`: what there is of the partial file is of no use any more. */
	| { readonly kind: 'settle'; readonly record: DownloadRecord; readonly removePart: boolean };

/** How a kind of problem is dealt with. Waits in ms. */
interface Trait {
	/**
	 * - `passing`: the same link can work later: tried again while it lives
	 * - `link`: another link can help: one check of the task, then tried again as often as `most` says
	 * - `gone`: only another link helps
	 * - `final`: nothing helps
	 */
	readonly kind: 'passing' | 'link' | 'gone' | 'final';
	/** The wait after the first failure; it doubles with each further one, up to `longestMs`. */
	readonly firstMs: number;
	readonly longestMs: number;
	/** After so many attempts in a row, the last two of which failed like this, it is given up; missing: never, while the link lives. */
	readonly most?: number;
}

/** The network or the server: cheap to try again. */
const network: Trait = { kind: 'passing', firstMs: 5 * second, longestMs: 15 * minute };
/** The server sent something that is no result, or refuses: once more after a while, because gateways and networks do so for moments too. */
const noResult: Trait = { kind: 'link', firstMs: minute, longestMs: 15 * minute, most: 2 };
/** Bytes that do not fit together: from the start, which costs a whole download each time. */
const broken: Trait = { kind: 'link', firstMs: 10 * second, longestMs: 15 * minute, most: 3 };
/** A disk: a person has to act, who sees it in the row, and may do so any time. */
const disk: Trait = { kind: 'passing', firstMs: 2 * minute, longestMs: 30 * minute };
const folder: Trait = { kind: 'passing', firstMs: 30 * second, longestMs: 10 * minute, most: 4 };
/** A key: likewise. */
const key: Trait = { kind: 'passing', firstMs: minute, longestMs: hour };
const gone: Trait = { kind: 'gone', firstMs: 20 * second, longestMs: minute };
const final: Trait = { kind: 'final', firstMs: 0, longestMs: 0, most: 1 };

/** One row per kind; `docs/keeping.md` has the same in words. */
const traits = {
	unreachable: network,
	server: network,
	webPage: network,
	// Each attempt may cost as much as the whole file, if the server cannot continue.
	truncated: { ...network, longestMs: 6 * hour },
	digest: broken,
	overlong: broken,
	linkRefused: noResult,
	tooManyRedirects: noResult,
	document: noResult,
	playlist: noResult,
	compressed: noResult,
	empty: noResult,
	unknownFormat: noResult,
	wrongKind: noResult,
	tooLarge: final,
	expired: gone,
	wantsKey: key,
	diskFull: disk,
	notWritable: folder,
	folderMissing: folder,
} as const satisfies Record<DownloadProblem['kind'], Trait>;

/** What an attempt must bring so that the next one comes as soon as after a first failure, bytes: less is not worth a request each time. */
const leastProgress = 256 * 1024;
/** How long (ms) after its end a task's links may not be known to all servers of their host. */
const spreadingMs = 2 * minute;
/** How long (ms) before a link expires it is tried a last time. */
const lastChanceMs = 5 * minute;
/** How often a check for a new link is attempted before the link counts as gone, if it is not known when the task finished. */
const mostRefreshes = 10;

/**
 * What is done after an event; the only function that decides this. Attempts count from the last one that brought at least 256 KiB more than
 * was there before.
 */
export function nextDownloadStep(download: Download, event: DownloadEvent, facts: DownloadFacts): DownloadStep {
	switch (event.kind) {
		case 'kept':
			return { kind: 'settle', record: { state: 'kept', attempts: 0, file: event.file }, removePart: false };
		case 'problem':
			return afterProblem(afterAttempt(download, event), event.problem, facts);
		case 'refreshed':
			return afterRefresh({ ...download, isRefreshed: true }, event, facts);
		case 'notRefreshed':
			return isTooLate(download, facts)
				? failed(download, goneReason(event.problem))
				: retried(download, event.problem, { kind: 'passing', firstMs: minute, longestMs: hour }, facts);
		case 'noLink':
			return failed(download, { kind: 'linkGone' });
		case 'unexpected':
			return retried({ ...download, attempts: download.attempts + 1 }, undefined, { ...network, firstMs: minute }, facts);
		default:
			return assertNever(event);
	}
}

/** Whether the API does not know the task any more, so that a check is not worth waiting for. */
function isTooLate({ attempts }: Download, { now, finishedAt }: DownloadFacts): boolean {
	return finishedAt === undefined ? attempts >= mostRefreshes : now - finishedAt > retentionMs;
}

/** The download with the attempt counted. */
function afterAttempt(download: Download, { part, received }: Extract<DownloadEvent, { readonly kind: 'problem' }>): Download {
	const { state, attempts, reason, isRefreshed, file, received: before = 0 } = download;
	const progress = received - before;
	return withRecord(download, {
		state,
		attempts: progress >= leastProgress ? 1 : attempts + 1,
		...omitUndefined({
			reason,
			// With any byte the link has worked.
			isRefreshed: progress > 0 ? undefined : isRefreshed,
			part,
			received: part === undefined ? undefined : received,
			file,
		}),
	});
}

function afterProblem(download: Download, problem: DownloadProblem, facts: DownloadFacts): DownloadStep {
	const trait = traitOf(problem, facts);
	const { attempts, reason, isRefreshed = false } = download;
	// A check that another problem was the reason for says nothing of an expired link.
	const isChecked = isRefreshed && (reason === undefined || !isOfLink(reason, facts));
	const isGivenUp = trait.most !== undefined && attempts >= trait.most && reason !== undefined && isAlike(reason, trait, facts);
	if (isWhole(download)) {
		// Only the disk is in the way: the link, and whether it lives, does not matter any more.
		return isGivenUp ? failed(download, problem) : retried(download, problem, trait, { now: facts.now, random: facts.random });
	}
	switch (trait.kind) {
		case 'passing':
			if (isGivenUp) {
				return failed(download, problem);
			}
			if (facts.expiresAt === undefined || facts.now < facts.expiresAt) {
				// By the time of the next attempt a link that a check has just given may have expired, too: that is another check's matter.
				return retried(withoutRefresh(download), problem, trait, facts);
			}
			return isChecked ? failed(download, goneReason(problem)) : refreshed(download, problem);
		case 'link':
			if (!isRefreshed) {
				return refreshed(download, problem);
			}
			return isGivenUp ? failed(download, problem) : retried(download, problem, trait, facts);
		case 'gone':
			return isChecked ? failed(download, goneReason(problem)) : refreshed(download, problem);
		case 'final':
			return failed(download, problem);
		default:
			return assertNever(trait.kind);
	}
}

function withoutRefresh({ isRefreshed: _, ...download }: Download): Download {
	return download;
}

/** Whether the attempt before failed in the same way. */
function isAlike(reason: DownloadReason, trait: Trait, facts: DownloadFacts): boolean {
	return reason.kind !== 'linkGone' && reason.kind !== 'cancelled' && traitOf(reason, facts) === trait;
}

/** Whether the attempt before failed so that another link could have helped, without the link having expired. */
function isOfLink(reason: DownloadReason, facts: DownloadFacts): boolean {
	return reason.kind !== 'linkGone' && reason.kind !== 'cancelled' && traitOf(reason, facts).kind === 'link';
}

function afterRefresh(
	download: Download,
	{ isNew, problem }: Extract<DownloadEvent, { readonly kind: 'refreshed' }>,
	facts: DownloadFacts,
): DownloadStep {
	if (isNew) {
		return { kind: 'again', record: recordOf(download, { state: 'running', reason: problem }) };
	}
	const isOfThisLink = traitOf(problem, facts).kind === 'link';
	return isOfThisLink ? afterProblem(download, problem, facts) : failed(download, goneReason(problem));
}

/** A server's statuses that are no refusal, RFC 9110 and RFC 6585, 8470. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

function traitOf(problem: DownloadProblem, { now, finishedAt }: DownloadFacts): Trait {
	switch (problem.kind) {
		case 'server':
			return problem.httpStatus >= 500 || passingStatuses.has(problem.httpStatus) ? network : noResult;
		case 'expired':
			// A link that was just made has not expired: the file has not reached the server that was asked.
			return problem.httpStatus === 404 && finishedAt !== undefined && now - finishedAt < spreadingMs ? { ...gone, kind: 'passing' } : gone;
		case 'wantsKey':
			return problem.why === 'elsewhere' ? noResult : key;
		default:
			return traits[problem.kind];
	}
}

function refreshed(download: Download, problem: DownloadProblem): DownloadStep {
	return { kind: 'refresh', record: recordOf(download, { state: 'running', ...omitUndefined({ reason: download.reason }) }), problem };
}

function retried(
	download: Download,
	reason: DownloadProblem | undefined,
	{ firstMs, longestMs }: Trait,
	facts: DownloadFacts,
): DownloadStep {
	const { now, random, expiresAt = Infinity } = facts;
	const doubled = Math.min(firstMs * 2 ** Math.max(0, download.attempts - 1), longestMs);
	const asked = reason?.kind === 'server' ? (reason.retryAfterMs ?? 0) : 0;
	// Downloads that failed together are not tried again together.
	const wanted = doubled * (0.8 + 0.4 * random);
	const left = expiresAt - lastChanceMs - now;
	const nextAt = now + Math.round(Math.max(left > firstMs ? Math.min(wanted, left) : wanted, asked));
	return { kind: 'settle', record: recordOf(download, { state: 'queued', nextAt, ...omitUndefined({ reason }) }), removePart: false };
}

/** The bytes go with the download, unless only the disk is in the way: then a person can have it continued. */
function failed(download: Download, reason: DownloadReason): DownloadStep {
	const { attempts, isRefreshed, part, received, file } = download;
	const stays = part !== undefined && (isWhole(download) || reason.kind === 'notWritable' || reason.kind === 'folderMissing');
	return {
		kind: 'settle',
		record: { state: 'failed', attempts, reason, ...omitUndefined({ isRefreshed, file }), ...(stays && omitUndefined({ part, received })) },
		removePart: !stays,
	};
}

/** Everything has arrived; the file only has no name yet. */
function isWhole({ part }: Download): boolean {
	return part?.verified !== undefined;
}

function goneReason(problem: DownloadProblem): DownloadReason {
	return { kind: 'linkGone', ...('message' in problem && omitUndefined({ message: problem.message })) };
}

/** The download as it is recorded. */
export function withRecord({ task, media, plan }: Download, record: DownloadRecord): Download {
	return { task, media, plan, ...record };
}

/** What is kept of a download; the file that was kept before stays known. */
function recordOf(
	{ attempts, isRefreshed, part, received, file }: Download,
	change: Pick<DownloadRecord, 'state' | 'nextAt' | 'reason'>,
): DownloadRecord {
	return { ...change, attempts, ...omitUndefined({ isRefreshed, part, received, file }) };
}
