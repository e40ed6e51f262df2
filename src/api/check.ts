import type { TaskIds } from '../core/taskIds';
import type { CheckOutcome, ListOutcome } from '../tracking/ports/kling';
import { readList } from './list';
import { readResponse } from './response';
import type { Asked } from './carriers';
import type { ApiQuestion } from './http';
import { askApi } from './http';
import { withoutKey } from './withoutKey';

/**
 * One check of one task, from the request to the parsed response. A bundle of its own, loaded with the first check: HTTP and the response
 * reader are not needed while no task is active.
 * @throws the signal's reason when aborted, nothing else
 */
export async function checkTask(question: ApiQuestion, asked: Asked): Promise<CheckOutcome> {
	const reply = withoutKey(await askApi(question), question.apiKey);
	if (!reply.ok) {
		return reply;
	}
	const { status, headers, body } = reply.response;
	return { ...readResponse(status, body, headers, asked), body };
}

/**
 * One query of an operation's list, from the request to what it shows of each task.
 * @throws the signal's reason when aborted, nothing else
 */
export async function checkList(question: ApiQuestion, origin: string, tasks: readonly TaskIds[]): Promise<ListOutcome> {
	const reply = withoutKey(await askApi(question), question.apiKey);
	if (!reply.ok) {
		return reply;
	}
	const { status, headers, body } = reply.response;
	const outcome = await readList(status, body, headers, origin, tasks);
	question.signal.throwIfAborted();
	return outcome;
}
