import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boundsLimits, lookAllowedAt, looksAllowed, longestRestMs, restMs, type Urgency } from '../../../src/core/rate';
import { mostWithin } from '../../processes/findings';

const second = 1_000;
const minute = 60 * second;
const t0 = Date.UTC(2026, 5, 1);
const bounds = (perMinute: number) => ({ inFlight: 4, perMinute });

/** Begins a look whenever one is wanted and allowed; the times of those that were. */
function begin(wanted: readonly { readonly at: number; readonly urgency: Urgency }[], perMinute: number): number[] {
	const begun: number[] = [];
	for (const { at, urgency } of wanted) if (looksAllowed(begun, at, bounds(perMinute), urgency) > 0) begun.push(at);
	return begun;
}

describe('the rate of looks', () => {
	it('never exceeds its bound in any sixty seconds, whatever is wanted when and by whom', () => {
		const step = fc.record({ gap: fc.oneof(fc.nat(50), fc.nat(3_000), fc.nat(90_000)), urgency: fc.constantFrom<Urgency[]>('asked', 'background') });
		fc.assert(
			fc.property(fc.array(step, { maxLength: 400 }), fc.integer({ min: boundsLimits.perMinute.least, max: boundsLimits.perMinute.most }), (steps, perMinute) => {
				let now = t0;
				const begun = begin(steps.map(({ gap, urgency }) => ({ at: (now += gap), urgency })), perMinute);
				assert.ok(mostWithin(begun, minute) <= perMinute);
			}),
		);
	});

	const always = (urgency: Urgency) => Array.from({ length: (2 * minute) / 100 }, (_, turn) => ({ at: t0 + 100 * turn, urgency }));

	it('lets a person have all of a minute at once', () => {
		const begun = begin([...Array.from({ length: 50 }, () => ({ at: t0, urgency: 'asked' as const })), ...always('asked')], 40).map((at) => at - t0);
		assert.equal(begun.filter((at) => at === 0).length, 40);
		assert.equal(begun[40], minute);
	});

	it('spreads what nobody waits for, and leaves a person a tenth', () => {
		const begun = begin(always('background'), 40);
		assert.deepEqual(begun.slice(0, 9).map((at) => at - t0), [0, 100, 200, 300, 6_000, 6_100, 6_200, 6_300, 12_000]);
		assert.equal(begun.length, 72);
		for (let now = t0; now < t0 + 2 * minute; now += 1_000) assert.ok(looksAllowed(begun.filter((at) => at <= now), now, bounds(40), 'asked') >= 4);
	});

	it('tells when the next look may begin, and the one behind others', () => {
		for (const urgency of ['asked', 'background'] as const) {
			assert.equal(lookAllowedAt([], t0, 0, bounds(40), urgency), t0);
			const begun = Array.from({ length: 40 }, (_, look) => t0 - 40_000 + 1_000 * look);
			const wanted: Record<Urgency, readonly number[]> = { asked: [20_000, 21_000, 22_000, 23_000, 24_000], background: [24_000, 25_000, 26_000, 27_000, 30_000] };
			wanted[urgency].forEach((after, ahead) => {
				const at = lookAllowedAt(begun, t0, ahead, bounds(40), urgency);
				assert.equal(at, t0 + after, `${urgency}, behind ${ahead}`);
			});
			const first = lookAllowedAt(begun, t0, 0, bounds(40), urgency);
			assert.equal(looksAllowed(begun, first - 1, bounds(40), urgency), 0);
			assert.equal(looksAllowed(begun, first, bounds(40), urgency), 1);
		}
	});

	it('allows something under every bound that can be set', () => {
		for (let perMinute = 1; perMinute <= boundsLimits.perMinute.most; perMinute++) assert.ok(looksAllowed([], t0, bounds(perMinute), 'background') >= 1);
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
