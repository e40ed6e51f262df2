import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Download } from '../../src/core/download';
import type { TaskStore } from '../../src/store/taskStore';
import { dragRows, readDropped } from '../../src/ui/keptFiles/rowDragAndDrop';
import { resultUri } from '../../src/ui/result/resultTabs';
import { creationRow, taskRow, type TreeNode } from '../../src/ui/tree/treeNode';
import { isUserError } from '../../src/ui/userError';
import { creation } from '../support/shownCreations';
import { download, keptFile } from '../support/keptFiles';
import { key, newTasks, snapshot, video } from '../support/makers';
import { Bench, recordCheck } from '../support/store';

describe('dragging rows of the list', () => {
	const bench = new Bench();
	let store: TaskStore;
	before(async () => {
		store = await bench.open(bench.directory());
		await store.tasks.add(newTasks(['a', 'b']), 0);
		for (const id of ['a', 'b']) {
			const results = [video, { ...video, url: 'https://media.kling.example/2.mp4' }];
			await recordCheck(store, key(id), 0, { snapshot: snapshot('succeeded', { updatedAt: 0, results }) });
		}
	});
	after(() => bench.clear());

	const file = (path: string, more: Partial<Download> = {}): Download => download('kept', { file: keptFile({ path }), ...more });
	const downloads: readonly Download[] = [
		file('/home/ada/a b.mp4'),
		file('/home/ada/波#1.mp4', { media: 1 }),
		file('/home/ada/gone.mp4', { task: key('b'), file: keptFile({ path: '/home/ada/gone.mp4', missingSince: 5 }) }),
	];
	const dragged = async (rows: readonly TreeNode[], type = 'text/uri-list', now = 0): Promise<string | undefined> => {
		const data = new vscode.DataTransfer();
		dragRows(
			rows,
			data,
			{ tasks: store.tasks, downloads: { ...store.downloads, of: (task) => downloads.filter((one) => one.task === task) } },
			now,
		);
		return data.get(type)?.asString();
	};
	const task = (id: string, media?: number | 'parent'): TreeNode => taskRow('today', key(id), media);
	const tab = resultTabOf('b');
	function resultTabOf(id: string): () => string {
		return () => resultUri(store.tasks.get(key(id)) ?? assert.fail()).toString();
	}

	it('carries the files of tasks and results, each once; the result tab where no file is there', async () => {
		const [first, second] = ['file:///home/ada/a%20b.mp4', 'file:///home/ada/%E6%B3%A2%231.mp4'];
		assert.equal(await dragged([task('a')]), `${first}\r\n${second}`);
		assert.equal(await dragged([task('a', 1)]), second);
		assert.equal(await dragged([task('a', 1), task('a')]), `${second}\r\n${first}`);
		assert.equal(await dragged([task('b'), task('a', 0)]), `${tab()}\r\n${first}`);
		assert.equal(await dragged([{ kind: 'group', group: 'today' }, creationRow('running', creation({}).id)]), undefined);
	});

	it('carries the text to insert for rows without a file: their links that live, else what they are called', async () => {
		const inserted = (rows: readonly TreeNode[], now = 0): Promise<string | undefined> =>
			dragged(rows, 'application/vnd.kling-tasks.text', now);
		const second = 'https://media.kling.example/2.mp4';
		assert.equal(await inserted([task('b')]), `${video.url} ${second}`);
		assert.equal(await inserted([task('b', 1)]), second);
		assert.equal(await inserted([task('b', 1), task('a', 0)]), `${second} /home/ada/a b.mp4`);
		assert.match((await inserted([task('b')], 31 * 24 * 3_600_000)) ?? '', /^Text to Video/);
		assert.equal(await inserted([task('a')]), undefined, 'the editor inserts the paths of files');
	});

	const drop = (items: Readonly<Record<string, string | vscode.DataTransferFile>>): ReturnType<typeof readDropped> => {
		const data = new vscode.DataTransfer();
		for (const [type, value] of Object.entries(items)) {
			const item = new vscode.DataTransferItem(value);
			if (typeof value !== 'string') {
				item.asFile = () => value;
			}
			data.set(type, item);
		}
		return readDropped(data);
	};
	const fileWithout = (name: string, text: string): vscode.DataTransferFile => ({
		name,
		data: () => Promise.resolve(new TextEncoder().encode(text)),
	});
	const uris = (dropped: Awaited<ReturnType<typeof readDropped>>): readonly string[] => (dropped?.uris ?? []).map(String);

	it('reads URIs, one a line, without comments and what is no URI', async () => {
		const list = '# a comment\r\nfile:///home/ada/a%20b.mp4\r\n\r\nnot a uri\nfile:///home/ada\nhttps://media.kling.example/1.mp4\r\n';
		assert.deepEqual(uris(await drop({ 'text/uri-list': list, 'text/plain': 'ignored' })), [
			'file:///home/ada/a%20b.mp4',
			'file:///home/ada',
			'https://media.kling.example/1.mp4',
		]);
	});

	it('reads a text where there is nothing else', async () => {
		assert.deepEqual(await drop({ 'text/plain': 'videos/text2video 871234567890123456' }), {
			uris: [],
			text: 'videos/text2video 871234567890123456',
		});
		assert.deepEqual(await drop({}), { uris: [], text: '' });
	});

	it('reads files by their place, or by their text where the editor does not say where they lie', async () => {
		const placed = { ...fileWithout('a.mp4', ''), uri: vscode.Uri.file('/home/ada/a.mp4') };
		assert.deepEqual(uris(await drop({ 'video/mp4': placed })), ['file:///home/ada/a.mp4']);
		const both = await drop({ 'text/plain': fileWithout('notes.txt', 'one'), 'video/mp4': fileWithout('a.MP4', 'bytes') });
		assert.deepEqual(both, { uris: [], text: 'one' });
		await assert.rejects(
			drop({ 'video/mp4': fileWithout('a.mp4', 'bytes') }),
			(error) => isUserError(error) && error.message.startsWith('This editor does not say where a dropped file lies.'),
		);
	});

	it('ignores its own rows', async () => {
		assert.equal(await drop({ 'application/vnd.code.tree.kling.tasks': '{}', 'text/uri-list': 'file:///home/ada/a.mp4' }), undefined);
	});
});
