const minute = 60_000;
const tenMinutes = 10 * minute;
const firstCooldownMs = 10_000;

/** How much one API is asked by all windows of this machine together. */
export interface RateLimits {
	/** Looks in flight at the same time. */
	readonly maxConcurrent: number;
	/** Looks begun within any sixty seconds. */
	readonly maxPerMinute: number;
}

/** What the settings may be set to, and what they are when nobody sets them. */
export const settingRanges = {
	maxConcurrent: { min: 1, max: 8, default: 4 },
	maxPerMinute: { min: 10, max: 120, default: 40 },
} as const;

/** Of the offline demo, whose API is the window itself: as often as its tasks want. */
export const demoLimits: RateLimits = { maxConcurrent: 4, maxPerMinute: 600 };

/** Whether a person waits for a look, or nobody does; `neverFound`: nobody does, and the API has refused the task and never shown it. */
export type Urgency = 'asked' | 'background' | 'neverFound';

const byItself: readonly Urgency[] = ['background', 'neverFound'];

/** The times of begun looks count for so long (ms). A clock that was set back may have put them ahead of us; further ahead than this they count no more. */
export const rateWindowMs = minute;

/** A look that has begun. */
export interface RequestStart {
	/** Ms since 1970. */
	readonly at: number;
	readonly urgency: Urgency;
}

/** At most so many looks in any span of time; of some urgencies only, where they are named. */
interface Limit {
	readonly most: number;
	readonly ms: number;
	readonly of?: readonly Urgency[];
}

/**
 * `maxPerMinute` in sixty seconds. Of these, each of the two, what a person asks for and what nobody waits for, leaves a tenth to the other: a person need not wait for
 * what nobody waits for, and whatever a person asks for, no task starves. What nobody waits for may have a tenth in six seconds, so that what is due at once, after a
 * sleep for instance, comes spread out. Tasks that may not exist have a quarter of the rate at most.
 */
function limits({ maxPerMinute }: RateLimits, urgency: Urgency): readonly Limit[] {
	const tenth = Math.ceil(maxPerMinute / 10);
	const most = Math.max(1, maxPerMinute - tenth);
	const all: Limit = { most: maxPerMinute, ms: minute };
	if (urgency === 'asked') {
		return [all, { most, ms: minute, of: ['asked'] }];
	}
	const background: readonly Limit[] = [all, { most, ms: minute, of: byItself }, { most: tenth, ms: minute / 10, of: byItself }];
	return urgency === 'background'
		? background
		: [...background, { most: Math.max(1, Math.floor(maxPerMinute / 4)), ms: minute, of: ['neverFound'] }];
}

/** The looks that count for a limit at a time, in order. */
function counted(starts: readonly RequestStart[], at: number, { ms, of }: Limit): readonly RequestStart[] {
	return starts.filter((request) => request.at > at - ms && (of === undefined || of.includes(request.urgency)));
}

/**
 * Whether, where there is not room for all, the next is a task that may not exist: they have had less than a quarter of what nobody waited for in the last minute.
 * @param starts as for `requestsAllowed`
 */
export function isTurnOfNeverFound(starts: readonly RequestStart[], now: number): boolean {
	const all = counted(starts, now, { most: 0, ms: minute, of: byItself });
	return 4 * all.filter(({ urgency }) => urgency === 'neverFound').length < all.length;
}

/**
 * How many looks may begin at `now`.
 * @param starts the latest ones, ascending: those of the last minute at least, or as many of them as the bounds allow
 */
export function requestsAllowed(starts: readonly RequestStart[], now: number, rateLimits: RateLimits, urgency: Urgency): number {
	return Math.min(...limits(rateLimits, urgency).map((limit) => Math.max(0, limit.most - counted(starts, now, limit).length)));
}

/** When the next look may begin, ms since 1970; `now` when it may at once. */
export function requestAllowedAt(starts: readonly RequestStart[], now: number, rateLimits: RateLimits, urgency: Urgency): number {
	return Math.max(
		now,
		...limits(rateLimits, urgency).map((limit) => (counted(starts, now, limit).at(-limit.most)?.at ?? -Infinity) + limit.ms),
	);
}

/**
 * How long (ms) nobody looks at an API that asked to slow down: ten seconds, doubled each time it asks again, up to ten minutes; never shorter than it said.
 * @param times how often in a row it has asked, this time included (from 1)
 * @param retryAfterMs what it said, already bounded to 150 s
 * @param random a number in [0, 1): spread to later by up to 15 %, so that machines do not come back together
 */
export function cooldownMs(times: number, retryAfterMs: number | undefined, random: number): number {
	const own = Math.min(firstCooldownMs * 2 ** Math.min(times - 1, 20), tenMinutes);
	return Math.round(Math.max(own, retryAfterMs ?? 0) * (1 + 0.15 * random));
}

/** No rest is longer than this (ms); one that seems so was written by a clock that was wrong. */
export const maxCooldownMs = 1.15 * tenMinutes;
