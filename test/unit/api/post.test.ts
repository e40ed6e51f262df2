import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { createServer as createTcpServer, Socket, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { createDeadlineMs, postToApi, type PostQuestion, type PostReply } from '../../../src/api/post';
import type { ApiError } from '../../../src/core/problem';
import { authority, selfSigned, signed } from '../../support/certificates';
import { soon } from '../../support/retry';
import type { LoopbackServer } from './loopbackServer';
import { startLoopbackServer } from './loopbackServer';

const key = 'sk-canary-0123456789';
const never = new AbortController().signal;
const body = Buffer.from('{"prompt":"a fox"}');

let server: LoopbackServer;
beforeEach(async () => {
	server = await startLoopbackServer();
});
afterEach(() => server.close());

/** The chunks of a body, and how many of them were read. */
function source(bytes: Buffer, size = 64 * 1024): { readonly chunks: AsyncIterable<Uint8Array>; readonly pulled: () => number } {
	let count = 0;
	return {
		chunks: (async function* () {
			for (let at = 0; at < bytes.length; at += size) {
				count++;
				yield await Promise.resolve(bytes.subarray(at, at + size));
			}
		})(),
		pulled: () => count,
	};
}

function post(url: string, more: Partial<PostQuestion> = {}, bytes = body): Promise<PostReply> {
	return postToApi({ url, apiKey: key, signal: never, length: bytes.length, chunks: source(bytes).chunks, ...more });
}

async function failed(reply: Promise<PostReply>, kind: 'notSent' | 'lost', what = ''): Promise<ApiError> {
	const settled = await reply;
	assert.ok(settled.kind === kind, `${what}: ${JSON.stringify(settled)}`);
	assert.ok(!JSON.stringify(settled).includes(key));
	return settled.error;
}

async function received(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	const sent: AsyncIterable<Buffer> = request;
	for await (const chunk of sent) {
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** Responds once the whole request was read. */
const onceRead =
	(respond: (request: IncomingMessage, response: ServerResponse) => void) => (request: IncomingMessage, response: ServerResponse) =>
		void received(request).then(() => respond(request, response));

async function listening(tcp: Server): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
	tcp.listen(0, '127.0.0.1');
	await once(tcp, 'listening');
	const address = tcp.address();
	assert.ok(address !== null && typeof address !== 'string');
	return {
		port: address.port,
		close: async () => {
			tcp.close();
			await once(tcp, 'close');
		},
	};
}

/** Replaces the agents of the editor, which are used if none is named. */
async function withAgents(create: http.Agent['createConnection'], run: () => Promise<void>): Promise<void> {
	const before = [http.globalAgent, https.globalAgent] as const;
	const http1 = new http.Agent();
	const https1 = new https.Agent();
	http1.createConnection = https1.createConnection = create;
	http.globalAgent = http1;
	https.globalAgent = https1;
	try {
		await run();
	} finally {
		[http.globalAgent, https.globalAgent] = before;
	}
}

const systemError = (code: string): Error => Object.assign(new Error(`connect ${code} 192.0.2.1:443`), { code });

describe('postToApi', () => {
	it('sends one POST with the key and the length, and returns status, headers and body', async () => {
		let sent: Buffer | undefined;
		server.respond = (request, response) =>
			void received(request).then((bytes) => {
				sent = bytes;
				response.writeHead(418, { 'X-Request-Id': 'r-1' }).end('{"a":"é"}');
			});
		const reply = await post(`${server.origin}/kling/v1/videos/text2video`);
		assert.ok(reply.kind === 'response');
		assert.deepEqual([reply.response.status, reply.response.body, reply.response.headers['x-request-id']], [418, '{"a":"é"}', 'r-1']);
		const [request] = server.requests;
		assert.deepEqual([request?.method, request?.url, sent?.toString()], ['POST', '/kling/v1/videos/text2video', '{"prompt":"a fox"}']);
		const { authorization, accept, 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = request?.headers ?? {};
		assert.deepEqual(
			[authorization, accept, type, length, encoding],
			[`Bearer ${key}`, 'application/json', 'application/json', '18', undefined],
		);
		assert.equal(request?.headers.connection, 'close');
		await server.disconnected();
	});

	it('sends a large body whole, no faster than it is read', async () => {
		const large = Buffer.alloc(8 * 1024 * 1024, 'kling');
		const { chunks, pulled } = source(large);
		let digest = '';
		let pulledBeforeReading = 0;
		server.respond = (request, response) =>
			// Nothing is read until the buffers between are full.
			void soon('no progress', async () => {
				const before = pulled();
				await new Promise((resolve) => setTimeout(resolve, 50));
				return before > 0 && before === pulled();
			})
				.then(() => (pulledBeforeReading = pulled()))
				.then(() => received(request))
				.then((bytes) => {
					digest = createHash('sha256').update(bytes).digest('hex');
					response.end('{}');
				});
		assert.equal((await post(server.origin, { chunks, length: large.length }, large)).kind, 'response');
		assert.equal(digest, createHash('sha256').update(large).digest('hex'));
		assert.ok(pulledBeforeReading < 128, `${pulledBeforeReading} of 128 chunks were read before the server read any`);
	});

	it('follows no redirect and retries nothing', async () => {
		for (const status of [301, 302, 303, 307, 308, 429, 500, 503]) {
			server.respond = onceRead((_request, response) => response.writeHead(status, { Location: '/elsewhere' }).end());
			const reply = await post(`${server.origin}/`);
			assert.ok(reply.kind === 'response');
			assert.equal(reply.response.status, status);
		}
		assert.deepEqual(
			server.requests.map(({ url }) => url),
			['/', '/', '/', '/', '/', '/', '/', '/'],
		);
	});

	it('takes an early response for the response, although the body is not read', async () => {
		server.respond = (_request, response) => response.writeHead(401).end('{"code":1002}');
		const large = Buffer.alloc(8 * 1024 * 1024, 'x');
		const reply = await post(server.origin, {}, large);
		assert.ok(reply.kind === 'response', JSON.stringify(reply));
		assert.deepEqual([reply.response.status, reply.response.body], [401, '{"code":1002}']);
		await server.disconnected();
	});

	it('decompresses what it did not ask for', async () => {
		server.respond = onceRead((_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('{"a":1}')));
		const reply = await post(server.origin);
		assert.ok(reply.kind === 'response');
		assert.equal(reply.response.body, '{"a":1}');
		assert.equal(server.requests[0]?.headers['accept-encoding'], 'identity');
	});

	it('waits 120 s, and for the body at 250 KB/s', () => {
		assert.deepEqual([createDeadlineMs(0), createDeadlineMs(250_000), createDeadlineMs(40_000_000)], [120_000, 121_000, 280_000]);
	});
});

describe('a POST of which no byte was written', () => {
	it('is one to an address without a server', async () => {
		const { origin } = server;
		await server.close();
		const { chunks, pulled } = source(body);
		const error = await failed(post(`${origin}/`, { chunks }), 'notSent');
		server = await startLoopbackServer();
		assert.deepEqual([error.kind, error.retryable, error.code], ['unreachable', true, 'ECONNREFUSED']);
		assert.equal(pulled(), 0);
	});

	for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT']) {
		it(`is one that ended with ${code}, over http and https`, async () => {
			await withAgents(
				(_options, oncreate) => {
					const socket = new Socket();
					setImmediate(() => oncreate?.(systemError(code), socket));
					return undefined;
				},
				async () => {
					for (const url of ['http://127.0.0.1:9/', 'https://kling.example/']) {
						const error = await failed(post(url, { editorNamesAgent: true }), 'notSent', url);
						assert.deepEqual([error.kind, error.code, error.message], ['unreachable', code, `connect ${code} 192.0.2.1:443`]);
					}
				},
			);
		});
	}

	it('is one whose proxy cannot be reached, without the proxy’s password', async () => {
		await withAgents(
			() => {
				throw new Error('Failed to establish a socket connection to proxies: PROXY office:let-me-out@127.0.0.1:1');
			},
			async () => {
				const error = await failed(post('https://kling.example/', { editorNamesAgent: true }), 'notSent');
				assert.deepEqual([error.code, error.message], [undefined, 'Failed to establish a socket connection to proxies: PROXY 127.0.0.1:1']);
			},
		);
	});

	it('is one whose proxy refuses to connect to the API', async () => {
		for (const [status, code] of [
			['407 Proxy Authentication Required', 'HTTP 407'],
			['403 Forbidden', 'HTTP 403'],
		] as const) {
			let sent = 0;
			await withAgents(
				() => {
					// As agents for proxies do: in place of the tunnel they give the proxy's own response.
					const socket = new Socket({ writable: false });
					socket.readable = true;
					socket.write = () => {
						sent++;
						return true;
					};
					setTimeout(() => {
						socket.push(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nno`);
						socket.push(null);
					}, 20);
					return socket;
				},
				async () => {
					const error = await failed(post('https://kling.example/', { editorNamesAgent: true }), 'notSent', status);
					assert.deepEqual([error.kind, error.code, error.message], ['unreachable', code, status.slice(4)]);
				},
			);
			assert.equal(sent, 0);
		}
	});

	it('is one for which no connection is open in time', async () => {
		const started = Date.now();
		await withAgents(
			() => undefined,
			async () => {
				const error = await failed(post('https://kling.example/', { editorNamesAgent: true, openMs: 100 }), 'notSent');
				assert.deepEqual([error.kind, error.code], ['unreachable', 'ETIMEDOUT']);
			},
		);
		assert.ok(Date.now() - started < 5_000);
	});

	it('is one whose server never finishes the TLS handshake', async () => {
		let bytes = 0;
		const silent = await listening(
			createTcpServer((socket) => void socket.on('error', () => undefined).on('data', (data) => (bytes += data.length))),
		);
		const { chunks, pulled } = source(body);
		const error = await failed(post(`https://127.0.0.1:${silent.port}/`, { deadlineMs: 300, chunks }), 'notSent');
		assert.deepEqual([error.code, pulled()], ['ETIMEDOUT', 0]);
		await silent.close();
		assert.ok(bytes > 0, 'the handshake was started');
	});

	it('is one whose server ends the TLS handshake, or speaks no TLS', async () => {
		for (const handle of [(socket: Socket) => socket.resetAndDestroy(), (socket: Socket) => socket.end('SSH-2.0-not-http\r\n')]) {
			const rude = await listening(createTcpServer((socket) => void handle(socket.on('error', () => undefined).resume())));
			const error = await failed(post(`https://127.0.0.1:${rude.port}/`), 'notSent');
			assert.equal(error.kind, 'unreachable');
			await rude.close();
		}
	});

	it('is one to a server whose certificate nobody has signed', async () => {
		const requests: string[] = [];
		const stranger = https.createServer(selfSigned, (request, response) => {
			requests.push(request.method ?? '');
			response.end();
		});
		const { port, close } = await listening(stranger);
		const { chunks, pulled } = source(body);
		const error = await failed(post(`https://127.0.0.1:${port}/`, { chunks }), 'notSent');
		assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
		assert.deepEqual([requests, pulled()], [[], 0]);
		await close();
	});

	it('is one to an address that gets no key, or with a key that is no header', async () => {
		for (const url of ['http://api.example/', 'ftp://127.0.0.1/', 'no url', '']) {
			assert.deepEqual(
				await failed(post(url), 'notSent', url),
				{ kind: 'badRequest', retryable: false, code: 'ERR_INVALID_URL', message: 'Invalid URL' },
				url,
			);
		}
		const error = await failed(post(server.origin, { apiKey: 'sk-canary\nInjected: 1' }), 'notSent');
		assert.deepEqual([error.kind, error.code], ['auth', 'ERR_INVALID_CHAR']);
		assert.equal(server.requests.length, 0);
	});

	it('is one that was aborted before: the signal’s reason is thrown', async () => {
		const reason = new Error('closing');
		await assert.rejects(post(server.origin, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
		const waiting = new AbortController();
		await withAgents(
			() => {
				setImmediate(() => waiting.abort(reason));
				return undefined;
			},
			async () => {
				const sent = post('https://kling.example/', { editorNamesAgent: true, signal: waiting.signal });
				await assert.rejects(sent, (error) => error === reason);
			},
		);
		assert.equal(server.requests.length, 0);
	});
});

describe('a POST that may have been received', () => {
	const moments: readonly (readonly [what: string, respond: LoopbackServer['respond'], code: RegExp])[] = [
		['reset after the headers', (request) => request.socket.resetAndDestroy(), /^(?:ECONNRESET|EPIPE)$/],
		['reset after the body', onceRead((request) => request.socket.resetAndDestroy()), /^ECONNRESET$/],
		['closed after the body', onceRead((request) => request.socket.destroySoon()), /^ECONNRESET$/],
		[
			'reset within the response',
			onceRead((request, response) => {
				response.writeHead(200, { 'Content-Length': 100 });
				response.write('{"code":0', () => request.socket.resetAndDestroy());
			}),
			/^ECONNRESET$/,
		],
		[
			'closed within the response',
			onceRead((_request, response) => {
				response.writeHead(200, { 'Content-Length': 100 });
				response.write('{"code":0', () => response.destroy());
			}),
			/^ECONNRESET$/,
		],
		['closed within the headers', onceRead((request) => request.socket.end('HTTP/1.1 200 OK\r\nContent-')), /^(?:ECONNRESET|HPE_\w+)$/],
		['met by no HTTP', onceRead((request) => request.socket.end('SSH-2.0-not-http\r\n')), /^HPE_/],
	];
	for (const [what, respond, code] of moments) {
		it(`is one that is ${what}`, async () => {
			server.respond = respond;
			const error = await failed(post(server.origin), 'lost', what);
			assert.equal(error.kind, 'unreachable');
			assert.match(error.code ?? '', code);
			assert.equal(server.requests.length, 1);
		});
	}

	it('is one that is not responded to by the deadline: at all, whole, or while its body is read', async () => {
		const handlers: readonly (readonly [LoopbackServer['respond'], typeof body])[] = [
			[onceRead(() => undefined), body],
			[onceRead((_request, response) => response.writeHead(200, { 'Content-Length': 9 }).write('half')), body],
			[() => undefined, Buffer.alloc(32 * 1024 * 1024, 'x')],
		];
		for (const [respond, bytes] of handlers) {
			server.respond = respond;
			const error = await failed(post(server.origin, { deadlineMs: 300 }, bytes), 'lost');
			assert.deepEqual([error.kind, error.code], ['unreachable', 'ETIMEDOUT']);
		}
	});

	it('is one that is aborted after the first byte: nothing is thrown', async () => {
		const ending = new AbortController();
		server.respond = onceRead(() => ending.abort(new Error('closing')));
		const error = await failed(post(server.origin, { signal: ending.signal }), 'lost');
		assert.equal(error.code, 'ABORT_ERR');
		await server.disconnected();
	});

	it('is one whose body turns out shorter, longer or unreadable; the server never has it whole', async () => {
		async function* broken(): AsyncGenerator<Uint8Array> {
			yield await Promise.resolve(body.subarray(0, 5));
			throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
		}
		let whole = 0;
		server.respond = (request) =>
			void received(request).then(
				() => whole++,
				() => undefined,
			);
		assert.equal((await failed(post(server.origin, { length: body.length + 1 }), 'lost')).code, 'ERR_BODY_LENGTH');
		assert.equal((await failed(post(server.origin, { length: body.length - 1 }), 'lost')).code, 'ERR_BODY_LENGTH');
		assert.equal((await failed(post(server.origin, { chunks: broken() }), 'lost')).code, 'ENOENT');
		await server.disconnected();
		assert.equal(whole, 0);
	});

	it('is one whose response is too large or garbled', async () => {
		server.respond = onceRead((_request, response) => response.end('x'.repeat(2000)));
		const large = await failed(post(server.origin, { maxBytes: 1000 }), 'lost');
		assert.deepEqual([large.kind, large.code], ['malformed', 'max-size']);
		server.respond = onceRead((_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not gzip'));
		assert.equal((await failed(post(server.origin), 'lost')).kind, 'malformed');
	});
});

describe('a POST over https', () => {
	it('is sent once the certificate is accepted', async () => {
		const trusted = getCACertificates('default');
		setDefaultCACertificates([...trusted, authority]);
		const bodies: string[] = [];
		const secure = https.createServer(
			signed,
			(request, response) =>
				void received(request).then((bytes) => {
					bodies.push(bytes.toString());
					response.end('{"code":0}');
				}),
		);
		const { port, close } = await listening(secure);
		try {
			const reply = await post(`https://127.0.0.1:${port}/`);
			assert.ok(reply.kind === 'response', JSON.stringify(reply));
			assert.deepEqual([reply.response.body, bodies], ['{"code":0}', ['{"prompt":"a fox"}']]);
		} finally {
			setDefaultCACertificates(trusted);
			await close();
		}
	});
});
