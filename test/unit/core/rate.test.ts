import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boundsLimits, lookAllowedAt, looksAllowed, longestRestMs, rateAfter, restMs } from '../../../src/core/rate';

const second = 1_000;
const minute = 60 * second;
const t0 = Date.UTC(2026, 5, 1);
const bounds = (perMinute: number) => ({ inFlight: 4, perMinute });

/** Begins a look whenever one is wanted and allowed; the times of those that were. */
function begin(wanted: readonly number[], perMinute: number): number[] {
	let rateAt: number | undefined;
	const begun: number[] = [];
	for (const now of wanted) {
		if (looksAllowed(rateAt, now, bounds(perMinute)) === 0) continue;
		rateAt = rateAfter(rateAt, now, 1, bounds(perMinute));
		begun.push(now);
	}
	return begun;
}

describe('the rate of looks', () => {
	it('never exceeds its bound in any sixty seconds, whatever is wanted when', () => {
		const steps = fc.array(fc.oneof(fc.nat(50), fc.nat(3_000), fc.nat(90_000)), { maxLength: 400 });
		fc.assert(
			fc.property(steps, fc.integer({ min: boundsLimits.perMinute.least, max: boundsLimits.perMinute.most }), (gaps, perMinute) => {
				let now = t0;
				const begun = begin(gaps.map((gap) => (now += gap)), perMinute);
				begun.forEach((at, index) => {
					const beyond = begun[index + perMinute];
					assert.ok(beyond === undefined || beyond - at >= minute, `${perMinute + 1} looks in ${(beyond ?? 0) - at} ms`);
				});
			}),
		);
	});

	it('lets eight of forty come at once after a rest, and then one every 1.9 s', () => {
		const always = Array.from({ length: 2 * minute }, (_, ms) => t0 + ms);
		const begun = begin(always, 40).map((at) => at - t0);
		assert.deepEqual(begun.slice(0, 10), [0, 1, 2, 3, 4, 5, 6, 7, 1_875, 3_750]);
		assert.equal(begun.filter((at) => at >= minute).length, 32);
	});

	it('tells when the next look may begin, and the one behind others', () => {
		assert.equal(lookAllowedAt(undefined, t0, 0, bounds(40)), t0);
		const rateAt = rateAfter(undefined, t0, 8, bounds(40));
		assert.equal(looksAllowed(rateAt, t0, bounds(40)), 0);
		for (const ahead of [0, 1, 5]) {
			const at = lookAllowedAt(rateAt, t0, ahead, bounds(40));
			assert.equal(at, t0 + 1_875 * (ahead + 1));
			assert.equal(looksAllowed(rateAt, at - 1, bounds(40)), ahead);
			assert.equal(looksAllowed(rateAt, at, bounds(40)), ahead + 1);
		}
	});

	it('does not stand still after the clock was set back', () => {
		const rateAt = rateAfter(undefined, t0 + 60 * minute, 8, bounds(40));
		assert.equal(looksAllowed(rateAt, t0, bounds(40)), 8);
		assert.ok(rateAfter(rateAt, t0, 1, bounds(40)) < t0 + minute);
	});

	it('allows something under every bound that can be set', () => {
		for (let perMinute = 1; perMinute <= boundsLimits.perMinute.most; perMinute++) assert.ok(looksAllowed(undefined, t0, bounds(perMinute)) >= 1);
	});
});

describe('the rest after a request to slow down', () => {
	it('doubles up to ten minutes, is never shorter than asked for, and spreads to later only', () => {
		const rows: readonly [times: number, retryAfterMs: number | undefined, dice: number, ms: number][] = [
			[1, undefined, 0, 10_000],
			[2, undefined, 0, 20_000],
			[3, undefined, 0, 40_000],
			[7, undefined, 0, 600_000],
			[1_000, undefined, 0, 600_000],
			[1, 1_000, 0, 10_000],
			[1, 90_000, 0, 90_000],
			[5, 90_000, 0, 160_000],
			[1, 90_000, 1, 103_500],
			[9, undefined, 1, longestRestMs],
		];
		for (const [times, retryAfterMs, dice, ms] of rows) assert.equal(restMs(times, retryAfterMs, dice), ms, `${times} times, ${retryAfterMs}, ${dice}`);
	});
});
