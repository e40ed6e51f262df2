import assert from 'node:assert/strict';
import { runningTime } from '../../../src/core/age';
import { taskKey, type ActiveTask } from '../../../src/core/task';

const t0 = Date.UTC(2026, 5, 1);
const ref = { origin: 'https://api.example', action: 'videos', action2: 'text2video', id: '900' };
const active: ActiveTask = { key: taskKey(ref), ref, status: 'processing', trackedAt: t0, results: [] };

describe('how long a task has been running', () => {
	it('counts from tracking, or from its creation if that was long before', () => {
		assert.equal(runningTime(active, t0 + 5_000), 5_000);
		assert.equal(runningTime({ ...active, createdAt: t0 - 3_600_000 }, t0 + 5_000), 3_605_000);
	});

	it('is nothing while its start is in the future: the clock was set back', () => {
		assert.equal(runningTime(active, t0 - 3_600_000), 0);
	});

	it('is, of a finished task, what it took by the server’s times, whatever the time is now', () => {
		const finished = { ...active, status: 'succeeded', createdAt: t0 - 100_000, finishedAt: t0 + 20_000 } as const;
		assert.equal(runningTime(finished, t0 + 9_000_000), 120_000);
		assert.equal(runningTime({ ...active, status: 'failed', finishedAt: t0 + 20_000 }, t0 + 9_000_000), 20_000);
		assert.equal(runningTime({ ...active, status: 'failed', finishedAt: t0 - 20_000 }, t0), 0);
	});
});
