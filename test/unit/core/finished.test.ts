import assert from 'node:assert/strict';
import { isBelievedOfFinished } from '../../../src/core/evidence';
import type { TaskSnapshot } from '../../../src/core/task';

type Reported = Pick<TaskSnapshot, 'status' | 'evidence' | 'taskId' | 'foreignId'>;

describe('what is believed of a finished task', () => {
	const table: readonly (readonly [string, Reported, whileItsResultsAreAwaited: boolean, otherwise: boolean])[] = [
		['the same end', { status: 'succeeded' }, true, true],
		['that it failed after all', { status: 'failed', taskId: '1' }, false, false],
		['another end in doubt', { status: 'failed', evidence: 'repeated', taskId: '1' }, false, false],
		['another end that only time would prove', { status: 'failed', evidence: 'repeatedLate', taskId: '1' }, false, false],
		['the same end in doubt that names the task', { status: 'succeeded', evidence: 'repeated', taskId: '1' }, true, true],
		['the same end in doubt that names nobody', { status: 'succeeded', evidence: 'repeated' }, false, true],
		[
			'the same end in doubt that names another task',
			{ status: 'succeeded', evidence: 'repeated', taskId: '2', foreignId: '2' },
			false,
			true,
		],
		['that it runs', { status: 'processing', taskId: '1' }, false, false],
		['a word that nobody knows', { status: 'unknown' }, false, false],
	];
	for (const [name, reported, awaited, otherwise] of table) {
		it(`${name}: ${awaited ? 'yes' : 'no'} while its results are awaited, ${otherwise ? 'yes' : 'no'} otherwise`, () => {
			assert.equal(isBelievedOfFinished({ status: 'succeeded', nextPollAt: 1 }, reported), awaited);
			assert.equal(isBelievedOfFinished({ status: 'succeeded' }, reported), otherwise);
		});
	}

	it('lets a failure become a success, beyond doubt only', () => {
		assert.equal(isBelievedOfFinished({ status: 'failed' }, { status: 'succeeded', taskId: '1' }), true);
		assert.equal(isBelievedOfFinished({ status: 'failed' }, { status: 'succeeded', taskId: '1', evidence: 'repeated' }), false);
	});
});
