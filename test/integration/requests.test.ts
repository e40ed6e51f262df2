// Request files in the editor: diagnostics, quick fixes, lenses, hovers, links, completions, previews, commands.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { soon } from '../support/retry';
import { cleanSlate } from '../support/extension';
import { Messages } from './tools/messages';

/** One pixel, or what one can take for it. */
const png = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
	'base64',
);
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

describe('request files', function () {
	this.timeout(40_000);
	let folder: string;
	let messages: Messages;

	before(async () => {
		await cleanSlate();
		const [root] = vscode.workspace.workspaceFolders ?? [];
		assert.ok(root);
		folder = join(root.uri.fsPath, 'requests');
	});
	beforeEach(() => {
		mkdirSync(folder, { recursive: true });
		messages = new Messages();
	});
	afterEach(async () => {
		messages.dispose();
		while (vscode.window.activeTextEditor !== undefined) {
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		}
		rmSync(folder, { recursive: true, force: true });
	});

	const write = (name: string, content: string | Uint8Array): vscode.Uri => {
		writeFileSync(join(folder, name), content);
		return vscode.Uri.file(join(folder, name));
	};
	const open = async (name: string, content: string): Promise<vscode.TextDocument> => {
		const editor = await vscode.window.showTextDocument(write(name, content));
		return editor.document;
	};
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
			.map(({ code, severity, range }) => `${String(code)} ${severity} ${range.start.line + 1}`);
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

	it('have lenses above them: dry run, preview, price', async () => {
		const document = await open('lens.kling.json', `// a note\n\n${good}`);
		await soon('the lenses', async () => (await lenses(document)).length === 3);
		assert.deepEqual(
			(await lenses(document)).map(({ title, command, tooltip }) => [title, command, tooltip]),
			[
				['Dry Run', 'kling.dryRunRequest', 'Try this request on the offline Kling: no key, no network, no cost'],
				['Preview', 'kling.previewRequest', 'Show exactly what would be sent'],
				[
					'≈ 2.5 units ($0.35)',
					'kling.previewRequest',
					'An estimate from Kling’s list prices of 2026-09-20. The gateway may charge otherwise.',
				],
			],
		);
		await replace('"5"', '"10"');
		await soon('the price of what is shown, saved or not', async () => (await titles(document)).includes('≈ 5 units ($0.70)'));
	});

	it('preview', async () => {
		write('a.png', png);
		const document = await open('preview.kling.json', good.replace('text2video', 'image2video').replace('"mode"', '"image": "${{ file(\'./a.png\') }}",\n\t\t"mode"'));
		await vscode.commands.executeCommand('kling.previewRequest', document.uri);
		const preview = vscode.window.activeTextEditor?.document;
		console.log(preview?.uri.toString(), preview?.languageId, preview?.getText());
		console.log(JSON.stringify(vscode.languages.getDiagnostics(document.uri), null, 1), messages.all);
		const hover = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, document.positionAt(document.getText().indexOf('file(')));
		console.log(JSON.stringify(hover.map(h=>h.contents.map(c=>c instanceof vscode.MarkdownString ? c.value : c))));
	});

	it.only('dry run', async () => {
		const document = await open('dry.kling.json', good);
		await vscode.commands.executeCommand('kling.dryRunRequest', document.uri);
		console.log('T', JSON.stringify(await titles(document)), JSON.stringify(messages.all));
		await soon('the end', async () => { const t = await titles(document); console.log('t', JSON.stringify(t)); return t.some(x => x.startsWith('✓')); });
		await vscode.commands.executeCommand('kling.stopOfflineDemo');
	});
});
