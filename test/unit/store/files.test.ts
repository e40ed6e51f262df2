import assert from 'node:assert/strict';
import fileSystem, { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFiles } from '../../../src/store/files';
import { Bench } from '../../support/store';

describe('the files of a store', () => {
	const bench = new Bench();
	let files: StoreFiles;
	beforeEach(() => {
		files = new StoreFiles(bench.directory());
	});
	afterEach(() => bench.clear());

	const write = (...names: readonly string[]): void => names.forEach((name) => writeFileSync(join(files.directory, name), name));

	it('are numbered; other names are not', () => {
		write('kling-1.db', 'kling-12.db', 'kling-0.db', 'kling-07.db', 'kling-copy.db', 'kling-1.db-wal', 'tasks-3.db', 'kling-1234567890.db');
		assert.deepEqual([...files.numbers()].sort(), [1, 12]);
		assert.equal(files.highest(), 12);
		assert.deepEqual(
			[0, 11, 12].map((number) => files.hasAbove(number)),
			[true, true, false],
		);
	});

	it('are none in a folder that does not exist, or that cannot be listed', () => {
		assert.equal(new StoreFiles(join(files.directory, 'missing')).highest(), undefined);
		write('file');
		const unlistable = new StoreFiles(join(files.directory, 'file'));
		assert.throws(() => unlistable.highest(), { code: 'ENOTDIR' });
		assert.equal(unlistable.hasAbove(0), false);
	});

	it('are in use while they have a write-ahead log', () => {
		write('kling-1.db', 'kling-1.db-wal', 'kling-2.db');
		assert.deepEqual([files.isInUse(1), files.isInUse(2)], [true, false]);
	});

	it('are made empty, and never emptied', () => {
		files.make(1);
		assert.equal(readFileSync(files.path(1), 'utf8'), '');
		write('kling-2.db');
		files.make(2);
		assert.equal(readFileSync(files.path(2), 'utf8'), 'kling-2.db');
		assert.throws(() => new StoreFiles(join(files.directory, 'missing')).make(1), { code: 'ENOENT' });
	});

	it('lose what windows that died left behind, and nothing else', () => {
		const kept = ['kling-1.db', 'kling-1.db-wal', 'kling-copy.db', 'notes.tmp', 'kling-1.tmp.txt'];
		write(...kept, 'kling-probe.1.tmp', 'kling-rescue.tmp', 'kling-rescue.tmp-journal', 'kling-rescue.tmp-wal', 'kling-rescue.tmp-shm');
		files.removeTemporary();
		assert.deepEqual(readdirSync(files.directory).sort(), kept.sort());
	});

	it('are published under a free number only', () => {
		write('kling-1.db', 'kling-new.tmp');
		const temporary = files.temporary('new');
		assert.equal(files.publish(temporary, 1), false);
		assert.equal(readFileSync(files.path(1), 'utf8'), 'kling-1.db');
		assert.equal(files.publish(temporary, 2), true);
		assert.equal(readFileSync(files.path(2), 'utf8'), 'kling-new.tmp');
	});

	it('are published where the file system has no hard links', () => {
		write('kling-1.db', 'kling-new.tmp');
		const { linkSync } = fileSystem;
		fileSystem.linkSync = () => {
			throw Object.assign(new Error('operation not permitted'), { code: 'EPERM' });
		};
		try {
			assert.equal(files.publish(files.temporary('new'), 1), false);
			assert.equal(readFileSync(files.path(1), 'utf8'), 'kling-1.db');
			assert.equal(files.publish(files.temporary('new'), 2), true);
			assert.equal(readFileSync(files.path(2), 'utf8'), 'kling-new.tmp');
			assert.equal(existsSync(files.temporary('new')), false);
		} finally {
			fileSystem.linkSync = linkSync;
		}
	});

	it('lose the shared memory of a deleted file of their number only while they are empty', () => {
		write('kling-1.db-shm', 'kling-2.db', 'kling-2.db-shm');
		files.make(1);
		files.removeStaleMemory(1);
		files.removeStaleMemory(2);
		assert.deepEqual(readdirSync(files.directory).sort(), ['kling-1.db', 'kling-2.db', 'kling-2.db-shm']);
	});

	it('are removed with their write-ahead log', () => {
		write('kling-1.db', 'kling-1.db-wal', 'kling-1.db-shm', 'kling-11.db');
		files.remove(1);
		files.remove(1);
		assert.deepEqual(readdirSync(files.directory), ['kling-11.db']);
	});
});
