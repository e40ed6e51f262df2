// What a person may give to Track Kling task, and what bad input gets.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ScenarioOptions } from '../../src/simulator/simulator';
import { settingsFile, writeSettings } from '../host/server.mjs';
import { mediaFolder } from '../support/simulator';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import { rightKey, type Surroundings } from './surroundings';
import type { Workbench } from './ui';

describe('the extension', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({}, (opened) => {
		({ around, workbench } = opened);
	});
	afterEach(() => workbench.page.keyboard.press('Escape'));

	/** A task that goes on for ever, unless told otherwise. */
	const create = (operation: string, options: ScenarioOptions = {}): string => {
		const [action = '', action2 = ''] = operation.split('/');
		return around.simulator.create({ action, action2 }, { submittedMs: 0, durationMs: 3_600_000, ...options });
	};
	const isTracked = async (id: string): Promise<boolean> => (await workbench.tasks()).some(({ label }) => label.endsWith(id.slice(-6)));
	const row = (id: string) => workbench.row(id.slice(-6));

	describe('tracks', () => {
		it('a JSON response, whose operation it finds', async () => {
			const id = create('videos/text2video');
			await workbench.run('Track Kling task');
			await workbench.input.fill(
				JSON.stringify({
					code: 0,
					message: 'SUCCEED',
					request_id: '5b6f2d1e-0000-4000-8000-000000000001',
					data: { task_id: id, task_status: 'submitted' },
				}),
			);
			await workbench.pick(`Track ${id}`);
			await soon('its row', () => isTracked(id));
			assert.equal((await workbench.tasks()).length, 1);
		});

		it('a curl command, whose key is shown nowhere', async () => {
			const id = create('videos/effects');
			const pasted = 'sk-pasted-5f2c9a7e41d04b6f8a3e6c1b9d7f2e50';
			await workbench.runAndFill(
				'Track Kling task',
				`curl --header "Authorization: Bearer ${pasted}" ${around.link('videos/effects', id)}`,
			);
			const offered = workbench.quickRows.filter({ hasText: `Track ${id}` });
			await offered.waitFor();
			assert.doesNotMatch((await workbench.quickRows.allInnerTexts()).join('\n'), /sk-pasted/);
			await offered.click();
			await soon('its row', () => isTracked(id));
			assert.ok(!(await workbench.page.content()).includes(pasted));
			assert.ok(!around.simulator.requests.sawKey(pasted));
		});

		it('the editor’s selection', async () => {
			const [one, two] = [create('videos/image2video'), create('audio/text-to-audio')];
			await writeFile(
				path.join(around.folder, 'notes.md'),
				`# Film\n\n- opening: videos/image2video ${one}\n- waves: audio/text-to-audio ${two}\n- 12 pages of script\n`,
			);
			await workbench.openFile('notes.md');
			await workbench.page.locator('.monaco-editor .view-line').first().click();
			await workbench.page.keyboard.press('Control+A');
			await workbench.run('Track Kling task');
			await workbench.shot('input-1-offers');
			await workbench.pick('Use the selected text');
			await workbench.pickMany(one, two);
			await soon('both rows', async () => (await workbench.row('opening').isVisible()) && (await workbench.row('waves').isVisible()));
			await workbench.notification('Tracking 2 tasks.').waitFor();
			await workbench.run('View: Close All Editors');
			await workbench.closeNotifications();
		});

		it('several IDs, one of which is given a name without a mouse', async () => {
			const [one, two] = [create('videos/text2video'), create('videos/text2video')];
			await workbench.runAndFill('Track Kling task', `videos/text2video ${one}, videos/text2video ${two}`);
			await workbench.pick('Track 2 tasks');
			const named = workbench.quickRows.filter({ hasText: two });
			const keys = workbench.page.keyboard;
			await named.getByRole('checkbox').waitFor();
			await keys.press('ArrowDown');
			await keys.press('ArrowDown');
			await keys.press('Tab');
			await keys.press('Tab');
			await workbench.page.locator(':focus[aria-label="Name This Task"]').waitFor();
			await keys.press('Enter');
			const question = workbench.quickMessage.filter({ hasText: 'Leave empty to use the operation name.' });
			await question.waitFor();
			await workbench.input.fill('Harbour at night');
			await keys.press('Enter');
			const renamed = workbench.quickRows.filter({ hasText: 'Harbour at night' });
			await renamed.hover();
			await renamed.getByRole('button', { name: 'Rename Task' }).click();
			await question.waitFor();
			await workbench.input.fill('Nothing');
			await keys.press('Escape');
			await renamed.waitFor();
			assert.deepEqual(
				await workbench.quickRows
					.getByRole('checkbox')
					.evaluateAll((boxes: readonly { getAttribute(name: string): string | null }[]) =>
						boxes.map((box) => box.getAttribute('aria-checked')),
					),
				['true', 'true'],
			);
			await workbench.shot('input-1-named');
			await keys.press('Enter');
			await soon('both rows', async () => (await isTracked(one)) && (await workbench.row('Harbour at night').isVisible()));

			await workbench.notification('Tracking 2 tasks.').waitFor();
			await workbench.closeNotifications();
		});

		it('the clipboard, which is offered and not taken', async () => {
			const id = create('videos/lip-sync');
			await workbench.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(around.link('videos/lip-sync', id))})`);
			await workbench.runAndPick('Track Kling task', 'Use the clipboard');
			await soon('its row', () => isTracked(id));
		});

		it('a file, whose lines without a task are listed', async () => {
			const ids = [create('images/generations'), create('images/generations'), create('images/generations')];
			const file = path.join(around.folder, 'tasks.txt');
			await writeFile(
				file,
				[
					`images/generations ${ids[0] ?? ''}`,
					'a/b/c/d/e',
					around.link('images/generations', ids[1] ?? ''),
					'../../etc/passwd',
					`images/generations ${ids[2] ?? ''}`,
					'https://kling.example/about',
					'',
				].join('\n'),
			);
			await workbench.runAndPick('Track Kling task', 'Select a file…');
			await workbench.typePath(file);
			await workbench.pickMany(...ids);
			await soon('all rows', async () => (await Promise.all(ids.map(isTracked))).every(Boolean));
			const notified = workbench.notification('No task found in 3 lines.');
			await notified.waitFor();
			assert.match(await notified.innerText(), /Line 2: .*Line 4: .*Line 6: /s);
			await workbench.shot('input-2-unreadable');
			await workbench.closeNotifications();
		});

		it('a bare ID, whose operation it finds', async () => {
			const id = create('videos/multi-elements');
			await workbench.track(id);
			await soon('its row', () => isTracked(id));
			assert.match(await row(id).innerText(), /Multiple Elements/);
		});

		it('nothing when the search for the operation of a bare ID is cancelled, and the list that is shown then too', async () => {
			const id = create('videos/multi-elements');
			const late = around.simulator.faults.next({ fault: { kind: 'late', ms: 20_000 }, match: { taskId: id }, times: Infinity });
			await workbench.track(id);
			const progress = workbench.notification(`Finding the operation of ${id}`);
			await progress.waitFor();
			await workbench.shot('input-3-finding');
			await progress.getByRole('button', { name: 'Cancel' }).click();
			await progress.waitFor({ state: 'detached' });
			await workbench.quickRows.filter({ hasText: 'Find it for me' }).waitFor();
			await workbench.shot('input-3-cancelled');
			await workbench.page.keyboard.press('Escape');
			await workbench.input.waitFor({ state: 'hidden' });
			late.cancel();
			assert.equal(await isTracked(id), false);
		});

		it('a task that has already finished, with one message and nothing else', async () => {
			const id = create('audio/tts', { durationMs: 0 });
			await workbench.track(around.link('audio/tts', id));
			await workbench.notification(/Text to Speech \d+ has already finished\./).waitFor();
			await workbench.shot('input-4-ended');
			await workbench.press('has already finished', 'Open');
			await workbench.panel('Text to Speech');
			await workbench.run('View: Close All Editors');
			// An end that is told comes within a few seconds: the next one would bring it along.
			const later = create('audio/video-to-audio', { durationMs: 1000 });
			await workbench.track(around.link('audio/video-to-audio', later));
			await soon('its row', () => isTracked(later));
			around.simulator.clock.advance(1000);
			await workbench.notification(/Video to Audio \d+ is ready/).waitFor();
			assert.equal(await workbench.countNotifications(/Text to Speech \d+ is ready/), 0);
			await workbench.closeNotifications();
		});

		it('a task that is already tracked', async () => {
			const id = create('videos/omni-video');
			await workbench.track(around.link('videos/omni-video', id));
			await soon('its row', () => isTracked(id));
			const rows = (await workbench.tasks()).length;
			await workbench.track(around.link('videos/omni-video', id));
			await workbench.notification('This task is already tracked.').waitFor();
			assert.equal((await workbench.tasks()).length, rows);
			await workbench.closeNotifications();
		});

		it('a task that the API does not know', async () => {
			await workbench.track(around.link('videos/text2video', '700000000000000042'));
			const notified = workbench.notification('Task 700000000000000042 was not found under Text to Video. Checking again automatically.');
			await notified.waitFor();
			await workbench.shot('input-5-unknown-task');
			await notified.getByRole('button', { name: 'Remove from List' }).click();
			await soon('its row to go', async () => !(await isTracked('700000000000000042')));
			await workbench.closeNotifications();
		});
	});

	describe('does not track', () => {
		const refusals: readonly (readonly [what: string, text: string, reason: string])[] = [
			['nonsense', 'hello there', 'Paste a task ID such as'],
			['an id with a slash', '8712345678/90123456', 'A task ID has at most 128 characters'],
			['an id with dots', '../871234567890123456', 'A task ID has at most 128 characters'],
			['a link elsewhere', 'https://kling.example/about', 'A link ends with /kling/v1/'],
		];
		for (const [what, text, reason] of refusals) {
			it(what, async () => {
				const rows = (await workbench.tasks()).length;
				await workbench.runAndFill('Track Kling task', text);
				const refusal = workbench.quickRows.filter({ hasText: 'No task found in this text' });
				await refusal.filter({ hasText: reason }).waitFor();
				if (what === 'nonsense') {
					await workbench.shot('input-6-nonsense');
				}
				await refusal.click();
				await workbench.page.keyboard.press('Enter');
				assert.equal(await workbench.input.inputValue(), text);
				assert.equal((await workbench.tasks()).length, rows);
			});
		}

		it('a word that may be an ID or an API key, until a person has ticked it', async () => {
			const rows = (await workbench.tasks()).length;
			const uncertain = '9k2m4x7q1w8e5r3t6y0u';
			await workbench.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(uncertain)})`);
			await workbench.runAndFill('Track Kling task', uncertain);
			await workbench.quickRows.filter({ hasText: 'Is this a task ID?' }).waitFor();
			assert.equal(await workbench.quickRows.filter({ hasText: uncertain }).count(), 0, 'and shown in no row');
			await workbench.input.press('Enter');
			const question = workbench.quickRows.filter({ hasText: uncertain });
			await question.filter({ hasText: 'may be an API key' }).waitFor();
			assert.equal(await question.getByRole('checkbox').getAttribute('aria-checked'), 'false');
			await workbench.shot('input-8-doubtful');
			await workbench.page.keyboard.press('Enter');
			await workbench.input.waitFor({ state: 'hidden' });
			assert.equal((await workbench.tasks()).length, rows);
		});

		it('an API key', async () => {
			const rows = (await workbench.tasks()).length;
			const pasted = 'sk-lost-5f2c9a7e41d04b6f8a3e6c1b9d7f2e50';
			await workbench.runAndFill('Track Kling task', pasted);
			await workbench.notification('This looks like an API key. It was not stored').waitFor();
			await workbench.input.waitFor({ state: 'hidden' });
			await workbench.shot('input-7-key');
			assert.equal((await workbench.tasks()).length, rows);
			await workbench.press('This looks like an API key', 'Set API Key');
			await soon('the question for the key', async () => (await workbench.input.getAttribute('type')) === 'password');
			assert.equal(await workbench.input.inputValue(), '');
			await workbench.page.keyboard.press('Escape');
			await workbench.closeNotifications();
		});
	});

	describe('when it saves', () => {
		let id: string;
		let target: string;
		before(async () => {
			id = create('videos/video-extend', { durationMs: 0, files: ['tide.mp4'] });
			target = path.join(around.folder, 'tide.mp4');
			await workbench.track(around.link('videos/video-extend', id));
			await soon('its row', () => isTracked(id));
			await workbench.closeNotifications();
		});
		const save = async (): Promise<void> => {
			await workbench.inlineAction(row(id), 'Save Result As');
			await workbench.typePath(target);
		};

		it('reports an expired link after one request for a new one', async () => {
			const fault = around.simulator.faults.next({
				fault: { kind: 'canned', name: 'linkExpired' },
				match: { on: 'result', taskId: id },
				times: Infinity,
			});
			const queries = around.queries(id);
			await save();
			await workbench.notification('The result link has expired, and the API has no new one.').waitFor();
			await workbench.shot('input-8-expired');
			assert.equal(around.queries(id), queries + 1);
			fault.cancel();
			assert.equal(existsSync(target), false);
			await workbench.closeNotifications();
		});

		it('reports a web page that is sent instead of the file', async () => {
			const fault = around.simulator.faults.next({
				fault: { kind: 'canned', name: 'websitePage' },
				match: { on: 'result', taskId: id },
				times: Infinity,
			});
			await save();
			await workbench.notification('returned a web page instead of the result').waitFor();
			await workbench.shot('input-9-web-page');
			fault.cancel();
			assert.deepEqual(
				(await readdir(around.folder)).filter((name) => name.includes('tide')),
				[],
			);
			await workbench.closeNotifications();
		});

		it('replaces an expired link by a new one that works', async () => {
			around.simulator.faults.next({ fault: { kind: 'canned', name: 'linkExpired' }, match: { on: 'result', taskId: id } });
			// Fresh links tell the time.
			around.simulator.clock.advance(2000);
			await save();
			await workbench.notification('Saved tide.mp4').waitFor();
			assert.ok((await readFile(target)).equals(await readFile(path.join(mediaFolder, 'tide.mp4'))));
			await workbench.closeNotifications();
		});
	});

	describe('with settings', () => {
		// Whatever a test finds, the next one has the right ones.
		after(async () => {
			writeSettings(around.dataDir, { 'kling.api.baseUrl': around.simulator.origin });
			await workbench.page.keyboard.press('Escape');
			await workbench.reload();
			await soon('the rows again', async () => (await workbench.tasks()).length > 3);
		});

		it('that are invalid reports the base URL', async () => {
			writeSettings(around.dataDir, { 'kling.api.baseUrl': 'not a url' });
			await workbench.reload();
			await soon('the rows again', async () => (await workbench.tasks()).length > 3);
			await workbench.run('Track Kling task');
			await workbench.notification('The base URL in the settings is not a valid URL').waitFor();
			await workbench.shot('input-10-base-url');
			await workbench.press('The base URL in the settings', 'Open Settings');
			await workbench.page.locator('.settings-editor .setting-item').first().waitFor();
			await workbench.shot('input-11-settings');
			assert.ok(!(await readFile(settingsFile(around.dataDir), 'utf8')).includes(rightKey));
		});
	});

	describe('without a network', () => {
		it('loses nothing and reports the cause', async () => {
			const id = create('videos/motion-control');
			await around.simulator.close();
			await workbench.track(around.link('videos/motion-control', id));
			await workbench.notification('The task is tracked, but the first check failed.').waitFor();
			await soon('its row', async () => (await row(id).innerText()).includes('cannot connect'));
			await workbench.shot('input-12-dead-network');
		});
	});
});
