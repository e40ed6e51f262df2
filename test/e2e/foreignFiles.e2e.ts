// Request files in a workspace that no disk has, such as one over SSH: a file system of another extension, first not trusted, then trusted.
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { root } from '../host/paths.mjs';
import { soon } from '../support/retry';
import { journey } from './journey';
import type { Surroundings } from './surroundings';
import { installTestExtension } from './testExtension';
import type { Workbench } from './ui';

const request = `{
	"operation": "videos/image2video",
	"body": {
		"model_name": "kling-v2-6",
		"image": "\${{ file('./ref/valley.png') }}",
		"prompt": "\${{ text('./prompt.md') }}",
		"duration": "5"
	}
}
`;
const hostile = `{
	"operation": "videos/image2video",
	"body": {
		"model_name": "kling-v2-6",
		"image": "\${{ file('../secret.png') }}",
		"image_tail": "\${{ file('./link.png') }}",
		"prompt": "\${{ text('.env') }}",
		"negative_prompt": "\${{ text('/secret.txt') }}"
	}
}
`;

describe('request files in a foreign file system', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	/** What the foreign file system is a copy of. */
	let content: string;

	journey(
		async () => {
			content = await mkdtemp(path.join(os.tmpdir(), 'kling-foreign-'));
			const film = path.join(content, 'film');
			await mkdir(path.join(film, 'ref'), { recursive: true });
			await writeFile(path.join(film, 'shot.kling.json'), request);
			await writeFile(path.join(film, 'hostile.kling.json'), hostile);
			await writeFile(path.join(film, 'prompt.md'), 'The fox turns to the camera\n');
			await writeFile(path.join(film, '.env'), 'SECRET=1');
			await cp(path.join(root, 'media', 'demo', 'valley.png'), path.join(film, 'ref', 'valley.png'));
			await cp(path.join(root, 'media', 'demo', 'valley.png'), path.join(film, 'link.png.symlink'));
			await cp(path.join(root, 'media', 'demo', 'valley.png'), path.join(content, 'secret.png'));
			await writeFile(path.join(content, 'secret.txt'), 'secret');
			return {
				hasKey: false,
				server: { workspaceTrust: true, env: { FOREIGN_FILES: content } },
				prepare: async (machine) => {
					installTestExtension('foreign-files', path.dirname(machine.folder), machine.dataDir);
					machine.opens = path.join(path.dirname(machine.folder), 'foreign.code-workspace');
					await writeFile(machine.opens, JSON.stringify({ folders: [{ name: 'film', uri: 'foreign:/film' }] }));
				},
			};
		},
		(opened) => {
			({ around, workbench } = opened);
		},
	);
	after(() => rm(content, { recursive: true, force: true }));

	/** From the Explorer: the editor finds no files by their names where only an extension knows them. */
	const open = async (name: string): Promise<void> => {
		await workbench.openView('Explorer');
		await workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first().dblclick();
		await workbench.page.locator('.tabs-container .tab.active', { hasText: name }).waitFor();
	};
	/** The files that were read of the foreign file system, without those that the editor itself reads. */
	const reads = async (): Promise<readonly string[]> => {
		await workbench.run('Show What Was Read of Foreign Files');
		const text = await soon('what was read', async () => (await workbench.notifications()).find((one) => one.startsWith('Read: ')));
		await workbench.closeNotifications();
		return [...new Set(text.split(' '))].filter((name) => name.startsWith('/') && !name.endsWith('.kling.json'));
	};
	/** The messages of the Problems view. */
	const problems = async (): Promise<readonly string[]> => {
		const rows = await workbench.page
			.locator('.markers-panel .monaco-list-row .marker-message-details-container, .markers-panel .monaco-list-row .details-container')
			.allTextContents();
		return rows.map((row) => row.replaceAll('\u00a0', ' '));
	};
	const soonProblem = (text: string): Promise<unknown> =>
		soon(`the problem "${text}"`, async () => (await problems()).some((message) => message.includes(text)));

	it('before it is trusted says why no file is read, and reads none', async () => {
		await workbench.statusItem('Restricted Mode').waitFor();
		await open('shot.kling.json');
		// Before the focus leaves the text: the editor then drops a request for lenses that is due, until the focus is back.
		await workbench.page.locator('.codelens-decoration a', { hasText: 'Dry Run' }).waitFor();
		await workbench.run('Problems: Focus on Problems View');
		await soonProblem('“./ref/valley.png” is not read, because this workspace is not trusted.');
		await soonProblem('“./prompt.md” is not read, because this workspace is not trusted.');
		await workbench.shot('foreign-1-untrusted');
		await workbench.run('Kling: Preview Request');
		await workbench.page.locator('.monaco-editor .view-line', { hasText: 'It cannot be sent like this:' }).waitFor();
		await workbench.shot('foreign-1b-untrusted-preview');
		await workbench.run('View: Close Editor');
		assert.deepEqual(await reads(), []);
	});

	it('runs nothing, and leads to the editor’s own page of trust', async () => {
		await open('shot.kling.json');
		await workbench.run('Kling: Dry Run Request');
		await workbench.press(/do not trust/, 'Manage Workspace Trust');
		await workbench.page.locator('.workspace-trust-editor').waitFor();
		await workbench.shot('foreign-2-trust-page');
		await workbench.page.keyboard.press('Escape');
		await workbench.page.locator('.workspace-trust-editor').waitFor({ state: 'hidden' });
		assert.deepEqual(await reads(), []);
	});

	it('once it is trusted reads the files of a request through the file system, and no others', async () => {
		await workbench.run('Workspaces: Manage Workspace Trust');
		await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).first().click();
		await workbench.statusItem('Restricted Mode').waitFor({ state: 'hidden' });
		await workbench.page.keyboard.press('Escape');
		await workbench.run('View: Close All Editors');
		await open('shot.kling.json');
		await workbench.page.locator('.codelens-decoration a', { hasText: 'Preview' }).click();
		const preview = workbench.page.locator('.monaco-editor .view-line', { hasText: '<PNG 1024×1024' });
		await preview.waitFor();
		await workbench.page.locator('.monaco-editor .view-line', { hasText: 'The fox turns to the camera' }).waitFor();
		await workbench.shot('foreign-3-trusted');
		assert.deepEqual(await problems(), []);
		assert.deepEqual(await reads(), ['/film/prompt.md', '/film/ref/valley.png']);
	});

	it('reads no file that a path, a name or a link leads out of the folder to', async () => {
		await workbench.run('View: Close All Editors');
		await workbench.run('Forget What Was Read of Foreign Files');
		await open('hostile.kling.json');
		await workbench.run('Problems: Focus on Problems View');
		await soonProblem('“../secret.png” leads out of a folder by “..”.');
		await soonProblem('“./link.png” is a symbolic link');
		await soonProblem('“.env” is hidden');
		await soonProblem('“/secret.txt” is not relative to this file.');
		await workbench.shot('foreign-4-hostile');
		assert.deepEqual(await reads(), []);
		assert.deepEqual(around.context.blocked, []);
	});
});
