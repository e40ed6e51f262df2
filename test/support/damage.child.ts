// Damages a database file as a failing disk would: damage <file> <middle|root|truncate|header|empty>. The WAL is emptied first, so that
// readers see the damage.
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const [file = '', how = ''] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 5_000 });
database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
const root = Number(database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'tasks'").get()?.['rootpage']);
database.close();

const pageSize = 4_096;
const descriptor = openSync(file, 'r+');
const pages = fstatSync(descriptor).size / pageSize;
const garbage = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => (index * 31 + 7) & 0xff);
switch (how) {
	case 'middle':
		for (let page = Math.floor(pages * 0.4); page < pages * 0.6; page++) {
			writeSync(descriptor, garbage(pageSize), 0, pageSize, page * pageSize);
		}
		break;
	case 'root':
		writeSync(descriptor, garbage(pageSize), 0, pageSize, (root - 1) * pageSize);
		break;
	case 'truncate':
		ftruncateSync(descriptor, Math.floor(pages / 2) * pageSize);
		break;
	case 'header':
		writeSync(descriptor, garbage(100), 0, 100, 0);
		break;
	case 'empty':
		ftruncateSync(descriptor, 0);
		break;
	default:
		throw new Error(`unknown damage: ${how}`);
}
closeSync(descriptor);
process.send?.(pages);
process.disconnect();
