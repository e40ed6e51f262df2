import { strict as assert } from 'node:assert';
import { taskKey, type FinishedTask } from '../../../../src/core/task';
import { parentTaskOf } from '../../../../src/ui/result/parentTask';

function finished(id: string, videoId: string, more: Partial<FinishedTask> = {}, origin = 'https://api.example'): FinishedTask {
	const ref = { origin, action: 'videos', action2: 'text2video', id };
	return {
		key: taskKey(ref),
		ref,
		trackedAt: 0,
		status: 'succeeded',
		finishedAt: 1,
		results: [{ kind: 'video', url: 'https://cdn.example/1', id: videoId }],
		...more,
	};
}

describe('the task of a parent video', () => {
	const child = finished('3', 'video 3', { parentVideo: { id: 'video 1' } });

	it('is the finished task of the same API with a result of that ID', () => {
		const all = [child, finished('2', 'video 2'), finished('1', 'video 1')];
		assert.equal(
			parentTaskOf(child, () => all),
			'https://api.example 1',
		);
	});

	it('is unknown if no such task is tracked, or only at another API', () => {
		assert.equal(
			parentTaskOf(child, () => [child, finished('2', 'video 2')]),
			undefined,
		);
		assert.equal(
			parentTaskOf(child, () => [finished('1', 'video 1', {}, 'https://other.example')]),
			undefined,
		);
	});

	it('is not searched for without an ID', () => {
		const search = (): never => assert.fail('searched');
		assert.equal(parentTaskOf(finished('3', 'video 3'), search), undefined);
		assert.equal(parentTaskOf(finished('3', 'video 3', { parentVideo: { id: '' } }), search), undefined);
	});
});
