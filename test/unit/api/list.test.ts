import assert from 'node:assert/strict';
import { KlingClient } from '../../../src/api/klingClient';
import { readList } from '../../../src/api/list';
import type { ListOutcome } from '../../../src/tracking/ports/kling';
import type { LoopbackServer } from './loopbackServer';
import { startLoopbackServer } from './loopbackServer';

const origin = 'https://gateway.example';
const [first, second, third] = ['700000000000000001', '700000000000000002', '700000000000000003'] as const;
const asked = [{ id: first }, { id: second }, { id: third }];

const item = (id: string, status: string, facts: Readonly<Record<string, unknown>> = {}) => ({
	task_id: id,
	task_status: status,
	task_info: {},
	created_at: 1_790_000_000_000,
	updated_at: 1_790_000_120_000,
	...facts,
});
const clip = { task_result: { videos: [{ id: 'v1', url: 'https://media.example/clip.mp4', duration: '5.0' }] } };
const list = (data: unknown) => ({ code: 0, message: 'SUCCEED', request_id: 'req-list-1', data });

const read = (body: unknown, httpStatus = 200, tasks: Parameters<typeof readList>[4] = asked): Promise<ListOutcome> =>
	readList(httpStatus, typeof body === 'string' ? body : JSON.stringify(body), { date: 'Mon, 01 Jun 2026 12:00:00 GMT' }, origin, tasks);

/** The statuses that a list shows; `-` where it does not show the task. */
async function statuses(body: unknown, httpStatus?: number, tasks?: Parameters<typeof readList>[4]): Promise<readonly string[] | string> {
	const outcome = await read(body, httpStatus, tasks);
	return outcome.ok ? outcome.shown.map((one) => one?.snapshot.status ?? '-') : outcome.error.kind;
}

describe('the response to a list query', () => {
	it('shows each task as a response of its own would, with the time of the response', async () => {
		const outcome = await read(
			list([item(third, 'failed', { task_status_msg: 'No face' }), item(second, 'succeed', clip), item(first, 'processing')]),
		);
		assert.ok(outcome.ok);
		assert.deepEqual(
			outcome.shown.map(
				(one) => one && [one.snapshot.status, one.snapshot.evidence, one.snapshot.results.length, one.snapshot.respondedAt],
			),
			[
				['processing', undefined, 0, Date.UTC(2026, 5, 1, 12)],
				['succeeded', undefined, 1, Date.UTC(2026, 5, 1, 12)],
				['failed', undefined, 0, Date.UTC(2026, 5, 1, 12)],
			],
		);
		assert.deepEqual([outcome.length, outcome.depth], [3, 3]);
		assert.deepEqual(JSON.parse(outcome.shown[1]?.body ?? ''), list(item(second, 'succeed', clip)));
		assert.equal(outcome.shown[2]?.snapshot.message, 'No face');
	});

	it('is found by long numbers, by the ID of its creator and by an alias', async () => {
		const body = `{"code":0,"data":[{"task_id":${first},"task_status":"processing"},{"task_id":"9","task_status":"submitted","task_info":{"external_task_id":"mine"}},{"task_id":"8","task_status":"processing"}]}`;
		assert.deepEqual(await statuses(body, 200, [{ id: first }, { id: 'mine' }, { id: 'x', alias: '8' }]), [
			'processing',
			'submitted',
			'processing',
		]);
	});

	const hostile: readonly (readonly [string, unknown, readonly string[] | string, number?])[] = [
		['strangers', list([item('1', 'succeed', clip), item('2', 'failed')]), ['-', '-', '-']],
		['an ID twice', list([item(first, 'processing'), item(second, 'processing'), item(first, 'failed')]), ['-', 'processing', '-']],
		[
			'one ID as another one’s external ID',
			list([item(first, 'succeed', clip), item('9', 'failed', { task_info: { external_task_id: first } })]),
			['-', '-', '-'],
		],
		[
			'items that are no objects',
			list([null, 1, 'x', [item(first, 'succeed', clip)], item(second, 'processing')]),
			['-', 'processing', '-'],
		],
		['an item without a status', list([{ task_id: first }]), ['unknown', '-', '-']],
		['an unknown status', list([item(first, 'reticulating')]), ['unknown', '-', '-']],
		['an item that is an error', list([{ task_id: first, code: 1203, message: 'task not found' }]), ['-', '-', '-']],
		['a list in data.data', list({ data: [item(first, 'processing')] }), ['processing', '-', '-']],
		['a list alone', [item(first, 'processing')], ['processing', '-', '-']],
		['a list as text', list(JSON.stringify([item(first, 'processing')])), ['processing', '-', '-']],
		['no task at all', list([]), ['-', '-', '-']],
		['an object', list({ task_id: first, task_status: 'succeed', ...clip }), 'malformed'],
		['a web page', '<!DOCTYPE html><title>Sign in</title>', 'malformed'],
		['half a list', JSON.stringify(list([item(first, 'processing')])).slice(0, -20), 'malformed'],
		['a list under an error', list([item(first, 'succeed', clip)]), 'server', 500],
		['a path that does not exist', { error: { message: 'Invalid URL (GET /kling/v1/videos/text2video)' } }, 'malformed', 404],
		['a method that is not allowed', { code: 1202, message: 'The requested method is invalid' }, 'badRequest', 405],
		['a rejected key', { error: { message: 'Invalid token', type: 'api_error' } }, 'auth', 401],
		['too many requests', { code: 1302, message: 'too fast' }, 'rateLimit', 429],
		['lists in lists', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, ['-', '-', '-']],
	];
	for (const [what, body, expected, httpStatus] of hostile) {
		it(`is read without a wrong status: ${what}`, async () => assert.deepEqual(await statuses(body, httpStatus), expected));
	}

	it('is doubted as a response of its own would be: an error beside the list needs confirmation', async () => {
		const outcome = await read({ code: 5000, message: 'Internal error', data: [item(first, 'failed')] });
		assert.ok(outcome.ok);
		assert.equal(outcome.shown[0]?.snapshot.evidence, 'repeated');
	});

	it('survives an item that is nested too deeply to be stored', async () => {
		const deep = `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`;
		const body = `{"code":0,"data":[{"task_id":"${first}","task_status":"succeed","x":${deep}},{"task_id":"${second}","task_status":"processing"}]}`;
		const found = await statuses(body);
		assert.ok(Array.isArray(found) ? found[0] !== 'failed' && found[2] === '-' : found === 'malformed', String(found));
	});

	it('finds 500 tasks among 500 in slices of the event loop', async () => {
		const tasks = Array.from({ length: 500 }, (_, index) => ({ id: String(700_000_000_000_000_000n + BigInt(index)) }));
		let turns = 0;
		let isOver = false;
		const count = (): void => {
			turns++;
			if (!isOver) {
				setImmediate(count);
			}
		};
		setImmediate(count);
		const outcome = await read(list(tasks.map(({ id }) => item(id, 'succeed', clip)).reverse()), 200, tasks);
		isOver = true;
		assert.ok(outcome.ok && outcome.shown.every((one) => one?.snapshot.status === 'succeeded'));
		assert.ok(turns >= 15, `${turns} turns`);
	});
});

describe('KlingClient.list', () => {
	const key = 'sk-canary-Key0123456789';
	let server: LoopbackServer;
	beforeEach(async () => {
		server = await startLoopbackServer();
	});
	afterEach(() => server.close());
	const ask = (action2 = 'avatar/image2video') =>
		new KlingClient().list(
			{ operation: { origin: server.origin, action: 'videos', action2 }, tasks: asked, pageSize: 120 },
			key,
			AbortSignal.timeout(20_000),
		);

	it('requests the newest tasks of an operation with the key, which is in nothing that it returns', async () => {
		server.respond = (_request, response) => response.end(JSON.stringify(list([item(first, 'processing', { note: key })])));
		const outcome = await ask();
		assert.deepEqual(
			server.requests.map(({ method, url, headers }) => [method, url, headers.authorization]),
			[['GET', '/kling/v1/videos/avatar/image2video?pageNum=1&pageSize=120', `Bearer ${key}`]],
		);
		assert.ok(outcome.ok && outcome.shown[0] !== undefined);
		assert.ok(!JSON.stringify(outcome).includes(key));
	});

	it('never sends a request for an invalid operation', async () => {
		const outcome = await ask('..');
		assert.ok(!outcome.ok);
		assert.deepEqual([outcome.error.kind, server.requests.length], ['badRequest', 0]);
	});

	it('reads no more than four megabytes', async () => {
		server.respond = (_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json' });
			const chunk = Buffer.alloc(1024 * 1024, 0x20);
			for (let sent = 0; sent < 100; sent++) {
				response.write(chunk);
			}
			response.end('[]');
		};
		const outcome = await ask();
		assert.ok(!outcome.ok);
		assert.deepEqual([outcome.error.kind, outcome.error.code], ['malformed', 'max-size']);
	});
});
