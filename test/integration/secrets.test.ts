import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { taskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import { cleanSlate, removeKey, setBaseUrl, setKey, suiteSimulator, type Parts } from '../support/extension';
import { startSimulator } from '../support/simulator';
import { Messages } from './tools/messages';
import { replace } from './tools/replace';
import { findSecret } from './tools/secretScanner';
import { soon } from '../support/retry';

const canary = `sk-canary-${randomBytes(12).toString('hex')}`;
const one = 'https://one.kling.example';
const other = 'https://other.kling.example';

describe('API keys', () => {
	let parts: Parts;
	let messages: Messages;

	beforeEach(async () => {
		parts = await cleanSlate();
		messages = new Messages();
	});
	afterEach(() => messages.dispose());
	after(async () => {
		await cleanSlate();
		await setBaseUrl(undefined);
	});

	it('are kept one per origin, in the editor’s secret storage', async () => {
		const { keys, context } = parts;
		await keys.set(one, 'sk-of-one');
		await keys.set(other, 'sk-of-other');
		assert.deepEqual(
			[await keys.get(one), await keys.get(other), await keys.get('https://third.kling.example')],
			['sk-of-one', 'sk-of-other', undefined],
		);
		assert.deepEqual([...(await keys.origins())].sort(), [one, other]);
		assert.deepEqual((await context.secrets.keys()).filter((name) => name.startsWith('kling.')).sort(), [
			`kling.apiKey ${one}`,
			`kling.apiKey ${other}`,
		]);
		await keys.remove(one);
		assert.deepEqual([await keys.get(one), await keys.get(other), await keys.origins()], [undefined, 'sk-of-other', [other]]);
	});

	it('report when they change, and of which origin', async () => {
		const changed: string[] = [];
		const subscription = parts.keys.onDidChange((origin) => changed.push(origin));
		await parts.keys.set(one, 'sk-of-one');
		await soon('the change is heard', () => changed.includes(one));
		await parts.keys.remove(one);
		await soon('the removal is heard', () => changed.length === 2);
		subscription.dispose();
		assert.deepEqual(changed, [one, one]);
	});

	it('are given to a demo in memory only', async () => {
		const temporaryKey = parts.keys.addTemporaryKey(one, 'sk-throwaway');
		assert.equal(await parts.keys.get(one), 'sk-throwaway');
		assert.deepEqual(await parts.keys.origins(), []);
		temporaryKey.dispose();
		assert.equal(await parts.keys.get(one), undefined);
	});

	describe('with two origins', () => {
		let simulators: readonly Simulator[];
		beforeEach(async () => {
			simulators = await Promise.all([startSimulator(canary), startSimulator('sk-of-the-second')]);
		});
		afterEach(async () => {
			for (const simulator of simulators) {
				await simulator.close();
			}
		});

		it('go to their own origin only', async () => {
			const [first, second] = simulators;
			assert.ok(first && second);
			await setKey(first.origin, canary);
			await setKey(second.origin, 'sk-of-the-second');
			for (const simulator of simulators) {
				const id = simulator.create({ action: 'videos', action2: 'text2video' });
				await setBaseUrl(simulator.origin);
				await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
			}
			await parts.tracker.refresh(undefined);
			assert.ok(simulators.every(({ requests }) => requests.all().every(({ authorization }) => authorization === 'correct')));
			assert.deepEqual([first.requests.sawKey(canary), first.requests.sawKey('sk-of-the-second')], [true, false]);
			assert.deepEqual([second.requests.sawKey(canary), second.requests.sawKey('sk-of-the-second')], [false, true]);
		});
	});

	describe('the command that asks for a key', () => {
		let simulator: Simulator;
		const suite = suiteSimulator(canary);
		beforeEach(() => {
			simulator = suite.get();
		});

		/** The title of the input that the command opens; then the input is left. */
		const asks = async (...args: readonly unknown[]): Promise<string | undefined> => {
			const create = vscode.window.createInputBox.bind(vscode.window);
			let opened: vscode.InputBox | undefined;
			const watch = replace(vscode.window, 'createInputBox', () => (opened = create()));
			try {
				const done = vscode.commands.executeCommand('kling.setApiKey', ...args);
				const title = (await soon('the input', () => opened)).title;
				await soon('it is left', () => {
					opened?.hide();
					return Promise.race([Promise.resolve(done).then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 50))]);
				});
				return title;
			} finally {
				watch.dispose();
			}
		};
		const titled = (origin: string): string => `API Key for ${origin.replace('http://', '')}`;

		it('asks for the key of the base URL, or of a tracked task’s origin, given by its row too', async () => {
			const other = await startSimulator('sk-of-the-other');
			const key = taskKey({ origin: other.origin, id: '853300000000000101' });
			assert.equal(await asks(simulator.origin), titled(simulator.origin));
			assert.equal(await asks(other.origin), titled(simulator.origin), 'nothing of it is tracked yet');
			await parts.store.tasks.add(
				[{ ref: { origin: other.origin, action: 'videos', action2: 'text2video', id: '853300000000000101' } }],
				Date.now(),
			);
			assert.equal(await asks(other.origin), titled(other.origin));
			assert.equal(await asks({ kind: 'task', key }), titled(other.origin));
			await parts.store.tasks.remove([key], Date.now());
			assert.equal(await asks(other.origin), titled(simulator.origin), 'nothing of it is tracked any more');
			assert.equal(await asks({ kind: 'task', key }), titled(simulator.origin));
			await other.close();
		});

		it('refuses any other origin as an argument', async () => {
			const { host } = new URL(simulator.origin);
			for (const argument of [
				'http://127.0.0.1:9',
				`http://127.0.0.1:9/?${simulator.origin}`,
				`http://127.0.0.1:9/#${simulator.origin}`,
				`http://${host}@127.0.0.1:9`,
				'https://thief.example',
				`${simulator.origin}/`,
				`${simulator.origin}/x`,
				simulator.origin.toUpperCase(),
				{ kind: 'task', key: 'https://thief.example 853300000000000101' },
				['https://thief.example'],
				5,
				null,
			]) {
				assert.equal(await asks(argument), titled(simulator.origin), JSON.stringify(argument));
			}
			assert.deepEqual(await parts.keys.origins(), []);
		});
	});

	describe('a base URL that is not text', () => {
		after(() => setBaseUrl(undefined));
		for (const value of [5, null, [], {}, true]) {
			it(`is reported as invalid, with a button to the settings: ${JSON.stringify(value)}`, async () => {
				await vscode.workspace.getConfiguration('kling').update('api.baseUrl', value, vscode.ConfigurationTarget.Global);
				for (const command of ['kling.setApiKey', 'kling.trackTask', 'kling.openConsole']) {
					messages.clear();
					await vscode.commands.executeCommand(command, ...(command === 'kling.trackTask' ? ['853300000000000101'] : []));
					assert.deepEqual((await messages.next(/is not a valid URL/)).buttons, ['Open Settings'], command);
				}
				assert.equal(messages.like(/unexpected/).length, 0);
			});
		}
	});

	describe('a recognisable key', () => {
		let simulator: Simulator;
		const suite = suiteSimulator(canary);
		beforeEach(async () => {
			simulator = suite.get();
			await setKey(simulator.origin, canary);
		});

		const track = async (): Promise<ReturnType<typeof taskKey>> => {
			const id = simulator.create({ action: 'videos', action2: 'text2video' });
			await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
			return taskKey({ origin: simulator.origin, id });
		};

		it('is used, is echoed by an error, and stays in no file, log or memento', async () => {
			const key = await track();
			for (const status of [401, 500, 400]) {
				simulator.faults.next({ fault: { kind: 'echoKey', status } });
				await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
			}
			await vscode.commands.executeCommand('kling.checkApiKey');
			await vscode.commands.executeCommand('kling.showLog');
			await vscode.commands.executeCommand('kling.trackTask', canary);
			assert.ok(simulator.requests.sawKey(canary), 'it was used');
			assert.equal(simulator.requests.all().filter(({ fault }) => fault === 'echoKey').length, 3);
			assert.ok((parts.store.tasks.rawResponse(key)?.body ?? '').includes('Invalid token'), 'the echo is what was kept, without the key');

			assert.deepEqual(await findSecret(canary, parts.context), []);
			const shown = [
				...messages.all.map(({ text }) => text),
				JSON.stringify(parts.store.tasks.get(key)),
				parts.store.tasks.rawResponse(key)?.body,
				...vscode.workspace.textDocuments.map((document) => document.getText()),
			];
			assert.ok(shown.every((text) => text?.includes(canary) !== true));
		});

		it('would be found: in a file, in a log, in the database and in a memento', async () => {
			const key = await track();
			const { context, store } = parts;
			for (const planted of [
				join(context.globalStorageUri.fsPath, 'deep', 'planted.txt'),
				join(dirname(context.logUri.fsPath), 'planted.log'),
			]) {
				mkdirSync(dirname(planted), { recursive: true });
				writeFileSync(planted, `before ${canary} after`);
				assert.deepEqual(await findSecret(canary, context), [planted]);
				rmSync(planted);
			}
			await store.tasks.rename(key, canary);
			assert.ok((await findSecret(canary, context)).some((file) => /kling-\d+\.db(-wal)?$/.test(file)));
			await store.tasks.deleteEverything();
			assert.deepEqual(await findSecret(canary, context), [], 'and what is forgotten leaves no trace in the database');
			await context.globalState.update('planted', { deep: [canary] });
			assert.deepEqual(await findSecret(canary, context), ['globalState']);
			await context.globalState.update('planted', undefined);
			assert.deepEqual(await findSecret(canary, context), []);
		});

		it('is removed from the secret storage by the command', async () => {
			await removeKey(simulator.origin);
			assert.equal(await parts.keys.get(simulator.origin), undefined);
			assert.deepEqual(await parts.keys.origins(), []);
		});
	});
});
