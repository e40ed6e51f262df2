import assert from 'node:assert/strict';
import { findSidecars, type FolderEntry, type Folders } from '../../../src/ui/sidecars/sidecarSearch';

const end = '.kling-result.json';

/** A tree by the paths of its folders; a folder without entries cannot be read. */
function treeOf(folders: Readonly<Record<string, readonly (readonly [name: string, kind: FolderEntry['kind']])[]>>): Folders<string> {
	return {
		list: (folder) => {
			const entries = folders[folder];
			return entries === undefined
				? Promise.reject(new Error('EACCES'))
				: Promise.resolve(entries.map(([name, kind]): FolderEntry => ({ name, kind })));
		},
		join: (folder, name) => `${folder}/${name}`,
	};
}

const never = new AbortController().signal;

describe('the search for sidecars', () => {
	it('finds them in all folders, those near the top first, each folder’s by name', async () => {
		const tree = treeOf({
			top: [
				['b', 'folder'],
				[`z.mp4${end}`, 'file'],
				[`a.mp4${end}`, 'file'],
				['a.mp4', 'file'],
				['a', 'folder'],
			],
			'top/a': [[`c.png${end}`, 'file']],
			'top/b': [],
		});
		assert.deepEqual(await findSidecars(['top'], tree, { signal: never }), {
			files: [`top/a.mp4${end}`, `top/z.mp4${end}`, `top/a/c.png${end}`],
			isCut: false,
			unreadable: 0,
		});
	});

	it('follows no link, skips folders of programs, and counts folders that cannot be read', async () => {
		const tree = treeOf({
			top: [
				[`a${end}`, 'other'],
				[`b${end}`, 'folder'],
				['node_modules', 'folder'],
				['.git', 'folder'],
				['link', 'other'],
				['secret', 'folder'],
			],
			[`top/b${end}`]: [],
			'top/node_modules': [[`a${end}`, 'file']],
			'top/.git': [[`a${end}`, 'file']],
			'top/link': [[`a${end}`, 'file']],
		});
		assert.deepEqual(await findSidecars(['top'], tree, { signal: never }), { files: [], isCut: false, unreadable: 1 });
	});

	it('ends in a folder that contains itself', async () => {
		const endless: Folders<string> = {
			list: () => Promise.resolve([{ name: 'again', kind: 'folder' }]),
			join: (folder, name) => `${folder}/${name}`,
		};
		assert.deepEqual(await findSidecars(['top'], endless, { signal: never }), { files: [], isCut: true, unreadable: 0 });
	});

	it('reads 10,000 sidecars and not one more', async () => {
		const many = (count: number) =>
			treeOf({ top: Array.from({ length: count }, (_, index) => [`${String(index).padStart(5, '0')}${end}`, 'file'] as const) });
		const [all, cut] = [
			await findSidecars(['top'], many(10_000), { signal: never }),
			await findSidecars(['top'], many(10_001), { signal: never }),
		];
		assert.deepEqual([all.files.length, all.isCut, cut.files.length, cut.isCut], [10_000, false, 10_000, true]);
	});

	it('can be cancelled', async () => {
		const abort = new AbortController();
		const tree = treeOf({ top: [['a', 'folder']], 'top/a': [[`c.png${end}`, 'file']] });
		const found = findSidecars(['top'], tree, { signal: abort.signal, onProgress: () => abort.abort(new Error('stop')) });
		await assert.rejects(found, /stop/);
	});
});
