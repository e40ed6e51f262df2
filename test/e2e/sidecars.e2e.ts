// Results that come from another machine, and go to others.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { soon } from '../support/retry';
import { sidecarText, type Sidecar } from '../../src/results/sidecar';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Workbench } from './ui';

describe('a folder of results from a team', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	let folder: string;

	/** Puts a file there as another machine has kept it. */
	const keep = async (file: string, name: string, own: Partial<Sidecar['task']>, index = 0): Promise<void> => {
		const bytes = await readFile(path.join('media', 'demo', file));
		const target = path.join(folder, `${name.toLowerCase()}-${index + 1}${path.extname(file)}`);
		await copyFile(path.join('media', 'demo', file), target);
		const isVideo = file.endsWith('.mp4');
		const sidecar: Sidecar = {
			format: 'kling-result',
			version: 1,
			task: {
				origin: around.simulator.origin,
				operation: isVideo ? 'videos/text2video' : 'images/generations',
				id: `85300000000000${name.length}00${index}`,
				...own,
			},
			name,
			prompt: 'A slow drone shot over a misty valley at dawn',
			result: { index, count: index + 1 },
			file: { format: isVideo ? 'mp4' : 'png', size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
			times: { finished: new Date(Date.now() - 86_400_000).toISOString() },
		};
		await writeFile(`${target}.kling-result.json`, sidecarText(sidecar));
	};

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		folder = path.join(around.folder, 'team');
		await mkdir(folder);
		await keep('dawn.mp4', 'Dawn', {});
		await keep('bloom.png', 'Bloom', { id: '853000000000000077' });
		await keep('valley.png', 'Bloom', { id: '853000000000000077' }, 1);
		await keep('tide.mp4', 'Tide', { origin: 'https://api.team.example' });
		await writeFile(path.join(folder, 'broken.mp4.kling-result.json'), '{"format":"kling-result"');
	});

	it('brings their tasks back, after a question about a host without a key', async () => {
		await workbench.closeNotifications();
		await workbench.run('Kling: Track from Sidecars in Folder…');
		await workbench.typePath(`${folder}/`);
		await workbench.dialog.waitFor();
		assert.match(await workbench.dialog.innerText(), /1 task belongs to api\.team\.example, for which no API key is set\./);
		await workbench.shot('sidecars-1-question');
		await workbench.dialog.getByRole('button', { name: 'Track Anyway' }).click();
		await workbench
			.notification(
				/Tracked 3 tasks\. 4 results have their file and count as saved\. 1 sidecar was refused: broken\.mp4\.kling-result\.json \(it is not JSON\)/,
			)
			.waitFor();
		await soon('the rows', async () => (await workbench.tree()).filter(({ label }) => /^(?:Dawn|Bloom|Tide)$/.test(label)).length === 3);
		await workbench.shot('sidecars-2-tracked');
	});

	it('is exported to a folder with a gallery', async () => {
		await workbench.closeNotifications();
		await workbench.run('Kling: Export Results…');
		await workbench.quickRows.getByRole('checkbox').first().waitFor();
		await workbench.shot('sidecars-3-pick');
		await workbench.pickMany('Dawn', 'Bloom');
		await workbench.typePath(`${around.folder}/`);
		await workbench.notification(/Exported 3 results to kling-export-/).waitFor();
		await workbench.shot('sidecars-4-exported');
		const [name = ''] = (await readdir(around.folder)).filter((one) => one.startsWith('kling-export-'));
		assert.deepEqual((await readdir(path.join(around.folder, name, 'media'))).sort(), ['bloom-1.png', 'bloom-2.png', 'dawn-1.mp4']);
		const page = await workbench.page.context().newPage();
		await page.goto(`file://${path.join(around.folder, name, 'index.html')}`);
		await page.waitForFunction('[...document.images].every((image) => image.complete && image.naturalWidth > 0)');
		await page.close();
	});
});
