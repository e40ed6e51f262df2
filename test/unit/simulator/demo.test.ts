import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { findOperation } from '../../../src/core/operation';
import { startDemo } from '../../../src/simulator/demo';
import type { Demo, SampleTasks } from '../../../src/simulator/demo';
import { mediaFolder } from '../../support/simulator';
import { at, query, textAt } from './harness';

describe('the demo', () => {
	let demo: Demo;
	let tasks: SampleTasks['tasks'];
	before(async () => {
		demo = await startDemo({ mediaFolder });
		({ tasks } = demo.addSamples());
	});
	after(() => demo.close());

	it('finishes its first task after about 10 s and all within a minute, with every media kind, one parent and one failure', async () => {
		const { simulator, origin, apiKey } = demo;
		const refs = tasks.map(({ ref }) => ref);
		assert.deepEqual(
			tasks.map(({ subject }) => subject),
			['sunrise', 'flowers', 'chord', 'rejected', 'tide', 'narrator'],
		);
		assert.ok(refs.every((ref) => ref.origin === origin));
		assert.equal(new Set(refs.map(({ id }) => id)).size, refs.length);
		const queryAll = () =>
			Promise.all(refs.map((ref) => query(simulator, ref, ref.id, { headers: { Authorization: `Bearer ${apiKey}` } })));
		const finished: number[] = [];
		const statuses = new Set<unknown>();
		for (let second = 1; second <= 60; second++) {
			simulator.clock.advance(1000);
			for (const [index, received] of (await queryAll()).entries()) {
				const status = at(received, 'data.task_status');
				statuses.add(status);
				if (status === 'succeed' || status === 'failed') {
					finished[index] ??= second;
				}
			}
		}
		assert.deepEqual([...statuses].sort(), ['failed', 'processing', 'submitted', 'succeed']);
		assert.equal(finished.length, refs.length);
		assert.ok((finished[0] ?? 0) >= 8 && (finished[0] ?? 0) <= 12, finished.join());
		assert.deepEqual(
			finished,
			[...finished].sort((a, b) => a - b),
			'in the order of the list',
		);
		assert.ok(Math.max(...finished) <= 55);

		const received = await queryAll();
		const failed = received.filter((response) => at(response, 'data.task_status') === 'failed');
		assert.deepEqual(
			failed.map((response) => at(response, 'data.task_status_msg')),
			['Failure to pass the risk control system'],
		);
		const kinds = refs.filter((_, index) => received[index] !== failed[0]).map((ref) => findOperation(ref)?.media);
		assert.deepEqual(new Set(kinds), new Set(['video', 'image', 'audio']));
		const parents = received.filter((response) => at(response, 'data.task_info.parent_video') !== undefined);
		assert.equal(parents.length, 1);
		const first = received[0];
		assert.ok(first !== undefined && parents[0] !== undefined);
		assert.equal(textAt(parents[0], 'data.task_info.parent_video.id'), textAt(first, 'data.task_result.videos.0.id'));
	});

	it('creates a task from a request, which succeeds within 10 to 40 s, or refuses it as a POST does', async () => {
		const { simulator, origin, apiKey } = demo;
		const init = { headers: { Authorization: `Bearer ${apiKey}` } };
		const textToVideo = { action: 'videos', action2: 'text2video' };
		const created = demo.create(textToVideo, '{"model_name":"kling-v2-6","prompt":"A fox"}');
		assert.ok(created.ok);
		assert.deepEqual([created.ref.origin, created.ref.action2, created.prompt, created.usualMs], [origin, 'text2video', 'A fox', 39_875]);
		const speech = demo.create({ action: 'audio', action2: 'tts' }, '{"text":"Hello","voice_id":"v","voice_language":"en"}');
		assert.ok(speech.ok);
		assert.deepEqual([speech.prompt, speech.usualMs], ['Hello', 10_000]);
		const failing = demo.create(textToVideo, '{"prompt":"A storm [fail]"}');
		assert.ok(failing.ok);
		const statusOf = async ({ ref }: typeof created) => at(await query(simulator, ref, ref.id, init), 'data.task_status');
		simulator.clock.advance(1650);
		assert.deepEqual([await statusOf(created), await statusOf(failing)], ['processing', 'failed']);
		simulator.clock.advance(39_000);
		assert.deepEqual([await statusOf(created), await statusOf(speech)], ['succeed', 'succeed']);

		assert.deepEqual(demo.create(textToVideo, '{"prompt":"x","duration":"99"}'), {
			ok: false,
			code: 1201,
			message: "duration value '99' is invalid",
		});
		assert.deepEqual(demo.create(textToVideo, '{'), { ok: false, code: 1200, message: 'Invalid request parameters' });
		assert.deepEqual(demo.create({ action: 'videos', action2: 'text2movie' }, '{}'), {
			ok: false,
			code: 1202,
			message: 'The requested method is invalid',
		});
		const named = '{"prompt":"x","external_task_id":"fox-1"}';
		assert.equal(demo.create(textToVideo, named).ok, true);
		assert.deepEqual(demo.create(textToVideo, named), { ok: false, code: 1201, message: 'External_task_id fox-1 already exists' });
	});

	it('accepts only its own throwaway key', async () => {
		const ref = tasks[0]?.ref;
		assert.ok(ref !== undefined);
		assert.equal((await query(demo.simulator, ref, ref.id)).status, 401);
		const other = await startDemo({ mediaFolder });
		await other.close();
		assert.notEqual(other.apiKey, demo.apiKey);
	});
});
