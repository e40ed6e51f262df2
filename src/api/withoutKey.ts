import type { ApiReply, HttpResponse } from './http';
import { withoutNul } from './json';
import { keyScrubber } from './scrub';

/** Removes the key from whatever came: before it is parsed, so that no parsed value can contain it. */
export function withoutKey(reply: ApiReply, apiKey: string): ApiReply {
	const scrub = keyScrubber(apiKey);
	return reply.ok
		? { ok: true, response: scrubbedResponse(reply.response, scrub) }
		: { ok: false, error: { ...reply.error, message: scrub(reply.error.message) } };
}

/** A response without the key and without NUL. */
export function scrubbedResponse({ status, headers, body }: HttpResponse, scrub: (text: string) => string): HttpResponse {
	return {
		status,
		body: withoutNul(scrub(body)),
		headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, scrub(value)])),
	};
}
