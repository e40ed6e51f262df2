import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import http from 'node:http';
import https from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import type { ApiQuestion, ApiReply, ResultResponse, ResultQuestion } from '../../../src/api/http';
import { askApi, openResult, ResultStreamError } from '../../../src/api/http';
import type { ApiError } from '../../../src/core/problem';
import { authority, signed } from '../../support/certificates';
import { settle } from '../../support/clock';
import { sleep } from '../../support/retry';
import type { LoopbackServer } from './loopbackServer';
import { startLoopbackServer } from './loopbackServer';

const key = 'sk-canary-0123456789';
const never = new AbortController().signal;

let server: LoopbackServer;
beforeEach(async () => {
	server = await startLoopbackServer();
});
afterEach(() => server.close());

const ask = (path: string, more: Partial<ApiQuestion> = {}): Promise<ApiReply> =>
	askApi({ url: server.origin + path, apiKey: key, signal: never, ...more });

async function refused(reply: Promise<ApiReply>): Promise<ApiError> {
	const settled = await reply;
	assert.ok(!settled.ok, `expected an error: ${JSON.stringify(settled)}`);
	assert.ok(!JSON.stringify(settled).includes(key));
	return settled.error;
}

const proxyFailure = 'Failed to establish a socket connection to proxies: PROXY 127.0.0.1:1';

/** Waits until a client has received the status and headers of a response, and has started to read its body. */
async function headersReceived(): Promise<void> {
	const channel = 'http.client.response.finish';
	await new Promise<void>((resolve) => {
		const received = (): void => {
			unsubscribe(channel, received);
			resolve();
		};
		subscribe(channel, received);
	});
	await settle();
}

/** Replaces the agent as an editor does whose proxy, with a user name and a password, cannot be reached. */
async function withFailingProxy(run: () => Promise<void>): Promise<void> {
	const { globalAgent } = http;
	http.globalAgent = new (class extends http.Agent {
		override createConnection(): never {
			throw new Error('Failed to establish a socket connection to proxies: PROXY office:let-me-out@127.0.0.1:1');
		}
	})();
	try {
		await run();
	} finally {
		http.globalAgent = globalAgent;
	}
}

describe('askApi', () => {
	it('sends a GET with the key and returns status, headers and body', async () => {
		server.respond = (_request, response) => response.writeHead(418, { 'X-Request-Id': 'r-1' }).end('{"a":"é"}');
		const reply = await ask('/kling/v1/videos/text2video/7');
		assert.ok(reply.ok);
		assert.deepEqual([reply.response.status, reply.response.body, reply.response.headers['x-request-id']], [418, '{"a":"é"}', 'r-1']);
		const [request] = server.requests;
		assert.deepEqual(
			[request?.method, request?.url, request?.headers.authorization, request?.headers.accept],
			['GET', '/kling/v1/videos/text2video/7', `Bearer ${key}`, 'application/json'],
		);
		assert.equal(request?.headers.cookie, undefined);
	});

	it('keeps no connection open', async () => {
		await ask('/');
		await server.disconnected();
	});

	it('opens a new connection for each request, even if the server would keep one open', async () => {
		const ports = new Set<number | undefined>();
		server.respond = (request, response) => {
			ports.add(request.socket.remotePort);
			response.writeHead(200, { Connection: 'keep-alive' }).end('{}');
		};
		for (let count = 0; count < 5; count++) {
			assert.ok((await ask('/')).ok);
		}
		assert.equal(ports.size, 5);
		await server.disconnected();
	});

	it('names no agent where the editor installs its own only then', async () => {
		const { globalAgent } = http;
		let asked = 0;
		const editors = new (class extends http.Agent {
			override createConnection(...given: Parameters<http.Agent['createConnection']>): ReturnType<http.Agent['createConnection']> {
				asked++;
				return super.createConnection(...given);
			}
		})();
		http.globalAgent = editors;
		try {
			await ask('/');
			assert.equal(asked, 0);
			await ask('/', { editorNamesAgent: true });
			assert.equal(asked, 1);
		} finally {
			http.globalAgent = globalAgent;
		}
	});

	it('reports an error that contains a proxy’s address without its password', async () => {
		await withFailingProxy(async () => {
			const error = await refused(ask('/', { editorNamesAgent: true }));
			assert.deepEqual([error.kind, error.code, error.message], ['unreachable', undefined, proxyFailure]);
		});
	});

	it('does not follow a redirect', async () => {
		for (const status of [301, 302, 303, 307, 308]) {
			server.respond = (_request, response) =>
				response.writeHead(status, { Location: `${server.origin}/elsewhere` }).end('<title>Moved</title>');
			const reply = await ask('/');
			assert.ok(reply.ok);
			assert.equal(reply.response.status, status);
		}
		assert.equal(server.requests.length, 5);
		assert.ok(server.requests.every(({ url }) => url === '/'));
	});

	it('does not retry by itself', async () => {
		server.respond = (_request, response) => response.writeHead(503).end();
		await ask('/');
		assert.equal(server.requests.length, 1);
	});

	it('gives up at the deadline: no data, headers only, a slow trickle of bytes', async () => {
		const handlers: readonly LoopbackServer['respond'][] = [
			() => undefined,
			(_request, response) => response.writeHead(200).flushHeaders(),
			(_request, response) => {
				const drops = setInterval(() => response.write(' '), 20);
				response.on('close', () => clearInterval(drops));
			},
		];
		for (const handler of handlers) {
			server.respond = handler;
			// None of the responses ever ends.
			const error = await refused(ask('/', { deadlineMs: 150 }));
			assert.deepEqual([error.kind, error.retryable, error.code], ['unreachable', true, 'ETIMEDOUT']);
		}
		await server.disconnected();
	});

	it('reads no more than its size limit: announced, endless, and decompressed', async () => {
		const handlers: readonly LoopbackServer['respond'][] = [
			(_request, response) => response.end('x'.repeat(2000)),
			(_request, response) => {
				const pour = (): void => {
					while (!response.destroyed && response.write('x'.repeat(500))) {}
				};
				response.on('drain', pour);
				pour();
			},
			(_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000))),
		];
		for (const handler of handlers) {
			server.respond = handler;
			const error = await refused(ask('/', { maxBytes: 1000 }));
			assert.deepEqual([error.kind, error.retryable, error.code], ['malformed', true, 'max-size']);
		}
		await server.disconnected();
	});

	it('accepts a response of 4 MiB, and not a byte more', async () => {
		const size = 4 * 1024 * 1024;
		server.respond = (request, response) => response.end('x'.repeat(request.url === '/more' ? size + 1 : size));
		const reply = await ask('/');
		assert.ok(reply.ok);
		assert.equal(reply.response.body.length, size);
		assert.equal((await refused(ask('/more'))).kind, 'malformed');
	});

	it('decompresses gzip, and reports a broken one as malformed', async () => {
		server.respond = (_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('{"a":1}'));
		const reply = await ask('/');
		assert.ok(reply.ok);
		assert.equal(reply.response.body, '{"a":1}');
		server.respond = (_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not gzip');
		assert.equal((await refused(ask('/'))).kind, 'malformed');
	});

	it('reports a connection that breaks: before the response, within it, and in the middle of a chunk', async () => {
		const handlers: readonly LoopbackServer['respond'][] = [
			(request) => request.socket.resetAndDestroy(),
			(_request, response) => {
				response.writeHead(200, { 'Content-Length': '100' }).write('half', () => response.destroy());
			},
			(_request, response) => {
				response.write('half', () => response.destroy());
			},
		];
		for (const handler of handlers) {
			server.respond = handler;
			const error = await refused(ask('/path-of-the-task'));
			assert.deepEqual([error.kind, error.retryable], ['unreachable', true]);
			assert.match(error.code ?? '', /^[A-Z_]{5,}$/);
			assert.ok(!error.message.includes('path-of-the-task'), error.message);
		}
	});

	it("reports the system's code and message when no server is there", async () => {
		const { origin } = server;
		await server.close();
		const error = await refused(askApi({ url: `${origin}/`, apiKey: key, signal: never }));
		server = await startLoopbackServer();
		assert.deepEqual([error.kind, error.code], ['unreachable', 'ECONNREFUSED']);
		assert.match(error.message, /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
	});

	it('reports a server that does not speak HTTP or TLS as unreachable', async () => {
		const tcp = createTcpServer((socket) => {
			socket.on('error', () => undefined).resume();
			socket.end('SSH-2.0-not-http\r\n');
		});
		tcp.listen(0, '127.0.0.1');
		await once(tcp, 'listening');
		const address = tcp.address();
		assert.ok(address !== null && typeof address !== 'string');
		try {
			for (const scheme of ['http', 'https']) {
				const error = await refused(askApi({ url: `${scheme}://127.0.0.1:${String(address.port)}/`, apiKey: key, signal: never }));
				assert.equal(error.kind, 'unreachable', scheme);
				assert.match(error.code ?? '', /^(?:HPE_|ERR_SSL_|EPROTO|ECONNRESET)/, scheme);
			}
		} finally {
			tcp.close();
			await once(tcp, 'close');
		}
	});

	it("rejects with the signal's reason when aborted: before, waiting, and reading", async () => {
		const reason = new Error('closing');
		await assert.rejects(ask('/', { signal: AbortSignal.abort(reason) }), (error) => error === reason);
		assert.equal(server.requests.length, 0);
		const waiting = new AbortController();
		server.respond = () => waiting.abort(reason);
		await assert.rejects(ask('/', { signal: waiting.signal }), (error) => error === reason);

		server.respond = (_request, response) => response.writeHead(200).write('half');
		const reading = new AbortController();
		const rejected = assert.rejects(ask('/', { signal: reading.signal }), (error) => error === reason);
		await headersReceived();
		reading.abort(reason);
		await rejected;
		await server.disconnected();
	});

	it('sends the key only over https:, or http: on loopback', async () => {
		for (const url of [
			'http://api.example/',
			'http://127.0.0.1.example/',
			'ftp://127.0.0.1/',
			'file:///etc/hosts',
			'data:text/plain,x',
			'no url',
			'',
		]) {
			assert.deepEqual(
				await refused(ask('', { url })),
				{ kind: 'badRequest', retryable: false, code: 'ERR_INVALID_URL', message: 'Invalid URL' },
				url,
			);
		}
	});

	it('reports a key that is not a valid header value as a wrong key, without showing it', async () => {
		for (const apiKey of ['sk-canary\nInjected: 1', 'sk-canary-ключ']) {
			const error = await refused(ask('/', { apiKey }));
			assert.deepEqual([error.kind, error.code], ['auth', 'ERR_INVALID_CHAR']);
			assert.ok(!error.message.includes('canary'));
		}
		assert.equal(server.requests.length, 0);
	});
});

describe('openResult', () => {
	const open = (path: string, more: Partial<ResultQuestion> = {}): ReturnType<typeof openResult> =>
		openResult({ url: server.origin + path, taskOrigin: server.origin, signal: never, ...more });
	async function resultResponse(opening: ReturnType<typeof openResult>): Promise<ResultResponse> {
		const settled = await opening;
		assert.ok(settled.ok, JSON.stringify(settled));
		return settled.response;
	}
	async function text({ chunks }: ResultResponse): Promise<string> {
		const parts: Uint8Array[] = [];
		for await (const chunk of chunks) {
			parts.push(chunk);
		}
		return Buffer.concat(parts).toString();
	}

	it('streams without key and cookies, and follows redirects', async () => {
		server.respond = (request, response) => {
			if (request.url === '/last') {
				response.writeHead(200, { 'Content-Type': 'video/mp4', 'Content-Length': '5' }).end('bytes');
			} else {
				response.writeHead(302, { Location: request.url === '/first' ? 'second' : '/last', 'Set-Cookie': 'a=b' }).end();
			}
		};
		const result = await resultResponse(open('/first'));
		assert.deepEqual([result.status, result.contentLength, await text(result)], [200, 5, 'bytes']);
		assert.deepEqual(
			server.requests.map(({ url }) => url),
			['/first', '/second', '/last'],
		);
		for (const { headers } of server.requests) {
			assert.deepEqual([headers.authorization, headers.cookie, headers['accept-encoding']], [undefined, undefined, 'identity']);
		}
		await server.disconnected();
	});

	it('follows a redirect to a location with any bytes, as browsers do', async () => {
		const rows: readonly (readonly [location: Buffer | string, path: string])[] = [
			[Buffer.from('/上海天文馆.mp4'), '/%E4%B8%8A%E6%B5%B7%E5%A4%A9%E6%96%87%E9%A6%86.mp4'],
			[Buffer.from('/caf\xe9.mp4', 'latin1'), '/caf%E9.mp4'],
			['/a cat on a roof.mp4?name=a b', '/a%20cat%20on%20a%20roof.mp4?name=a%20b'],
			['/a%20b.mp4', '/a%20b.mp4'],
		];
		for (const [location, path] of rows) {
			server.respond = (request, response) => {
				if (request.url !== '/') {
					return void response.end('bytes');
				}
				request.socket.end(
					Buffer.concat([
						Buffer.from('HTTP/1.1 302 Found\r\nLocation: '),
						Buffer.from(location),
						Buffer.from('\r\nContent-Length: 0\r\n\r\n'),
					]),
				);
			};
			assert.equal(await text(await resultResponse(open('/'))), 'bytes');
			assert.equal(server.requests.at(-1)?.url, path);
		}
	});

	it('opens a new connection for each request, even if the server would keep one open', async () => {
		const ports = new Set<number | undefined>();
		server.respond = (request, response) => {
			ports.add(request.socket.remotePort);
			response.writeHead(200, { Connection: 'keep-alive', 'Content-Length': '5' }).end('bytes');
		};
		for (let count = 0; count < 5; count++) {
			assert.equal(await text(await resultResponse(open('/'))), 'bytes');
		}
		assert.equal(ports.size, 5);
		await server.disconnected();
	});

	it("sends a key to the link alone, if that is of the task's own origin, and never along a redirect", async () => {
		const apiKey = 'sk-canary-0123456789';
		const trusted = getCACertificates('default');
		setDefaultCACertificates([...trusted, authority]);
		const heardElsewhere: (string | undefined)[] = [];
		const elsewhere = https.createServer(signed, (request, response) => {
			heardElsewhere.push(request.headers.authorization);
			response.writeHead(302, { Location: `${server.origin}/back` }).end();
		});
		elsewhere.listen(0, '127.0.0.1');
		await once(elsewhere, 'listening');
		const address = elsewhere.address();
		assert.ok(address !== null && typeof address !== 'string');
		server.respond = (request, response) => {
			if (request.url === '/first') {
				response.writeHead(302, { Location: '/second' }).end();
			} else if (request.url === '/away') {
				response.writeHead(302, { Location: `https://127.0.0.1:${String(address.port)}/` }).end();
			} else {
				response.end(`you sent ${request.headers.authorization ?? 'nothing'}`);
			}
		};
		try {
			const home = await resultResponse(open('/third', { apiKey, taskOrigin: `${server.origin}/base` }));
			const reported = await text(home);
			assert.deepEqual(
				[home.onTaskOrigin, reported, home.scrub(reported)],
				[true, 'you sent Bearer sk-canary-0123456789', 'you sent Bearer [API key]'],
			);
			const along = await resultResponse(open('/first', { apiKey }));
			assert.deepEqual([along.onTaskOrigin, along.url, await text(along)], [true, `${server.origin}/second`, 'you sent nothing']);
			const back = await resultResponse(open('/away', { apiKey }));
			assert.deepEqual([back.onTaskOrigin, await text(back)], [false, 'you sent nothing']);
			assert.deepEqual(heardElsewhere, [undefined]);
			const stranger = await resultResponse(open('/second'));
			assert.equal(await text(stranger), 'you sent nothing');
			const keys = server.requests.map(({ url, headers }) => [url, headers.authorization]);
			assert.deepEqual(keys, [
				['/third', 'Bearer sk-canary-0123456789'],
				['/first', 'Bearer sk-canary-0123456789'],
				['/second', undefined],
				['/away', 'Bearer sk-canary-0123456789'],
				['/back', undefined],
				['/second', undefined],
			]);
		} finally {
			setDefaultCACertificates(trusted);
			elsewhere.close();
		}
	});

	it('follows five redirects, not six', async () => {
		server.respond = (request, response) => {
			const left = Number(request.url?.slice(1));
			if (left === 0) {
				response.end('bytes');
			} else {
				response.writeHead(307, { Location: `/${String(left - 1)}` }).end();
			}
		};
		assert.equal(await text(await resultResponse(open('/5'))), 'bytes');
		assert.deepEqual(await open('/6'), { ok: false, problem: { kind: 'tooManyRedirects' } });
	});

	it("refuses what is neither https: nor http: on the task's own loopback origin, and credentials", async () => {
		const other = await startLoopbackServer();
		for (const url of [
			'http://media.example/a.mp4',
			`${other.origin}/a.mp4`,
			'ftp://media.example/a',
			'file:///etc/hosts',
			'data:text/plain,x',
			'https://user:pass@media.example/a.mp4',
			'https://192.168.0.1/a.mp4',
			'https://[fd00::1]/a.mp4',
			server.origin.replace('://', '://user@'),
			'no url',
		]) {
			assert.deepEqual(await open('', { url }), { ok: false, problem: { kind: 'linkRefused' } }, url);
			server.respond = (_request, response) => response.writeHead(302, { Location: url }).end();
			if (url !== 'no url') {
				assert.deepEqual(await open('/'), { ok: false, problem: { kind: 'linkRefused' } }, `redirect to ${url}`);
			}
		}
		assert.deepEqual(await open('/', { taskOrigin: 'https://api.example' }), { ok: false, problem: { kind: 'linkRefused' } });
		assert.equal(other.requests.length, 0);
		await other.close();
	});

	it('treats a redirect without a location as a response', async () => {
		server.respond = (_request, response) => response.writeHead(304).end();
		const result = await resultResponse(open('/'));
		result.close();
		assert.equal(result.status, 304);
	});

	it('reports when no server is there, and when no data comes', async () => {
		server.respond = () => undefined;
		const silent = await open('/', { stallMs: 100 });
		assert.ok(!silent.ok && silent.problem.kind === 'unreachable');
		assert.equal(silent.problem.code, 'ETIMEDOUT');
		const { origin } = server;
		await server.close();
		const gone = await openResult({ url: origin, taskOrigin: origin, signal: never });
		server = await startLoopbackServer();
		assert.ok(!gone.ok && gone.problem.kind === 'unreachable');
		assert.equal(gone.problem.code, 'ECONNREFUSED');
	});

	it('reports an error that contains a proxy’s address without its password', async () => {
		await withFailingProxy(async () => {
			const settled = await open('/');
			assert.deepEqual(settled, { ok: false, problem: { kind: 'unreachable', code: 'ERR_NETWORK', message: proxyFailure } });
		});
	});

	it("distinguishes a broken stream from a stalled one, and counts only the server's time", async () => {
		server.respond = (_request, response) => {
			response.write('half', () => response.destroy());
		};
		await assert.rejects(resultResponse(open('/')).then(text), (error) => error instanceof ResultStreamError && error.how === 'broken');
		server.respond = (_request, response) => response.write('half');
		await assert.rejects(
			resultResponse(open('/', { stallMs: 100 })).then(text),
			(error) => error instanceof ResultStreamError && error.how === 'stalled' && error.code === 'ETIMEDOUT',
		);
		let end = (): void => assert.fail('no request');
		server.respond = (_request, response) => {
			response.write('one');
			end = () => void response.end('two');
		};
		const { chunks } = await resultResponse(open('/', { stallMs: 100 }));
		const received: string[] = [];
		for await (const chunk of chunks) {
			received.push(Buffer.from(chunk).toString());
			if (received.length === 1) {
				end();
			}
			// Longer than the server may take.
			await sleep(150);
		}
		assert.deepEqual(received, ['one', 'two']);
	});

	it('takes a trickle for a stall, and the same bytes at once for none', async () => {
		server.respond = (request, response) => {
			if (request.url === '/at-once') {
				response.write('x'.repeat(1000), () => setTimeout(() => response.end('y'), 60));
				return;
			}
			const drops = setInterval(() => response.write('x'), 10);
			response.on('close', () => clearInterval(drops));
		};
		await assert.rejects(
			// Longer than a busy machine is silent.
			resultResponse(open('/', { stallMs: 1000 })).then(text),
			(error) => error instanceof ResultStreamError && error.how === 'stalled' && /^\d+ bytes in \d+ ms$/.test(error.message),
		);
		assert.equal((await resultResponse(open('/at-once', { stallMs: 2000 })).then(text)).length, 1001);
		await server.disconnected();
	});

	it("rejects with the signal's reason when aborted, and closes the connection", async () => {
		const reason = new Error('closing');
		await assert.rejects(open('/', { signal: AbortSignal.abort(reason) }), (error) => error === reason);
		server.respond = (_request, response) => response.write('half');
		const abort = new AbortController();
		const result = await resultResponse(open('/', { signal: abort.signal }));
		const reading = text(result);
		await settle();
		abort.abort(reason);
		await assert.rejects(reading, (error) => error === reason);
		await server.disconnected();
	});

	it('closes the connection when closed unread', async () => {
		server.respond = (_request, response) => response.write('half');
		const result = await resultResponse(open('/'));
		result.close();
		await server.disconnected();
	});
});
