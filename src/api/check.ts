import type { CheckOutcome } from '../tracking/ports/kling';
import { readResponse } from './response';
import type { Asked } from './carriers';
import type { ApiQuestion } from './http';
import { askApi } from './http';
import { withoutNul } from './json';
import { keyScrubber } from './scrub';

/**
 * One check of one task, from the request to the parsed response. A bundle of its own, loaded with the first check: HTTP and the response
 * reader are not needed while no task is active.
 * @throws the signal's reason when aborted, nothing else
 */
export async function checkTask(question: ApiQuestion, asked: Asked): Promise<CheckOutcome> {
	const reply = await askApi(question);
	const scrub = keyScrubber(question.apiKey);
	if (!reply.ok) {
		return { ok: false, error: { ...reply.error, message: scrub(reply.error.message) } };
	}
	// Scrubbed before parsing, so that no parsed value can contain the key.
	const body = withoutNul(scrub(reply.response.body));
	const headers = Object.fromEntries(Object.entries(reply.response.headers).map(([name, value]) => [name, scrub(value)]));
	return { ...readResponse(reply.response.status, body, headers, asked), body };
}
