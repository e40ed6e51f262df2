import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStore } from '../../../../src/store/taskStore';
import { Bench, eachStore } from '../../../support/store';

const day = 24 * 60 * 60_000;

describe('copies of files', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
	const names = (): readonly string[] => readdirSync(join(directory, 'media')).sort();
	const copied = async (bytes: Uint8Array): Promise<string> => {
		const sha256 = digestOf(bytes);
		assert.equal(await store.media.put(bytes, sha256), undefined);
		return sha256;
	};
	const piecesOf = async (sha256: string, size: number): Promise<readonly Buffer[]> => {
		const pieces: Buffer[] = [];
		for await (const piece of store.media.base64({ sha256, size })) {
			pieces.push(Buffer.from(piece));
		}
		return pieces;
	};

	it('give the Base64 of what was copied, in pieces', async () => {
		for (const size of [0, 1, 2, 196_607, 196_608, 196_609, 1_000_000]) {
			const bytes = randomBytes(size);
			const sha256 = await copied(bytes);
			const pieces = await piecesOf(sha256, size);
			assert.equal(Buffer.concat(pieces).toString('latin1'), bytes.toString('base64'), String(size));
			assert.ok(pieces.every(({ length }) => length <= 262_144));
		}
	});

	it('are written once, under their digests, for this user alone', async () => {
		const bytes = randomBytes(10);
		const sha256 = await copied(bytes);
		const { ino, mode } = statSync(join(directory, 'media', sha256));
		assert.equal(mode & 0o777, 0o600);
		await Promise.all([copied(bytes), copied(bytes)]);
		assert.equal(statSync(join(directory, 'media', sha256)).ino, ino);
		assert.deepEqual(names(), [sha256]);
		await assert.rejects(store.media.put(bytes, '../../escaped'), /no digest/);
		await copied(bytes);
	});

	it('are refused before the first piece if they are missing or were changed', async () => {
		const sha256 = await copied(Buffer.alloc(400_000, 7));
		const path = join(directory, 'media', sha256);
		const first = (of: string, size: number) => store.media.base64({ sha256: of, size })[Symbol.asyncIterator]().next();
		await assert.rejects(first('0'.repeat(64), 5), { code: 'ENOENT' });
		await assert.rejects(first(sha256, 399_999), /changed/);
		writeFileSync(path, Buffer.concat([Buffer.alloc(399_999, 7), Buffer.alloc(1, 8)]));
		await assert.rejects(first(sha256, 400_000), /changed/);
		truncateSync(path, 5);
		await assert.rejects(first(sha256, 400_000), /changed/);
		await copied(Buffer.alloc(400_000, 7));
		assert.equal((await piecesOf(sha256, 400_000)).length, 3, 'one of another size is written again');
	});

	it('have a limit together', async () => {
		mkdirSync(join(directory, 'media'));
		const large = join(directory, 'media', 'a'.repeat(64));
		writeFileSync(large, '');
		truncateSync(large, 500 * 1024 * 1024 - 10);
		await copied(randomBytes(10));
		assert.deepEqual(await store.media.put(Buffer.alloc(1), digestOf(Buffer.alloc(1))), { kind: 'full', most: 524_288_000 });
	});

	it('report what the disk says', async () => {
		writeFileSync(join(directory, 'media'), 'a file where the folder should be');
		const problem = await store.media.put(Buffer.alloc(1), digestOf(Buffer.alloc(1)));
		assert.match(JSON.stringify(problem), /"kind":"disk","message":"E\w+:/);
	});

	it('are removed when they are old and nothing needs them', async () => {
		const [old, needed, fresh] = [
			await copied(Buffer.from('old')),
			await copied(Buffer.from('needed')),
			await copied(Buffer.from('fresh')),
		];
		const before = new Date(Date.now() - day);
		for (const sha256 of [old, needed]) {
			utimesSync(join(directory, 'media', sha256), before, before);
		}
		writeFileSync(join(directory, 'media', 'left.tmp'), '');
		utimesSync(join(directory, 'media', 'left.tmp'), before, before);
		writeFileSync(join(directory, 'media', 'new.tmp'), '');
		await store.media.sweep(new Set([needed]), Date.now() - day / 2);
		assert.deepEqual(names(), [needed, fresh, 'new.tmp'].sort());
		utimesSync(join(directory, 'media', fresh), before, before);
		await copied(Buffer.from('fresh'));
		await store.media.sweep(new Set(), Date.now() - day / 2);
		assert.deepEqual(names(), [fresh, 'new.tmp'].sort(), 'one that was wanted again is not old');
		await store.media.deleteEverything();
		assert.equal(readdirSync(directory).includes('media'), false);
	});
});

describe('the ID of an installation', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});
	const text = async (of: TaskStore = store): Promise<string> => Buffer.from(await of.installation.id()).toString('hex');

	it('is made once, whoever needs it first, and is for this user alone', async () => {
		const other = await bench.open(directory);
		const ids = await Promise.all([text(), text(other), text(), text(other)]);
		assert.deepEqual([new Set(ids).size, ids[0].length], [1, 64]);
		assert.equal(statSync(join(directory, 'installation-id')).mode & 0o777, 0o600);
		assert.equal(
			readdirSync(directory).some((name) => name.endsWith('.tmp')),
			false,
		);
	});

	it('is another one in another folder, and after it was deleted or damaged', async () => {
		const first = await text();
		assert.notEqual(await text(await bench.open(bench.directory())), first);
		await store.installation.delete();
		const second = await text();
		assert.notEqual(second, first);
		writeFileSync(join(directory, 'installation-id'), 'short');
		const third = await text();
		assert.deepEqual([third.length, third === second], [64, false]);
	});
});
