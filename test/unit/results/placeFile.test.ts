import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fileSystem, { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileProblem } from '../../../src/results/fileProblem';
import { placeFile } from '../../../src/results/placeFile';

const content = 'the result';
const digest = { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };

let folder: string;
let part: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'place-'));
	part = join(folder, 'cat.12345678.part');
	await writeFile(part, content);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (base = 'cat'): ReturnType<typeof placeFile> => placeFile(part, { folder, base, format: 'mp4' }, digest);

/** The files of the folder with their content. */
async function files(): Promise<Record<string, string>> {
	const names = (await readdir(folder)).toSorted();
	return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)));
}

/** Runs something while the file system has no second names for a file. */
async function withoutLinks<T>(code: string, action: () => Promise<T>): Promise<T> {
	const { link } = fileSystem;
	fileSystem.link = () => Promise.reject(Object.assign(new Error(code), { code }));
	try {
		return await action();
	} finally {
		fileSystem.link = link;
	}
}

const ways: readonly (readonly [title: string, run: <T>(action: () => Promise<T>) => Promise<T>])[] = [
	['by a link', (action) => action()],
	['without links', (action) => withoutLinks('EPERM', action)],
];
for (const [way, run] of ways) {
	describe(`placeFile ${way}`, () => {
		it('gives the partial file its name', async () => {
			assert.deepEqual(await run(() => put()), { path: join(folder, 'cat.mp4'), existed: false });
			assert.deepEqual(await files(), { 'cat.mp4': content });
		});

		it('adds a number for each other file', async () => {
			await writeFile(join(folder, 'cat.mp4'), 'other');
			await writeFile(join(folder, 'cat (2).mp4'), '');
			assert.deepEqual(await run(() => put()), { path: join(folder, 'cat (3).mp4'), existed: false });
			assert.deepEqual(await files(), { 'cat (2).mp4': '', 'cat (3).mp4': content, 'cat.mp4': 'other' });
		});

		for (const [title, name, base] of [
			['in capitals', 'CAT.MP4', 'cat'],
			['with an accent composed otherwise', 'cafe\u0301.mp4', 'caf\u00e9'],
		] as const) {
			it(`adds a number to a name that exists ${title}`, async () => {
				await writeFile(join(folder, name), 'other');
				assert.deepEqual(await run(() => put(base)), { path: join(folder, `${base} (2).mp4`), existed: false });
			});
		}

		it('finds its own file, also under a number, and removes the partial one', async () => {
			await writeFile(join(folder, 'cat.mp4'), 'the Result');
			await writeFile(join(folder, 'cat (2).mp4'), content);
			assert.deepEqual(await run(() => put()), { path: join(folder, 'cat (2).mp4'), existed: true });
			assert.deepEqual(await files(), { 'cat (2).mp4': content, 'cat.mp4': 'the Result' });
			assert.deepEqual(await run(() => put()), { path: join(folder, 'cat (2).mp4'), existed: true });
		});

		it('follows and replaces no link, and no folder', async () => {
			const elsewhere = join(folder, 'elsewhere');
			await writeFile(elsewhere, content);
			await symlink(elsewhere, join(folder, 'cat.mp4'));
			await symlink(join(folder, 'nowhere'), join(folder, 'cat (2).mp4'));
			await mkdir(join(folder, 'cat (3).mp4'));
			assert.deepEqual(await run(() => put()), { path: join(folder, 'cat (4).mp4'), existed: false });
			assert.ok((await lstat(join(folder, 'cat.mp4'))).isSymbolicLink());
			assert.ok((await lstat(join(folder, 'cat (2).mp4'))).isSymbolicLink());
			assert.equal(await readFile(elsewhere, 'utf8'), content);
		});

		it('gives two at once different names', async () => {
			const parts = await Promise.all(
				Array.from({ length: 8 }, async (_, index) => {
					const path = join(folder, `${index}.part`);
					await writeFile(path, `result ${index}`);
					const sha256 = createHash('sha256').update(`result ${index}`).digest('hex');
					return { path, digest: { size: 8, sha256 } };
				}),
			);
			await rm(part);
			await run(() => Promise.all(parts.map(({ path, digest: its }) => placeFile(path, { folder, base: 'cat', format: 'webm' }, its))));
			const found = await files();
			assert.deepEqual(Object.keys(found).length, 8);
			assert.deepEqual(
				Object.values(found).toSorted(),
				Array.from({ length: 8 }, (_, index) => `result ${index}`),
			);
		});

		const problems: readonly (readonly [title: string, before: () => Promise<unknown>, kind: string, code: string])[] = [
			['the folder is gone', () => rm(folder, { recursive: true }), 'folderMissing', 'ENOENT'],
			['the partial file is gone', () => rm(part), 'notWritable', 'ENOENT'],
			['the partial file is another one', () => writeFile(part, 'longer than before'), 'notWritable', 'ENOENT'],
			[
				'the partial file is a link',
				async () => {
					await rm(part);
					await writeFile(join(folder, 'x'), content);
					await symlink('x', part);
				},
				'notWritable',
				'ENOENT',
			],
		];
		for (const [title, before, kind, code] of problems) {
			it(`fails when ${title}`, async () => {
				await before();
				const error = await run(() => put()).catch((thrown: unknown) => thrown);
				assert.ok(error instanceof FileProblem);
				assert.deepEqual(error.problem, { kind, code });
				await assert.rejects(readFile(join(folder, 'cat.mp4')));
			});
		}
	});
}
