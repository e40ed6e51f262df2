// Request files in the editor: diagnostics, quick fixes, lenses, hovers, links, completions, previews, commands.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { soon } from '../support/retry';
import { removeKey, runningParts, setKey } from '../support/extension';
import { requestFolder } from './tools/requestFolder';

/** One pixel, or what one can take for it. */
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
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

/** One that is known by its schema. */
const withSchema = good.replace('{', '{\n\t"$schema": "kling-schema:/request.schema.json",');

/** With expressions of each kind. */
const rich = `{
	"operation": "videos/image2video",
	"vars": { "style": "in ink" },
	"repeat": 2,
	"body": {
		"model_name": "kling-v2-5-turbo",
		"image": "\${{ file('./a.png') }}",
		"prompt": "\${{ text('./line.md') }} \${{ vars.style }} of \${{ run.date }}, take \${{ run.take }}"
	}
}
`;

describe('request files', function () {
	this.timeout(40_000);
	const around = requestFolder('requests');
	const { write, open } = around;
	const replace = async (from: string, to: string): Promise<void> => {
		const editor = vscode.window.activeTextEditor;
		assert.ok(editor);
		const at = editor.document.getText().indexOf(from);
		assert.notEqual(at, -1, from);
		const range = new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + from.length));
		assert.ok(await editor.edit((edit) => edit.replace(range, to)));
	};
	const ours = ({ uri }: vscode.TextDocument): readonly string[] =>
		vscode.languages
			.getDiagnostics(uri)
			.filter(({ source }) => source === 'Kling')
			.map(({ code, severity, range }) => `${typeof code === 'string' ? code : 'no code'} ${severity} ${range.start.line + 1}`);
	const lenses = async ({ uri }: vscode.TextDocument): Promise<readonly vscode.Command[]> => {
		const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
		return found.flatMap(({ command }) => command ?? []);
	};
	const titles = async (document: vscode.TextDocument): Promise<readonly string[]> => (await lenses(document)).map(({ title }) => title);

	it('are JSON with comments, and a good one has no diagnostic of any kind', async () => {
		const document = await open('good.kling.json', `// what a person notes\n${good}`);
		assert.equal(document.languageId, 'jsonc');
		await soon('the lenses', async () => (await titles(document)).length === 3);
		assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
	});

	it('show what is wrong with them when typing stops, and nothing after they are closed or are something else', async () => {
		const document = await open('typed.kling.json', good);
		await replace('"5"', '5');
		await soon('the diagnostic', () => ours(document).length > 0);
		assert.deepEqual(ours(document), ['number-for-string 0 6']);
		await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
		await soon('no diagnostic', () => ours(document).length === 0);
		await vscode.languages.setTextDocumentLanguage(document, 'jsonc');
		await soon('the diagnostic again', () => ours(document).length > 0);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		await soon('no diagnostic when closed', () => ours(document).length === 0);
	});

	it('show each problem once: errors in the syntax are the editor’s own', async () => {
		const document = await open('syntax.kling.json', good.replace('"mode": "pro",', '"mode": "pro"'));
		const all = (): readonly (readonly [string | undefined, number])[] =>
			vscode.languages.getDiagnostics(document.uri).map(({ source, range }) => [source, range.start.line + 1]);
		await soon('the editor’s', () => all().length > 0);
		assert.deepEqual(all(), [['jsonc', 6]]);
	});

	it('have lenses above them: run with its price, dry run, preview', async () => {
		const document = await open('lens.kling.json', `// a note\n\n${good}`);
		await soon('the lenses', async () => (await lenses(document)).length === 3);
		assert.deepEqual(
			(await lenses(document)).map(({ title, command, tooltip }) => [title, command, tooltip]),
			[
				[
					'Run ≈ 2.5 units ($0.35 list price)',
					'kling.runRequest',
					'Create the task at the API, for money. You are asked first. An estimate from Kling’s list prices of 2026-09-20. The gateway may charge otherwise.',
				],
				['Dry Run', 'kling.dryRunRequest', 'Try this request on the offline Kling: no key, no network, no cost'],
				['Preview', 'kling.previewRequest', 'Show exactly what would be sent'],
			],
		);
		await replace('"5"', '"10"');
		await soon('the price of what is shown, saved or not', async () =>
			(await titles(document)).includes('Run ≈ 5.0 units ($0.70 list price)'),
		);
		await replace('dusk', '${{ vars.nothing }}');
		assert.ok((await titles(document)).includes('Run ≈ 5.0 units ($0.70 list price)'), 'a mistake in the prompt does not change the price');
		await replace('"10"', '"${{ vars.nothing }}"');
		assert.ok((await titles(document)).includes('Run (price unknown)'), 'one in the duration does');
	});

	it('have lenses also where they have no name yet, if they name the schema', async () => {
		const document = await vscode.workspace.openTextDocument({
			language: 'jsonc',
			content: withSchema,
		});
		const editor = await vscode.window.showTextDocument(document);
		await soon('the lenses', async () => (await titles(document)).length === 3);
		await replace('"operation"', '"opertion"');
		await soon('the diagnostic', () => ours(document).length > 0);
		assert.deepEqual(ours(document), ['operation-missing 0 3']);
		await editor.edit((edit) => edit.delete(document.lineAt(1).rangeIncludingLineBreak));
		await soon('no diagnostic without it', () => ours(document).length === 0);
		assert.deepEqual(await titles(document), []);
	});

	it('have lenses and commands also under another name, such as the one that the editor suggests, if they name the schema', async () => {
		const document = await open('Untitled-1.jsonc', withSchema);
		await soon('the lenses', async () => (await titles(document)).length === 3);
		const other = await open('other.jsonc', good);
		assert.deepEqual(await titles(other), []);
		const empty = await open('empty.jsonc', '');
		assert.deepEqual([await titles(empty), ours(empty)], [[], []]);
	});

	it('offer quick fixes, which repair them', async () => {
		const document = await open('fix.kling.json', good.replace('"5"', '5'));
		await soon('the diagnostic', () => ours(document).length > 0);
		const line = document.lineAt(5).range;
		const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
			'vscode.executeCodeActionProvider',
			document.uri,
			line,
			'quickfix',
		);
		const [fix] = actions.filter(({ edit }) => edit !== undefined);
		assert.deepEqual([fix?.title, fix?.isPreferred], ['Change to "5"', true]);
		assert.ok(fix?.edit && (await vscode.workspace.applyEdit(fix.edit)));
		assert.equal(document.getText(), good);
		await soon('no diagnostic', () => ours(document).length === 0);
	});

	it('show in hovers what an expression stands for, as text', async () => {
		write('a.png', png);
		write('line.md', 'A *fox*, [see](command:kling.showLog)\n');
		const document = await open('hover.kling.json', rich);
		const hover = async (text: string): Promise<string> => {
			const at = document.positionAt(document.getText().indexOf(text) + 1);
			const found = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
			const [content] = found.flatMap(({ contents }) => contents);
			assert.ok(content instanceof vscode.MarkdownString);
			assert.ok(!content.isTrusted);
			return content.value.replaceAll('&nbsp;', ' ').trim();
		};
		await soon('what is known of the files', async () => (await hover("file('./a.png')")).startsWith('PNG'));
		assert.equal(await hover("file('./a.png')"), 'PNG 1×1, 1 KB. It is sent as Base64.');
		assert.equal(await hover("text('./line.md')"), '```plaintext\nA *fox*, [see](command:kling.showLog)\n```');
		assert.equal(await hover('vars.style }}'), '```plaintext\nin ink\n```');
		assert.equal(await hover('run.take'), 'The number of the take: 1 to 2.');
		assert.match(await hover('run.date'), /^```plaintext\n20\d\d-\d\d-\d\d\n```$/);
	});

	it('link to the files that they may read, and to no other', async () => {
		const image = write('a.png', png);
		write('line.md', 'A fox\n');
		const document = await open('link.kling.json', rich);
		const linksOf = ({ uri }: vscode.TextDocument): Thenable<vscode.DocumentLink[]> =>
			vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri, 10);
		assert.deepEqual(
			(await linksOf(document)).map(({ range, target }) => [document.getText(range), target?.toString()]),
			[
				['./a.png', image.toString()],
				['./line.md', vscode.Uri.joinPath(image, '..', 'line.md').toString()],
			],
		);
		const outside = await open('outside.kling.json', rich.replace('./line.md', '../notes.txt'));
		await assert.rejects(Promise.resolve(linksOf(outside)), /missing/, 'the editor says so of a link without a target');
	});

	it('complete expressions: vars, takes, and files beside them', async () => {
		write('a.png', png);
		write('.hidden.png', png);
		write('line.md', 'A fox\n');
		mkdirSync(join(around.path, 'more'));
		const document = await open('complete.kling.json', rich);
		const complete = async (before: string, text: string): Promise<readonly (readonly [string, string])[]> => {
			await replace(before, text);
			const at = document.positionAt(document.getText().indexOf(text) + text.length);
			const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
				'vscode.executeCompletionItemProvider',
				document.uri,
				at,
			);
			return items.flatMap(({ label, insertText, sortText }) =>
				sortText?.startsWith('0') === true && typeof label === 'string'
					? [[label, typeof insertText === 'string' ? insertText : (insertText?.value ?? '')] as const]
					: [],
			);
		};
		assert.deepEqual(await complete('${{ vars.style }}', '${{'), [
			['vars.style', ' vars.style \\}\\}'],
			['run.take', ' run.take \\}\\}'],
			['run.date', ' run.date \\}\\}'],
			['text', " text('./$1') \\}\\}"],
			['file', " file('./$1') \\}\\}"],
		]);
		assert.deepEqual(await complete("file('./a.png", "file('"), [
			['more', './more/'],
			['a.png', './a.png'],
		]);
		assert.deepEqual(await complete("text('./line.md", "text('./l"), [
			['more', 'more/'],
			['line.md', 'line.md'],
		]);
	});

	it('complete fields and values by the schema, also without a name', async () => {
		const document = await vscode.workspace.openTextDocument({
			language: 'jsonc',
			content: good.replace('{', '{\n\t"$schema": "kling-schema:/request.schema.json",').replace('"mode"', '"n'),
		});
		await vscode.window.showTextDocument(document);
		const at = document.positionAt(document.getText().indexOf('"n') + 2);
		const labels = await soon('the field', async () => {
			const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
				'vscode.executeCompletionItemProvider',
				document.uri,
				at,
			);
			const found = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
			return found.includes('negative_prompt') && found;
		});
		assert.ok(labels.includes('aspect_ratio'), labels.join());
	});

	describe('Preview', () => {
		afterEach(() => removeKey('https://api.cometapi.com'));
		const preview = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';

		it('shows exactly what would be sent, and follows the text', async () => {
			write('a.png', png);
			write('line.md', 'A fox\n');
			await setKey('https://api.cometapi.com', 'sk-canary-0123456789abcdef');
			const document = await open('what.kling.json', rich.replace(', take ${{ run.take }}', ''));
			await vscode.commands.executeCommand('kling.previewRequest', document.uri);
			const id = await soon('the ID of the next take', () => /"(kt-[a-z2-7]{26})"/.exec(preview())?.[1]);
			const expected = (prompt: string): string => `// Preview of what.kling.json: exactly what would be sent. Nothing is sent
// from here.
//
// POST https://api.cometapi.com/kling/v1/videos/image2video
// Authorization: Bearer <your API key>
// Content-Type: application/json
//
// Price: ≈ 3 units ($0.42). An estimate from Kling’s list prices of
// 2026-09-20. The gateway may charge otherwise. It is the price of all 2
// takes.
//
// It is sent 2 times, each time with another external_task_id.
{
	"model_name": "kling-v2-5-turbo",
	"image": "<PNG 1×1, 1 KB, sha256 49779094…>",
	"prompt": "A fox in ink of ${prompt}",
	"external_task_id": "${id}"
}
`;
			const today = /ink of (20\d\d-\d\d-\d\d)/.exec(preview())?.[1] ?? '';
			assert.equal(preview(), expected(today));
			const change = new vscode.WorkspaceEdit();
			change.replace(document.uri, document.lineAt(7).range, '\t\t"prompt": "A fox in ink of 7"');
			await vscode.workspace.applyEdit(change);
			// Another prompt, so another ID.
			await soon('what is typed', () => preview().replace(/kt-[a-z2-7]{26}/, id) === expected('7'));
			assert.ok(!preview().includes(id));
			assert.ok(!preview().includes('canary'));
			assert.equal(vscode.window.activeTextEditor?.document.languageId, 'jsonc');
		});

		it('adds an ID only where the operation has the field', async () => {
			const body = '{ "text": "Mind the gap", "voice_id": "oversea_male1", "voice_language": "en" }';
			const document = await open('say.kling.json', `{ "operation": "audio/tts", "body": ${body} }`);
			await vscode.commands.executeCommand('kling.previewRequest', document.uri);
			assert.match(preview(), /"voice_language": "en"\n\}\n$/);
		});

		it('shows each take where they differ, numbers as they are written, and what is wrong', async () => {
			const content = good.replace('"body": {', '"repeat": 2,\n\t"body": {\n\t\t"id": 871234567890123456789,');
			const document = await open('each.kling.json', content.replace('dusk', 'dusk ${{ run.take }}').replace('"5"', '5'));
			await vscode.commands.executeCommand('kling.previewRequest', document.uri);
			const shown = preview();
			assert.match(shown, /^\/\/ It cannot be sent like this:\n\/\/ Line 8: .+\n\/\/\n/m);
			assert.match(shown, /^\/\/ It is sent 2 times, each time with one of these bodies:$/m);
			const bodies: unknown = JSON.parse(shown.replace(/^\/\/.*$/gm, ''));
			assert.deepEqual(Array.isArray(bodies) && bodies.map(({ prompt }: { prompt: string }) => prompt), [
				'A lighthouse at dusk 1',
				'A lighthouse at dusk 2',
			]);
			assert.equal(shown.match(/"id": 871234567890123456789,/g)?.length, 2);
		});
	});

	describe('Dry Run', () => {
		afterEach(() => vscode.commands.executeCommand('kling.stopOfflineDemo'));

		it('creates a task on the offline Kling, and the lens says how it stands', async () => {
			const document = await open('dry.kling.json', good);
			await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
			await soon('the state', async () => /^running, about \d+ s left$/.test((await titles(document))[3] ?? ''));
			const { store } = await runningParts();
			const [task] = store.tasks.active();
			assert.deepEqual([task?.name, task?.ref.action, task?.ref.action2], ['dry', 'videos', 'text2video']);
			assert.deepEqual(around.messages.all, []);
			await vscode.commands.executeCommand('kling.stopOfflineDemo');
			await soon('no state without the task', async () => (await titles(document)).length === 3);
		});

		it('creates a task for each take', async () => {
			const document = await open('takes.kling.json', good.replace('"body"', '"repeat": 3,\n\t"body"'));
			await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
			const { store } = await runningParts();
			const names = store.tasks.active().map(({ name }) => name ?? '');
			assert.deepEqual([names.sort(), around.messages.all], [['takes, take 1', 'takes, take 2', 'takes, take 3'], []]);
		});

		it('gives a task no name that says nothing: that of a document which is not saved', async () => {
			const document = await vscode.workspace.openTextDocument({ language: 'jsonc', content: withSchema });
			await vscode.window.showTextDocument(document);
			await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
			const { store } = await runningParts();
			assert.deepEqual(
				store.tasks.active().map(({ name }) => name),
				[undefined],
			);
		});

		it('says in which words the offline Kling refuses a request', async () => {
			const document = await open('other.kling.json', good.replace('kling-v2-5-turbo', 'kling-v2-6-pro'));
			await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
			const { text } = await around.messages.next(/other\.kling\.json/);
			assert.equal(
				text,
				"other.kling.json was refused: model_name value 'kling-v2-6-pro' is invalid (code 1201). The offline Kling checks a request as the real one does.",
			);
			assert.equal((await titles(document)).at(-1), "✗ model_name value 'kling-v2-6-pro' is invalid");
		});

		it('shows the first error instead, and where it is', async () => {
			const uri = write('wrong.kling.json', good.replace('"5"', '5'));
			await vscode.commands.executeCommand('kling.dryRunRequest', uri, [uri]);
			const { text } = await around.messages.next(/wrong\.kling\.json/);
			assert.match(text, /^wrong\.kling\.json, line 6: /);
			const editor = vscode.window.activeTextEditor;
			assert.deepEqual([editor?.document.uri.toString(), editor?.document.getText(editor.selection)], [uri.toString(), '5']);
			const { store } = await runningParts();
			assert.equal(store.tasks.active().length, 0);
		});

		it('says what to do where the offline Kling does not have the operation', async () => {
			const document = await open('faces.kling.json', '{ "operation": "videos/identify-face", "body": { "video_id": "8123" } }');
			await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
			const { text, severity, buttons } = await around.messages.next(/faces\.kling\.json/);
			assert.deepEqual(
				[text, severity, buttons],
				[
					'faces.kling.json: the offline Kling does not have “videos/identify-face”, so it cannot say whether the real one would take this request. Preview it instead.',
					'info',
					['Preview'],
				],
			);
			const { store } = await runningParts();
			assert.equal(store.tasks.active().length, 0);
		});

		it('says what to do where there is no request', async () => {
			await vscode.commands.executeCommand('kling.dryRunRequest');
			const { text, severity, buttons } = await around.messages.next(/request file/);
			assert.deepEqual(
				[text, severity, buttons],
				['Open a request file first: its name ends with .kling.json, and its language is JSON with Comments.', 'info', ['New Request…']],
			);
		});
	});
});
