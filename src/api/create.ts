import type { OriginOperation } from '../core/task';
import type { CreateOutcome, SearchOutcome } from '../creation/ports/createApi';
import { createOutcome } from './createOutcome';
import { askApi, type ApiQuestion } from './http';
import { postToApi, type PostQuestion } from './post';
import { keyScrubber } from './scrub';
import { readFoundTask, readListedTask } from './searchOutcome';
import { scrubbedResponse, withoutKey } from './withoutKey';

/**
 * Creates and the searches for what became of them, from the request to the parsed response. A bundle of its own, loaded with the first
 * create.
 */

/** One create. @throws the signal's reason when aborted before the first byte, nothing else */
export async function createTask(question: PostQuestion, operation: OriginOperation): Promise<CreateOutcome> {
	const reply = await postToApi(question);
	const scrub = keyScrubber(question.apiKey);
	if (reply.kind !== 'response') {
		const error = { ...reply.error, message: scrub(reply.error.message) };
		return reply.kind === 'notSent'
			? { kind: 'notSent', error }
			: { kind: 'uncertain', how: error.kind === 'malformed' ? 'unreadable' : 'lost', error };
	}
	const { status, body, headers } = scrubbedResponse(reply.response, scrub);
	return createOutcome(status, body, headers, operation);
}

/** One query by external ID. @throws the signal's reason when aborted, nothing else */
export function searchById(question: ApiQuestion, operation: OriginOperation, externalId: string): Promise<SearchOutcome> {
	return search(question, operation, externalId, readFoundTask);
}

/** One page of a list. @throws the signal's reason when aborted, nothing else */
export function searchInList(question: ApiQuestion, operation: OriginOperation, externalId: string): Promise<SearchOutcome> {
	return search(question, operation, externalId, readListedTask);
}

async function search(
	question: ApiQuestion,
	operation: OriginOperation,
	externalId: string,
	read: typeof readFoundTask,
): Promise<SearchOutcome> {
	const reply = withoutKey(await askApi(question), question.apiKey);
	return reply.ok ? read(reply.response, operation, externalId) : { kind: 'failed', error: reply.error };
}
