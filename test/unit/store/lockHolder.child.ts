// Holds a database's write lock: lockHolder <file> <ms>. Says 'locked' and 'released'.
import { DatabaseSync } from 'node:sqlite';

const [file = '', ms = '0'] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 5_000 });
database.exec('BEGIN IMMEDIATE');
process.send?.('locked');
setTimeout(() => {
	database.exec('COMMIT');
	database.close();
	process.send?.('released');
	process.disconnect();
}, Number(ms));
