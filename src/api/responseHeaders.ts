import { first } from '../core/first';
import { asText } from './json';

/** Headers of a response; names in lower case. */
type Headers = Readonly<Record<string, string>>;

/** When the response was sent, ms since 1970, by its `Date` header (RFC 9110, 6.6.1; whole seconds). */
export function dateOf(headers: Headers): number | undefined {
	const at = Date.parse(headers['date'] ?? '');
	return Number.isNaN(at) || at < 0 ? undefined : at;
}

/** The request ID in the headers. */
export function headerRequestId(headers: Headers): string | undefined {
	return first(['x-request-id', 'x-oneapi-request-id', 'request-id'], (name) => asText(headers[name]));
}

/** The upper limit for `Retry-After`, ms. */
const longestRetryAfterMs = 150_000;

/**
 * The wait that `Retry-After` requests, ms, at most `longestMs` (150 s). Seconds or an HTTP date (RFC 9110, 10.2.3). A date is compared with the
 * response's own `Date`, so that a wrong local clock does not matter. Undefined when missing, unreadable or in the past.
 */
export function retryAfterMs(headers: Headers, now: number = Date.now(), longestMs = longestRetryAfterMs): number | undefined {
	const value = headers['retry-after']?.trim();
	if (value === undefined || value === '') {
		return undefined;
	}
	const sentAt = Date.parse(headers['date'] ?? '');
	const ms = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - (Number.isNaN(sentAt) ? now : sentAt);
	return ms > 0 ? Math.min(Math.ceil(ms), longestMs) : undefined;
}
