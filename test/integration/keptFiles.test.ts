import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { KeptFile } from '../../src/core/download';
import type { Disposable } from '../../src/core/emitter';
import { taskKey, type TaskKey } from '../../src/core/task';
import { sidecarOf, sidecarPath, sidecarText } from '../../src/results/sidecar';
import type { Simulator } from '../../src/simulator/simulator';
import { resultCommands } from '../../src/ui/commands/resultCommands';
import { TaskTargets } from '../../src/ui/commands/taskTargets';
import { deleteKeptFiles } from '../../src/ui/keptFiles/deleteKeptFiles';
import type { KeptResult } from '../../src/ui/keptFiles/keptTargets';
import { noticeMissing } from '../../src/ui/keptFiles/keptFileCommands';
import { showMessage } from '../../src/ui/message';
import { systemClock } from '../../src/ui/clock';
import { ManualClock } from '../support/clock';
import { extensionFile, type Parts } from '../support/extension';
import { plan } from '../support/keptFiles';
import { soon } from '../support/retry';
import { onDesktop } from './tools/desktop';
import { eachSlate } from './tools/eachSlate';
import type { Messages } from './tools/messages';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';
const media = (name: string): string => extensionFile('media', 'demo', name);

describe('commands on kept files', function () {
	this.timeout(30_000);
	let parts: Parts;
	let simulator: Simulator;
	let messages: Messages;
	let folder: string;
	const replaced: Disposable[] = [];

	eachSlate(apiKey, (slate) => {
		({ parts, simulator, messages } = slate);
		folder = mkdtempSync(join(tmpdir(), 'kling-kept-'));
	});
	afterEach(async () => {
		replaced.splice(0).forEach((standIn) => standIn.dispose());
		await vscode.env.clipboard.writeText('');
		rmSync(folder, { recursive: true, force: true });
	});

	/** A finished task; `files`: of its results, those that are kept, with the names that they have in the folder. */
	const kept = async (
		files: readonly (readonly [name: string, source: string] | undefined)[],
		action2 = 'text2video',
	): Promise<TaskKey> => {
		const action = action2 === 'generations' ? 'images' : 'videos';
		const id = simulator.create({ action, action2 }, { durationMs: 1000, count: files.length });
		simulator.clock.advance(2000);
		await vscode.commands.executeCommand('kling.trackTask', `${action}/${action2} ${id}`);
		const key = taskKey({ origin: simulator.origin, id });
		const task = parts.store.tasks.get(key) ?? assert.fail();
		for (const [index, file] of files.entries()) {
			if (file !== undefined) {
				const path = join(folder, file[0]);
				copyFileSync(media(file[1]), path);
				const recorded = identityOf(path);
				await parts.store.downloads.recordFile({ task: key, media: index }, recorded, Date.now());
				writeFileSync(sidecarPath(path), sidecarText(sidecarOf({ task, creation: undefined, media: index, file: recorded, plan })));
			}
		}
		return key;
	};
	const identityOf = (path: string): KeptFile => {
		const bytes = readFileSync(path);
		const format = path.endsWith('.png') ? 'png' : 'mp4';
		return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), format, keptAt: 1 };
	};
	const run = async (
		command: string,
		key: TaskKey,
		more: { readonly media?: number; readonly with?: readonly TaskKey[] } = {},
	): Promise<void> => {
		const node = { kind: 'task', key, ...(more.media === undefined ? {} : { media: more.media }) };
		const rows = more.with?.map((other) => ({ kind: 'task', key: other }));
		await vscode.commands.executeCommand(command, node, ...(rows === undefined ? [] : [[node, ...rows]]));
	};
	const clipboard = async (): Promise<string> => vscode.env.clipboard.readText();
	const standIn = (disposable: Disposable): void => void replaced.push(disposable);
	const fileOf = (key: TaskKey, index = 0): KeptFile | undefined => parts.store.downloads.get({ task: key, media: index })?.file;

	it('copy the paths of all selected results, one a line', async () => {
		const one = await kept([['a.mp4', 'dawn.mp4']]);
		const two = await kept([['b.png', 'bloom.png'], undefined, ['c d.png', 'bloom.png']], 'generations');
		await run('kling.copyPath', one);
		assert.equal(await clipboard(), join(folder, 'a.mp4'));
		await run('kling.copyPath', one, { with: [two] });
		assert.equal(await clipboard(), ['a.mp4', 'b.png', 'c d.png'].map((name) => join(folder, name)).join('\n'));
		await run('kling.copyPath', two, { media: 2 });
		assert.equal(await clipboard(), join(folder, 'c d.png'));
	});

	it('copy Markdown: an image as image, a video as link, without a workspace by the whole path', async () => {
		const one = await kept([['a (1).mp4', 'dawn.mp4']]);
		await parts.store.tasks.rename(one, 'A [wave]');
		const two = await kept(
			[
				['b.png', 'bloom.png'],
				['c.png', 'bloom.png'],
			],
			'generations',
		);
		await parts.store.tasks.rename(two, 'Stills');
		await run('kling.copyMarkdown', one, { with: [two] });
		const at = (name: string): string => vscode.Uri.file(join(folder, name)).toString();
		assert.equal(
			await clipboard(),
			[`[A \\[wave\\]](${at('a (1).mp4')})`, `![Image 1 of 2 of Stills](${at('b.png')})`, `![Image 2 of 2 of Stills](${at('c.png')})`].join(
				'\n',
			),
		);
		assert.ok((await clipboard()).startsWith(`[A \\[wave\\]](file://`), 'no bracket of the name ends the target');
	});

	it('copy Markdown relative to the document in front, where the file lies below its folder', async () => {
		mkdirSync(join(folder, 'my results'));
		const key = await kept([['my results/a (1).png', 'bloom.png']], 'generations');
		const document = join(folder, 'notes.md');
		writeFileSync(document, '# Notes');
		await vscode.window.showTextDocument(vscode.Uri.file(document));
		await run('kling.copyMarkdown', key);
		assert.match(await clipboard(), /^!\[Image Generation \d{6}\]\(my%20results\/a%20%281%29\.png\)$/);
	});

	it('open a file in its app, but not one that is named as something else', async () => {
		const opened: string[] = [];
		standIn(onDesktop());
		standIn(
			replace(vscode.env, 'openExternal', (uri) => {
				opened.push(String(uri));
				return Promise.resolve(true);
			}),
		);
		const key = await kept([['a.mp4', 'dawn.mp4']]);
		await run('kling.openFile', key);
		assert.deepEqual(opened, [vscode.Uri.file(join(folder, 'a.mp4')).toString()]);
		const program = join(folder, 'b.mp4.sh');
		copyFileSync(media('dawn.mp4'), program);
		await parts.store.downloads.recordFile({ task: key, media: 0 }, identityOf(program), Date.now());
		await run('kling.openFile', key);
		await messages.next(/^b\.mp4\.sh is not opened: its name does not end as that of a video, image or audio file\.$/);
		assert.equal(opened.length, 1);
	});

	it('ask which of several files to open', async () => {
		const key = await kept([['a.png', 'bloom.png'], undefined, ['c.png', 'bloom.png']], 'generations');
		const offered: unknown[] = [];
		standIn(onDesktop());
		standIn(replace(vscode.env, 'openExternal', () => Promise.resolve(true)));
		standIn(
			replace(vscode.window, 'showQuickPick', (items) => {
				assert.ok(Array.isArray(items));
				offered.push(
					...(items as readonly { readonly label: string; readonly description: string }[]).map(
						(item) => `${item.label}, ${item.description}`,
					),
				);
				return Promise.resolve(undefined);
			}),
		);
		await run('kling.openFile', key);
		assert.deepEqual(offered, ['Image 1 of 3, a.png', 'Image 3 of 3, c.png']);
		await run('kling.openFile', key, { media: 2 });
		assert.equal(offered.length, 2, 'the row of a result names its file');
	});

	it('stand for their link where that has expired: copied and opened, each result for itself', async () => {
		const one = await kept([['a.mp4', 'dawn.mp4']]);
		const two = await kept([['b.png', 'bloom.png'], undefined], 'generations');
		const [opened, shown]: [unknown[], unknown[]] = [[], []];
		standIn(
			replace(vscode.env, 'openExternal', (uri) => {
				opened.push(String(uri));
				return Promise.resolve(true);
			}),
		);
		const commandsAt = (now: number): ReturnType<typeof resultCommands> =>
			resultCommands({
				targets: new TaskTargets(parts.store, systemClock, { activeResult: () => undefined, selection: () => [], focusedRows: () => [] }),
				downloads: parts.store.downloads,
				clock: { ...systemClock, now: () => now },
				open: (key, ref) => {
					shown.push([key, ref]);
					return Promise.resolve();
				},
				save: () => Promise.resolve(),
				viewed: () => Promise.resolve(),
				showRawResponse: () => Promise.resolve(),
			});
		const rows = [one, two].map((key) => ({ kind: 'task', key }));
		const urlOf = (key: TaskKey, index = 0): string => parts.store.tasks.get(key)?.results[index]?.url ?? assert.fail();
		await commandsAt(Date.now())['kling.copyLink'](rows[0], rows);
		assert.equal(await clipboard(), [urlOf(one), urlOf(two), urlOf(two, 1)].join('\n'));
		const later = commandsAt(Date.now() + 40 * 24 * 3_600_000);
		await later['kling.copyLink'](rows[0]);
		assert.equal(await clipboard(), join(folder, 'a.mp4'));
		await later['kling.copyLink'](rows[0], rows);
		assert.equal(await clipboard(), [join(folder, 'a.mp4'), join(folder, 'b.png'), urlOf(two, 1)].join('\n'));
		const desktop = onDesktop();
		await later['kling.openInBrowser'](rows[0]);
		desktop.dispose();
		assert.deepEqual([opened.splice(0), shown], [[vscode.Uri.file(join(folder, 'a.mp4')).toString()], []]);
		if (vscode.env.uiKind !== vscode.UIKind.Desktop) {
			await later['kling.openInBrowser'](rows[0]);
			assert.deepEqual([opened, shown], [[], [[one, 0]]], 'a browser shows it in the tab of the task');
		}
	});

	it('are shown in the file manager, where there is one', async () => {
		const revealed: unknown[] = [];
		const execute = vscode.commands.executeCommand;
		standIn(onDesktop());
		standIn(
			replace(vscode.commands, 'executeCommand', (id, ...args) => {
				if (id !== 'revealFileInOS') {
					return execute(String(id), ...args);
				}
				revealed.push(String(args[0]));
				return Promise.resolve();
			}),
		);
		await run('kling.revealFile', await kept([['a b.mp4', 'dawn.mp4']]));
		assert.deepEqual(revealed, [vscode.Uri.file(join(folder, 'a b.mp4')).toString()]);
	});

	it('say where nothing is kept, and in a browser what cannot be opened from there', async () => {
		const key = await kept([undefined]);
		const desktop = onDesktop();
		for (const command of ['kling.copyPath', 'kling.copyMarkdown', 'kling.openFile', 'kling.deleteKeptFiles']) {
			messages.clear();
			await run(command, key);
			assert.equal((await messages.next(/^No result is saved as a file here\./)).severity, 'info', command);
		}
		desktop.dispose();
		if (vscode.env.uiKind !== vscode.UIKind.Desktop) {
			const file = await kept([['a.mp4', 'dawn.mp4']]);
			await run('kling.revealFile', file);
			await messages.next(/^A browser cannot show the file manager\./);
			await run('kling.openFile', file);
			await messages.next(/^A browser cannot open files in other apps\. Use “Copy Path” instead\.$/);
		}
	});

	describe('that were moved or deleted', () => {
		const moved = async (): Promise<TaskKey> => {
			const key = await kept([['a.mp4', 'dawn.mp4']]);
			renameSync(join(folder, 'a.mp4'), join(folder, 'renamed.mp4'));
			return key;
		};
		const locate = async (key: TaskKey, target: string | undefined): Promise<void> => {
			const dialog = replace(vscode.window, 'showOpenDialog', () =>
				Promise.resolve(target === undefined ? undefined : [vscode.Uri.file(target)]),
			);
			const done = run('kling.locateFile', key);
			standIn(dialog);
			await done;
		};

		it('say so when they are used, with what can be done', async () => {
			const key = await moved();
			await run('kling.copyPath', key);
			const message = await messages.next(/^a\.mp4, the saved result of Text to Video \d{6}, was moved or deleted\.$/);
			assert.deepEqual(message.buttons, ['Locate…', 'Keep Again']);
			assert.equal(await clipboard(), '');
			assert.equal(typeof fileOf(key)?.missingSince, 'number');
		});

		it('leave only the file to be found when their link has expired too', async () => {
			const key = await moved();
			const later = { ...systemClock, now: () => Date.now() + 31 * 24 * 60 * 60_000 };
			await noticeMissing(key, { store: parts.store, clock: later, say: showMessage });
			const message = await messages.next(/was moved or deleted\. Its link has expired, so it cannot be saved again\.$/);
			assert.deepEqual(message.buttons, ['Locate…']);
		});

		it('are noticed once when the task is in front, and again found where they were', async () => {
			const key = await moved();
			const parts_ = { store: parts.store, clock: systemClock, say: showMessage };
			await noticeMissing(key, parts_);
			await noticeMissing(key, parts_);
			assert.equal(messages.like(/was moved or deleted/).length, 1);
			assert.deepEqual(messages.like(/was moved or deleted/)[0]?.buttons, ['Locate…', 'Keep Again']);
			renameSync(join(folder, 'renamed.mp4'), join(folder, 'a.mp4'));
			await noticeMissing(key, parts_);
			assert.equal(fileOf(key)?.missingSince, undefined);
			unlinkSync(join(folder, 'a.mp4'));
			await noticeMissing(key, parts_);
			assert.equal(messages.like(/was moved or deleted/).length, 2, 'it went a second time');
		});

		it('are located: the same file at once', async () => {
			const key = await moved();
			await run('kling.copyPath', key);
			messages.clear();
			await locate(key, join(folder, 'renamed.mp4'));
			assert.deepEqual([fileOf(key)?.path, fileOf(key)?.missingSince, fileOf(key)?.keptAt], [join(folder, 'renamed.mp4'), undefined, 1]);
			assert.deepEqual(messages.all, []);
		});

		it('are located: another file after a question, one of another kind never', async () => {
			const key = await moved();
			await run('kling.copyPath', key);
			messages.clear();
			const other = join(folder, 'edited.mp4');
			writeFileSync(other, Buffer.concat([readFileSync(media('dawn.mp4')), Buffer.from('more')]));
			const located = locate(key, other);
			const question = await messages.next(/^edited\.mp4 is not the saved file\.$/);
			assert.deepEqual(question.buttons, ['Use This File']);
			question.close();
			await located;
			assert.equal(fileOf(key)?.path, join(folder, 'a.mp4'), 'nothing changes when the person cancels');
			messages.clear();
			const again = locate(key, other);
			(await messages.next(/is not the saved file/)).press('Use This File');
			await again;
			assert.deepEqual([fileOf(key)?.path, fileOf(key)?.sha256], [other, identityOf(other).sha256]);
			unlinkSync(other);
			await run('kling.copyPath', key);
			messages.clear();
			copyFileSync(media('bloom.png'), join(folder, 'picture.mp4'));
			await locate(key, join(folder, 'picture.mp4'));
			await messages.next(/^picture\.mp4 is no file of the same kind\. Nothing was changed\.$/);
			assert.equal(fileOf(key)?.path, other);
		});

		it('are kept again while the link lives, in the folder where they were to be', async () => {
			const key = await moved();
			await run('kling.copyPath', key);
			const before = parts.store.downloads.get({ task: key, media: 0 });
			messages.clear();
			await run('kling.keepAgain', key);
			const state = await soon('it is queued', () => {
				const now = parts.store.downloads.get({ task: key, media: 0 });
				return now?.state === 'kept' && now.file?.missingSince !== undefined ? undefined : now;
			});
			assert.deepEqual(state.plan, before?.plan);
			messages.clear();
			await run('kling.keepAgain', await kept([['b.mp4', 'dawn.mp4']]));
			assert.equal((await messages.next(/^Nothing here can be saved again/)).severity, 'info');
		});
	});

	describe('that are to be deleted', () => {
		it('go with their sidecars, after a question, where there is no trash after two; what is not ours stays', async () => {
			const one = await kept([['a.mp4', 'dawn.mp4']]);
			const two = await kept(
				[
					['b.png', 'bloom.png'],
					['c.png', 'bloom.png'],
				],
				'generations',
			);
			writeFileSync(sidecarPath(join(folder, 'c.png')), '{ "not": "ours" }');
			const deleting = run('kling.deleteKeptFiles', one, { with: [two] });
			const question = await messages.next(/^Delete 3 saved results\?$/);
			assert.match(
				question.detail,
				new RegExp(`^They are in ${folder} \\(\\d\\.\\d MB\\)\\. The files that describe them go too\\. The tasks stay in the list\\.$`),
			);
			assert.deepEqual(question.buttons, ['Move to Trash']);
			question.press('Move to Trash');
			const second = await messages.next(/^There is no trash for this folder\.$/);
			assert.deepEqual(
				[second.detail, second.buttons],
				['3 files can only be deleted permanently. This cannot be undone.', ['Delete Permanently']],
			);
			assert.ok(
				['a.mp4', 'b.png', 'c.png'].every((name) => existsSync(join(folder, name))),
				'nothing is deleted before that',
			);
			second.press('Delete Permanently');
			await deleting;
			await messages.next(/^Deleted 3 saved results\.$/);
			assert.deepEqual(
				['a.mp4', 'b.png', 'c.png'].flatMap((name) => [name, `${name}.kling-result.json`]).filter((name) => existsSync(join(folder, name))),
				['c.png.kling-result.json'],
			);
			assert.deepEqual(
				[one, two].map((key) => [parts.store.tasks.get(key)?.status, fileOf(key)]),
				[
					['succeeded', undefined],
					['succeeded', undefined],
				],
			);
		});

		it('are forgotten by every result that shares them, and the question says so', async () => {
			const one = await kept([['a.png', 'bloom.png']], 'generations');
			const two = await kept([undefined, undefined], 'generations');
			const shared = fileOf(one) ?? assert.fail();
			await parts.store.downloads.recordFile({ task: two, media: 1 }, shared, Date.now());
			await parts.store.downloads.recordFile({ task: two, media: 0 }, { ...shared, path: join(folder, 'copy.png') }, Date.now());
			const deleting = run('kling.deleteKeptFiles', one);
			const question = await messages.next(/^Delete the saved result\?$/);
			assert.match(question.detail, /Another result has the same file and is not saved any more either\./);
			question.press('Move to Trash');
			(await messages.next(/^There is no trash/)).press('Delete Permanently');
			await deleting;
			await messages.next(/^Deleted 1 saved result\.$/);
			assert.deepEqual([fileOf(one), fileOf(two, 1), fileOf(two, 0)?.path], [undefined, undefined, join(folder, 'copy.png')]);
		});

		it('say what the system says where the trash does not take one, and how little they have', async () => {
			const key = await kept([['a.png', 'bloom.png']], 'generations');
			const bytes = Buffer.alloc(1_200, 7);
			const found = fileOf(key) ?? assert.fail();
			const small = { ...found, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
			writeFileSync(small.path, bytes);
			await parts.store.downloads.recordFile({ task: key, media: 0 }, small, Date.now());
			const asked: unknown[] = [];
			const { fs } = vscode.workspace;
			const task = parts.store.tasks.get(key) ?? assert.fail();
			const deleting = deleteKeptFiles([{ task, download: parts.store.downloads.of(key)[0] ?? assert.fail(), file: small }], {
				downloads: parts.store.downloads,
				clock: systemClock,
				log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
				files: {
					stat: (uri) => fs.stat(uri),
					readFile: (uri) => fs.readFile(uri),
					delete: (_, options) => {
						asked.push(options?.useTrash);
						return options?.useTrash === true ? Promise.reject(new Error('The Recycle Bin on D: is corrupted.')) : Promise.resolve();
					},
				},
			});
			const question = await messages.next(/^Delete the saved result\?$/);
			assert.match(question.detail, / \(2 KB\)\. /);
			question.press('Move to Trash');
			const second = await messages.next(/^The file could not be moved to the trash\.$/);
			assert.equal(
				second.detail,
				'The Recycle Bin on D: is corrupted.\n\nThe file can only be deleted permanently. This cannot be undone.',
			);
			second.press('Delete Permanently');
			assert.deepEqual(await deleting, { deleted: 1, changed: 0, failed: 0 });
			assert.deepEqual(asked, [true, false], 'the file, then without a trash; its sidecar names another one');
		});

		it('stay where something else has their name', async () => {
			const key = await kept([['a.mp4', 'dawn.mp4']]);
			const other = await kept([['b.mp4', 'dawn.mp4']]);
			const bytes = readFileSync(join(folder, 'a.mp4'));
			// As long as before.
			writeFileSync(join(folder, 'a.mp4'), bytes.fill(7, 1000));
			rmSync(join(folder, 'b.mp4'));
			mkdirSync(join(folder, 'b.mp4'));
			const deleting = run('kling.deleteKeptFiles', key, { with: [other] });
			(await messages.next(/^Delete 2 saved results\?$/)).press('Move to Trash');
			await deleting;
			await messages.next(/^Deleted 0 saved results\. 2 files stay, because their content is not what was saved\.$/);
			assert.ok(['a.mp4', 'a.mp4.kling-result.json', 'b.mp4'].every((name) => existsSync(join(folder, name))));
			assert.equal(fileOf(key)?.path, join(folder, 'a.mp4'));
		});

		it('stay when the person cancels either question', async () => {
			const key = await kept([['a.mp4', 'dawn.mp4']]);
			const deleting = run('kling.deleteKeptFiles', key);
			(await messages.next(/^Delete the saved result\?$/)).close();
			await deleting;
			messages.clear();
			const again = run('kling.deleteKeptFiles', key);
			(await messages.next(/^Delete the saved result\?$/)).press('Move to Trash');
			(await messages.next(/^There is no trash/)).close();
			await again;
			assert.ok(existsSync(join(folder, 'a.mp4')) && existsSync(sidecarPath(join(folder, 'a.mp4'))));
			assert.equal(fileOf(key)?.path, join(folder, 'a.mp4'));
		});

		it('are counted up to where the person cancels, by the button of the progress too', async () => {
			const clock = new ManualClock();
			const results: KeptResult[] = [];
			for (const name of ['a.mp4', 'b.mp4', 'c.mp4']) {
				const key = await kept([[name, 'dawn.mp4']]);
				const download = parts.store.downloads.of(key)[0] ?? assert.fail();
				results.push({ task: parts.store.tasks.get(key) ?? assert.fail(), download, file: download.file ?? assert.fail() });
			}
			const cancel = new vscode.CancellationTokenSource();
			const shown: unknown[] = [];
			standIn(cancel);
			standIn(
				replace(vscode.window, 'withProgress', (options, task) => {
					shown.push(options);
					assert.ok(typeof task === 'function');
					return Reflect.apply(task, undefined, [{ report: (step: unknown) => shown.push(step) }, cancel.token]) as unknown;
				}),
			);
			const { fs } = vscode.workspace;
			const deleting = deleteKeptFiles(results, {
				downloads: parts.store.downloads,
				clock,
				log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (message) => assert.fail(message) },
				files: {
					stat: (uri) => fs.stat(uri),
					readFile: (uri) => fs.readFile(uri),
					delete: async (uri) => {
						await fs.delete(uri);
						await clock.advance(1000);
						if (uri.path.endsWith('/b.mp4')) {
							cancel.cancel();
						}
					},
				},
			});
			(await messages.next(/^Delete 3 saved results\?$/)).press('Move to Trash');
			assert.deepEqual(await deleting, { deleted: 2, changed: 0, failed: 0 });
			const progressOptions = {
				location: vscode.ProgressLocation.Notification,
				title: 'Kling: Deleting saved results…',
				cancellable: true,
			};
			assert.deepEqual(shown, [progressOptions, { message: '0 of 3' }, { message: '1 of 3' }]);
			assert.deepEqual(
				results.map(({ task: { key }, file }) => [existsSync(file.path), fileOf(key)?.path]),
				[
					[false, undefined],
					[false, undefined],
					[true, join(folder, 'c.mp4')],
				],
			);
		});

		it('are not touched when their tasks are removed from the list', async () => {
			const key = await kept([['a.mp4', 'dawn.mp4']]);
			await run('kling.untrackTask', key);
			assert.equal(parts.store.tasks.get(key), undefined);
			assert.ok(existsSync(join(folder, 'a.mp4')) && existsSync(sidecarPath(join(folder, 'a.mp4'))));
		});
	});
});
