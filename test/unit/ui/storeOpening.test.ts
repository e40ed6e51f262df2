import assert from 'node:assert/strict';
import { StoreOpening, type Unavailability } from '../../../src/ui/storeOpening';
import { ManualClock } from '../../support/clock';

/** What the store throws. */
class OpeningError extends Error {
	constructor(
		readonly kind: string,
		readonly holder?: string,
	) {
		super(kind);
	}
}

interface FakeStore {
	close(): Promise<void>;
}

/** An attempt to open the store, which the test ends. */
class Attempt {
	resolve: (store: FakeStore) => void = () => undefined;
	reject: (error: Error) => void = () => undefined;
	readonly promise = new Promise<FakeStore>((resolve, reject) => {
		this.resolve = resolve;
		this.reject = reject;
	});
}

/**
 * An opening whose attempts the test ends. As with the store, an aborted signal ends an attempt as `busy`, unless it is recovering a damaged
 * file.
 */
function opening(run: (store: FakeStore) => string = () => 'runs', isRecovering = false) {
	const clock = new ManualClock();
	const attempts: Attempt[] = [];
	const reasons: Unavailability[] = [];
	const logged: string[] = [];
	let closings = 0;
	const store: FakeStore = {
		close: () => {
			closings++;
			return Promise.resolve();
		},
	};
	const note = (message: string): void => void logged.push(message);
	const parts = new StoreOpening<FakeStore, string>({
		open: (signal) => {
			const attempt = new Attempt();
			attempts.push(attempt);
			if (!isRecovering) {
				signal.addEventListener('abort', () => attempt.reject(new OpeningError('busy', 'sqlitebrowser (4711)')));
			}
			return attempt.promise;
		},
		run,
		onUnavailable: (reason) => reasons.push(reason),
		clock,
		log: { debug: note, info: note, warn: note, error: note },
	});
	return { opening: parts, clock, attempts, reasons, logged, store, closings: () => closings };
}

const held = { kind: 'held', by: 'sqlitebrowser (4711)' } as const;

describe('opening the store', () => {
	it('resolves to what runs, and leaves no timer', async () => {
		const bench = opening();
		bench.attempts[0]?.resolve(bench.store);
		assert.deepEqual(await bench.opening.outcome, { ok: true, running: 'runs' });
		assert.deepEqual([bench.reasons, bench.clock.timers], [[], 0]);
	});

	it('waits ten seconds for another process, names it, and opens when that one releases the file', async () => {
		const bench = opening();
		const first = bench.opening.outcome;
		await bench.clock.advance(9_999);
		assert.deepEqual(bench.reasons, []);
		await bench.clock.advance(1);
		assert.deepEqual(await first, { ok: false, reason: held });
		assert.deepEqual([bench.reasons, bench.attempts.length], [[held], 2], 'the next attempt has started');
		assert.deepEqual(await bench.opening.outcome, { ok: false, reason: held }, 'it is known at once in the meantime');
		bench.attempts[1]?.resolve(bench.store);
		await bench.clock.advance(0);
		assert.deepEqual(await bench.opening.outcome, { ok: true, running: 'runs' });
		assert.equal(bench.clock.timers, 0);
	});

	it('retries a file that cannot be opened every ten seconds, and at once when a person asks', async () => {
		const bench = opening();
		bench.attempts[0]?.reject(new OpeningError('unusable'));
		assert.deepEqual(await bench.opening.outcome, { ok: false, reason: { kind: 'unusable' } });
		await bench.clock.advance(9_999);
		assert.equal(bench.attempts.length, 1);
		await bench.clock.advance(1);
		assert.equal(bench.attempts.length, 2);
		bench.attempts[1]?.reject(new OpeningError('unusable'));
		await bench.clock.advance(0);
		const retried = bench.opening.retry();
		assert.equal(bench.attempts.length, 3);
		bench.attempts[2]?.resolve(bench.store);
		assert.deepEqual(await retried, { ok: true, running: 'runs' });
		assert.equal(bench.clock.timers, 0);
	});

	it('reports after eleven seconds that opening is slow, and continues', async () => {
		const bench = opening(() => 'runs', true);
		await bench.clock.advance(10_999);
		assert.deepEqual(bench.reasons, []);
		await bench.clock.advance(1);
		assert.deepEqual(bench.reasons, [{ kind: 'slow' }]);
		assert.deepEqual(await bench.opening.outcome, { ok: false, reason: { kind: 'slow' } });
		bench.attempts[0]?.resolve(bench.store);
		await bench.clock.advance(0);
		assert.deepEqual(await bench.opening.outcome, { ok: true, running: 'runs' });
	});

	it('knows the latest reason: an attempt that was slow and then failed', async () => {
		const bench = opening(() => 'runs', true);
		await bench.clock.advance(11_000);
		bench.attempts[0]?.reject(new OpeningError('noSqlite'));
		await bench.clock.advance(0);
		assert.deepEqual(bench.reasons, [{ kind: 'slow' }, { kind: 'noSqlite' }]);
		assert.deepEqual(await bench.opening.outcome, { ok: false, reason: { kind: 'noSqlite' } });
	});

	it('does not try again where the editor has no SQLite', async () => {
		const bench = opening();
		bench.attempts[0]?.reject(new OpeningError('noSqlite'));
		assert.deepEqual(await bench.opening.outcome, { ok: false, reason: { kind: 'noSqlite' } });
		await bench.clock.advance(60_000);
		assert.deepEqual([bench.attempts.length, bench.clock.timers], [1, 0]);
	});

	it('closes the store again when what runs on it cannot be built, and logs that', async () => {
		const bench = opening(() => {
			throw new Error('a mistake');
		});
		bench.attempts[0]?.resolve(bench.store);
		assert.deepEqual(await bench.opening.outcome, { ok: false, reason: { kind: 'unexpected' } });
		assert.deepEqual([bench.closings(), bench.logged], [1, ['Failed to open the database']]);
	});

	it('leaves nothing open when it is closed meanwhile', async () => {
		const bench = opening(() => assert.fail('nothing is to run'));
		const closing = bench.opening.close();
		bench.attempts[0]?.resolve(bench.store);
		await closing;
		await bench.clock.advance(60_000);
		assert.deepEqual([bench.reasons, bench.attempts.length, bench.clock.timers], [[], 1, 0]);
	});

	it('closes a store again that opens after the window was closed, and runs nothing on it', async () => {
		const bench = opening(() => assert.fail('nothing is to run'), true);
		const closing = bench.opening.close();
		bench.attempts[0]?.resolve(bench.store);
		await closing;
		assert.deepEqual([bench.closings(), bench.reasons], [1, []]);
	});
});
