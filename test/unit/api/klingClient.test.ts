import assert from 'node:assert/strict';
import { KlingClient } from '../../../src/api/klingClient';
import type { TaskRef } from '../../../src/core/task';
import { native } from '../../fixtures/responses/forms';
import type { LoopbackServer } from './loopbackServer';
import { startLoopbackServer } from './loopbackServer';

const key = 'sk-canary/Key+0123-4567_89';
const secret = key.slice(3);
const never = new AbortController().signal;
const client = new KlingClient();

let server: LoopbackServer;
beforeEach(async () => {
	server = await startLoopbackServer();
});
afterEach(() => server.close());

const ref = (more: Partial<TaskRef> = {}): TaskRef => ({
	origin: server.origin,
	action: 'videos',
	action2: 'text2video',
	id: '700000000000000001',
	...more,
});

/** Every string in a value. */
function strings(value: unknown): readonly string[] {
	if (typeof value === 'string') {
		return [value];
	}
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

describe('KlingClient', () => {
	it('checks a task and returns the snapshot and the body', async () => {
		server.respond = (_request, response) => response.end(JSON.stringify(native('processing')));
		const outcome = await client.query(ref(), key, never);
		assert.ok(outcome.ok);
		assert.equal(outcome.snapshot.status, 'processing');
		assert.equal(outcome.body, JSON.stringify(native('processing')));
		assert.deepEqual(
			server.requests.map(({ method, url, headers }) => [method, url, headers.authorization]),
			[['GET', '/kling/v1/videos/text2video/700000000000000001', `Bearer ${key}`]],
		);
	});

	it('requests three percent-encoded segments under the path of the base URL', async () => {
		await client.query(
			ref({ origin: `${server.origin}/gateway`, action2: 'avatar/image2video', id: 'CjI17WevH1IAAAAAAHmgsw==' }),
			key,
			never,
		);
		assert.equal(server.requests[0]?.url, '/gateway/kling/v1/videos/avatar/image2video/CjI17WevH1IAAAAAAHmgsw%3D%3D');
	});

	it('never sends a request for an invalid reference', async () => {
		const wrong: readonly Partial<TaskRef>[] = [
			{ id: '' },
			{ id: '..' },
			{ id: 'a/b' },
			{ id: 'a?b' },
			{ id: 'x'.repeat(129) },
			{ action: '' },
			{ action: '..' },
			{ action: 'videos/extra' },
			{ action2: '' },
			{ action2: 'a/../b' },
			{ action2: 'a/b/c' },
			{ origin: 'http://api.example' },
			{ origin: 'nowhere' },
		];
		for (const more of wrong) {
			const outcome = await client.query(ref(more), key, never);
			assert.ok(!outcome.ok);
			assert.deepEqual([outcome.error.kind, outcome.error.retryable], ['badRequest', false], JSON.stringify(more));
		}
		assert.equal(server.requests.length, 0);
	});

	it('returns the error with its body, and the wait that a header requests', async () => {
		server.respond = (_request, response) => response.writeHead(429, { 'Retry-After': '3' }).end('{"code":1302,"message":"too fast"}');
		assert.deepEqual(await client.query(ref(), key, never), {
			ok: false,
			error: { kind: 'rateLimit', retryable: true, message: 'too fast', code: '1302', httpStatus: 429, retryAfterMs: 3000 },
			body: '{"code":1302,"message":"too fast"}',
		});
	});

	it('returns no body when there was no response', async () => {
		server.respond = (request) => request.socket.destroy();
		const outcome = await client.query(ref(), key, never);
		assert.ok(!outcome.ok);
		assert.deepEqual([outcome.error.kind, 'body' in outcome], ['unreachable', false]);
	});

	it("rejects with the signal's reason when aborted", async () => {
		const reason = new Error('closing');
		await assert.rejects(client.query(ref(), key, AbortSignal.abort(reason)), (error) => error === reason);
		const abort = new AbortController();
		server.respond = () => abort.abort(reason);
		await assert.rejects(client.query(ref(), key, abort.signal), (error) => error === reason);
	});

	const echoes: Readonly<Record<string, string>> = {
		plain: key,
		'without its prefix': secret,
		'as a header': `Bearer ${key}`,
		'percent-encoded': encodeURIComponent(key),
		'percent-encoded twice': encodeURIComponent(encodeURIComponent(key)),
		base64: Buffer.from(key).toString('base64'),
		'base64 with something before it': Buffer.from(`user:${key}`).toString('base64'),
		'base64 with more before it': Buffer.from(`user1:${key}:`).toString('base64'),
		base64url: Buffer.from(`x${key}`).toString('base64url'),
	};
	for (const [how, echo] of Object.entries(echoes)) {
		it(`returns nothing that contains the key when the response repeats it ${how}`, async () => {
			const link = `https://media.example/a.mp4?key=${echo.replaceAll(' ', '')}`;
			const facts = {
				task_status_msg: `refused: ${echo}`,
				task_info: { external_task_id: echo, parent_video: { id: echo, url: link } },
				task_result: { videos: [{ id: echo, url: link, watermark_url: link }], audios: [{ url_mp3: link, url_wav: `${link}.wav` }] },
				request_id: echo,
				action: echo,
			};
			const bodies: readonly (readonly [number, string])[] = [
				[200, JSON.stringify(native('failed', facts))],
				[200, JSON.stringify(native(echo, facts))],
				[401, JSON.stringify({ error: { code: echo, message: `Invalid token ${echo} (request id: ${secret})` } })],
				[502, JSON.stringify({ code: 'fail_to_fetch_task', message: JSON.stringify({ code: 1002, message: echo, request_id: echo }) })],
				[502, `<html><title>${echo}</title></html>`],
				[400, echo],
			];
			for (const [status, body] of bodies) {
				server.respond = (_request, response) => response.writeHead(status, { 'X-Request-Id': echo }).end(body);
				const outcome = await client.query(ref(), key, never);
				for (const text of strings(outcome)) {
					assert.ok(
						!text.includes(secret) && !text.includes(echo) && !decodeURIComponent(text.replace(/%(?![0-9A-F]{2})/g, '')).includes(secret),
						`${how}: ${text}`,
					);
					for (const [part] of text.matchAll(/[\w+/-]{16,}={0,2}/g)) {
						assert.ok(!Buffer.from(part, 'base64').toString('latin1').includes(secret), `${how}: ${part}`);
					}
				}
				assert.ok(JSON.stringify(outcome).includes('[API key]'), how);
			}
		});
	}

	it('returns no text with NUL, at which the database would end the text', async () => {
		const media = { id: 'a\0b', url: 'https://media.example/a.mp4?\0' };
		server.respond = (_request, response) =>
			response.end(
				`${JSON.stringify(native('failed', { task_status_msg: 'half\0told', task_result: { videos: [media] } }))}\0\0`.replace(
					'half',
					'ha\0lf',
				),
			);
		const outcome = await client.query(ref(), key, never);
		for (const text of strings(outcome)) {
			assert.ok(!text.includes('\0'), text);
		}
		assert.match(outcome.body ?? '', /ha\ufffdlf\\u0000told/);
		server.respond = (_request, response) =>
			response.end(JSON.stringify(native('failed', { task_status_msg: 'half\0told', task_result: { videos: [media] } })));
		const queried = await client.query(ref(), key, never);
		assert.ok(queried.ok);
		assert.deepEqual([queried.snapshot.message, queried.snapshot.results], ['half\ufffdtold', []]);
	});

	it('still reads the response around the key', async () => {
		server.respond = (_request, response) => response.end(JSON.stringify(native('failed', { task_status_msg: `refused: ${key}!` })));
		const outcome = await client.query(ref(), key, never);
		assert.ok(outcome.ok);
		assert.deepEqual([outcome.snapshot.status, outcome.snapshot.message], ['failed', 'refused: [API key]!']);
	});
});
