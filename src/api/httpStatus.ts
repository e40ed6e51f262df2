import type { ApiErrorKind } from '../core/problem';

/** Whether a request was carried out (2xx). */
export function isOk(httpStatus: number): boolean {
	return httpStatus >= 200 && httpStatus < 300;
}

/** What a body is: an object as the API's own, nothing, a page, or something else. */
export type BodyForm = 'object' | 'empty' | 'page' | 'text';

/**
 * What an HTTP status says by itself. A 404 that says nothing of a task comes from a router, a wrong base URL or a network's sign-in page; a 401 that is a page,
 * or a 403 that is no object, from a proxy that refuses in the API's place (VS Code hands its answer to CONNECT on as if it were the API's).
 * 409, 423, 425 and 499 (the client closed the request, as gateways say of themselves) pass. 511 is a sign-in page by definition (RFC 6585, 6).
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
