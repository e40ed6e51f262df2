// Commands on creations: on a real journal, with stand-ins for the engine and the API.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Creation, CreationId } from '../../src/creation/creation';
import type { Creations } from '../../src/creation/creations';
import type { Disposable } from '../../src/core/emitter';
import type { TaskKey } from '../../src/core/task';
import type { TaskStore } from '../../src/store/taskStore';
import type { CheckOutcome } from '../../src/tracking/ports/kling';
import { TaskTargets } from '../../src/ui/commands/taskTargets';
import { creationCommands, notifySettled } from '../../src/ui/creation/creationCommands';
import { creationNode } from '../../src/ui/creationNode';
import { showMessage } from '../../src/ui/message';
import { taskNode } from '../../src/ui/taskNode';
import { ManualClock } from '../support/clock';
import { key, snapshot } from '../support/makers';
import { soon } from '../support/retry';
import { addCreation, apiError, creation, type Standing } from '../support/shownCreations';
import { Bench } from '../support/store';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';

const lost: Standing = { state: 'uncertain', reason: { kind: 'lost', error: apiError('unreachable', 'read ECONNRESET') }, sentAt: 1 };
const requestText = '{\n  "operation": "videos/text2video",\n  "body": { "prompt": "A fox" }\n}\n';

describe('the commands on creations', () => {
	const bench = new Bench();
	const replaced: Disposable[] = [];
	let clock: ManualClock;
	let store: TaskStore;
	let messages: Messages;
	/** What reached the engine, the list and the editor's commands, in order. */
	let done: string[];
	let selection: readonly unknown[];
	let cancels: boolean;
	let response: CheckOutcome;
	let commands: ReturnType<typeof creationCommands>;
	let folder: string;

	beforeEach(async () => {
		clock = new ManualClock();
		store = await bench.open(bench.directory(), { clock });
		messages = bench.own(new Messages());
		done = [];
		selection = [];
		cancels = true;
		response = { ok: true, snapshot: snapshot('processing', { externalTaskId: 'kt-fox' }), body: '{}' };
		folder = await mkdtemp(join(tmpdir(), 'kling-requests-'));
		const note = (what: string): Promise<void> => {
			done.push(what);
			return Promise.resolve();
		};
		const creations: Creations = {
			wake: () => undefined,
			searchNow: (id) => note(`search ${id}`),
			found: async (id, taskId): Promise<TaskKey> => {
				await note(`found ${id} ${taskId}`);
				return key(taskId);
			},
			sendAgain: (id) => note(`send again ${id}`),
			leaveOpen: (id) => note(`leave open ${id}`),
			cancel: async (id) => {
				await note(`cancel ${id}`);
				return cancels;
			},
			confirm: (id) => note(`confirm ${id}`),
			onDidSettle: () => ({ dispose: () => undefined }),
			close: () => Promise.resolve(),
			dispose: () => undefined,
		};
		commands = creationCommands({
			store,
			creations,
			api: {
				query: ({ id, action2 }) => {
					done.push(`query ${action2} ${id}`);
					return Promise.resolve(response);
				},
			},
			keys: { get: () => Promise.resolve('sk-test') },
			clock,
			targets: new TaskTargets(store, clock, { activeResult: () => undefined, selection: () => selection, focusedRows: () => undefined }),
			selection: () => selection,
			say: showMessage,
			askForKey: () => Promise.resolve(),
			reveal: (task) => note(`reveal ${store.tasks.get(task)?.ref.id ?? task.split(' ')[1] ?? ''}`),
		});
	});
	afterEach(async () => {
		replaced.splice(0).forEach((standIn) => standIn.dispose());
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		bench.clear();
		await rm(folder, { recursive: true, force: true });
	});

	const add = (id: string, standing?: Standing, uri?: string): Promise<CreationId> =>
		addCreation(store.creations, id, clock.now(), standing, {
			subject: { name: id },
			source: { text: requestText, ...(uri !== undefined && { uri }) },
		});
	const run = async (id: keyof typeof commands, ...args: readonly unknown[]): Promise<void> => {
		await commands[id](...args);
	};
	const refuses = async (text: RegExp, id: keyof typeof commands, ...args: readonly unknown[]): Promise<void> => {
		await assert.rejects(run(id, ...args), (error: Error) => error.name === 'UserError' && text.test(error.message));
	};
	const activePath = (): string | undefined => vscode.window.activeTextEditor?.document.uri.fsPath;
	const isCancelled = (error: unknown): boolean => error instanceof vscode.CancellationError;
	/** Types into the next input box, as far as it accepts that; `refusal`: what it has against it. */
	const type = (text: string): { refusal: () => unknown } => {
		let refusal: unknown;
		replaced.push(
			replace(vscode.window, 'showInputBox', async (options) => {
				refusal = await (options as vscode.InputBoxOptions).validateInput?.(text);
				return refusal === undefined ? text : undefined;
			}),
		);
		return { refusal: () => refusal };
	};

	it('act on the row they are called on, else on the selected ones, else on what is picked', async () => {
		const [one, two] = [await add('one', lost), await add('two', lost)];
		await run('kling.leaveOpen', creationNode(one));
		await run('kling.leaveOpen', creationNode(one), [creationNode(one), creationNode(two)]);
		selection = [{ ...creationNode(two), group: 'attention' }];
		await run('kling.leaveOpen');
		selection = [];
		replaced.push(replace(vscode.window, 'showQuickPick', (items) => Promise.resolve((items as readonly vscode.QuickPickItem[])[1])));
		await run('kling.leaveOpen');
		assert.deepEqual(done, ['leave open one', 'leave open one', 'leave open two', 'leave open two', 'leave open one']);
	});

	it('say as information that there is nothing to do', async () => {
		await refuses(/^No request has to be searched for\.$/, 'kling.searchForCreation');
		await refuses(/^No request can be sent again\.$/, 'kling.sendAgain');
		await refuses(/^This request is no longer in the list\.$/, 'kling.sendAgain', { kind: 'creation', id: 'gone' });
		const sending = await add('sending', { state: 'sending' });
		await refuses(/^Only a request that waits to be sent can be cancelled\.$/, 'kling.cancelCreation', creationNode(sending));
		await refuses(/Leave it open/, 'kling.removeCreation', creationNode(await add('lost', lost)));
		assert.deepEqual(done, []);
	});

	it('send again only after the person has confirmed that it may be paid twice', async () => {
		const id = await add('fox', lost);
		const closed = run('kling.sendAgain', creationNode(id));
		const question = await messages.next(/^Send fox again\? It may be paid twice\.$/);
		assert.deepEqual(question.buttons, ['Send Again']);
		assert.match(question.detail, /same external ID \(kt-fox\)[^]*Price: ≈ 4 units/);
		question.close();
		await assert.rejects(closed, isCancelled);
		assert.deepEqual(done, []);
		messages.clear();
		const confirmed = run('kling.sendAgain', creationNode(id));
		(await messages.next(/may be paid twice/)).press('Send Again');
		await confirmed;
		assert.deepEqual(done, ['send again fox']);
	});

	it('send what was confirmed long ago only after a second confirmation', async () => {
		const id = await add('fox', { state: 'planned', reason: { kind: 'late' } });
		const confirmed = run('kling.confirmCreation', creationNode(id));
		const question = await messages.next(/^Send fox now\?$/);
		assert.match(question.detail, /^You confirmed it at .*Nothing was charged so far\.[^]*API: api\.kling\.example/);
		assert.deepEqual(done, []);
		question.press('Send');
		await confirmed;
		assert.deepEqual(done, ['confirm fox']);
	});

	it('search now, show what was found, and say that nothing found proves nothing', async () => {
		const id = await add('fox', lost);
		await run('kling.searchForCreation', creationNode(id));
		await messages.next(/^Kling shows no task for fox now\. That does not mean that there is none\.$/);
		await store.creations.accept(id, { taskId: '9001', body: '{}' }, clock.now());
		assert.deepEqual(done, ['search fox']);
		await refuses(/^No request has to be searched for\.$/, 'kling.searchForCreation', creationNode(id));
	});

	it('take a task ID from a pasted response, check it with one query and track the task', async () => {
		const id = await add('fox', lost);
		const input = type('{"code":0,"data":{"task_id":"871234567890123456","task_status":"processing"}}');
		await run('kling.enterTaskId', creationNode(id));
		assert.equal(input.refusal(), undefined);
		assert.deepEqual(done, ['query text2video 871234567890123456', 'found fox 871234567890123456', 'reveal 871234567890123456']);
	});

	for (const [what, text, message] of [
		[
			'of another operation',
			'https://api.kling.example/kling/v1/images/generations/871234567890123456',
			/^This is a task of images\/generations/,
		],
		['of several tasks', '871234567890123456 and 871234567890123457', /several task IDs/],
		['of a key', 'sk-0123456789abcdef0123456789abcdef0123456789abcdef', /API key/],
		['of nothing', 'the fox', /no task ID/],
	] as const) {
		it(`refuse the text ${what} while it is typed`, async () => {
			const input = type(text);
			await assert.rejects(run('kling.enterTaskId', creationNode(await add('fox', lost))), isCancelled);
			assert.match(String(input.refusal()), message);
			assert.deepEqual(done, []);
		});
	}

	it('refuse an ID that the API does not show, and change nothing', async () => {
		response = { ok: false, error: apiError('notFound', 'task not exist') };
		type('871234567890123456');
		await refuses(/does not show a task 871234567890123456 under Text to Video/, 'kling.enterTaskId', creationNode(await add('fox', lost)));
		assert.deepEqual(done, ['query text2video 871234567890123456']);
	});

	it('warn before a task with another external ID is taken for it', async () => {
		const id = await add('fox', lost);
		response = { ok: true, snapshot: snapshot('processing', { externalTaskId: 'kt-other' }), body: '{}' };
		type('871234567890123456');
		const closed = run('kling.enterTaskId', creationNode(id));
		const question = await messages.next(/has another external ID than fox/);
		assert.match(question.detail, /kt-fox, the task has kt-other/);
		question.close();
		await assert.rejects(closed, isCancelled);
		assert.deepEqual(done, ['query text2video 871234567890123456']);
		messages.clear();
		const tracked = run('kling.enterTaskId', creationNode(id));
		(await messages.next(/another external ID/)).press('Track It Anyway');
		await tracked;
		assert.deepEqual(done.slice(-2), ['found fox 871234567890123456', 'reveal 871234567890123456']);
	});

	it('track the task that the API has under the external ID, if the person says so', async () => {
		const id = await add('fox', { state: 'uncertain', reason: { kind: 'exists', otherTaskId: '871234567890123456' } });
		await run('kling.trackFoundTask', creationNode(id));
		assert.deepEqual(done, ['query text2video 871234567890123456', 'found fox 871234567890123456', 'reveal 871234567890123456']);
	});

	it('cancel what waits, and say so when it was too late', async () => {
		const id = await add('fox', { state: 'waiting', reason: { kind: 'busy' }, nextAt: clock.now() + 60_000 });
		await run('kling.cancelCreation', creationNode(id));
		cancels = false;
		await refuses(
			/^fox is being sent, or was sent, and cannot be cancelled any more\. Its task is tracked\.$/,
			'kling.cancelCreation',
			creationNode(id),
		);
		assert.deepEqual(done, ['cancel fox', 'cancel fox']);
	});

	it('take off the list what is over, and cancel what waits, in one go', async () => {
		const over = await add('over', { state: 'rejected', reason: { kind: 'rejected', error: apiError('badRequest', 'no') } });
		const waits = await add('waits', { state: 'waiting', reason: { kind: 'busy' }, nextAt: clock.now() + 60_000 });
		const unclear = await add('unclear', lost);
		await run('kling.removeCreation', creationNode(over), [over, waits, unclear].map(creationNode));
		assert.deepEqual(done, ['cancel waits']);
		assert.equal(store.creations.get(over), undefined);
		assert.equal(store.creations.get(unclear)?.state, 'uncertain');
	});

	it('open the request file of a row, also of the task that was made of it', async () => {
		const file = vscode.Uri.file(join(folder, 'fox.kling.json'));
		await writeFile(file.fsPath, requestText);
		const id = await add('fox', lost, file.toString());
		await run('kling.showRequest', creationNode(id));
		assert.equal(activePath(), file.fsPath);
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		const task = await store.creations.accept(id, { taskId: '9001', body: '{}' }, clock.now());
		await run('kling.showRequest', taskNode(task));
		assert.equal(activePath(), file.fsPath);
		assert.deepEqual(messages.all, []);
	});

	it('open a new document with the text that was run when the file is gone, and say so', async () => {
		const id = await add('fox', lost, vscode.Uri.file(join(folder, 'gone.kling.json')).toString());
		await run('kling.showRequest', creationNode(id));
		await messages.next(/^The request file gone\.kling\.json cannot be opened any more\. The new document has its text as it was run\.$/);
		const document = vscode.window.activeTextEditor?.document;
		assert.equal(document?.isUntitled, true);
		assert.match(document.getText(), /^\{\n  "\$schema": "kling-schema:\/request\.schema\.json",\n  "operation": "videos\/text2video"/);
	});

	it('run again by the command that asks first, and never a text that the person has not seen', async () => {
		const ran: string[] = [];
		const execute = vscode.commands.executeCommand.bind(vscode.commands);
		replaced.push(
			replace(vscode.commands, 'executeCommand', (id, ...args) => {
				if (id !== 'kling.runRequest') {
					return execute(String(id), ...args);
				}
				ran.push(String(args[0]));
				return Promise.resolve(undefined);
			}),
		);
		const file = vscode.Uri.file(join(folder, 'fox.kling.json'));
		await writeFile(file.fsPath, requestText);
		const id = await add('fox', { state: 'sending' }, file.toString());
		const task = await store.creations.accept(id, { taskId: '9001', body: '{}' }, clock.now());
		await run('kling.runAgain', taskNode(task));
		assert.deepEqual(ran, [file.toString()]);
		await rm(file.fsPath);
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		await run('kling.runAgain', creationNode(await add('gone', lost, vscode.Uri.file(join(folder, 'gone.kling.json')).toString())));
		await messages.next(/cannot be opened any more/);
		assert.equal(ran.length, 1);
		await refuses(/^This task is no longer tracked\.$/, 'kling.runAgain', taskNode(key('other')));
	});
});

describe('the messages about creations', () => {
	let messages: Messages;
	beforeEach(() => (messages = new Messages()));
	afterEach(() => messages.dispose());

	const shown = async (of: Partial<Creation>): Promise<string> => {
		messages.clear();
		void notifySettled(creation(of), showMessage);
		const only = await soon('a message', () => messages.all[0]);
		return `${only.severity}: ${only.text.split('. ')[0] ?? ''}. [${only.buttons.join(', ')}]`;
	};

	it('say what happened and offer what can be done', async () => {
		const error = apiError('badRequest', 'Image pixel is invalid');
		assert.equal(
			await shown({ state: 'rejected', reason: { kind: 'rejected', error, isFree: true } }),
			'error: Fox was not created. [Show Request]',
		);
		assert.equal(
			await shown({ state: 'rejected', reason: { kind: 'rejected', error: apiError('auth', 'invalid key') } }),
			'error: Fox was not created. [Set API Key, Show Request]',
		);
		assert.equal(
			await shown({ state: 'uncertain', reason: { kind: 'lost', error } }),
			'warning: Kling may or may not have Fox. [I Have the ID…, Send Again, Show Request]',
		);
		assert.equal(
			await shown({ state: 'uncertain', reason: { kind: 'exists', otherTaskId: '7' } }),
			'warning: Kling may or may not have Fox. [Track That Task, I Have the ID…, Generate Again, Show Request]',
		);
		assert.equal(
			await shown({ state: 'absent', reason: { kind: 'lost', error } }),
			'warning: Fox did not arrive at Kling. [Send Again, I Have the ID…, Show Request]',
		);
		assert.equal(await shown({ state: 'planned', reason: { kind: 'late' } }), 'warning: Fox was not sent. [Send…, Show Request]');
	});

	it('say nothing of those that go on or were accepted', async () => {
		for (const state of ['accepted', 'waiting', 'sending', 'planned', 'leftOpen'] as const) {
			await notifySettled(creation({ state, nextAt: 5_000 }), showMessage);
		}
		assert.deepEqual(messages.all, []);
	});
});
