import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/core/emitter';
import { registerRequestPaste, RequestPasteProvider } from '../../src/ui/requests/requestPaste';
import { cleanSlate } from '../support/extension';
import { soon } from '../support/retry';
import { Messages } from './tools/messages';
import { Picks } from './tools/pick';
import { replace } from './tools/replace';

const url = 'https://gateway.example/kling/v1/videos/text2video';
const key = 'sk-Canary4Hq8Lw2Zt6Vb0Xn3Rk7Py1Md5Gs9Jf';
const line = `curl ${url} -H 'Authorization: Bearer ${key}' -d '{"prompt":"a fox","duration":"5"}'`;
const schema = '"$schema": "kling-schema:/request.schema.json"';

describe('New Request', function () {
	this.timeout(40_000);
	let messages: Messages;
	let replaced: Disposable[];
	/** Rows of the lists that were shown. */
	let lists: (readonly vscode.QuickPickItem[])[];
	let inputs: vscode.InputBoxOptions[];
	/** What the person picks and types; undefined: Escape. */
	let picks: (string | undefined)[];
	let names: (string | undefined)[];
	let folder: vscode.Uri;

	beforeEach(async () => {
		await cleanSlate();
		const root = vscode.workspace.workspaceFolders?.[0]?.uri;
		assert.ok(root);
		folder = vscode.Uri.joinPath(root, 'requests');
		await vscode.workspace.fs.createDirectory(folder);
		messages = new Messages();
		[lists, inputs, picks, names] = [[], [], [], []];
		replaced = [
			replace(vscode.window, 'showQuickPick', (items) => {
				const rows = items as readonly vscode.QuickPickItem[];
				lists.push(rows);
				const label = picks.shift();
				return Promise.resolve(rows.find((row) => row.label === label));
			}),
			replace(vscode.window, 'showInputBox', (options) => {
				inputs.push(options as vscode.InputBoxOptions);
				return Promise.resolve(names.shift());
			}),
		];
	});
	afterEach(async () => {
		replaced.forEach((standIn) => standIn.dispose());
		messages.dispose();
		await closeEditors();
		await vscode.workspace.fs.delete(folder, { recursive: true });
	});

	/** Without the question whether to save. */
	const closeEditors = async (): Promise<void> => {
		while (vscode.window.tabGroups.activeTabGroup.activeTab !== undefined) {
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		}
	};

	const newRequest = async (argument?: unknown): Promise<void> => {
		await vscode.commands.executeCommand('kling.newRequest', argument);
	};
	const active = (): vscode.TextEditor => {
		const editor = vscode.window.activeTextEditor;
		assert.ok(editor);
		return editor;
	};
	const selected = (): string => active().document.getText(active().selection);

	it('lists the operations as the other lists do, and creates a file with the smallest body and its prompt selected', async () => {
		picks = ['Text to Video'];
		names = ['text-to-video.kling.json'];
		await newRequest(folder);
		const labels = lists[0]?.map(({ label }) => label) ?? [];
		assert.deepEqual(labels.slice(labels.indexOf('Documented'), labels.indexOf('Documented') + 3), [
			'Documented',
			'Text to Video',
			'Image to Video',
		]);
		assert.equal(inputs[0]?.value, 'text-to-video.kling.json');
		assert.equal(inputs[0].prompt, 'Name of the file in “requests”. Leave it empty to write the request without a file.');
		const { document } = active();
		assert.equal(document.uri.toString(), vscode.Uri.joinPath(folder, 'text-to-video.kling.json').toString());
		assert.equal(document.languageId, 'jsonc');
		assert.equal(document.isDirty, false);
		assert.equal(
			document.getText(),
			'{\n  "operation": "videos/text2video",\n  "body": {\n    "model_name": "kling-v3",\n    "prompt": "A paper boat drifts down a rainy street"\n  }\n}\n',
		);
		assert.equal(selected(), 'A paper boat drifts down a rainy street');
	});

	it('suggests a name that is free, and refuses one that is not', async () => {
		const taken = vscode.Uri.joinPath(folder, 'Text-To-Video.kling.json');
		await vscode.workspace.fs.writeFile(taken, new TextEncoder().encode('mine'));
		picks = ['Text to Video'];
		names = ['shots/fox'];
		await newRequest(folder);
		const [input] = inputs;
		assert.ok(input);
		assert.equal(input.value, 'text-to-video-2.kling.json');
		assert.equal(await input.validateInput?.('Text-To-Video'), '“Text-To-Video.kling.json” exists already. Choose another name.');
		const refusal = 'Write a name such as “shot-01” or “scene/shot-01”, without < > : " | ? * \\ and without a dot in front.';
		for (const name of ['../fox', '/fox', 'a//b', '.hidden', 'a:b', 'a\\b', 'a\u0000b', '.kling.json', 'a'.repeat(201)]) {
			assert.equal(await input.validateInput?.(name), refusal, name);
		}
		assert.equal(await input.validateInput?.('fox'), undefined);
		assert.equal(active().document.uri.path.endsWith('/requests/shots/fox.kling.json'), true);
		assert.equal(new TextDecoder().decode(await vscode.workspace.fs.readFile(taken)), 'mine');
	});

	it('opens the request without a file if the name is left empty', async () => {
		picks = ['Text to Speech'];
		names = [''];
		await newRequest(folder);
		const { document } = active();
		assert.equal(document.isUntitled, true);
		assert.equal(document.languageId, 'jsonc');
		assert.equal(document.getText().startsWith(`{\n  ${schema},\n  "operation": "audio/tts",\n`), true);
		assert.equal(selected(), 'Mind the gap, please.');
		assert.deepEqual(await vscode.workspace.fs.readDirectory(folder), []);
	});

	it('creates nothing on Escape', async () => {
		await newRequest(folder);
		picks = ['Text to Video'];
		await newRequest(folder);
		assert.deepEqual(await vscode.workspace.fs.readDirectory(folder), []);
		assert.equal(vscode.window.activeTextEditor, undefined);
		assert.deepEqual(messages.all, []);
	});

	it('takes the path of an operation that it does not know', async () => {
		picks = ['Enter action/action2…'];
		names = ['videos/new-thing', 'new'];
		await newRequest(folder);
		assert.equal(active().document.getText(), '{\n  "operation": "videos/new-thing",\n  "body": {}\n}\n');
		assert.equal(active().selection.active.isEqual(new vscode.Position(2, 11)), true);
	});

	it('makes a request of a text, without the key, and says so', async () => {
		names = ['fox'];
		await newRequest({ text: line });
		assert.deepEqual(lists, []);
		assert.equal(inputs[0]?.title, 'New Request: Text to Video');
		assert.equal(
			active().document.getText(),
			'{\n  "operation": "videos/text2video",\n  "body": {\n    "prompt": "a fox",\n    "duration": "5"\n  }\n}\n',
		);
		assert.equal(selected(), 'a fox');
		assert.equal((await messages.next(/./)).text, 'The API key in the copied text was left out of the request.');
	});

	it('asks for the operation of a body that may be of several', async () => {
		picks = ['Image Generation'];
		names = [''];
		await newRequest({ text: '{"prompt":"a fox"}' });
		assert.equal(
			active().document.getText(),
			`{\n  ${schema},\n  "operation": "images/generations",\n  "body": {\n    "prompt": "a fox"\n  }\n}\n`,
		);
	});

	it('makes a request of the clipboard', async () => {
		await vscode.env.clipboard.writeText(line);
		picks = ['From the Clipboard'];
		names = [''];
		const desktop = vscode.env.uiKind === vscode.UIKind.Desktop;
		if (desktop) {
			picks = ['From the Clipboard: Text to Video'];
		}
		await newRequest();
		assert.equal(lists[0]?.at(desktop ? 0 : -1)?.label, desktop ? 'From the Clipboard: Text to Video' : 'From the Clipboard');
		assert.equal(selected(), 'a fox');
	});

	it('says that a text contains no request', async () => {
		await newRequest({ text: 'a fox' });
		assert.equal((await messages.next(/./)).text, 'The text contains no create request.');
	});

	it('opens the sample of the demo without a question', async () => {
		await newRequest({ sample: true });
		assert.deepEqual([lists, inputs], [[], []]);
		assert.equal(active().document.isUntitled, true);
		assert.match(
			active().document.getText(),
			/^\{\n {2}"\$schema": "kling-schema:\/request\.schema\.json",\n {2}\/\/ Choose “Dry Run” above: /,
		);
		assert.match(selected(), /^A paper boat/);
	});

	describe('from Track Kling task', () => {
		it('is offered for a create line, and opens it', async () => {
			const shown = new Picks();
			try {
				const done = vscode.commands.executeCommand('kling.trackTask');
				const pick = await shown.next(0);
				pick.type(line);
				await soon('the row for the request', () => pick.rows[0]?.label === 'New Request from This Line');
				assert.deepEqual(
					pick.rows.slice(0, 1).map(({ label, description, detail }) => [label, description, detail]),
					[['New Request from This Line', 'Text to Video', 'It creates a task. The request opens without the API key.']],
				);
				await soon('the row to be active', () => pick.active[0] === 'New Request from This Line');
				names = [''];
				await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
				await done;
				assert.equal(selected(), 'a fox');
			} finally {
				shown.dispose();
			}
		});

		it('is not offered for the line of a query', async () => {
			const shown = new Picks();
			try {
				const done = vscode.commands.executeCommand('kling.trackTask');
				const pick = await shown.next(0);
				pick.type(`curl ${url}/871234567890123456`);
				await soon('the row for the task', () => pick.rows[0]?.label === 'Track 871234567890123456');
				assert.deepEqual(
					pick.rows.filter(({ label }) => label === 'New Request from This Line'),
					[],
				);
				await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
				await done;
			} finally {
				shown.dispose();
			}
		});

		it('is a button where a command gets such a text', async () => {
			await vscode.commands.executeCommand('kling.trackTask', line);
			assert.equal((await messages.next(/./)).text, 'No task found in this text: it is a request that creates one.');
		});
	});

	describe('pasting', () => {
		/** The document after its only edit was applied; undefined if none is offered. */
		const paste = async (content: string, clipboard: string, options: { name?: string; at?: number } = {}): Promise<string | undefined> => {
			const { name, at = content.length } = options;
			let document: vscode.TextDocument;
			if (name === undefined) {
				document = await vscode.workspace.openTextDocument({ language: 'jsonc', content });
			} else {
				const file = vscode.Uri.joinPath(folder, name);
				await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(content));
				document = await vscode.workspace.openTextDocument(file);
			}
			const provider = new RequestPasteProvider(vscode.DocumentDropOrPasteEditKind.Empty.append('test'));
			const transfer = new vscode.DataTransfer();
			transfer.set('text/plain', new vscode.DataTransferItem(clipboard));
			const range = new vscode.Range(document.positionAt(at), document.positionAt(at));
			const context = { only: undefined, triggerKind: vscode.DocumentPasteTriggerKind.Automatic };
			const edits = await provider.provideDocumentPasteEdits(
				document,
				[range],
				transfer,
				context,
				new vscode.CancellationTokenSource().token,
			);
			const [edit, another] = edits ?? [];
			if (edit === undefined) {
				return undefined;
			}
			assert.equal(another, undefined);
			provider.resolveDocumentPasteEdit(edit);
			const whole = edit.additionalEdit ?? new vscode.WorkspaceEdit();
			const { insertText } = edit;
			assert.equal(typeof insertText, 'string');
			// As the editor does it.
			if (typeof insertText === 'string' && insertText !== '') {
				whole.insert(document.uri, range.start, insertText);
			}
			assert.equal(await vscode.workspace.applyEdit(whole), true);
			return document.getText();
		};
		const fox = '{\n  "operation": "videos/text2video",\n  "body": {\n    "prompt": "a fox",\n    "duration": "5"\n  }\n}\n';

		it('into an empty request file makes it the request, and says what was left out', async () => {
			assert.equal(await paste('', line, { name: 'a.kling.json' }), fox);
			assert.equal((await messages.next(/./)).text, 'The API key in the copied text was left out of the request.');
		});

		it('into a document that has only the schema keeps it', async () => {
			const content = `{\n  ${schema}\n}\n`;
			for (const at of [0, 4, content.length]) {
				assert.equal(await paste(content, line, { at }), fox.replace('{\n', `{\n  ${schema},\n`));
			}
		});

		it('says that the operation is not certain', async () => {
			const text = await paste('', '{"prompt":"a ${1} fox"}', { name: 'b.kling.json' });
			assert.equal(text, '{\n  "operation": "",\n  "body": {\n    "prompt": "a ${1} fox"\n  }\n}\n');
			assert.equal((await messages.next(/./)).text, 'The copied text does not say which operation it is for: enter it.');
		});

		it('leaves other documents and texts alone', async () => {
			assert.equal(await paste('', line), undefined);
			assert.equal(await paste('{}', line), undefined);
			assert.equal(await paste('{"a":1}', line), undefined);
			assert.equal(await paste('{ "operation": "videos/text2video" }', line, { name: 'c.kling.json' }), undefined);
			assert.equal(await paste('// mine\n', line, { name: 'd.kling.json' }), undefined);
			assert.equal(await paste('', 'a fox', { name: 'e.kling.json' }), undefined);
			assert.equal(await paste('', `curl ${url}/871234567890123456`, { name: 'f.kling.json' }), undefined);
		});

		it('can be registered', () => {
			registerRequestPaste().dispose();
		});
	});
});
