import assert from 'node:assert/strict';
import { taskKey, type Task } from '../../../../src/core/task';
import { usableResult } from '../../../../src/ui/creation/existingResult';

const now = Date.UTC(2026, 2, 14, 12);
const day = 24 * 60 * 60_000;
const ref = { origin: 'https://api.cometapi.com', action: 'videos', action2: 'text2video', id: '812345678901234567' };

function task(daysAgo: number, change: Partial<Task> = {}): Task {
	return {
		key: taskKey({ ...ref, id: `${ref.id}${daysAgo}` }),
		ref,
		status: 'succeeded',
		results: [{ kind: 'video', url: 'https://cdn.example.org/a.mp4' }],
		trackedAt: now - daysAgo * day,
		finishedAt: now - daysAgo * day,
		updatedAt: now - daysAgo * day,
		...change,
	};
}

describe('the result that can be used instead of paying again', () => {
	it('is the newest one that is still there: Kling keeps results for 30 days', () => {
		assert.equal(usableResult([task(29), task(29.5)], now)?.finishedAt, now - 29 * day);
		assert.equal(usableResult([task(31)], now), undefined);
		assert.equal(usableResult([task(30), task(31)], now), undefined, 'not in its last minute');
	});

	it('is none whose link says that it has expired', () => {
		// 12:00:30 that day: half a minute is left.
		const url = `https://cdn.example.org/a.mp4?Expires=${Math.floor(now / 1000) + 30}`;
		const expired = task(1, { results: [{ kind: 'video', url }] });
		assert.equal(usableResult([expired], now), undefined);
		assert.equal(usableResult([expired, task(2)], now)?.finishedAt, now - 2 * day);
	});

	it('is none of a task that failed, runs, or has no results', () => {
		assert.equal(
			usableResult([task(1, { status: 'failed' }), task(1, { status: 'processing' }), task(1, { results: [] })], now),
			undefined,
		);
	});
});
