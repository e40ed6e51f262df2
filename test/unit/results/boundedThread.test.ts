import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { BoundedThread } from '../../../src/results/boundedThread';
import { ManualClock } from '../../support/clock';

describe('a thread that reads files of unknown origin', () => {
	const folder = mkdtempSync(join(tmpdir(), 'kling-thread-'));
	const program = join(folder, 'program.cjs');
	// It ends after the response to 1, crashes at 2, and never responds to 3.
	writeFileSync(
		program,
		`const { parentPort } = require('node:worker_threads');
parentPort.on('message', (number) => {
	if (number === 2) throw new Error('made to crash');
	if (number !== 3) parentPort.postMessage(number + 1);
	if (number === 1) parentPort.close();
});`,
	);
	const clock = new ManualClock();
	let thread: BoundedThread<number, number>;
	beforeEach(() => (thread = new BoundedThread(program, clock)));
	afterEach(() => thread.dispose());
	after(() => rmSync(folder, { recursive: true }));

	it('is replaced when it has ended between two files', async () => {
		const started = once(process, 'worker') as Promise<[Worker]>;
		const first = thread.run(1);
		const [worker] = await started;
		const exit = once(worker, 'exit');
		assert.equal(await first, 2);
		await exit;
		assert.equal(await thread.run(4), 5);
	});

	it('responds with nothing to a file at which it crashes, and reads the next one', async () => {
		assert.deepEqual([await thread.run(2), await thread.run(4)], [undefined, 5]);
	});

	it('is ended at a file that takes longer than three seconds, and reads the next one', async () => {
		const slow = thread.run(3);
		await clock.advance(3000);
		assert.deepEqual([await slow, await thread.run(4)], [undefined, 5]);
	});
});
