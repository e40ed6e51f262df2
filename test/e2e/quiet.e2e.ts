// Nothing leaves: what the editor, the extension and the browser ask of others, and where a key goes.
import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RecordingProxy, startProxy } from '../host/proxy.mjs';
import { formsOf, secretIn, secretsBelow } from '../support/secrets';
import { soon } from '../support/retry';
import { journey } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

/** Signs that look different in every encoding. */
const canary = 'sk-canary-5f2c9a7e/41d0+4b6f&8a3e=6c1b9d7f"2e50';

describe('the API key and the network', function () {
	this.timeout(60_000);
	let proxy: RecordingProxy;
	let around: Surroundings;
	let workbench: Workbench;
	const forms = formsOf(canary);

	journey(
		async () => {
			proxy = await startProxy();
			return { simulator: { apiKeys: [canary] }, server: { env: proxy.env }, settings: proxy.settings, hasKey: false };
		},
		(opened) => {
			({ around, workbench } = opened);
		},
	);
	after(() => proxy.stop());

	it('are used while a task is tracked, opened, saved and shown', async () => {
		const { simulator, folder } = around;
		await around.setKey(workbench, canary);
		assert.ok(simulator.requests.sawKey(canary));
		const id = simulator.create({ action: 'videos', action2: 'text2video' }, { submittedMs: 0, durationMs: 10_000 });
		await workbench.track(around.link('videos/text2video', id));
		await workbench.row('Processing').waitFor();
		simulator.clock.advance(10_000);
		await workbench.press(/Text to Video \d+ is ready/, 'Open');
		const panel = await workbench.panel('Text to Video');
		await panel.getByRole('button', { name: 'Save As…' }).click();
		await workbench.typePath(path.join(folder, 'saved.mp4'));
		await workbench.notification('Saved saved.mp4').waitFor();
		await panel.getByRole('button', { name: 'More Actions…' }).click();
		await panel.getByRole('menuitem', { name: 'Copy as curl' }).click();
		await soon('the curl line', async () => (await workbench.clipboard()).includes(id));
		assert.deepEqual(secretIn(Buffer.from(await workbench.clipboard()), forms), []);
	});

	it('are used while errors repeat the key', async () => {
		const { simulator } = around;
		const times = { submittedMs: 0, durationMs: 3_600_000 };
		// Under 400 the error is the task's, under 401 the key's.
		const refused = simulator.create({ action: 'videos', action2: 'effects' }, { ...times, faults: [{ kind: 'echoKey', status: 400 }] });
		await workbench.track(around.link('videos/effects', refused));
		await (await workbench.openPanel('Video Effects')).getByText(/Invalid token/).waitFor();
		await workbench.shot('quiet-1-refused');
		const rejecting = simulator.faults.next({ fault: { kind: 'echoKey' }, times: Infinity });
		const rejected = simulator.create({ action: 'videos', action2: 'image2video' }, times);
		await workbench.track(around.link('videos/image2video', rejected));
		// Refused twice, ten seconds apart.
		await workbench.notification('rejected the API key').waitFor({ timeout: 20_000 });
		rejecting.cancel();
		await workbench.shot('quiet-2-rejected');
		// Of the result in front.
		await workbench.run('Kling: Show Raw Response');
		await workbench.page.locator('.editor-instance .view-line').first().waitFor();
		await workbench.run('Kling: Show Log');
		await workbench.page.locator('.output-view-container, .repl, .part.panel').first().waitFor();
		await workbench.shot('quiet-3-log');
	});

	it('show no request to any host but the API’s, of the editor and its windows included', () => {
		assert.deepEqual(proxy.requests, []);
		assert.deepEqual(around.context.blocked, []);
	});

	it('leave the key nowhere on the disk', async () => {
		const { dataDir, folder } = around;
		const data = await secretsBelow(dataDir, forms);
		assert.deepEqual(data.found, []);
		assert.deepEqual((await secretsBelow(path.dirname(folder), forms)).found, []);
		// It read what matters: the extension host's logs and the database among them.
		const names = await readdir(dataDir, { recursive: true });
		for (const name of ['remoteexthost.log', 'kling-1.db', 'kling-1.db-wal', 'settings.json']) {
			assert.ok(
				names.some((one) => path.basename(one) === name),
				`${name}: ${names.filter((one) => /log|db/.test(one)).join(' ')}`,
			);
		}
		assert.ok(data.files > 20, `${data.files} files`);
	});

	it('leave the key nowhere in the database, in whatever form', async () => {
		const files = (await readdir(around.dataDir, { recursive: true })).filter((name) => /kling-\d+\.db$/.test(name));
		assert.equal(files.length, 1);
		const database = new DatabaseSync(path.join(around.dataDir, files[0] ?? ''), { readOnly: true });
		let rows = 0;
		for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) {
			for (const row of database.prepare(`SELECT * FROM "${String(name)}"`).all()) {
				rows++;
				for (const [column, value] of Object.entries(row)) {
					const content = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value));
					assert.deepEqual(secretIn(content, forms), [], `${String(name)}.${column}`);
				}
			}
		}
		database.close();
		assert.ok(rows >= 3, `${rows} rows`);
	});

	it('leave the key nowhere on the pages, nor readable in the browser', async () => {
		const page = [await workbench.page.content(), await workbench.browserStorage()];
		await workbench.openPanel('Video Effects');
		page.push(
			await workbench.page.content(),
			String(await workbench.webview().locator('html').evaluate('document.documentElement.outerHTML')),
			await workbench.webviewState().catch(() => ''),
		);
		for (const content of page) {
			assert.deepEqual(secretIn(Buffer.from(content), forms), []);
		}
		// The secret storage of the browser's editor is there, and encrypted.
		assert.match(page[1] ?? '', /secrets\.provider/);
	});

	it('would have been found together: a planted copy of the key, in every form', async () => {
		const planted = path.join(around.dataDir, 'planted');
		for (const [name, form] of forms) {
			await mkdir(planted);
			await writeFile(path.join(planted, 'file'), Buffer.concat([Buffer.from('before '), form, Buffer.from(' after')]));
			const { found } = await secretsBelow(around.dataDir, forms);
			assert.ok(
				found.some(({ file, form: foundAs }) => file === path.join(planted, 'file') && foundAs === name),
				name,
			);
			await rm(planted, { recursive: true });
		}
		for (const before of ['', 'x', 'xx', 'xxx']) {
			const encoded = Buffer.from(`${before}${canary} and more`).toString('base64');
			assert.ok(
				secretIn(Buffer.from(encoded), forms).some((name) => name.startsWith('base64')),
				before,
			);
		}
	});
});
