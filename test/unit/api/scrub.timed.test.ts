// How long the search for a key in a response takes.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { keyScrubber } from '../../../src/api/scrub';

/** A key in the format of gateways. */
const long = 'sk-Vn3Rk8Lm2Xq7Wz5Tb9Hc4Jd6Fs1Gp0Yv7Ke2Ua9Mi3Zo8Bw5N';

describe('keyScrubber, in time,', () => {
	it('takes hardly any time as long as no response contains the key', () => {
		// Processor time, so that other load does not matter, with a key that no other test has prepared.
		const before = process.cpuUsage();
		const scrub = keyScrubber(`sk-${randomBytes(36).toString('base64url')}`);
		for (const size of [0, 10_000]) {
			scrub(JSON.stringify({ data: { task_status: 'processing', external_task_id: '%2B'.repeat(size) } }));
		}
		const { user, system } = process.cpuUsage(before);
		assert.ok(user + system < 60_000, `${(user + system) / 1_000} ms`);
	});

	it('does not stall other extensions, whatever the largest response contains', () => {
		const pieces = [
			'\\',
			'%25',
			long.slice(0, -1),
			'sk-',
			'\\\\\\\\u00',
			'\\u0041',
			'&amp;',
			'&abcdefg',
			'&#65',
			'a',
			`${long} `,
			`${long.slice(3, 18)}!`,
		];
		const scrub = keyScrubber(long);
		const time = (piece: string, length: number): number => {
			const text = piece.repeat(length / piece.length);
			const start = process.cpuUsage();
			scrub(text);
			const { user, system } = process.cpuUsage(start);
			return (user + system) / 1000;
		};
		for (const piece of pieces) {
			// The largest response that is read; the limit is the stall that other extensions would notice. Twice, in case the machine was
			// busy.
			const ms = time(piece, 4 * 1024 * 1024);
			assert.ok(ms < 250 || time(piece, 4 * 1024 * 1024) < 250, `${JSON.stringify(piece.slice(0, 12))}: ${ms} ms`);
		}
	}).timeout(30_000);
});
