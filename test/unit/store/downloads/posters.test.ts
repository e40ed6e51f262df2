import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync as truncate, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStore } from '../../../../src/store/taskStore';
import { digest } from '../../../support/downloads';
import { soon } from '../../../support/retry';
import { Bench, eachStore } from '../../../support/store';

const hour = 60 * 60_000;
/** The first bytes of a PNG and of a WebP. */
const png = Buffer.from('89504e470d0a1a0a', 'hex');
const webp = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');

describe('posters', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});
	const folder = (): string => join(directory, 'posters');
	const names = (): readonly string[] => readdirSync(folder()).sort();
	const poster = (size: number): Buffer => Buffer.concat([webp, Buffer.alloc(size - webp.length)]);

	it('lie beside the database under the digest of their file, for this user alone', async () => {
		const path = join(folder(), `${digest(1)}.webp`);
		assert.equal(store.posters.pathOf(digest(1)), path);
		assert.deepEqual(await store.posters.put(digest(1), png), []);
		assert.deepEqual(await store.posters.put(digest(1), webp), []);
		assert.ok(readFileSync(path).equals(webp));
		assert.equal(statSync(path).mode & 0o777, 0o600);
		assert.deepEqual(names(), [`${digest(1)}.webp`]);
	});

	for (const [what, sha256, bytes] of [
		['a name that leaves the folder', '../../escaped', webp],
		['a digest in capitals', 'A'.repeat(64), webp],
		['nothing', digest(1), Buffer.alloc(0)],
		['a page', digest(1), Buffer.from('<svg onload="x">')],
		['more than a poster has', digest(1), Buffer.concat([webp, Buffer.alloc(256 * 1024)])],
	] as const) {
		it(`are not ${what}`, async () => {
			await assert.rejects(store.posters.put(sha256, bytes), /That is no (?:digest|poster)/);
			assert.deepEqual(readdirSync(directory).includes('posters'), false);
		});
	}

	it('make way for new ones, those used longest ago first, once they have 50 MB', async () => {
		mkdirSync(folder());
		const now = Date.now();
		// 250 of 200 KB, the first used last.
		for (let number = 0; number < 250; number++) {
			const path = join(folder(), `${digest(number)}.webp`);
			writeFileSync(path, '');
			// Sparse: no disk is filled.
			truncate(path, 209_715);
			utimesSync(path, (now - number * hour) / 1_000, (now - number * hour) / 1_000);
		}
		writeFileSync(join(folder(), 'not ours.txt'), 'x');
		writeFileSync(join(folder(), 'dead.webp.1.tmp'), 'x');
		utimesSync(join(folder(), 'dead.webp.1.tmp'), (now - 2 * hour) / 1_000, (now - 2 * hour) / 1_000);
		store.posters.use([digest(249), digest(5_000)]);
		await soon('its use', () => statSync(store.posters.pathOf(digest(249))).mtimeMs > now - hour);
		const removed = await store.posters.put(digest(1_000), poster(1_000));
		assert.deepEqual([removed.length, removed[0], removed.at(-1)], [26, digest(248), digest(223)]);
		assert.deepEqual(
			[names().includes('not ours.txt'), names().includes('dead.webp.1.tmp'), names().includes(`${digest(249)}.webp`)],
			[true, false, true],
		);
	});

	it('are counted while they are written', async () => {
		mkdirSync(folder());
		await store.posters.put(digest(0), webp);
		for (let number = 1; number <= 250; number++) {
			const path = join(folder(), `${digest(number)}.webp`);
			writeFileSync(path, '');
			truncate(path, 209_715);
			utimesSync(path, number, number);
		}
		// Another window has filled the folder: noticed within some posters.
		let removed: readonly string[] = [];
		for (let number = 1_000; number < 1_021 && removed.length === 0; number++) {
			removed = await store.posters.put(digest(number), webp);
		}
		assert.deepEqual([removed.length, removed[0]], [26, digest(1)]);
	});

	it('are deleted together, and written again afterwards', async () => {
		await store.posters.put(digest(1), webp);
		await store.posters.deleteEverything();
		assert.deepEqual(readdirSync(directory).includes('posters'), false);
		await store.posters.put(digest(1), webp);
		assert.deepEqual(names(), [`${digest(1)}.webp`]);
		rmSync(folder(), { recursive: true });
		await store.posters.put(digest(2), webp);
		assert.deepEqual(names(), [`${digest(2)}.webp`]);
	});
});
