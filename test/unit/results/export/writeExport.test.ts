import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeExport, type ExportItem, type ExportOrder } from '../../../../src/results/export/writeExport';
import { resultFacts } from '../../../support/exported';

describe('writing an export', () => {
	let folder: string;
	let parent: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'export-'));
		parent = join(folder, 'target');
		await mkdir(parent);
	});
	afterEach(() => rm(folder, { recursive: true }));

	const kept = async (name: string, bytes = `bytes of ${name}`): Promise<ExportItem> => {
		const path = join(folder, name);
		await writeFile(path, bytes);
		return { path, facts: resultFacts({ size: bytes.length }) };
	};
	const order = (items: readonly ExportItem[], own: Partial<ExportOrder> = {}): ExportOrder => ({
		items,
		parent,
		name: 'kling-export',
		now: Date.UTC(2026, 10, 29),
		gallery: (count) => ({ language: 'en', title: 'Kling Results', summary: `${count} results`, wholePrompt: 'Whole prompt' }),
		readme: (count, hasConcatList) => `${count} ${hasConcatList}\n`,
		signal: new AbortController().signal,
		onProgress: () => undefined,
		...own,
	});
	const content = (path: string): Promise<string> => readFile(join(parent, path), 'utf8');

	it('copies files with their posters into a new folder, and lists them', async () => {
		const poster = join(folder, 'poster');
		await writeFile(poster, 'a poster');
		const progress: string[] = [];
		const items = [
			{ ...(await kept('a.mp4')), poster },
			{ ...(await kept('b.mp4')), poster: join(folder, 'none') },
		];
		const outcome = await writeExport(order(items, { onProgress: (done, total) => progress.push(`${done}/${total}`) }));
		assert.deepEqual(outcome, { folder: join(parent, 'kling-export'), exported: 2, leftOut: 0 });
		assert.deepEqual((await readdir(outcome.folder, { recursive: true })).sort(), [
			'README.txt',
			'concat.txt',
			'index.html',
			'media',
			'media/a.mp4',
			'media/b.mp4',
			'posters',
			'posters/a.mp4.webp',
			'results.csv',
			'results.json',
		]);
		assert.deepEqual(
			[await content('kling-export/media/b.mp4'), await content('kling-export/posters/a.mp4.webp')],
			['bytes of b.mp4', 'a poster'],
		);
		assert.deepEqual([await content('kling-export/README.txt'), progress], ['2 true\n', ['1/2', '2/2']]);
	});

	it('never touches a folder or file that is there', async () => {
		await mkdir(join(parent, 'kling-export'));
		await writeFile(join(parent, 'kling-export', 'mine.txt'), 'mine');
		await writeFile(join(parent, 'kling-export-2'), 'mine');
		await symlink(folder, join(parent, 'kling-export-3'));
		const { folder: made } = await writeExport(order([await kept('a.mp4')]));
		assert.equal(made, join(parent, 'kling-export-4'));
		assert.deepEqual(await readdir(join(parent, 'kling-export')), ['mine.txt']);
	});

	it('leaves out what is gone, was changed or is no file', async () => {
		const [good, changed, gone, linked] = [await kept('a.mp4'), await kept('b.mp4'), await kept('c.mp4'), await kept('d.mp4')];
		await writeFile(changed.path, 'x');
		await rm(gone.path);
		await rm(linked.path);
		await symlink(good.path, linked.path);
		const folderItem = { ...good, path: parent };
		const outcome = await writeExport(order([changed, gone, linked, folderItem, good]));
		assert.deepEqual([outcome.exported, outcome.leftOut], [1, 4]);
		assert.deepEqual(await readdir(join(parent, 'kling-export', 'media')), ['a.mp4']);
	});

	it('leaves no folder if nothing is there', async () => {
		const gone = await kept('a.mp4');
		await rm(gone.path);
		assert.deepEqual(await writeExport(order([gone])), { exported: 0, leftOut: 1 });
		assert.deepEqual(await readdir(parent), []);
	});

	it('ends at once when it is cancelled, and leaves no folder', async () => {
		const abort = new AbortController();
		const items = [await kept('a.mp4'), await kept('b.mp4')];
		const copied: number[] = [];
		const onProgress = (done: number): void => {
			copied.push(done);
			abort.abort(new Error('cancelled'));
		};
		await assert.rejects(writeExport(order(items, { signal: abort.signal, onProgress })), /cancelled/);
		assert.deepEqual([copied, await readdir(parent)], [[1], []]);
	});

	it('says why it cannot write', async function () {
		await assert.rejects(writeExport(order([await kept('a.mp4')], { parent: join(folder, 'none') })), { kind: 'folderMissing' });
		if (process.getuid?.() === 0) {
			// Nothing is refused to root.
			return;
		}
		await chmod(parent, 0o500);
		await assert.rejects(writeExport(order([await kept('a.mp4')])), { kind: 'notWritable', code: 'EACCES' });
		await chmod(parent, 0o700);
	});
});
