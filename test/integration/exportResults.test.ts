// Export Results… in a real extension host.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/core/emitter';
import type { TaskKey } from '../../src/core/task';
import { cleanSlate, type Parts } from '../support/extension';
import { key, newTask, origin, snapshot } from '../support/makers';
import { recordCheck } from '../support/store';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';

describe('exporting results', function () {
	this.timeout(60_000);
	let parts: Parts;
	let messages: Messages;
	let folder: string;
	const own: Disposable[] = [];

	beforeEach(async () => {
		parts = await cleanSlate();
		messages = new Messages();
		folder = await mkdtemp(join(tmpdir(), 'exporting-'));
		own.push(replace(vscode.window, 'showOpenDialog', () => Promise.resolve([vscode.Uri.file(folder)])));
	});
	afterEach(async () => {
		for (const owned of own.splice(0)) {
			owned.dispose();
		}
		messages.dispose();
		await rm(folder, { recursive: true });
	});

	/** A succeeded task with so many images, those with an index kept. */
	const finish = async (id: string, count: number, kept: readonly number[], more: Parameters<typeof newTask>[1] = {}): Promise<TaskKey> => {
		await parts.store.origins.pause(origin, 'noKey', Date.now());
		await parts.store.tasks.add([{ ...newTask(id, more), ref: { origin, action: 'images', action2: 'generations', id } }], Date.now());
		const results = Array.from({ length: count }, (_, index) => ({
			kind: 'image' as const,
			url: `https://media.kling.example/${index}.png`,
		}));
		await recordCheck(parts.store, key(id), Date.now(), {
			snapshot: snapshot('succeeded', {
				results,
				unitsDeducted: '3.5',
				createdAt: Date.UTC(2026, 10, 3),
				updatedAt: Date.UTC(2026, 10, 3, 1),
			}),
			announce: false,
		});
		for (const media of kept) {
			await keep(id, media);
		}
		return key(id);
	};
	const keep = async (id: string, media: number): Promise<void> => {
		const [path, bytes] = [join(folder, `${id}-${media + 1}.png`), `bytes of ${id} ${media}`];
		await writeFile(path, bytes);
		const sha256 = createHash('sha256').update(bytes).digest('hex');
		await parts.store.downloads.recordFile(
			{ task: key(id), media },
			{ path, size: bytes.length, sha256, format: 'png', keptAt: Date.now() },
			Date.now(),
		);
	};
	const node = (task: TaskKey, media?: number) => ({ kind: 'task', key: task, ...(media !== undefined && { media }) });
	const run = (...nodes: readonly object[]): Thenable<unknown> => vscode.commands.executeCommand('kling.exportResults', nodes[0], nodes);
	const exported = async (): Promise<string> => {
		const [name] = (await readdir(folder)).filter((one) => one.startsWith('kling-export-'));
		assert.ok(name, (await readdir(folder)).join());
		return join(folder, name);
	};

	it('copies the kept results of the chosen rows, with a gallery and lists', async () => {
		const task = await finish('fox', 2, [0, 1], { name: 'Fox <b>', prompt: 'A fox & snow' });
		const other = await finish('owl', 3, [0, 1, 2]);
		await run(node(task), node(other, 1));
		const message = await messages.next(/^Exported 3 results to kling-export-\d{4}-\d\d-\d\d\.$/);
		assert.equal(message.severity, 'info');
		const target = await exported();
		assert.deepEqual((await readdir(join(target, 'media'))).sort(), ['fox-1.png', 'fox-2.png', 'owl-2.png']);
		const page = await readFile(join(target, 'index.html'), 'utf8');
		assert.match(page, /<h2 dir="auto">Fox &lt;b&gt;, Image 1 of 2<\/h2>\n<p class="prompt" dir="auto">A fox &amp; snow<\/p>/);
		assert.match(page, /<li>Image Generation<\/li><li>Nov 3, 2026<\/li><li>1 KB<\/li><li>3\.5 units for 2 results<\/li>/);
		assert.match(await readFile(join(target, 'README.txt'), 'utf8'), /^3 results of Kling, exported by Kling Tasks\.\n/);
		assert.equal((await readFile(join(target, 'results.csv'), 'utf8')).trim().split('\r\n').length, 4);
	});

	it('lets the person pick among the tasks with kept results', async () => {
		await finish('fox', 1, [0], { name: 'Fox' });
		await finish('owl', 1, [0], { name: 'Owl' });
		await finish('elk', 1, [], { name: 'Elk' });
		const shown: string[] = [];
		own.push(
			replace(vscode.window, 'showQuickPick', (rows) => {
				const all = rows as readonly vscode.QuickPickItem[];
				shown.push(...all.map(({ label }) => label));
				return Promise.resolve(all.filter(({ label }) => label === 'Owl'));
			}),
		);
		await vscode.commands.executeCommand('kling.exportResults');
		await messages.next(/^Exported 1 result to /);
		assert.deepEqual(shown.sort(), ['Fox', 'Owl']);
		assert.deepEqual(await readdir(join(await exported(), 'media')), ['owl-1.png']);
	});

	it('asks about results that are not kept, and exports the others or keeps them first', async () => {
		const task = await finish('fox', 2, [0]);
		const asked = async (button: string | undefined): Promise<void> => {
			const done = run(node(task));
			const question = await messages.next(/^1 of 2 results are not saved as files yet\.$/);
			assert.deepEqual(
				[question.detail, question.buttons],
				['Only saved results are exported.', ['Save and Export', 'Export Saved Results Only']],
			);
			if (button === undefined) {
				question.close();
			} else {
				question.press(button);
			}
			await done;
			messages.clear();
		};
		await asked(undefined);
		assert.equal((await readdir(folder)).length, 1);
		await asked('Export Saved Results Only');
		assert.deepEqual(await readdir(join(await exported(), 'media')), ['fox-1.png']);
		await rm(await exported(), { recursive: true });
		const ordered: unknown[] = [];
		let keeping = (): Promise<void> => Promise.resolve();
		const execute = vscode.commands.executeCommand;
		own.push(
			replace(vscode.commands, 'executeCommand', (id, ...args) => {
				if (id !== 'kling.keepResults') {
					return execute(String(id), ...args);
				}
				ordered.push(args[1]);
				return keeping();
			}),
		);
		await asked('Save and Export');
		assert.deepEqual(
			[ordered.splice(0), (await readdir(folder)).filter((name) => name.startsWith('kling-export-')), messages.all],
			[[[{ kind: 'task', key: task, media: 1 }]], [], []],
			'where nothing was saved, nothing is exported, and nothing more is said',
		);
		keeping = () => keep('fox', 1);
		await asked('Save and Export');
		assert.deepEqual((await readdir(join(await exported(), 'media'))).sort(), ['fox-1.png', 'fox-2.png']);
	});

	it('says what was moved, and leaves it out', async () => {
		const task = await finish('fox', 2, [0, 1]);
		await rm(join(folder, 'fox-1.png'));
		await run(node(task));
		const message = await messages.next(
			/^Exported 1 result to .*\. 1 file was moved, deleted or changed since it was saved and is left out\.$/,
		);
		assert.equal(message.severity, 'warning');
	});

	it('says so when nothing is kept', async () => {
		await vscode.commands.executeCommand('kling.exportResults');
		await messages.next(/^No result is saved as a file here\. Use “Keep Results” or “Save Result As…” first\.$/);
	});

	it('says why the folder cannot be used', async () => {
		const task = await finish('fox', 1, [0]);
		own.push(replace(vscode.window, 'showOpenDialog', () => Promise.resolve([vscode.Uri.file(join(folder, 'none'))])));
		await run(node(task));
		await messages.next(/^The folder does not exist any more\. Nothing was exported\.$/);
		own.push(replace(vscode.window, 'showOpenDialog', () => Promise.resolve([vscode.Uri.parse('memfs:/x')])));
		await run(node(task));
		await messages.next(/^Results can be exported only to a folder of this computer\.$/);
	});
});
