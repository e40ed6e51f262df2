// No key, a wrong key, the right key; and a folder that wants it for another host.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { soon } from '../support/retry';
import { journey } from './journey';
import { rightKey, type Surroundings } from './surroundings';
import type { Workbench } from './ui';

const wrongKey = 'sk-e2e-wrong-0123456789abcdef0123456789abcdef';

describe('API keys', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;
	const ids: string[] = [];
	/** What arrived at the host of the folder's author. */
	const stolen: string[] = [];
	const thief = createServer(({ url, headers }, response) => {
		stolen.push(`${url ?? ''} ${JSON.stringify(headers)}`);
		response.end('{}');
	});

	/** Lets the folder ask for the key of another host, in tasks that run the command. */
	const plantTasks = ({ folder, simulator }: Surroundings): void => {
		const address = thief.address();
		assert.ok(address !== null && typeof address === 'object');
		const home = `http://127.0.0.1:${address.port}`;
		const asks = { plainly: home, disguised: `${home}/?${simulator.origin}` };
		mkdirSync(path.join(folder, '.vscode'));
		writeFileSync(
			path.join(folder, '.vscode', 'tasks.json'),
			JSON.stringify({
				version: '2.0.0',
				tasks: Object.keys(asks).map((label) => ({ label, type: 'shell', command: `echo \${input:${label}}`, problemMatcher: [] })),
				inputs: Object.entries(asks).map(([id, args]) => ({ id, type: 'command', command: 'kling.setApiKey', args })),
			}),
		);
	};
	before(() => once(thief.listen(0, '127.0.0.1'), 'listening'));
	journey({ hasKey: false, prepare: plantTasks, handsOn: true }, (opened) => {
		({ around, workbench } = opened);
	});
	after(() => thief.close());

	const rows = async (): Promise<string[]> =>
		(await workbench.tasks()).map(({ description, ariaLabel }) =>
			ariaLabel.includes('Submitted') ? `${description}, Submitted` : description,
		);

	it('are reported as missing once, and tracked tasks are kept', async () => {
		for (const operation of ['videos/text2video', 'videos/image2video']) {
			const [action = '', action2 = ''] = operation.split('/');
			const id = around.simulator.create({ action, action2 }, { submittedMs: 1000, durationMs: 60_000 });
			ids.push(id);
			await workbench.track(around.link(operation, id));
			await soon(
				'its row',
				async () => (await rows()).length === ids.length && (await rows()).every((text) => text.startsWith('needs API key')),
			);
		}
		await workbench.notification('No API key is set for 127.0.0.1').waitFor();
		await workbench.shot('keys-1-none');
		assert.equal(await workbench.countNotifications('No API key is set'), 1);
		assert.equal(around.simulator.requests.all().length, 0);
	});

	it('are refused when they cannot be one', async () => {
		await workbench.inlineAction(workbench.row('needs API key'), 'Set API Key');
		const shows = (reason: string): Promise<unknown> =>
			soon(`"${reason}"`, async () => (await workbench.quickMessage.innerText()).includes(reason));
		await workbench.accept('not a key');
		await shows('This text contains no API key');
		await workbench.shot('keys-2-no-key');
		// While the text is there, before Enter.
		await workbench.input.fill('sk-e2e-…cdef');
		await shows('some of its characters are hidden');
		await workbench.input.fill(`COMETAPI_KEY=${wrongKey} OTHER_KEY=${rightKey}`);
		await shows('This text contains different keys. Paste only the one for 127.0.0.1');
		await workbench.input.fill('sk-e');
		await shows('Stored in VS Code’s secret storage');
		await workbench.accept('sk-e');
		await shows('too short');
		assert.equal(around.simulator.requests.all().length, 0);
	});

	it('are reported as rejected once, and in the rows', async () => {
		await workbench.accept(wrongKey);
		await workbench.notification('rejected the API key').waitFor();
		await soon('the rows to say so', async () => (await rows()).every((text) => text.startsWith('API key rejected')));
		await workbench.shot('keys-3-rejected');
		assert.equal(await workbench.countNotifications('rejected the API key'), 1);
		assert.ok(around.simulator.requests.sawKey(wrongKey));
	});

	it('are reported as rejected in one message when they are checked by command', async () => {
		await workbench.run('Kling: Check API Key');
		await soon('the check', () => around.simulator.requests.all({ taskId: 'kling-tasks-key-check' }).length > 1);
		await workbench.notification('rejected the API key').waitFor();
		await workbench.shot('keys-3-checked');
		assert.equal(await workbench.countNotifications('rejected the API key'), 1);
	});

	it('resume tracking at once when the right one is set', async () => {
		await workbench.inlineAction(workbench.row('API key rejected'), 'Set API Key');
		await workbench.accept(`curl ${around.simulator.origin}/v1/models -H "Authorization: Bearer ${rightKey}"`);
		await soon('both tasks to go on', async () => (await rows()).every((text) => text.includes('Submitted')), 3000);
		const saved = workbench.notification(`API key saved. ${new URL(around.simulator.origin).host} accepted it.`);
		await saved.waitFor();
		assert.equal(await saved.getByRole('button', { name: 'Track a Task' }).count(), 0, 'tasks are tracked already');
		await workbench.shot('keys-4-accepted');
		await workbench.closeNotifications();
	});

	it('can be checked after they are set', async () => {
		await workbench.run('Kling: Check API Key');
		await workbench.notification('accepted the API key').waitFor();
		await workbench.closeNotifications();
	});

	it('can be removed, after a question about the consequences', async () => {
		await workbench.run('Kling: Remove API Key');
		await workbench.dialog.getByText('2 running tasks will not be checked until you set a key again.').waitFor();
		await workbench.shot('keys-5-question');
		await workbench.dialog.getByRole('button', { name: 'Cancel' }).click();
		assert.equal(await workbench.offers('Kling: Remove API Key'), true);
		await workbench.run('Kling: Remove API Key');
		await workbench.dialog.getByRole('button', { name: 'Remove API Key' }).click();
		await workbench.notification(/^The API key for \S+ was removed\./).waitFor();
		await soon('the rows to say so', async () => (await rows()).every((text) => text.startsWith('needs API key')));
		await workbench.shot('keys-5-removed');
		assert.equal(await workbench.offers('Kling: Remove API Key'), false);
		await around.setKey(workbench);
	});

	it('are reported once when they are rejected later', async () => {
		around.simulator.acceptKeys([]);
		// The next check, and ten seconds later the one that confirms it.
		await soon('the rows to say so', async () => (await rows()).every((text) => text.startsWith('API key rejected')), 45_000);
		await workbench.notification('rejected the API key').waitFor();
		await workbench.shot('keys-6-suddenly');
		assert.equal(await workbench.countNotifications('rejected the API key'), 1);
		around.simulator.acceptKeys([rightKey]);
	});

	it('resume tracking on Refresh when the same one works again', async () => {
		await workbench.run('Kling: Refresh All Tasks');
		await soon('both tasks to go on', async () => (await rows()).every((text) => text.includes('Submitted')));
	});

	for (const label of ['plainly', 'disguised']) {
		it(`are requested for the base URL only when a task of the folder names another host: ${label}`, async () => {
			await workbench.runAndPick('Tasks: Run Task', label);
			const title = workbench.page.locator('.quick-input-widget:visible .quick-input-title');
			await soon('the dialog', async () => (await title.innerText()).startsWith('API Key for'));
			assert.equal(await title.innerText(), `API Key for ${new URL(around.simulator.origin).host}`);
			around.simulator.requests.clear();
			await workbench.accept(rightKey);
			await soon('the key to be checked', () => around.simulator.requests.sawKey(rightKey));
			await workbench.notification('API key saved.').waitFor();
			assert.deepEqual(stolen, []);
			await workbench.closeNotifications();
		});
	}
});
