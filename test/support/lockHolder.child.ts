// Holds a database's write lock, or the whole file: lockHolder <file> <ms> [exclusive]. Sends 'locked' and 'released'.
import { DatabaseSync } from 'node:sqlite';

const [file = '', ms = '0', how] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 5_000 });
if (how === 'exclusive') {
	database.exec('PRAGMA locking_mode = EXCLUSIVE');
}
database.exec('BEGIN IMMEDIATE');
process.send?.('locked');
setTimeout(() => {
	database.exec('COMMIT');
	database.close();
	process.send?.('released');
	process.disconnect();
}, Number(ms));
