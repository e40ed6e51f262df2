import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { omitUndefined } from '../../../../src/core/omitUndefined';
import type { TaskStore } from '../../../../src/store/taskStore';
import { claimDownloads, downloadChange, idOf, images, keptFile, plan } from '../../../support/downloads';
import { key, newTask, snapshot } from '../../../support/makers';
import { Bench, eachStore, recordCheck } from '../../../support/store';

const t0 = 1_750_000_000_000;
const hour = 60 * 60_000;
const [one, two] = [key('one'), key('two')];

describe('partial files', () => {
	const bench = new Bench();
	let folder: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ store } = opened);
		folder = join(opened.directory, 'results');
	});
	const left = (): readonly string[] => readdirSync(folder).sort();

	/** A task whose only result has come in part. */
	async function half(id: string, file: string): Promise<void> {
		await store.tasks.add([newTask(id, { keep: plan })], t0);
		await recordCheck(store, key(id), t0 + 1, { snapshot: snapshot('succeeded', { results: images(1) }) });
		const [claim] = await claimDownloads(store, t0 + 1);
		assert.ok(claim, 'nothing is due');
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, file), 'half');
		await store.downloads.record(claim, downloadChange('queued', { nextAt: t0 + 2 * hour, part: { path: join(folder, file) } }));
	}

	it('of untracked tasks stay for Undo, and go with their rows; others stay', async () => {
		await half('one', 'one.0123abcd.part');
		await half('two', 'two.0123abcd.part');
		await store.tasks.remove([one], t0 + 2);
		await store.tasks.purge(t0 + 1);
		assert.deepEqual(left(), ['one.0123abcd.part', 'two.0123abcd.part']);
		await store.tasks.purge(t0 + 2);
		assert.deepEqual(left(), ['two.0123abcd.part']);
		assert.deepEqual(store.downloads.get(idOf(two))?.part, { path: join(folder, 'two.0123abcd.part') });
	});

	it('go with everything else, unless no row knows them', async () => {
		await half('one', 'one.0123abcd.part');
		await half('two', 'two.0123abcd.part');
		writeFileSync(join(folder, 'of another.0123abcd.part'), 'of another list');
		await store.tasks.deleteEverything();
		assert.deepEqual(left(), ['of another.0123abcd.part']);
	});

	it('that wait for a person, because their folder could not be written, go too', async () => {
		await half('one', 'one.0123abcd.part');
		await half('two', 'two.0123abcd.part');
		for (const claim of await claimDownloads(store, t0 + 2 * hour)) {
			await store.downloads.record(
				claim,
				downloadChange('failed', { reason: { kind: 'notWritable', code: 'EROFS' }, ...omitUndefined({ part: claim.download.part }) }),
			);
		}
		await store.tasks.remove([one], t0 + 2);
		await store.tasks.purge(t0 + 2);
		assert.deepEqual(left(), ['two.0123abcd.part']);
		await store.tasks.deleteEverything();
		assert.deepEqual(left(), []);
	});

	it('go when a person saves the result otherwise', async () => {
		await half('one', 'one.0123abcd.part');
		await store.downloads.recordFile(idOf(one), keptFile(1), t0 + 2);
		assert.deepEqual(left(), []);
	});

	it('have a name of our form: no other file is removed, whatever a row says, and a failure is logged', async () => {
		await half('one', 'holiday.mp4');
		mkdirSync(join(folder, 'folder.0123abcd.part'));
		await store.tasks.add([newTask('two', { keep: plan })], t0);
		await recordCheck(store, two, t0 + 1, { snapshot: snapshot('succeeded', { results: images(2) }) });
		const paths = ['relative.0123abcd.part', join(folder, 'folder.0123abcd.part')];
		for (const claim of await claimDownloads(store, t0 + 1)) {
			const path = paths.pop() ?? '';
			await store.downloads.record(claim, downloadChange('queued', { nextAt: t0 + 2 * hour, part: { path } }));
		}
		assert.deepEqual(paths, []);
		await store.tasks.deleteEverything();
		assert.deepEqual(left(), ['folder.0123abcd.part', 'holiday.mp4']);
		assert.match(bench.log.lines.join('\n'), /Failed to remove a partial file/);
	});
});
