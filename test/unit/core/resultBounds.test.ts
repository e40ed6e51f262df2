import assert from 'node:assert/strict';
import type { Media } from '../../../src/core/media';
import { boundedSnapshot } from '../../../src/core/resultBounds';
import type { TaskSnapshot } from '../../../src/core/task';

const image = (index: number, length = 40): Media => ({
	kind: 'image',
	url: `https://media.kling.example/${String(index).padStart(length - 28, '0')}`,
});
const images = (count: number, length?: number): readonly Media[] => Array.from({ length: count }, (_, index) => image(index, length));
const snapshot = (more: Partial<TaskSnapshot>): TaskSnapshot => ({ status: 'succeeded', rawStatus: 'succeed', results: [], ...more });
/** How much of it the store writes, bytes. */
const stored = ({ results, parentVideo, ...texts }: TaskSnapshot): number =>
	Buffer.byteLength(JSON.stringify(results)) +
	Buffer.byteLength(parentVideo === undefined ? '' : JSON.stringify(parentVideo)) +
	Object.values(texts).reduce<number>((sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0), 0);

describe('the bounds of what is kept of a snapshot', () => {
	it('do not change the response of a usual task', () => {
		const whole = snapshot({
			message: 'a reason',
			results: images(9),
			parentVideo: { id: 'p', url: 'https://media.kling.example/p.mp4' },
			progress: 0.5,
			createdAt: 1,
			updatedAt: 2,
			respondedAt: 3,
			taskId: '871234567890123456',
			externalTaskId: 'mine',
			unitsDeducted: '3.5',
			requestId: 'r-1',
			action: 'OMNI_VIDEO',
		});
		assert.deepEqual(boundedSnapshot(whole), { ...whole, resultsLeftOut: 0 });
	});

	it('keep the first hundred results and count the others', () => {
		const { results, resultsLeftOut } = boundedSnapshot(snapshot({ results: images(1_000) }));
		assert.deepEqual([results.length, results.at(-1), resultsLeftOut], [100, image(99), 900]);
	});

	it('keep no more than 256 KiB, in bytes of UTF-8, and as much of it as fits', () => {
		for (const url of [
			'https://media.kling.example/',
			'https://media.kling.example/影',
			'https://media.kling.example/🎬',
			'https://media.kling.example/é',
		]) {
			const results = Array.from({ length: 100 }, (): Media => ({ kind: 'video', url: url.padEnd(9_000, url.slice(-1)) }));
			const kept = boundedSnapshot(
				snapshot({ results, message: 'reason '.repeat(2_000), parentVideo: { url: 'https://media.kling.example/p.mp4' } }),
			);
			const bytes = stored(kept);
			assert.ok(bytes <= 256 * 1024, `${bytes} bytes`);
			assert.ok(bytes > 256 * 1024 - 40_000, `${bytes} bytes`);
			assert.equal(kept.results.length + kept.resultsLeftOut, 100);
		}
	});

	it('skip a result that is too long and keep those after it', () => {
		const long: Media = { kind: 'video', url: `https://media.kling.example/${'x'.repeat(300_000)}` };
		const { results, resultsLeftOut } = boundedSnapshot(snapshot({ results: [image(1), long, image(2)] }));
		assert.deepEqual([results, resultsLeftOut], [[image(1), image(2)], 1]);
	});

	it('include a result’s other formats', () => {
		const alternatives = Array.from({ length: 10_000 }, (_, index) => ({ format: 'wav', url: `https://media.kling.example/${index}.wav` }));
		const { results, resultsLeftOut } = boundedSnapshot(snapshot({ results: [{ ...image(1), alternatives }, image(2)] }));
		assert.deepEqual([results, resultsLeftOut], [[image(2)], 1]);
	});

	it('leave out a parent video whose link is too long', () => {
		const kept = boundedSnapshot(
			snapshot({ parentVideo: { url: `https://media.kling.example/${'x'.repeat(300_000)}` }, results: [image(1)] }),
		);
		assert.deepEqual([kept.parentVideo, kept.results], [undefined, [image(1)]]);
	});

	it('cut a long text between two characters and end it with an ellipsis', () => {
		const kept = boundedSnapshot(
			snapshot({ message: `${'x'.repeat(16_382)}🎬${'y'.repeat(1_000_000)}`, rawStatus: 'z'.repeat(2_000), requestId: 'r'.repeat(1_024) }),
		);
		assert.equal(kept.message, `${'x'.repeat(16_382)}…`);
		assert.equal(kept.rawStatus, `${'z'.repeat(1_023)}…`);
		assert.equal(kept.requestId, 'r'.repeat(1_024));
	});
});
