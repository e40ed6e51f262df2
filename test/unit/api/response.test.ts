import assert from 'node:assert/strict';
import type { ApiError } from '../../../src/core/problem';
import type { TaskSnapshot } from '../../../src/core/task';
import { readResponse } from '../../../src/api/response';
import type { Facts } from '../../fixtures/responses/forms';
import {
	callback,
	createdAt,
	deepWrapper,
	flat,
	forms,
	gatewayId,
	listOfOne,
	native,
	newStandard,
	openAiVideo,
	record,
	recordOfNewStandard,
	taskId,
	updatedAt,
	wrapper,
} from '../../fixtures/responses/forms';

const video = 'https://media.example/one.mp4';
const other = 'https://media.example/two.mp4';

/** The task that a body is the response for: the gateway's if the body has a gateway record, else the provider's. */
function askedBy(text: string): { readonly id: string; readonly origin: string } {
	return { id: [gatewayId, '878106242831892487'].find((id) => text.includes(id)) ?? taskId, origin: 'https://gateway.example' };
}

function snapshot(body: unknown, httpStatus = 200): TaskSnapshot {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const reading = readResponse(httpStatus, text, {}, askedBy(text));
	assert.ok(reading.ok, `expected a sighting: ${JSON.stringify(reading)}`);
	return reading.snapshot;
}

function failure(body: unknown, httpStatus = 200): ApiError {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const reading = readResponse(httpStatus, text, {}, askedBy(text));
	assert.ok(!reading.ok, `expected an error: ${JSON.stringify(reading)}`);
	return reading.error;
}

const spellings: readonly (readonly [TaskSnapshot['status'], readonly string[]])[] = [
	['submitted', ['submitted', 'SUBMITTED', 'NOT_START', 'QUEUED', 'queued', 'created', 'queueing', 'pending']],
	[
		'processing',
		['processing', 'IN_PROGRESS', 'in_progress', 'in-progress', 'In Progress', 'running', 'generating', 'rendering', 'starting'],
	],
	['succeeded', ['succeed', 'succeeded', 'SUCCESS', 'success', 'completed', 'COMPLETED', '  Succeed ']],
	['failed', ['failed', 'FAILURE', 'failure', 'fail', 'error', 'cancelled', 'CANCELED']],
	['unknown', ['UNKNOWN', 'unknown', 'deleted', 'weird', '<string>', 'hasOwnProperty', '__proto__']],
];

describe('readResponse: status', () => {
	for (const [form, make] of Object.entries(forms).filter(([name]) => name !== 'recordOfNewStandard')) {
		it(`reads every spelling in the ${form} form`, () => {
			for (const [status, words] of spellings) {
				for (const word of words) {
					const observed = snapshot(make(word));
					assert.equal(observed.status, status, word);
					assert.equal(observed.rawStatus, word.trim(), word);
				}
			}
		});

		it(`reads task_not_exist as an unknown task in the ${form} form`, () => {
			assert.equal(failure(make('task_not_exist')).kind, 'notFound');
		});
	}

	it('reads the status at every nesting depth, the innermost task_status first', () => {
		const sources: readonly Facts[] = [
			{ data: { data: { data: { task_status: 'running' }, task_status: 'pending' }, task_status: 'queued' } },
			{ data: { data: { task_status: 'running', status: 'queued' }, task_status: 'pending' } },
			{ data: { task_status: 'running', status: 'pending', data: { status: 'queued' } } },
			{ data: { status: 'queued', data: { status: 'running' } } },
			{ data: { status: 'queued' }, task_status: 'running' },
			{ task_status: 'running', status: 'queued' },
			{ status: 'running' },
		];
		for (const body of sources) {
			assert.equal(snapshot(body).rawStatus, 'running', JSON.stringify(body));
		}
	});

	it('prefers a finished status to an active one, inside or outside', () => {
		assert.equal(snapshot(wrapper('processing', {}, { status: 'SUCCESS' })).status, 'succeeded');
		assert.equal(snapshot(wrapper('succeed', {}, { status: 'IN_PROGRESS' })).status, 'succeeded');
		assert.equal(snapshot(deepWrapper('processing', {}, { status: 'FAILURE' })).status, 'failed');
		assert.equal(snapshot(deepWrapper('failed', {}, { status: 'IN_PROGRESS' })).status, 'failed');
	});

	it('prefers failure to success only when there are no results', () => {
		const made = { task_result: { videos: [{ url: video }] } };
		assert.equal(snapshot(wrapper('succeed', {}, { status: 'FAILURE' })).status, 'failed');
		assert.equal(snapshot(wrapper('failed', {}, { status: 'SUCCESS' })).status, 'failed');
		assert.equal(snapshot(wrapper('succeed', made, { status: 'FAILURE' })).status, 'succeeded');
		assert.equal(snapshot(wrapper('failed', made, { status: 'SUCCESS' })).status, 'succeeded');
		assert.equal(snapshot(native('failed', made)).status, 'failed');
	});

	it('prefers a recognised word to an unrecognised one', () => {
		assert.equal(snapshot(wrapper('weird', {}, { status: 'IN_PROGRESS' })).status, 'processing');
		assert.equal(snapshot(wrapper('task_not_exist', {}, { status: 'IN_PROGRESS' })).status, 'processing');
	});

	it('never takes a number for a status', () => {
		for (const status of [0, 1, 300, '0', '300']) {
			const observed = snapshot({ code: 0, message: 'SUCCEED', data: { status, session_id: 'session-1', fps: 30 } });
			assert.deepEqual([observed.status, observed.rawStatus], ['unknown', '']);
		}
	});

	it('never infers a status from message, progress or a filled task_status_msg', () => {
		for (const message of ['SUCCEED', 'success', 'ok', '']) {
			assert.equal(snapshot({ ...native('processing'), message }).status, 'processing');
		}
		assert.equal(snapshot(record('IN_PROGRESS', { progress: '100%' })).status, 'processing');
		for (const text of ['success', '视频生成完成', 'Vidéo terminée', '動画が完成しました']) {
			const observed = snapshot(native('succeed', { task_status_msg: text }));
			assert.deepEqual([observed.status, observed.message], ['succeeded', undefined]);
		}
	});

	it("prefers a recognised status to the envelope's code and the HTTP status", () => {
		assert.equal(snapshot({ ...native('processing'), code: 5000 }).status, 'processing');
		assert.equal(snapshot({ ...record('FAILURE'), code: 'some_error' }).status, 'failed');
		assert.equal(snapshot(native('failed'), 400).status, 'failed');
		assert.equal(failure(flat('completed'), 500).kind, 'server', 'a plain status beside an id may be that of the request');
	});

	it('does not prefer an unrecognised status to an error', () => {
		assert.equal(failure({ ...native('weird'), code: 1302 }, 429).kind, 'rateLimit');
		assert.equal(failure({ ...native('weird'), code: 5000 }).kind, 'server');
	});

	it('does not finish a task because a request failed', () => {
		assert.equal(failure({ status: 'error', message: 'boom' }, 500).kind, 'server');
		assert.equal(failure({ status: 'failed', message: 'slow down' }, 429).kind, 'rateLimit');
		assert.equal(failure({ status: 'failed', code: 1302, message: 'slow down' }).kind, 'rateLimit');
		assert.equal(failure({ status: 'error', message: 'boom' }).kind, 'server');
		assert.equal(snapshot({ status: 'success', data: { task_id: taskId, task_status: 'processing' } }).status, 'processing');
		assert.equal(snapshot({ status: 'success', data: { task_id: taskId } }).status, 'unknown');
		assert.equal(failure({ status: 'success', data: null }).kind, 'malformed');
	});

	it('does not read the status of a failed request as that of a task', () => {
		const asked = [
			[500, { code: 500, message: 'upstream busy', data: { status: 'error' } }, 'server'],
			[429, { message: 'rate limited', data: { status: 'failed' } }, 'rateLimit'],
			[502, { id: 'request-1', status: 'error' }, 'server'],
			[200, { code: 5000, message: 'busy', data: { id: 'request-1', status: 'failed' } }, 'server'],
		] as const;
		for (const [httpStatus, body, kind] of asked) {
			assert.equal(failure(body, httpStatus).kind, kind, JSON.stringify(body));
		}
		assert.equal(failure({ code: 500, data: { task_id: taskId, status: 'FAILURE' } }, 500).kind, 'server');
		assert.equal(failure({ status: 'completed', task_result: { videos: [{ url: video }] } }, 500).kind, 'server');
	});

	it('reads a bare active status, and does not believe a bare finished one', () => {
		for (const [status, words] of spellings) {
			for (const word of words) {
				if (status === 'succeeded') {
					assert.equal(failure({ status: word }).kind, 'malformed', word);
				} else if (status === 'failed') {
					assert.equal(failure({ status: word }).kind, 'server', word);
				} else {
					assert.equal(snapshot({ status: word }).status, status, word);
				}
			}
		}
	});

	it("never prefers an envelope's own word to an inner status, whatever the inner object is called", () => {
		for (const name of ['data', 'result', 'output', 'response', 'task', 'video', 'payload']) {
			for (const word of ['failed', 'success']) {
				const inner = { task_id: taskId, task_status: 'processing' };
				for (const body of [
					{ id: taskId, status: word, [name]: inner },
					{ task_id: taskId, status: word, [name]: { task_status: 'RUNNING' } },
					{ code: 0, data: { task_id: taskId, status: word, [name]: inner } },
				]) {
					const observed = snapshot(body);
					assert.ok(
						observed.status === 'processing' || observed.evidence === 'repeatedLate',
						JSON.stringify([body, observed.status, observed.evidence]),
					);
				}
			}
		}
		assert.equal(
			snapshot({ ...native('processing'), result: { task_id: 'another', task_status: 'failed' } }).status,
			'processing',
			'another task inside is none of ours',
		);
	});

	it('requires late confirmation of a success without a link that says itself that the task is active', () => {
		for (const more of [{ message: 'Task is still processing' }, { progress: '30%' }]) {
			assert.equal(snapshot(flat('success', more)).evidence, 'repeatedLate', JSON.stringify(more));
		}
		for (const more of [{ progress: '100%' }, { message: 'ok' }, { progress: '30%', url: video }]) {
			assert.equal(snapshot(flat('success', more)).evidence, undefined, JSON.stringify(more));
		}
	});

	it("requires late confirmation of a record whose reason is about the gateway's own request", () => {
		const reasons = [
			'dial tcp: lookup api.example: no such host',
			'ETIMEDOUT',
			'context canceled',
			'do request failed',
			'fetch error',
			'status_code=503',
			'x509: unknown authority',
			'Signature is invalid',
			'QPS exceeded',
			'认证失败',
			'签名错误',
			'user not found',
			'json: cannot unmarshal string',
			'empty response',
			'数据库错误',
			'Server error',
			'record not found',
		];
		for (const reason of reasons) {
			assert.equal(snapshot(flat('failed', { fail_reason: reason })).evidence, 'repeatedLate', reason);
			assert.equal(snapshot(native('failed', { task_status_msg: reason })).evidence, undefined, 'beside task_status words never matter');
		}
		for (const reason of [
			'Image pixel is invalid',
			'no human in the video',
			'Failure to pass the risk control system',
			'The prompt is empty',
		]) {
			assert.equal(snapshot(flat('failed', { fail_reason: reason })).evidence, undefined, reason);
		}
	});

	it("believes an upstream's own status inside the gateway's record only beside its link", () => {
		for (const word of ['succeeded', 'failed']) {
			assert.deepEqual([snapshot(recordOfNewStandard(word)).status, snapshot(recordOfNewStandard(word)).rawStatus], ['unknown', word]);
		}
		assert.equal(snapshot(recordOfNewStandard('processing')).status, 'processing');
		assert.equal(snapshot(recordOfNewStandard('succeeded', { outputs: [{ url: video }] })).status, 'succeeded');
	});
});

describe('readResponse: little or no information', () => {
	it('keeps a task active whose status is missing', () => {
		for (const status of ['', null, undefined, '  ']) {
			const observed = snapshot({ code: 0, message: 'SUCCEED', data: { task_id: taskId, task_status: status } });
			assert.deepEqual([observed.status, observed.rawStatus, observed.taskId], ['unknown', '', taskId]);
		}
		assert.equal(snapshot({ code: 0, data: { session_id: 'session-1', face_data: [] } }).status, 'unknown');
		assert.equal(snapshot({ task_id: taskId }).status, 'unknown');
	});

	it('finds no task in a response that does not mention one', () => {
		const bodies: readonly unknown[] = [
			{ code: 'success', data: null },
			{ code: 'success', message: '', data: {} },
			{ code: 0, data: [] },
			{ code: 0, message: 'ok' },
			{},
			[],
			'',
			'null',
			'5',
			'"text"',
			'{"code":0,"data":{"task_id":"7000',
			'<!DOCTYPE html><title>Sign in</title>',
			'plain words',
		];
		for (const body of bodies) {
			const error = failure(body);
			assert.deepEqual([error.kind, error.retryable, error.httpStatus], ['malformed', true, 200], JSON.stringify(body));
			assert.notEqual(error.message, '');
		}
	});

	it('does not guess which of several tasks was requested', () => {
		const one = { task_id: '700000000000000008', task_status: 'succeed' };
		const mine = { task_id: taskId, task_status: 'processing' };
		assert.equal(failure({ code: 0, message: 'SUCCEED', data: [one, { ...one, task_id: '700000000000000009' }] }).kind, 'malformed');
		assert.equal(snapshot({ code: 0, message: 'SUCCEED', data: [one, mine] }).status, 'processing', 'the one that was asked for');
	});
});

describe('readResponse: why the task failed', () => {
	const texts: readonly (readonly [string, Facts])[] = [
		['task_status_msg', native('failed', { task_status_msg: 'the reason', fail_reason: 'x', error: { message: 'x' }, message: 'x' })],
		[
			'task_status_msg of the inner task',
			deepWrapper('failed', { task_status_msg: 'the reason' }, { fail_reason: 'x', status: 'FAILURE' }),
		],
		['fail_reason', record('FAILURE', { fail_reason: 'the reason', error: { message: 'x' } })],
		['data.error.message', record('failed', { error: { message: 'the reason', code: 'task_failed' } })],
		['error.message', flat('failed', { error: { message: 'the reason' }, message: 'x' })],
		['error as text', flat('failed', { error: 'the reason', message: 'x' })],
		['message of the newer standard', newStandard('failed', { message: 'the reason' })],
		['message of the envelope', { ...record('FAILURE'), message: 'the reason' }],
		['fail_reason that is a link is none', { ...record('FAILURE', { fail_reason: video }), message: 'the reason' }],
		['OpenAI error', openAiVideo('failed', { error: { message: 'the reason', code: 'x' } })],
	];
	for (const [source, body] of texts) {
		it(`reads ${source}`, () => {
			const observed = snapshot(body);
			assert.deepEqual([observed.status, observed.message], ['failed', 'the reason']);
		});
	}

	it('falls back on the raw status, never on a success message', () => {
		for (const message of ['SUCCEED', 'success', 'ok', 'OK', '', '成功']) {
			assert.equal(snapshot({ ...native('failed'), message }).message, 'failed');
		}
		assert.equal(snapshot(record('FAILURE')).message, 'FAILURE');
	});

	it('removes the passwords of URLs', () => {
		const fail_reason = 'cannot load https://me:let-me-in@files.example/a.png';
		assert.equal(snapshot(record('FAILURE', { fail_reason })).message, 'cannot load https://files.example/a.png');
	});

	it('keeps messages as they were sent', () => {
		for (const text of [
			'任务超时（30分钟）',
			'Image pixel is invalid',
			'upstream returned error',
			'Failed to get channel info, channel ID: 7',
		]) {
			assert.equal(snapshot(record('FAILURE', { fail_reason: text })).message, text);
		}
	});
});

describe('readResponse: results', () => {
	const urls = (body: Facts): readonly string[] => snapshot(body).results.map(({ url }) => url);

	it('reads videos at every depth', () => {
		const facts = { task_result: { videos: [{ id: '700000000000000002', url: video, watermark_url: other, duration: '5.041' }] } };
		for (const make of [native, wrapper, deepWrapper, callback, listOfOne]) {
			assert.deepEqual(snapshot(make('succeed', facts)).results, [
				{ kind: 'video', url: video, id: '700000000000000002', durationSeconds: 5.041 },
			]);
		}
	});

	it('reads durations as text or number', () => {
		for (const [sent, read] of [
			['5', 5],
			['5.0', 5],
			[8, 8],
			['', undefined],
			['string', undefined],
			[0, undefined],
			[null, undefined],
		] as const) {
			assert.equal(
				snapshot(native('succeed', { task_result: { videos: [{ url: video, duration: sent }] } })).results[0]?.durationSeconds,
				read,
				String(sent),
			);
		}
	});

	it('reads images, with or without index and id, and series', () => {
		const images = [
			{ index: 0, url: 'https://media.example/0.png', watermark_url: '' },
			{ id: '', url: 'https://media.example/1.png' },
		];
		const result = { images, series_images: [{ index: 0, url: 'https://media.example/2.png' }] };
		assert.deepEqual(
			snapshot(native('succeed', { task_result: result })).results,
			[0, 1, 2].map((number) => ({ kind: 'image', url: `https://media.example/${String(number)}.png` })),
		);
	});

	it('reads sounds: mp3 first, wav beside it, either alone, and speech', () => {
		const mp3 = 'https://media.example/a.mp3';
		const wav = 'https://media.example/a.wav';
		const sounds = (audio: Facts): TaskSnapshot['results'] => snapshot(native('succeed', { task_result: { audios: [audio] } })).results;
		assert.deepEqual(sounds({ id: 'a', url_mp3: mp3, url_wav: wav, duration_mp3: '4.5', duration_wav: '4.6' }), [
			{ kind: 'audio', url: mp3, id: 'a', durationSeconds: 4.5, alternatives: [{ format: 'wav', url: wav }] },
		]);
		assert.deepEqual(sounds({ url_mp3: mp3, url_wav: '', duration_mp3: '4.5' }), [{ kind: 'audio', url: mp3, durationSeconds: 4.5 }]);
		assert.deepEqual(sounds({ url_mp3: '', url_wav: wav, duration_wav: '4.6' }), [{ kind: 'audio', url: wav, durationSeconds: 4.6 }]);
		assert.deepEqual(sounds({ id: 'b', url: mp3, duration: '3' }), [{ kind: 'audio', url: mp3, id: 'b', durationSeconds: 3 }]);
	});

	it('reads a video and a sound of the same task', () => {
		const observed = snapshot(
			native('succeed', { task_result: { videos: [{ url: video }], audios: [{ url_mp3: 'https://media.example/a.mp3' }], images: [] } }),
		);
		assert.deepEqual(
			observed.results.map(({ kind }) => kind),
			['video', 'audio'],
		);
	});

	it('reads the outputs of the newer standard', () => {
		const outputs = [
			{ type: 'video', id: 'v', url: video, duration: '3' },
			{ type: 'image', id: 'i', url: 'https://media.example/i' },
			{
				type: 'audio',
				id: 'a',
				mp3_url: 'https://media.example/a.mp3',
				wav_url: 'https://media.example/a.wav',
				mp3_duration: '2',
				wav_duration: '2.1',
			},
			{ url: 'https://media.example/untyped.png' },
			{ wav_url: 'https://media.example/untyped-sound' },
		];
		assert.deepEqual(snapshot(newStandard('succeeded', { outputs })).results, [
			{ kind: 'video', url: video, id: 'v', durationSeconds: 3 },
			{ kind: 'image', url: 'https://media.example/i', id: 'i' },
			{
				kind: 'audio',
				url: 'https://media.example/a.mp3',
				id: 'a',
				durationSeconds: 2,
				alternatives: [{ format: 'wav', url: 'https://media.example/a.wav' }],
			},
			{ kind: 'image', url: 'https://media.example/untyped.png' },
			{ kind: 'audio', url: 'https://media.example/untyped-sound' },
		]);
	});

	it('takes the results from the first field that has any', () => {
		const all = { task_result: { videos: [{ url: video }] }, outputs: [{ url: other }], result_url: other, url: other, fail_reason: other };
		assert.deepEqual(urls(record('SUCCESS', all)), [video]);
		assert.deepEqual(urls(record('SUCCESS', { ...all, task_result: {}, outputs: [{ url: video }] })), [video]);
		assert.deepEqual(urls(record('SUCCESS', { result_url: video, url: other, fail_reason: other })), [video]);
		assert.deepEqual(urls(record('SUCCESS', { url: video, video_url: other, fail_reason: other })), [video]);
		assert.deepEqual(urls(record('SUCCESS', { video_url: video, fail_reason: other })), [video]);
		assert.deepEqual(urls(record('SUCCESS', { fail_reason: video })), [video]);
		assert.deepEqual(urls(flat('completed', { url: video })), [video]);
		assert.deepEqual(urls(openAiVideo('completed', { metadata: { url: video } })), [video]);
	});

	it('takes a link in fail_reason for a result only when the task succeeded', () => {
		for (const status of ['FAILURE', 'IN_PROGRESS']) {
			assert.deepEqual(urls(record(status, { fail_reason: video })), []);
		}
	});

	it('reads the kind of a single link from its extension, else from the format beside it', () => {
		const kind = (facts: Facts): string | undefined => snapshot(record('succeeded', facts)).results[0]?.kind;
		assert.equal(kind({ url: 'https://media.example/a.PNG?sign=1' }), 'image');
		assert.equal(kind({ url: 'https://media.example/a.wav#t' }), 'audio');
		assert.equal(kind({ url: 'https://media.example/content', format: 'mp3' }), 'audio');
		assert.equal(kind({ url: 'https://media.example/content' }), 'video');
		assert.equal(snapshot(flat('completed', { url: video, metadata: { duration: 5 } })).results[0]?.durationSeconds, 5);
	});

	it('skips everything but http(s) links', () => {
		const videos = ['', 'string', 'ftp://media.example/a', 'javascript:alert(1)', 'https://', 'https://a b', null, 7, {}].map((url) => ({
			url,
		}));
		assert.deepEqual(urls(native('succeed', { task_result: { videos: [null, 'x', [], {}, ...videos, { url: video }] } })), [video]);
	});

	it('reads a success without any link as a success', () => {
		const observed = snapshot(native('succeed', { task_result: {} }));
		assert.deepEqual([observed.status, observed.results], ['succeeded', []]);
	});
});

describe('readResponse: facts', () => {
	it('takes the time of the response from its Date header, if there is one', () => {
		const respondedAt = (headers: Readonly<Record<string, string>>): number | undefined => {
			const reading = readResponse(200, JSON.stringify(native('processing')), headers, { id: taskId });
			assert.ok(reading.ok);
			return reading.snapshot.respondedAt;
		};
		assert.equal(respondedAt({ Date: 'Mon, 01 Jun 2026 12:00:30 GMT' }), Date.UTC(2026, 5, 1, 12, 0, 30));
		for (const headers of [{}, { date: '' }, { date: 'yesterday' }, { date: 'Wed, 31 Dec 1969 12:00:00 GMT' }]) {
			assert.equal(respondedAt(headers), undefined, JSON.stringify(headers));
		}
	});

	it('reads every field that Kling sends', () => {
		const facts = {
			task_info: { external_task_id: 'mine-1', parent_video: { id: '700000000000000003', url: video, duration: '5.1' } },
			final_unit_deduction: '3.5',
		};
		assert.deepEqual(snapshot(native('succeed', facts)), {
			status: 'succeeded',
			rawStatus: 'succeed',
			results: [],
			parentVideo: { id: '700000000000000003', url: video, durationSeconds: 5.1 },
			createdAt,
			updatedAt,
			taskId,
			externalTaskId: 'mine-1',
			unitsDeducted: '3.5',
			requestId: 'req-native-1',
		});
	});

	it("reads the gateway's record", () => {
		const observed = snapshot(
			wrapper('processing', {}, { submit_time: 1_790_000_000, finish_time: 1_790_000_120, progress: '30%', status: 'IN_PROGRESS' }),
		);
		assert.deepEqual(observed, {
			status: 'processing',
			rawStatus: 'processing',
			progress: 0.3,
			results: [],
			createdAt,
			updatedAt,
			taskId: 'task_gateway0001',
			action: 'TEXT_VIDEO',
		});
	});

	it('reads the newer standard and the OpenAI form', () => {
		const fresh = snapshot(newStandard('submitted'));
		assert.deepEqual([fresh.taskId, fresh.externalTaskId, fresh.createdAt, fresh.updatedAt], [taskId, 'mine-1', createdAt, updatedAt]);
		const video = snapshot(openAiVideo('queued', { completed_at: updatedAt / 1000 }));
		assert.deepEqual([video.taskId, video.createdAt, video.updatedAt, video.progress], [taskId, createdAt, updatedAt, 0]);
	});

	it('treats "", null and missing alike', () => {
		const bare = snapshot(native('processing', { created_at: undefined, updated_at: undefined }));
		for (const nothing of ['', null]) {
			const facts = {
				task_status_msg: nothing,
				task_result: nothing,
				task_info: { external_task_id: nothing, parent_video: nothing },
				final_unit_deduction: nothing,
				progress: nothing,
			};
			assert.deepEqual(snapshot(native('processing', { created_at: nothing, updated_at: nothing, ...facts })), bare);
		}
	});

	it('reads times in ms and s, as number or text; 0 is not yet', () => {
		const rows: readonly (readonly [unknown, number | undefined])[] = [
			[createdAt, createdAt],
			[String(createdAt), createdAt],
			[createdAt / 1000, createdAt],
			[String(createdAt / 1000), createdAt],
			[0, undefined],
			['0', undefined],
			[-1, undefined],
			[1e300, undefined],
			['soon', undefined],
		];
		for (const [sent, read] of rows) {
			assert.equal(snapshot(native('processing', { created_at: sent })).createdAt, read, String(sent));
		}
	});

	it('reads progress in every form, and nothing from nonsense', () => {
		const rows: readonly (readonly [unknown, number | undefined])[] = [
			['0%', 0],
			['30%', 0.3],
			['30 %', 0.3],
			['30', 0.3],
			[30, 0.3],
			[0.3, 0.3],
			['0.3', 0.3],
			['0.5%', 0.005],
			[1, 0.01],
			['100%', 1],
			[100, 1],
			[250, 1],
			[-5, undefined],
			['half', undefined],
			['', undefined],
			[null, undefined],
		];
		for (const [sent, read] of rows) {
			assert.equal(snapshot(record('IN_PROGRESS', { progress: sent })).progress, read, String(sent));
		}
	});

	it('keeps every digit of IDs that are JSON numbers', () => {
		const observed = snapshot(
			'{"code":0,"data":{"task_id":878106242831892487,"task_status":"succeed","task_result":{"videos":[{"id":-9007199254740993,"url":"https://media.example/12345678901234567.mp4"}]},"task_info":{"external_task_id":"a\\"1, 1234567890123456789"}}}',
		);
		assert.equal(observed.taskId, '878106242831892487');
		assert.equal(observed.externalTaskId, 'a"1, 1234567890123456789');
		assert.deepEqual(observed.results, [{ kind: 'video', id: '-9007199254740993', url: 'https://media.example/12345678901234567.mp4' }]);
		assert.equal(snapshot({ ...flat('queued'), task_id: 42 }).taskId, '42');
	});

	it('leaves out an ID that cannot be requested', () => {
		for (const id of ['<string>', '../x', 'a/b', 'x'.repeat(129)]) {
			assert.equal(snapshot(native('processing', { task_id: id })).taskId, undefined, id);
		}
	});

	it('takes the request ID from the body, else from a header', () => {
		const body = JSON.stringify({ data: { task_status: 'processing' } });
		const reading = readResponse(200, body, { 'X-Oneapi-Request-Id': 'req-header-1' }, { id: taskId });
		assert.ok(reading.ok);
		assert.equal(reading.snapshot.requestId, 'req-header-1');
		assert.equal(snapshot(native('processing')).requestId, 'req-native-1');
	});

	it('reads a body that begins with a byte order mark', () => {
		assert.equal(snapshot(`\uFEFF${JSON.stringify(native('succeed'))}`).status, 'succeeded');
	});
});
