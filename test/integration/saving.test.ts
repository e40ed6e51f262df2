import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { taskKey, type TaskKey } from '../../src/core/task';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator';
import type { Disposable } from '../../src/core/emitter';
import { showingDownload } from '../../src/ui/saveProgress';
import { ManualClock } from '../support/clock';
import { cleanSlate, extensionFile, setBaseUrl, setKey } from '../support/extension';
import { startSimulator } from '../support/simulator';
import { MemoryFiles } from './tools/memoryFiles';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';
const dawn = (): Buffer => readFileSync(extensionFile('media', 'demo', 'dawn.mp4'));

describe('saving a result', function () {
	this.timeout(30_000);
	let simulator: Simulator;
	let messages: Messages;
	let folder: string;
	const own: Disposable[] = [];

	beforeEach(async () => {
		await cleanSlate();
		messages = new Messages();
		folder = mkdtempSync(join(tmpdir(), 'kling-saving-'));
	});
	afterEach(async () => {
		for (const owned of own.splice(0).reverse()) {
			owned.dispose();
		}
		messages.dispose();
		await simulator.close();
		rmSync(folder, { recursive: true, force: true });
	});
	after(async () => {
		await cleanSlate();
		await setBaseUrl(undefined);
	});

	/** A task that has ended, and was looked at a moment ago. */
	const finished = async (options: Partial<SimulatorOptions> = {}): Promise<{ readonly id: string; readonly key: TaskKey }> => {
		simulator = await startSimulator(apiKey, options);
		await setBaseUrl(simulator.origin);
		await setKey(simulator.origin, apiKey);
		const id = simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 1000, files: ['dawn.mp4'] });
		simulator.clock.advance(2000);
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		messages.clear();
		simulator.requests.clear();
		return { id, key: taskKey({ origin: simulator.origin, id }) };
	};
	/** Saves to where the person says; undefined: the person leaves. What the dialog offered. */
	const save = async (key: TaskKey, target: vscode.Uri | undefined): Promise<unknown> => {
		let offered: unknown;
		const dialog = replace(vscode.window, 'showSaveDialog', (options) => {
			offered = options;
			return Promise.resolve(target);
		});
		await vscode.commands.executeCommand('kling.saveResult', { kind: 'task', key });
		dialog.dispose();
		return offered;
	};
	const asked = (): readonly string[] => simulator.requests.all().map(({ kind, status }) => `${kind} ${status}`);

	it('writes the bytes unchanged, under a descriptive name, and leaves nothing else', async () => {
		const { id, key } = await finished();
		const target = join(folder, 'my video.mp4');
		const offered = await save(key, vscode.Uri.file(target));
		assert.ok(typeof offered === 'object' && offered !== null && 'defaultUri' in offered && offered.defaultUri instanceof vscode.Uri);
		assert.match(offered.defaultUri.path, new RegExp(`${id}.*\\.mp4$`));
		assert.ok(readFileSync(target).equals(dawn()));
		assert.deepEqual(readdirSync(folder), ['my video.mp4']);
		const message = await messages.next(/^Saved my video\.mp4\.$/);
		assert.deepEqual(message.buttons, vscode.env.uiKind === vscode.UIKind.Desktop ? ['Open File', 'Show in Folder'] : ['Open File']);
		assert.deepEqual(
			simulator.requests.all().map(({ kind, authorization }) => [kind, authorization]),
			[['result', 'absent']],
			'result hosts never receive the key',
		);
	});

	it('replaces a file that is there', async () => {
		const { key } = await finished();
		const target = join(folder, 'old.mp4');
		writeFileSync(target, 'what was there');
		await save(key, vscode.Uri.file(target));
		assert.ok(readFileSync(target).equals(dawn()));
	});

	it('writes to a file system that is not on the disk', async () => {
		const { key } = await finished();
		const memory = new MemoryFiles();
		own.push(memory.register());
		const before = temporaryFolders();
		await save(key, memory.uri('far.mp4'));
		const message = await messages.next(/^Saved far\.mp4\.$/);
		assert.deepEqual(message.buttons, ['Open File']);
		assert.ok(Buffer.from(memory.files.get('far.mp4') ?? []).equals(dawn()));
		assert.deepEqual(temporaryFolders(), before, 'the temporary file is gone');
	});

	it('reports that such a file system refused the file', async () => {
		const { key } = await finished();
		const memory = new MemoryFiles();
		own.push(memory.register());
		memory.refusal = vscode.FileSystemError.NoPermissions('no');
		const before = temporaryFolders();
		await save(key, memory.uri('far.mp4'));
		assert.deepEqual((await messages.next(/^Cannot write the file to this location/)).buttons, ['Save Elsewhere…']);
		assert.equal(memory.files.size, 0);
		assert.deepEqual(temporaryFolders(), before);
	});

	it('requests a new link from the API once when the old one is refused', async () => {
		const { key } = await finished({ linkLifetimeMs: 60_000 });
		simulator.clock.advance(120_000);
		const target = join(folder, 'fresh.mp4');
		await save(key, vscode.Uri.file(target));
		assert.deepEqual(asked(), ['result 403', 'query 200', 'result 200']);
		assert.ok(readFileSync(target).equals(dawn()));
		await messages.next(/^Saved/);
	});

	it('reports that the link has expired when the API has no new one', async () => {
		const { key } = await finished({ linkLifetimeMs: 60_000, links: 'fixed' });
		simulator.clock.advance(120_000);
		await save(key, vscode.Uri.file(join(folder, 'never.mp4')));
		await messages.next(/^The result link has expired, and the API has no new one/);
		assert.equal(asked().filter((request) => request.startsWith('query')).length, 1, 'asked once');
		assert.deepEqual(readdirSync(folder), []);
		assert.equal(messages.all.length, 1);
	});

	it('writes no web page in place of a video', async () => {
		const { key } = await finished();
		simulator.faults.next({
			fault: { kind: 'body', status: 200, body: '<!doctype html><title>Sign in</title>', type: 'text/html' },
			match: { on: 'result' },
		});
		await save(key, vscode.Uri.file(join(folder, 'page.mp4')));
		assert.deepEqual((await messages.next(/returned a web page instead of the result/)).buttons, ['Open in Browser', 'Try Again']);
		assert.deepEqual(readdirSync(folder), []);
	});

	it('reports what was sent instead of a video, and keeps the old file', async () => {
		const { key } = await finished();
		const target = join(folder, 'old.mp4');
		writeFileSync(target, 'what was there');
		const rows: readonly (readonly [body: string, expected: RegExp, buttons: readonly string[]])[] = [
			[
				'{"error":{"message":"Failed to fetch [it](command:x)."}}',
				/^127\.0\.0\.1:\d+ returned text instead of the result: “Failed to fetch \[it\]\u200B\(command:x\)”\. Nothing was saved\.$/,
				['Open in Browser', 'Try Again'],
			],
			['#EXTM3U\n', /returned a playlist instead of the result/, ['Open in Browser', 'Try Again']],
			['', /returned an empty file/, ['Try Again']],
			['\u0001\u0002', /returned a file of unknown format/, ['Open in Browser', 'Try Again']],
		];
		for (const [body, expected, buttons] of rows) {
			simulator.faults.next({ fault: { kind: 'body', status: 200, body, type: 'video/mp4' }, match: { on: 'result' } });
			await save(key, vscode.Uri.file(target));
			assert.deepEqual((await messages.next(expected)).buttons, buttons);
			assert.equal(readFileSync(target, 'utf8'), 'what was there');
		}
		assert.deepEqual(readdirSync(folder), ['old.mp4']);
	});

	it('requests a link of the API itself once more with the API key when it requires one', async () => {
		const { key } = await finished();
		const target = join(folder, 'with the key.mp4');
		simulator.faults.next({ fault: { kind: 'body', status: 401, body: '{"error":{"message":"Invalid token"}}' }, match: { on: 'result' } });
		await save(key, vscode.Uri.file(target));
		await messages.next(/^Saved with the key\.mp4\.$/);
		assert.ok(readFileSync(target).equals(dawn()));
		assert.deepEqual(
			simulator.requests.all().map(({ kind, status, authorization }) => [kind, status, authorization]),
			[
				['result', 401, 'absent'],
				['result', 200, 'correct'],
			],
		);
	});

	it('reports that the link requires a key, with buttons, when the key is rejected too', async () => {
		const { key } = await finished();
		simulator.faults.next({ fault: { kind: 'echoKey', status: 401 }, match: { on: 'result' }, times: 2 });
		await save(key, vscode.Uri.file(join(folder, 'never.mp4')));
		const message = await messages.next(/rejected the API key for this link: “Invalid token: \[API key\]”\. Nothing was saved\.$/);
		assert.deepEqual(message.buttons, ['Set API Key', 'Open in Browser', 'Try Again']);
		assert.ok(!JSON.stringify(messages.all).includes(apiKey));
		assert.deepEqual(asked(), ['result 401', 'result 401']);
	});

	it('reports where it cannot be written, and saves elsewhere on request', async () => {
		const { key } = await finished();
		await save(key, vscode.Uri.file(join(folder, 'no such folder', 'x.mp4')));
		const message = await messages.next(/^Cannot write the file to this location \(ENOENT\)\. Nothing was saved\.$/);
		assert.deepEqual(message.buttons, ['Save Elsewhere…']);
		assert.deepEqual(readdirSync(folder), []);
	});

	it('reports that the disk is full, and leaves no partial file', async () => {
		const { key } = await finished();
		const handle = await open(join(folder, 'probe'), 'w');
		const prototype: unknown = Object.getPrototypeOf(handle);
		await handle.close();
		rmSync(join(folder, 'probe'));
		assert.ok(isFileHandle(prototype));
		// What the system answers when the disk is full.
		own.push(
			replace(prototype, 'writev', () =>
				Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
			),
		);
		await save(key, vscode.Uri.file(join(folder, 'full.mp4')));
		assert.deepEqual((await messages.next(/^The disk is full\. Nothing was saved/)).buttons, ['Save Elsewhere…']);
		assert.deepEqual(readdirSync(folder), []);
	});

	it('shows no message when it is cancelled, and leaves no partial file', async () => {
		const { key } = await finished();
		simulator.faults.next({ fault: { kind: 'slowBody', ms: 20_000 }, match: { on: 'result' } });
		const cancel = new vscode.CancellationTokenSource();
		own.push(cancel);
		// The person presses Cancel when the first bytes have come.
		own.push(
			replace(vscode.window, 'withProgress', async (_options, task) => {
				assert.ok(typeof task === 'function');
				const outcome: unknown = await Reflect.apply(task, undefined, [{ report: () => cancel.cancel() }, cancel.token]);
				return outcome;
			}),
		);
		await save(key, vscode.Uri.file(join(folder, 'half.mp4')));
		assert.deepEqual([messages.all.map(({ text }) => text), readdirSync(folder)], [[], []]);
	});

	it('shows its progress when it takes longer than a second', async () => {
		const clock = new ManualClock();
		let shown = 0;
		own.push(
			replace(vscode.window, 'withProgress', () => {
				shown++;
				return Promise.resolve();
			}),
		);
		assert.deepEqual(await showingDownload(clock, 'quick.mp4', () => Promise.resolve({ ok: true })), { ok: true });
		await clock.advance(5000);
		assert.equal(shown, 0);
		let finish = (): void => assert.fail('It has not begun');
		const saving = showingDownload(clock, 'slow.mp4', () => new Promise((resolve) => (finish = () => resolve({ ok: true }))));
		await clock.advance(999);
		assert.equal(shown, 0);
		await clock.advance(1);
		assert.equal(shown, 1);
		finish();
		assert.deepEqual(await saving, { ok: true });
	});

	it('does nothing when the dialog is closed', async () => {
		const { key } = await finished();
		await save(key, undefined);
		assert.deepEqual([messages.all.length, asked()], [0, []]);
	});
});

function isFileHandle(value: unknown): value is { writev: unknown } {
	return typeof value === 'object' && value !== null && 'writev' in value;
}

function temporaryFolders(): readonly string[] {
	return readdirSync(tmpdir()).filter((name) => name.startsWith('kling-tasks-'));
}
