const minute = 60_000;
const tenMinutes = 10 * minute;
const firstRestMs = 10_000;

/** How much one API is asked by all windows of this machine together. */
export interface LookBounds {
	/** Looks in flight at the same time. */
	readonly inFlight: number;
	/** Looks begun within any sixty seconds. */
	readonly perMinute: number;
}

/** What the settings may be set to, and what they are when nobody sets them. */
export const boundsLimits = {
	inFlight: { least: 1, most: 8, usual: 4 },
	perMinute: { least: 10, most: 120, usual: 40 },
} as const;

/** Of the offline demo, whose API is the window itself: as often as its tasks want. */
export const demoBounds: LookBounds = { inFlight: 4, perMinute: 600 };

/**
 * The rate of looks at one API, kept in one number: `rateAt`, when (ms since 1970) the looks begun so far would be through if they came evenly.
 * This is the generic cell rate algorithm (ITU-T I.371, annex A): a fifth of a minute's looks may come at once, the others evenly spread, so that no sixty
 * seconds ever see more than `perMinute`, and nobody waits longer for the next look than the spacing (1.9 s at forty a minute).
 */
function spacing(perMinute: number): { readonly burst: number; readonly everyMs: number } {
	const burst = Math.max(1, Math.floor(perMinute / 5));
	return { burst, everyMs: minute / Math.max(1, perMinute - burst) };
}

/** `rateAt` as it can be believed: never behind us. Further ahead than a full burst it was written by a clock that was ahead, or under another setting. */
function believed(rateAt: number | undefined, now: number, perMinute: number): number {
	const { burst, everyMs } = spacing(perMinute);
	return rateAt === undefined || rateAt > now + (burst + 1) * everyMs ? now : Math.max(rateAt, now);
}

/** How many looks may begin at `now`. */
export function looksAllowed(rateAt: number | undefined, now: number, { perMinute }: LookBounds): number {
	const { burst, everyMs } = spacing(perMinute);
	return Math.max(0, Math.floor((now - believed(rateAt, now, perMinute)) / everyMs + 1e-9) + burst);
}

/** `rateAt` after `looks` more have begun at `now`; whole ms, rounded to the later. */
export function rateAfter(rateAt: number | undefined, now: number, looks: number, { perMinute }: LookBounds): number {
	return Math.ceil(believed(rateAt, now, perMinute) + looks * spacing(perMinute).everyMs);
}

/** When the look behind `ahead` others may begin, ms since 1970; `now` when it may at once. */
export function lookAllowedAt(rateAt: number | undefined, now: number, ahead: number, { perMinute }: LookBounds): number {
	const { burst, everyMs } = spacing(perMinute);
	return Math.ceil(Math.max(now, believed(rateAt, now, perMinute) + (ahead + 1 - burst) * everyMs));
}

/**
 * How long (ms) nobody looks at an API that asked to slow down: ten seconds, doubled each time it asks again, up to ten minutes; never shorter than it said.
 * @param times how often in a row it has asked, this time included (from 1)
 * @param retryAfterMs what it said, already bounded to 150 s
 * @param dice a number in [0, 1): spread to later by up to 15 %, so that machines do not come back together
 */
export function restMs(times: number, retryAfterMs: number | undefined, dice: number): number {
	const own = Math.min(firstRestMs * 2 ** Math.min(times - 1, 20), tenMinutes);
	return Math.round(Math.max(own, retryAfterMs ?? 0) * (1 + 0.15 * dice));
}

/** No rest is longer than this (ms); one that seems so was written by a clock that was wrong. */
export const longestRestMs = 1.15 * tenMinutes;
