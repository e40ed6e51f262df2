import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { KeptFile } from '../../src/core/download';
import type { CreationId } from '../../src/creation/creation';
import { proxyPasswordCode } from '../../src/core/problem';
import { taskKey, type Task, type TaskKey } from '../../src/core/task';
import type { Simulator } from '../../src/simulator/simulator';
import type { NewTaskOptions } from '../../src/simulator/tasks';
import { creationNode } from '../../src/ui/creationNode';
import type { Disposable } from '../../src/core/emitter';
import { terms } from '../support/makers';
import { addCreation, type Standing } from '../support/shownCreations';
import { setKey, type Parts } from '../support/extension';
import { eachSlate } from './tools/eachSlate';
import type { Messages } from './tools/messages';
import { replace } from './tools/replace';
import { soon } from '../support/retry';

const apiKey = 'sk-integration-0123456789abcdef';

describe('commands on tracked tasks', function () {
	this.timeout(30_000);
	let parts: Parts;
	let simulator: Simulator;
	let messages: Messages;
	const replaced: Disposable[] = [];

	eachSlate(apiKey, (slate) => {
		({ parts, simulator, messages } = slate);
	});
	afterEach(() => {
		for (const standIn of replaced.splice(0)) {
			standIn.dispose();
		}
	});

	const track = async (options: NewTaskOptions & { readonly finished?: boolean; readonly action2?: string } = {}): Promise<TaskKey> => {
		const { finished = false, action2 = 'text2video', ...more } = options;
		const id = simulator.create({ action: 'videos', action2 }, { submittedMs: 10_000, durationMs: 60_000, ...more });
		if (finished) {
			simulator.clock.advance(90_000);
		}
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		return taskKey({ origin: simulator.origin, id });
	};
	const run = async (command: string, key?: TaskKey): Promise<void> => {
		await vscode.commands.executeCommand(command, ...(key === undefined ? [] : [{ kind: 'task', key }]));
	};
	const task = (key: TaskKey): Task => {
		const found = parts.store.tasks.get(key);
		assert.ok(found);
		return found;
	};
	/** What the person types into, or picks in, the next input. */
	const replyWith = (name: 'showInputBox' | 'showQuickPick', reply: (...args: readonly unknown[]) => unknown): void => {
		replaced.push(replace(vscode.window, name, (...args) => Promise.resolve(reply(...args))));
	};
	const labelled =
		(label: string) =>
		(items: unknown): unknown => {
			assert.ok(Array.isArray(items));
			const found: unknown = items.find(
				(item: unknown) => typeof item === 'object' && item !== null && 'label' in item && item.label === label,
			);
			assert.ok(found, `${label} can be picked`);
			return found;
		};

	describe('the raw response', () => {
		const document = (): Promise<vscode.TextDocument> =>
			soon(
				'the document',
				() => vscode.window.visibleTextEditors.find(({ document: { uri } }) => uri.scheme === 'kling-response')?.document,
			);

		it('is a JSON document that nobody can change and that follows the task', async () => {
			const key = await track();
			await run('kling.showRawResponse', key);
			const shown = await document();
			assert.deepEqual([shown.languageId, shown.isUntitled, shown.isDirty], ['json', false, false]);
			assert.ok(shown.getText().includes(`"task_id": "${task(key).ref.id}"`), shown.getText());
			assert.ok(shown.getText().includes('"submitted"'));
			simulator.clock.advance(20_000);
			await run('kling.refreshTask', key);
			await soon('the document follows', () => shown.getText().includes('"processing"'));
			await vscode.window.showTextDocument(shown);
			await vscode.commands.executeCommand('type', { text: 'x' });
			assert.equal(shown.isDirty, false, 'read-only');
		});

		it('keeps the digits of numbers beyond 2^53', async () => {
			const key = await track();
			const body = `{"code":0,"data":{"task_id":871234567890123457,"task_status":"processing"}}`;
			simulator.faults.next({ fault: { kind: 'body', status: 200, body } });
			await run('kling.refreshTask', key);
			await run('kling.showRawResponse', key);
			assert.ok((await document()).getText().includes('871234567890123457'));
		});

		it('shows a message as long as there is none', async () => {
			simulator.faults.next({ fault: { kind: 'resetBefore' } });
			const key = await track();
			await run('kling.showRawResponse', key);
			await messages.next(/^No response for this task yet\.$/);
		});
	});

	it('say as information, not as an error, that there is nothing to do', async () => {
		await run('kling.refreshTask');
		const nothing = await messages.next(/^No tasks are tracked\.$/);
		assert.deepEqual([nothing.severity, nothing.buttons], ['info', []]);
		await run('kling.copyLink', await track());
		assert.equal((await messages.next(/^This task has no result\.$/)).severity, 'info');
	});

	it('say that the task of an outdated button is no longer tracked, and offer no other task in its place', async () => {
		const key = await track();
		await track();
		await run('kling.untrackTask', key);
		await messages.next(/^Removed/);
		for (const command of ['kling.untrackTask', 'kling.copyTaskId'] as const) {
			await run(command, key);
			assert.equal((await messages.next(/^This task is no longer tracked\.$/)).severity, 'info');
		}
		assert.equal(parts.store.tasks.counts().active, 1);
	});

	it('remove a task from the list; Undo brings it back, and it is polled again', async () => {
		const key = await track();
		await run('kling.untrackTask', key);
		assert.deepEqual([parts.store.tasks.counts().active, parts.store.pollQueue.nextDueAt(Date.now(), terms())], [0, undefined]);
		const shown = await messages.next(/^Removed/);
		assert.deepEqual(
			[shown.text, shown.buttons],
			[`Removed Text to Video ${key.slice(-6)} from the list. It keeps running on Kling.`, ['Undo']],
		);
		simulator.clock.advance(90_000);
		shown.press('Undo');
		await soon('it ends', () => parts.store.tasks.get(key)?.status === 'succeeded');
	});

	describe('clear finished tasks', () => {
		const clear = (): { readonly done: Promise<void> } => ({ done: run('kling.untrackFinished') });
		const viewed = async (): Promise<void> => {
			await parts.store.tasks.markViewed([await track({ finished: true })], Date.now());
		};

		it('at once when all were viewed, and keep active ones; Undo brings them back', async () => {
			await viewed();
			await viewed();
			await track();
			messages.clear();
			await run('kling.untrackFinished');
			assert.deepEqual(parts.store.tasks.counts(), { active: 1, finished: 0, unviewed: 0, unviewedFailed: 0 });
			(await messages.next(/^Cleared 2 finished tasks\.$/)).press('Undo');
			await soon('they are back', () => parts.store.tasks.counts().finished === 2);
		});

		it('but not one that has just finished, which nobody was asked about', async () => {
			await viewed();
			const late = await track({ finished: true });
			const before = replace(parts.store.tasks, 'counts', () => ({ active: 1, finished: 1, unviewed: 0, unviewedFailed: 0 }));
			await run('kling.untrackFinished');
			before.dispose();
			await messages.next(/^Cleared 1 finished task\.$/);
			assert.deepEqual([parts.store.tasks.counts().finished, parts.store.tasks.get(late)?.status], [1, 'succeeded']);
		});

		it('only as far as they were viewed, unless the person says otherwise', async () => {
			await viewed();
			await viewed();
			await track({ finished: true });
			for (const [button, left] of [
				[undefined, 3],
				['Clear Viewed', 1],
				['Clear All', 0],
			] as const) {
				messages.clear();
				const { done } = clear();
				const question = await messages.next(/^Clear /);
				assert.deepEqual(
					[question.text, question.buttons],
					left === 0
						? ['Clear all finished tasks? 1 has not been viewed.', ['Clear All']]
						: ['Clear 2 viewed tasks? 1 has not been viewed.', ['Clear Viewed', 'Clear All']],
				);
				if (button === undefined) {
					question.close();
				} else {
					question.press(button);
				}
				await done;
				assert.equal(parts.store.tasks.counts().finished, left);
			}
		});
	});

	describe('on API keys', () => {
		it('say once that a key was rejected, in the words of a rejection during tracking', async () => {
			await setKey(simulator.origin, 'sk-integration-of-someone-else');
			await run('kling.checkApiKey');
			await track();
			const [shown, ...others] = messages.all;
			assert.match(shown?.text ?? '', /^127\.0\.0\.1:\d+ rejected the API key \(.*\)\. Set another key to resume tracking\.$/);
			assert.deepEqual([shown?.severity, shown?.buttons, others], ['warning', ['Set API Key'], []]);
			// Asked for again, it is the same message, which the editor shows once.
			await run('kling.checkApiKey');
			assert.deepEqual(
				messages.all.map(({ text }) => text),
				[shown?.text, shown?.text],
			);
		});

		it('remove a key only when that is confirmed, and say which tasks wait for it', async () => {
			await track();
			await track();
			const host = new URL(simulator.origin).host;
			for (const button of [undefined, 'Remove API Key']) {
				messages.clear();
				const done = run('kling.removeApiKey');
				const question = await messages.next(/^Remove the API key/);
				assert.deepEqual([question.text, question.buttons], [`Remove the API key for ${host}?`, ['Remove API Key']]);
				assert.equal(
					question.detail,
					'2 running tasks will not be checked until you set a key again. Tracked tasks are kept. The key cannot be restored.',
				);
				if (button === undefined) {
					question.close();
				} else {
					question.press(button);
				}
				await done;
				assert.deepEqual(await parts.keys.origins(), button === undefined ? [simulator.origin] : []);
			}
			await messages.next(/^The API key for .* was removed\.$/);
		});
	});

	it('rename a task, and name it by its operation again when the name is emptied', async () => {
		const key = await track();
		let typed = '  Dawn over the bay ';
		replyWith('showInputBox', (options) => {
			const validate = validatorOf(options);
			const [tooLong, longest] = [201, 200].map((length): unknown => validate('x'.repeat(length)));
			assert.deepEqual([tooLong, longest], ['The name can have at most 200 characters.', undefined]);
			return typed;
		});
		await run('kling.renameTask', key);
		assert.equal(task(key).name, 'Dawn over the bay');
		typed = ' ';
		await run('kling.renameTask', key);
		assert.equal(task(key).name, undefined);
	});

	it('change nothing when renaming is cancelled', async () => {
		const key = await track();
		await parts.store.tasks.rename(key, 'Kept');
		replyWith('showInputBox', () => undefined);
		await run('kling.renameTask', key);
		assert.deepEqual([task(key).name, messages.all.length], ['Kept', 0]);
	});

	it('change the operation of a task, which is then found under the right one', async () => {
		const key = await track({ action2: 'image2video' });
		assert.equal(task(key).problem?.kind, 'notFound');
		replyWith('showQuickPick', labelled('Image to Video'));
		(await messages.next(/was not found under Text to Video\. Checking again automatically\./)).press('Change Operation…');
		await soon('it is seen', () => task(key).lastCheckedAt !== undefined && task(key).problem === undefined);
		assert.equal(task(key).ref.action2, 'image2video');
	});

	it('find the operation for a person among the documented ones', async () => {
		const key = await track({ action2: 'effects' });
		replyWith('showQuickPick', labelled('Find it for me'));
		await run('kling.changeOperation', key);
		await soon('it is seen', () => task(key).ref.action2 === 'effects' && task(key).problem === undefined);
		assert.equal(parts.store.tasks.counts().active, 1);
	});

	it('open the setting, or the console of the task’s own API, from the button of a row', async () => {
		const key = await track();
		const opened: string[] = [];
		const external = replace(vscode.env, 'openExternal', (uri) => {
			opened.push(String(uri));
			return Promise.resolve(true);
		});
		await run('kling.openConsole', key);
		external.dispose();
		assert.deepEqual(opened, [`${task(key).ref.origin}/console`]);
		for (const code of [proxyPasswordCode, 'CERT_HAS_EXPIRED']) {
			const claim = await parts.store.pollQueue.claim(key, { now: Date.now(), until: Date.now() + 8_000, claimId: code });
			assert.ok(claim);
			await parts.store.pollQueue.record({
				key,
				claimId: code,
				at: Date.now(),
				problem: { kind: 'unreachable', failures: 1, at: Date.now(), code },
			});
			await run('kling.openNetworkSettings', key);
			await soon('the settings', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'Settings');
			await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		}
	});

	it('mark all results as viewed', async () => {
		await track({ finished: true });
		await track({ finished: true });
		assert.equal(parts.store.tasks.counts().unviewed, 2);
		await run('kling.markAllViewed');
		assert.deepEqual(parts.store.tasks.counts(), { active: 0, finished: 2, unviewed: 0, unviewedFailed: 0 });
	});

	it('copy the ID, the link, and a curl command without the key', async () => {
		const key = await track({ finished: true });
		const { ref, results } = task(key);
		await run('kling.copyTaskId', key);
		assert.equal(await vscode.env.clipboard.readText(), ref.id);
		await run('kling.copyLink', key);
		assert.equal(await vscode.env.clipboard.readText(), results[0]?.url);
		await run('kling.copyCurl', key);
		assert.equal(
			await vscode.env.clipboard.readText(),
			`curl --header "Authorization: Bearer $COMETAPI_KEY" '${simulator.origin}/kling/v1/videos/text2video/${ref.id}'`,
		);
		await vscode.env.clipboard.writeText('');
	});

	it('open the result’s own link, unchanged, in the browser', async () => {
		const key = await track({ finished: true });
		const execute = vscode.commands.executeCommand.bind(vscode.commands);
		const opened: unknown[] = [];
		replaced.push(
			replace(vscode.commands, 'executeCommand', (id, ...args) => {
				if (id !== 'vscode.open') {
					return execute(String(id), ...args);
				}
				opened.push(...args);
				return Promise.resolve(undefined);
			}),
		);
		await run('kling.openInBrowser', key);
		assert.deepEqual(opened, [task(key).results[0]?.url]);
	});

	describe('on creates without a task', () => {
		const add = (id: string, standing: Standing): Promise<CreationId> =>
			addCreation(parts.store.creations, id, Date.now(), standing, {
				operation: { origin: simulator.origin, action: 'videos', action2: 'text2video' },
				subject: { name: id },
			});

		it('the key that removes a task removes one that is over, and leaves one that may exist', async () => {
			const over = await add('over', { state: 'rejected', reason: { kind: 'rejected' } });
			const unclear = await add('unclear', { state: 'uncertain', reason: { kind: 'lost' }, sentAt: Date.now() });
			await vscode.commands.executeCommand('kling.untrackTask', creationNode(over));
			await soon('it to go', () => parts.store.creations.get(over) === undefined);
			await vscode.commands.executeCommand('kling.untrackTask', creationNode(unclear));
			await messages.next(/Leave it open to take it off the list\.$/);
			assert.equal(parts.store.creations.get(unclear)?.state, 'uncertain');
			await vscode.commands.executeCommand('kling.leaveOpen', creationNode(unclear));
			await messages.next(/^Closed unclear without knowing whether Kling has it\.$/);
			assert.equal(parts.store.creations.get(unclear)?.state, 'leftOpen');
		});

		it('deleting all data names those that may have been charged', async () => {
			await add('lost one', { state: 'uncertain', reason: { kind: 'lost' }, sentAt: Date.now() });
			const done = run('kling.deleteAllData');
			const question = await messages.next(/^Delete all tracked tasks and API keys\?/);
			assert.match(
				question.detail,
				/^These requests may have been charged, and their tasks are not known yet:\n• lost one\n\nThis deletes/,
			);
			question.press('Delete All Data');
			await done;
			assert.deepEqual(parts.store.creations.listed(), []);
		});
	});

	describe('delete all data', () => {
		const ask = async (): Promise<{ done: Promise<void>; question: Messages['all'][number] }> => {
			const done = run('kling.deleteAllData');
			return { done, question: await messages.next(/^Delete all tracked tasks and API keys\?/) };
		};

		it('asks first, and leaves all as it is when that is closed', async () => {
			const key = await track();
			const { done, question } = await ask();
			assert.deepEqual(question.buttons, ['Delete All Data']);
			question.close();
			await done;
			assert.ok(parts.store.tasks.get(key));
			assert.deepEqual(await parts.keys.origins(), [simulator.origin]);
		});

		it('says how many saved results stay, and where', async () => {
			const file = (name: string): KeptFile => ({ path: name, size: 1, sha256: 'ab'.repeat(32), format: 'mp4', keptAt: 1 });
			const shown: (string | undefined)[] = [];
			for (const name of [undefined, '/home/ada/kling/a.mp4', '/home/ada/kling/b.mp4', '/home/ada/films/c.mp4']) {
				const key = await track({ finished: true });
				if (name !== undefined) {
					await parts.store.downloads.recordFile({ task: key, media: 0 }, file(name), Date.now());
				}
				messages.clear();
				const { done, question } = await ask();
				shown.push(question.detail.split('\n\n').at(-1));
				question.close();
				await done;
			}
			assert.deepEqual(shown.slice(0, 3), [
				'Files that you saved are not deleted.',
				'1 saved result stays in /home/ada/kling.',
				'2 saved results stay in /home/ada/kling.',
			]);
			assert.match(shown[3] ?? '', /^3 saved results stay in their folders, \/home\/ada\/(?:kling|films) for example\.$/);
		});

		it('leaves no task, no response and no key', async () => {
			const key = await track();
			await track({ finished: true });
			const { done, question } = await ask();
			question.press('Delete All Data');
			await done;
			assert.deepEqual(
				[parts.store.tasks.counts(), parts.store.tasks.get(key), parts.store.tasks.rawResponse(key)],
				[{ active: 0, finished: 0, unviewed: 0, unviewedFailed: 0 }, undefined, undefined],
			);
			assert.deepEqual(await parts.keys.origins(), []);
			assert.equal(parts.store.origins.paused().size, 0);
			await messages.next(/^All Kling tasks and API keys were deleted\.$/);
		});
	});

	it('run the offline demo with tasks of its own, which are gone when it stops; the person’s are unchanged', async () => {
		const own = await track();
		const origins = await parts.keys.origins();
		await run('kling.tryOfflineDemo');
		const demo = parts.store.tasks.active().filter((each) => each.owner !== undefined);
		assert.equal(demo.length, 6);
		assert.deepEqual(demo.map(({ name }) => name).sort(), [
			'Demo: Chord',
			'Demo: Flowers',
			'Demo: Narrator',
			'Demo: Rejected Prompt',
			'Demo: Sunrise',
			'Demo: Tide',
		]);
		const started = await messages.next(/^Demo running/);
		assert.deepEqual([started.text, started.buttons], ['Demo running: six sample tasks finish within a minute.', []]);
		assert.ok(demo.every(({ ref }) => ref.origin !== simulator.origin && ref.origin.startsWith('http://127.0.0.1:')));
		await soon('they are looked at', () =>
			parts.store.tasks
				.active()
				.filter((each) => each.owner !== undefined)
				.every(({ lastCheckedAt }) => lastCheckedAt !== undefined),
		);
		assert.deepEqual(await parts.keys.origins(), origins, 'its key is stored nowhere');
		await run('kling.stopOfflineDemo');
		assert.deepEqual(
			parts.store.tasks.active().map(({ key }) => key),
			[own],
		);
	});
});

/** How an input box judges what is typed. */
function validatorOf(options: unknown): (text: string) => unknown {
	assert.ok(typeof options === 'object' && options !== null && 'validateInput' in options && typeof options.validateInput === 'function');
	const { validateInput } = options;
	return (text): unknown => Reflect.apply(validateInput, undefined, [text]);
}
