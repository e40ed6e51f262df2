import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Digests, type DigestMaker } from '../../../src/results/digests';
import { DigestThread } from '../../../src/results/digestThread';
import { digestWorkerFile } from '../../support/paths';

const megabyte = 1024 * 1024;
const digestOf = (algorithm: string, ...chunks: readonly Uint8Array[]): string =>
	createHash(algorithm).update(Buffer.concat(chunks)).digest('hex');

let folder: string;
before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'digests-'));
});
after(() => rm(folder, { recursive: true }));

/** Runs with a digest maker, and ends it. */
async function using<Maker extends DigestMaker>(maker: Maker, work: (maker: Maker) => Promise<unknown>): Promise<void> {
	try {
		await work(maker);
	} finally {
		await maker.end();
	}
}

const makers: readonly (readonly [title: string, create: () => DigestMaker])[] = [
	['this thread', () => new Digests()],
	['a thread of its own', () => new DigestThread(digestWorkerFile)],
];
for (const [title, create] of makers) {
	describe(`digests in ${title}`, () => {
		it('are of the bytes that each was given, in their order', async () => {
			const [one, two, three] = ['one', 'two', 'three'].map((word) => Buffer.from(word));
			assert.ok(one && two && three);
			await using(create(), async (maker) => {
				maker.add(['sha256'], [Uint8Array.from(one)]);
				maker.add(['md5', 'sha512'], [Uint8Array.from(two)]);
				maker.add(new Set(['sha256', 'md5', 'sha512']), [Uint8Array.from(three), new Uint8Array()]);
				assert.deepEqual(
					await maker.digests(),
					new Map([
						['sha256', digestOf('sha256', one, three)],
						['md5', digestOf('md5', two, three)],
						['sha512', digestOf('sha512', two, three)],
					]),
				);
			});
		});

		it('take the memory of a chunk, but not that of others', async () => {
			const [whole, shared] = [new Uint8Array(1000).fill(1), new Uint8Array(1000).fill(2)];
			await using(create(), async (maker) => {
				maker.add(['sha256'], [whole, shared.subarray(100, 200)]);
				const expected = digestOf('sha256', Buffer.alloc(1000, 1), Buffer.alloc(100, 2));
				assert.deepEqual(await maker.digests(), new Map([['sha256', expected]]));
				assert.deepEqual([whole.length, shared.length, shared[999]], [0, 1000, 2]);
			});
		});
	});
}

describe('a thread that makes digests', () => {
	it('lets who adds wait while too much is on its way', async () => {
		await using(new DigestThread(digestWorkerFile), async (thread) => {
			const chunk = Buffer.alloc(megabyte, 'x');
			let added = 0;
			let ready: Promise<void> | undefined;
			while (ready === undefined) {
				assert.ok(added < 5, 'it waits at 4 MB');
				thread.add(['sha256'], [Uint8Array.from(chunk)]);
				added++;
				ready = thread.whenReady();
			}
			await ready;
			assert.equal(thread.whenReady(), undefined);
			const expected = digestOf('sha256', ...Array.from({ length: added }, () => chunk));
			assert.deepEqual(await thread.digests(), new Map([['sha256', expected]]));
		});
	});

	const broken: readonly (readonly [title: string, program: string | undefined, message: RegExp])[] = [
		['is not there', undefined, /Cannot find module/],
		['ends by itself', 'process.exit(0)', /The thread that makes the digests has ended/],
		['fails', `require('node:worker_threads').parentPort.on('message', () => { throw new Error('no memory') })`, /no memory/],
	];
	for (const [title, code, message] of broken) {
		it(`that ${title} fails whoever waits, and all that follows`, async () => {
			const program = join(folder, `${title.replaceAll(' ', '-')}.js`);
			if (code !== undefined) {
				await writeFile(program, code);
			}
			await using(new DigestThread(program), async (thread) => {
				thread.add(['sha256'], [new Uint8Array(5 * megabyte)]);
				await assert.rejects(async () => thread.whenReady(), message);
				assert.throws(() => thread.whenReady(), message);
				thread.add(['sha256'], [new Uint8Array(1000)]);
				await assert.rejects(thread.digests(), message);
			});
			await using(new DigestThread(program), (thread) => assert.rejects(thread.digests(), message));
		});
	}

	it('fails whoever waits when it is ended', async () => {
		const thread = new DigestThread(digestWorkerFile);
		const digests = assert.rejects(thread.digests(), /has ended/);
		await thread.end();
		await thread.end();
		await digests;
	});
});
