import assert from 'node:assert/strict';
import { learnDurations } from '../../../src/core/durationModel';
import type { ApiErrorKind } from '../../../src/core/problem';
import type { FailureClass } from '../../../src/core/failureClass';
import { ageOf, trackedAnew, type Aged } from '../../../src/core/age';
import type { Attention, FailedCheck, PollSubject } from '../../../src/core/schedule';
import { lagOf, nextPoll } from '../../../src/core/schedule';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 5, 1, 12);

/** One model of tasks that all took about two minutes, one without any observation or published average. */
const known = learnDurations(
	Array.from({ length: 100 }, (_, index) => ({ ms: 120 * second * Math.exp(0.2 * Math.sin(index)), failed: false })),
	319,
	'video',
);
const unknown = learnDurations([], undefined, 'image');
const attended: Attention = { focused: true, visible: true };
const hidden: Attention = { focused: true, visible: false };

/** The wait in seconds at an age in ms, without jitter by default. */
function wait(age: number, subject: Partial<PollSubject> = {}, failure?: FailedCheck, random = 0.5, attention = attended): number | string {
	const now = start + age;
	const booking = nextPoll(
		{ isFound: true, model: known, trackedAt: start, intervalMs: 5 * second, ...subject },
		failure,
		now,
		attention,
		random,
	);
	return 'at' in booking ? (booking.at - now) / second : booking.stopped;
}

function failed(kind: ApiErrorKind, failureClass: FailureClass, failures = 1, retryAfterMs?: number): FailedCheck {
	return { kind, failureClass, failures, retryAfterMs };
}

describe('nextPoll after a snapshot', () => {
	const table: readonly (readonly [string, number, Partial<PollSubject>, number | string])[] = [
		['the first check, while somebody sees whether the task has started', 0, { intervalMs: undefined }, 2],
		['from thirty minutes of age', 30 * minute, { intervalMs: 20 * second }, 30],
		['after thirty minutes, half as long again', 31 * minute, { intervalMs: 30 * second }, 45],
		['and half as long again each time', 2 * hour, { intervalMs: 600 * second }, 900],
		['up to an hour', 9 * hour, { intervalMs: 2600 * second }, 3600],
		['never more than an hour', 20 * day, { intervalMs: hour }, 3600],
		['an old task after a long pause starts from twenty seconds', 10 * hour, { intervalMs: 5 * second }, 30],
		['an old task without a schedule starts from twenty seconds', 10 * hour, { intervalMs: undefined }, 30],
		['just before 30 days', 30 * day - 1, { intervalMs: hour }, 3600],
		['at 30 days', 30 * day, { intervalMs: hour }, 'tooOld'],
	];
	for (const [name, age, subject, expected] of table) {
		it(`${name}: ${expected}${typeof expected === 'number' ? ' s' : ''}`, () => assert.equal(wait(age, subject), expected));
	}

	it('follows the duration model: polls rarely before tasks finish, often while they do', () => {
		const before = wait(2 * second, {}, undefined, 0.5, hidden);
		const around = wait(115 * second, {}, undefined, 0.5, hidden);
		assert.ok(Number(before) > 30 && Number(around) >= 2 && Number(around) <= 8, `${before} s, then ${around} s`);
		assert.equal(wait(2 * second), Math.min(58.5, Number(before)), 'a minute at most while the list is visible, whatever the jitter');
	});

	it('polls a task that was just tracked by the duration model, whatever its age, while no list is visible', () => {
		const isNew = { intervalMs: undefined };
		for (const age of [2 * second, 59 * second, 10 * minute]) {
			const later = wait(age, { intervalMs: 20 * second }, undefined, 0.5, hidden);
			assert.equal(wait(age, isNew, undefined, 0.5, hidden), later, `at ${age / second} s`);
		}
		assert.equal(wait(0, isNew, undefined, 0.5, hidden), 85.851);
		assert.equal(wait(0, { ...isNew, model: unknown }, undefined, 0.5, hidden), 2, 'no task has finished yet, and it may be rejected');
	});

	it('allows three times the lag when no window is focused', () => {
		assert.equal(lagOf(known, { focused: true }), 3 * second);
		assert.equal(lagOf(known, { focused: false }), 9 * second);
		const slow = learnDurations([], 455, 'video');
		assert.ok(Math.abs(lagOf(slow, { focused: true }) - 0.02 * 455 * second) < 200, 'or 2 % of what such tasks take');
		assert.ok(
			Number(wait(115 * second, {}, undefined, 0.5, { focused: false, visible: false })) >
				1.5 * Number(wait(115 * second, {}, undefined, 0.5, hidden)),
		);
	});

	it('polls at least every minute when no duration is known', () => {
		for (let age = 2 * second; age < 30 * minute;) {
			const next = Number(wait(age, { model: unknown }, undefined, 0.5, attended));
			assert.ok(next >= 2 && next <= 60, `${next} s at ${age / second} s`);
			age += next * second;
		}
	});

	it('polls at least every three minutes in the first thirty, however certain and wrong the model is', () => {
		const sure = learnDurations(
			Array.from({ length: 60 }, (_, index) => ({ ms: 15 * minute * (0.8 + index / 150), failed: false })),
			undefined,
			'video',
		);
		for (const model of [
			sure,
			learnDurations(
				Array.from({ length: 60 }, () => ({ ms: 1 * second, failed: false })),
				undefined,
				'audio',
			),
		]) {
			for (const attention of [hidden, { focused: false, visible: false }, attended]) {
				for (let age = 2 * second; age < 30 * minute;) {
					const next = Number(wait(age, { model }, undefined, 0.5, attention));
					assert.ok(next <= (attention.visible ? 60 : 180) + 1.5, `${next} s at ${age / second} s`);
					age += next * second;
				}
			}
		}
	});

	it('never skips the age of thirty minutes by a long interval', () => {
		const sure = learnDurations(
			Array.from({ length: 60 }, () => ({ ms: 60 * minute, failed: false })),
			undefined,
			'video',
		);
		assert.ok(Number(wait(28 * minute, { model: sure }, undefined, 0.5, { focused: false, visible: false })) <= 2 * 60 + 1.5);
	});

	it('spreads by 15 %, and intervals of the duration model by 1.5 s at most', () => {
		for (const [age, most] of [
			[0, 1.5],
			[115 * second, 1.5],
			[2 * second, 1.5],
		] as const) {
			const subject = age === 0 ? { intervalMs: undefined } : {};
			const [early, late] = [Number(wait(age, subject, undefined, 0)), Number(wait(age, subject, undefined, 1))];
			assert.ok(late - early > 0 && late - early <= 2 * most + 0.01, `${early} to ${late} s`);
		}
		assert.equal(wait(hour, { intervalMs: 100 * second }, undefined, 0), 127.5);
	});

	it('grows from the interval, not from its jitter', () => {
		const booking = nextPoll(
			{ isFound: true, model: known, trackedAt: start, intervalMs: 100 * second },
			undefined,
			start + hour,
			attended,
			0.9,
		);
		assert.ok('at' in booking);
		assert.equal(booking.intervalMs, 150 * second);
		assert.equal(booking.at - (start + hour), 168 * second);
	});

	it('makes a few hundred checks in 30 days', () => {
		let checks = 0;
		let now = start;
		let intervalMs: number | undefined;
		for (;;) {
			checks++;
			const booking = nextPoll({ isFound: true, model: known, trackedAt: start, intervalMs }, undefined, now, attended, 0.5);
			if (!('at' in booking)) {
				break;
			}
			now = booking.at;
			intervalMs = booking.intervalMs;
		}
		assert.ok(checks > 760 && checks < 900, `${checks} checks`);
	});
});

describe('the age of a task', () => {
	const table: readonly (readonly [string, number, Partial<Aged>, number | undefined])[] = [
		['is counted from tracking', 10 * second, {}, 10],
		['created long before it was tracked', 0, { createdAt: start - 20 * minute }, 1_200],
		["the server's clock may be four minutes behind", 10 * second, { createdAt: start - 4 * minute }, 10],
		["the server's clock is ahead", 10 * second, { createdAt: start + 3 * hour }, 10],
		[
			"the server's clock is known: created a minute before it was tracked",
			10 * second,
			{ createdAt: start + 3 * hour - minute, serverAheadMs: 3 * hour },
			70,
		],
		["the server's clock is known: created just now, by whole seconds", 0, { createdAt: start + 600, serverAheadMs: 0 }, 0],
		["the creation is on a clock hours ahead of the response's", 10 * second, { createdAt: start + 8 * hour, serverAheadMs: 0 }, 10],
		['the response says 1970', 10 * second, { createdAt: start - minute, serverAheadMs: -start }, 10],
		['the response says another month', 10 * second, { createdAt: start, serverAheadMs: 31 * day }, 10],
		['a creation in 1970 is ignored', 10 * second, { createdAt: 0, serverAheadMs: 0 }, 10],
		['a creation in seconds is ignored', 10 * second, { createdAt: Math.round(start / 1000) }, 10],
		['our clock was set back a little', -minute, {}, 0],
		['our clock was set back by a day', -day, {}, undefined],
		['our clock was set back, and the creation is known', -day, { createdAt: start - day - 2 * minute }, 120],
		['our clock jumped ahead', 5 * hour, {}, 18_000],
	];
	for (const [name, later, aged, expected] of table) {
		it(`${name}: ${expected === undefined ? 'unknown' : `${expected} s`}`, () => {
			const age = ageOf({ trackedAt: start, ...aged }, start + later);
			assert.equal(age === undefined ? undefined : age / second, expected);
		});
	}

	it('counts as old if it is unknown', () => assert.equal(wait(-day, { intervalMs: 20 * second }), 30));
});

describe('nextPoll after a failure', () => {
	const never = { isFound: false };
	const table: readonly (readonly [FailedCheck, number, Partial<PollSubject>, number | string])[] = [
		[failed('server', 'transient'), 10 * second, {}, 10],
		[failed('server', 'transient', 2), 10 * second, {}, 20],
		[failed('server', 'transient', 3), 10 * second, {}, 40],
		[failed('server', 'transient', 7), 10 * second, {}, 600],
		[failed('server', 'transient', 500), 10 * second, {}, 600],
		[failed('server', 'persistent'), 10 * second, {}, 300],
		[failed('server', 'persistent', 9), 10 * second, {}, 3600],
		[failed('server', 'transient', 1), 5 * hour, { intervalMs: hour }, 120],
		[failed('server', 'transient', 9), 5 * hour, { intervalMs: hour }, 600],
		[failed('rateLimit', 'transient', 2), 10 * second, {}, 20],
		[failed('concurrency', 'transient'), 0, { intervalMs: undefined }, 10],
		[failed('unreachable', 'transient'), 0, { intervalMs: undefined }, 10],
		[failed('unreachable', 'transient', 30), 10 * second, {}, 120],
		[failed('malformed', 'transient'), 10 * second, {}, 10],
		[failed('malformed', 'persistent'), 10 * second, {}, 300],
		[failed('malformed', 'persistent', 9), 10 * second, {}, 3600],
		[failed('quota', 'persistent'), 10 * second, {}, 300],
		[failed('quota', 'persistent', 2), 10 * second, {}, 600],
		[failed('quota', 'persistent', 5), 10 * second, {}, 3600],
		[{ ...failed('auth', 'persistent', 1), isKeySuspect: true }, 10 * second, {}, 10],
		[{ ...failed('auth', 'persistent', 3), isKeySuspect: true }, 10 * second, {}, 10],
		[failed('auth', 'persistent', 2), 10 * second, {}, 600],
		// Found before: slowed down, never given up.
		...(['notFound', 'badRequest', 'forbidden', 'policy'] as const).flatMap((kind) => [
			[failed(kind, 'refused', 1), 10 * second, {}, 60] as const,
			[failed(kind, 'refused', 2), 10 * second, {}, 120] as const,
			[failed(kind, 'refused', 3), 10 * second, {}, 240] as const,
			[failed(kind, 'refused', 7), 10 * second, {}, 3600] as const,
			[failed(kind, 'refused', 1000), 10 * second, {}, 3600] as const,
		]),
		// Never found: soon at first, as a new task may not be visible yet, then hourly for a day.
		...[5, 15, 45, 120, 300].map((expected, index) => [failed('notFound', 'refused', index + 1), 0, never, expected] as const),
		[failed('notFound', 'refused', 6), hour, never, 3600],
		[failed('forbidden', 'refused', 29), day, never, 3600],
		[failed('notFound', 'refused', 30), day, never, 'neverFound'],
		[failed('badRequest', 'refused', 31), day, never, 'neverFound'],
		[failed('server', 'transient', 100), day, never, 600],
		// Too old requires a response, and both clocks.
		[failed('server', 'transient'), 30 * day, { createdAt: start }, 60],
		[failed('malformed', 'persistent'), 30 * day, { createdAt: start }, 300],
		[failed('notFound', 'refused'), 30 * day, {}, 'tooOld'],
		[failed('unreachable', 'transient'), 30 * day, {}, 60],
		[failed('server', 'transient'), 30 * day, { createdAt: start + 29 * day }, 60],
		[failed('notFound', 'refused'), 30 * day, { createdAt: start + 3 * hour, serverAheadMs: 3 * hour }, 'tooOld'],
		[failed('notFound', 'refused'), 30 * day, never, 5],
	];
	for (const [failure, age, subject, expected] of table) {
		it(`${failure.kind} (${failure.failureClass}), ${failure.failures} in a row, ${subject.isFound === false ? 'never found, ' : ''}at ${age / second} s: ${expected}${typeof expected === 'number' ? ' s' : ''}`, () =>
			assert.equal(wait(age, subject, failure), expected));
	}

	it('does not call a new task too old because its creation time is a constant or the clock was behind when it was tracked', () => {
		assert.equal(wait(2 * second, { createdAt: Date.UTC(2024, 5, 1), serverAheadMs: 0, intervalMs: undefined }), 2);
		assert.equal(wait(500 * day, { createdAt: start + 500 * day, serverAheadMs: 0, intervalMs: undefined }), 2);
		assert.notEqual(wait(500 * day, { isFound: false, intervalMs: undefined }), 'tooOld');
		assert.equal(trackedAnew({ trackedAt: start }, start + 500 * day), start + 500 * day);
		assert.equal(trackedAnew({ trackedAt: start, createdAt: start }, start + 500 * day), start);
	});

	it('never comes earlier than Retry-After, whatever the jitter', () => {
		assert.equal(wait(0, {}, failed('rateLimit', 'transient', 1, 90 * second), 0), 90);
		assert.equal(wait(0, {}, failed('rateLimit', 'transient', 6, 150 * second), 0), 150);
		assert.equal(wait(0, {}, failed('server', 'transient', 1, 20 * second), 1), 23);
	});

	it('keeps a minimum wait, whatever Retry-After says', () => {
		assert.equal(wait(0, {}, failed('rateLimit', 'transient', 1, 0), 0), 5);
		assert.equal(wait(5 * hour, { intervalMs: hour }, failed('rateLimit', 'transient', 1, 0), 0), 60);
	});

	it("keeps the schedule's own interval", () => {
		const booking = nextPoll(
			{ isFound: true, model: known, trackedAt: start, intervalMs: 45 * second },
			failed('quota', 'persistent', 4),
			start + hour,
			attended,
			0.5,
		);
		assert.ok('at' in booking);
		assert.equal(booking.intervalMs, 45 * second);
	});
});
