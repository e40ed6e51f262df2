import assert from 'node:assert/strict';
import type { ReadSidecar } from '../../../src/results/parseSidecar';
import { tasksOfSidecars } from '../../../src/ui/sidecars/sidecarTasks';
import { key, ref } from '../../support/makers';

const now = Date.UTC(2026, 10, 29);
const day = 86_400_000;
const sidecar = (id: string, own: Partial<ReadSidecar> = {}): ReadSidecar => ({
	ref: ref(id),
	media: 0,
	file: { format: 'mp4', size: 1, sha256: 'ab'.repeat(32) },
	...own,
});
const tasks = (...sidecars: readonly ReadSidecar[]) =>
	tasksOfSidecars(
		sidecars.map((one, source) => ({ sidecar: one, source })),
		now,
	);

describe('the tasks of sidecars', () => {
	it('have succeeded, count as viewed, and have what the sidecar says', () => {
		const found = tasks(
			sidecar('one', {
				name: 'Fox',
				prompt: 'A fox',
				mediaId: 'm1',
				seconds: 5.1,
				createdAt: now - 2 * day,
				finishedAt: now - day,
				keptAt: now,
				units: '3.5',
				externalId: 'e1',
				parentVideoId: 'v1',
			}),
		);
		assert.deepEqual(
			found.map(({ task }) => task),
			[
				{
					key: key('one'),
					ref: ref('one'),
					status: 'succeeded',
					name: 'Fox',
					prompt: 'A fox',
					trackedAt: 1795737600000,
					createdAt: 1795737600000,
					finishedAt: 1795824000000,
					viewedAt: 1795910400000,
					externalTaskId: 'e1',
					unitsDeducted: '3.5',
					parentVideo: { id: 'v1' },
					results: [{ kind: 'video', url: '', id: 'm1', durationSeconds: 5.1 }],
				},
			],
		);
	});

	it('have their results at their indexes, whatever the order, and one of each', () => {
		const image = (media: number, mediaId: string): ReadSidecar =>
			sidecar('one', {
				ref: ref('one', { action: 'images', action2: 'generations' }),
				media,
				mediaId,
				file: { format: 'png', size: 1, sha256: 'cd'.repeat(32) },
			});
		const [found] = tasks(image(3, 'd'), sidecar('two'), image(1, 'b'), image(1, 'copy'));
		assert.deepEqual(found?.task.results, [
			{ kind: 'image', url: '' },
			{ kind: 'image', url: '', id: 'b' },
			{ kind: 'image', url: '' },
			{ kind: 'image', url: '', id: 'd' },
		]);
		assert.deepEqual(
			found.sidecars.map(({ source }) => source),
			[0, 2, 3],
		);
	});

	for (const [title, own, finishedAt] of [
		['when they were kept, if nothing else is known', { keptAt: now - day }, now - day],
		['now, if nothing is known', {}, now],
		['never later than now', { finishedAt: now + day }, now],
	] as const) {
		it(`have finished ${title}`, () => {
			const [found] = tasks(sidecar('one', own));
			assert.equal(found?.task.status === 'succeeded' && found.task.finishedAt, finishedAt);
		});
	}

	it('have texts that show what they are', () => {
		const [found] = tasks(
			sidecar('one', { name: `\u202egpj.\u0007 ${'x'.repeat(300)}`, prompt: '\u202eevil\u0000', externalId: '\u2066e' }),
		);
		assert.deepEqual(
			[found?.task.name?.length, found?.task.name?.slice(0, 8), found?.task.prompt, found?.task.externalTaskId],
			[200, 'gpj. xxx', 'evil', 'e'],
		);
	});
});
