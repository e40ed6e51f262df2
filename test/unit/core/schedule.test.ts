import assert from 'node:assert/strict';
import type { ApiErrorKind } from '../../../src/core/problem';
import type { FailedLook, LookSubject } from '../../../src/core/schedule';
import { nextLook } from '../../../src/core/schedule';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 5, 1, 12);

/** The wait in seconds, at an age in ms, without jitter unless the dice say otherwise. */
function wait(age: number, subject: Partial<LookSubject> = {}, failure?: FailedLook, dice = 0.5): number | string {
	const now = start + age;
	const booking = nextLook({ media: 'video', trackedAt: start, intervalMs: 5 * second, ...subject }, failure, now, dice);
	return 'at' in booking ? (booking.at - now) / second : booking.stopped;
}

function failed(kind: ApiErrorKind, failures = 1, retryAfterMs?: number): FailedLook {
	return { kind, retryable: true, failures, retryAfterMs };
}

describe('nextLook after a sighting', () => {
	const table: readonly (readonly [string, number, Partial<LookSubject>, number | string])[] = [
		['the first', 0, { intervalMs: undefined }, 2],
		['the first, seen late', 59 * second, { intervalMs: undefined }, 2],
		['the second', 2 * second, { intervalMs: 2 * second }, 5],
		['up to a minute', 59.9 * second, {}, 5],
		['from a minute', minute, {}, 10],
		['the first of an older one', minute, { intervalMs: undefined }, 10],
		['up to five minutes', 5 * minute - 1, { intervalMs: 10 * second }, 10],
		['from five minutes', 5 * minute, { intervalMs: 10 * second }, 20],
		['up to thirty minutes', 30 * minute - 1, { intervalMs: 20 * second }, 20],
		['from thirty minutes', 30 * minute, { intervalMs: 20 * second }, 30],
		['then half as long again', 31 * minute, { intervalMs: 30 * second }, 45],
		['and again', 2 * hour, { intervalMs: 600 * second }, 900],
		['up to an hour', 9 * hour, { intervalMs: 2600 * second }, 3600],
		['never more', 20 * day, { intervalMs: hour }, 3600],
		['long unseen, from the shortest of that age', 10 * hour, { intervalMs: 5 * second }, 30],
		['long unseen and never booked', 10 * hour, { intervalMs: undefined }, 30],
		['just before 30 days', 30 * day - 1, { intervalMs: hour }, 3600],
		['30 days', 30 * day, { intervalMs: hour }, 'tooOld'],
		['an image at first', 0, { media: 'image', intervalMs: undefined }, 3],
		['an image soon after', 29 * second, { media: 'image' }, 3],
		['an image from half a minute', 30 * second, { media: 'image' }, 5],
		['an image from a minute', minute, { media: 'image' }, 10],
		['a sound at first', 0, { media: 'audio', intervalMs: undefined }, 3],
	];
	for (const [name, age, subject, expected] of table) {
		it(`${name}: ${expected}${typeof expected === 'number' ? ' s' : ''}`, () => assert.equal(wait(age, subject), expected));
	}

	it('spreads by 15 % either way', () => {
		assert.equal(wait(0, {}, undefined, 0), 4.25);
		assert.equal(wait(0, {}, undefined, 1), 5.75);
	});

	it('grows from the interval, not from its jitter', () => {
		const booking = nextLook({ media: 'video', trackedAt: start, intervalMs: 100 * second }, undefined, start + hour, 0.9);
		assert.ok('at' in booking);
		assert.equal(booking.intervalMs, 150 * second);
		assert.equal(booking.at - (start + hour), 168 * second);
	});

	it('makes few hundred looks in 30 days', () => {
		let looks = 0;
		let now = start;
		let intervalMs: number | undefined;
		for (;;) {
			looks++;
			const booking = nextLook({ media: 'video', trackedAt: start, intervalMs }, undefined, now, 0.5);
			if (!('at' in booking)) break;
			now = booking.at;
			intervalMs = booking.intervalMs;
		}
		assert.ok(looks > 800 && looks < 900, `${looks} looks`);
	});
});

describe('nextLook and clocks', () => {
	const table: readonly (readonly [string, number, Partial<LookSubject>, number | string])[] = [
		['created long before it was tracked', 0, { createdAt: start - 20 * minute }, 20],
		['created days before', 0, { createdAt: start - 3 * day, intervalMs: undefined }, 30],
		['created a month before', 0, { createdAt: start - 30 * day }, 'tooOld'],
		["the server's clock runs four minutes behind", 0, { createdAt: start - 4 * minute }, 5],
		["the server's clock runs ahead", 10 * second, { createdAt: start + 3 * hour }, 5],
		['a creation of 1970 is none', 0, { createdAt: 0 }, 5],
		['a creation in seconds is none', 0, { createdAt: Math.round(start / 1000) }, 5],
		['our clock was set back a little', -minute, {}, 5],
		['our clock was set back by a day: old, as far as we know', -day, { intervalMs: 20 * second }, 30],
		['our clock was set back, and the creation is known', -day, { createdAt: start - day - 2 * minute }, 10],
		['our clock jumped ahead', 5 * hour, {}, 30],
	];
	for (const [name, age, subject, expected] of table) {
		it(`${name}: ${expected}${typeof expected === 'number' ? ' s' : ''}`, () => assert.equal(wait(age, subject), expected));
	}
});

describe('nextLook after a failure', () => {
	const table: readonly (readonly [FailedLook, number, Partial<LookSubject>, number | string])[] = [
		[failed('server'), 10 * second, {}, 10],
		[failed('server', 2), 10 * second, {}, 20],
		[failed('server', 3), 10 * second, {}, 40],
		[failed('server', 7), 10 * second, {}, 600],
		[failed('server', 500), 10 * second, {}, 600],
		[{ ...failed('server'), retryable: false }, 10 * second, {}, 300],
		[{ ...failed('server', 9), retryable: false }, 10 * second, {}, 3600],
		[failed('server', 1), 5 * hour, { intervalMs: hour }, 120],
		[failed('server', 9), 5 * hour, { intervalMs: hour }, 3600],
		[failed('rateLimit', 2), 10 * second, {}, 20],
		[failed('concurrency'), 0, { intervalMs: undefined }, 10],
		[failed('unreachable'), 0, { intervalMs: undefined }, 10],
		[failed('unreachable', 30), 10 * second, {}, 120],
		[failed('malformed'), 10 * second, {}, 300],
		[failed('malformed', 9), 10 * second, {}, 3600],
		[failed('quota'), 10 * second, {}, 300],
		[failed('quota', 2), 10 * second, {}, 600],
		[failed('quota', 5), 10 * second, {}, 3600],
		[failed('forbidden'), 10 * second, {}, 300],
		[failed('badRequest', 3), 10 * second, {}, 1200],
		[failed('policy'), 10 * second, {}, 300],
		[failed('auth'), 10 * second, {}, 300],
		[failed('notFound', 1), 0, {}, 5],
		[failed('notFound', 2), 0, {}, 5],
		[failed('notFound', 3), 0, {}, 'notFound'],
		[failed('notFound', 4), 0, {}, 'notFound'],
		[failed('server'), 30 * day, {}, 'tooOld'],
	];
	for (const [failure, age, subject, expected] of table) {
		it(`${failure.kind}${failure.retryable ? '' : ' for good'}, ${failure.failures} in a row, at ${age / second} s: ${expected}${typeof expected === 'number' ? ' s' : ''}`, () =>
			assert.equal(wait(age, subject, failure), expected));
	}

	it('never comes earlier than Retry-After, whatever the dice', () => {
		assert.equal(wait(0, {}, failed('rateLimit', 1, 90 * second), 0), 90);
		assert.equal(wait(0, {}, failed('rateLimit', 6, 150 * second), 0), 150);
		assert.equal(wait(0, {}, failed('server', 1, 20 * second), 1), 23);
	});

	it('never hammers, whatever Retry-After says', () => {
		assert.equal(wait(0, {}, failed('rateLimit', 1, 0), 0), 5);
		assert.equal(wait(10 * minute, {}, failed('rateLimit', 1, 0), 0), 20);
	});

	it("leaves the schedule's own interval as it was", () => {
		const booking = nextLook({ media: 'video', trackedAt: start, intervalMs: 45 * second }, failed('quota', 4), start + hour, 0.5);
		assert.ok('at' in booking);
		assert.equal(booking.intervalMs, 45 * second);
	});
});
