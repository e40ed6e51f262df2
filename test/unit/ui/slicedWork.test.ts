import assert from 'node:assert/strict';
import { SlicedWork, slices } from '../../../src/ui/slicedWork';

/** Keeps the event loop for so long, ms. */
function busy(ms: number): void {
	for (const end = performance.now() + ms; performance.now() < end;) {}
}

/** Counts the turns of the event loop until it is disposed. */
function turns(): { count: number; dispose(): void } {
	const counted = { count: 0, dispose: (): void => clearImmediate(next) };
	const turn = (): void => {
		counted.count++;
		next = setImmediate(turn);
	};
	let next = setImmediate(turn);
	return counted;
}

describe('work in slices', () => {
	it('of somebody else’s loop is done in order, what there is time for at once, the rest in later turns', async () => {
		const work = new SlicedWork();
		const counted = turns();
		const done: (readonly [piece: number, turn: number])[] = [];
		await Promise.all(
			Array.from({ length: 12 }, (_, piece) =>
				work.do(() => {
					busy(7);
					done.push([piece, counted.count]);
				}),
			),
		);
		counted.dispose();
		assert.deepEqual(
			done.map(([piece]) => piece),
			Array.from({ length: 12 }, (_, piece) => piece),
		);
		const inTurn = done.map(([, turn]) => done.filter(([, other]) => other === turn).length);
		assert.ok(Math.max(...inTurn) <= 3, `${Math.max(...inTurn)} pieces of 7 ms in one turn`);
		assert.equal(await work.do(() => 'later too'), 'later too');
	});

	it('hands on what is thrown, now or later, and goes on', async () => {
		const work = new SlicedWork();
		const failing = (): never => {
			busy(25);
			throw new Error('no');
		};
		const all = await Promise.allSettled([work.do(failing), work.do(failing), work.do(() => 'yes')]);
		assert.deepEqual(
			all.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
			['Error: no', 'Error: no', 'yes'],
		);
	});

	it('does nothing more once it is disposed', async () => {
		const work = new SlicedWork();
		let done = 0;
		const piece = (): void => {
			done++;
			busy(25);
		};
		void work.do(piece);
		void work.do(piece);
		work.dispose();
		for (let turn = 0; turn < 5; turn++) {
			await new Promise((resolve) => void setImmediate(resolve));
		}
		assert.equal(done, 1);
	});

	it('of a loop of one’s own lets the event loop turn when a slice is over, and not before', async () => {
		const counted = turns();
		const pause = slices();
		for (let piece = 0; piece < 1_000; piece++) {
			await pause();
		}
		const atFirst = counted.count;
		busy(25);
		await pause();
		counted.dispose();
		assert.ok(counted.count > atFirst);
	});
});
