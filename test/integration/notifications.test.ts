import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Media } from '../../src/core/media';
import type { FinishedTask, TaskKey } from '../../src/core/task';
import { showMessage } from '../../src/ui/message';
import { notifyFinished } from '../../src/ui/notifications';
import type { NotificationChoice } from '../../src/ui/settings';
import { key, ref, video } from '../support/makers';
import { soon } from '../support/retry';
import { Messages } from './tools/messages';

describe('notifications of finished tasks', () => {
	let messages: Messages;
	let events: string[];
	let viewed: Set<TaskKey>;

	beforeEach(() => {
		messages = new Messages();
		events = [];
		viewed = new Set();
	});
	afterEach(async () => {
		messages.dispose();
		await set(undefined);
	});

	const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('kling');
	const set = async (choice: NotificationChoice | undefined): Promise<void> => {
		await settings().update('notifications.show', choice, vscode.ConfigurationTarget.Global);
	};
	const inSettings = (): unknown => settings().inspect('notifications.show')?.globalValue;

	const finished = (id: string, status: 'succeeded' | 'failed', results: readonly Media[] = [video]): FinishedTask => ({
		key: key(id),
		ref: ref(id),
		name: id,
		status,
		results: status === 'failed' ? [] : results,
		message: 'too dark',
		trackedAt: 0,
		finishedAt: 1,
	});
	const ready = (...ids: readonly string[]): readonly FinishedTask[] => ids.map((id) => finished(id, 'succeeded'));
	const failed = (...ids: readonly string[]): readonly FinishedTask[] => ids.map((id) => finished(id, 'failed'));
	const idOf = (of: TaskKey): string => of.split(' ')[1] ?? '';

	/** Shows a notification; it stays open. */
	const notify = (...tasks: readonly FinishedTask[]): Messages['all'][number] => {
		const before = messages.all.length;
		void notifyFinished(tasks, {
			say: showMessage,
			open: (of) => {
				events.push(`open ${idOf(of)}`);
				viewed.add(of);
			},
			save: (of) => events.push(`save ${idOf(of)}`),
			showTasks: () => events.push('show'),
			isUnviewed: (of) => !viewed.has(of),
			isDryRun: (of) => idOf(of).startsWith('dry'),
			isOwn: (of) => idOf(of).startsWith('own'),
			showRequest: (of) => events.push(`request ${idOf(of)}`),
		});
		const shown = messages.all[before];
		assert.ok(shown);
		return shown;
	};
	const texts = (): readonly string[] => messages.all.map(({ text }) => text);

	it('name a single task, and offer to open and save its result', () => {
		const shown = notify(...ready('shot 07'));
		assert.deepEqual([shown.severity, shown.text, shown.buttons], ['info', 'shot 07 is ready', ['Open', 'Save', 'Only Failures', 'Off']]);
		const other = notify(...failed('shot 08'));
		assert.deepEqual(
			[other.severity, other.text, other.buttons],
			['warning', 'shot 08 failed: too dark', ['Open', 'Only Failures', 'Off']],
		);
		assert.equal(notify(finished('shot 09', 'succeeded', [])).text, 'shot 09 finished without a result');
	});

	it('say what to change where the reason names it, and offer the request of a task that was made here', () => {
		const own = notify({ ...finished('own fox', 'failed'), message: 'Image pixel is invalid' });
		assert.equal(own.text, 'own fox failed: Image pixel is invalid. Use an image with at least 300 pixels in width and height.');
		assert.deepEqual(own.buttons, ['Open', 'Show Request', 'Only Failures', 'Off']);
	});

	for (const [tasks, severity, text] of [
		[ready('a', 'b'), 'info', '2 results are ready: a, b'],
		[ready('a', 'b', 'c', 'd'), 'info', '4 results are ready'],
		[[...ready('a', 'b', 'c', 'd'), ...failed('e')], 'warning', '4 results are ready, 1 task failed'],
		[[...ready('a'), ...failed('b', 'c')], 'warning', '1 result is ready, 2 tasks failed'],
		[failed('a', 'b', 'c'), 'warning', '3 tasks failed: a, b, c'],
	] as const) {
		it(`count several, a failure never as ready: ${text}`, () => {
			const shown = notify(...tasks);
			assert.deepEqual([shown.severity, shown.text, shown.buttons], [severity, text, ['Show', 'Open Next', 'Only Failures', 'Off']]);
		});
	}

	it('say that dry runs cost nothing, unless a task that is none has finished too', () => {
		const shown = notify(...ready('dry fox'));
		assert.deepEqual([shown.severity, shown.text, shown.buttons[0]], ['info', 'Dry run, no cost: dry fox is ready', 'Open']);
		assert.equal(notify(...failed('dry owl')).text, 'Dry run, no cost: dry owl failed: too dark');
		assert.equal(notify(...ready('dry fox', 'dry owl')).text, 'Dry run, no cost: 2 more results are ready: dry fox, dry owl');
		assert.equal(notify(...ready('dry fox', 'shot 07')).text, '2 more results are ready: dry fox, shot 07');
	});

	it('say that they count more tasks, as long as one before is neither answered nor cleared', async () => {
		const first = notify(...ready('a', 'b'));
		assert.equal(notify(...ready('c', 'd', 'e'), ...failed('f')).text, '3 more results are ready, 1 more task failed');
		assert.equal(notify(...ready('g')).text, 'g is ready');
		first.press('Show');
		messages.clear();
		await soon('all to be closed', () => events.includes('show'));
		assert.equal(notify(...ready('h', 'i')).text, '2 results are ready: h, i');
	});

	it('open what was not viewed yet, one after the other, failures last', async () => {
		notify(...failed('a'), ...ready('b', 'c', 'd')).press('Open Next');
		(await messages.next(/^3 more tasks have not been viewed\.$/)).press('Open Next');
		const next = await messages.next(/^2 more tasks have not been viewed\.$/);
		assert.deepEqual(next.buttons, ['Open Next', 'Show']);
		viewed.add(key('d'));
		next.press('Open Next');
		await soon('the last one', () => events.length === 3);
		assert.deepEqual(events, ['open b', 'open c', 'open a']);
		assert.equal(messages.all.length, 3, 'nothing is left to be offered');
	});

	it('show the list when all were viewed meanwhile', async () => {
		const shown = notify(...ready('a', 'b'));
		viewed.add(key('a')).add(key('b'));
		shown.press('Open Next');
		await soon('the list', () => events.join() === 'show');
	});

	for (const [button, choice, reply] of [
		['Only Failures', 'failures', 'Notifications are now shown only when a task fails.'],
		['Off', 'none', 'Notifications for finished tasks are off. The status bar and the badge are still updated.'],
	] as const) {
		for (const before of [undefined, 'all'] as const) {
			it(`set ${choice} on ${button}, say so, and Undo restores ${before ?? 'that nothing was set'}`, async () => {
				await set(before);
				notify(...ready('a')).press(button);
				const response = await messages.next(/^Notifications /);
				assert.deepEqual([response.severity, response.text, response.buttons], ['info', reply, ['Undo']]);
				assert.equal(inSettings(), choice);
				response.press('Undo');
				await soon('the setting of before', () => inSettings() === before);
			});
		}
	}

	it('restore “failures” by Undo where only failures were shown', async () => {
		await set('failures');
		const shown = notify(...ready('a'), ...failed('b'));
		assert.deepEqual([shown.text, shown.buttons], ['b failed: too dark', ['Open', 'Off']]);
		shown.press('Off');
		(await messages.next(/are off\./)).press('Undo');
		await soon('the setting of before', () => inSettings() === 'failures');
	});

	describe('with the offer to keep every result', () => {
		let claims: number;
		/** Shows a notification in a window that gets the offer. */
		const offered = async (...tasks: readonly FinishedTask[]): Promise<Messages['all'][number]> => {
			const before = messages.all.length;
			void notifyFinished(tasks, {
				say: showMessage,
				open: () => undefined,
				save: () => undefined,
				showTasks: () => undefined,
				isUnviewed: () => true,
				isDryRun: (of) => idOf(of).startsWith('dry'),
				isOwn: () => false,
				showRequest: () => undefined,
				claimKeepOffer: () => Promise.resolve(++claims === 1),
				keepAll: () => events.push('keep all'),
			});
			return await soon('the notification', () => messages.all[before]);
		};
		beforeEach(() => {
			claims = 0;
		});

		it('have its button once, in place of those for fewer notifications', async () => {
			const shown = await offered(...ready('a'));
			assert.deepEqual(shown.buttons, ['Open', 'Save', 'Keep All Results…']);
			shown.press('Keep All Results…');
			await soon('the command', () => events.join() === 'keep all');
			assert.deepEqual((await offered(...ready('b'))).buttons, ['Open', 'Save', 'Only Failures', 'Off']);
		});

		it('have it also where several have finished', async () => {
			assert.deepEqual((await offered(...failed('a'), ...ready('b', 'c'))).buttons, ['Show', 'Open Next', 'Keep All Results…']);
		});

		it('do not claim it for what cannot be kept', async () => {
			await offered(...failed('a'));
			await offered(finished('b', 'succeeded', []));
			await offered(...ready('dry c'));
			await offered({ ...finished('d', 'succeeded'), owner: 'demo' });
			assert.equal(claims, 0);
		});
	});

	it('are not shown when they are off', async () => {
		await set('none');
		await notifyFinished(ready('a'), {
			say: showMessage,
			open: () => undefined,
			save: () => undefined,
			showTasks: () => undefined,
			isUnviewed: () => true,
			isDryRun: () => false,
			isOwn: () => false,
			showRequest: () => undefined,
		});
		assert.deepEqual(texts(), []);
	});
});
