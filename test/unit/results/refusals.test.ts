// The meaning of a refused link, and which hosts get a second request with the key.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { DownloadOutcome } from '../../../src/results/download';
import { download } from '../../../src/results/download';
import { refusalOf, type Refusal } from '../../../src/results/linkWords';
import { authority, signed } from '../../support/certificates';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';

const never = new AbortController().signal;

describe('the meaning of a refusal', () => {
	const elsewhere: readonly (readonly [status: number, words: string, meaning: Refusal])[] = [
		[400, '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>', 'expired'],
		[
			403,
			'<Error><Code>AccessDenied</Code><Message>Request has expired.</Message><Expires>2026-01-01T00:00:00.000Z</Expires></Error>',
			'expired',
		],
		[
			400,
			'<Code>ExpiredToken</Code><Message>The provided token has expired.</Message><Details>Request signature expired at: 2026-01-01T00:00:00+00:00</Details>',
			'expired',
		],
		[
			403,
			'AuthenticationFailed Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly. Signature not valid in the specified time frame: Start - Expiry',
			'expired',
		],
		[403, '<Code>AccessDenied</Code><Message>Access Denied</Message>', 'expired'],
		[200, '{"code":403,"message":"The link has expired"}', 'expired'],
		[200, 'URL signature expired', 'expired'],
		[401, 'expired timestamp', 'expired'],
		[400, '{"msg":"链接已过期"}', 'expired'],
		[400, '簽名已過期', 'expired'],
		[403, '签名已失效', 'expired'],
		[400, '<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>', 'expired'],
		[400, 'This video is no longer available', 'expired'],
		[403, '', 'expired'],
		[404, '', 'expired'],
		[410, 'Gone', 'expired'],
		[
			403,
			'<Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message>',
			'other',
		],
		[403, '<Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message>', 'other'],
		[403, 'Hotlinking is not allowed', 'other'],
		[400, 'Bad Request', 'other'],
		[500, 'the token has expired', 'other'],
		[503, 'Request has expired', 'other'],
		[429, 'quota expired', 'other'],
		[200, 'video will expire soon', 'other'],
		[401, '', 'wantsKey'],
		[401, '{"error":{"message":"Invalid token","type":"new_api_error"}}', 'wantsKey'],
		[403, '{"error":{"message":"No API key provided"}}', 'wantsKey'],
		[200, '{"message":"Unauthorized"}', 'wantsKey'],
		[400, 'Missing Authorization header', 'wantsKey'],
		[403, '未提供令牌', 'wantsKey'],
		[404, 'Invalid token', 'expired'],
	];
	for (const [status, words, meaning] of elsewhere) {
		it(`of ${status} "${words.slice(0, 60)}" is "${meaning}"`, () => assert.equal(refusalOf(status, words, false), meaning));
	}

	it("of an expired token is that of the key, where the task's own API refuses", () => {
		assert.equal(refusalOf(401, 'The access token has expired', true), 'wantsKey');
		assert.equal(refusalOf(401, 'The access token has expired', false), 'expired');
		assert.equal(refusalOf(403, 'Request has expired', true), 'expired');
	});
});

describe('a link that requires a key', () => {
	const apiKey = 'sk-canary-0123456789';
	const movie = Buffer.from('\0\0\0\x18ftypisom and more', 'latin1');
	let server: LoopbackServer;
	let folder: string;
	let keyReads: number;
	beforeEach(async () => {
		server = await startLoopbackServer();
		folder = await mkdtemp(join(tmpdir(), 'keys-'));
		keyReads = 0;
	});
	afterEach(async () => {
		await server.close();
		await rm(folder, { recursive: true });
	});
	const save = (key: string | undefined, taskOrigin = `${server.origin}/base`): Promise<DownloadOutcome> =>
		download({
			url: `${server.origin}/v1/videos/7/content`,
			target: join(folder, 'a.mp4'),
			taskOrigin,
			signal: never,
			apiKey: () => {
				keyReads++;
				return Promise.resolve(key);
			},
		});
	const refuse = (status: number, body: string): void => {
		server.respond = (request, response) => {
			if (request.headers.authorization === `Bearer ${apiKey}`) {
				response.end(movie);
			} else {
				response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
			}
		};
	};

	const refusals: readonly (readonly [status: number, body: string])[] = [
		[401, '{"error":{"message":"Invalid token","type":"new_api_error"}}'],
		[401, ''],
		[403, '{"message":"no api key"}'],
		[200, '{"error":{"message":"Unauthorized"}}'],
	];
	for (const [status, body] of refusals) {
		it(`is requested once more with the key when the task's own API responds with ${status} ${body}`, async () => {
			refuse(status, body);
			assert.deepEqual(await save(apiKey), { ok: true });
			assert.ok((await readFile(join(folder, 'a.mp4'))).equals(movie));
			assert.deepEqual(
				server.requests.map(({ headers }) => headers.authorization),
				[undefined, `Bearer ${apiKey}`],
			);
		});
	}

	it('is not requested again when the key is rejected too, and the message does not contain the key', async () => {
		server.respond = (request, response) =>
			response.writeHead(401).end(JSON.stringify({ message: `Invalid token: ${request.headers.authorization ?? 'none'}` }));
		assert.deepEqual(await save(apiKey), {
			ok: false,
			problem: { kind: 'wantsKey', why: 'refused', httpStatus: 401, message: 'Invalid token: Bearer [API key]' },
		});
		assert.equal(server.requests.length, 2);
		assert.deepEqual(await readdir(folder), []);
	});

	it('has no part of the key in its message, wherever a text is cut', async () => {
		for (const [spaces, letters] of [
			[0, 175],
			[0, 180],
			[0, 185],
			[16_350, 3],
			[16_360, 3],
			[16_365, 3],
		] as const) {
			server.respond = (request, response) =>
				response
					.writeHead(401)
					.end(`${' '.repeat(spaces)}${'x'.repeat(letters)} ${request.headers.authorization ?? ''} and more ${'y'.repeat(500)}`);
			const outcome = await save(apiKey);
			assert.ok(!outcome.ok && outcome.problem.kind === 'wantsKey');
			assert.doesNotMatch(outcome.problem.message ?? '', /sk-|canary/, String([spaces, letters]));
		}
	});

	it('is not requested again without a key', async () => {
		refuse(401, '');
		assert.deepEqual(await save(undefined), { ok: false, problem: { kind: 'wantsKey', why: 'noKey', httpStatus: 401 } });
		assert.deepEqual([server.requests.length, keyReads], [1, 1]);
	});

	it('gets no key, and none is read from the store, when it delivers the file without, or refuses for another reason', async () => {
		server.respond = (_request, response) => response.end(movie);
		assert.ok((await save(apiKey)).ok);
		for (const [status, body] of [
			[403, 'Request has expired'],
			[404, ''],
			[500, 'Invalid token'],
			[200, 'upstream timed out'],
		] as const) {
			refuse(status, body);
			assert.ok(!(await save(apiKey)).ok);
		}
		assert.deepEqual([server.requests.filter(({ headers }) => headers.authorization !== undefined).length, keyReads], [0, 0]);
	});

	describe('and redirects', () => {
		const trusted = getCACertificates('default');
		let cdn: https.Server;
		let cdnOrigin: string;
		/** Every request at either host, with whether it had the key. */
		let hops: string[];
		beforeEach(async () => {
			setDefaultCACertificates([...trusted, authority]);
			hops = [];
			cdn = https.createServer(signed, (request, response) => {
				hops.push(`cdn${request.url ?? ''}${request.headers.authorization === undefined ? '' : ' with the key'}`);
				if (request.url === '/back') {
					response.writeHead(302, { Location: `${server.origin}/locked` }).end();
				} else if (request.url === '/locked') {
					response.writeHead(401).end('{"message":"Invalid token"}');
				} else {
					response.end(movie);
				}
			});
			cdn.listen(0, '127.0.0.1');
			await once(cdn, 'listening');
			const address = cdn.address();
			assert.ok(address !== null && typeof address !== 'string');
			cdnOrigin = `https://127.0.0.1:${String(address.port)}`;
		});
		afterEach(() => {
			setDefaultCACertificates(trusted);
			cdn.closeAllConnections();
			cdn.close();
		});

		/** Where a path of the task's API leads, without and with the key; a number is a status, `file` the file. */
		type Ways = Readonly<Record<string, readonly [without: number | string, withKey: number | string]>>;
		const saved = { ok: true };
		const refusedWith = (why: string, httpStatus = 401): unknown => ({ ok: false, problem: { kind: 'wantsKey', why, httpStatus } });
		const rows: readonly (readonly [title: string, ways: Ways, hops: readonly string[], outcome: unknown])[] = [
			['a link that leads on to a file elsewhere', { '/a': [401, 'cdn/file'] }, ['/a', '/a with the key', 'cdn/file'], saved],
			['a link that leads on to a file here', { '/a': [401, '/b'], '/b': ['file', 'file'] }, ['/a', '/a with the key', '/b'], saved],
			['a link that leads on to one that requires it', { '/a': ['/b', '/b'], '/b': [401, 'file'] }, ['/a', '/b', '/b with the key'], saved],
			[
				'each of two links that require it',
				{ '/a': [401, '/b'], '/b': [403, 'file'] },
				['/a', '/a with the key', '/b', '/b with the key'],
				saved,
			],
			[
				'a link that refuses without words, which may as well have expired',
				{ '/a': [403, 403] },
				['/a', '/a with the key'],
				{ ok: false, problem: { kind: 'expired', httpStatus: 403 } },
			],
			[
				'each of two links that say so',
				{ '/a': [401, '/a/'], '/a/': [401, 'file'] },
				['/a', '/a with the key', '/a/', '/a/ with the key'],
				saved,
			],
			[
				'three links that lead on, and no more',
				{ '/a': [401, '/b'], '/b': [401, '/c'], '/c': [401, '/d'], '/d': [401, 'file'] },
				['/a', '/a with the key', '/b', '/b with the key', '/c', '/c with the key', '/d'],
				refusedWith('refused'),
			],
			['a link once, if that refuses the key', { '/a': [401, 401] }, ['/a', '/a with the key'], refusedWith('refused')],
			[
				'no link that another host leads to',
				{ '/a': ['cdn/back', 'cdn/back'], '/locked': [401, 'file'] },
				['/a', 'cdn/back', '/locked'],
				refusedWith('elsewhere'),
			],
			[
				'no link that another host leads to, after the key was sent',
				{ '/a': [401, 'cdn/back'], '/locked': [401, 'file'] },
				['/a', '/a with the key', 'cdn/back', '/locked'],
				refusedWith('elsewhere'),
			],
			[
				'no other host that requires one',
				{ '/a': [401, 'cdn/locked'] },
				['/a', '/a with the key', 'cdn/locked'],
				{ ok: false, problem: { kind: 'wantsKey', why: 'elsewhere', httpStatus: 401, message: 'Invalid token' } },
			],
			['no link that delivers without', { '/a': ['file', 'file'] }, ['/a'], saved],
			['no link that is gone', { '/a': [410, 'file'] }, ['/a'], { ok: false, problem: { kind: 'expired', httpStatus: 410 } }],
			['no link that is busy', { '/a': [429, 'file'] }, ['/a'], { ok: false, problem: { kind: 'server', httpStatus: 429 } }],
			[
				'no link that leads to http:',
				{ '/a': [401, 'http://127.0.0.1:1/b'] },
				['/a', '/a with the key'],
				{ ok: false, problem: { kind: 'linkRefused' } },
			],
		];
		for (const [title, ways, expected, outcome] of rows) {
			it(`send it to ${title}`, async () => {
				server.respond = (request, response) => {
					const withKey = request.headers.authorization === `Bearer ${apiKey}`;
					hops.push(`${request.url ?? ''}${withKey ? ' with the key' : ''}`);
					const way = ways[request.url ?? '']?.[withKey ? 1 : 0] ?? 500;
					if (way === 'file') {
						response.end(movie);
					} else if (typeof way === 'number') {
						response.writeHead(way).end();
					} else {
						response.writeHead(302, { Location: way.replace(/^cdn/, cdnOrigin) }).end();
					}
				};
				const settled = await download({
					url: `${server.origin}/a`,
					target: join(folder, 'a.mp4'),
					taskOrigin: server.origin,
					signal: never,
					apiKey: () => Promise.resolve(apiKey),
				});
				assert.deepEqual([settled, hops], [outcome, expected]);
			});
		}
	});

	it('is not requested where there is none: a check may give it, as after one that has expired', async () => {
		const settled = await download({ url: '', target: join(folder, 'a.mp4'), taskOrigin: server.origin, signal: never });
		assert.deepEqual([settled, server.requests.length], [{ ok: false, problem: { kind: 'expired', httpStatus: 404 } }, 0]);
	});

	it("gets no key when another host refuses, even after a redirect from the task's API", async () => {
		const trusted = getCACertificates('default');
		setDefaultCACertificates([...trusted, authority]);
		const keysAtCdn: (string | undefined)[] = [];
		const cdn = https.createServer(signed, (request, response) => {
			keysAtCdn.push(request.headers.authorization);
			response.writeHead(401).end('{"message":"Invalid token"}');
		});
		cdn.listen(0, '127.0.0.1');
		await once(cdn, 'listening');
		const address = cdn.address();
		assert.ok(address !== null && typeof address !== 'string');
		const url = `https://127.0.0.1:${String(address.port)}/a.mp4`;
		const problem = { kind: 'wantsKey', why: 'elsewhere', httpStatus: 401, message: 'Invalid token' };
		try {
			server.respond = (_request, response) => response.writeHead(302, { Location: url }).end();
			assert.deepEqual(await save(apiKey), { ok: false, problem });
			assert.deepEqual(await save(apiKey, 'http://127.0.0.1:1'), { ok: false, problem: { kind: 'linkRefused' } });
			assert.deepEqual([server.requests.map(({ headers }) => headers.authorization), keysAtCdn, keyReads], [[undefined], [undefined], 0]);
		} finally {
			setDefaultCACertificates(trusted);
			cdn.close();
		}
	});
});
