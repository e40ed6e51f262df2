// A part of a result that is on the disk is continued, or the file starts anew.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Resume } from '../../../src/results/continuing';
import { validatorOf } from '../../../src/results/continuing';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';
import { readAll, type Read } from './reads';

const file = `\0\0\0\x18ftypisom\0\0\x02\0isommp41${'0123456789'.repeat(4)}`;
const other = `\0\0\0\x18ftypisom\0\0\x02\0isommp42${'abcdefghij'.repeat(4)}`;
const tag = '"v1"';
const at = 30;
const resume: Resume = { at, validator: tag, total: 64, head: Buffer.from(file.slice(0, at), 'latin1') };
const rest = file.slice(at);

describe('a part of a result', () => {
	let server: LoopbackServer;
	beforeEach(async () => {
		server = await startLoopbackServer();
	});
	afterEach(() => server.close());
	const read = (part: Resume): Promise<Read> =>
		readAll({
			url: `${server.origin}/a.mp4`,
			taskOrigin: server.origin,
			signal: AbortSignal.timeout(20_000),
			stallMs: 10_000,
			resume: part,
			expected: 'video',
		});
	const requested = (): readonly (readonly [range: string | undefined, ifRange: string | string[] | undefined])[] =>
		server.requests.map(({ headers }) => [headers.range, headers['if-range']]);

	type Sends = (request: IncomingMessage, response: ServerResponse) => void;
	const send =
		(status: number, headers: Readonly<Record<string, string>>, body = ''): Sends =>
		(_request, response) =>
			response.writeHead(status, headers).end(Buffer.from(body, 'latin1'));
	/** What is sent for a range, and for the whole file. */
	const both =
		(ranged: Sends, whole: Sends): Sends =>
		(request, response) =>
			(request.headers.range === undefined ? whole : ranged)(request, response);
	const whole = send(200, { ETag: tag, 'Content-Length': '64' }, file);
	/** @param changes headers; an empty one is left out */
	const part = (changes: Readonly<Record<string, string>>, body = rest): Sends => {
		const headers = { ETag: tag, 'Content-Range': 'bytes 30-63/64', 'Content-Length': String(body.length), ...changes };
		return both(send(206, Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')), body), whole);
	};

	const continued: Read = { format: 'mp4', start: 30, body: rest, total: 64, validator: tag };
	const anew: Read = { format: 'mp4', start: 0, body: file, total: 64, validator: tag };
	const rows: readonly (readonly [
		title: string,
		sends: Sends,
		outcome: Read,
		requests: number,
		part?: { readonly [Field in keyof Resume]?: Resume[Field] | undefined },
	])[] = [
		['is continued where the range is sent', part({}), continued, 1],
		['is continued where nothing is said of the file again', part({ ETag: '' }), continued, 1],
		[
			'is continued by a date',
			part({ ETag: '', 'Last-Modified': 'Sat, 03 Jan 2026 08:00:00 GMT' }),
			{ ...continued, validator: 'Sat, 03 Jan 2026 08:00:00 GMT' },
			1,
			{ validator: 'Sat, 03 Jan 2026 08:00:00 GMT' },
		],
		[
			'is continued, with the digest of the whole file and not that of the rest',
			part({ 'Repr-Digest': 'sha-256=:qr0grg7Skv7Se9f25eVy1TC4jJbxlIVbnogG6XbrLjY=:', 'Content-MD5': 'WxUI8hnrs9Bon7DecoEkSg==' }),
			{
				...continued,
				digests: [{ algorithm: 'sha256', expected: 'aabd20ae0ed292fed27bd7f6e5e572d530b88c96f194855b9e8806e976eb2e36' }],
			},
			1,
		],
		['is continued where its total was not known', part({}), continued, 1, { total: undefined }],
		[
			'is continued as far as a server sends it, and is then known to end early',
			part({ 'Content-Range': 'bytes 30-39/64' }, rest.slice(0, 10)),
			{ problem: { kind: 'truncated', received: 40, total: 64 }, received: 10 },
			1,
		],
		[
			'is continued, and is known to be longer than its range says',
			(_request, response) => {
				response.writeHead(206, { ETag: tag, 'Content-Range': 'bytes 30-63/64' });
				response.end(`${rest}more`);
			},
			{ problem: { kind: 'overlong' }, received: 0 },
			1,
		],
		['starts anew where the range is ignored', whole, anew, 1],
		[
			'starts anew where the file has changed, which the server says by sending it',
			send(200, { ETag: '"v2"', 'Content-Length': '64' }, other),
			{ format: 'mp4', start: 0, body: other, total: 64, validator: '"v2"' },
			1,
		],
		['starts anew where the rest is of another file', part({ ETag: '"v2"' }), anew, 2],
		['starts anew where the rest is of a weakly similar file', part({ ETag: 'W/"v1"' }), anew, 2],
		[
			'starts anew where the rest is of another date',
			part({ ETag: '', 'Last-Modified': 'Sat, 03 Jan 2026 08:00:01 GMT' }),
			{ format: 'mp4', start: 0, body: file, total: 64, validator: tag },
			2,
			{ validator: 'Sat, 03 Jan 2026 08:00:00 GMT' },
		],
		['starts anew where the file has another length', part({ 'Content-Range': 'bytes 30-63/70' }), anew, 2],
		['starts anew where another range is sent', part({ 'Content-Range': 'bytes 0-63/64' }, file), anew, 2],
		['starts anew where a range is sent that begins later', part({ 'Content-Range': 'bytes 31-63/64' }, rest.slice(1)), anew, 2],
		['starts anew where the file’s length is not said', part({ 'Content-Range': 'bytes 30-63/*' }), anew, 2],
		['starts anew where the range is not said', part({ 'Content-Range': '' }), anew, 2],
		['starts anew where the range makes no sense', part({ 'Content-Range': 'bytes 30-64/64' }), anew, 2],
		['starts anew where the range is not as long as it says', part({ 'Content-Range': 'bytes 30-62/64' }), anew, 2],
		[
			'starts anew where several ranges are sent',
			part({ 'Content-Type': 'multipart/byteranges; boundary=b', 'Content-Range': '' }),
			anew,
			2,
		],
		['starts anew where the rest is encoded', part({ 'Content-Encoding': 'gzip' }), anew, 2],
		['starts anew where there is no such range', both(send(416, { 'Content-Range': 'bytes */20' }), whole), anew, 2],
		['starts anew where there is no such range, and no length is said', both(send(416, {}), whole), anew, 2],
		[
			'starts anew where nothing follows of another file',
			both(send(416, { 'Content-Range': 'bytes */64', ETag: '"v2"' }), whole),
			anew,
			2,
			{ at: 64 },
		],
		['starts anew where nothing follows, though the file was longer', both(send(416, { 'Content-Range': 'bytes */30' }), whole), anew, 2],
		[
			'starts anew where nothing follows, though its last byte was requested too',
			both(send(416, { 'Content-Range': 'bytes */64', ETag: tag }), whole),
			anew,
			2,
			{ at: 64, total: undefined },
		],
		['starts anew without asking for the rest, if its validator is weak', whole, anew, 1, { validator: 'W/"v1"' }],
		['starts anew without asking for the rest, if its validator is no header', whole, anew, 1, { validator: '"v1"\r\nCookie: a=b' }],
		['starts anew without asking for the rest, if it is empty', whole, anew, 1, { at: 0, head: Buffer.alloc(0) }],
		['starts anew without asking for the rest, if it is no media', whole, anew, 1, { head: Buffer.from('<html>') }],
		[
			'is left alone where the link has expired',
			send(403, {}, 'Request has expired'),
			{ problem: { kind: 'expired', httpStatus: 403, message: 'Request has expired' }, received: 0 },
			1,
		],
		[
			'is left alone where the host has no time',
			send(503, { 'Retry-After': '7' }),
			{ problem: { kind: 'server', httpStatus: 503, retryAfterMs: 7000 }, received: 0 },
			1,
		],
		[
			'is left alone where a page comes instead',
			send(200, {}, '<html><title>Sign in</title>'),
			{ problem: { kind: 'webPage', message: 'Sign in' }, received: 0 },
			1,
		],
		[
			'is left alone where a document comes instead of the whole file',
			both(send(416, {}), send(200, {}, '{"message":"gone"}')),
			{ problem: { kind: 'document', message: 'gone' }, received: 0 },
			2,
		],
	];
	for (const [title, sends, outcome, requests, more] of rows) {
		it(title, async () => {
			server.respond = sends;
			assert.deepEqual(await read({ ...resume, ...more } as Resume), outcome);
			const first = more?.validator ?? tag;
			const asksForRest = !title.includes('without asking');
			assert.deepEqual(
				requested(),
				[asksForRest ? [`bytes=${String(more?.at ?? 30)}-`, first] : [undefined, undefined], [undefined, undefined]].slice(0, requests),
			);
			await server.disconnected();
		});
	}

	it('is continued along redirects, and with the key where the task’s API requires it', async () => {
		server.respond = (request, response) => {
			if (request.url === '/a.mp4') {
				response.writeHead(302, { Location: '/b.mp4' }).end();
			} else if (request.headers.authorization === undefined) {
				response.writeHead(401).end();
			} else {
				part({})(request, response);
			}
		};
		const key = 'sk-canary-0123456789';
		const outcome = await readAll({
			url: `${server.origin}/a.mp4`,
			taskOrigin: server.origin,
			signal: AbortSignal.timeout(20_000),
			resume,
			apiKey: () => Promise.resolve(key),
		});
		assert.deepEqual(outcome, continued);
		assert.deepEqual(
			server.requests.map(({ url, headers }) => [url, headers.range, headers.authorization]),
			[
				['/a.mp4', 'bytes=30-', undefined],
				['/b.mp4', 'bytes=30-', undefined],
				['/b.mp4', 'bytes=30-', 'Bearer sk-canary-0123456789'],
			],
		);
	});
});

describe('what a server recognises a file by', () => {
	const date = 'Sat, 03 Jan 2026 09:00:00 GMT';
	const rows: readonly (readonly [title: string, headers: Readonly<Record<string, string>>, validator: string | undefined])[] = [
		['nothing', {}, undefined],
		['a strong ETag', { etag: '"a-1"' }, '"a-1"'],
		['an empty ETag', { etag: '""' }, '""'],
		['a weak ETag', { etag: 'W/"a-1"' }, undefined],
		['a weak ETag, whatever its date', { etag: 'W/"a-1"', 'last-modified': 'Fri, 02 Jan 2026 09:00:00 GMT', date }, undefined],
		['an ETag without quotes', { etag: 'a-1' }, undefined],
		['an ETag with a line break', { etag: '"a\n1"' }, undefined],
		['an ETag of 600 characters', { etag: `"${'a'.repeat(600)}"` }, undefined],
		['a strong ETag before its date', { etag: '"a-1"', 'last-modified': 'Fri, 02 Jan 2026 09:00:00 GMT', date }, '"a-1"'],
		['a date a day before the response', { 'last-modified': 'Fri, 02 Jan 2026 09:00:00 GMT', date }, 'Fri, 02 Jan 2026 09:00:00 GMT'],
		['a date a minute before the response', { 'last-modified': 'Sat, 03 Jan 2026 08:59:00 GMT', date }, 'Sat, 03 Jan 2026 08:59:00 GMT'],
		['a date 59 seconds before the response', { 'last-modified': 'Sat, 03 Jan 2026 08:59:01 GMT', date }, undefined],
		['a date of a response without one', { 'last-modified': 'Fri, 02 Jan 2026 09:00:00 GMT' }, undefined],
		['a date in another form', { 'last-modified': '2026-01-02T09:00:00Z', date }, undefined],
		['a strong ETag where no ranges are sent', { etag: '"a-1"', 'accept-ranges': 'none' }, undefined],
		['a strong ETag where ranges are sent', { etag: '"a-1"', 'accept-ranges': 'bytes' }, '"a-1"'],
	];
	for (const [title, headers, validator] of rows) {
		it(`${title}: ${validator ?? 'none'}`, () => assert.equal(validatorOf(headers), validator));
	}
});
