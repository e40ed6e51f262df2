const minute = 60_000;
const tenMinutes = 10 * minute;
const firstCooldownMs = 10_000;

/** Limits for the requests to one API, shared by all windows of this machine. */
export interface RateLimits {
	/** Concurrent requests. */
	readonly maxConcurrent: number;
	/** Requests started within any sixty seconds. */
	readonly maxPerMinute: number;
}

/** The ranges and defaults of the settings. */
export const settingRanges = {
	maxConcurrent: { min: 1, max: 8, default: 4 },
	maxPerMinute: { min: 10, max: 120, default: 40 },
} as const;

/** For the offline demo, whose API runs in the window itself. */
export const demoLimits: RateLimits = { maxConcurrent: 4, maxPerMinute: 600 };

/**
 * Who waits for a request: `asked`, a person; `background`, nobody; `neverFound`, nobody, for a task that the API has refused and never
 * shown.
 */
export type Urgency = 'asked' | 'background' | 'neverFound';

const byItself: readonly Urgency[] = ['background', 'neverFound'];

/** How long (ms) the start of a request counts. Starts further in the future than this are ignored: the clock was set back. */
export const rateWindowMs = minute;

/** A request that was started. */
export interface RequestStart {
	/** ms since 1970. */
	readonly at: number;
	readonly urgency: Urgency;
}

/** At most `most` requests in any span of `ms`; only those of the urgencies in `of`, if given. */
interface Limit {
	readonly most: number;
	readonly ms: number;
	readonly of?: readonly Urgency[];
}

/**
 * The limits that apply to an urgency: `maxPerMinute` in sixty seconds in all. Manual requests and background checks each leave a tenth of
 * that to the other, so that a person need not wait for polling and polling never starves. Background checks get at most a tenth within six
 * seconds, so that many due tasks, after a sleep for instance, are spread out. Tasks that were never found get at most a quarter of the
 * rate.
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

/** The starts that count for a limit at a time, in order. */
function counted(starts: readonly RequestStart[], at: number, { ms, of }: Limit): readonly RequestStart[] {
	return starts.filter((request) => request.at > at - ms && (of === undefined || of.includes(request.urgency)));
}

/**
 * Whether, if not all may start, the next start goes to a task that was never found: such tasks have had less than a quarter of the
 * background checks of the last minute.
 */
export function isTurnOfNeverFound(starts: readonly RequestStart[], now: number): boolean {
	const all = counted(starts, now, { most: 0, ms: minute, of: byItself });
	return 4 * all.filter(({ urgency }) => urgency === 'neverFound').length < all.length;
}

/**
 * How many requests may start at `now`.
 * @param starts the latest ones, ascending: at least those of the last minute, or as many of them as the limits allow
 */
export function requestsAllowed(starts: readonly RequestStart[], now: number, rateLimits: RateLimits, urgency: Urgency): number {
	return Math.min(...limits(rateLimits, urgency).map((limit) => Math.max(0, limit.most - counted(starts, now, limit).length)));
}

/** When the next request may start, ms since 1970; `now` if at once. */
export function requestAllowedAt(starts: readonly RequestStart[], now: number, rateLimits: RateLimits, urgency: Urgency): number {
	return Math.max(
		now,
		...limits(rateLimits, urgency).map((limit) => (counted(starts, now, limit).at(-limit.most)?.at ?? -Infinity) + limit.ms),
	);
}

/**
 * How long (ms) no request goes to an API that asked to slow down: ten seconds, doubled each time it asks again, up to ten minutes; at
 * least what it asked for.
 * @param times how many times in a row it has asked, including this one (from 1)
 * @param retryAfterMs what it asked for, bounded to 150 s
 * @param random a number in [0, 1): adds up to 15 %, so that machines do not return at the same moment
 */
export function cooldownMs(times: number, retryAfterMs: number | undefined, random: number): number {
	const own = Math.min(firstCooldownMs * 2 ** Math.min(times - 1, 20), tenMinutes);
	return Math.round(Math.max(own, retryAfterMs ?? 0) * (1 + 0.15 * random));
}

/** No cooldown is longer than this (ms); a longer one was written by a wrong clock. */
export const maxCooldownMs = 1.15 * tenMinutes;
