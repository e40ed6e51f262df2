import type { TaskIds } from '../core/taskIds';
import type { CheckOutcome, ListOutcome } from '../tracking/ports/kling';
import { readList } from './list';
import { readResponse } from './response';
import type { Asked } from './carriers';
import type { ApiQuestion, ApiReply } from './http';
import { askApi } from './http';
import { withoutNul } from './json';
import { keyScrubber } from './scrub';

/**
 * One check of one task, from the request to the parsed response. A bundle of its own, loaded with the first check: HTTP and the response
 * reader are not needed while no task is active.
 * @throws the signal's reason when aborted, nothing else
 */
export async function checkTask(question: ApiQuestion, asked: Asked): Promise<CheckOutcome> {
	const reply = await withoutKey(question);
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
	const reply = await withoutKey(question);
	if (!reply.ok) {
		return reply;
	}
	const { status, headers, body } = reply.response;
	const outcome = await readList(status, body, headers, origin, tasks);
	question.signal.throwIfAborted();
	return outcome;
}

/** Sends a request, and removes the key from whatever comes: before it is parsed, so that no parsed value can contain it. */
async function withoutKey(question: ApiQuestion): Promise<ApiReply> {
	const reply = await askApi(question);
	const scrub = keyScrubber(question.apiKey);
	if (!reply.ok) {
		return { ok: false, error: { ...reply.error, message: scrub(reply.error.message) } };
	}
	const { status, headers, body } = reply.response;
	return {
		ok: true,
		response: {
			status,
			body: withoutNul(scrub(body)),
			headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, scrub(value)])),
		},
	};
}
