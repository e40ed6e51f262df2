import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { PartialFile } from '../../../src/core/download';
import type { DownloadProblem } from '../../../src/core/linkProblem';
import { download } from '../../../src/results/download';
import { fetchFile, type FetchedFile, type FileQuestion } from '../../../src/results/fetchFile';
import { FileProblem } from '../../../src/results/fileProblem';
import { placeFile } from '../../../src/results/placeFile';
import { Child } from '../../support/childProcess';
import { soon } from '../../support/retry';
import type { LoopbackServer } from '../api/loopbackServer';
import { startLoopbackServer } from '../api/loopbackServer';

const megabyte = 1024 * 1024;
/** An MP4 file of 3 MB. */
const movie = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1'), Buffer.alloc(3 * megabyte - 24, 'a movie, ')]);
const sha256 = createHash('sha256').update(movie).digest('hex');
const etag = '"v1"';

let server: LoopbackServer;
let folder: string;
beforeEach(async () => {
	server = await startLoopbackServer();
	folder = await mkdtemp(join(tmpdir(), 'disk-'));
});
afterEach(async () => {
	await server.close();
	await rm(folder, { recursive: true, force: true });
});

const question = (): { readonly url: string; readonly taskOrigin: string; readonly signal: AbortSignal } => ({
	url: `${server.origin}/a.mp4`,
	taskOrigin: server.origin,
	signal: new AbortController().signal,
});
const fetchPart = (part: PartialFile, more: Partial<FileQuestion> = {}): Promise<FetchedFile> =>
	fetchFile({ ...question(), part, ...more });

/** Sends the file with its length, or in chunks without. */
const send =
	(headers: Record<string, string | number>): LoopbackServer['respond'] =>
	(_request, response) => {
		response.writeHead(200, headers);
		// Not in one piece: a piece that is sent alone gets a length.
		response.write(movie.subarray(0, 1000));
		response.end(movie.subarray(1000));
	};

const run = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;

describe('a disk', () => {
	let disk: string;
	/** Mounts a disk with space for so many bytes, of which only the superuser is capable; skips the test otherwise, and says so. */
	const mount = async (test: Mocha.Context, options: string): Promise<void> => {
		disk = join(folder, 'disk');
		await mkdir(disk);
		if (!run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', disk)) {
			console.warn(`      NOT TESTED, because this user cannot mount a disk: ${test.test?.title ?? ''}`);
			test.skip();
		}
	};
	afterEach(() => {
		run('umount', '-l', disk);
	});

	const full = { kind: 'diskFull', code: 'ENOSPC' } as const;
	const lengths: readonly (readonly [title: string, headers: Record<string, string | number>, isStarted: boolean])[] = [
		['that is too small for the announced length takes nothing', { 'Content-Length': movie.length, ETag: etag }, false],
		['that becomes full gets its space back', { ETag: etag }, true],
	];
	for (const [title, headers, isStarted] of lengths) {
		it(title, async function () {
			await mount(this, 'size=1m');
			server.respond = send(headers);
			await writeFile(join(disk, 'other'), 'x');
			let starts = 0;
			const onStart = (): Promise<void> => {
				starts++;
				return Promise.resolve();
			};
			assert.deepEqual(await fetchPart({ path: join(disk, 'a.part') }, { onStart }), { ok: false, problem: full, received: 0 });
			assert.equal(starts, isStarted ? 1 : 0);
			assert.deepEqual(await readdir(disk), ['other']);
			await server.disconnected();
		});
	}

	it('that is too small for the rest of a file takes nothing', async function () {
		await mount(this, 'size=2m');
		server.respond = (_request, response) => {
			const range = `bytes 999999-${movie.length - 1}/${movie.length}`;
			response.writeHead(206, { 'Content-Range': range, ETag: etag }).end(movie.subarray(999_999));
		};
		const path = join(disk, 'a.part');
		await writeFile(path, movie.subarray(0, 1_000_000));
		assert.deepEqual(await fetchPart({ path, validator: etag, total: movie.length }), { ok: false, problem: full, received: 0 });
		assert.deepEqual(await readdir(disk), []);
	});

	it('that becomes full does not lose the file that was to be replaced', async function () {
		await mount(this, 'size=1m');
		server.respond = send({});
		const target = join(disk, 'a.mp4');
		await writeFile(target, 'old');
		assert.deepEqual(await download({ ...question(), target }), { ok: false, problem: full });
		assert.deepEqual(await readdir(disk), ['a.mp4']);
		assert.equal(await readFile(target, 'utf8'), 'old');
	});

	it('without space for a name keeps the partial file', async function () {
		await mount(this, 'size=4m,nr_inodes=3');
		const part = join(disk, 'a.part');
		await writeFile(part, 'x');
		await writeFile(join(disk, 'other'), '');
		const digest = { size: 1, sha256: createHash('sha256').update('x').digest('hex') };
		await assert.rejects(placeFile(part, { folder: disk, base: 'a', format: 'mp4' }, digest), (error) => {
			assert.ok(error instanceof FileProblem);
			assert.deepEqual(error.problem, full);
			return true;
		});
		assert.deepEqual((await readdir(disk)).toSorted(), ['a.part', 'other']);
	});

	it('that is read-only is reported, whatever is done', async function () {
		await mount(this, 'size=8m');
		const part = join(disk, 'a.part');
		await writeFile(part, 'x');
		run('mount', '-o', 'remount,ro', disk);
		server.respond = send({ 'Content-Length': movie.length, ETag: etag });
		const problem: DownloadProblem = { kind: 'notWritable', code: 'EROFS' };
		const digest = { size: 1, sha256: createHash('sha256').update('x').digest('hex') };
		assert.deepEqual(await fetchPart({ path: part }), { ok: false, problem, received: 0 });
		assert.deepEqual(await fetchPart({ path: join(disk, 'new', 'a.part') }), { ok: false, problem, received: 0 });
		assert.deepEqual(await download({ ...question(), target: join(disk, 'a.mp4') }), { ok: false, problem });
		await assert.rejects(placeFile(part, { folder: disk, base: 'a', format: 'mp4' }, digest), { kind: 'notWritable', code: 'EROFS' });
		assert.deepEqual(await readdir(disk), ['a.part']);
	});

	it('that is disconnected in mid-download is missed when the file gets its name', async function () {
		await mount(this, 'size=8m');
		let finish = (): void => undefined;
		server.respond = (_request, response) => {
			response.writeHead(200, { 'Content-Length': movie.length }).write(movie.subarray(0, megabyte));
			finish = () => response.end(movie.subarray(megabyte));
		};
		await mkdir(join(disk, 'kept'));
		const part = join(disk, 'kept', 'a.part');
		let received = 0;
		const fetching = fetchPart({ path: part }, { onProgress: (bytes) => (received = bytes) });
		await soon('the first megabyte', () => received >= megabyte);
		assert.ok(run('umount', '-l', disk));
		finish();
		assert.deepEqual(await fetching, { ok: true, size: movie.length, sha256, format: 'mp4' });
		const naming = placeFile(part, { folder: join(disk, 'kept'), base: 'a', format: 'mp4' }, { size: movie.length, sha256 });
		await assert.rejects(naming, { kind: 'folderMissing', code: 'ENOENT' });
		assert.deepEqual(await readdir(disk), []);
	});
});

describe('a folder of results', () => {
	it('that is removed in mid-download is not made anew by the end of it', async () => {
		let finish = (): void => undefined;
		server.respond = (_request, response) => {
			response.writeHead(200, { 'Content-Length': movie.length }).write(movie.subarray(0, megabyte));
			finish = () => response.end(movie.subarray(megabyte));
		};
		const kept = join(folder, 'kept');
		let received = 0;
		const fetching = fetchPart({ path: join(kept, 'a.part') }, { onProgress: (bytes) => (received = bytes) });
		await soon('the first megabyte', () => received >= megabyte);
		await rm(kept, { recursive: true });
		finish();
		await fetching;
		const naming = placeFile(join(kept, 'a.part'), { folder: kept, base: 'a', format: 'mp4' }, { size: movie.length, sha256 });
		await assert.rejects(naming, { kind: 'folderMissing', code: 'ENOENT' });
		assert.deepEqual(await readdir(folder), []);
	});

	it('that is a file is reported', async () => {
		await writeFile(join(folder, 'kept'), 'x');
		const problem: DownloadProblem = { kind: 'notWritable', code: 'ENOTDIR' };
		assert.deepEqual(await fetchPart({ path: join(folder, 'kept', 'a.part') }), { ok: false, problem, received: 0 });
		assert.equal(await readFile(join(folder, 'kept'), 'utf8'), 'x');
	});

	it('gets every file of two processes that want the same name', async () => {
		const count = 40;
		const children = ['a', 'b'].map((owner) => Child.start('unit/results/placeFile', [folder, owner, String(count)]));
		try {
			await Promise.all(children.map((child) => child.message(1)));
			for (const child of children) {
				child.send('start');
			}
			const paths = (await Promise.all(children.map((child) => child.message(2)))) as readonly (readonly string[])[];
			const names = paths.flat().map((path) => basename(path));
			assert.equal(new Set(names).size, 2 * count);
			assert.deepEqual((await readdir(folder)).toSorted(), names.toSorted());
			const contents = await Promise.all(paths.flat().map((path) => readFile(path, 'utf8')));
			const expected = ['a', 'b'].flatMap((owner) => Array.from({ length: count }, (_, index) => `result ${index} of ${owner}`));
			assert.deepEqual(contents, expected);
		} finally {
			for (const child of children) {
				child.dispose();
			}
		}
	});

	it('has a file that can be continued after SIGKILL in mid-write', async () => {
		server.respond = (request, response) => {
			const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
			if (from === undefined) {
				response.writeHead(200, { 'Content-Length': movie.length, ETag: etag }).write(movie.subarray(0, 2 * megabyte));
				return;
			}
			const range = `bytes ${from}-${movie.length - 1}/${movie.length}`;
			response.writeHead(206, { 'Content-Range': range, ETag: etag }).end(movie.subarray(Number(from)));
		};
		const path = join(folder, 'a.part');
		const child = Child.start('unit/results/fetch', [question().url, JSON.stringify({ path })]);
		try {
			const part = (await child.message(1)) as PartialFile;
			await soon('bytes on the disk', async () => (await stat(path)).size >= megabyte);
			child.kill();
			await child.exited();
			const { size } = await stat(path);
			assert.deepEqual(await fetchPart(part), { ok: true, size: movie.length, sha256, format: 'mp4' });
			assert.ok((await readFile(path)).equals(movie));
			assert.equal(server.requests[1]?.headers.range, `bytes=${size - 1}-`);
		} finally {
			child.dispose();
		}
	});
});
