// Request files of people, or of a repository, that want a key, a click, a file or the editor's time.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { runningParts } from '../support/extension';
import { soon } from '../support/retry';
import { requestFolder } from './tools/requestFolder';

const canary = 'sk-canary0123456789abcdef';
const request = (body: string, more = ''): string =>
	`{ ${more}\n"operation": "videos/text2video",\n"body": { "model_name": "kling-v2-5-turbo", "duration": "5",\n${body} } }\n`;

describe('hostile request files', function () {
	this.timeout(60_000);
	const around = requestFolder('hostile');
	const { write, open } = around;
	afterEach(async () => {
		await vscode.commands.executeCommand('kling.stopOfflineDemo');
	});

	const ours = ({ uri }: vscode.TextDocument): readonly vscode.Diagnostic[] =>
		vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Kling');
	const at = (document: vscode.TextDocument, text: string): vscode.Position => document.positionAt(document.getText().indexOf(text) + 1);
	/** All that the extension says about a document. */
	const shown = async (document: vscode.TextDocument): Promise<string> => {
		const { uri } = document;
		const whole = new vscode.Range(0, 0, document.lineCount, 0);
		const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
		const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, whole);
		const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, at(document, '${{'));
		return [
			...ours(document).map(({ message }) => message),
			...lenses.map(({ command }) => `${command?.title ?? ''} ${command?.tooltip ?? ''}`),
			...actions.map(({ title }) => title),
			...hovers.flatMap(({ contents }) => contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))),
			...around.messages.all.map(({ text, detail }) => `${text} ${detail}`),
		].join('\n');
	};

	it('show an API key nowhere, wherever they have it', async () => {
		const vars = `"vars": { "mood": "${canary}", "more": "at dusk" }, "name": "my ${canary}",`;
		const document = await open(
			'key.kling.json',
			request(
				`"prompt": "\${{ vars.mood }} and ${canary}", "api_key": "made-up-canary-0001", "${canary}": "${canary}", "mode": "${canary}",
				"callback_url": "https://hooks.example/${canary}", "watermark_info": { "token": "made-up-canary-0002", "enabled": "${canary}" }`,
				vars,
			),
		);
		await soon('the problems', () => ours(document).length > 3);
		await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
		await around.messages.next(/key\.kling\.json, line \d/);
		const all = await shown(document);
		assert.match(all, /API key/);
		assert.ok(!all.includes('canary'), all);
		await vscode.commands.executeCommand('kling.previewRequest', document.uri);
		const preview = vscode.window.activeTextEditor?.document.getText() ?? '';
		assert.match(preview, /"api_key": "<your API key>"/);
		assert.ok(!/canary(?:\d|-)/.test(preview), preview);
		const { store } = await runningParts();
		assert.deepEqual(store.tasks.active(), []);
	});

	it('have a key in the middle of a text, or within an object, refused before a task is made', async () => {
		const document = await open('inner.kling.json', request(`"prompt": "A sign: ${canary}"`));
		await soon('the problem', () => ours(document).some(({ code }) => code === 'secret-in-body'));
		await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
		await around.messages.next(/inner\.kling\.json, line 4/);
		const { store } = await runningParts();
		assert.deepEqual(store.tasks.active(), []);
	});

	it('make no link, command or icon of their texts', async () => {
		const link = '[Sign in](command:kling.showLog) $(zap) <img src=x>';
		const document = await open('link.kling.json', request(`"prompt": "\${{ vars.a }}", "mode": "${link}"`, `"vars": { "a": "${link}" },`));
		await soon('the problem', () => ours(document).length > 0);
		await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
		await soon('a message or a task', async () => around.messages.all.length > 0 || (await shown(document)).includes('running'));
		for (const { text } of around.messages.all) {
			assert.ok(!text.includes(']('), text);
		}
		const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10);
		assert.ok(lenses.every(({ command }) => command?.title.includes('$(') === false));
		const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at(document, '${{'));
		const [content] = hover?.contents ?? [];
		assert.ok(content instanceof vscode.MarkdownString);
		assert.equal(content.value.trim(), `\`\`\`plaintext\n${link}\n\`\`\``);
		assert.deepEqual([content.isTrusted ?? false, content.supportHtml ?? false], [false, false]);
	});

	it('do not make a preview that stops the editor: deep nesting, long bodies, twenty takes', async () => {
		const deep = `${'['.repeat(90)}${'1,'.repeat(120_000)}1${']'.repeat(90)}`;
		const document = await open('large.kling.json', request(`"prompt": "\${{ run.take }}", "x": ${deep}`, '"repeat": 20,'));
		await vscode.commands.executeCommand('kling.previewRequest', document.uri);
		const preview = vscode.window.activeTextEditor?.document.getText() ?? '';
		assert.ok(preview.length > 240_000 && preview.length < 2_100_000, `${preview.length}`);
		assert.match(preview, /^\/\/ The bodies are so long that only the first are shown: 8\.$/m);
	});

	it('are run once by two presses', async () => {
		const document = await open('twice.kling.json', request('"prompt": "A fox"'));
		await Promise.all([0, 1, 2].map(() => vscode.commands.executeCommand('kling.dryRunRequest', document.uri)));
		const { store } = await runningParts();
		assert.deepEqual([store.tasks.active().length, around.messages.all], [1, []]);
	});

	it('are not run with an expression in place of a text that was not read', async () => {
		const paths = Array.from({ length: 101 }, (_, index) => `${index}.md`);
		paths.forEach((path) => write(path, 'a'));
		const prompt = paths.map((path) => `\${{ text('${path}') }}`).join('');
		const document = await open('many.kling.json', request(`"prompt": "${prompt}"`));
		await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
		const { text } = await around.messages.next(/many\.kling\.json/);
		assert.match(text, /Not every file of this request was read/);
		const { store } = await runningParts();
		assert.deepEqual(store.tasks.active(), []);
	});

	it('are not offered file names that would end their strings', async () => {
		for (const name of ['plain.png', 'a", "callback_url": "x.png', "it's.png", 'a${{ b.png', 'a}}.png', 'new\nline.png', 'a:b.png']) {
			write(name, '');
		}
		const document = await open('names.kling.json', request(`"image": "\${{ file('./"`));
		const position = document.positionAt(document.getText().indexOf("file('./") + "file('./".length);
		const names = await soon('the list', async () => {
			const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
				'vscode.executeCompletionItemProvider',
				document.uri,
				position,
			);
			const found = items.filter(({ kind }) => kind === vscode.CompletionItemKind.File).map(({ label }) => label);
			return found.length > 0 && found;
		});
		assert.deepEqual(names, ['plain.png']);
	});

	it('may have any path: none throws, and none outside is linked to', async () => {
		const paths = [
			'..',
			'../..//x.png',
			'//host/x.png',
			'/etc/passwd',
			'C:\\\\x.png',
			'\\\\\\\\host\\\\x',
			'%2e%2e/x.png',
			'a\\u0000b.png',
			'?q#f.png',
			'.env',
		];
		const values = paths.map((path) => `{ "image_url": "\${{ file('${path}') }}" }`).join(',');
		const document = await open(
			'paths.kling.json',
			request(`"prompt": "A fox", "image_list": [${values}]`).replace('text2video', 'omni-video'),
		);
		const refused = (): number => ours(document).filter(({ code }) => code === 'file-refused').length;
		await soon('the refusals', () => refused() === paths.length);
		await assert.rejects(
			Promise.resolve(vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 20)),
			/missing/,
		);
		const untitled = await vscode.workspace.openTextDocument({
			language: 'jsonc',
			content: document.getText().replace('{', '{ "$schema": "kling-schema:/request.schema.json",'),
		});
		// Closed with the others; one that is not shown is shown by the editor later, in another test.
		await vscode.window.showTextDocument(untitled);
		await soon('the refusals without a file', () => ours(untitled).filter(({ code }) => code === 'file-refused').length === paths.length);
	});
});
