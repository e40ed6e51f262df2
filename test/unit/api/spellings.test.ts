import assert from 'node:assert/strict';
import { readResponse } from '../../../src/api/response';
import type { TaskSnapshot } from '../../../src/core/task';
import type { Facts } from '../../fixtures/responses/forms';
import { native, taskId } from '../../fixtures/responses/forms';

const one = 'https://media.example/one.mp4';
const two = 'https://media.example/two.mp4';
const picture = 'https://media.example/one.png';
const sound = 'https://media.example/one.mp3';

function snapshot(facts: Facts): TaskSnapshot {
	const reading = readResponse(
		200,
		JSON.stringify(native('succeed', { created_at: undefined, updated_at: undefined, ...facts })),
		{},
		{ id: taskId, origin: 'https://gateway.example/prefix' },
	);
	assert.ok(reading.ok);
	return reading.snapshot;
}

const inVideo = (entry: unknown): Facts => ({ task_result: { videos: [entry] } });

describe('the results of a task that succeeded', () => {
	const rows: readonly (readonly [string, Facts, readonly string[]])[] = [
		['a list of texts', { task_result: { videos: [one, two] } }, [one, two]],
		['a text for a list', { task_result: { videos: one } }, [one]],
		['an object for a list', { task_result: { videos: { url: one } } }, [one]],
		['an object of numbered entries for a list', { task_result: { videos: { 0: { url: one }, 1: two } } }, [one, two]],
		['a list as JSON text', { task_result: { videos: JSON.stringify([{ url: one }, { url: two }]) } }, [one, two]],
		['entries as JSON text', { task_result: { videos: [JSON.stringify({ url: one })] } }, [one]],
		['the result as JSON text', { task_result: JSON.stringify({ videos: [{ url: one }] }) }, [one]],
		['the result as JSON text within JSON text', { task_result: JSON.stringify(JSON.stringify({ videos: [{ url: one }] })) }, [one]],
		['a list for the result', { task_result: [{ url: one }, two] }, [one, two]],
		['a text for the result', { task_result: one }, [one]],
		['one link in the result', { task_result: { video_url: one } }, [one]],
		['a result within the result', { task_result: { result: { url: one } } }, [one]],
		['a list of data within the result', { task_result: { data: [{ url: one }, { url: two }] } }, [one, two]],
		['works with resources', { works: [{ resource: { resource: one } }] }, [one]],
		['the watermarked link alone', inVideo({ url: '', watermark_url: one }), [one]],
		['a link in a list', inVideo({ url: [one] }), [one]],
		['a link in an object', inVideo({ url: { url: one } }), [one]],
		['a link named src', inVideo({ src: one }), [one]],
		['a link named in camel case', inVideo({ videoUrl: one }), [one]],
		['a protocol-relative link', inVideo({ url: '//media.example/one.mp4' }), [one]],
		['a relative link', inVideo({ url: '/files/one.mp4' }), ['https://gateway.example/files/one.mp4']],
		['a link with spaces', inVideo({ url: 'https://media.example/a cat.mp4' }), ['https://media.example/a%20cat.mp4']],
		['a link in Chinese', inVideo({ url: 'https://media.example/天文馆.mp4' }), ['https://media.example/天文馆.mp4']],
		['a link with spaces around it', inVideo({ url: ` ${one}\n` }), [one]],
		['a link whose slashes are escaped twice', inVideo({ url: 'https:\\/\\/media.example\\/one.mp4' }), [one]],
		['a link escaped for a page', inVideo({ url: `${one}?a=1&amp;b=2` }), [`${one}?a=1&b=2`]],
		['links with commas between them', { video_url: `${one},${two}` }, [one, two]],
		['links with line breaks between them', { video_url: `${one}\n ${two}\n` }, [one, two]],
		['a list of links as JSON text', { video_urls: JSON.stringify([one, two]) }, [one, two]],
		['result links in JSON text', { resultJson: JSON.stringify({ resultUrls: [one, two] }) }, [one, two]],
		['output as a text', { output: one }, [one]],
		['output as a list', { output: [one, two] }, [one, two]],
		['outputs with their link as content', { outputs: [{ type: 'video', content: one }] }, [one]],
		['content with a link', { content: { video_url: one } }, [one]],
		['data as a list of links', { data: [{ url: one }, { url: two }] }, [one, two]],
		['data as one link', { data: one }, [one]],
		['a file with a link', { file: { download_url: one } }, [one]],
		['an image', { images: [picture] }, [picture]],
		['a sound', { audio: { url: sound } }, [sound]],
		['no link in the input', { task_info: { images: [picture] }, input: { image_url: picture } }, []],
		[
			'no link of another scheme',
			{ task_result: { videos: ['ftp://media.example/a', 'javascript:alert(1)', 'data:video/mp4;base64,AA', 'files/one.mp4'] } },
			[],
		],
	];
	for (const [what, facts, urls] of rows) {
		it(`are read from ${what}.`, () => {
			assert.deepEqual(
				snapshot(facts).results.map(({ url }) => url),
				urls,
			);
		});
	}

	it("have the kind of their list, else that of the link's extension or the field's name.", () => {
		const kinds = (facts: Facts): readonly string[] => snapshot(facts).results.map(({ kind }) => kind);
		assert.deepEqual(kinds({ task_result: { images: ['https://media.example/1'], audios: ['https://media.example/2'] } }), [
			'image',
			'audio',
		]);
		assert.deepEqual(kinds({ output: [one, picture, sound] }), ['video', 'image', 'audio']);
		assert.deepEqual(
			[kinds({ image_url: 'https://media.example/1' }), kinds({ audioUrl: 'https://media.example/2' })],
			[['image'], ['audio']],
		);
	});

	it('are searched for in linear time in a text of separators.', () => {
		// A search in quadratic time would time out.
		assert.deepEqual(snapshot({ video_url: `https://${' ,'.repeat(38_000)}` }).results, []);
	}).timeout(1_000);

	it('have an expected count from the entries of their lists, or from the requested number.', () => {
		assert.equal(
			snapshot({
				task_result: {
					images: [
						{ index: 0, url: picture },
						{ index: 1, url: '' },
					],
				},
			}).expectedResults,
			2,
		);
		assert.equal(snapshot({ task_info: { n: 4 }, task_result: { images: [{ url: picture }] } }).expectedResults, 4);
		for (const n of [0, -1, 2.5, 5000, 'many']) {
			assert.equal(snapshot({ task_info: { n }, task_result: { images: [{ url: picture }] } }).expectedResults, 1, String(n));
		}
	});
});

describe('times', () => {
	const at = Date.UTC(2026, 3, 28, 10, 15, 30);
	const eightHours = 8 * 60 * 60_000;
	const rows: readonly (readonly [unknown, number | undefined])[] = [
		[1_777_371_330, at],
		[1_777_371_330_123, at + 123],
		[1_777_371_330_123_456, at + 123],
		['1777371330123456789', at + 123],
		['1777371330', at],
		['1777371330.5', at + 500],
		['1.77737133e9', at],
		['2026-04-28T10:15:30Z', at],
		['2026-04-28T10:15:30.123456Z', at + 123],
		['2026-04-28T10:15:30+08:00', at - eightHours],
		['2026-04-28T10:15:30-0330', at + 3.5 * 60 * 60_000],
		['2026-04-28T10:15:30+08', at - eightHours],
		['2026-04-28T10:15:30+08:00[Asia/Shanghai]', at - eightHours],
		['2026-04-28 10:15:30', at],
		['2026-04-28 10:15', at - 30_000],
		['2026/4/28 10:15:30', at],
		['2026-04-28 10:15:30 UTC', at],
		['2026-04-28 10:15:30 UTC+8', at - eightHours],
		['2026-04-28 10:15:30.123456789 +0000 UTC', at + 123],
		['2026-04-28 18:15:30 +0800 CST', at],
		['2026年4月28日 10:15:30', at],
		['2026年04月28日10时15分30秒', at],
		['20260428101530', at],
		[20260428101530, at],
		['20260428T101530Z', at],
		['Tue, 28 Apr 2026 10:15:30 GMT', at],
		['2026-04-28', undefined],
		['2026-02-30 10:15:30', undefined],
		['2026-13-01 10:15:30', undefined],
		['2026-04-28 25:00:00', undefined],
		['2026-04-28 10:15:30 tomorrow', undefined],
		['0001-01-01T00:00:00Z', undefined],
		['soon', undefined],
		['', undefined],
		[0, undefined],
		[-1, undefined],
		[null, undefined],
		[{}, undefined],
	];
	for (const [sent, read] of rows) {
		it(`are read from ${JSON.stringify(sent)}${read === undefined ? ' as none' : ''}.`, () => {
			assert.deepEqual([snapshot({ created_at: sent }).createdAt, snapshot({ updated_at: sent }).updatedAt], [read, read]);
		});
	}

	it('are read from every field name of a creation and of a last change.', () => {
		for (const name of ['created_at', 'create_time', 'createdAt', 'createTime', 'submit_time', 'submitTime', 'created']) {
			assert.equal(snapshot({ [name]: at }).createdAt, at, name);
		}
		for (const name of [
			'updated_at',
			'update_time',
			'updatedAt',
			'finished_at',
			'finishedAt',
			'ended_at',
			'endedAt',
			'completed_at',
			'completedAt',
			'finish_time',
			'finishTime',
			'end_time',
			'endTime',
			'complete_time',
		]) {
			assert.equal(snapshot({ [name]: at }).updatedAt, at, name);
		}
	});
});

describe('status words', () => {
	const rows: readonly (readonly [TaskSnapshot['status'], readonly string[]])[] = [
		[
			'submitted',
			[
				'notStarted',
				'NOT-STARTED',
				'IN_QUEUE',
				'waiting',
				'scheduled',
				'accepted',
				'initializing',
				'TASK_STATUS_SUBMITTED',
				'排队中',
				'等待中',
				'已提交',
				'已受理',
				'排隊中',
			],
		],
		[
			'processing',
			[
				'inProgress',
				'In Progress…',
				'processing 30%',
				'preparing',
				'job_running',
				'retrying',
				'task processing',
				'处理中...',
				'正在生成',
				'進行中',
				'⏳ 生成中',
			],
		],
		[
			'unknown',
			[
				'ended',
				'paused',
				'blocked',
				'not failed',
				'almost done',
				'upload_completed',
				'request_failed',
				'success_pending',
				'未失败',
				'成功率',
				'30%',
				'?',
			],
		],
	];
	for (const [status, words] of rows) {
		for (const word of words) {
			it(`${word} is ${status} and active.`, () => {
				const { status: read, rawStatus } = snapshot({ task_status: word });
				assert.deepEqual([read, rawStatus], [status, word]);
			});
		}
	}
});
