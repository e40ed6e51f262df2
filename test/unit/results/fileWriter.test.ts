import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeMemory } from '../../../src/core/freeMemory';
import { FileProblem } from '../../../src/results/fileProblem';
import { FileWriter } from '../../../src/results/fileWriter';
import { soon } from '../../support/retry';

const kilobyte = 1024;

let folder: string;
let path: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'writer-'));
	path = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

/** A file whose writes wait until they are let through. */
async function slowFile(): Promise<{ readonly file: FileHandle; readonly sizes: number[]; readonly next: () => void }> {
	const file = await open(path, 'w');
	const writev = file.writev.bind(file);
	const sizes: number[] = [];
	let release = (): void => undefined;
	const slow = async (chunks: readonly Uint8Array[], position: number): Promise<unknown> => {
		sizes.push(chunks.reduce((sum, { length }) => sum + length, 0));
		await new Promise<void>((resolve) => (release = resolve));
		return writev(chunks, position);
	};
	Object.assign(file, { writev: slow });
	return { file, sizes, next: () => release() };
}

describe('FileWriter', () => {
	it('gathers what arrives while a write runs, up to a limit, and then waits for the disk', async () => {
		const { file, sizes, next } = await slowFile();
		const writer = new FileWriter(file);
		const chunk = Buffer.alloc(256 * kilobyte, 'x');
		assert.equal(writer.add(chunk), undefined);
		const full = [1, 2, 3, 4].map(() => writer.add(chunk));
		assert.deepEqual(
			full.map((wait) => wait === undefined),
			[true, true, true, false],
		);
		assert.deepEqual(sizes, [256 * kilobyte]);
		let hasContinued = false;
		const continued = full.at(-1)?.then(() => (hasContinued = true));
		await new Promise(setImmediate);
		assert.equal(hasContinued, false);
		next();
		await continued;
		await soon('the second write', () => sizes.length === 2);
		assert.deepEqual(sizes, [256 * kilobyte, 1024 * kilobyte]);
		next();
		await writer.finish();
		assert.equal((await readFile(path)).length, 5 * 256 * kilobyte);
	});

	it('writes on where the system stopped in the middle of a chunk', async () => {
		const file = await open(path, 'w');
		const short = ([first]: readonly Uint8Array[], position: number): Promise<unknown> =>
			file.write(first?.subarray(0, 3) ?? new Uint8Array(), { position });
		Object.assign(file, { writev: short });
		const writer = new FileWriter(file);
		for (const word of ['one', '', 'two and ', 'three']) {
			await writer.write(Buffer.from(word));
		}
		await writer.finish();
		assert.equal(await readFile(path, 'utf8'), 'onetwo and three');
	});

	it('gives back each chunk when it is written, and none that is not', async () => {
		const { file, next } = await slowFile();
		const written: string[] = [];
		const writer = new FileWriter(file, 0, (chunks) => written.push(...chunks.map(String)));
		void writer.add(Buffer.from('one'));
		void writer.add(Buffer.from('two'));
		void writer.add(Buffer.from('three'));
		const discarded = writer.discard();
		assert.deepEqual(written, []);
		next();
		await discarded;
		assert.deepEqual(written, ['one']);
	});

	it('can free the memory of a chunk, but not that of others', async () => {
		const file = await open(path, 'w');
		const writer = new FileWriter(file, 0, (chunks) => chunks.forEach(freeMemory));
		const [whole, others] = [new Uint8Array(1000).fill(1), new Uint8Array(1000).fill(2)];
		await writer.write(whole);
		await writer.write(others.subarray(0, 500));
		await writer.write(new Uint8Array(new SharedArrayBuffer(10)).fill(3));
		await writer.finish();
		assert.deepEqual([whole.length, others.length], [0, 1000]);
		const expected = Buffer.concat([Buffer.alloc(1000, 1), Buffer.alloc(500, 2), Buffer.alloc(10, 3)]);
		assert.ok((await readFile(path)).equals(expected));
	});

	it('continues at a position, and leaves what is behind it', async () => {
		await (await open(path, 'w')).close();
		const before = await open(path, 'w');
		await before.writeFile('0123456789');
		await before.close();
		const writer = new FileWriter(await open(path, 'r+'), 3);
		await writer.write(Buffer.from('ab'));
		await writer.finish();
		assert.equal(await readFile(path, 'utf8'), '012ab56789');
	});

	it('writes what still waits when it is closed, and not when it is discarded', async () => {
		for (const [end, expected] of [
			['close', 'onetwo'],
			['discard', 'one'],
		] as const) {
			const { file, sizes, next } = await slowFile();
			const writer = new FileWriter(file);
			void writer.add(Buffer.from('one'));
			void writer.add(Buffer.from('two'));
			const ending = writer[end]();
			next();
			if (end === 'close') {
				await soon('the second write', () => sizes.length === 2);
				next();
			}
			await ending;
			assert.equal(await readFile(path, 'utf8'), expected);
			await writer.close();
		}
	});

	const failing = { writev: 'writing', datasync: 'storing early', sync: 'storing' } as const;
	for (const [step, title] of Object.entries(failing)) {
		it(`reports what goes wrong while ${title}, once the file is closed`, async () => {
			const file = await open(path, 'w');
			Object.assign(file, { [step]: () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) });
			const writer = new FileWriter(file);
			const chunk = Buffer.alloc(1024 * kilobyte);
			const writing = (async () => {
				for (let count = 0; count < 40; count++) {
					await writer.write(chunk);
				}
				await writer.finish();
			})();
			await assert.rejects(writing, (error) => error instanceof FileProblem && error.code === 'EIO');
			await writer.close();
			assert.equal(file.fd, -1);
		});
	}
});
