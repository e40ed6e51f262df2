import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/core/emitter';
import type { Media } from '../../src/core/media';
import type { NextRefusal } from '../../src/core/nextOperations';
import type { MaterialKind } from '../../src/core/nextOperationTable';
import { taskKey, type FinishedTask, type Task, type TaskKey } from '../../src/core/task';
import { taskNode } from '../../src/ui/taskNode';
import { nextFact, refusalText } from '../../src/ui/text/continueWith';
import { cleanSlate, loadedBundles, setBaseUrl, type Parts } from '../support/extension';
import { soon } from '../support/retry';
import { Messages } from './tools/messages';
import { Picks, type ShownPick } from './tools/pick';
import { replace } from './tools/replace';

const origin = 'https://gateway.example';
const hour = 3_600_000;

describe('Continue With', function () {
	this.timeout(60_000);
	let parts: Parts;
	let messages: Messages;
	let picks: Picks;
	const replaced: Disposable[] = [];
	let made = 0;

	before(async () => {
		parts = await cleanSlate();
		await setBaseUrl(origin);
	});
	after(async () => {
		await closeEditors();
		await cleanSlate();
		await setBaseUrl(undefined);
	});
	beforeEach(async () => {
		await closeEditors();
		messages = new Messages();
		picks = new Picks();
	});
	afterEach(async () => {
		await picks.cancel();
		replaced.splice(0).forEach((standIn) => standIn.dispose());
		picks.dispose();
		messages.dispose();
	});

	/** Without the question whether to save. */
	const closeEditors = async (): Promise<void> => {
		while (vscode.window.tabGroups.activeTabGroup.activeTab !== undefined) {
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		}
	};
	/** A finished task with these results. */
	const task = async (action: string, action2: string, results: Media[], more: Partial<FinishedTask> = {}): Promise<TaskKey> => {
		const ref = { origin, action, action2, id: `8110000000000000${String(++made).padStart(2, '0')}` };
		const now = Date.now();
		const finished: FinishedTask = {
			key: taskKey(ref),
			ref,
			trackedAt: now - 2 * hour,
			status: 'succeeded',
			rawStatus: 'succeed',
			finishedAt: now - hour,
			viewedAt: now,
			results,
			...more,
		};
		await parts.store.tasks.import([finished], now);
		return finished.key;
	};
	const video = (more: Partial<Media> = {}): Media => ({
		kind: 'video',
		url: 'https://media.example/a.mp4',
		id: '822000000000000002',
		durationSeconds: 5.1,
		...more,
	});
	const image = (index: number): Media => ({ kind: 'image', url: `https://media.example/${index}.png` });

	/** Runs the command as a row does. The pick of the operations comes after `earlier` others. */
	const run = async (key: TaskKey, media?: number, earlier = 0): Promise<ShownPick> => {
		void vscode.commands.executeCommand('kling.continueWith', taskNode(key, media));
		return picks.next(earlier);
	};
	const choose = async (pick: ShownPick, label: string): Promise<void> => {
		pick.type(label);
		await soon(`${label} to be active among ${pick.rows.map((row) => row.label).join(', ')}`, () => pick.active[0] === label);
		await picks.accept();
	};
	const opened = async (): Promise<vscode.TextEditor> =>
		soon('the request', () => {
			const editor = vscode.window.activeTextEditor;
			return editor?.document.isUntitled === true && editor.document.getText() !== '' && editor;
		});
	/** The text with one step of indentation as two spaces. */
	const textOf = ({ document }: vscode.TextEditor): string =>
		document
			.getText()
			.replace(/^(?: {4}|\t)+/gm, (indent) => '  '.repeat(indent.replaceAll('    ', '\t').length))
			.replace(/Possible until .*\.$/m, 'Possible until then.');

	it('lists what can be made of a video with what is filled in, then what cannot with its reason', async () => {
		const key = await task('videos', 'text2video', [video({ durationSeconds: 15 })]);
		const pick = await run(key);
		assert.match(pick.title ?? '', /^Continue With Text to Video \d{6}$/);
		const rows = pick.rows.map(({ label, description, detail }) => [
			label,
			description,
			detail?.replace(/ Until \w{3} \d{1,2}, \d{4}\./, ' Until then.'),
		]);
		assert.deepEqual(rows, [
			['Video to Audio', 'audio/video-to-audio', 'Fills in the ID of the video. Until then.'],
			['Identify Faces', 'videos/identify-face', 'Fills in the ID of the video. Until then.'],
			['Omni Video', 'videos/omni-video', 'Fills in the link of the video. Until then.'],
			['Motion Control', 'videos/motion-control', 'Fills in the link of the video. Until then.'],
			[
				'Video Extension',
				'videos/video-extend',
				'Only for kling-v1, kling-v1-5 or kling-v1-6; the model is not known. Fills in the ID of the video. Until then. No longer documented by Kling.',
			],
			['Not possible', undefined, undefined],
			['Lip Sync', 'videos/lip-sync', 'Only for videos of 5 or 10 s; this one has 15 s.'],
			['Start a Selection', 'videos/multi-elements/init-selection', 'Only for videos of 2 to 5 or 7 to 10 s; this one has 15 s.'],
			['Advanced Lip Sync', 'videos/advanced-lip-sync', 'Continue with Identify Faces first, then with what that gives.'],
			['Multiple Elements', 'videos/multi-elements', 'Continue with Start a Selection first, then with what that gives.'],
		]);
		assert.ok(loadedBundles().includes('continueWith.js'));
	});

	it('opens a request with the video filled in and the first text to be written selected, and sends nothing', async () => {
		const key = await task('videos', 'text2video', [video()], { name: 'Fox ${1:x}\n"operation": 1' });
		await choose(await run(key), 'Video to Audio');
		const editor = await opened();
		assert.equal(editor.document.languageId, 'jsonc');
		assert.equal(
			textOf(editor),
			`{
  "$schema": "kling-schema:/request.schema.json",
  // Continues with “Fox \${1:x} "operation": 1” (task ${key.split(' ')[1] ?? ''}).
  // Possible until then.
  "operation": "audio/video-to-audio",
  "body": {
    // If the API does not find this video, because another account made it, use its link instead of its ID:
    // "video_url": "https://media.example/a.mp4",
    "video_id": "822000000000000002",
    "sound_effect_prompt": "Describe what is heard",
    "bgm_prompt": "Describe the music"
  }
}
`,
		);
		assert.equal(editor.document.getText(editor.selection), 'Describe what is heard');
		await vscode.commands.executeCommand('jumpToNextSnippetPlaceholder');
		assert.equal(editor.document.getText(editor.selection), 'Describe the music');
		const errors = (): readonly string[] =>
			vscode.languages
				.getDiagnostics(editor.document.uri)
				.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
				.map(({ message }) => message);
		await soon('what is still to be written', () => errors().length === 2);
		assert.deepEqual(errors(), [
			'"sound_effect_prompt" still has the placeholder “Describe what is heard”. Write what you want there, or remove the field.',
			'"bgm_prompt" still has the placeholder “Describe the music”. Write what you want there, or remove the field.',
		]);
		assert.deepEqual(messages.all, []);
	});

	it('that is not possible shows the reason again, and the list stays open', async () => {
		const pick = await run(await task('videos', 'effects', [video({ durationSeconds: 15 })]));
		await choose(pick, 'Lip Sync');
		const { severity, text } = await messages.next(/Lip Sync/);
		assert.deepEqual([severity, text], ['info', 'Lip Sync: Only for videos of 5 or 10 s; this one has 15 s.']);
		assert.equal(pick.isShown, true);
		assert.equal(vscode.window.activeTextEditor, undefined);
	});

	it('of several images asks for one or all, and fills all of them into a list', async () => {
		const key = await task('images', 'generations', [image(1), image(2), image(3)]);
		let labels: readonly string[] = [];
		replaced.push(
			replace(vscode.window, 'showQuickPick', (items) => {
				const rows = items as readonly vscode.QuickPickItem[];
				labels = rows.map(({ label }) => label);
				return Promise.resolve(rows.at(-1));
			}),
		);
		const pick = await run(key);
		assert.deepEqual(labels, ['Image 1 of 3', 'Image 2 of 3', 'Image 3 of 3', 'All 3 Images']);
		assert.deepEqual(
			pick.rows.map(({ label }) => label),
			[
				'Omni Video',
				'Omni Image',
				'Multiple Images to Image',
				'Not possible',
				'Image to Video',
				'Video Effects',
				'Multiple Elements',
				'Multiple Images to Video',
			],
		);
		assert.equal(pick.rows[4]?.detail, 'Takes at most 2 images, not 3: select a single result.');
		assert.equal(pick.rows.at(-1)?.detail, 'No longer offered by Kling; instead: Omni Video or Image to Video.');
		await choose(pick, 'Omni Image');
		const text = (await opened()).document.getText();
		assert.deepEqual(
			[...text.matchAll(/"image": "(.*)"/g)].map(([, link]) => link),
			['https://media.example/1.png', 'https://media.example/2.png', 'https://media.example/3.png'],
		);
	});

	it('of one result, as its row or button names it, asks for nothing', async () => {
		const pick = await run(await task('images', 'generations', [image(1), image(2)]), 1);
		await choose(pick, 'Image Expansion');
		assert.match((await opened()).document.getText(), /"image": "https:\/\/media\.example\/2\.png"/);
	});

	it('of a call fills in the session and the face of its response', async () => {
		const key = await task('videos', 'identify-face', []);
		replaced.push(
			replace(parts.store.tasks, 'rawResponse', () => ({
				at: 0,
				body: '{"code":0,"data":{"session_id":"833000000000000003","face_data":[{"face_id":"4"}]}}',
			})),
		);
		await choose(await run(key), 'Advanced Lip Sync');
		const text = (await opened()).document.getText();
		assert.match(text, /"session_id": "833000000000000003"/);
		assert.match(text, /"face_id": "4"/);
	});

	it('refuses what is too old, and what another API has', async () => {
		const day = 24 * hour;
		const old = await run(await task('videos', 'text2video', [video()], { finishedAt: Date.now() - 31 * day }));
		assert.match(
			old.rows.find(({ label }) => label === 'Video to Audio')?.detail ?? '',
			/^Older than 30 days: Kling kept the result until \w{3} \d{1,2}, \d{4}\.$/,
		);
		assert.equal(old.rows[0]?.label, 'Not possible');
		await picks.cancel();
		await setBaseUrl('https://other.example');
		const other = await run(await task('videos', 'text2video', [video()]), undefined, 1);
		await setBaseUrl(origin);
		const detail = (label: string): string | undefined => other.rows.find((row) => row.label === label)?.detail;
		assert.match(detail('Video to Audio') ?? '', /^Fills in the link of the video\./);
		assert.equal(
			detail('Video Extension'),
			'Known only to gateway.example, but requests go to another API. Change the setting “Kling: API Base URL” to continue there.',
		);
	});

	it('says that there is nothing to continue with: of a failed task, and of one without a result', async () => {
		for (const key of [await task('videos', 'text2video', [], { status: 'failed' }), await task('videos', 'text2video', [])]) {
			messages.all.splice(0);
			await vscode.commands.executeCommand('kling.continueWith', taskNode(key));
			assert.equal((await messages.next(/./)).text, 'Only a task that succeeded with a result can be continued.');
		}
	});

	const at = new Date(2030, 2, 14, 15, 9).getTime();
	const refusals: readonly (readonly [NextRefusal, MaterialKind, RegExp])[] = [
		[{ code: 'retired', instead: ['videos/omni-video'] }, 'image', /^No longer offered by Kling; instead: Omni Video\.$/],
		[
			{ code: 'retired', model: 'kling-v1', instead: ['videos/omni-video', 'videos/image2video'] },
			'video',
			/^No longer offered by Kling for kling-v1; instead: Omni Video or Image to Video\.$/,
		],
		[{ code: 'first', first: 'videos/identify-face' }, 'video', /^Continue with Identify Faces first, then with what that gives\.$/],
		[
			{ code: 'madeBy', operations: ['videos/text2video', 'videos/image2video', 'videos/video-extend'] },
			'video',
			/^Only for results of Text to Video, Image to Video or Video Extension\.$/,
		],
		[
			{ code: 'model', model: 'kling-v3', models: ['kling-v1', 'kling-v1-6'] },
			'video',
			/^Only for results of kling-v1 or kling-v1-6; this one is of kling-v3\.$/,
		],
		[{ code: 'seconds', seconds: 1.04, ranges: [[2, 60]] }, 'audio', /^Only for sounds of 2 to 60 s; this one has 1 s\.$/],
		[{ code: 'seconds', seconds: 200, ranges: [[0, 180]] }, 'video', /^Only for videos of at most 180 s; this one has 200 s\.$/],
		[{ code: 'tooMany', count: 3, most: 2 }, 'image', /^Takes at most 2 images, not 3: select a single result\.$/],
		[{ code: 'tooOld', what: 'result', at }, 'video', /^Older than 30 days: Kling kept the result until Mar 14, 2030\.$/],
		[
			{ code: 'tooOld', what: 'session', at },
			'faces',
			/^The session ended on Mar 14, 2030, 3:09:00.PM: sessions last 24 hours\. Run the request that opened it again\.$/,
		],
		[
			{ code: 'linkExpired', at },
			'image',
			/^The link of the result expired on Mar 14, 2030, 3:09:00.PM\. Refresh the task for a new one\.$/,
		],
		[{ code: 'linkPrivate' }, 'image', /^Kling cannot open its link: it leads to a private address\.$/],
		[{ code: 'noLink' }, 'image', /^The response has no link of the result\.$/],
		[{ code: 'noId' }, 'video', /^The response has no ID of the result that can be used\.$/],
	];
	for (const [refusal, takes, sentence] of refusals) {
		it(`says why not: ${refusal.code}${'model' in refusal ? ` of ${refusal.model}` : ''}, ${takes}`, () =>
			assert.match(refusalText(refusal, takes), sentence));
	}

	it('says in the hover and the panel what is possible, and until when: the day, or the time of what ends soon', () => {
		const now = at - 10 * 24 * hour;
		const ref = { origin, action: 'videos', action2: 'text2video', id: '811000000000000001' };
		const done: FinishedTask = {
			key: taskKey(ref),
			ref,
			trackedAt: now,
			status: 'succeeded',
			finishedAt: at - 30 * 24 * hour,
			results: [video({ url: `https://media.example/a.mp4?Expires=${(now + hour) / 1000}&Signature=x` })],
		};
		const situation = { now, origin };
		const fact = (task: Task): string | undefined => nextFact(task, { model: 'kling-v3' }, situation)?.value.replaceAll('\u202f', ' ');
		assert.equal(
			fact(done),
			'Video to Audio, Identify Faces, Lip Sync, Start a Selection, until Mar 14, 2030; Omni Video, Motion Control, until Mar 4, 2030, 4:09:00 PM',
		);
		assert.equal(fact({ ...done, finishedAt: at - 40 * 24 * hour - 1, results: [video()] }), undefined);
		assert.equal(fact({ ...done, status: 'failed' }), undefined);
		assert.equal(
			fact({ ...done, results: [image(1), image(2)] }),
			'Image to Video, Omni Video, Avatar, Motion Control and 7 more, until Mar 14, 2030',
		);
	});
});
