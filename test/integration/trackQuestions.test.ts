// What a person is asked on the way from a text to a row.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/core/emitter';
import type { Simulator } from '../../src/simulator/simulator';
import { cleanSlate, setKey, suiteSimulator, type Parts } from '../support/extension';
import { soon } from '../support/retry';
import { Messages } from './tools/messages';
import { Picks } from './tools/pick';
import { replace } from './tools/replace';

const apiKey = 'sk-integration-0123456789abcdef';

/** One input that was shown: what stood above it, and for a list its rows. */
interface Asked {
	readonly title: string;
	readonly question: string;
	readonly rows: readonly string[];
}

describe('tracking', function () {
	this.timeout(40_000);
	let parts: Parts;
	let simulator: Simulator;
	let messages: Messages;
	let asked: Asked[];
	let replaced: Disposable[];
	/** What the person does with the lists, in order: the label of a row, or undefined for Escape. */
	let replies: (string | undefined)[];
	const suite = suiteSimulator(apiKey);

	beforeEach(async () => {
		parts = await cleanSlate();
		simulator = suite.get();
		messages = new Messages();
		asked = [];
		replies = [];
		replaced = [
			replace(vscode.window, 'showQuickPick', (items, options) => {
				const rows = items as readonly vscode.QuickPickItem[];
				const { title = '', placeHolder = '' } = (options ?? {}) as vscode.QuickPickOptions;
				asked.push({ title, question: placeHolder, rows: rows.map(({ label }) => label) });
				const reply = replies.shift();
				return Promise.resolve(rows.find(({ label }) => label === reply));
			}),
		];
	});
	afterEach(() => {
		for (const standIn of replaced) {
			standIn.dispose();
		}
		messages.dispose();
	});

	const create = (action2: string): string => simulator.create({ action: 'videos', action2 }, { submittedMs: 0, durationMs: 600_000 });
	const track = async (text: string): Promise<void> => {
		await vscode.commands.executeCommand('kling.trackTask', text);
	};
	const rows = (): readonly (readonly [id: string, operation: string])[] =>
		parts.store.tasks.active().map(({ ref }) => [ref.id, ref.action2]);
	/** Types into the next box for a key; undefined: Escape. */
	const replyToKey = (typed: string | undefined): void => {
		const make = vscode.window.createInputBox.bind(vscode.window);
		replaced.push(
			replace(vscode.window, 'createInputBox', () => {
				const box = make();
				replace(box, 'show', () => {
					asked.push({ title: box.title ?? '', question: '', rows: [] });
				});
				let accept: (() => void) | undefined;
				replace(box, 'onDidAccept', (listener) => {
					accept = listener as () => void;
					return { dispose: () => undefined };
				});
				let hide: (() => void) | undefined;
				replace(box, 'onDidHide', (listener) => {
					hide = listener as () => void;
					return { dispose: () => undefined };
				});
				setTimeout(() => {
					if (typed === undefined) {
						hide?.();
					} else {
						box.value = typed;
						accept?.();
					}
				}, 50);
				return box;
			}),
		);
	};

	it('a bare ID needs no further input where a key is set', async () => {
		await setKey(simulator.origin, apiKey);
		const id = create('effects');
		await track(id);
		assert.deepEqual([rows(), asked], [[[id, 'effects']], []]);
	});

	it('a bare ID needs one further input, the key, where none is set', async () => {
		const id = create('lip-sync');
		replyToKey(apiKey);
		await track(id);
		assert.deepEqual([rows(), asked.map(({ title }) => title)], [[[id, 'lip-sync']], [`API Key for ${new URL(simulator.origin).host}`]]);
	});

	it('a bare ID is possible without a key, by its operation', async () => {
		const id = create('text2video');
		replyToKey(undefined);
		replies = ['Text to Video'];
		await track(id);
		assert.deepEqual(rows(), [[id, 'text2video']]);
		assert.deepEqual(
			asked.map(({ title, question }) => [title, question]),
			[
				[`API Key for ${new URL(simulator.origin).host}`, ''],
				[`Select the Operation of ${id}`, 'The search failed: needs API key. Which operation created it?'],
			],
		);
		assert.equal(asked[1]?.rows[0], 'Set API Key');
	});

	it('a bare ID that is not found is asked about, with the reason, and is not tracked after Escape', async () => {
		await setKey(simulator.origin, apiKey);
		await track('871234567890123499');
		assert.deepEqual(
			[rows(), asked.map(({ question }) => question)],
			[[], ['Not found with this API key, or older than 30 days. Which operation created it?']],
		);
		assert.equal(asked[0]?.rows.includes('Find it for me'), false);
		assert.deepEqual(messages.all, []);
	});

	it('a bare ID with a rejected key is asked about, and found once the right one is set from there', async () => {
		await setKey(simulator.origin, 'sk-integration-of-someone-else');
		const id = create('effects');
		replyToKey(apiKey);
		replies = ['Set API Key'];
		await track(id);
		assert.deepEqual(rows(), [[id, 'effects']]);
		assert.equal(asked[0]?.question, 'The search failed: API key rejected. Which operation created it?');
	});

	it('a bare ID whose search is cancelled is asked about, and is then tracked without waiting', async () => {
		await setKey(simulator.origin, apiKey);
		const id = create('text2video');
		const late = simulator.faults.next({ fault: { kind: 'late', ms: 60_000 }, match: { taskId: id }, times: Infinity });
		const cancels: (() => void)[] = [];
		const withProgress = vscode.window.withProgress.bind(vscode.window);
		replaced.push(
			replace(vscode.window, 'withProgress', (options, task) => {
				const { location, cancellable } = options as vscode.ProgressOptions;
				const run = task as (progress: vscode.Progress<object>, token: vscode.CancellationToken) => Thenable<unknown>;
				if (location !== vscode.ProgressLocation.Notification || cancellable !== true) {
					return withProgress(options as vscode.ProgressOptions, run);
				}
				const source = new vscode.CancellationTokenSource();
				cancels.push(() => source.cancel());
				return run({ report: () => undefined }, source.token);
			}),
		);
		replies = ['Text to Video'];
		const done = track(id);
		const cancel = await soon('the progress', () => cancels[0]);
		assert.equal(asked.length, 0);
		cancel();
		await soon('the list', () => asked[0]);
		late.cancel();
		await done;
		assert.deepEqual([rows(), asked.map(({ question }) => question)], [[[id, 'text2video']], ['Which operation created it?']]);
		assert.equal(asked[0]?.rows[0], 'Find it for me');
	});

	it('two or three bare IDs are searched for one by one; of more the operation is asked for once', async () => {
		await setKey(simulator.origin, apiKey);
		const [one, two] = [create('effects'), create('lip-sync')];
		const picks = new Picks();
		replaced.push(picks);
		const done = track(`${one}\n${two}`);
		await picks.next(0);
		await picks.accept();
		await done;
		assert.deepEqual(
			new Map(rows()),
			new Map([
				[one, 'effects'],
				[two, 'lip-sync'],
			]),
		);
		assert.equal(asked.length, 0);
		const four = [create('text2video'), create('text2video'), create('text2video'), create('text2video')];
		simulator.requests.clear();
		const later = track(four.join('\n'));
		await picks.next(1);
		await picks.accept();
		await later;
		assert.deepEqual(
			asked.map(({ title, question, rows: [first] }) => [title, question, first]),
			[['Select the Operation of 4 Tasks', 'Which operation created it?', 'Find it for me']],
		);
		assert.deepEqual(simulator.requests.all(), []);
	});

	it('a link of another host asks which API has the task, by their hosts', async () => {
		await setKey(simulator.origin, apiKey);
		const id = create('text2video');
		const host = new URL(simulator.origin).host;
		replies = [host];
		await track(`https://other.kling.example/kling/v1/videos/text2video/${id}`);
		assert.deepEqual(
			asked.map(({ title, rows: hosts }) => [title, hosts]),
			[['Which API has this task?', [host, 'other.kling.example']]],
		);
		assert.deepEqual(
			parts.store.tasks.active().map(({ ref }) => ref.origin),
			[simulator.origin],
		);
	});
});
