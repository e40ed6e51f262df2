import type { ApiErrorKind } from '../core/problem';

/** What an error code means. */
export interface CodeRow {
	/** The HTTP status that the code is documented with. */
	readonly http: number;
	readonly kind: ApiErrorKind;
	/** Set where it differs from the default of the kind. */
	readonly retryable?: boolean;
}

/**
 * Kling's own codes. Source: the provider's error code page. Not every 429 is temporary: 1100 to 1102 and 1304 are not. 1201 is also sent
 * for a missing task; the message decides (see `hintedKind`).
 */
export const klingCodes: Readonly<Record<string, CodeRow>> = {
	1000: { http: 401, kind: 'auth' },
	1001: { http: 401, kind: 'auth' },
	1002: { http: 401, kind: 'auth' },
	1003: { http: 401, kind: 'auth' },
	1004: { http: 401, kind: 'auth' },
	1100: { http: 429, kind: 'forbidden' },
	1101: { http: 429, kind: 'quota' },
	1102: { http: 429, kind: 'quota' },
	1103: { http: 403, kind: 'forbidden' },
	1200: { http: 400, kind: 'badRequest' },
	1201: { http: 400, kind: 'badRequest' },
	1202: { http: 404, kind: 'badRequest' },
	1203: { http: 404, kind: 'notFound' },
	1300: { http: 400, kind: 'policy' },
	1301: { http: 400, kind: 'policy' },
	1302: { http: 429, kind: 'rateLimit' },
	1303: { http: 429, kind: 'concurrency' },
	1304: { http: 429, kind: 'forbidden' },
	5000: { http: 500, kind: 'server' },
	5001: { http: 503, kind: 'server' },
	5002: { http: 504, kind: 'server' },
};

/** The gateway's codes, all of them words. Source: the gateway's error page and the open-source gateway that it resembles. */
export const gatewayCodes: Readonly<Record<string, CodeRow>> = {
	task_not_exist: { http: 400, kind: 'notFound' },
	task_not_found: { http: 404, kind: 'notFound' },
	insufficient_user_quota: { http: 403, kind: 'quota' },
	pre_consume_token_quota_failed: { http: 403, kind: 'quota' },
	insufficient_quota: { http: 429, kind: 'quota' },
	access_denied: { http: 403, kind: 'forbidden' },
	permission_denied: { http: 403, kind: 'forbidden' },
	invalid_api_key: { http: 401, kind: 'auth' },
	// A client error, although the gateway sends it with HTTP 500.
	invalid_request: { http: 500, kind: 'badRequest' },
	// No channel serves the model: a server error, but a retry does not help.
	model_not_found: { http: 503, kind: 'server', retryable: false },
	sensitive_words_detected: { http: 400, kind: 'policy' },
	prompt_blocked: { http: 400, kind: 'policy' },
};

/** The row of a code, case-insensitive; undefined for an unlisted code. */
export function codeRow(code: string): CodeRow | undefined {
	const name = code.toLowerCase();
	return Object.hasOwn(klingCodes, name) ? klingCodes[name] : Object.hasOwn(gatewayCodes, name) ? gatewayCodes[name] : undefined;
}
