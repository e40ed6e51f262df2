import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { operations, operationKey, type OperationKey, type OperationPath } from '../../../src/core/operation';
import { responseForms } from '../../../src/simulator/tasks';
import type { ResponseForm } from '../../../src/simulator/tasks';
import { completeBodies } from './bodies';
import { at, call, post, query, simulators, startAt, textAt, textToVideo } from './harness';
import type { Received } from './harness';

/** Where each form has the status, and its status words over a task's life. */
const life: Record<ResponseForm, { status: string; words: [string, string, string] }> = {
	native: { status: 'data.task_status', words: ['submitted', 'processing', 'succeed'] },
	wrapper: { status: 'data.status', words: ['SUBMITTED', 'IN_PROGRESS', 'SUCCESS'] },
	simple: { status: 'data.status', words: ['queued', 'processing', 'succeeded'] },
	flat: { status: 'status', words: ['queued', 'in_progress', 'completed'] },
};
/** Where each form has the ID of a created task. */
const createdId: Record<ResponseForm, string> = { native: 'data.task_id', wrapper: 'task_id', simple: 'id', flat: 'task_id' };

/** A complete body for an operation of the catalogue. */
const bodyOf = (operation: OperationPath): Readonly<Record<string, unknown>> => completeBodies[operationKey(operation) as OperationKey];

/** The links of a finished task in the order of the response, with their files' types. */
function linksOf(received: Received): string[] {
	return [...received.text.matchAll(/"(?:url|url_mp3|url_wav)":"(http[^"]+)"/g)].map(([, url = '']) => url);
}

describe('the simulator responds for every operation', () => {
	const start = simulators();

	for (const operation of operations) {
		for (const form of responseForms) {
			it(`${operationKey(operation)} in the ${form} form`, async () => {
				const simulator = await start({ form });
				const created = await post(simulator, operation, bodyOf(operation));
				assert.equal(created.status, 200);
				const { status, words } = life[form];

				if (operation.action2 === 'tts') {
					assert.equal(at(created, status), words[2], 'speech ends at once');
				} else {
					const id = textAt(created, createdId[form]);
					assert.match(id, /^\d{18}$/);
					assert.equal(at(await query(simulator, operation, id), status), words[0]);
					simulator.clock.advance(2000);
					assert.equal(at(await query(simulator, operation, id), status), words[1]);
					simulator.clock.advance(10 * 60_000);
					const finished = await query(simulator, operation, id);
					assert.equal(at(finished, status), words[2]);

					const links = linksOf(finished);
					const types = await Promise.all(links.map(async (link) => (await call(link, { headers: {} })).headers.get('content-type')));
					const own = { video: 'video/mp4', image: 'image/png', audio: 'audio/mpeg' }[operation.media];
					assert.ok(types.includes(own), `${types.join()} has ${own}`);
					const parent = {
						native: 'data.task_info.parent_video.url',
						wrapper: 'data.data.data.task_info.parent_video.url',
						simple: undefined,
						flat: undefined,
					}[form];
					if (parent !== undefined) {
						assert.equal(at(finished, parent) !== undefined, operation.hasParent === true);
					}
				}
			});
		}
	}
});

describe('the simulator returns one task in every form', () => {
	const start = simulators();

	it('returns a task in the new form when the form changes', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo);
		simulator.clock.advance(320_000);
		for (const form of responseForms) {
			simulator.form = form;
			const received = await query(simulator, textToVideo, id);
			assert.equal(at(received, life[form].status), life[form].words[2]);
			assert.equal(linksOf(received).length, 1, form);
		}
	});

	it('keeps the form of a task that has its own', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo, { form: 'flat' });
		assert.equal(at(await query(simulator, textToVideo, id), 'status'), 'queued');
	});
});

describe('the native form', () => {
	const start = simulators();

	it('has times in ms, text for durations and deductions, and no reason while the task runs', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo, { submittedMs: 1500, durationMs: 60_000 });
		simulator.clock.advance(5000);
		const running = await query(simulator, textToVideo, id);
		assert.deepEqual(at(running, 'data'), {
			task_id: id,
			task_status: 'processing',
			task_info: {},
			task_result: {},
			created_at: startAt,
			updated_at: startAt + 1500,
		});
		simulator.clock.advance(60_000);
		const finished = await query(simulator, textToVideo, id);
		assert.equal(at(finished, 'code'), 0);
		assert.equal(at(finished, 'message'), 'SUCCEED');
		assert.match(textAt(finished, 'request_id'), /^[0-9a-f-]{36}$/);
		assert.equal(at(finished, 'data.task_result.videos.0.duration'), '5.1');
		assert.match(textAt(finished, 'data.task_result.videos.0.id'), /^\d{18}$/);
		assert.equal(at(finished, 'data.final_unit_deduction'), '3.5');
		assert.equal(at(finished, 'data.updated_at'), startAt + 60_000);
	});

	it('reports a failure under 200 with the reason only in task_status_msg', async () => {
		const simulator = await start();
		const id = simulator.create(textToVideo, { failure: 'Image pixel is invalid' });
		simulator.clock.advance(1650);
		const received = await query(simulator, textToVideo, id);
		assert.equal(received.status, 200);
		assert.equal(at(received, 'message'), 'SUCCEED');
		assert.equal(at(received, 'data.task_status'), 'failed');
		assert.equal(at(received, 'data.task_status_msg'), 'Image pixel is invalid');
		assert.deepEqual(at(received, 'data.task_result'), {});
	});

	it('numbers images, gives audio as mp3 and wav, and both kinds for video-to-audio', async () => {
		const simulator = await start();
		const images = simulator.create({ action: 'images', action2: 'generations' }, { count: 3 });
		const both = simulator.create({ action: 'audio', action2: 'video-to-audio' });
		simulator.clock.advance(600_000);
		const received = await query(simulator, { action: 'images', action2: 'generations' }, images);
		assert.deepEqual(
			[0, 1, 2, 3].map((index) => at(received, `data.task_result.images.${index}.index`)),
			[0, 1, 2, undefined],
		);
		const mixed = await query(simulator, { action: 'audio', action2: 'video-to-audio' }, both);
		assert.equal(at(mixed, 'data.task_result.videos.0.duration'), '5.1');
		assert.equal(at(mixed, 'data.task_result.audios.0.duration_wav'), '4.0');
		assert.match(textAt(mixed, 'data.task_result.audios.0.url_wav'), /\.wav\?/);
	});

	it('names the parent video, which can be played', async () => {
		const simulator = await start();
		const lipSync = { action: 'videos', action2: 'lip-sync' };
		const parent = simulator.create(textToVideo, { files: ['tide.mp4'] });
		simulator.clock.advance(320_000);
		const videoId = textAt(await query(simulator, textToVideo, parent), 'data.task_result.videos.0.id');
		const created = await post(simulator, lipSync, {
			input: { video_id: videoId, mode: 'text2video', text: 'Hello', voice_id: 'voice-1' },
		});
		const received = await query(simulator, lipSync, textAt(created, 'data.task_id'));
		assert.equal(at(received, 'data.task_info.parent_video.id'), videoId);
		const url = textAt(received, 'data.task_info.parent_video.url');
		assert.match(url, /tide\.mp4/);
		assert.equal((await call(url, { headers: {} })).status, 200);
	});

	it('can succeed with nothing to show, with a watermark, and with a session', async () => {
		const simulator = await start();
		const empty = simulator.create(textToVideo, { count: 0, durationMs: 0 });
		assert.deepEqual(at(await query(simulator, textToVideo, empty), 'data.task_result'), {});
		const elements = { action: 'videos', action2: 'multi-elements' };
		const marked = simulator.create(elements, { watermark: true, durationMs: 0 });
		const received = await query(simulator, elements, marked);
		assert.match(textAt(received, 'data.task_result.videos.0.watermark_url'), /^http:/);
		assert.notEqual(at(received, 'data.task_result.videos.0.watermark_url'), at(received, 'data.task_result.videos.0.url'));
		assert.equal(typeof at(received, 'data.task_result.videos.0.session_id'), 'string');
	});
});

describe('the other forms', () => {
	const start = simulators();

	it('wrapper: contains the whole native response, times in s with 0 for not yet, 100% for success and failure', async () => {
		const simulator = await start({ form: 'wrapper' });
		const good = simulator.create(textToVideo, { submittedMs: 1000, durationMs: 10_000 });
		const bad = simulator.create(textToVideo, { failure: 'there is no human in the video' });
		const first = await query(simulator, textToVideo, good);
		assert.deepEqual([at(first, 'data.start_time'), at(first, 'data.finish_time'), at(first, 'data.progress')], [0, 0, '10%']);
		simulator.clock.advance(10_000);
		const received = await query(simulator, textToVideo, good);
		assert.equal(at(received, 'code'), 'success');
		assert.equal(at(received, 'data.action'), 'TEXT2VIDEO');
		assert.equal(at(received, 'data.progress'), '100%');
		assert.equal(at(received, 'data.submit_time'), startAt / 1000);
		assert.equal(at(received, 'data.finish_time'), startAt / 1000 + 10);
		assert.equal(at(received, 'data.data.data.task_status'), 'succeed');
		assert.match(textAt(received, 'data.data.data.task_result.videos.0.url'), /^http:/);
		const failed = await query(simulator, textToVideo, bad);
		assert.deepEqual(
			[at(failed, 'data.status'), at(failed, 'data.progress'), at(failed, 'data.fail_reason')],
			['FAILURE', '100%', 'there is no human in the video'],
		);
	});

	it('simple and flat: a failure is in error', async () => {
		const simulator = await start();
		const reason = 'Failure to pass the risk control system';
		for (const [form, error] of [
			['simple', 'data.error.message'],
			['flat', 'error.message'],
		] as const) {
			const id = simulator.create(textToVideo, { form, failure: reason, durationMs: 0 });
			assert.equal(at(await query(simulator, textToVideo, id), error), reason);
		}
	});

	it('refuse an unknown id in the words of the form', async () => {
		const simulator = await start();
		const native = await query(simulator, textToVideo, '123456789012345678');
		assert.equal(native.status, 400);
		assert.equal(at(native, 'code'), 1201);
		assert.equal(at(native, 'message'), 'Task not found by id/external id: 123456789012345678');
		simulator.form = 'wrapper';
		const wrapped = await query(simulator, textToVideo, '123456789012345678');
		assert.equal(wrapped.status, 400);
		assert.equal(at(wrapped, 'code'), 'task_not_exist');
	});
});
