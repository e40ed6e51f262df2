// What the extension adds to the editor, the Explorer and the terminal.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Simulator } from '../../src/simulator/simulator';
import { isFinished, taskKey, type TaskKey } from '../../src/core/task';
import { systemClock } from '../../src/ui/clock';
import { taskHover, terminalLinks, type IdProviderParts } from '../../src/ui/editor/idProviders';
import { cleanSlate, setKey, suiteSimulator, type Parts } from '../support/extension';
import { finishesAnyTime } from '../support/simulator';
import { soon } from '../support/retry';
import { Messages } from './tools/messages';
import { Picks } from './tools/pick';

const apiKey = 'sk-integration-0123456789abcdef';
const video = { action: 'videos', action2: 'text2video' };

describe('in the editor', function () {
	this.timeout(40_000);
	let parts: Parts;
	let simulator: Simulator;
	let messages: Messages;
	let picks: Picks;
	let folder: string;
	const suite = suiteSimulator(apiKey);

	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'kling-files-'));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));
	beforeEach(async () => {
		parts = await cleanSlate();
		simulator = suite.get();
		messages = new Messages();
		picks = new Picks();
		await setKey(simulator.origin, apiKey);
	});
	afterEach(async () => {
		picks.dispose();
		messages.dispose();
		// Without the question whether to save them.
		while (vscode.window.activeTextEditor !== undefined) {
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		}
	});

	const create = (): string => simulator.create(video, { submittedMs: 10_000, durationMs: 60_000 });
	const tracked = (): readonly string[] =>
		parts.store.tasks
			.active()
			.map(({ ref }) => ref.id)
			.sort();
	const open = async (content: string, language = 'plaintext'): Promise<vscode.TextEditor> =>
		vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
	const file = (name: string, content: string | Uint8Array): vscode.Uri => {
		writeFileSync(join(folder, name), content);
		return vscode.Uri.file(join(folder, name));
	};

	describe('Track Kling Tasks in Selection', () => {
		it('tracks the one certain task in it without a question, and nothing beside it', async () => {
			const [id, other] = [create(), create()];
			const editor = await open(`videos/text2video ${id}\nvideos/text2video ${other}\n`);
			editor.selection = new vscode.Selection(0, 0, 0, 100);
			await vscode.commands.executeCommand('kling.trackSelection');
			assert.deepEqual([tracked(), picks.count, messages.all.length], [[id], 0, 0]);
		});

		it('asks about several, by their names and the text of their lines', async () => {
			const [one, two] = [create(), create()];
			const editor = await open(`- opening: videos/text2video ${one}\nGET /kling/v1/videos/text2video/${two}\n`);
			editor.selection = new vscode.Selection(0, 0, 2, 0);
			const done = vscode.commands.executeCommand('kling.trackSelection');
			const pick = await picks.next(0);
			assert.deepEqual(
				pick.rows.map(({ label, detail }) => [label, detail]),
				[
					['opening', `opening: videos/text2video ${one}`],
					[two, `GET /kling/v1/videos/text2video/${two}`],
				],
			);
			await picks.accept();
			await done;
			assert.deepEqual(tracked(), [one, two].sort());
		});

		it('says what is missing where there is no task, and offers to paste one', async () => {
			const editor = await open('Nothing of the kind.');
			editor.selection = new vscode.Selection(0, 0, 0, 7);
			await vscode.commands.executeCommand('kling.trackSelection');
			const { text, buttons } = await messages.next(/selection/);
			assert.deepEqual(
				[text, buttons],
				[
					'No task found in the selection. A task is recognised by its ID such as 871234567890123456, a link, a curl command or a JSON response.',
					['Paste a Task ID'],
				],
			);
			editor.selection = new vscode.Selection(0, 0, 0, 0);
			await vscode.commands.executeCommand('kling.trackSelection');
			await messages.next(/^Nothing is selected\. Select text with task IDs first\.$/);
		});
	});

	describe('Track Kling Tasks in File', () => {
		it('reads all selected files, in any encoding that the editor reads, and what is not saved yet', async () => {
			const [one, two, three] = [create(), create(), create()];
			const plain = file('one.txt', `videos/text2video ${one}`);
			const wide = file('two.log', Buffer.from(`\ufeffvideos/text2video ${two}`, 'utf16le'));
			const edited = file('three.md', 'nothing yet');
			const editor = await vscode.window.showTextDocument(edited);
			await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), `videos/text2video ${three} `));
			const done = vscode.commands.executeCommand('kling.trackFile', plain, [plain, wide, edited]);
			await picks.next(0);
			await picks.accept();
			await done;
			assert.deepEqual(tracked(), [one, two, three].sort());
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		});

		it('reads the active file when it is called without one', async () => {
			const id = create();
			await vscode.window.showTextDocument(file('active.txt', `videos/text2video ${id}`));
			await vscode.commands.executeCommand('kling.trackFile');
			assert.deepEqual(tracked(), [id]);
		});

		const refusals: readonly (readonly [what: string, target: () => vscode.Uri, message: RegExp])[] = [
			[
				'a binary file',
				() => file('clip.mp4', Uint8Array.of(0, 0, 0, 24, 102, 116, 121, 112, 0, 1, 2)),
				/^“clip\.mp4” is not a text file\.$/,
			],
			['a folder', () => vscode.Uri.file(folder), /^“kling-files-\w+” is a folder\. Select the files in it instead\.$/],
			['a file that is gone', () => vscode.Uri.file(join(folder, 'gone.txt')), /^“gone\.txt” could not be read: /],
			[
				'a file that is too long',
				() => file('long.txt', Buffer.alloc(16_000_001, 'x')),
				/^The file is 16\.0 MB; the limit is 16\.0 MB\. Open it, select the part with the task IDs, and track the selection\.$/,
			],
			['a file without tasks', () => file('none.txt', 'Nothing of the kind.'), /^No task found in the file\. A task is recognised by /],
		];
		for (const [what, target, message] of refusals) {
			it(`refuses ${what} with a sentence`, async () => {
				await vscode.commands.executeCommand('kling.trackFile', target());
				await messages.next(message);
				assert.deepEqual([tracked(), picks.count], [[], 0]);
			});
		}

		it('adds up the sizes of several files', async () => {
			const files = ['a.txt', 'b.txt'].map((name) => file(name, Buffer.alloc(9_000_000, 'x')));
			await vscode.commands.executeCommand('kling.trackFile', files[0], files);
			await messages.next(/^The 2 files are 18\.0 MB together; the limit is 16\.0 MB\. Select fewer files\.$/);
		});
	});

	describe('an ID of a tracked task', () => {
		let id: string;
		let key: TaskKey;
		beforeEach(async () => {
			await parts.store.durations.add([{ origin: simulator.origin, ...video, observations: finishesAnyTime }]);
			id = create();
			key = taskKey({ origin: simulator.origin, id });
			await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
			simulator.requests.clear();
		});
		const providerParts = (): IdProviderParts => ({
			tasks: parts.store.tasks,
			clock: systemClock,
			estimate: () => ({ kind: 'left', ms: 40_000 }),
		});
		const hoverAt = async (content: string, language = 'plaintext'): Promise<readonly vscode.MarkdownString[]> => {
			const { document } = await open(content, language);
			const at = document.positionAt(content.indexOf(id) + 3);
			const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
			return hovers
				.flatMap(({ contents }) => contents)
				.filter((content) => content instanceof vscode.MarkdownString)
				.filter(({ value }) => value.includes('Text') || value.includes('kling.openResult'));
		};

		it('is a link in a line of the terminal, wherever it stands; other IDs are none', () => {
			const line = `done: ${id} other=871234567890123499 (task_id="${id}") out/${id}.mp4`;
			const links = terminalLinks(line, providerParts());
			assert.deepEqual(
				links.map(({ startIndex, length, tooltip, node }) => [line.slice(startIndex, startIndex + length), startIndex, tooltip, node]),
				[6, line.indexOf('"') + 1, line.indexOf('out/') + 4].map((start) => [id, start, 'Open Kling Task', { kind: 'task', key }]),
			);
		});

		it('is searched for in the beginning of long lines only', () => {
			let lookups = 0;
			const withId = (word: string) => {
				lookups++;
				return parts.store.tasks.withId(word);
			};
			const { tasks } = parts.store;
			const counted = { tasks: { withId, get: tasks.get.bind(tasks), counts: tasks.counts.bind(tasks) } };
			assert.deepEqual(terminalLinks(`${'a1 b2 c3d '.repeat(50_000)}${id}`, counted), []);
			assert.equal(lookups, 100);
		});

		for (const language of ['plaintext', 'markdown', 'json', 'jsonc', 'log', 'csv']) {
			it(`has a hover in ${language}`, async () => {
				const contents = await soon('a hover', async () => {
					const found = await hoverAt(`{"task_id": "${id}"}`, language);
					return found.length > 0 && found;
				});
				assert.equal(contents.length, 2);
			});
		}

		it('has a hover with its state and a command link of ours, and no request is sent', async () => {
			const { document } = await open(`see ${id}`);
			const hover = taskHover(document, new vscode.Position(0, 8), providerParts());
			assert.ok(hover);
			const [state, link, more] = hover.contents.filter((content) => content instanceof vscode.MarkdownString);
			assert.equal(more, undefined);
			assert.equal(state?.value.replaceAll('&nbsp;', ' '), `Text to Video ${id.slice(-6)}: about 40 s left`);
			assert.equal(state.isTrusted, undefined);
			assert.deepEqual(link?.isTrusted, { enabledCommands: ['kling.openResult'] });
			const [, argument = ''] = /^\[Open Result\]\(command:kling\.openResult\?([^()\s]+)\)$/.exec(link.value) ?? [];
			assert.deepEqual(JSON.parse(decodeURIComponent(argument)), [{ kind: 'task', key }]);
			assert.deepEqual([hover.range?.start.character, hover.range?.end.character], [4, 4 + id.length]);
			assert.deepEqual(simulator.requests.all(), []);
		});

		it('has a hover that says what its row says: while it is not found, no time is left', async () => {
			const { document } = await open(id);
			const task = parts.store.tasks.get(key);
			assert.ok(task !== undefined && !isFinished(task));
			const problem = { kind: 'notFound', failures: 3, at: Date.now() } as const;
			const { tasks, ...others } = providerParts();
			const hover = taskHover(document, new vscode.Position(0, 0), {
				...others,
				tasks: { withId: (word) => tasks.withId(word), counts: () => tasks.counts(), get: () => ({ ...task, problem }) },
			});
			const [state] = hover?.contents ?? [];
			assert.ok(state instanceof vscode.MarkdownString);
			assert.equal(state.value.replaceAll('&nbsp;', ' '), `Text to Video ${id.slice(-6)}: not found · last checked just now`);
		});

		it('has no links, tags or icons of a name in its hover', async () => {
			await parts.store.tasks.rename(key, 'a [b](command:x) <img src=y> https://evil.example/z www.evil.example me@evil.example $(trash)');
			const { document } = await open(id);
			const [state] = taskHover(document, new vscode.Position(0, 0), providerParts())?.contents ?? [];
			assert.ok(state instanceof vscode.MarkdownString);
			assert.doesNotMatch(state.value, /evil|<|[^\\][[\]()]/);
			assert.equal(state.supportThemeIcons ?? false, false);
		});

		it('names the APIs where it is tracked on several', async () => {
			const elsewhere = { origin: 'https://other.kling.example', ...video, id };
			await parts.store.tasks.add([{ ref: elsewhere, owner: 'nobody' }], Date.now());
			const { document } = await open(id);
			const contents = taskHover(document, new vscode.Position(0, 0), providerParts())?.contents ?? [];
			assert.equal(contents.length, 4);
			assert.match(contents[0] instanceof vscode.MarkdownString ? contents[0].value : '', /on&nbsp;other\.kling\.example:/);
			assert.deepEqual(
				terminalLinks(id, providerParts()).map(({ node }) => node.key),
				[taskKey(elsewhere)],
			);
		});

		it('has none where the text is no ID of a tracked task, or longer than a million characters', async () => {
			const hover = async (content: string) => taskHover((await open(content)).document, new vscode.Position(0, 3), providerParts());
			assert.equal(await hover('871234567890123499'), undefined);
			assert.ok(await hover(`${id}\n${'x'.repeat(900_000)}`));
			assert.equal(await hover(`${id}\n${'x'.repeat(1_000_000)}`), undefined);
			await parts.store.tasks.remove([key], Date.now());
			assert.equal(await hover(id), undefined);
		});
	});
});
