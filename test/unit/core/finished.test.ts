import assert from 'node:assert/strict';
import { isBelievedOfFinished } from '../../../src/core/evidence';
import type { TaskSnapshot } from '../../../src/core/task';

type Reported = Pick<TaskSnapshot, 'status' | 'evidence' | 'taskId' | 'foreignId'>;

describe('whether a response about a finished task is believed', () => {
	const table: readonly (readonly [string, Reported, whileItsResultsAreAwaited: boolean, otherwise: boolean])[] = [
		['the same status', { status: 'succeeded' }, true, true],
		['a failure after a success', { status: 'failed', taskId: '1' }, false, false],
		['another final status without certainty', { status: 'failed', evidence: 'repeated', taskId: '1' }, false, false],
		['another final status that needs a late confirmation', { status: 'failed', evidence: 'repeatedLate', taskId: '1' }, false, false],
		['the same status without certainty that names the task', { status: 'succeeded', evidence: 'repeated', taskId: '1' }, true, true],
		['the same status without certainty that names no task', { status: 'succeeded', evidence: 'repeated' }, false, true],
		[
			'the same status without certainty that names another task',
			{ status: 'succeeded', evidence: 'repeated', taskId: '2', foreignId: '2' },
			false,
			true,
		],
		['an active status', { status: 'processing', taskId: '1' }, false, false],
		['an unknown status', { status: 'unknown' }, false, false],
	];
	for (const [name, reported, awaited, otherwise] of table) {
		it(`${name}: ${awaited ? 'yes' : 'no'} while its results are awaited, ${otherwise ? 'yes' : 'no'} otherwise`, () => {
			assert.equal(isBelievedOfFinished({ status: 'succeeded', nextPollAt: 1 }, reported), awaited);
			assert.equal(isBelievedOfFinished({ status: 'succeeded' }, reported), otherwise);
		});
	}

	it('lets a failure become a success only if it is certain', () => {
		assert.equal(isBelievedOfFinished({ status: 'failed' }, { status: 'succeeded', taskId: '1' }), true);
		assert.equal(isBelievedOfFinished({ status: 'failed' }, { status: 'succeeded', taskId: '1', evidence: 'repeated' }), false);
	});
});
