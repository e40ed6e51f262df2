import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Child } from '../../../support/childProcess';
import { Bench, recordCheck } from '../../../support/store';
import { key, newTasks, snapshot } from '../../../support/makers';
import { sleep, soon } from '../../../support/retry';

const t0 = 1_750_000_000_000;

interface Report {
	readonly counts: { readonly active: number; readonly finished: number };
	readonly condition: string;
	readonly ids: readonly string[];
	readonly log: readonly string[];
	readonly announced?: readonly string[];
	readonly recovery?: { readonly tasks: number };
}

/** Changes to the folder of an open list. `older` is a copy of the file without `b` and `c`. */
const acts: Readonly<Record<string, (folder: string, older: string) => void>> = {
	'the file is deleted': (folder) => rmSync(join(folder, 'kling-1.db')),
	'the file is moved away': (folder) => renameSync(join(folder, 'kling-1.db'), join(folder, 'elsewhere.db')),
	'all files are deleted': (folder) => {
		for (const name of readdirSync(folder)) {
			rmSync(join(folder, name));
		}
	},
	'the folder is deleted': (folder) => rmSync(folder, { recursive: true }),
	'the folder is renamed': (folder) => renameSync(folder, `${folder}-moved`),
	'the folder is renamed and a new one is in its place': (folder) => {
		renameSync(folder, `${folder}-moved`);
		mkdirSync(folder);
	},
	'the log and its shared memory are deleted': (folder) => {
		rmSync(join(folder, 'kling-1.db-wal'));
		rmSync(join(folder, 'kling-1.db-shm'));
	},
	'the log is deleted': (folder) => rmSync(join(folder, 'kling-1.db-wal')),
	'the shared memory is deleted': (folder) => rmSync(join(folder, 'kling-1.db-shm')),
	'an older copy is moved into its place, and the log deleted': (folder, older) => {
		renameSync(older, join(folder, 'kling-1.db'));
		rmSync(join(folder, 'kling-1.db-wal'));
		rmSync(join(folder, 'kling-1.db-shm'));
	},
	'an older copy is moved into its place': (folder, older) => renameSync(older, join(folder, 'kling-1.db')),
	'noise is moved into its place': (folder, older) => {
		writeFileSync(older, 'noise'.repeat(4_000));
		renameSync(older, join(folder, 'kling-1.db'));
	},
	'an empty file is moved into its place': (folder, older) => {
		writeFileSync(older, '');
		renameSync(older, join(folder, 'kling-1.db'));
	},
};

describe('the list, when its file is lost while two windows have it open:', function () {
	this.timeout(30_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	async function ask(child: Child, message: string): Promise<Report> {
		const next = child.messages.length + 1;
		child.send(message);
		return (await child.message(next)) as Report;
	}

	/** Checks for changes, as a window does every second, until the window uses an intact file. */
	async function settled(child: Child): Promise<Report> {
		return soon('an intact file', async () => {
			await ask(child, 'check');
			const report = await ask(child, 'check');
			assert.equal(report.condition, 'ok');
			return report;
		});
	}

	/** Lets a window go on checking while another one opens, which may have to wait for it. */
	async function opened(opening: Promise<Child>, beside: Child): Promise<Child> {
		for (;;) {
			await settled(beside);
			const other = await Promise.race([opening, sleep(20)]);
			if (other !== undefined) {
				return other;
			}
		}
	}

	/** A file without a WAL, with the tasks `a` and `done`; `done` has finished and was announced. */
	async function prepare(): Promise<{ readonly folder: string; readonly older: string }> {
		const folder = join(bench.directory(), 'list');
		const store = await bench.open(folder);
		await store.tasks.add(newTasks(['a', 'done']), t0);
		await recordCheck(store, key('done'), t0, { snapshot: snapshot('succeeded') });
		assert.equal(await store.announcements.claim(key('done'), t0), true);
		await store.close();
		const older = join(folder, '..', 'older.db');
		copyFileSync(join(folder, 'kling-1.db'), older);
		return { folder, older };
	}

	async function open(folder: string): Promise<Child> {
		const child = bench.child('unit/store/window', [folder]);
		await child.message(1);
		return child;
	}

	const all = ['a', 'b', 'c', 'd', 'done', 'e', 'f'];

	const late = ['the file is deleted', 'the folder is renamed', 'the log is deleted'];
	const cases = [...Object.keys(acts).map((what) => [what, true] as const), ...late.map((what) => [what, false] as const)];
	for (const [what, isEarly] of cases) {
		const when = isEarly ? 'before they notice' : 'when they have noticed';
		it(`${what}, a third window opens ${when}: all continue with one list, nothing is lost or announced again, and the recovery is reported once`, async () => {
			const { folder, older } = await prepare();
			const first = await open(folder);
			const second = await open(folder);
			await ask(first, 'add b');
			await ask(second, 'add c');
			acts[what]?.(folder, older);
			let third: Child;
			if (isEarly) {
				// Without the WAL, it opens only when the others have switched to the next file.
				const opening = open(folder).then(async (child) => {
					await ask(child, 'add d');
					return child;
				});
				third = await opened(opening, first);
			} else {
				await settled(first);
				third = await open(folder);
				await ask(third, 'add d');
			}
			await ask(second, 'add e');
			await ask(first, 'add f');
			const windows = [first, second, third];
			for (const window of windows) {
				await settled(window);
			}
			for (const window of windows) {
				assert.deepEqual((await settled(window)).ids, all);
			}
			const announced = [];
			const recoveries = [];
			for (const window of windows) {
				announced.push(...((await ask(window, 'tell')).announced ?? []));
				recoveries.push((await ask(window, 'recovery')).recovery);
			}
			assert.deepEqual(announced, []);
			assert.equal(recoveries.filter((recovery) => recovery !== undefined).length, 1);
			for (const window of windows) {
				await ask(window, 'close');
			}
			const later = await bench.open(folder);
			assert.deepEqual([...later.tasks.active(), ...later.tasks.finished(10)].map(({ ref }) => ref.id).sort(), all);
			assert.equal(later.health.condition, 'ok');
		});
	}

	it('is saved by a window that closes before it has noticed the loss', async () => {
		const { folder } = await prepare();
		const store = await bench.open(folder);
		await store.tasks.add(newTasks(['b']), t0);
		rmSync(folder, { recursive: true });
		await store.close();
		const later = await bench.open(folder);
		assert.deepEqual([...later.tasks.active(), ...later.tasks.finished(10)].map(({ ref }) => ref.id).sort(), ['a', 'b', 'done']);
	});

	it('is saved repeatedly, but not for ever: a file system may report another inode each time', async () => {
		const { folder } = await prepare();
		const store = await bench.open(folder);
		for (let number = 1; number <= 6; number++) {
			const file = join(folder, `kling-${number}.db`);
			copyFileSync(file, `${file}.other`);
			renameSync(`${file}.other`, file);
			await store.tasks.rename(key('a'), `name ${number}`);
			assert.equal(store.tasks.get(key('a'))?.name, `name ${number}`);
		}
		assert.ok(existsSync(join(folder, 'kling-6.db')));
		assert.ok(!existsSync(join(folder, 'kling-7.db')));
	});

	it('keeps at least the content of the copy when the file is emptied while open', async () => {
		const { folder } = await prepare();
		const first = await bench.open(folder);
		assert.equal(await first.copyIfDue(), true);
		await first.close();
		const window = await open(folder);
		await ask(window, 'add b');
		writeFileSync(join(folder, 'kling-1.db'), '');
		const opening = open(folder);
		const third = await opened(opening, window);
		// `b` may or may not be recovered from the WAL.
		const withoutB = ({ ids }: Report): readonly string[] => ids.filter((id) => id !== 'b');
		assert.deepEqual(withoutB(await settled(window)), ['a', 'done']);
		await ask(window, 'add e');
		assert.deepEqual(withoutB(await settled(third)), ['a', 'done', 'e']);
	});

	it('that was empty starts again without a notice', async () => {
		const folder = join(bench.directory(), 'list');
		const store = await bench.open(folder);
		rmSync(folder, { recursive: true });
		await store.tasks.add(newTasks(['a']), t0);
		assert.equal(store.tasks.counts().active, 1);
		assert.equal(await store.health.claimRecoveryNotice(), undefined);
	});
});
