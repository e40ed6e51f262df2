import assert from 'node:assert/strict';
import type { Seen, Transition } from '../../../src/core/transition';
import { deservesTelling, transition } from '../../../src/core/transition';

const clip = { kind: 'video', url: 'https://media.example/clip.mp4' } as const;
const otherClip = { kind: 'video', url: 'https://media.example/other.mp4' } as const;

function seen(status: Seen['status'], more: Partial<Seen> = {}): Seen {
	return { status, rawStatus: status, results: [], ...more };
}

const done = seen('succeeded', { results: [clip] });
const lost = seen('failed', { message: 'No face was found' });

const table: readonly (readonly [string, Seen, Seen, Transition])[] = [
	['the same again', seen('processing'), seen('processing'), { kind: 'nothing' }],
	['work began', seen('submitted'), seen('processing'), { kind: 'started' }],
	['more progress', seen('processing', { progress: 0.1 }), seen('processing', { progress: 0.3 }), { kind: 'progressed' }],
	[
		'another word that nobody knows',
		seen('unknown', { rawStatus: 'warming' }),
		seen('unknown', { rawStatus: 'polishing' }),
		{ kind: 'progressed' },
	],
	['an unknown word after a known one', seen('processing'), seen('unknown'), { kind: 'progressed' }],
	['back in the queue', seen('processing'), seen('submitted'), { kind: 'progressed' }],
	['a success', seen('processing'), done, { kind: 'ended', status: 'succeeded' }],
	['a failure straight from the queue', seen('submitted'), lost, { kind: 'ended', status: 'failed' }],
	['an end after an unknown word', seen('unknown'), done, { kind: 'ended', status: 'succeeded' }],
	['an end seen again', done, done, { kind: 'nothing' }],
	['an ended one seen active again', done, seen('processing'), { kind: 'nothing' }],
	['a failed one seen active again', lost, seen('submitted'), { kind: 'nothing' }],
	['fresh links', done, seen('succeeded', { results: [otherClip] }), { kind: 'corrected', status: 'succeeded' }],
	['links at last', seen('succeeded'), done, { kind: 'corrected', status: 'succeeded' }],
	['one result more', done, seen('succeeded', { results: [clip, otherClip] }), { kind: 'corrected', status: 'succeeded' }],
	['links gone from the answer', done, seen('succeeded'), { kind: 'nothing' }],
	['another reason', lost, seen('failed', { message: 'No voice was found' }), { kind: 'corrected', status: 'failed' }],
	['a failure that was none', lost, done, { kind: 'corrected', status: 'succeeded' }],
];

describe('transition', () => {
	for (const [name, before, after, expected] of table) {
		it(`${name}: ${expected.kind}`, () => assert.deepEqual(transition(before, after), expected));
	}
});

describe('deservesTelling', () => {
	it('tells an end', () => {
		assert.equal(deservesTelling(transition(seen('processing'), done)), true);
		assert.equal(deservesTelling(transition(seen('processing'), lost)), true);
	});

	it('tells nothing but ends', () => {
		const others = table.filter(([, , , change]) => change.kind !== 'ended');
		assert.ok(others.length > 0);
		for (const [name, before, after] of others) {
			assert.equal(deservesTelling(transition(before, after)), false, name);
		}
	});
});
