// What a result's host may do, and what comes of it: one row for each behaviour. Files and disks are elsewhere.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { MediaKind } from '../../../src/core/media';
import type { LinkProblem } from '../../../src/core/linkProblem';
import type { Resume } from '../../../src/results/continuing';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';
import { readAll, type Read } from './reads';

type Sends = (request: IncomingMessage, response: ServerResponse) => void;

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
/** 64 bytes. */
const movie = `\0\0\0\x18ftypisom\0\0\x02\0isommp41${'0123456789'.repeat(4)}`;
const picture = `\x89PNG\r\n\x1a\n\0\0\0\rIHDR${'0'.repeat(40)}`;
const sound = `ID3\x04\0\0\0\0\0\n${'0'.repeat(40)}`;
const animation = `GIF89a${'0'.repeat(40)}`;

const send =
	(status: number, headers: Readonly<Record<string, string>>, body: Buffer | string = ''): Sends =>
	(_request, response) =>
		response.writeHead(status, headers).end(typeof body === 'string' ? latin1(body) : body);
/** Writes to the connection itself, and ends it. */
const raw =
	(text: string, end: 'end' | 'resetAndDestroy' | 'none' = 'end'): Sends =>
	({ socket }) => {
		socket.write(latin1(text), () => {
			// A reset discards what is under way.
			setTimeout(() => {
				if (end !== 'none') {
					socket[end]();
				}
			}, 20);
		});
	};
const redirect = (location: string, status = 302): Sends => send(status, { Location: location });
const ok = (total?: number): Read => ({ format: 'mp4', start: 0, body: movie, ...(total !== undefined && { total }) });
const not = (problem: LinkProblem, received = 0): Read => ({ problem, received });
const stalled: LinkProblem = { kind: 'unreachable', code: 'ETIMEDOUT', message: 'ETIMEDOUT 200 ms' };

interface Row {
	readonly title: string;
	readonly sends: Sends;
	readonly outcome: Read;
	/** How many requests there are. Default 1. */
	readonly requests?: number;
	readonly expected?: MediaKind;
	readonly resume?: Resume;
	readonly maxBytes?: number;
}
const row = (title: string, sends: Sends, outcome: Read, more: Omit<Row, 'title' | 'sends' | 'outcome'> = {}): Row => ({
	title,
	sends,
	outcome,
	...more,
});
const resume: Resume = { at: 30, validator: '"v1"', total: 64, head: latin1(movie.slice(0, 30)) };
const ranged =
	(sends: Sends): Sends =>
	(request, response) =>
		(request.headers.range === undefined ? send(200, { ETag: '"v2"', 'Content-Length': '64' }, movie) : sends)(request, response);
const anew: Read = { ...ok(64), validator: '"v2"' };

const rows: readonly Row[] = [
	row('a file', send(200, { 'Content-Length': '64' }, movie), ok(64)),
	row('a file of unannounced length', raw(`HTTP/1.1 200 OK\r\n\r\n${movie}`), ok()),

	// Something else instead.
	row('a web page', send(200, {}, '<!DOCTYPE html><html><title>Sign in</title></html>'), not({ kind: 'webPage', message: 'Sign in' })),
	row(
		'a web page as a video',
		send(200, { 'Content-Type': 'video/mp4' }, '<html><body><h1>Hi</h1>'),
		not({ kind: 'webPage', message: 'Hi' }),
	),
	row('JSON', send(200, {}, '{"error":{"message":"Failed to fetch"}}'), not({ kind: 'document', message: 'Failed to fetch' })),
	row(
		'JSON of another length than announced',
		raw('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"error"'),
		not({ kind: 'truncated', received: 0, total: 99 }),
	),
	row(
		'XML',
		send(200, {}, '<?xml version="1.0"?><Error><Message>No bytes</Message></Error>'),
		not({ kind: 'document', message: 'No bytes' }),
	),
	row('JSON as a part', send(206, { 'Content-Range': 'bytes 0-15/16' }, '{"message":"no"}'), not({ kind: 'document', message: 'no' })),
	row(
		'XML with a type of document',
		send(200, {}, '<?xml version="1.0"?><!DOCTYPE Error SYSTEM "e.dtd"><Error><Message>No</Message></Error>'),
		not({ kind: 'document', message: 'No' }),
	),
	row('AVIF, which has no name that is known', send(200, {}, '\0\0\0\x1cftypavif\0\0\0\0avifmif1'), not({ kind: 'unknownFormat' }), {
		expected: 'image',
	}),
	row('text', send(200, {}, 'upstream timed out'), not({ kind: 'document', message: 'upstream timed out' })),
	row('a playlist', send(200, {}, '#EXTM3U\n#EXTINF:5,\na.ts'), not({ kind: 'playlist' })),
	row('a playlist in XML', send(200, {}, '<?xml version="1.0"?><MPD/>'), not({ kind: 'playlist' })),
	row('gzip that was not requested', send(200, { 'Content-Type': 'video/mp4' }, gzipSync(movie)), not({ kind: 'compressed' })),
	row('deflate that was not requested', send(200, {}, deflateSync(movie)), not({ kind: 'compressed' })),
	row('gzip that says what it is', send(200, { 'Content-Encoding': 'gzip', ETag: '"v1"' }, gzipSync(latin1(movie))), ok()),
	row(
		'gzip that says what it is, with the digest of what is sent',
		send(200, { 'Content-Encoding': 'gzip', 'Content-MD5': 'WxUI8hnrs9Bon7DecoEkSg==' }, gzipSync(latin1(movie))),
		ok(),
	),
	row('a file with a digest', send(200, { 'Content-Length': '64', 'Content-MD5': 'WxUI8hnrs9Bon7DecoEkSg==' }, movie), {
		...ok(64),
		digests: [{ algorithm: 'md5', expected: '5b1508f219ebb3d0689fb0de7281244a' }],
	}),
	row('Brotli that says what it is', send(200, { 'Content-Encoding': 'br' }, brotliCompressSync(latin1(movie))), ok()),
	row(
		'gzip of an error',
		send(200, { 'Content-Encoding': 'gzip' }, gzipSync('{"message":"no"}')),
		not({ kind: 'document', message: 'no' }),
	),
	row('no bytes', send(200, { 'Content-Length': '0' }), not({ kind: 'empty' })),
	row('no bytes, with a type', send(200, { 'Content-Type': 'video/mp4' }), not({ kind: 'empty' })),
	row('no content', send(204, {}), not({ kind: 'empty' })),
	row('white space', send(200, {}, ' \r\n'), not({ kind: 'empty' })),
	row('bytes of no known format', send(200, {}, '\x07\x01\x02\x03'.repeat(50)), not({ kind: 'unknownFormat' })),

	// Media of another kind.
	row('a picture instead of a video', send(200, {}, picture), not({ kind: 'wrongKind', expected: 'video', found: 'image' }), {
		expected: 'video',
	}),
	row('a sound instead of a video', send(200, {}, sound), not({ kind: 'wrongKind', expected: 'video', found: 'audio' }), {
		expected: 'video',
	}),
	row('a video instead of a picture', send(200, {}, movie), not({ kind: 'wrongKind', expected: 'image', found: 'video' }), {
		expected: 'image',
	}),
	row('a picture instead of a sound', send(200, {}, picture), not({ kind: 'wrongKind', expected: 'audio', found: 'image' }), {
		expected: 'audio',
	}),
	row('an animation instead of a video', send(200, {}, animation), not({ kind: 'wrongKind', expected: 'video', found: 'image' }), {
		expected: 'video',
	}),
	row('an animation as a picture', send(200, {}, animation), { format: 'gif', start: 0, body: animation }, { expected: 'image' }),
	row('MP4 as a sound', send(200, {}, movie), { format: 'm4a', start: 0, body: movie }, { expected: 'audio' }),
	row('a picture under an error status', send(404, { 'Content-Type': 'image/png' }, picture), not({ kind: 'expired', httpStatus: 404 })),

	// Lengths.
	row(
		'half of the announced length',
		raw(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${movie.slice(0, 32)}`),
		not({ kind: 'truncated', received: 32, total: 64 }, 32),
	),
	row(
		'half, and a reset',
		raw(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${movie.slice(0, 32)}`, 'resetAndDestroy'),
		not({ kind: 'truncated', received: 32, total: 64 }, 32),
	),
	row(
		'a reset before the response',
		({ socket }) => socket.resetAndDestroy(),
		not({ kind: 'unreachable', code: 'ECONNRESET', message: 'read ECONNRESET' }),
	),
	row(
		'an end before the response',
		({ socket }) => socket.end(),
		not({ kind: 'unreachable', code: 'ECONNRESET', message: 'socket hang up' }),
	),
	row(
		'chunks without an end',
		raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n${movie.slice(0, 32)}\r\n`),
		not({ kind: 'truncated', received: 32 }, 32),
	),
	row(
		'chunks and a reset',
		raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n${movie.slice(0, 32)}\r\n`, 'resetAndDestroy'),
		not({ kind: 'truncated', received: 32 }, 32),
	),
	row(
		'a chunk that is cut',
		raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n${movie.slice(0, 32)}`),
		not({ kind: 'truncated', received: 32 }, 32),
	),
	row(
		'an unannounced length and a reset',
		raw(`HTTP/1.1 200 OK\r\n\r\n${movie.slice(0, 32)}`, 'resetAndDestroy'),
		not({ kind: 'truncated', received: 32 }, 32),
	),
	row('more than announced', raw(`HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n${movie}`), not({ kind: 'overlong' }, 60)),
	row(
		'a length that is no number',
		raw(`HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n${movie}`),
		not({ kind: 'unreachable', code: 'HPE_INVALID_CONTENT_LENGTH', message: 'Parse Error' }),
	),
	row(
		'two lengths',
		raw(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\nContent-Length: 60\r\n\r\n${movie}`),
		not({ kind: 'unreachable', code: 'HPE_UNEXPECTED_CONTENT_LENGTH', message: 'Parse Error' }),
	),
	row(
		'a length of what is sent in chunks',
		raw(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n${movie}\r\n0\r\n\r\n`),
		not({ kind: 'unreachable', code: 'HPE_INVALID_TRANSFER_ENCODING', message: 'Parse Error' }),
	),
	row(
		'headers of 20 KB',
		raw(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(20_000)}\r\nContent-Length: 64\r\n\r\n${movie}`),
		not({ kind: 'unreachable', code: 'HPE_HEADER_OVERFLOW', message: 'Parse Error' }),
	),
	row(
		'another protocol',
		raw(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: video\r\nConnection: Upgrade\r\n\r\n${movie}`),
		not({ kind: 'unreachable', code: 'ERR_NETWORK', message: 'The connection was closed without a response' }),
	),
	row(
		'a hint before the file',
		raw(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${movie}`),
		ok(64),
	),
	row(
		'a part that was not requested',
		send(206, { 'Content-Range': 'bytes 0-63/90', 'Content-Length': '64' }, movie),
		not({ kind: 'truncated', received: 64, total: 90 }),
	),
	row('the whole file as a part', send(206, { 'Content-Range': 'bytes 0-63/64', 'Content-Length': '64' }, movie), ok(64)),
	row(
		'the whole file as a part, but cut',
		raw(`HTTP/1.1 206 OK\r\nContent-Range: bytes 0-63/64\r\n\r\n${movie.slice(0, 32)}`),
		not({ kind: 'truncated', received: 32, total: 64 }, 32),
	),
	row('more than a result may have, announced', send(200, { 'Content-Length': '64' }, movie), not({ kind: 'tooLarge', most: 63 }), {
		maxBytes: 63,
	}),
	row('as much as a result may have', send(200, { 'Content-Length': '64' }, movie), ok(64), { maxBytes: 64 }),
	row(
		'4 GiB',
		raw('HTTP/1.1 200 OK\r\nContent-Length: 4294967296\r\n\r\n' + movie),
		not({ kind: 'truncated', received: 64, total: 4_294_967_296 }, 64),
	),
	row(
		'a byte more than 4 GiB',
		raw('HTTP/1.1 200 OK\r\nContent-Length: 4294967297\r\n\r\n' + movie),
		not({ kind: 'tooLarge', most: 4_294_967_296 }),
	),
	row('bytes without end', endless, not({ kind: 'tooLarge', most: 100_000 }), { maxBytes: 100_000 }),
	row(
		'text without end',
		(_request, response) => pour(response, 'text '),
		not({ kind: 'document', message: `${'text '.repeat(39)}text…` }),
	),

	// Silence.
	row('no response', () => undefined, not(stalled)),
	row('headers that do not end', raw('HTTP/1.1 200 OK\r\nContent-Le', 'none'), not(stalled)),
	row('headers and no body', raw('HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n', 'none'), not(stalled)),
	row('half, and then nothing', raw(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${movie.slice(0, 32)}`, 'none'), not(stalled, 32)),

	// The rest of a part.
	row(
		'the whole file, though its rest was requested',
		send(200, { ETag: '"v1"', 'Content-Length': '64' }, movie),
		{ ...ok(64), validator: '"v1"' },
		{ resume },
	),
	row('another file behind the range', ranged(send(206, { ETag: '"v3"', 'Content-Range': 'bytes 30-63/64' }, movie.slice(30))), anew, {
		resume,
		requests: 2,
	}),
	row('another file, and so no range', send(200, { ETag: '"v2"', 'Content-Length': '64' }, movie), anew, { resume }),
	row('no such range', ranged(send(416, { 'Content-Range': 'bytes */10' })), anew, { resume, requests: 2 }),
	row(
		'no such range, and then a page',
		(request, response) => send(request.headers.range === undefined ? 200 : 416, {}, '<html><title>Sign in</title>')(request, response),
		not({ kind: 'webPage', message: 'Sign in' }),
		{ resume, requests: 2 },
	),
	row('no such range, always', send(416, {}), not({ kind: 'server', httpStatus: 416 }), { resume, requests: 2 }),
	row('a page instead of the rest', send(206, { 'Content-Range': 'bytes 0-5/6' }, '<html>'), not({ kind: 'webPage' }), {
		resume,
		requests: 2,
	}),
	row(
		'an expired link, though its rest was requested',
		send(403, {}, 'Request has expired'),
		not({ kind: 'expired', httpStatus: 403, message: 'Request has expired' }),
		{ resume },
	),

	// Refusals.
	row(
		'400 that has expired',
		send(400, {}, '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>'),
		not({ kind: 'expired', httpStatus: 400, message: 'Request has expired' }),
	),
	row('400', send(400, {}, '{"message":"Bad request"}'), not({ kind: 'server', httpStatus: 400, message: 'Bad request' })),
	row('403', send(403, {}), not({ kind: 'expired', httpStatus: 403 })),
	row(
		'403 for another reason',
		send(403, {}, '<Code>SignatureDoesNotMatch</Code>'),
		not({ kind: 'server', httpStatus: 403, message: 'SignatureDoesNotMatch' }),
	),
	row(
		'404',
		send(404, {}, '<html><title>404 Not Found</title></html>'),
		not({ kind: 'expired', httpStatus: 404, message: '404 Not Found' }),
	),
	row('410', send(410, {}, 'Gone'), not({ kind: 'expired', httpStatus: 410, message: 'Gone' })),
	row(
		'401',
		send(401, {}, '{"error":{"message":"Invalid token"}}'),
		not({ kind: 'wantsKey', why: 'noKey', httpStatus: 401, message: 'Invalid token' }),
	),
	row('429', send(429, {}, 'slow down'), not({ kind: 'server', httpStatus: 429, message: 'slow down' })),
	row('429 for seconds', send(429, { 'Retry-After': '120' }), not({ kind: 'server', httpStatus: 429, retryAfterMs: 120_000 })),
	row('429 for a week', send(429, { 'Retry-After': '604800' }), not({ kind: 'server', httpStatus: 429, retryAfterMs: 3_600_000 })),
	row('429 for a day', send(429, { 'Retry-After': '86400' }), not({ kind: 'server', httpStatus: 429, retryAfterMs: 3_600_000 })),
	row('429 for no number', send(429, { 'Retry-After': 'soon' }), not({ kind: 'server', httpStatus: 429 })),
	row('429 for a negative time', send(429, { 'Retry-After': '-5' }), not({ kind: 'server', httpStatus: 429 })),
	row(
		'503 until a date',
		send(503, { Date: 'Sat, 03 Jan 2026 09:00:00 GMT', 'Retry-After': 'Sat, 03 Jan 2026 09:01:30 GMT' }),
		not({ kind: 'server', httpStatus: 503, retryAfterMs: 90_000 }),
	),
	row(
		'503 until a date that is over',
		send(503, { Date: 'Sat, 03 Jan 2026 09:00:00 GMT', 'Retry-After': 'Sat, 03 Jan 2026 08:59:00 GMT' }),
		not({ kind: 'server', httpStatus: 503 }),
	),
	row('500', send(500, {}, 'oops'), not({ kind: 'server', httpStatus: 500, message: 'oops' })),
	row(
		'502 with a page',
		send(502, {}, '<html><title>502 Bad Gateway</title>'),
		not({ kind: 'server', httpStatus: 502, message: '502 Bad Gateway' }),
	),
	row(
		'503 that speaks of an expiry',
		send(503, {}, 'Request has expired'),
		not({ kind: 'server', httpStatus: 503, message: 'Request has expired' }),
	),
	row('504 with a video', send(504, {}, movie), not({ kind: 'server', httpStatus: 504 })),
	row('300 with choices', send(300, {}, 'choose'), not({ kind: 'server', httpStatus: 300, message: 'choose' })),
	row('no HTTP', raw('SSH-2.0-not-http\r\n'), not({ kind: 'unreachable', code: 'HPE_INVALID_CONSTANT', message: 'Parse Error' })),

	// Redirects.
	row('a redirect to itself', redirect('/a.mp4'), not({ kind: 'tooManyRedirects' }), { requests: 6 }),
	row(
		'a redirect that goes on and on',
		(request, response) => redirect(`${request.url ?? ''}x`)(request, response),
		not({ kind: 'tooManyRedirects' }),
		{ requests: 6 },
	),
	row(
		'five redirects',
		(request, response) => ((request.url ?? '').length < 11 ? redirect(`${request.url ?? ''}x`) : send(200, {}, movie))(request, response),
		ok(),
		{ requests: 6 },
	),
	row('a redirect to http:', redirect('http://media.example/a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect to http: on this machine', redirect('http://127.0.0.1:1/a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect to a file', redirect('file:///etc/hostname', 307), not({ kind: 'linkRefused' })),
	row('a redirect to data', redirect('data:video/mp4;base64,AAAA', 308), not({ kind: 'linkRefused' })),
	row('a redirect to a private address', redirect('https://10.0.0.1/a.mp4', 301), not({ kind: 'linkRefused' })),
	row('a redirect to a private address in one number', redirect('https://3232235777/a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect to the metadata of a cloud', redirect('https://169.254.169.254/latest', 303), not({ kind: 'linkRefused' })),
	row('a redirect to an address of a fake-IP proxy', redirect('https://198.18.0.5/a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect to a private address in IPv6', redirect('https://[fd00::1]/a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect to IPv4 in IPv6', redirect('https://[::ffff:127.0.0.1]/a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect to this machine with a dot', redirect('https://localhost./a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect to wide digits', redirect('https://\xef\xbc\x91\xef\xbc\x90.1/a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect with a password', redirect('https://me:secret@media.example/a.mp4'), not({ kind: 'linkRefused' })),
	row('a redirect to a name of this machine', redirect('https://rebinding.example/a.mp4'), not({ kind: 'linkRefused' })),
	row(
		'a redirect to a name that is not known',
		redirect('https://unknown.example/a.mp4'),
		not({ kind: 'unreachable', code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND unknown.example' }),
	),
	row('a redirect without a target', send(302, {}), not({ kind: 'server', httpStatus: 302 })),
	row(
		'a redirect to Chinese in UTF-8',
		(request, response) =>
			(request.url === '/a.mp4'
				? raw('HTTP/1.1 302 Found\r\nLocation: /\xe4\xbd\xa0.mp4\r\nContent-Length: 0\r\n\r\n')
				: send(request.url === '/%E4%BD%A0.mp4' ? 200 : 404, {}, movie))(request, response),
		ok(),
		{ requests: 2 },
	),
];

/** A video that does not end. */
function endless(_request: IncomingMessage, response: ServerResponse): void {
	response.write(latin1(movie.padEnd(1000, '0')));
	pour(response, '0'.repeat(1000));
}

function pour(response: ServerResponse, text: string): void {
	const more = (): void => {
		while (!response.destroyed && response.write(text)) {}
	};
	response.on('drain', more);
	more();
}

/** Without the words of Node's parser, which change, and without how many of too many bytes arrived before that was noticed. */
function comparable(read: Read): Read {
	if (!('problem' in read)) {
		return read;
	}
	const { problem, received } = read;
	return {
		problem:
			problem.kind === 'unreachable' && problem.code.startsWith('HPE_')
				? { ...problem, message: problem.message.replace(/:.*/, '') }
				: problem,
		received: problem.kind === 'tooLarge' && received <= problem.most ? 0 : received,
	};
}

describe('a result’s link that leads to', () => {
	let server: LoopbackServer;
	const { lookup } = dns;
	beforeEach(async () => {
		server = await startLoopbackServer();
		Object.assign(dns, {
			lookup: (name: string, _options: unknown, reply: (error: Error | null, addresses?: readonly dns.LookupAddress[]) => void) =>
				name === 'rebinding.example'
					? reply(null, [{ address: '127.0.0.1', family: 4 }])
					: reply(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' })),
		});
	});
	afterEach(async () => {
		Object.assign(dns, { lookup });
		await server.close();
	});

	for (const { title, sends, outcome, requests = 1, ...question } of rows) {
		it(`${title}: ${'problem' in outcome ? outcome.problem.kind : 'a result'}`, async () => {
			server.respond = sends;
			const read = await readAll({
				...question,
				url: `${server.origin}/a.mp4`,
				taskOrigin: server.origin,
				signal: AbortSignal.timeout(20_000),
				stallMs: 'problem' in outcome && outcome.problem === stalled ? 200 : 5000,
			});
			assert.deepEqual(comparable(read), outcome);
			assert.equal(server.requests.length, requests);
			await server.disconnected();
		});
	}
});
