import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fileSystem, {
	link,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rename,
	rm,
	stat,
	symlink,
	writeFile,
	type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { PartialFile } from '../../../src/core/download';
import type { DownloadProblem } from '../../../src/core/linkProblem';
import { fetchFile, type FetchedFile, type FileQuestion } from '../../../src/results/fetchFile';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';
import { digestWorkerFile as digestProgram } from '../../support/paths';
import { soon } from '../../support/retry';

/** An MP4 file without two equal bytes at the same distance from a multiple of 251. */
const movie = Buffer.concat([
	Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1'),
	Buffer.from(Array.from({ length: 400_000 }, (_, index) => index % 251)),
]);
const sha256 = createHash('sha256').update(movie).digest('hex');
const kept: FetchedFile = { ok: true, size: movie.length, sha256, format: 'mp4' };
const etag = '"v1"';

let server: LoopbackServer;
let folder: string;
let part: string;
beforeEach(async () => {
	server = await startLoopbackServer();
	folder = await mkdtemp(join(tmpdir(), 'fetch-'));
	part = join(folder, 'cat.part');
});
afterEach(async () => {
	await server.close();
	await rm(folder, { recursive: true, force: true });
});

const fetchPart = (more: Partial<FileQuestion> = {}): Promise<FetchedFile> =>
	fetchFile({
		url: `${server.origin}/a.mp4`,
		taskOrigin: server.origin,
		signal: new AbortController().signal,
		stallMs: 20_000,
		part: { path: part },
		...more,
	});

/** Serves a file as an object store does. */
function serve(request: IncomingMessage, response: ServerResponse, { bytes = movie, tag = etag, headers = {} } = {}): void {
	const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
	const at = from !== undefined && request.headers['if-range'] === tag ? Number(from) : undefined;
	if (at === undefined) {
		response.writeHead(200, { 'Content-Type': 'video/mp4', 'Content-Length': bytes.length, ETag: tag, ...headers }).end(bytes);
	} else if (at >= bytes.length) {
		response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}`, ETag: tag }).end();
	} else {
		const range = `bytes ${at}-${bytes.length - 1}/${bytes.length}`;
		response.writeHead(206, { 'Content-Range': range, 'Content-Length': bytes.length - at, ETag: tag, ...headers }).end(bytes.subarray(at));
	}
}

const ranges = (): readonly (string | undefined)[] => server.requests.map(({ headers }) => headers.range);

describe('fetchFile', () => {
	it('records the partial file before it is there, fills it, and gives size, digest and format', async () => {
		server.respond = serve;
		const started: [PartialFile, string[]][] = [];
		const progress: (readonly [number, number | undefined])[] = [];
		const outcome = await fetchPart({
			onStart: async (found) => void started.push([found, await readdir(folder)]),
			onProgress: (received, total) => progress.push([received, total]),
		});
		assert.deepEqual(outcome, kept);
		assert.deepEqual(started, [[{ path: part, validator: etag, total: movie.length }, []]]);
		assert.deepEqual(progress.at(-1), [movie.length, movie.length]);
		assert.ok((await readFile(part)).equals(movie));
		assert.deepEqual(ranges(), [undefined]);
	});

	it('creates the folder, but not the one around it', async () => {
		server.respond = serve;
		const path = join(folder, 'new', 'cat.part');
		assert.deepEqual(await fetchPart({ part: { path } }), kept);
		await rm(join(folder, 'new'), { recursive: true });
		assert.deepEqual(await fetchPart({ part: { path: join(folder, 'new', 'newer', 'cat.part') } }), {
			ok: false,
			problem: { kind: 'folderMissing', code: 'ENOENT' },
			received: 0,
		});
		assert.deepEqual(await readdir(folder), []);
	});

	const continued: readonly (readonly [
		title: string,
		onDisk: () => Promise<unknown>,
		known: Partial<PartialFile>,
		ranges: (string | undefined)[],
	])[] = [
		['half', () => writeFile(part, movie.subarray(0, 200_000)), { validator: etag, total: movie.length }, ['bytes=199999-']],
		['half of an unknown length', () => writeFile(part, movie.subarray(0, 200_000)), { validator: etag }, ['bytes=199999-']],
		['everything', () => writeFile(part, movie), { validator: etag, total: movie.length }, [`bytes=${movie.length - 1}-`]],
		[
			'half with zeros behind it',
			() => writeFile(part, Buffer.concat([movie.subarray(0, 200_000), Buffer.alloc(150_000)])),
			{ validator: etag, total: movie.length },
			['bytes=199999-'],
		],
		['half of a file without validator', () => writeFile(part, movie.subarray(0, 200_000)), {}, [undefined]],
		[
			'half of another file',
			() => writeFile(part, Buffer.concat([movie.subarray(0, 24), Buffer.alloc(199_976, 'x')])),
			{ validator: '"v0"', total: movie.length },
			['bytes=199999-'],
		],
		['more than the file has', () => writeFile(part, Buffer.concat([movie, movie])), { validator: etag, total: movie.length }, [undefined]],
		['nothing', () => writeFile(part, ''), { validator: etag, total: movie.length }, [undefined]],
		['zeros only', () => writeFile(part, Buffer.alloc(200_000)), { validator: etag, total: movie.length }, [undefined]],
		['no file', () => Promise.resolve(), { validator: etag, total: movie.length }, [undefined]],
	];
	for (const [title, onDisk, known, expected] of continued) {
		it(`finishes a partial file with ${title}`, async () => {
			server.respond = serve;
			await onDisk();
			assert.deepEqual(await fetchPart({ part: { path: part, ...known } }), kept);
			assert.ok((await readFile(part)).equals(movie));
			assert.deepEqual(ranges(), expected);
		});
	}

	it('starts anew where the file is a byte shorter than what is there, whatever the server says of what follows', async () => {
		server.respond = serve;
		await writeFile(part, Buffer.concat([movie, Buffer.from('x')]));
		assert.deepEqual(await fetchPart({ part: { path: part, validator: etag } }), kept);
		assert.ok((await readFile(part)).equals(movie));
		assert.deepEqual(ranges(), [`bytes=${movie.length}-`, undefined]);
	});

	it('has no bytes of another version when it records the validator of this one', async () => {
		server.respond = (request, response) => serve(request, response, { tag: '"v2"' });
		await writeFile(part, Buffer.alloc(200_000, 'of another version, '));
		const there: [validator: string | undefined, size: number][] = [];
		const fetched = fetchPart({
			part: { path: part, validator: etag, total: movie.length },
			onStart: async ({ validator }) => {
				const size = await stat(part).then(
					(found) => found.size,
					() => 0,
				);
				there.push([validator, size]);
				// As a window does that is killed now.
				throw new Error('killed');
			},
		});
		await assert.rejects(fetched, /killed/);
		// Otherwise the next attempt would continue them as a part of this version.
		assert.deepEqual(there, [['"v2"', 0]]);
	});

	it('never writes into a file that has another name, or through a link', async () => {
		server.respond = serve;
		const other = join(folder, 'other');
		const half = movie.subarray(0, 200_000);
		for (const put of [link, symlink]) {
			await writeFile(other, half);
			await put(other, part);
			assert.deepEqual(await fetchPart({ part: { path: part, validator: etag, total: movie.length } }), kept);
			assert.ok((await readFile(other)).equals(half), put.name);
			await rm(part);
		}
		assert.deepEqual(ranges(), [undefined, undefined]);
	});

	it('compares the digests of the server, also of bytes that were on the disk', async () => {
		const digestOf = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('base64');
		const rows: readonly (readonly [headers: Record<string, string>, onDisk: Buffer, isRight: boolean])[] = [
			[{ 'Repr-Digest': `sha-256=:${digestOf('sha256', movie)}:`, 'x-goog-hash': `md5=${digestOf('md5', movie)}` }, Buffer.alloc(0), true],
			[{ 'x-goog-hash': `md5=${digestOf('md5', movie)}` }, movie.subarray(0, 1000), true],
			[{ 'x-goog-hash': `md5=${digestOf('md5', movie)}` }, Buffer.from(movie.subarray(0, 1000)).fill('x', 900), false],
			[{ 'Repr-Digest': `sha-256=:${digestOf('sha256', movie)}:` }, Buffer.from(movie.subarray(0, 1000)).fill('x', 900), false],
			[{ 'Repr-Digest': `sha-256=:${digestOf('sha256', Buffer.from('other'))}:` }, Buffer.alloc(0), false],
		];
		for (const [headers, onDisk, isRight] of rows) {
			server.respond = (request, response) => serve(request, response, { headers });
			await writeFile(part, onDisk);
			const outcome = await fetchPart({ part: { path: part, validator: etag, total: movie.length } });
			assert.deepEqual(outcome, isRight ? kept : { ok: false, problem: { kind: 'digest' }, received: 0 });
			assert.deepEqual(await readdir(folder), isRight ? ['cat.part'] : []);
		}
	});

	/** A response that ends after so many bytes. */
	const cut = (at: number, headers: Record<string, string | number> = {}): LoopbackServer['respond'] => {
		return (_request, response) => {
			response.writeHead(200, { 'Content-Length': movie.length, ...headers }).write(movie.subarray(0, at));
			setTimeout(() => response.destroy(), 30);
		};
	};
	const failures: readonly (readonly [title: string, respond: LoopbackServer['respond'], problem: DownloadProblem, received: number])[] = [
		['the connection breaks', cut(200_000, { ETag: etag }), { kind: 'truncated', received: 200_000, total: movie.length }, 200_000],
		['it breaks, and the rest cannot be requested', cut(200_000), { kind: 'truncated', received: 200_000, total: movie.length }, 0],
		['the link has expired', (_request, response) => response.writeHead(403).end(), { kind: 'expired', httpStatus: 403 }, 1000],
		['a page comes', (_request, response) => response.end('<!doctype html><p>Sign in'), { kind: 'webPage', message: 'Sign in' }, 1000],
		[
			'an image comes',
			(_request, response) => response.end(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
			{ kind: 'wrongKind', expected: 'video', found: 'image' },
			0,
		],
	];
	for (const [title, respond, problem, received] of failures) {
		it(`keeps ${received} bytes when ${title}`, async () => {
			server.respond = respond;
			await writeFile(part, movie.subarray(0, 1000));
			assert.deepEqual(await fetchPart({ part: { path: part, validator: etag }, expected: 'video' }), {
				ok: false,
				problem,
				received,
				...(received > 0 && { validator: etag }),
			});
			assert.deepEqual(await readdir(folder), received > 0 ? ['cat.part'] : []);
			assert.equal(received > 0 ? (await stat(part)).size : 0, received);
		});
	}

	it('says nothing of bytes that are out of reach, and continues them when they are back', async () => {
		const share = join(folder, 'share');
		const path = join(share, 'cat.part');
		let disconnect = (): void => undefined;
		server.respond = (_request, response) => {
			disconnect = () => response.destroy();
			response.writeHead(200, { 'Content-Length': movie.length, ETag: etag }).write(movie.subarray(0, 200_000));
		};
		let received = 0;
		const fetching = fetchPart({ part: { path }, onProgress: (bytes) => (received = bytes) });
		await soon('half of it', () => received === 200_000);
		await rename(share, `${share}-away`);
		disconnect();
		const problem: DownloadProblem = { kind: 'truncated', received: 200_000, total: movie.length };
		assert.deepEqual(await fetching, { ok: false, problem, validator: etag });
		await rename(`${share}-away`, share);
		server.respond = serve;
		assert.deepEqual(await fetchPart({ part: { path, validator: etag, total: movie.length } }), kept);
		assert.deepEqual(ranges(), [undefined, 'bytes=199999-']);
	});

	it('has closed a partial file when it removes it: Windows and shares keep the name until then', async () => {
		const { open, unlink, rm: remove } = fileSystem;
		const opened: FileHandle[] = [];
		const removals: (readonly [how: string, open: number])[] = [];
		const note = (how: string, path: unknown): void => {
			if (path === part) {
				removals.push([how, opened.filter(({ fd }) => fd !== -1).length]);
			}
		};
		fileSystem.open = async (...given) => {
			const file = await open(...given);
			opened.push(file);
			return file;
		};
		fileSystem.unlink = (path) => {
			note('replaced', path);
			return unlink(path);
		};
		fileSystem.rm = (path, options) => {
			note('removed', path);
			return remove(path, options);
		};
		try {
			const half = { path: part, validator: etag, total: movie.length };
			server.respond = (request, response) => serve(request, response, { tag: '"v2"' });
			await writeFile(part, movie.subarray(0, 200_000));
			assert.deepEqual(await fetchPart({ part: half }), kept);
			server.respond = (_request, response) => response.end(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
			await writeFile(part, movie.subarray(0, 200_000));
			assert.equal((await fetchPart({ part: half, expected: 'video' })).ok, false);
		} finally {
			Object.assign(fileSystem, { open, unlink, rm: remove });
		}
		assert.equal(opened.length, 3);
		assert.deepEqual(removals, [
			['replaced', 0],
			['removed', 0],
		]);
	});

	/** A box of the MP4 family. `size`: what it says, if that is not what it has. */
	const box = (type: string, bytes: number, size = bytes + 8): Buffer => {
		const head = Buffer.alloc(8);
		head.writeUInt32BE(size);
		head.write(type, 4, 'latin1');
		return Buffer.concat([head, Buffer.alloc(bytes, 1)]);
	};
	const long = (type: string, bytes: number, size: number): Buffer => {
		const head = box(type, 8, 1);
		head.writeBigUInt64BE(BigInt(size), 8);
		return Buffer.concat([head, Buffer.alloc(bytes, 1)]);
	};
	const riff = (size: number, bytes: number): Buffer => {
		const head = Buffer.from('RIFF\0\0\0\0WAVE', 'latin1');
		head.writeUInt32LE(size, 4);
		return Buffer.concat([head, Buffer.alloc(bytes, 1)]);
	};
	const start = Buffer.concat([box('ftyp', 0, 24), Buffer.from('isom\0\0\x02\0isommp41', 'latin1')]);
	const unannounced: readonly (readonly [title: string, parts: readonly Buffer[], least: number | undefined])[] = [
		['a whole MP4', [start, box('moov', 92), box('mdat', 192)], undefined],
		['MP4 whose media is cut', [start, box('moov', 92), box('mdat', 100, 200)], 324],
		['MP4 that is cut before its index', [start, box('mdat', 100)], 140],
		['MP4 that is cut in the first byte of its index', [start, box('mdat', 100), Buffer.from([0])], 140],
		['MP4 that is cut in the name of its index', [start, box('mdat', 100), box('moov', 0, 500).subarray(0, 6)], 140],
		['MP4 that is cut behind the name of its index', [start, box('mdat', 100), box('moov', 0, 500)], 632],
		['MP4 that is cut in the size of its long media', [start, long('mdat', 0, 5000).subarray(0, 12)], 40],
		['MP4 whose index is cut', [start, box('mdat', 100), box('moov', 50, 100)], 232],
		['MP4 whose media reaches to the end', [start, box('moov', 92), box('mdat', 100, 0)], undefined],
		['MP4 of long media', [start, box('moov', 92), long('mdat', 100, 116)], undefined],
		['MP4 of long media that is cut', [start, box('moov', 92), long('mdat', 100, 5_000_000_000)], 5_000_000_124],
		['MP4 before bytes of no kind', [start, box('moov', 92), Buffer.alloc(50, 255)], undefined],
		['a whole WAV', [riff(104, 100)], undefined],
		['WAV that is cut', [riff(204, 100)], 212],
		['WAV that was not finished', [riff(0xffff_ffff, 100)], undefined],
		['WAV of a length that its maker did not know', [riff(0x7fff_f024, 100)], undefined],
	];
	for (const [title, parts, least] of unannounced) {
		it(`${least === undefined ? 'takes' : 'does not take'} ${title}, of unannounced length`, async () => {
			const bytes = Buffer.concat(parts);
			server.respond = (_request, response) => {
				response.writeHead(200, { ETag: etag, Connection: 'close' }).write(bytes.subarray(0, 20));
				response.end(bytes.subarray(20));
			};
			const outcome = await fetchPart();
			const cut: FetchedFile = {
				ok: false,
				problem: { kind: 'truncated', received: bytes.length, ...(least !== undefined && { total: least }) },
				received: bytes.length,
				validator: etag,
			};
			assert.deepEqual(outcome.ok ? outcome.size : outcome, least === undefined ? bytes.length : cut);
		});
	}

	it('keeps the bytes that have arrived when it is aborted, and continues them', async () => {
		server.respond = (_request, response) => {
			response.writeHead(200, { 'Content-Length': movie.length, ETag: etag }).write(movie.subarray(0, 200_000));
		};
		const abort = new AbortController();
		const reason = new Error('the window closes');
		let recorded: PartialFile | undefined;
		await assert.rejects(
			fetchPart({
				signal: abort.signal,
				onStart: (found) => {
					recorded = found;
					return Promise.resolve();
				},
				onProgress: (received) => {
					if (received === 200_000) {
						abort.abort(reason);
					}
				},
			}),
			(error) => error === reason,
		);
		assert.ok((await readFile(part)).equals(movie.subarray(0, 200_000)));
		server.respond = serve;
		assert.deepEqual(await fetchPart({ part: recorded ?? { path: part } }), kept);
		assert.deepEqual(ranges(), [undefined, 'bytes=199999-']);
	});

	const error = new Error('the claim is lost');
	const unrecorded: readonly (readonly [title: string, known: Partial<PartialFile>, left: readonly string[]])[] = [
		['creates no file', {}, []],
		['removes the bytes of another file, which must not be continued as if they were of this one', { validator: '"v0"' }, []],
		['leaves the bytes that it would continue', { validator: etag }, ['cat.part']],
	];
	for (const [title, known, left] of unrecorded) {
		it(`${title} when the attempt cannot be recorded`, async () => {
			server.respond = serve;
			const half = movie.subarray(0, 200_000);
			if (known.validator !== undefined) {
				await writeFile(part, half);
			}
			const found: string[][] = [];
			const onStart = async (): Promise<void> => {
				found.push(await readdir(folder));
				throw error;
			};
			await assert.rejects(fetchPart({ part: { path: part, ...known }, onStart }), (thrown) => thrown === error);
			assert.deepEqual([found, await readdir(folder)], [[left], left]);
			assert.ok(left.length === 0 || (await readFile(part)).equals(half));
		});
	}

	it('leaves the file of a window that was faster', async () => {
		server.respond = serve;
		assert.deepEqual(await fetchPart({ onStart: () => writeFile(part, 'of another window') }), {
			ok: false,
			problem: { kind: 'notWritable', code: 'EEXIST' },
			received: 0,
		});
		assert.equal(await readFile(part, 'utf8'), 'of another window');
	});

	it('reports a folder in the way, and leaves it', async () => {
		server.respond = serve;
		await mkdir(part);
		await writeFile(join(part, 'file'), 'x');
		const outcome = await fetchPart({ part: { path: part, validator: etag } });
		assert.ok(!outcome.ok);
		assert.equal(outcome.problem.kind, 'notWritable');
		assert.deepEqual(await readdir(part), ['file']);
	});
});

describe('fetchFile of a large file', () => {
	/** Just large enough for a thread. */
	const large = Buffer.concat([movie, Buffer.alloc(16 * 1024 * 1024, 'a large movie, ')]);
	const whole: FetchedFile = { ok: true, size: large.length, sha256: createHash('sha256').update(large).digest('hex'), format: 'mp4' };
	const half = large.subarray(0, 8 * 1024 * 1024);
	const headers = { 'x-goog-hash': `md5=${createHash('md5').update(large).digest('base64')}` };
	const started: Worker[] = [];
	const note = (worker: Worker): void => void started.push(worker);
	before(() => process.on('worker', note));
	after(() => process.off('worker', note));
	beforeEach(() => {
		started.length = 0;
		server.respond = (request, response) => serve(request, response, { bytes: large, headers });
	});
	/** How many threads were started; all must have ended. */
	const threads = (): number => {
		assert.ok(started.every(({ threadId }) => threadId === -1));
		return started.length;
	};

	it('makes its digests in a thread, and those of a small one without', async () => {
		assert.deepEqual(await fetchPart({ digestProgram }), whole);
		assert.ok((await readFile(part)).equals(large));
		assert.equal(threads(), 1);
		server.respond = serve;
		assert.deepEqual(await fetchPart({ digestProgram }), kept);
		assert.equal(threads(), 1);
	});

	it('continues the digests of the bytes that were on the disk', async () => {
		const known = { path: part, validator: etag, total: large.length };
		await writeFile(part, half);
		assert.deepEqual(await fetchPart({ digestProgram, part: known }), whole);
		assert.deepEqual([threads(), ranges()], [1, [`bytes=${half.length - 1}-`]]);
		await writeFile(part, Buffer.from(half).fill('x', 1_000_000, 1_000_010));
		assert.deepEqual(await fetchPart({ digestProgram, part: known }), { ok: false, problem: { kind: 'digest' }, received: 0 });
		// What is on the disk is of another file: that of the server begins anew.
		await writeFile(part, half);
		assert.deepEqual(await fetchPart({ digestProgram, part: { ...known, validator: '"v0"' } }), whole);
		assert.equal(threads(), 4);
	});

	it('ends the thread when it is aborted or fails', async () => {
		server.respond = (_request, response) => {
			response.writeHead(200, { 'Content-Length': large.length, ETag: etag }).write(half, () => response.destroy());
		};
		const outcome = await fetchPart({ digestProgram });
		assert.deepEqual(outcome.ok ? outcome : outcome.problem, { kind: 'truncated', received: half.length, total: large.length });
		assert.equal(threads(), 1);
		const abort = new AbortController();
		const onProgress = (received: number): void => {
			if (received >= 1_000_000) {
				abort.abort(new Error('the window closes'));
			}
		};
		await assert.rejects(fetchPart({ digestProgram, signal: abort.signal, onProgress }), /the window closes/);
		assert.equal(threads(), 2);
		server.respond = (_request, response) => response.writeHead(403).end();
		await writeFile(part, half);
		const refused = await fetchPart({ digestProgram, part: { path: part, validator: etag, total: large.length } });
		assert.deepEqual(refused.ok ? refused : refused.problem, { kind: 'expired', httpStatus: 403 });
		assert.equal(threads(), 3);
	});

	it('throws when the thread ends by itself, and keeps the bytes', async () => {
		const program = join(folder, 'ends.js');
		await writeFile(program, "require('node:worker_threads').parentPort.once('message', () => process.exit())");
		await assert.rejects(fetchPart({ digestProgram: program }), /The thread that makes the digests has ended/);
		assert.ok((await stat(part)).size > 0);
		assert.equal(threads(), 1);
	});
});
