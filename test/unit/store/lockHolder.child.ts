// Holds a database's write lock, or the state it reads: lockHolder <file> <ms> [read]. Says 'locked' and 'released'.
import { DatabaseSync } from 'node:sqlite';

const [file = '', ms = '0', kind = 'write'] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 5_000 });
database.exec(kind === 'read' ? 'BEGIN; SELECT count(*) FROM tasks' : 'BEGIN IMMEDIATE');
process.send?.('locked');
setTimeout(() => {
	database.exec('COMMIT');
	database.close();
	process.send?.('released');
	process.disconnect();
}, Number(ms));
