// Find Task…, Export Task List… and Import Task List… in a real extension host.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/core/emitter';
import { taskKey, type Task, type TaskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { cleanSlate, setKey, suiteSimulator, type Parts } from '../support/extension';
import { key, newTask, origin, snapshot, video } from '../support/makers';
import { soon } from '../support/retry';
import { startSimulator } from '../support/simulator';
import { recordCheck } from '../support/store';
import { MemoryFiles } from './tools/memoryFiles';
import { Messages } from './tools/messages';
import { Picks } from './tools/pick';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';

describe('the task list', function () {
	this.timeout(60_000);
	let parts: Parts;
	let messages: Messages;
	const own: Disposable[] = [];
	const suite = suiteSimulator(apiKey);
	let files: MemoryFiles;

	beforeEach(async () => {
		parts = await cleanSlate();
		messages = new Messages();
		files = new MemoryFiles();
		own.push(files.register());
		await setKey(suite.get().origin, apiKey);
	});
	afterEach(() => {
		for (const owned of own.splice(0)) {
			owned.dispose();
		}
		messages.dispose();
	});

	/** A task of an API that has no key: nothing checks it. */
	const add = async (id: string, more: Partial<Parameters<typeof newTask>[1]> = {}): Promise<TaskKey> => {
		await parts.store.origins.pause(origin, 'noKey', Date.now());
		await parts.store.tasks.add([newTask(id, more)], Date.now());
		return key(id);
	};
	const finish = async (task: TaskKey): Promise<void> => {
		await recordCheck(parts.store, task, Date.now(), {
			snapshot: snapshot('succeeded', { results: [video], unitsDeducted: '3.5' }),
			announce: false,
		});
	};

	describe('finding a task', () => {
		let picks: Picks;
		beforeEach(() => {
			picks = new Picks();
			own.push(picks);
		});
		const open = async (): Promise<{ readonly pick: Awaited<ReturnType<Picks['next']>>; readonly done: Thenable<unknown> }> => {
			const done = vscode.commands.executeCommand('kling.findTask');
			return { pick: await picks.next(0), done };
		};

		it('says so when nothing is tracked', async () => {
			await vscode.commands.executeCommand('kling.findTask');
			assert.equal((await messages.next(/No tasks are tracked/)).severity, 'info');
			assert.equal(picks.count, 0);
		});

		it('lists the newest tasks, then what matches; says when nothing does', async () => {
			await add('878412345678870564', { name: 'Harbour $(trash)', prompt: 'a lighthouse\nat dusk' });
			await add('878412345678870777');
			const { pick, done } = await open();
			assert.deepEqual(
				pick.rows.map(({ label, detail }) => [label, detail]),
				[
					['Text to Video 870777', '878412345678870777 · Text to Video'],
					['Harbour $\u200B(trash)', '878412345678870564 · Text to Video · a lighthouse at dusk'],
				],
			);
			// As in the list.
			assert.deepEqual(
				pick.rows.map(({ description }) => description),
				['needs API key', 'needs API key'],
			);
			pick.type('lighthouse dusk');
			await soon('the match', () => pick.rows.length === 1 && pick.rows[0]?.label === 'Harbour $\u200B(trash)');
			pick.type('text to video 777');
			await soon('the other match', () => pick.rows.length === 1 && pick.rows[0]?.label === 'Text to Video 870777');
			pick.type('xyz "qq"*');
			await soon('the note', () => pick.rows.length === 1 && pick.rows[0]?.label === 'No task matches “xyz "qq"*”.');
			await picks.accept();
			assert.equal(pick.isShown, true);
			pick.type('');
			await soon('all', () => pick.rows.length === 2);
			await picks.cancel();
			await done;
			assert.equal(messages.all.length, 0);
		});

		it('shows no reply to what was typed before', async () => {
			await add('878412345678870564', { name: 'Harbour' });
			await add('878412345678870777', { name: 'Forest' });
			const { pick, done } = await open();
			pick.type('harb');
			pick.type('fore');
			await soon('the match', () => pick.rows.length === 1 && !pick.isBusy);
			assert.equal(pick.rows[0]?.label, 'Forest');
			await picks.cancel();
			await done;
		});

		it('opens the result by the button of a row', async () => {
			const task = await add('878412345678870564', { name: 'Harbour' });
			await finish(task);
			const { pick, done } = await open();
			assert.equal(pick.rows[0]?.description, 'Succeeded · just now');
			pick.pressButton('Harbour');
			await done;
			await soon('the result', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('Harbour') === true);
		});
	});

	it('is filtered by what is typed as it stands, of which no more than 200 characters are used', async () => {
		const picks = new Picks();
		own.push(picks);
		await add('one');
		const done = vscode.commands.executeCommand('kling.filterTasks');
		const pick = await picks.next(0);
		pick.type(`$(trash)${'x'.repeat(1_000)}`);
		const label = await soon('its row', () => pick.rows.map((row) => row.label).find((text) => text.startsWith('Tasks with')));
		assert.equal(label, `Tasks with “$\u200B(trash)${'x'.repeat(192)}”`);
		await picks.cancel();
		await done;
	});

	describe('exporting and importing it', () => {
		const exportTo = async (name: string): Promise<string> => {
			const dialog = replace(vscode.window, 'showSaveDialog', () => Promise.resolve(files.uri(name)));
			await vscode.commands.executeCommand('kling.exportTasks');
			dialog.dispose();
			return new TextDecoder('utf-8', { ignoreBOM: true }).decode(files.files.get(name));
		};
		const importFrom = async (name: string, text?: string | Uint8Array): Promise<void> => {
			if (text !== undefined) {
				files.files.set(name, typeof text === 'string' ? new TextEncoder().encode(text) : text);
			}
			const dialog = replace(vscode.window, 'showOpenDialog', () => Promise.resolve([files.uri(name)]));
			await vscode.commands.executeCommand('kling.importTasks');
			dialog.dispose();
		};
		/** The reply to the question about APIs without a key; what was asked. */
		const replyTo = (title: string | undefined): { readonly asked: string[] } => {
			const asked: string[] = [];
			const others = vscode.window.showWarningMessage as (...args: readonly unknown[]) => unknown;
			own.push(
				replace(vscode.window, 'showWarningMessage', (message, options, ...items) => {
					if (typeof options !== 'object' || options === null || !('detail' in options)) {
						return others(message, options, ...items);
					}
					asked.push(`${String(message)} ${String(options.detail)} [${items.join('] [')}]`);
					return Promise.resolve(items.find((item) => item === title));
				}),
			);
			return { asked };
		};
		const all = (): readonly Task[] => [...parts.store.tasks.active(), ...parts.store.tasks.finished(100)];
		/** Without what this machine books. */
		const facts = (task: Task): unknown => ({
			...task,
			nextPollAt: undefined,
			problem: undefined,
			lastCheckedAt: undefined,
			intervalMs: undefined,
		});

		for (const name of ['tasks.json', 'Tasks.CSV']) {
			it(`brings back in ${name} what was deleted, in a folder that is not on this disk`, async () => {
				const named = await add('878412345678870564', { name: '=Harbour, "7"', prompt: 'a lighthouse\nat dusk' });
				const viewed = await add('878412345678870777');
				await finish(viewed);
				await parts.store.tasks.markViewed([viewed], Date.now());
				await finish(await add('clip-7'));
				const before = all();
				const text = await exportTo(name);
				await messages.next(new RegExp(`^Exported 3 tasks to ${name}\\.$`));
				assert.equal(text.includes(apiKey), false);
				await parts.store.tasks.deleteEverything();
				const { asked } = replyTo('Import All');
				await importFrom(name);
				await messages.next(/^Imported 3 tasks\.$/);
				assert.equal(asked.length, 1);
				const kept = name.endsWith('.json')
					? facts
					: (task: Task) => ({ ...(facts(task) as Task), results: task.results.map(({ url }) => url) });
				assert.deepEqual(all().map(kept), before.map(kept));
				assert.equal(parts.store.tasks.counts().unviewed, 1);
				assert.deepEqual(parts.store.announcements.pending(Date.now()), []);
				assert.equal(parts.store.tasks.get(named)?.problem?.kind, 'noKey');
			});
		}

		it('changes nothing that is there, says so, and undoes what it added', async () => {
			const task = await add('878412345678870564', { name: 'mine' });
			await exportTo('tasks.json');
			await parts.store.tasks.rename(task, 'renamed since');
			const { asked } = replyTo('Import All');
			await importFrom('tasks.json');
			await messages.next(/^1 task was already in the list and is unchanged\.$/);
			assert.equal(asked.length, 1);
			assert.equal(parts.store.tasks.get(task)?.name, 'renamed since');
			const entry = { origin, operation: 'videos/text2video', id: 'clip-8', status: 'processing' };
			await importFrom('other.json', JSON.stringify({ format: 'kling-tasks', version: 1, tasks: [entry] }));
			(await messages.next(/^Imported 1 task\.$/)).press('Undo');
			await soon('the undoing', () => parts.store.tasks.get(key('clip-8')) === undefined);
		});

		it('names an API without a key before it imports, sends nothing there, and does what the person chooses', async () => {
			const foreign: Simulator = await startSimulator(apiKey);
			own.push({ dispose: () => void foreign.close() });
			const mine = suite.get().create({ action: 'videos', action2: 'text2video' }, { durationMs: 3_600_000 });
			const table = `origin,operation,id,status\n${foreign.origin},videos/text2video,clip-7,processing\n${suite.get().origin},videos/text2video,'${mine},processing\n`;
			const theirs = taskKey({ origin: foreign.origin, id: 'clip-7' });
			const own1 = taskKey({ origin: suite.get().origin, id: mine });

			const cancelled = replyTo(undefined);
			await importFrom('list.csv', table);
			assert.equal(cancelled.asked.length, 1);
			assert.match(
				cancelled.asked[0] ?? '',
				new RegExp(`${foreign.origin.slice(7)}.*1 of 2 tasks.*\\[Import All\\] \\[Import Only Tasks with a Key\\]$`),
			);
			assert.equal(all().length, 0);

			replyTo('Import Only Tasks with a Key');
			await importFrom('list.csv');
			assert.deepEqual(
				all().map((task) => task.key),
				[own1],
			);
			// One with a key is checked like any other.
			await soon('its check', () => parts.store.tasks.get(own1)?.lastCheckedAt !== undefined);

			replyTo('Import All');
			await importFrom('list.csv');
			await soon('the other', () => parts.store.tasks.get(theirs)?.problem?.kind === 'noKey');
			// Even a person's own command finds no key to send.
			await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key: theirs });
			assert.deepEqual(foreign.requests.all(), []);
			assert.equal(messages.like(/API key/).length, 0);
		});

		it('names bad lines by their numbers, and imports the others', async () => {
			replyTo('Import All');
			const line = (id: string): string => `${origin},videos/text2video,${id},failed`;
			await importFrom('list.csv', `origin,operation,id,status\n${line('clip-1')}\n${line('8.78412E+17')}\n${line('')}\n`);
			const message = await messages.next(/^Imported 1 task\./);
			assert.equal(
				message.text,
				'Imported 1 task. 2 entries were skipped: line 3 (the ID was rounded by a spreadsheet); line 4 (“id” is missing).',
			);
			assert.deepEqual(message.buttons, ['Show Tasks', 'Undo', 'Show Log']);
			const bad = Array.from({ length: 12 }, () => line('../x')).join('\n');
			await importFrom('list.csv', `origin,operation,id,status\n${bad}`);
			assert.match(
				(await messages.next(/^No task could be imported\./)).text,
				/12 entries were skipped: line 2 \(“id” is not valid\); .*line 11 \(“id” is not valid\); and 2 more\.$/,
			);
		});

		it('keeps no link to a private network from an API that is not in use', async () => {
			replyTo('Import All');
			const results = [video, { kind: 'image', url: 'https://192.168.0.1/reboot' }, { kind: 'image', url: 'file:///etc/passwd' }];
			const entry = (of: string): unknown => ({ origin: of, operation: 'videos/text2video', id: 'clip-7', status: 'succeeded', results });
			await importFrom(
				'list.json',
				JSON.stringify({ format: 'kling-tasks', version: 1, tasks: [entry('https://evil.example'), entry('https://192.168.0.1')] }),
			);
			const links = (of: string): unknown => parts.store.tasks.get(taskKey({ origin: of, id: 'clip-7' }))?.results.map(({ url }) => url);
			assert.deepEqual([links('https://evil.example'), links('https://192.168.0.1')], [[video.url], [video.url]]);
			// Tasks of an earlier file do not make it one that is in use.
			const later = { origin: 'https://192.168.0.1', operation: 'videos/text2video', id: 'clip-8', status: 'succeeded', results };
			await importFrom('list.json', JSON.stringify({ format: 'kling-tasks', version: 1, tasks: [later] }));
			const kept = parts.store.tasks.get(taskKey({ origin: 'https://192.168.0.1', id: 'clip-8' }))?.results;
			assert.deepEqual(
				kept?.map(({ url }) => url),
				[video.url],
			);
		});

		for (const [what, content, message] of [
			['no list', 'hello', /^The file is not a task list of Kling Tasks/],
			['other JSON', '{"tasks":[]}', /^The file is not a task list of Kling Tasks/],
			['an empty file', '', /^The file contains no tasks\.$/],
			['a list without tasks', '{"format":"kling-tasks","version":1,"tasks":[]}', /^The file contains no tasks\.$/],
			['a newer version', '{"format":"kling-tasks","version":2,"tasks":[]}', /^The task list was exported by a newer version/],
			['another encoding', Uint8Array.of(0x6f, 0xe9, 0x2c), /^The file is not text in UTF-8/],
		] as const) {
			it(`refuses ${what}`, async () => {
				await importFrom('list', content);
				await messages.next(message);
			});
		}

		it('refuses a file that is too long, without reading it', async () => {
			const stat = replace(files, 'stat', () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: 100_000_001 }));
			await importFrom('list.json', 'unread');
			await messages.next(/^The file has 100\.0 MB; at most 100\.0 MB can be imported\.$/);
			stat.dispose();
		});

		it('says why a file cannot be written', async () => {
			await add('878412345678870564');
			files.refusal = vscode.FileSystemError.NoPermissions('locked');
			await exportTo('tasks.json');
			await messages.next(/^Could not write tasks\.json: /);
		});
	});
});
