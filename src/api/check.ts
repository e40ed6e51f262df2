import type { CheckOutcome } from '../tracking/ports/kling';
import { readResponse } from './response';
import type { Asked } from './carriers';
import type { ApiQuestion } from './http';
import { askApi } from './http';
import { withoutNul } from './json';
import { keyScrubber } from './scrub';

/**
 * One check of one task, from the request to what its response says. A bundle of its own, loaded with the first check: HTTP and the reading of responses
 * are not needed while nothing runs.
 * @throws the signal's reason when aborted, nothing else
 */
export async function checkTask(question: ApiQuestion, asked: Asked): Promise<CheckOutcome> {
	const reply = await askApi(question);
	const scrub = keyScrubber(question.apiKey);
	if (!reply.ok) {
		return { ok: false, error: { ...reply.error, message: scrub(reply.error.message) } };
	}
	// Scrubbed before it is read: what is not in the text cannot come out of it.
	const body = withoutNul(scrub(reply.response.body));
	const headers = Object.fromEntries(Object.entries(reply.response.headers).map(([name, value]) => [name, scrub(value)]));
	return { ...readResponse(reply.response.status, body, headers, asked), body };
}
