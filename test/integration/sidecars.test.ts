// Tracking by the sidecars of kept results, in a real extension host.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/core/emitter';
import { taskKey, type TaskKey } from '../../src/core/task';
import { sidecarText, type Sidecar } from '../../src/results/sidecar';
import type * as Sidecars from '../../src/ui/sidecars/trackDropped';
import { UserError } from '../../src/ui/userError';
import { cleanSlate, extensionFile, setKey, suiteSimulator, type Parts } from '../support/extension';
import { origin } from '../support/makers';
import { soon } from '../support/retry';
import { MemoryFiles } from './tools/memoryFiles';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';
const end = '.kling-result.json';
const day = 86_400_000;
/** Bytes that begin as those of an image. */
const png = (text: string): Buffer => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), Buffer.from(text)]);

describe('sidecars', function () {
	this.timeout(60_000);
	let parts: Parts;
	let messages: Messages;
	let folder: string;
	const own: Disposable[] = [];
	const suite = suiteSimulator(apiKey);

	beforeEach(async () => {
		parts = await cleanSlate();
		messages = new Messages();
		folder = await mkdtemp(join(tmpdir(), 'sidecars-'));
		await setKey(suite.get().origin, apiKey);
	});
	afterEach(async () => {
		for (const owned of own.splice(0)) {
			owned.dispose();
		}
		messages.dispose();
		await rm(folder, { recursive: true });
	});

	interface Kept {
		readonly id: string;
		readonly of?: string;
		readonly index?: number;
		readonly bytes?: Buffer;
		readonly daysAgo?: number;
		readonly operation?: string;
	}
	const sidecarOf = ({
		id,
		of,
		index = 0,
		bytes = png(`${id} ${index}`),
		daysAgo = 1,
		operation = 'images/generations',
	}: Kept): Sidecar => ({
		format: 'kling-result',
		version: 1,
		task: { origin: of ?? suite.get().origin, operation, id },
		name: `Fox ${id.slice(-3)}`,
		prompt: 'A fox in the snow',
		result: { index, count: index + 1 },
		file: { format: 'png', size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
		times: { finished: new Date(Date.now() - daysAgo * day).toISOString() },
	});
	/** Writes a kept file with its sidecar; the path of the file. */
	const keep = async (name: string, kept: Kept, content = kept.bytes ?? png(`${kept.id} ${kept.index ?? 0}`)): Promise<string> => {
		const file = join(folder, name);
		await mkdir(join(file, '..'), { recursive: true });
		await writeFile(file, content);
		await writeFile(file + end, sidecarText(sidecarOf(kept)));
		return file;
	};
	const trackFolder = async (uri = vscode.Uri.file(folder)): Promise<void> => {
		const dialog = replace(vscode.window, 'showOpenDialog', () => Promise.resolve([uri]));
		await vscode.commands.executeCommand('kling.trackSidecars');
		dialog.dispose();
	};
	const keyOf = (id: string, of = suite.get().origin): TaskKey => taskKey({ origin: of, id });
	const keptOf = (key: TaskKey): readonly unknown[] =>
		parts.store.downloads.of(key).map(({ media, state, file }) => [media, state, file?.path]);
	const links = (key: TaskKey): readonly string[] | undefined => parts.store.tasks.get(key)?.results.map(({ url }) => url);
	const images = (count: number): string =>
		suite.get().create({ action: 'images', action2: 'generations' }, { submittedMs: 1, durationMs: 1_000, count });
	const finishedImages = (count: number): string => {
		const id = images(count);
		suite.get().clock.advance(1_000);
		return id;
	};

	it('in a folder bring back tasks and their files: those that the API knows, and those that it does not know any more', async () => {
		const id = finishedImages(3);
		const [first, third] = [await keep('a/1.png', { id }), await keep('a/b/3.png', { id, index: 2 })];
		const gone = await keep('gone.png', { id: '853000000000000404' });
		await keep('old.png', { id: '853000000000000999', daysAgo: 40 });
		await trackFolder();

		const message = await messages.next(/^Tracked 3 tasks\./);
		assert.equal(message.text, 'Tracked 3 tasks. 4 results have their file and count as saved.');
		assert.deepEqual([message.severity, message.buttons], ['info', ['Show Tasks', 'Undo']]);
		assert.deepEqual(keptOf(keyOf(id)), [
			[0, 'kept', first],
			[2, 'kept', third],
		]);
		// The API has given the links, also of the result that has no sidecar.
		assert.equal(
			links(keyOf(id))?.every((url) => url.startsWith(suite.get().origin)),
			true,
		);
		assert.equal(links(keyOf(id))?.length, 3);
		const task = parts.store.tasks.get(keyOf('853000000000000404'));
		assert.deepEqual(
			[task?.status, task?.name, task?.prompt, task?.results],
			['succeeded', 'Fox 404', 'A fox in the snow', [{ kind: 'image', url: '' }]],
		);
		assert.deepEqual(keptOf(keyOf('853000000000000404')), [[0, 'kept', gone]]);
		// None of them is new to the badge.
		assert.equal(parts.store.tasks.counts().unviewed, 0);
		// What is older than the API keeps anything is not asked for.
		assert.deepEqual(
			suite
				.get()
				.requests.all()
				.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
				.sort(),
			['853000000000000404', id].sort(),
		);

		messages.clear();
		await trackFolder();
		assert.equal(
			(await messages.next(/already tracked/)).text,
			'All 3 tasks are already tracked. 4 results have their file and count as saved.',
		);
	});

	it('say which files are missing or were changed, and never take those', async () => {
		const id = finishedImages(4);
		await keep('1.png', { id }, png('of another length'));
		await keep('2.png', { id, index: 1 }, png('.'.repeat(`${id} 1`.length)));
		await rm(await keep('3.png', { id, index: 2 }));
		const target = join(folder, 'target');
		await writeFile(target, png(`${id} 3`));
		const linked = join(folder, '4.png');
		await symlink(target, linked);
		await writeFile(linked + end, sidecarText(sidecarOf({ id, index: 3 })));
		await keep('5.html', { id, index: 3, bytes: Buffer.from('<script>') });
		await trackFolder();
		await messages.next(/^Tracked 1 task\. No file of a result is beside its sidecar, unchanged\.$/);
		assert.deepEqual(keptOf(keyOf(id)), []);
	});

	it('undo what they added', async () => {
		await keep('1.png', { id: finishedImages(1) });
		await trackFolder();
		(await messages.next(/^Tracked 1 task\./)).press('Undo');
		await soon('the undoing', () => parts.store.tasks.counts().finished === 0);
	});

	it('that are none are named with the reason, and the others are tracked', async () => {
		await keep('good.png', { id: finishedImages(1) });
		await writeFile(join(folder, `a.png${end}`), 'hello');
		await writeFile(join(folder, `b\u202egpj.png${end}`), '[]');
		await writeFile(join(folder, `c.png${end}`), ' '.repeat(300_000));
		await writeFile(
			join(folder, `d.png${end}`),
			sidecarText({ ...sidecarOf({ id: 'x' }), task: { origin, operation: 'videos/..', id: 'x' } }),
		);
		await symlink('/etc/hostname', join(folder, `e.png${end}`));
		await trackFolder();
		const message = await messages.next(/^Tracked 1 task\./);
		assert.equal(
			message.text,
			`Tracked 1 task. Its file is beside the sidecar and counts as saved. 4 sidecars were refused: a.png${end} (it is not JSON); bgpj.png${end} (it is not a sidecar); c.png${end} (it has more than 256 KB); and 1 more.`,
		);
		assert.deepEqual([message.severity, message.buttons], ['warning', ['Show Tasks', 'Undo', 'Show Log']]);
		await rm(join(folder, `good.png${end}`));
		await trackFolder();
		await messages.next(/^No task could be tracked\. 4 sidecars were refused: /);
	});

	it('are missed where there are none', async () => {
		await trackFolder();
		assert.equal((await messages.next(/^There are no sidecars/)).severity, 'info');
	});

	it('of a host without a key are asked about first, and nothing is sent there', async () => {
		const id = finishedImages(1);
		await keep('mine.png', { id });
		await keep('theirs.png', { id: 'clip-7', of: 'https://evil.example' });
		const track = async (button: string | undefined): Promise<void> => {
			const done = trackFolder();
			const question = await messages.next(/^1 task belongs to evil\.example, for which no API key is set\.$/);
			assert.deepEqual(question.buttons, ['Track Anyway', 'Track Only Tasks with a Key', 'Set API Key']);
			assert.match(question.detail, /Nothing is sent to a host without a key/);
			if (button === undefined) {
				question.close();
			} else {
				question.press(button);
			}
			await done;
		};
		await track(undefined);
		assert.equal(parts.store.tasks.counts().finished, 0);
		messages.clear();
		await track('Track Only Tasks with a Key');
		await messages.next(/^Tracked 1 task\./);
		assert.equal(parts.store.tasks.get(keyOf('clip-7', 'https://evil.example')), undefined);
		messages.clear();
		await track('Track Anyway');
		await messages.next(/^Tracked 1 of 2 tasks; the others were in the list already\. 2 results have their file/);
		assert.equal(keptOf(keyOf('clip-7', 'https://evil.example')).length, 1);
	});

	it('of several hosts without a key are asked about together', async () => {
		await keep('1.png', { id: 'clip-1', of: 'https://one.example' });
		await keep('2.png', { id: 'clip-2', of: 'https://two.example' });
		const done = trackFolder();
		const question = await messages.next(/^2 tasks belong to one\.example, two\.example, for which no API key is set\.$/);
		assert.deepEqual(question.buttons, ['Track Anyway']);
		question.close();
		await done;
		assert.equal(parts.store.tasks.counts().finished, 0);
	});

	it('in a folder that is not on this disk bring back tasks without files', async () => {
		const files = new MemoryFiles();
		own.push(files.register());
		const id = finishedImages(1);
		files.files.set(`1.png${end}`, new TextEncoder().encode(sidecarText(sidecarOf({ id }))));
		await trackFolder(files.uri(''));
		await messages.next(/^Tracked 1 task\.$/);
		assert.equal(links(keyOf(id))?.[0]?.startsWith(suite.get().origin), true);
	});

	it('give their files to a task that is in the list and has finished since it was checked', async () => {
		const id = images(1);
		await parts.store.tasks.add([{ ref: { origin: suite.get().origin, action: 'images', action2: 'generations', id } }], Date.now());
		await soon('a check', () => parts.store.tasks.get(keyOf(id))?.lastCheckedAt !== undefined);
		const file = await keep('1.png', { id });
		suite.get().clock.advance(1_000);
		await trackFolder();
		await messages.next(/^This task is already tracked\. Its file is beside the sidecar/);
		assert.deepEqual(keptOf(keyOf(id)), [[0, 'kept', file]]);
	});

	it('do not replace a kept file by another copy', async () => {
		const id = finishedImages(1);
		const first = await keep('first/1.png', { id });
		await trackFolder();
		await messages.next(/^Tracked 1 task\./);
		await rm(join(folder, `first/1.png${end}`));
		await keep('second/1.png', { id });
		await trackFolder();
		await messages.next(/^This task is already tracked\. Its file is beside the sidecar/);
		assert.deepEqual(keptOf(keyOf(id)), [[0, 'kept', first]]);
	});

	describe('that are dropped', () => {
		const load = createRequire(__filename);
		let texts: string[];
		let opened: string[];
		let failing: Error | undefined;
		const drop = (uris: readonly string[], text?: string): Promise<void> => {
			const { trackDropped } = load(extensionFile('dist', 'sidecars.js')) as typeof Sidecars;
			return trackDropped(
				{
					uris: uris.map((uri) => (/^\w+:/.test(uri) ? vscode.Uri.parse(uri) : vscode.Uri.file(uri))),
					...(text !== undefined && { text }),
				},
				{
					...parts,
					clock: { now: () => Date.now(), after: () => ({ dispose: () => undefined }) },
					log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
					say: (severity, message) => {
						texts.push(`${severity}: ${message}`);
						return Promise.resolve();
					},
					askForKey: () => Promise.resolve(),
					reveal: () => Promise.resolve(),
					keepPlan: () => undefined,
					track: {
						run: (given) => {
							opened.push(`text ${String(given)}`);
							return Promise.resolve();
						},
						runOnFiles: (args) => {
							if (failing !== undefined) {
								return Promise.reject(failing);
							}
							opened.push(`files ${(args[1] as readonly vscode.Uri[]).map(({ path }) => path.slice(folder.length)).join(' ')}`);
							return Promise.resolve();
						},
					},
				},
			);
		};
		beforeEach(() => {
			texts = [];
			opened = [];
			failing = undefined;
		});

		it('bring back the task of a kept file, of a sidecar or of a folder', async () => {
			const id = finishedImages(1);
			const file = await keep('sub/1.png', { id });
			for (const dropped of [file, file + end, folder]) {
				await parts.store.tasks.deleteEverything();
				await drop([dropped]);
				assert.deepEqual(
					[texts.splice(0), keptOf(keyOf(id))],
					[['info: Tracked 1 task. Its file is beside the sidecar and counts as saved.'], [[0, 'kept', file]]],
				);
			}
			assert.deepEqual(opened, []);
		});

		it('are missed beside a video, an image or a sound', async () => {
			await writeFile(join(folder, 'a.mp4'), 'x');
			await writeFile(join(folder, 'b.PNG'), 'x');
			await drop([join(folder, 'a.mp4')]);
			assert.deepEqual(texts.splice(0), [
				`error: “a.mp4” has no sidecar. A task is recognised by the file beside the result whose name ends with “${end}”.`,
			]);
			await drop([join(folder, 'a.mp4'), join(folder, 'b.PNG')]);
			assert.match(texts.join(), /^error: None of the 2 files has a sidecar\. /);
		});

		it('are all tracked though some of them fail, which is said', async () => {
			const id = finishedImages(1);
			await keep('kept.png', { id });
			await mkdir(join(folder, 'empty'));
			await writeFile(join(folder, 'log.txt'), 'x');
			await writeFile(join(folder, 'a.mp4'), 'x');
			const link = 'https://api.kling.example/kling/v1/videos/text2video/871234567890123456';
			await drop(['a.mp4', 'empty', 'log.txt'].map((name) => join(folder, name)).concat(link));
			assert.deepEqual(opened.splice(0), ['files /log.txt', `text ${link}`]);
			assert.deepEqual(
				texts.splice(0).map((text) => text.slice(0, 40)),
				['error: “a.mp4” has no sidecar. A task is', 'info: There are no sidecars (files whose'],
			);
			failing = new UserError('No task in the file.');
			await drop([join(folder, 'log.txt'), join(folder, 'kept.png')]);
			assert.deepEqual(texts, ['info: Tracked 1 task. Its file is beside the sidecar and counts as saved.', 'error: No task in the file.']);
			failing = new vscode.CancellationError();
			await assert.rejects(drop([join(folder, 'log.txt'), link]), vscode.CancellationError);
			assert.deepEqual(opened.splice(0), [], 'a person who cancels wants none of it');
		});

		it('bring back tasks by their content alone, where a browser does not say where a file lies', async () => {
			const [first, second] = [finishedImages(1), finishedImages(2)];
			await drop([], [sidecarText(sidecarOf({ id: first })), sidecarText(sidecarOf({ id: second, index: 1 }))].join('\n'));
			assert.deepEqual([texts, opened], [['info: Tracked 2 tasks.'], []]);
			assert.deepEqual([links(keyOf(first))?.length, links(keyOf(second))?.length], [1, 2]);
		});

		it('leave other files, links and texts to the Track command', async () => {
			await writeFile(join(folder, 'log.txt'), 'x');
			await drop([join(folder, 'log.txt')]);
			await drop(['https://api.kling.example/kling/v1/videos/text2video/871234567890123456'], 'the same as text');
			await drop([], '871234567890123456');
			assert.deepEqual(opened, [
				'files /log.txt',
				'text https://api.kling.example/kling/v1/videos/text2video/871234567890123456',
				'text 871234567890123456',
			]);
			await drop([], ' ');
			assert.deepEqual(texts, ['info: What was dropped contains no file and no text.']);
		});
	});
});
