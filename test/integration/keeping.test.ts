// Keeping and saving results: by hand, by the setting, and what a person is shown of it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Download } from '../../src/core/download';
import type { Disposable } from '../../src/core/emitter';
import { taskKey, type TaskKey } from '../../src/core/task';
import { sidecarText, type Sidecar } from '../../src/results/sidecar';
import type { MediaName } from '../../src/simulator/media';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator';
import { cleanSlate, extensionFile, runningParts, setBaseUrl, setKey } from '../support/extension';
import { soon } from '../support/retry';
import { startSimulator } from '../support/simulator';
import { MemoryFiles } from './tools/memoryFiles';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';
const media = (name: string): Buffer => readFileSync(extensionFile('media', 'demo', name));
const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('kling.results');
const set = async (name: string, value: unknown): Promise<void> => {
	await settings().update(name, value, vscode.ConfigurationTarget.Global);
};

describe('keeping results', function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let running: Simulator | undefined;
	let messages: Messages;
	let folder: string;
	const own: Disposable[] = [];
	const restart = async (options: Partial<SimulatorOptions>): Promise<void> => {
		await running?.close();
		running = simulator = await startSimulator(apiKey, options);
		await setBaseUrl(simulator.origin);
		await setKey(simulator.origin, apiKey);
	};

	beforeEach(async () => {
		await cleanSlate();
		folder = mkdtempSync(join(tmpdir(), 'kling-keeping-'));
		await set('libraryFolder', join(folder, 'library'));
		await restart({});
		messages = new Messages();
	});
	afterEach(async () => {
		for (const owned of own.splice(0).reverse()) {
			owned.dispose();
		}
		for (const name of ['keep', 'libraryFolder', 'fileName']) {
			await set(name, undefined);
		}
		messages.dispose();
		await cleanSlate();
		await running?.close();
		running = undefined;
		rmSync(folder, { recursive: true, force: true });
	});
	after(() => setBaseUrl(undefined));

	/** A task with these results that has finished, and was reported by the command that tracked it. */
	const finished = async (...files: readonly MediaName[]): Promise<TaskKey> => {
		const isImage = files.every((file) => file.endsWith('.png'));
		const operation = isImage ? { action: 'images', action2: 'generations' } : { action: 'videos', action2: 'text2video' };
		const id = simulator.create(operation, { durationMs: 1000, files, count: files.length });
		simulator.clock.advance(2000);
		await vscode.commands.executeCommand('kling.trackTask', `${operation.action}/${operation.action2} ${id}`);
		messages.clear();
		simulator.requests.clear();
		return taskKey({ origin: simulator.origin, id });
	};
	const run = async (command: string, ...keys: readonly TaskKey[]): Promise<void> => {
		const nodes = keys.map((key) => ({ kind: 'task', key }));
		await vscode.commands.executeCommand(command, nodes[0], nodes);
	};
	const requests = (): readonly string[] => simulator.requests.all().map(({ kind, status }) => `${kind} ${status}`);
	const downloads = async (key: TaskKey): Promise<readonly Download[]> => (await runningParts()).store.downloads.of(key);
	const states = async (key: TaskKey): Promise<readonly string[]> =>
		(await downloads(key)).map(({ media: index, state, reason }) =>
			[index, state, ...(reason === undefined ? [] : [reason.kind])].join(' '),
		);
	const library = (): readonly string[] =>
		existsSync(join(folder, 'library')) ? readdirSync(join(folder, 'library')).filter((name) => !name.endsWith('.json')) : [];
	/** What the person picks, by its label. Returns what was offered. */
	const picking = (label: string | undefined): { readonly offered: () => readonly vscode.QuickPickItem[] } => {
		let offered: readonly vscode.QuickPickItem[] = [];
		own.push(
			replace(vscode.window, 'showQuickPick', (items) => {
				offered = items as readonly vscode.QuickPickItem[];
				return Promise.resolve(offered.find((item) => item.label === label));
			}),
		);
		return { offered: () => offered };
	};
	const choosing = (...targets: readonly (vscode.Uri | undefined)[]): { readonly asked: vscode.OpenDialogOptions[] } => {
		const asked: vscode.OpenDialogOptions[] = [];
		own.push(
			replace(vscode.window, 'showOpenDialog', (options) => {
				asked.push(options as vscode.OpenDialogOptions);
				const target = targets[asked.length - 1];
				return Promise.resolve(target === undefined ? undefined : [target]);
			}),
		);
		return { asked };
	};
	/** The person presses Cancel as soon as there is progress to be seen. */
	const cancelling = (): void => {
		const cancel = new vscode.CancellationTokenSource();
		own.push(
			cancel,
			replace(vscode.window, 'withProgress', async (_options, task) => {
				assert.ok(typeof task === 'function');
				const outcome: unknown = await Reflect.apply(task, undefined, [{ report: () => cancel.cancel() }, cancel.token]);
				return outcome;
			}),
		);
	};

	describe('Keep Results', () => {
		it('keeps what is selected in the library, whatever the setting, and says what was already saved', async () => {
			const [one, two] = [await finished('dawn.mp4'), await finished('bloom.png', 'valley.png')];
			await run('kling.keepResults', one);
			assert.equal((await messages.next(/^Kept/)).text, 'Kept 1 result in library.');
			messages.clear();
			await run('kling.keepResults', one, two);
			assert.equal((await messages.next(/^Kept/)).text, 'Kept 2 results in library. 1 result was already saved.');
			assert.deepEqual([await states(one), await states(two)], [['0 kept'], ['0 kept', '1 kept']]);
			assert.equal(library().length, 3);
			const [file] = await downloads(one);
			assert.ok(readFileSync(file?.file?.path ?? '').equals(media('dawn.mp4')));
			messages.clear();
			simulator.requests.clear();
			await run('kling.keepResults', one, two);
			const again = await messages.next(/already/);
			assert.deepEqual([again.severity, again.text, messages.all.length], ['info', '3 results were already saved.', 1]);
			assert.deepEqual(requests(), []);
		});

		it('cancels by the button of its progress, which leaves nothing', async () => {
			const key = await finished('dawn.mp4');
			simulator.faults.next({ fault: { kind: 'slowBody', ms: 30_000 }, match: { on: 'result' } });
			cancelling();
			await run('kling.keepResults', key);
			assert.equal((await messages.next(/cancelled/)).text, 'Saving of 1 result was cancelled.');
			assert.deepEqual(await states(key), ['0 failed cancelled']);
			await soon('the partial file to be gone', () => library().length === 0);
			assert.equal(messages.all.length, 1);
		});

		it('says the reason once, with what helps: another folder where this one is gone', async () => {
			const key = await finished('dawn.mp4');
			writeFileSync(join(folder, 'file'), '');
			await set('libraryFolder', join(folder, 'gone', 'library'));
			await run('kling.keepResults', key);
			const message = await messages.next(/could not be kept/);
			assert.match(
				message.text,
				/^Text to Video \d+ could not be kept\. The folder does not exist any more, or its disk is not connected\./,
			);
			assert.deepEqual([message.severity, message.buttons], ['warning', ['Choose Folder…']]);
			assert.equal(messages.all.length, 1);
			const elsewhere = join(folder, 'elsewhere');
			mkdirSync(elsewhere);
			choosing(vscode.Uri.file(elsewhere));
			message.press('Choose Folder…');
			assert.equal((await messages.next(/^Kept/)).text, 'Kept 1 result in elsewhere.');
			assert.equal(readdirSync(elsewhere).length, 2, 'the file and its sidecar');
		});

		it('says that a result is tried again automatically, and why', async () => {
			const key = await finished('dawn.mp4');
			simulator.faults.next({ fault: { kind: 'body', status: 200, body: '{"message":"no"}' }, match: { on: 'result' }, times: 2 });
			await run('kling.keepResults', key);
			const message = await messages.next(/tried again/);
			assert.match(
				message.text,
				/^1 result could not be saved yet and is tried again automatically\. 127\.0\.0\.1:\d+ returned text instead of the result: “no”\.$/,
			);
			assert.deepEqual(await states(key), ['0 queued document']);
			messages.clear();
			simulator.faults.clear();
			await run('kling.keepResults', key);
			assert.equal((await messages.next(/^Kept/)).text, 'Kept 1 result in library.', 'a person does not wait for the minute');
		});

		it('copies a file that has arrived to the folder that is chosen instead, without its link', async () => {
			const key = await finished('dawn.mp4');
			await set('libraryFolder', join(folder, 'gone', 'library'));
			await run('kling.keepResults', key);
			const message = await messages.next(/could not be kept/);
			// As if the folder had gone only when everything was there.
			const part = join(folder, 'dawn.0a1b2c3d.part');
			writeFileSync(part, media('dawn.mp4'));
			const { downloads: queue } = (await runningParts()).store;
			const later = Date.now() + 3_600_000;
			const [claim] = await queue.claimDue(later, later + 60_000, () => 'test');
			assert.ok(claim);
			const verified = {
				size: media('dawn.mp4').length,
				sha256: createHash('sha256').update(media('dawn.mp4')).digest('hex'),
				format: 'mp4',
			} as const;
			const reason = { kind: 'folderMissing', code: 'ENOENT' } as const;
			await queue.record(claim, { state: 'queued', attempts: 1, nextAt: later, reason, part: { path: part, verified }, changedAt: later });
			simulator.requests.clear();
			const elsewhere = join(folder, 'elsewhere');
			mkdirSync(elsewhere);
			choosing(vscode.Uri.file(elsewhere));
			message.press('Choose Folder…');
			assert.equal((await messages.next(/^Kept/)).text, 'Kept 1 result in elsewhere.');
			assert.deepEqual([requests(), existsSync(part)], [[], false]);
		});

		it('says that a link is gone', async () => {
			await restart({ linkLifetimeMs: 60_000, links: 'fixed' });
			const key = await finished('dawn.mp4');
			simulator.clock.advance(120_000);
			await run('kling.keepResults', key);
			const message = await messages.next(/could not be kept/);
			assert.match(message.text, /could not be kept\. The result link has expired, and the API has no new one\./);
			assert.deepEqual([message.buttons, await states(key)], [[], ['0 failed linkGone']], 'nothing would come of another attempt');
		});
	});

	describe('Keep Again', () => {
		it('says what came of it, each time', async () => {
			const key = await finished('dawn.mp4');
			simulator.faults.next({ fault: { kind: 'slowBody', ms: 30_000 }, match: { on: 'result' } });
			cancelling();
			await run('kling.keepResults', key);
			own.pop()?.dispose();
			assert.deepEqual(await states(key), ['0 failed cancelled']);
			messages.clear();
			simulator.faults.next({ fault: { kind: 'body', status: 200, body: '{"message":"no"}' }, match: { on: 'result' }, times: 2 });
			await run('kling.keepAgain', key);
			await messages.next(/^1 result could not be saved yet and is tried again automatically\. .*“no”\.$/);
			messages.clear();
			await vscode.commands.executeCommand('kling.cancelSaving', { kind: 'task', key });
			simulator.faults.clear();
			await run('kling.keepAgain', key);
			await messages.next(/^Kept 1 result in library\.$/);
			assert.deepEqual([await states(key), messages.all.length], [['0 kept'], 1]);
		});
	});

	describe('Keep All Results…', () => {
		const choose = async (label: string | undefined): Promise<readonly vscode.QuickPickItem[]> => {
			const pick = picking(label);
			await vscode.commands.executeCommand('kling.keepAllResults');
			own.pop()?.dispose();
			return pick.offered();
		};

		it('says what each choice means, sets the setting for all windows, and asks once about finished results', async () => {
			const key = await finished('bloom.png', 'valley.png');
			const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
			const rows = await choose('Library');
			assert.deepEqual(
				rows.map(({ label, description, detail }) => [label, description, detail]),
				[
					['Library', join(folder, 'library'), 'One folder for the results of all workspaces.'],
					['Workspace Folder', join(workspace, 'kling-results'), 'The folder of the workspace in which the task was created or tracked.'],
					['Off', 'current', 'Nothing is saved automatically. Saved files stay.'],
				],
			);
			assert.equal(settings().inspect('keep')?.globalValue, 'library');
			const message = await messages.next(/from now on/);
			assert.equal(message.text, `Results are kept in ${join(folder, 'library')} from now on. Keep 2 finished results too?`);
			assert.deepEqual(message.buttons, ['Keep Them', 'Not Now']);
			assert.equal(messages.all.length, 1);
			message.press('Keep Them');
			await messages.next(/^Kept 2 results in library\.$/);
			assert.deepEqual(await states(key), ['0 kept', '1 kept']);

			messages.clear();
			assert.equal((await choose('Off'))[0]?.description, `current · ${join(folder, 'library')}`);
			assert.equal((await messages.next(/no longer/)).text, 'Results are no longer kept automatically. Saved files stay.');
			assert.equal(library().length, 2);
		});

		it('keeps what finishes from then on, and of what runs already', async () => {
			const id = simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 1000, files: ['dawn.mp4'] });
			await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
			const key = taskKey({ origin: simulator.origin, id });
			await choose('Library');
			const { store } = await runningParts();
			assert.equal(store.downloads.planOf(key)?.folder, join(folder, 'library'));
			simulator.clock.advance(2000);
			await run('kling.refreshTask', key);
			await soon('the result to be kept', async () => (await states(key)).join() === '0 kept');
			assert.equal(library().length, 1);
		});

		it('changes nothing when it is left', async () => {
			await choose(undefined);
			assert.deepEqual([settings().inspect('keep')?.globalValue, messages.all.length], [undefined, 0]);
		});

		it('says why where the settings cannot be written, and changes nothing', async () => {
			const read = vscode.workspace.getConfiguration;
			const locked = replace(vscode.workspace, 'getConfiguration', (section) => {
				const found = read(String(section));
				const update = (): Promise<void> => Promise.reject(new Error('Unable to write into user settings.'));
				return { get: found.get.bind(found), inspect: found.inspect.bind(found), update };
			});
			await choose('Library');
			locked.dispose();
			const message = await messages.next(/^Unable to write into user settings\.$/);
			assert.deepEqual([message.severity, message.buttons, messages.all.length], ['error', ['Open Settings'], 1]);
		});

		it('is applied, too, when the setting is written by hand', async () => {
			const key = await finished('dawn.mp4');
			await set('keep', 'library');
			(await messages.next(/Keep 1 finished result too\?$/)).press('Keep It');
			await messages.next(/^Kept 1 result in library\.$/);
			assert.deepEqual(await states(key), ['0 kept']);
			messages.clear();
			await set('fileName', '{id}');
			await set('keep', undefined);
			await messages.next(/no longer/);
			assert.equal(messages.all.length, 1, 'another pattern needs no message');
		});
	});

	describe('of tasks that come from files, while everything is kept', () => {
		const operation = { action: 'images', action2: 'generations' } as const;
		const entry = (id: string, status: string): unknown => ({ origin: simulator.origin, operation: 'images/generations', id, status });
		beforeEach(async () => {
			await set('keep', 'library');
			await messages.next(/from now on/);
		});

		it('keeps those of a running task of an imported list, and leaves those of a finished one to the person', async () => {
			const [runs, over] = [1, 2].map(() => simulator.create(operation, { durationMs: 1000, files: ['bloom.png'] }));
			assert.ok(runs !== undefined && over !== undefined);
			const list = join(folder, 'list.json');
			const tasks = [entry(runs, 'processing'), entry(over, 'succeeded')];
			writeFileSync(list, JSON.stringify({ format: 'kling-tasks', version: 1, tasks }));
			choosing(vscode.Uri.file(list));
			await vscode.commands.executeCommand('kling.importTasks');
			await messages.next(/^Imported 2 tasks\.$/);
			simulator.clock.advance(2000);
			const [running, finishedBefore] = [runs, over].map((id) => taskKey({ origin: simulator.origin, id }));
			assert.ok(running !== undefined && finishedBefore !== undefined);
			await run('kling.refreshTask', running, finishedBefore);
			await soon('the result to be kept', async () => (await states(running)).join() === '0 kept');
			assert.deepEqual(await states(finishedBefore), []);
		});

		it('keeps the results that have no file beside a sidecar, and not those that have one', async () => {
			const id = simulator.create(operation, { durationMs: 1000, files: ['bloom.png', 'valley.png'], count: 2 });
			simulator.clock.advance(2000);
			const file = join(folder, 'team', 'bloom.png');
			mkdirSync(join(folder, 'team'));
			writeFileSync(file, media('bloom.png'));
			const sidecar: Sidecar = {
				format: 'kling-result',
				version: 1,
				task: { origin: simulator.origin, operation: 'images/generations', id },
				result: { index: 0, count: 2 },
				file: { format: 'png', size: media('bloom.png').length, sha256: createHash('sha256').update(media('bloom.png')).digest('hex') },
				times: { finished: new Date().toISOString() },
			};
			writeFileSync(`${file}.kling-result.json`, sidecarText(sidecar));
			choosing(vscode.Uri.file(join(folder, 'team')));
			await vscode.commands.executeCommand('kling.trackSidecars');
			await messages.next(/^Tracked 1 task\./);
			const key = taskKey({ origin: simulator.origin, id });
			await soon('the other to be kept', async () => (await states(key)).join() === '0 kept,1 kept');
			assert.deepEqual([(await downloads(key))[0]?.file?.path, library().length], [file, 1]);
		});
	});

	describe('Save All…', () => {
		it('saves everything with one dialog, replaces nothing, and what it saved counts as kept', async () => {
			const key = await finished('bloom.png', 'valley.png', 'bloom.png');
			await set('fileName', 'picture {n}');
			writeFileSync(join(folder, 'picture 2.png'), 'what was there');
			const { asked } = choosing(vscode.Uri.file(folder));
			await run('kling.saveAll', key);
			assert.deepEqual([asked.length, asked[0]?.title, asked[0]?.canSelectFolders], [1, 'Save 3 Results', true]);
			assert.match((await messages.next(/^Saved/)).text, /^Saved 3 results to kling-keeping-\w+\.$/);
			assert.deepEqual(readdirSync(folder).sort(), ['picture 1.png', 'picture 2 (2).png', 'picture 2.png', 'picture 3.png']);
			assert.equal(readFileSync(join(folder, 'picture 2.png'), 'utf8'), 'what was there');
			assert.ok(readFileSync(join(folder, 'picture 2 (2).png')).equals(media('valley.png')));
			assert.deepEqual(await states(key), ['0 kept', '1 kept', '2 kept']);
			assert.equal((await downloads(key))[1]?.file?.path, join(folder, 'picture 2 (2).png'));
		});

		it('begins in the folder of the last time, and copies what is kept without the network', async () => {
			const key = await finished('bloom.png', 'valley.png');
			const [first, second] = [join(folder, 'first'), join(folder, 'second')];
			mkdirSync(first);
			mkdirSync(second);
			const { asked } = choosing(vscode.Uri.file(first), vscode.Uri.file(second));
			await run('kling.saveAll', key);
			simulator.requests.clear();
			await run('kling.saveAll', key);
			assert.equal(asked[1]?.defaultUri?.fsPath, first);
			assert.deepEqual([readdirSync(second).length, requests()], [2, []]);
			assert.ok(readdirSync(second).every((name) => readFileSync(join(first, name)).equals(readFileSync(join(second, name)))));
		});

		it('says how many failed and why the first one did, and tries these again', async () => {
			const key = await finished('bloom.png', 'valley.png', 'bloom.png');
			simulator.faults.next({ fault: { kind: 'body', status: 500, body: '{"message":"busy"}' }, match: { on: 'result' } });
			choosing(vscode.Uri.file(folder));
			await run('kling.saveAll', key);
			const message = await messages.next(/could not be saved/);
			assert.match(
				message.text,
				/^Saved 2 results to kling-keeping-\w+\. 1 of 3 results could not be saved\. 127\.0\.0\.1:\d+ responded with status 500: “busy”\.$/,
			);
			assert.deepEqual([message.severity, message.buttons], ['warning', ['Try Again']]);
			message.press('Try Again');
			await messages.next(/^Saved 1 result to kling-keeping-\w+\.$/);
			assert.deepEqual(await states(key), ['0 kept', '1 kept', '2 kept']);
		});

		it('refreshes the links of a task once', async () => {
			await restart({ linkLifetimeMs: 60_000 });
			const key = await finished('bloom.png', 'valley.png');
			simulator.clock.advance(120_000);
			choosing(vscode.Uri.file(folder));
			await run('kling.saveAll', key);
			await messages.next(/^Saved 2 results/);
			assert.deepEqual(requests(), ['result 403', 'query 200', 'result 200', 'result 403', 'result 200']);
		});

		it('saves to a folder that is not on the disk, under names that are free there', async () => {
			const key = await finished('bloom.png', 'valley.png');
			await set('fileName', 'picture');
			const memory = new MemoryFiles();
			own.push(memory.register());
			memory.files.set('picture-1.png', Buffer.from('what was there'));
			choosing(memory.uri(''));
			await run('kling.saveAll', key);
			await messages.next(/^Saved 2 results/);
			assert.deepEqual([...memory.files.keys()].sort(), ['picture-1 (2).png', 'picture-1.png', 'picture-2.png']);
			assert.deepEqual(await states(key), []);
		});

		it('stops by the button of its progress, and says what was saved', async () => {
			const key = await finished('bloom.png', 'valley.png');
			simulator.faults.next({ fault: { kind: 'slowBody', ms: 30_000 }, match: { on: 'result' } });
			choosing(vscode.Uri.file(folder));
			cancelling();
			await run('kling.saveAll', key);
			assert.deepEqual([readdirSync(folder), messages.all.map(({ text }) => text)], [[], []]);

			// The first one arrives.
			for (const ms of [1, 30_000]) {
				simulator.faults.next({ fault: { kind: 'slowBody', ms }, match: { on: 'result' } });
			}
			choosing(vscode.Uri.file(folder));
			await run('kling.saveAll', key);
			assert.match((await messages.next(/cancelled/)).text, /^Saved 1 result to kling-keeping-\w+\. Saving was cancelled\.$/);
			assert.deepEqual([readdirSync(folder).length, await states(key)], [1, ['0 kept']]);
		});

		it('does nothing when the dialog is left', async () => {
			const key = await finished('bloom.png', 'valley.png');
			choosing(undefined);
			await run('kling.saveAll', key);
			assert.deepEqual([messages.all.length, requests()], [0, []]);
		});
	});

	describe('Save Result As…', () => {
		const save = async (key: TaskKey, name: string): Promise<vscode.SaveDialogOptions | undefined> => {
			let offered: vscode.SaveDialogOptions | undefined;
			const dialog = replace(vscode.window, 'showSaveDialog', (options) => {
				offered = options as vscode.SaveDialogOptions;
				return Promise.resolve(vscode.Uri.file(join(folder, name)));
			});
			await vscode.commands.executeCommand('kling.saveResult', { kind: 'task', key });
			dialog.dispose();
			return offered;
		};

		it('counts as keeping, and the second time copies the file, into the folder of the first', async () => {
			const key = await finished('dawn.mp4');
			await save(key, 'dawn.mp4');
			await messages.next(/^Saved dawn\.mp4/);
			const [kept] = await downloads(key);
			assert.deepEqual(
				[kept?.state, kept?.file?.path, kept?.file?.size, kept?.file?.format],
				['kept', join(folder, 'dawn.mp4'), media('dawn.mp4').length, 'mp4'],
			);
			simulator.requests.clear();
			const offered = await save(key, 'copy.mp4');
			await messages.next(/^Saved copy\.mp4/);
			assert.deepEqual([requests(), offered?.defaultUri && vscode.Uri.joinPath(offered.defaultUri, '..').fsPath], [[], folder]);
			assert.ok(readFileSync(join(folder, 'copy.mp4')).equals(media('dawn.mp4')));
			assert.equal((await downloads(key))[0]?.file?.path, join(folder, 'dawn.mp4'), 'the first one stays');
			rmSync(join(folder, 'dawn.mp4'));
			await save(key, 'again.mp4');
			await messages.next(/^Saved again\.mp4/);
			assert.deepEqual(requests(), ['result 200'], 'a file that is gone is fetched');
		});
	});

	describe('Cancel Saving', () => {
		it('lists what is being saved, with how far it is, and ends what is picked', async () => {
			const key = await finished('bloom.png', 'valley.png');
			for (let index = 0; index < 2; index++) {
				simulator.faults.next({ fault: { kind: 'slowBody', ms: 60_000 }, match: { on: 'result' } });
			}
			const keeping = run('kling.keepResults', key);
			await soon('both to run', async () => (await states(key)).join() === '0 running,1 running');
			const pick = picking('Cancel All');
			await vscode.commands.executeCommand('kling.cancelSaving');
			assert.deepEqual(
				pick.offered().map(({ label }) => label.replace(/\d{6,}/, 'ID')),
				['Image Generation ID, Image 1 of 2', 'Image Generation ID, Image 2 of 2', '', 'Cancel All'],
			);
			await keeping;
			assert.deepEqual(await states(key), ['0 failed cancelled', '1 failed cancelled']);
		});

		it('says when there is nothing to cancel', async () => {
			await vscode.commands.executeCommand('kling.cancelSaving');
			const message = await messages.next(/being saved/);
			assert.deepEqual([message.severity, message.text], ['info', 'No result is being saved.']);
		});
	});
});
