import assert from 'node:assert/strict';
import { daysAt, finishedGroups, groupOf, needsAttention } from '../../../src/core/taskGroup';
import { taskKey, type FinishedTask, type Task } from '../../../src/core/task';

const ref = { origin: 'https://kling.example', action: 'videos', action2: 'text2video', id: 't1' };
const facts = { key: taskKey(ref), ref, trackedAt: 0, results: [] };
const at = (text: string): number => new Date(text).getTime();

describe('the groups of the list', () => {
	const groupAt = (now: string, finishedAt: string): string => {
		const task: FinishedTask = { ...facts, status: 'succeeded', finishedAt: at(finishedAt) };
		return groupOf(task, 'time', daysAt(at(now)));
	};

	it('follow the local calendar, with weeks from Monday', () => {
		// 2026-06-04 is a Thursday.
		const now = '2026-06-04T12:00:00';
		for (const [finishedAt, group] of [
			['2026-06-05T00:00:00', 'today'],
			['2026-06-04T00:00:00', 'today'],
			['2026-06-03T23:59:59', 'yesterday'],
			['2026-06-03T00:00:00', 'yesterday'],
			['2026-06-02T23:59:59', 'week'],
			['2026-06-01T00:00:00', 'week'],
			['2026-05-31T23:59:59', 'older'],
		] as const) {
			assert.equal(groupAt(now, finishedAt), group, finishedAt);
		}
	});

	it('have no rest of the week on a Monday or Tuesday, and yesterday all the same', () => {
		assert.equal(groupAt('2026-06-01T12:00:00', '2026-05-31T12:00:00'), 'yesterday');
		assert.equal(groupAt('2026-06-01T12:00:00', '2026-05-30T12:00:00'), 'older');
		assert.deepEqual(
			finishedGroups(daysAt(at('2026-06-02T12:00:00'))).map(({ id }) => id),
			['today', 'yesterday', 'older'],
		);
	});

	it('cover every time once', () => {
		for (let day = 1; day <= 14; day++) {
			const parts = finishedGroups(daysAt(at(`2026-06-${String(day).padStart(2, '0')}T12:00:00`)));
			assert.deepEqual(
				parts.slice(1).map(({ before }) => before),
				parts.slice(0, -1).map(({ from }) => from),
			);
			assert.deepEqual([parts[0]?.before, parts.at(-1)?.from], [undefined, undefined]);
		}
	});

	it('set apart what only a person can help', () => {
		assert.deepEqual(
			[
				needsAttention({ nextPollAt: 1 }),
				needsAttention({}),
				needsAttention({ nextPollAt: 1, problem: { kind: 'server', failures: 9 } }),
				needsAttention({ nextPollAt: 1, problem: { kind: 'noKey', failures: 0 } }),
				needsAttention({ nextPollAt: 1, problem: { kind: 'notFound', failures: 2 } }),
				needsAttention({ nextPollAt: 1, problem: { kind: 'notFound', failures: 3 } }),
			],
			[false, true, false, true, false, true],
		);
	});

	it('keep the demo apart, however the list is grouped', () => {
		const demo: Task = { ...facts, status: 'submitted', owner: 'demo' };
		const own: Task = { ...facts, status: 'submitted', nextPollAt: 1 };
		const days = daysAt(0);
		assert.deepEqual(
			(['time', 'operation', 'none'] as const).map((grouping) => [groupOf(demo, grouping, days), groupOf(own, grouping, days)]),
			[
				['demo', 'running'],
				['demo', 'operation videos/text2video'],
				['demo', 'all'],
			],
		);
	});
});
