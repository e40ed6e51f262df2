// Run: from the lens and the commands to the task at the API, with what a person is asked before.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Creation } from '../../src/creation/creation';
import { removeKey, runningParts, setKey, suiteSimulator } from '../support/extension';
import { soon } from '../support/retry';
import { png } from '../support/images';
import type { Message } from './tools/messages';
import { requestFolder } from './tools/requestFolder';

const apiKey = 'sk-integration-0123456789abcdef';
const good = `{
	"operation": "videos/text2video",
	"body": {
		"model_name": "kling-v2-5-turbo",
		"mode": "pro",
		"duration": "5",
		"prompt": "A lighthouse at dusk"
	}
}
`;
const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('kling');
const setLimit = async (limit: unknown): Promise<void> => {
	await settings().update('create.dailyLimit', limit, vscode.ConfigurationTarget.Global);
};

describe('Run', function () {
	this.timeout(60_000);
	const suite = suiteSimulator(apiKey);
	const around = requestFolder('run');
	const { write, open } = around;
	const lenses = async ({ uri }: vscode.TextDocument): Promise<readonly vscode.Command[]> => {
		const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
		return found.flatMap(({ command }) => command ?? []);
	};
	const titles = async (document: vscode.TextDocument): Promise<readonly string[]> => (await lenses(document)).map(({ title }) => title);
	/** Presses the lens as the editor does: with the very arguments that the provider gave it. */
	const pressLens = async (document: vscode.TextDocument): Promise<void> => {
		await last;
		const lens = await soon('the lens', async () => (await lenses(document)).find(({ command }) => command === 'kling.runRequest'));
		last = vscode.commands.executeCommand(lens.command, ...((lens.arguments ?? []) as readonly unknown[]));
	};
	/** A press while the one before has not been decided is the same one. */
	let last: Thenable<unknown> = Promise.resolve();
	const run = async (...args: readonly unknown[]): Promise<void> => {
		await last;
		last = vscode.commands.executeCommand('kling.runRequest', ...args);
	};
	const question = (text = /^Run /): Promise<Message> => around.messages.next(text);
	const created = (): number => suite.get().requests.all({ kind: 'create' }).length;
	const creationsOf = async (document: vscode.TextDocument): Promise<Creation | undefined> =>
		(await runningParts()).store.creations.newestOf(document.uri.toString());

	beforeEach(async () => {
		const { store } = await runningParts();
		await store.tasks.deleteEverything();
		await setKey(suite.get().origin, apiKey);
	});
	afterEach(async () => {
		await setLimit(undefined);
	});

	it('fixes where its results are kept, with the pattern and the values of the request', async () => {
		await settings().update('results.keep', 'workspace', vscode.ConfigurationTarget.Global);
		try {
			const text = good.replace('"body"', '"save": "{file}-{vars.mood}-{take:2}", "vars": { "mood": "calm" }, "body"');
			const document = await open('dusk.kling.json', text);
			await run(document.uri);
			(await question()).press('Run');
			const creation = await soon('the creation', () => creationsOf(document));
			const { uri } = vscode.workspace.workspaceFolders?.[0] ?? assert.fail();
			assert.deepEqual(creation.keep, {
				folder: vscode.Uri.joinPath(uri, 'kling-results').fsPath,
				fileName: '{file}-{vars.mood}-{take:2}',
				values: { file: 'dusk', take: String(creation.take), 'vars.mood': 'calm' },
				requestFile: '../run/dusk.kling.json',
			});
			const { store } = await runningParts();
			const task = await soon('the task', () => store.creations.get(creation.id)?.task);
			assert.deepEqual(store.downloads.planOf(task), creation.keep);
		} finally {
			await settings().update('results.keep', undefined, vscode.ConfigurationTarget.Global);
		}
	});

	it('has a lens before the others, with the price, which asks once about everything and creates one task', async () => {
		const document = await open('dusk.kling.json', good);
		await soon('the lenses', async () => (await titles(document)).length === 3);
		assert.deepEqual(await titles(document), ['Run ≈ 2.5 units ($0.35 list price)', 'Dry Run', 'Preview']);
		await pressLens(document);
		const asked = await question();
		const { text, detail, buttons, severity } = asked;
		assert.deepEqual(
			[severity, text, buttons],
			['warning', 'Run “dusk.kling.json” for ≈ 2.5 units ($0.35 list price)?', ['Run', 'Run Without Asking Until Reload']],
		);
		assert.equal(
			detail,
			[
				`API: ${new URL(suite.get().origin).host}`,
				'Operation: Text to Video (videos/text2video)',
				'Model: kling-v2-5-turbo, pro, 5 s',
				'Take: 1',
				'',
				'An estimate from Kling’s list prices of 2026-09-20. The gateway may charge otherwise.',
			].join('\n'),
		);
		assert.equal(created(), 0, 'nothing is sent before the person has confirmed it');
		asked.press('Run');
		await soon('the task', async () => (await runningParts()).store.tasks.active().length === 1);
		const { store } = await runningParts();
		const [task] = store.tasks.active();
		assert.deepEqual([task?.name, task?.prompt, created()], ['dusk', 'A lighthouse at dusk', 1]);
		await soon('the state in the lens', async () => (await titles(document))[3]?.startsWith('running'));
		assert.deepEqual(around.messages.all.length, 1, 'the row says the rest');
	});

	it('sends nothing when the person cancels', async () => {
		const document = await open('cancelled.kling.json', good);
		await pressLens(document);
		(await question()).close();
		await soon('no state', async () => (await titles(document)).length === 3);
		assert.deepEqual([await creationsOf(document), created()], [undefined, 0]);
	});

	it('shows that it runs several takes, which are numbered on from run to run', async () => {
		const document = await open('takes.kling.json', good.replace('"body"', '"repeat": 2,\n\t"body"'));
		await soon('the lens', async () => (await titles(document))[0] === 'Run 2 Takes ≈ 5.0 units ($0.70 list price)');
		await pressLens(document);
		const first = await question();
		assert.equal(first.text, 'Run 2 takes of “takes.kling.json” for ≈ 5.0 units ($0.70 list price)?');
		assert.match(first.detail, /^Takes: 2 \(numbers 1 to 2\)$/m);
		assert.deepEqual(first.buttons, ['Run'], 'what makes several tasks is always asked about');
		first.press('Run');
		const { store } = await runningParts();
		await soon('the tasks', () => store.tasks.active().length === 2);
		assert.deepEqual(
			store.tasks
				.active()
				.map(({ name }) => name ?? '')
				.sort(),
			['takes, take 1', 'takes, take 2'],
		);
		around.messages.clear();
		await run(document.uri);
		const second = await question();
		assert.match(second.detail, /^Takes: 2 \(numbers 3 to 4\)$/m);
		second.close();
	});

	it('says what else leaves this computer: files, and who gets the results', async () => {
		write('fox.png', png(1024, 768));
		write('line.md', 'The fox turns');
		const document = await open(
			'files.kling.json',
			`{
	"operation": "videos/image2video",
	"body": {
		"model_name": "kling-v2-5-turbo",
		"image": "\${{ file('./fox.png') }}",
		"prompt": "\${{ text('./line.md') }}",
		"callback_url": "https://hooks.studio.example/kling"
	}
}`,
		);
		await run(document.uri);
		const asked = await question();
		const { detail } = asked;
		assert.match(detail, /^Files that are read: \.\/fox\.png \(1 KB\), \.\/line\.md \(1 KB\)$/m);
		assert.match(detail, /^Callback: hooks\.studio\.example also gets every status, with the links of the results$/m);
		// What was confirmed is what is sent, whatever becomes of the files.
		rmSync(join(around.path, 'fox.png'));
		write('line.md', 'The wolf turns');
		asked.press('Run');
		const { store } = await runningParts();
		await soon('the task', () => store.tasks.active().length === 1);
		assert.equal(store.tasks.active()[0]?.prompt, 'The fox turns');
	});

	describe('without asking', () => {
		/** A lens whose person has allowed it, and the task that it made. */
		const allowed = async (name: string): Promise<vscode.TextDocument> => {
			const document = await open(name, good);
			await pressLens(document);
			(await question()).press('Run Without Asking Until Reload');
			await soon('the task', () => created() === 1);
			await soon('the lens', async () => (await titles(document))[0] === 'Run Without Asking ≈ 2.5 units ($0.35 list price)');
			around.messages.clear();
			// A double click would make two tasks: so soon after, it asks.
			await new Promise((resolve) => setTimeout(resolve, 1_600));
			return document;
		};

		it('runs one task at most at the price that was allowed, from this lens only', async () => {
			const document = await allowed('allowed.kling.json');
			await pressLens(document);
			await soon('another task', () => created() === 2);
			assert.deepEqual(around.messages.all, []);
			for (const args of [[document.uri], [], [document.uri, {}], [document.uri, [document.uri]]]) {
				await run(...args);
				(await question()).close();
				around.messages.clear();
			}
			assert.equal(created(), 2);
		});

		it('asks again at a second press that comes too soon, and where the price has risen', async () => {
			const document = await allowed('dearer.kling.json');
			await pressLens(document);
			await soon('another task', () => created() === 2);
			await pressLens(document);
			(await question()).close();
			around.messages.clear();
			const change = new vscode.WorkspaceEdit();
			change.replace(document.uri, document.lineAt(5).range, '\t\t"duration": "10",');
			await vscode.workspace.applyEdit(change);
			await soon('the lens', async () => (await titles(document))[0] === 'Run ≈ 5.0 units ($0.70 list price)');
			await new Promise((resolve) => setTimeout(resolve, 1_600));
			await pressLens(document);
			(await question()).close();
			assert.equal(created(), 2);
		});
	});

	it('asks for the key first, and sends nothing without one', async () => {
		await removeKey(suite.get().origin);
		const document = await open('nokey.kling.json', good);
		await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
		await run(document.uri);
		await soon('the lens says so', async () => (await titles(document)).includes('preparing…'));
		await soon('no state', async () => {
			// The input opens a moment after the lens says so.
			await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
			return (await titles(document)).length === 3;
		});
		assert.deepEqual([around.messages.all, created()], [[], 0]);
	});

	it('shows the first error instead, and where it is', async () => {
		const uri = write('wrong.kling.json', good.replace('"5"', '5'));
		await run(uri, [uri]);
		const { text } = await around.messages.next(/wrong\.kling\.json/);
		assert.match(text, /^wrong\.kling\.json, line 6: /);
		assert.equal(created(), 0);
	});

	it('says so of what nothing is known about, and asks', async () => {
		const document = await open('new.kling.json', '{ "operation": "videos/brand-new", "body": { "prompt": "A fox" } }');
		await soon('the lens', async () => (await titles(document))[0] === 'Run (price unknown)');
		await pressLens(document);
		const asked = await question();
		const { text, detail, buttons } = asked;
		assert.deepEqual([text, buttons], ['Run “new.kling.json”? What it costs is unknown.', ['Run']]);
		assert.match(detail, /^Operation: videos\/brand-new, of which nothing is known$/m);
		asked.close();
	});

	describe('with a daily limit', () => {
		it('says what is left of it, and sends nothing that exceeds it', async () => {
			await setLimit(0.5);
			const document = await open('limited.kling.json', good);
			await run(document.uri);
			const first = await question();
			assert.match(first.detail, /Of your daily limit of \$0\.50, \$0\.50 is left\./);
			first.press('Run');
			await soon('the task', () => created() === 1);
			around.messages.clear();
			await run(document.uri);
			const { text, severity, buttons } = await around.messages.next(/daily limit/);
			assert.deepEqual(
				[text, severity, buttons],
				[
					'This would cost ≈ $0.35, and of your daily limit of $0.50 only $0.15 is left. Nothing was sent. Wait, or raise the limit in the settings.',
					'error',
					['Open Settings'],
				],
			);
			assert.equal(created(), 1);
		});

		it('takes no limit that is none', async () => {
			await setLimit('5 dollars');
			const document = await open('mistyped.kling.json', good);
			await run(document.uri);
			const { text } = await around.messages.next(/daily limit/);
			assert.equal(text, 'The daily limit in the settings is not an amount of US dollars, such as 5. Nothing was sent.');
			assert.equal(created(), 0);
		});
	});

	it('asks once about several files, with their sum', async () => {
		const one = write('one.kling.json', good);
		const two = write('two.kling.json', good.replace('"5"', '"10"'));
		const bad = write('bad.kling.json', good.replace('"5"', '5'));
		await run(one, [one, two, bad]);
		const asked = await question();
		const { text, detail, buttons } = asked;
		assert.deepEqual([text, buttons], ['Run 2 requests, 2 tasks in all, for ≈ $1.05 list price?', ['Run']]);
		assert.match(detail, /^one\.kling\.json: Text to Video, ≈ 2\.5 units \(\$0\.35 list price\)$/m);
		assert.match(detail, /^two\.kling\.json: Text to Video, ≈ 5\.0 units \(\$0\.70 list price\)$/m);
		assert.match(detail, /^One more request was chosen, but has errors and is not run\.$/m);
		asked.press('Run');
		await soon('the tasks', () => created() === 2);
		await around.messages.next(/^1 of 3 requests were not run\. bad\.kling\.json, line 6: /);
	});

	it('refuses an ID of the person’s own that was used before', async () => {
		const document = await open('own.kling.json', good.replace('"prompt"', '"external_task_id": "shot-12",\n\t\t"prompt"'));
		await run(document.uri);
		(await question()).press('Run');
		await soon('the task', () => created() === 1);
		around.messages.clear();
		await run(document.uri);
		(await question()).press('Run');
		const { text } = await around.messages.next(/external_task_id/);
		assert.equal(
			text,
			'own.kling.json: a request with the external_task_id “shot-12” was run before, and an ID is used once. Nothing was sent. Write another one.',
		);
		assert.equal(created(), 1);
	});

	it('previews the ID that the next take gets', async () => {
		const document = await open('id.kling.json', good);
		await vscode.commands.executeCommand('kling.previewRequest', document.uri);
		const shown = (): string | undefined =>
			/"external_task_id": "(kt-[a-z2-7]{26})"/.exec(vscode.window.activeTextEditor?.document.getText() ?? '')?.[1];
		const id = await soon('the ID', shown);
		await run(document.uri);
		(await question()).press('Run');
		await soon('the task', () => created() === 1);
		assert.equal((await creationsOf(document))?.externalId, id);
		await soon('the next one', () => shown() !== undefined && shown() !== id);
	});
});
