import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	settingRanges,
	isTurnOfNeverFound,
	requestAllowedAt,
	requestsAllowed,
	maxCooldownMs,
	cooldownMs,
	type RequestStart,
	type Urgency,
} from '../../../src/core/rate';
import { mostWithin } from '../../support/spans';

const second = 1_000;
const minute = 60 * second;
const t0 = Date.UTC(2026, 5, 1);
const limits = (maxPerMinute: number) => ({ maxConcurrent: 4, maxPerMinute });

/** Starts every wanted request as soon as it is allowed; returns those that were started. */
function start(wanted: readonly RequestStart[], maxPerMinute: number): RequestStart[] {
	const starts: RequestStart[] = [];
	for (const request of wanted) {
		if (requestsAllowed(starts, request.at, limits(maxPerMinute), request.urgency) > 0) {
			starts.push(request);
		}
	}
	return starts;
}

const times = (starts: readonly RequestStart[]) => starts.map(({ at }) => at);
const of = (urgency: Urgency, starts: readonly RequestStart[]) => times(starts.filter((request) => request.urgency === urgency));
/** Wanted all the time. */
const always = (...urgencies: readonly Urgency[]) =>
	Array.from({ length: (2 * minute) / 100 }, (_, turn) => urgencies.map((urgency) => ({ at: t0 + 100 * turn, urgency }))).flat();

describe('the rate of requests', () => {
	it('never exceeds its limit in any sixty seconds, whatever is requested when and by whom', () => {
		const step = fc.record({
			gap: fc.oneof(fc.nat(50), fc.nat(3_000), fc.nat(90_000)),
			urgency: fc.constantFrom<Urgency[]>('asked', 'background'),
		});
		fc.assert(
			fc.property(
				fc.array(step, { maxLength: 400 }),
				fc.integer({ min: settingRanges.maxPerMinute.min, max: settingRanges.maxPerMinute.max }),
				(steps, maxPerMinute) => {
					let now = t0;
					const starts = start(
						steps.map(({ gap, urgency }) => ({ at: (now += gap), urgency })),
						maxPerMinute,
					);
					assert.ok(mostWithin(times(starts), minute) <= maxPerMinute);
				},
			),
		);
	});

	it('lets a person use nine tenths of the rate at once', () => {
		const starts = start([...Array.from({ length: 50 }, () => ({ at: t0, urgency: 'asked' as const })), ...always('asked')], 40);
		assert.equal(starts.filter(({ at }) => at === t0).length, 36);
		assert.equal(starts[36]?.at, t0 + minute);
	});

	it('spreads background checks and leaves a tenth to manual requests', () => {
		const starts = start(always('background'), 40);
		assert.deepEqual(
			times(starts)
				.slice(0, 9)
				.map((at) => at - t0),
			[0, 100, 200, 300, 6_000, 6_100, 6_200, 6_300, 12_000],
		);
		assert.equal(starts.length, 72);
		for (let now = t0; now < t0 + 2 * minute; now += 1_000) {
			assert.ok(
				requestsAllowed(
					starts.filter(({ at }) => at <= now),
					now,
					limits(40),
					'asked',
				) >= 4,
			);
		}
	});

	it('leaves a tenth to background checks, however many manual requests there are', () => {
		const starts = start(
			[...Array.from({ length: 40 }, () => ({ at: t0, urgency: 'asked' as const })), ...always('asked', 'background')],
			40,
		);
		assert.equal(starts.length, 80);
		assert.equal(of('background', starts).length, 8);
	});

	it('says when the next request may start', () => {
		for (const urgency of ['asked', 'background'] as const) {
			const wanted = (at: number) => requestAllowedAt(starts.slice(0, 4), at, limits(40), urgency);
			const starts = start(always(urgency), 40);
			assert.equal(requestAllowedAt([], t0, limits(40), urgency), t0);
			assert.equal(wanted(t0 + 400), urgency === 'asked' ? t0 + 400 : t0 + 6_000);
			const minuteFull = starts.filter(({ at }) => at < t0 + minute);
			const first = requestAllowedAt(minuteFull, t0 + minute - 1, limits(40), urgency);
			assert.equal(first, t0 + minute);
			assert.equal(requestsAllowed(minuteFull, first - 1, limits(40), urgency), 0);
			assert.equal(requestsAllowed(minuteFull, first, limits(40), urgency), 1);
		}
	});

	it('allows a request under every limit that can be set', () => {
		for (let maxPerMinute = 1; maxPerMinute <= settingRanges.maxPerMinute.max; maxPerMinute++) {
			for (const urgency of ['asked', 'background'] as const) {
				assert.ok(requestsAllowed([], t0, limits(maxPerMinute), urgency) >= 1);
			}
		}
	});
});

describe('the cooldown after an API asked to slow down', () => {
	it('doubles up to ten minutes, is never shorter than asked for, and its jitter only adds', () => {
		const rows: readonly [times: number, retryAfterMs: number | undefined, random: number, ms: number][] = [
			[1, undefined, 0, 10_000],
			[2, undefined, 0, 20_000],
			[3, undefined, 0, 40_000],
			[7, undefined, 0, 600_000],
			[1_000, undefined, 0, 600_000],
			[1, 1_000, 0, 10_000],
			[1, 90_000, 0, 90_000],
			[5, 90_000, 0, 160_000],
			[1, 90_000, 1, 103_500],
			[9, undefined, 1, maxCooldownMs],
		];
		for (const [times, retryAfterMs, random, ms] of rows) {
			assert.equal(cooldownMs(times, retryAfterMs, random), ms, `${times} times, ${retryAfterMs}, ${random}`);
		}
	});
});

describe('the turn of tasks that were never found', () => {
	const starts = (...urgencies: readonly Urgency[]): readonly RequestStart[] =>
		urgencies.map((urgency, index) => ({ at: t0 + index, urgency }));
	const isTurn = (checks: readonly RequestStart[], later = second) => isTurnOfNeverFound(checks, t0 + later);

	it('comes after three other background checks', () => {
		assert.equal(isTurn([]), false);
		assert.equal(isTurn(starts('background')), true);
		assert.equal(isTurn(starts('background', 'neverFound')), false);
		assert.equal(isTurn(starts('background', 'neverFound', 'background', 'background')), false);
		assert.equal(isTurn(starts('background', 'neverFound', 'background', 'background', 'background')), true);
	});

	it('is counted over a minute, without manual requests', () => {
		assert.equal(isTurn(starts('neverFound', 'asked', 'asked', 'asked', 'asked')), false);
		assert.equal(isTurn(starts('background', 'neverFound'), 2 * minute), false);
		assert.equal(isTurn(starts('neverFound', 'background'), minute), true);
	});
});
