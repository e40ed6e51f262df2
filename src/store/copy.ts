import type { ThreadRun } from './thread';
import { runThread } from './thread';

/** Checks the file first, and the copy's own count of tasks afterwards: a copy of a damaged file must never take a good one's place. */
const program = `
	function check(isSound) {
		if (!isSound) throw Object.assign(new Error('the file is not consistent'), { errcode: 11 });
	}
	const source = new DatabaseSync(data.from, { readOnly: true, timeout: 5000 });
	check(source.prepare('PRAGMA quick_check(1)').get()?.quick_check === 'ok');
	source.prepare('VACUUM INTO ?').run(data.to);
	source.close();
	const copy = new DatabaseSync(data.to, { readOnly: true });
	check(copy.prepare('SELECT tasks = (SELECT count(*) FROM tasks) AS agrees FROM state').get()?.agrees === 1);
	copy.close();
`;

/**
 * Writes a consistent copy of a database that is in use (`VACUUM INTO`), in a thread of its own: it takes seconds for a large file.
 * @param from the database file
 * @param to a file that does not exist yet
 */
export function copyDatabase(from: string, to: string): ThreadRun {
	return runThread(program, { from, to });
}
