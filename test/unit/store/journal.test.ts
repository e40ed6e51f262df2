import assert from 'node:assert/strict';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../src/store/connection';
import { openReadable, setJournal } from '../../../src/store/journal';
import { openFile } from '../../../src/store/openFile';
import { Bench } from '../../support/store';

describe('where windows cannot share the memory of a write-ahead log', () => {
	const bench = new Bench();
	let directory: string;
	let opened: Connection[];
	beforeEach(() => {
		directory = bench.directory();
		opened = [];
	});
	afterEach(() => {
		for (const connection of opened) {
			connection.close();
		}
		bench.clear();
	});

	const file = (): string => join(directory, 'list.db');
	const open = (how: () => Connection): Connection => {
		const connection = how();
		opened.push(connection);
		return connection;
	};
	const mode = (sql: Connection): unknown => sql.first('PRAGMA journal_mode')?.['journal_mode'];
	const version = (sql: Connection): unknown => sql.first('PRAGMA data_version')?.['data_version'];
	/** Makes SQLite fail to open a file's shared memory: it does not follow a symbolic link there. */
	const refuse = (path: string): void => symlinkSync('nowhere', `${path}-shm`);

	it('a file gets a rollback journal, synced at every commit, and windows notice each other’s commits', () => {
		const probe = join(directory, 'probe');
		refuse(probe);
		const one = open(() => openFile(file(), 'make'));
		one.exec('CREATE TABLE things (name TEXT)');
		assert.equal(setJournal(one, probe), false);
		const other = open(() => openReadable(file()));
		refuse(probe);
		assert.equal(setJournal(other, probe), false);
		assert.equal(mode(one), 'delete');
		assert.equal(one.first('PRAGMA synchronous')?.['synchronous'], 2);
		const before = version(other);
		one.exec("BEGIN IMMEDIATE; INSERT INTO things VALUES ('a'); COMMIT");
		assert.notEqual(version(other), before);
		assert.equal(other.first('SELECT name FROM things')?.['name'], 'a');
		other.exec("BEGIN IMMEDIATE; INSERT INTO things VALUES ('b'); COMMIT");
		assert.equal(one.first('SELECT count(*) AS n FROM things')?.['n'], 2);
		assert.deepEqual(readdirSync(directory), ['list.db']);
	});

	it('a file with a WAL from elsewhere is opened with the content of the WAL', () => {
		const elsewhere = open(() => openFile(file(), 'make'));
		elsewhere.exec("PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT); INSERT INTO things VALUES ('a')");
		elsewhere.close();
		opened.pop();
		refuse(file());
		const here = open(() => openReadable(file()));
		assert.equal(mode(here), 'delete');
		assert.equal(here.first('SELECT name FROM things')?.['name'], 'a');
		const other = open(() => openReadable(file()));
		other.exec("INSERT INTO things VALUES ('b')");
		assert.equal(here.first('SELECT count(*) AS n FROM things')?.['n'], 2);
	});

	it('only there is a journal used: elsewhere a new file gets a WAL, and no probe file is left', () => {
		const probe = join(directory, 'probe');
		const one = open(() => openFile(file(), 'make'));
		one.exec('CREATE TABLE things (name TEXT)');
		assert.equal(setJournal(one, probe), true);
		assert.equal(mode(one), 'wal');
		assert.equal(existsSync(probe), false);
		assert.deepEqual(readdirSync(directory), ['list.db', 'list.db-shm', 'list.db-wal']);
	});

	it('any other error is thrown', () => {
		assert.throws(() => openReadable(join(directory, 'missing', 'list.db')), { code: 'ERR_SQLITE_ERROR' });
		assert.throws(() => openReadable(file()));
	});
});
