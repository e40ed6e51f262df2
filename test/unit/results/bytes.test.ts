// Bodies that may come instead of a result: the bytes decide, not the status or the type.
import assert from 'node:assert/strict';
import { chmod, lstat, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { DownloadProblem } from '../../../src/core/linkProblem';
import type { DownloadOutcome } from '../../../src/results/download';
import { download } from '../../../src/results/download';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';

const never = new AbortController().signal;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const movie = Buffer.concat([bytes('\0\0\0\x18ftypisom\0\0\x02\0isommp41'), Buffer.alloc(2000, 0x55)]);
const wide = (text: string, order: 'le' | 'be'): Buffer =>
	order === 'le' ? Buffer.from(text, 'utf16le') : Buffer.from(text, 'utf16le').swap16();

describe('what comes instead of a result', () => {
	let server: LoopbackServer;
	let folder: string;
	let target: string;
	beforeEach(async () => {
		server = await startLoopbackServer();
		folder = await mkdtemp(join(tmpdir(), 'bytes-'));
		target = join(folder, 'a.mp4');
		await writeFile(target, 'old');
	});
	afterEach(async () => {
		await server.close();
		await rm(folder, { recursive: true });
	});

	const save = (url = `${server.origin}/a.mp4`): Promise<DownloadOutcome> =>
		download({ url, target, taskOrigin: server.origin, signal: never, stallMs: 20_000 });
	const respondWith = (
		body: Buffer | string,
		headers: Readonly<Record<string, string>> = { 'Content-Type': 'video/mp4' },
		status = 200,
	): void => {
		server.respond = (_request, response) => response.writeHead(status, headers).end(body);
	};
	const untouched = async (): Promise<void> => {
		assert.deepEqual(await readdir(folder), ['a.mp4']);
		assert.equal(await readFile(target, 'utf8'), 'old');
	};

	const zeros = bytes('\x08\x01\x00\x02\x00\x03'.repeat(50));
	const refusals: readonly (readonly [title: string, body: Buffer | string, problem: DownloadProblem])[] = [
		[
			'a JSON error',
			'{"error":{"message":"Failed to fetch video content","type":"server_error"}}',
			{ kind: 'document', message: 'Failed to fetch video content' },
		],
		[
			'a JSON error behind white space',
			`${' '.repeat(300)}\n\t{"message":"no such video"}`,
			{ kind: 'document', message: 'no such video' },
		],
		['a JSON error behind a byte order mark', '\uFEFF{"msg":"内容不存在"}', { kind: 'document', message: '内容不存在' }],
		['a JSON list', '[{"detail":"not here"}]', { kind: 'document', message: 'not here' }],
		['JSON inside JSON', '"{\\"error\\":{\\"message\\":\\"inner\\"}}"', { kind: 'document', message: 'inner' }],
		['JSON that is cut', '{"error":{"mess', { kind: 'document', message: '{"error":{"mess' }],
		['JSON behind zeros', '\0\0{"message":"padded"}\0\0', { kind: 'document', message: 'padded' }],
		[
			'an XML error',
			'<?xml version="1.0"?>\n<Error><Code>InternalError</Code><Message>We encountered &quot;trouble&quot; &#38; stopped.</Message></Error>',
			{ kind: 'document', message: 'We encountered "trouble" & stopped.' },
		],
		['an XML error without a message', '<Error><Code>InternalError</Code></Error>', { kind: 'document', message: 'InternalError' }],
		['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"><title>Broken</title></svg>', { kind: 'document', message: 'Broken' }],
		['a page behind a comment', '<!-- cached by proxy -->\n<html><title>Sign in</title></html>', { kind: 'webPage', message: 'Sign in' }],
		['a page behind 300 spaces', `${' '.repeat(300)}<HTML><body><h1>Welcome</h1></body></HTML>`, { kind: 'webPage', message: 'Welcome' }],
		[
			'a page behind a mark and an instruction',
			'\uFEFF<?xml version="1.0"?><!DOCTYPE html><html xmlns="x"><title>Moved</title></html>',
			{ kind: 'webPage', message: 'Moved' },
		],
		['a page without a frame', '<script>location="/login"</script>Redirecting', { kind: 'webPage', message: 'Redirecting' }],
		['a text', 'upstream timed out', { kind: 'document', message: 'upstream timed out' }],
		['a long text', 'x'.repeat(5000), { kind: 'document', message: `${'x'.repeat(199)}…` }],
		[
			'a text with a password',
			`${'x'.repeat(185)} http://office:let-me-out@gate.example`,
			{ kind: 'document', message: `${'x'.repeat(185)} http://gate.e…` },
		],
		['a text that hides its direction', 'abc\u202edef\x1b[31m', { kind: 'document', message: 'abc def [31m' }],
		[
			'a text in UTF-16 with a mark',
			Buffer.concat([bytes('\xff\xfe'), wide('not found', 'le')]),
			{ kind: 'document', message: 'not found' },
		],
		['JSON in UTF-16 without a mark', wide('{"message":"没有视频"}', 'le'), { kind: 'document', message: '没有视频' }],
		['a text in the other UTF-16', wide('not found here', 'be'), { kind: 'document', message: 'not found here' }],
		[
			'a text in UTF-32',
			Buffer.concat(Array.from('oh no', (character) => bytes(`${character}\0\0\0`))),
			{ kind: 'document', message: 'oh no' },
		],
		['a Chinese text of the older kind', bytes('\xb4\xed\xce\xf3'), { kind: 'document', message: '错误' }],
		['a Latin-1 text', bytes('\xa1na\xefve caf\xe9!'), { kind: 'document', message: '¡naïve café!' }],
		['a list of parts', '#EXTM3U\n#EXT-X-VERSION:3\n', { kind: 'playlist' }],
		['a manifest of parts', '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>', { kind: 'playlist' }],
		['unrequested gzip', gzipSync(movie), { kind: 'compressed' }],
		['unrequested deflate', deflateSync(movie), { kind: 'compressed' }],
		['unrequested Brotli', brotliCompressSync(Buffer.concat([movie, bytes('\x01\x02')])), { kind: 'unknownFormat' }],
		['an archive', bytes('PK\x03\x04\x14\0\0\0'), { kind: 'compressed' }],
		['bytes of no known kind', zeros, { kind: 'unknownFormat' }],
		['a text that begins like a box', 'abcdmoov and more', { kind: 'document', message: 'abcdmoov and more' }],
		['a text about tags', 'ID3 tags are missing', { kind: 'document', message: 'ID3 tags are missing' }],
		['zeros alone', Buffer.alloc(300), { kind: 'unknownFormat' }],
		['white space alone', ' \r\n ', { kind: 'empty' }],
		['nothing', '', { kind: 'empty' }],
	];
	for (const [title, body, problem] of refusals) {
		it(`is not saved when it is ${title}`, async () => {
			for (const type of ['video/mp4', 'application/octet-stream']) {
				respondWith(body, { 'Content-Type': type });
				assert.deepEqual(await save(), { ok: false, problem });
			}
			await untouched();
		});
	}

	const media: readonly (readonly [title: string, start: string])[] = [
		['MP4', '\0\0\0\x20ftypisom'],
		['MP4 in fragments', '\0\0\0\x18stypmsdh'],
		['QuickTime without its kind', '\0\0\0\x08wide\0\0\0\0mdat'],
		['QuickTime', '\0\0\0\x14ftypqt  '],
		['M4A', '\0\0\0\x18ftypM4A '],
		['WebM', '\x1a\x45\xdf\xa3\x9f\x42\x86'],
		['PNG', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
		['JPEG', '\xff\xd8\xff\xe0\0\x10JFIF'],
		['WebP', 'RIFF\x10\0\0\0WEBPVP8 '],
		['GIF', 'GIF89a\x01\0\x01\0'],
		['MP3 behind tags', 'ID3\x04\0\0\0\0\0\n'],
		['MP3', '\xff\xfb\x50\xc0\0\0'],
		['MP3 of low rate', '\xff\xf3\x44\xc4\0\0'],
		['WAV', 'RIFF\x10\0\0\0WAVEfmt '],
		['Ogg', 'OggS\0\x02\0\0'],
	];
	for (const [title, start] of media) {
		it(`is the result when it is ${title}, under any content type`, async () => {
			const whole = Buffer.concat([bytes(start), Buffer.alloc(500, 7)]);
			for (const type of ['text/plain', 'text/html; charset=utf-8', 'application/json']) {
				respondWith(whole, { 'Content-Type': type });
				assert.deepEqual(await save(), { ok: true });
				assert.ok((await readFile(target)).equals(whole));
			}
		});
	}

	// Media that Kling does not make and the editor does not play, and for whose names there is no extension.
	const otherMedia: readonly (readonly [title: string, start: string])[] = [
		['AVIF', '\0\0\0\x1cftypavif'],
		['AVI', 'RIFF\x10\0\0\0AVI LIST'],
		['Matroska', '\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska'],
		['BMP', 'BM\x10\0\0\0\0\0\0\0\x36'],
		['TIFF', 'II*\0\x08\0\0\0'],
		['JPEG XL', '\0\0\0\x0cJXL \r\n\x87\n'],
		['AAC', '\xff\xf1\x50\x80\x02\x1f\xfc'],
		['FLAC', 'fLaC\0\0\0\x22'],
		['AIFF', 'FORM\0\0\0\x10AIFFCOMM'],
		['a transport stream', `G${'\x40'.repeat(187)}`.repeat(3)],
	];
	for (const [title, start] of otherMedia) {
		it(`is no result when it is ${title}, under any content type`, async () => {
			for (const type of ['video/mp4', 'image/png', 'audio/mpeg']) {
				respondWith(Buffer.concat([bytes(start), Buffer.alloc(500, 7)]), { 'Content-Type': type });
				assert.deepEqual(await save(), { ok: false, problem: { kind: 'unknownFormat' } });
			}
			await untouched();
		});
	}

	it('is recognised by its first bytes, however slowly they come', async () => {
		server.respond = (_request, response) => {
			const whole = Array.from(movie.subarray(0, 40));
			const drip = setInterval(() => {
				const next = whole.shift();
				if (next !== undefined) {
					return void response.write(Buffer.of(next));
				}
				clearInterval(drip);
				response.end();
			}, 1);
		};
		assert.deepEqual(await save(), { ok: true });
		assert.ok((await readFile(target)).equals(movie.subarray(0, 40)));
	});

	const encodings: readonly (readonly [encoding: string, body: Buffer])[] = [
		['gzip', gzipSync(movie)],
		['x-gzip', gzipSync(movie)],
		['deflate', deflateSync(movie)],
		['br', brotliCompressSync(movie)],
		['gzip, br', brotliCompressSync(gzipSync(movie))],
		['identity', movie],
		['gzip', movie],
		['aws-chunked', movie],
		['zstd', movie],
	];
	encodings.forEach(([encoding, body], index) => {
		it(`is decoded when it says to be ${encoding} and is, and kept as it is when it is not (${index + 1})`, async () => {
			respondWith(body, { 'Content-Encoding': encoding });
			assert.deepEqual(await save(), { ok: true });
			assert.ok((await readFile(target)).equals(movie));
		});
	});
	const badEncodings: readonly (readonly [title: string, encoding: string, body: Buffer, problem: DownloadProblem])[] = [
		['an error in gzip', 'gzip', gzipSync('{"message":"no"}'), { kind: 'document', message: 'no' }],
		['an error that says to be gzip and is not', 'gzip', Buffer.from('{"message":"no"}'), { kind: 'document', message: 'no' }],
		['the beginning of a gzip', 'gzip', gzipSync(movie).subarray(0, 14), { kind: 'truncated', received: 0, total: 14 }],
		[
			'gzip that is broken inside',
			'gzip',
			Buffer.concat([gzipSync(movie).subarray(0, 10), Buffer.alloc(60, 0xff)]),
			{ kind: 'compressed' },
		],
		['an encoding that is not known', 'zstd', bytes('\x28\xb5\x2f\xfd\x04\x00'), { kind: 'compressed' }],
	];
	for (const [title, encoding, body, problem] of badEncodings) {
		it(`is not saved when it is ${title}`, async () => {
			respondWith(body, { 'Content-Encoding': encoding, 'Content-Length': String(body.length) });
			assert.deepEqual(await save(), { ok: false, problem });
			await untouched();
		});
	}

	it('is not saved under an error status, even if it is a picture', async () => {
		respondWith(bytes('\x89PNG\r\n\x1a\n'), { 'Content-Type': 'image/png' }, 404);
		assert.deepEqual(await save(), { ok: false, problem: { kind: 'expired', httpStatus: 404 } });
		respondWith(bytes('\x89PNG\r\n\x1a\n'), { 'Content-Type': 'image/png' }, 503);
		assert.deepEqual(await save(), { ok: false, problem: { kind: 'server', httpStatus: 503 } });
		await untouched();
	});

	it('is saved under any 2xx status, and under 206 only if the part is the whole file', async () => {
		respondWith(movie, {}, 203);
		assert.deepEqual(await save(), { ok: true });
		assert.ok((await readFile(target)).equals(movie));
		respondWith(movie, { 'Content-Range': 'bytes 0-2023/2024' }, 206);
		assert.deepEqual(await save(), { ok: true });
		assert.ok((await readFile(target)).equals(movie));
		await writeFile(target, 'old');
		respondWith(movie, { 'Content-Range': 'bytes 0-2023/9000', 'Content-Length': '2024' }, 206);
		assert.deepEqual(await save(), { ok: false, problem: { kind: 'truncated', received: 2024, total: 9000 } });
		await untouched();
	});

	describe('on the wire', () => {
		let wire: Server;
		let end: (socket: Socket) => void;
		beforeEach(async () => {
			wire = createServer((socket) => {
				socket.on('error', () => undefined);
				socket.once('data', () => end(socket));
			}).listen(0, '127.0.0.1');
			await once(wire, 'listening');
		});
		afterEach((done) => {
			wire.close(done);
		});
		const saveFrom = (): Promise<DownloadOutcome> => {
			const address = wire.address();
			assert.ok(address !== null && typeof address !== 'string');
			const origin = `http://127.0.0.1:${String(address.port)}`;
			return download({ url: `${origin}/a.mp4`, target, taskOrigin: origin, signal: never, stallMs: 20_000 });
		};

		it('is incomplete when a body that ends with its connection is reset', async () => {
			for (const head of ['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.0 200 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n']) {
				end = (socket) => {
					socket.write(Buffer.concat([bytes(head), movie]));
					setTimeout(() => socket.resetAndDestroy(), 30);
				};
				assert.deepEqual(await saveFrom(), { ok: false, problem: { kind: 'truncated', received: 2024 } }, head);
				await untouched();
			}
			end = (socket) => socket.end(Buffer.concat([bytes('HTTP/1.1 200 OK\r\n\r\n'), movie]));
			assert.deepEqual(await saveFrom(), { ok: true });
			assert.ok((await readFile(target)).equals(movie));
		});

		it('is incomplete when chunks are cut or reset', async () => {
			for (const cut of ['destroy', 'resetAndDestroy', 'end'] as const) {
				end = (socket) => {
					socket.write(Buffer.concat([bytes('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7e8\r\n'), movie, bytes('\r\n')]));
					setTimeout(() => socket[cut](), 30);
				};
				assert.deepEqual(await saveFrom(), { ok: false, problem: { kind: 'truncated', received: 2024 } }, cut);
			}
			await untouched();
		});

		it('is refused when it is longer than announced', async () => {
			end = (socket) => socket.end(Buffer.concat([bytes('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'), movie]));
			assert.deepEqual(await saveFrom(), { ok: false, problem: { kind: 'overlong' } });
			await untouched();
		});
	});

	it('keeps the mode of the file that is replaced', async () => {
		respondWith(movie);
		for (const mode of [0o600, 0o664, 0o755]) {
			await chmod(target, mode);
			assert.ok((await save()).ok);
			assert.equal((await stat(target)).mode & 0o7777, mode);
		}
		assert.ok((await readFile(target)).equals(movie));
	});

	it('follows a symbolic link to its file, and keeps the link', async () => {
		respondWith(movie);
		const real = await mkdtemp(join(tmpdir(), 'bytes-real-'));
		try {
			await writeFile(join(real, 'file.mp4'), 'old', { mode: 0o600 });
			await rm(target);
			await symlink(join(real, 'file.mp4'), join(folder, 'between'));
			await symlink('between', target);
			assert.ok((await save()).ok);
			assert.equal(await readlink(target), 'between');
			assert.ok((await lstat(target)).isSymbolicLink());
			assert.ok((await readFile(join(real, 'file.mp4'))).equals(movie));
			assert.equal((await stat(join(real, 'file.mp4'))).mode & 0o7777, 0o600);
			assert.deepEqual([await readdir(real), (await readdir(folder)).toSorted()], [['file.mp4'], ['a.mp4', 'between']]);

			await rm(join(real, 'file.mp4'));
			assert.ok((await save()).ok, 'a link to a file that is missing');
			assert.ok((await readFile(join(real, 'file.mp4'))).equals(movie));
			assert.equal(await readlink(target), 'between');

			await rm(join(folder, 'between'));
			await symlink('a.mp4', join(folder, 'between'));
			assert.deepEqual(await save(), { ok: false, problem: { kind: 'notWritable', code: 'ELOOP' } });
			assert.deepEqual((await readdir(folder)).toSorted(), ['a.mp4', 'between']);
		} finally {
			await rm(real, { recursive: true });
		}
	});
});
