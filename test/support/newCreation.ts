import type { ApiError, ApiErrorKind } from '../../src/core/problem';
import type { Creation, CreationId, CreationState } from '../../src/creation/creation';
import type { FoundTask } from '../../src/creation/ports/createApi';

/** A creation of a test: planned at 1,000,000 ms, with an external ID of ours. */
export function newCreation(state: CreationState, own: Partial<Creation> = {}): Creation {
	const wasSent = state === 'uncertain' || state === 'absent' || state === 'leftOpen';
	return {
		id: 'creation-1' as CreationId,
		operation: { origin: 'https://kling.example', action: 'videos', action2: 'text2video' },
		externalId: 'kt-aaaaaaaaaaaaaaaaaaaaaaaaaa',
		unitKey: 'unit-1',
		take: 1,
		body: ['{"prompt":"a fox"}'],
		subject: { prompt: 'a fox' },
		source: { text: '{}' },
		plannedAt: 1_000_000,
		keyCounter: 1,
		state,
		attempts: state === 'planned' ? 0 : 1,
		searches: 0,
		changedAt: 1_090_000,
		...(wasSent && { sentAt: 1_090_000 }),
		...own,
	};
}

/** An error of the API or the network. */
export function apiError(kind: ApiErrorKind, own: Partial<ApiError> = {}): ApiError {
	return { kind, retryable: false, message: `it is ${kind}`, ...own };
}

/** A task that the API shows under the external ID of `newCreation`, created 10 s after that was planned. */
export function foundTask(own: Partial<FoundTask> = {}): FoundTask {
	return {
		taskId: 'task-1',
		externalId: 'kt-aaaaaaaaaaaaaaaaaaaaaaaaaa',
		createdAt: 1_010_000,
		snapshot: { status: 'submitted', rawStatus: 'submitted', results: [] },
		body: '{"code":0}',
		...own,
	};
}
