import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fileSystem, { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DownloadProblem } from '../../../src/core/linkProblem';
import type { Download, DownloadOutcome } from '../../../src/results/download';
import { download } from '../../../src/results/download';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';
import { soon } from '../../support/retry';

const never = new AbortController().signal;

/** A small MP4 file, with its index. */
const movie = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\0\0\x08moov', 'latin1');

let server: LoopbackServer;
let folder: string;
beforeEach(async () => {
	server = await startLoopbackServer();
	folder = await mkdtemp(join(tmpdir(), 'download-'));
});
afterEach(async () => {
	await server.close();
	await rm(folder, { recursive: true });
});

const fetchTo = (target: string, more: Partial<Download> = {}): Promise<DownloadOutcome> =>
	download({ url: `${server.origin}/a.mp4`, target, taskOrigin: server.origin, signal: never, ...more });

async function problem(outcome: Promise<DownloadOutcome>): Promise<DownloadProblem> {
	const settled = await outcome;
	assert.ok(!settled.ok, JSON.stringify(settled));
	return settled.problem;
}

describe('download', () => {
	it('saves the bytes under the name, reports the progress, leaves no other file', async () => {
		const bytes = Buffer.concat([movie, Buffer.alloc(300_000, 'more')]);
		server.respond = (_request, response) =>
			response.writeHead(200, { 'Content-Type': 'video/mp4', 'Content-Length': bytes.length }).end(bytes);
		const progress: (readonly [number, number | undefined])[] = [];
		const outcome = await fetchTo(join(folder, 'a.mp4'), { onProgress: (received, total) => progress.push([received, total]) });
		assert.deepEqual(outcome, { ok: true });
		assert.ok((await readFile(join(folder, 'a.mp4'))).equals(bytes));
		assert.deepEqual(await readdir(folder), ['a.mp4']);
		assert.deepEqual(progress.at(-1), [bytes.length, bytes.length]);
		assert.ok(progress.every(([received], index) => received > (progress[index - 1]?.[0] ?? 0)));
		assert.equal(server.requests[0]?.headers.authorization, undefined);
	});

	it('saves only what has the digest that the server sent, and leaves the file that is there', async () => {
		await writeFile(join(folder, 'a.mp4'), 'before');
		server.respond = (_request, response) => response.writeHead(200, { 'Content-MD5': 'WxUI8hnrs9Bon7DecoEkSg==' }).end(movie);
		assert.deepEqual(await problem(fetchTo(join(folder, 'a.mp4'))), { kind: 'digest' });
		assert.equal(await readFile(join(folder, 'a.mp4'), 'utf8'), 'before');
		const right = createHash('md5').update(movie).digest('base64');
		server.respond = (_request, response) => response.writeHead(200, { 'Content-MD5': right }).end(movie);
		assert.deepEqual(await fetchTo(join(folder, 'a.mp4')), { ok: true });
		assert.deepEqual(await readdir(folder), ['a.mp4']);
	});

	it('saves a body of unannounced size', async () => {
		server.respond = (_request, response) => {
			response.write(movie);
			setTimeout(() => response.end('and the rest'), 20);
		};
		assert.deepEqual(await fetchTo(join(folder, 'a.mp4')), { ok: true });
		assert.ok((await readFile(join(folder, 'a.mp4'))).equals(Buffer.concat([movie, Buffer.from('and the rest')])));
	});

	it('is half a video, by its own structure, when its length is not announced: the file that is there stays', async () => {
		const target = join(folder, 'a.mp4');
		await writeFile(target, 'old');
		const media = Buffer.from('\0\0\x10\0mdat and nothing else', 'latin1');
		server.respond = (_request, response) => {
			response.writeHead(200, { Connection: 'close' }).write(movie);
			response.end(media);
		};
		const received = movie.length + media.length;
		assert.deepEqual(await problem(fetchTo(target)), { kind: 'truncated', received, total: movie.length + 4096 });
		assert.equal(await readFile(target, 'utf8'), 'old');
		assert.deepEqual(await readdir(folder), ['a.mp4']);
	});

	it('replaces a file only when the last byte has come', async () => {
		const target = join(folder, 'a.mp4');
		await writeFile(target, 'old');
		let finish = (): void => undefined;
		server.respond = (_request, response) => {
			response.write(movie);
			finish = () => response.end('end');
		};
		let hasStarted = false;
		const saving = fetchTo(target, { onProgress: () => (hasStarted = true) });
		await soon('the download to start', () => hasStarted);
		assert.equal(await readFile(target, 'utf8'), 'old');
		const names = await readdir(folder);
		assert.equal(names.length, 2);
		assert.match(names.find((name) => name !== 'a.mp4') ?? '', /^\.a\.mp4\.[0-9a-f-]{36}\.part$/);
		finish();
		assert.ok((await saving).ok);
		assert.ok((await readFile(target)).equals(Buffer.concat([movie, Buffer.from('end')])));
		assert.deepEqual(await readdir(folder), ['a.mp4']);
	});

	it('saves under the longest possible name', async () => {
		server.respond = (_request, response) => response.end(movie);
		const name = `${'é'.repeat(125)}.mp4`;
		assert.ok((await fetchTo(join(folder, name))).ok);
		assert.deepEqual(await readdir(folder), [name]);
	});

	const refusals: readonly (readonly [string, LoopbackServer['respond'], DownloadProblem])[] = [
		['403', (_request, response) => response.writeHead(403).end('<Error/>'), { kind: 'expired', httpStatus: 403 }],
		[
			'404',
			(_request, response) => response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html>'),
			{ kind: 'expired', httpStatus: 404 },
		],
		['410', (_request, response) => response.writeHead(410).end(), { kind: 'expired', httpStatus: 410 }],
		['401', (_request, response) => response.writeHead(401).end(), { kind: 'wantsKey', why: 'noKey', httpStatus: 401 }],
		['500', (_request, response) => response.writeHead(500).end('oops'), { kind: 'server', httpStatus: 500, message: 'oops' }],
		['204', (_request, response) => response.writeHead(204).end(), { kind: 'empty' }],
		[
			'a page',
			(_request, response) => response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<title>Hello</title>'),
			{ kind: 'webPage', message: 'Hello' },
		],
		[
			'a page that says it is a video',
			(_request, response) => response.writeHead(200, { 'Content-Type': 'video/mp4' }).end('\n<!DOCTYPE html><p>Sign in'),
			{ kind: 'webPage', message: 'Sign in' },
		],
		['nothing', (_request, response) => response.end(), { kind: 'empty' }],
		[
			'a redirect to http:',
			(_request, response) => response.writeHead(302, { Location: 'http://media.example/' }).end(),
			{ kind: 'linkRefused' },
		],
		['a circle', (_request, response) => response.writeHead(302, { Location: '/a.mp4' }).end(), { kind: 'tooManyRedirects' }],
		['half, announced', halfOf({ 'Content-Length': '100' }), { kind: 'truncated', received: movie.length, total: 100 }],
		['half, in chunks', halfOf({}), { kind: 'truncated', received: movie.length }],
		['silence', () => undefined, { kind: 'unreachable', code: 'ETIMEDOUT', message: 'ETIMEDOUT 200 ms' }],
		['a stall', (_request, response) => response.write(movie), { kind: 'unreachable', code: 'ETIMEDOUT', message: 'ETIMEDOUT 200 ms' }],
	];
	function halfOf(headers: Readonly<Record<string, string>>): LoopbackServer['respond'] {
		return (_request, response) => {
			response.writeHead(200, headers).write(movie);
			setTimeout(() => response.destroy(), 30);
		};
	}
	for (const [what, handler, expected] of refusals) {
		it(`saves nothing of ${what}: ${expected.kind}`, async () => {
			server.respond = handler;
			await writeFile(join(folder, 'a.mp4'), 'old');
			assert.deepEqual(await problem(fetchTo(join(folder, 'a.mp4'), { stallMs: 200 })), expected);
			assert.deepEqual(await readdir(folder), ['a.mp4']);
			assert.equal(await readFile(join(folder, 'a.mp4'), 'utf8'), 'old');
			await server.disconnected();
		});
	}

	it('reports a folder that it cannot write to', async () => {
		server.respond = (_request, response) => response.end(movie);
		await writeFile(join(folder, 'file'), '');
		await mkdir(join(folder, 'folder'));
		const rows: readonly (readonly [string, string])[] = [
			[join(folder, 'missing', 'a.mp4'), 'ENOENT'],
			[join(folder, 'file', 'a.mp4'), 'ENOTDIR'],
			[join(folder, 'folder'), 'EISDIR'],
		];
		for (const [target, code] of rows) {
			assert.deepEqual(await problem(fetchTo(target)), { kind: 'notWritable', code });
		}
		assert.deepEqual((await readdir(folder)).toSorted(), ['file', 'folder']);
		await server.disconnected();
	});

	for (const [code, kind] of [
		['ENOSPC', 'diskFull'],
		['EDQUOT', 'diskFull'],
		['EIO', 'notWritable'],
	] as const) {
		it(`reports ${code} while writing, while flushing and while renaming`, async () => {
			server.respond = (_request, response) => response.end(movie);
			const { open, rename } = fileSystem;
			const fail = (): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));
			try {
				for (const step of ['writev', 'sync'] as const) {
					fileSystem.open = async (...given) => Object.assign(await open(...given), { [step]: fail });
					assert.deepEqual(await problem(fetchTo(join(folder, 'a.mp4'))), { kind, code }, step);
					assert.deepEqual(await readdir(folder), [], step);
				}
				fileSystem.open = open;
				fileSystem.rename = fail;
				assert.deepEqual(await problem(fetchTo(join(folder, 'a.mp4'))), { kind, code });
				assert.deepEqual(await readdir(folder), []);
			} finally {
				Object.assign(fileSystem, { open, rename });
			}
		});
	}

	it("rejects with the signal's reason when aborted: waiting and reading", async () => {
		const reason = new Error('cancelled');
		const handlers: readonly LoopbackServer['respond'][] = [() => undefined, (_request, response) => response.write(movie)];
		for (const handler of handlers) {
			server.respond = handler;
			const abort = new AbortController();
			setTimeout(() => abort.abort(reason), 50);
			await assert.rejects(fetchTo(join(folder, 'a.mp4'), { signal: abort.signal }), (error) => error === reason);
			assert.deepEqual(await readdir(folder), []);
		}
		await server.disconnected();
	});

	it('streams a large file in little memory', async function () {
		this.timeout(60_000);
		const block = Buffer.alloc(1024 * 1024, 7);
		const blocks = 200;
		server.respond = (_request, response) => {
			response.writeHead(200, { 'Content-Length': movie.length + blocks * block.length });
			response.write(movie);
			let sent = 0;
			const pour = (): void => {
				while (sent < blocks) {
					sent++;
					if (!response.write(block)) {
						return;
					}
				}
				response.end();
			};
			response.on('drain', pour);
			pour();
		};
		const { arrayBuffers } = process.memoryUsage();
		let most = 0;
		const outcome = await fetchTo(join(folder, 'a.mp4'), {
			onProgress: () => (most = Math.max(most, process.memoryUsage().arrayBuffers - arrayBuffers)),
		});
		assert.deepEqual(outcome, { ok: true });
		assert.ok(most < 64 * 1024 * 1024, `${String(most)} bytes of buffers`);
		const hash = createHash('sha1');
		const expected = createHash('sha1').update(movie);
		hash.update(await readFile(join(folder, 'a.mp4')));
		for (let count = 0; count < blocks; count++) {
			expected.update(block);
		}
		assert.equal(hash.digest('hex'), expected.digest('hex'));
	});
});
