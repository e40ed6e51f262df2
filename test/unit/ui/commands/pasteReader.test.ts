import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mostReferences, readBoundedText } from '../../../../src/core/paste/pastedText';
import { PasteReader, readAtOnce } from '../../../../src/ui/commands/pasteReader';

const thread = join(__dirname, 'pasteThread.js');
const line = '2031-05-04T10:00:00Z INFO waiting for the task, nothing new\n';
const long = `${line.repeat(20_000)}task_id: 871234567890123456\n`;

describe('the reader of pasted text', () => {
	it('reads a long text in a worker, and meanwhile the event loop turns', async () => {
		let turns = 0;
		let next: NodeJS.Immediate;
		const turn = (): void => {
			turns++;
			next = setImmediate(turn);
		};
		next = setImmediate(turn);
		const read = await new PasteReader(thread).read(long, new AbortController().signal);
		clearImmediate(next);
		assert.deepEqual(read.references, [{ id: '871234567890123456', line: 20_001, sure: 'clear' }]);
		assert.deepEqual([read.referenceCount, read.unreadable, read.unreadableCount], [1, [], 0]);
		assert.ok(turns > 100, `${turns} turns`);
	});

	it('reads a short text without a worker', async () => {
		const text = `${' '.repeat(readAtOnce - 18)}871234567890123456`;
		const read = await new PasteReader('/there is no such file').read(text, new AbortController().signal);
		assert.deepEqual(
			read.references.map(({ id }) => id),
			['871234567890123456'],
		);
	});

	it('stops when the person cancels, with the reason of the signal', async () => {
		const abort = new AbortController();
		const reason = new Error('cancelled');
		const reading = new PasteReader(thread).read(long, abort.signal);
		setImmediate(() => abort.abort(reason));
		await assert.rejects(reading, reason);
		await assert.rejects(new PasteReader(thread).read(long, abort.signal), reason);
	});

	it('rejects when the worker cannot start, and when the reader is disposed', async () => {
		await assert.rejects(new PasteReader('/there is no such file').read(long, new AbortController().signal), /no such file/);
		const reader = new PasteReader(thread);
		const reading = reader.read(long, new AbortController().signal);
		reader.dispose();
		await assert.rejects(reading, /exited early/);
	});

	it('hands over no more references than can be tracked at once, and counts all', () => {
		const read = readBoundedText(
			Array.from({ length: mostReferences + 5 }, (_, index) => `87123456789${String(index).padStart(7, '0')}`).join('\n'),
		);
		assert.deepEqual([read.references.length, read.referenceCount], [10_000, 10_005]);
	});
});
