import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../src/core/emitter';
import type { Download, DownloadReason } from '../../src/core/download';
import type { TaskKey } from '../../src/core/task';
import type { TaskStore } from '../../src/store/taskStore';
import { DurationModels } from '../../src/tracking/durationModels';
import type { DownloadProgress } from '../../src/tracking/ports/downloads';
import { reasonLabel } from '../../src/ui/text/keptRows';
import { RowDecorations } from '../../src/ui/tree/rowDecorations';
import { TaskTreeProvider } from '../../src/ui/tree/taskTreeProvider';
import type { TreeNode } from '../../src/ui/tree/treeNode';
import { ManualClock } from '../support/clock';
import { download, keptFile, plan } from '../support/keptFiles';
import { plainText } from './tools/markdown';
import { key, newTasks, snapshot, video } from '../support/makers';
import { Bench, recordCheck } from '../support/store';

const image = { kind: 'image', url: 'https://media.kling.example/2.png' } as const;

describe('rows of tasks whose results are kept', () => {
	const bench = new Bench();
	let clock: ManualClock;
	let store: TaskStore;
	let tree: TaskTreeProvider;
	let downloads: readonly Download[];
	let arrived: DownloadProgress | undefined;
	let progress: Emitter<TaskKey>;
	let fired: (TreeNode | undefined)[];
	let noticed: TaskKey[];
	let reads: number;

	beforeEach(async () => {
		clock = new ManualClock();
		store = await bench.open(bench.directory());
		downloads = [];
		noticed = [];
		reads = 0;
		arrived = undefined;
		progress = new Emitter<TaskKey>({ error: (_, error) => assert.fail(String(error)) });
		tree = bench.own(
			new TaskTreeProvider(store, {
				clock,
				durationModels: new DurationModels(store.durations),
				downloads: {
					of: (task) => {
						reads++;
						return [...downloads.filter((one) => one.task === task), ...store.downloads.of(task)];
					},
					progressOf: () => arrived,
					posterOf: ({ file }) => (file?.hasPoster === true ? `/posters/${file.sha256}.webp` : undefined),
					onDidChangeProgress: progress.event,
					notice: (task) => noticed.push(task),
				},
			}),
		);
		fired = [];
		bench.own(tree.onDidChangeTreeData((node) => fired.push(node)));
		tree.setVisible(true);
	});
	afterEach(() => bench.clear());

	const succeeded = async (id: string, results = [video]): Promise<void> => {
		await store.tasks.add(newTasks([id]), clock.now());
		await recordCheck(store, key(id), clock.now(), { snapshot: snapshot('succeeded', { updatedAt: clock.now(), results }) });
	};
	const item = async (id = 'a'): Promise<vscode.TreeItem> => tree.getTreeItem(await tree.nodeOf(key(id)));
	const markOf = ({ resourceUri }: vscode.TreeItem): string | undefined =>
		resourceUri === undefined ? undefined : new RowDecorations().provideFileDecoration(resourceUri)?.badge;
	/** Description, mark, tags of keeping, and what a screen reader hears beside the name and the status. */
	const row = async (): Promise<readonly unknown[]> => {
		const drawn = await item();
		const tags = (drawn.contextValue ?? '').split(';').filter((tag) => ['kept', 'saving', 'keepAgain', 'missing'].includes(tag));
		return [drawn.description, markOf(drawn), tags.join(' '), drawn.accessibilityInformation?.label.replace(/^.*?Succeeded, /, '')];
	};

	it('say how far saving is, first of all, and mark what is saved', async () => {
		await succeeded('a');
		const part = { path: '/home/ada/kling/wave-1.mp4.part', total: 1000 };
		const shown: unknown[] = [];
		for (const states of [
			[],
			[download('queued')],
			[download('queued', { reason: { kind: 'diskFull', code: 'ENOSPC' } })],
			[download('running')],
			[download('running', { part, received: 437 })],
			[download('kept')],
			[download('kept', { file: keptFile({ missingSince: 5 }) })],
			[download('failed', { reason: { kind: 'diskFull', code: 'ENOSPC' } })],
			[download('failed', { reason: { kind: 'linkGone' } })],
		]) {
			downloads = states;
			shown.push(await row());
		}
		assert.deepEqual(shown, [
			['just now', '●', '', 'just now, not viewed'],
			['waiting to save · just now', '●', 'saving', 'just now, waiting to save, not viewed'],
			['waiting to save: disk full · just now', '●', 'saving keepAgain', 'just now, waiting to save: disk full, not viewed'],
			['saving · just now', '●', 'saving', 'just now, saving, not viewed'],
			['saving 43 % · just now', '●', 'saving', 'just now, saving 43 %, not viewed'],
			['just now', '●✓', 'kept', 'just now, saved, not viewed'],
			['file missing · just now', '●', 'keepAgain missing', 'just now, file missing, not viewed'],
			['not saved: disk full · just now', '●', 'keepAgain', 'just now, not saved: disk full, not viewed'],
			['not saved: link expired · just now', '●', '', 'just now, not saved: link expired, not viewed'],
		]);
		await store.tasks.markViewed([key('a')], clock.now());
		downloads = [download('kept')];
		assert.equal(markOf(await item()), '✓');
	});

	it('count where there are several results; each has its own state in its own row', async () => {
		await succeeded('a', [image, image, image]);
		const at = (state: Download['state'], media: number, more: Partial<Download> = {}): Download => download(state, { media, ...more });
		const full = { reason: { kind: 'diskFull', code: 'ENOSPC' } } as const;
		const lost = { file: keptFile({ missingSince: 5 }) };
		const shown: unknown[] = [];
		for (const states of [
			[at('kept', 0), at('running', 1, { part: { path: '/p', total: 10 }, received: 1 }), at('queued', 2)],
			[at('kept', 0), at('failed', 1, full), at('kept', 2, lost)],
			[at('kept', 0), at('kept', 1, lost), at('kept', 2)],
			[at('kept', 0)],
			[at('kept', 0), at('kept', 1), at('kept', 2)],
		]) {
			downloads = states;
			const children = await Promise.all((await tree.getChildren(await tree.nodeOf(key('a')))).map((node) => tree.getTreeItem(node)));
			shown.push([
				(await item()).description,
				...children.map((child) => `${String(child.description)}${markOf(child) ?? ''} ${child.contextValue ?? ''}`),
			]);
		}
		assert.deepEqual(shown, [
			['saving 2 of 3 · just now · 3 images', '✓ result;kept', 'saving 10 % result;saving', 'waiting to save result;saving'],
			[
				'1 of 3 not saved: disk full · just now · 3 images',
				'✓ result;kept',
				'not saved: disk full result;keepAgain',
				'file missing result;keepAgain;missing',
			],
			['1 of 3 files missing · just now · 3 images', '✓ result;kept', 'file missing result;keepAgain;missing', '✓ result;kept'],
			['just now · 3 images · 1 of 3 saved', '✓ result;kept', ' result;canKeep', ' result;canKeep'],
			['just now · 3 images', '✓ result;kept', '✓ result;kept', '✓ result;kept'],
		]);
	});

	it('read the downloads of their task once, whatever the number of its results', async () => {
		await succeeded(
			'a',
			Array.from({ length: 100 }, () => image),
		);
		downloads = [download('running')];
		await item();
		assert.equal(reads, 1);
		arrived = { received: 500, total: 1000 };
		progress.fire(key('a'));
		assert.equal(reads, 2);
	});

	it('are redrawn alone, and only when their text changes', async () => {
		await succeeded('a');
		await succeeded('b');
		downloads = [download('running')];
		await Promise.all(['a', 'b'].map((id) => item(id)));
		fired.length = 0;
		const texts: unknown[] = [];
		for (const received of [100, 104, 109, 110, 990, 1000]) {
			arrived = { received, total: 1000 };
			progress.fire(key('a'));
			texts.push([fired.length, (await item()).description]);
		}
		assert.deepEqual(texts, [
			[1, 'saving 10 % · just now'],
			[1, 'saving 10 % · just now'],
			[1, 'saving 10 % · just now'],
			[2, 'saving 11 % · just now'],
			[3, 'saving 99 % · just now'],
			[3, 'saving 99 % · just now'],
		]);
		assert.deepEqual(new Set(fired), new Set([await tree.nodeOf(key('a'))]));
	});

	it('say when a link of what is not saved expires, before it does in front, then behind', async () => {
		const link = (seconds: number): typeof video => ({
			...video,
			url: `https://media.kling.example/one.mp4?Expires=${Math.floor(clock.now() / 1000) + seconds}`,
		});
		await succeeded('a', [link(3 * 24 * 3600)]);
		assert.deepEqual(await row(), ['link expires in 3 days · just now', '●', '', 'just now, link expires in 3 days, not viewed']);
		downloads = [download('kept')];
		assert.equal((await item()).description, 'just now');
		downloads = [];
		await item();
		fired.length = 0;
		const shown: unknown[] = [];
		for (const hours of [30, 40, 3]) {
			await clock.advance(hours * 3_600_000);
			shown.push((await item()).description);
		}
		assert.deepEqual(shown, ['link expires in 42 h · 30 h ago', 'link expires in 2 h · 2 days ago', '3 days ago · link expired']);
		assert.ok(fired.length > 0 && fired.every((node) => node?.kind === 'task' || node === undefined), 'time alone redraws them');
	}).timeout(30_000);

	it('have a poster as icon, those of their results too; the hover shows it, where the file is, and why another is not saved', async () => {
		await succeeded('a', [image, image]);
		const iconOf = ({ iconPath }: vscode.TreeItem): unknown =>
			iconPath instanceof vscode.Uri ? iconPath.path : iconPath instanceof vscode.ThemeIcon && iconPath.id;
		const sha256 = 'cd'.repeat(32);
		const path = '/home/ada/kling/a b.png';
		downloads = [
			download('failed', { reason: { kind: 'server', httpStatus: 503 } }),
			download('kept', { media: 1, file: keptFile({ path, sha256, format: 'png' }) }),
		];
		const node = await tree.nodeOf(key('a'));
		assert.equal(iconOf(await item()), 'file-media');
		fired.length = 0;
		downloads = [
			downloads[0] ?? assert.fail(),
			download('kept', {
				media: 1,
				file: keptFile({ path, sha256, format: 'png', hasPoster: true, facts: { width: 1024, height: 768, videoCodec: 'avc1.64001f' } }),
			}),
		];
		progress.fire(key('a'));
		assert.deepEqual(fired, [node], 'it is redrawn when it gets one');
		const children = await Promise.all((await tree.getChildren(node)).map((child) => tree.getTreeItem(child)));
		assert.deepEqual([await item(), ...children].map(iconOf), [`/posters/${sha256}.webp`, 'file-media', `/posters/${sha256}.webp`]);
		const { tooltip } = tree.resolveTreeItem(await item(), node);
		assert.ok(tooltip instanceof vscode.MarkdownString);
		assert.deepEqual([tooltip.isTrusted, tooltip.supportHtml], [false, false]);
		assert.ok(tooltip.value.startsWith(`![](file:///posters/${sha256}.webp|height=144)\n\n`), tooltip.value);
		const text = plainText(tooltip);
		assert.ok(text.includes(`Saved as: ${path}`), text);
		assert.ok(text.indexOf('Saved as: ') < text.indexOf('Task ID: '), text);
		assert.match(text, /Resolution: 1024×768\s+Codecs: H\.264/);
		assert.ok(text.includes('media.kling.example responded with status 503. Nothing was saved.'), text);
		downloads = [download('queued', { reason: { kind: 'server', httpStatus: 503 } })];
		const waiting = tree.resolveTreeItem(await item(), node).tooltip;
		assert.ok(waiting instanceof vscode.MarkdownString);
		assert.match(plainText(waiting), /Not saved yet, will be tried again\. media\.kling\.example responded with status 503\./);
	});

	it('are filtered by what is not saved, and leave the list when they are', async () => {
		for (const id of ['a', 'b', 'c']) {
			await succeeded(id, id === 'b' ? [image, image] : [video]);
		}
		await store.tasks.add(newTasks(['active']), clock.now());
		const listed = async (): Promise<readonly string[]> => {
			const nodes = (await Promise.all((await tree.getChildren()).map((group) => tree.getChildren(group)))).flat();
			return nodes.map((node) => (node.kind === 'task' ? (store.tasks.get(node.key)?.ref.id ?? '?') : node.kind)).sort();
		};
		const keep = (id: string, media = 0): Promise<void> =>
			store.downloads.recordFile({ task: key(id), media }, keptFile({ path: `/home/ada/${id}-${media}.mp4` }), clock.now());
		await keep('a');
		tree.filter = { kind: 'unsaved' };
		assert.deepEqual(await listed(), ['b', 'c']);
		assert.equal(tree.filterMessage, 'Showing tasks with results that are not saved only. 2 tasks are hidden.');
		await keep('b', 0);
		assert.deepEqual(await listed(), ['b', 'c'], 'one of two is saved');
		await keep('b', 1);
		assert.deepEqual(await listed(), ['c']);
		await store.downloads.queue([{ task: key('c'), media: 0, plan }], clock.now());
		assert.deepEqual(await listed(), ['c'], 'it waits to be saved');
		await store.downloads.recordMissing({ task: key('a'), media: 0 }, '/home/ada/a-0.mp4', clock.now());
		assert.deepEqual(await listed(), ['a', 'c'], 'its file is not there any more');
		await store.downloads.forgetFiles([{ task: key('a'), media: 0 }]);
		assert.deepEqual(await listed(), ['c'], 'the person deleted it');
		await clock.advance(31 * 24 * 3_600_000);
		tree.filter = { kind: 'unsaved' };
		assert.deepEqual(await listed(), ['c'], 'what cannot be saved any more is not listed');
		tree.filter = undefined;
		assert.deepEqual(await listed(), ['a', 'active', 'b', 'c']);
	}).timeout(30_000);

	it('have their files checked when the mouse is over them, not when they are drawn', async () => {
		await succeeded('a');
		await succeeded('b');
		downloads = [download('kept')];
		const node = await tree.nodeOf(key('a'));
		const drawn = await tree.getTreeItem(node);
		assert.deepEqual(noticed, []);
		tree.resolveTreeItem(drawn, node);
		assert.deepEqual(noticed, [key('a')]);
	});

	it('have a few words for every reason', () => {
		const reasons: readonly (readonly [DownloadReason, string])[] = [
			[{ kind: 'cancelled' }, 'cancelled'],
			[{ kind: 'linkGone' }, 'link expired'],
			[{ kind: 'expired', httpStatus: 403 }, 'link expired'],
			[{ kind: 'linkRefused' }, 'link blocked'],
			[{ kind: 'tooManyRedirects' }, 'too many redirects'],
			[{ kind: 'unreachable', code: 'ECONNREFUSED', message: 'no' }, 'host not reachable'],
			[{ kind: 'wantsKey', why: 'noKey', httpStatus: 401 }, 'API key required'],
			[{ kind: 'server', httpStatus: 503 }, 'HTTP status 503'],
			[{ kind: 'webPage' }, 'web page instead of the result'],
			[{ kind: 'document' }, 'text instead of the result'],
			[{ kind: 'playlist' }, 'playlist instead of the result'],
			[{ kind: 'compressed' }, 'compressed data instead of the result'],
			[{ kind: 'empty' }, 'empty file'],
			[{ kind: 'unknownFormat' }, 'unknown format'],
			[{ kind: 'wrongKind', expected: 'video', found: 'image' }, 'not a video'],
			[{ kind: 'wrongKind', expected: 'image', found: 'video' }, 'not an image'],
			[{ kind: 'wrongKind', expected: 'audio', found: 'video' }, 'not an audio file'],
			[{ kind: 'truncated', received: 5 }, 'connection closed early'],
			[{ kind: 'overlong' }, 'more data than announced'],
			[{ kind: 'tooLarge', most: 5 }, 'file too large'],
			[{ kind: 'digest' }, 'damaged on the way'],
			[{ kind: 'diskFull', code: 'ENOSPC' }, 'disk full'],
			[{ kind: 'notWritable', code: 'EROFS' }, 'folder not writable'],
			[{ kind: 'folderMissing', code: 'ENOENT' }, 'folder missing'],
		];
		assert.deepEqual(
			reasons.map(([reason]) => reasonLabel(reason)),
			reasons.map(([, label]) => label),
		);
	});
});
