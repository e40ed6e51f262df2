import type { ApiErrorKind } from '../core/problem';

/** Whether the status is 2xx. */
export function isOk(httpStatus: number): boolean {
	return httpStatus >= 200 && httpStatus < 300;
}

/** The form of a body: a JSON object as the API sends, nothing, an HTML page, or other text. */
export type BodyForm = 'object' | 'empty' | 'page' | 'text';

/**
 * The kind of error that an HTTP status means by itself. A 404 that does not mention a task comes from a router, a wrong base URL or a
 * network's sign-in page. A 401 with a page, or a 403 without an object, comes from a proxy in front of the API (VS Code returns the
 * proxy's response to CONNECT as if it were the API's). 409, 423, 425 and 499 (the gateway closed its own request) are temporary. 511 is a
 * sign-in page by definition (RFC 6585, 6).
 */
export function kindOfHttp(status: number, bodyForm: BodyForm, speaksOfTask: boolean): ApiErrorKind {
	switch (status) {
		case 401:
			return bodyForm === 'page' || bodyForm === 'text' ? 'malformed' : 'auth';
		case 402:
			return 'quota';
		case 403:
			return bodyForm === 'object' ? 'forbidden' : 'malformed';
		case 404:
		case 410:
			return bodyForm === 'object' && speaksOfTask ? 'notFound' : 'malformed';
		case 511:
			return 'malformed';
		case 408:
		case 409:
		case 423:
		case 425:
		case 499:
			return 'server';
		case 429:
			return 'rateLimit';
		default:
			return status >= 500 ? 'server' : status >= 400 ? 'badRequest' : 'malformed';
	}
}
