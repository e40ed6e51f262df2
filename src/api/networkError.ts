import { validateHeaderValue, type IncomingMessage } from 'node:http';
import { withoutCredentials } from '../core/credentials';
import { errorCode } from '../core/errorCode';
import { errorMessage } from '../core/errorMessage';
import { proxyPasswordCode, type ApiError } from '../core/problem';
import { apiError } from './apiError';
import type { Limit } from './limit';

/** What the network stack reports about a request that failed. */

/** The code of an error that has none. */
const noCode = 'ERR_NETWORK';

/** A failed exchange as an error: `malformed` when the response was too large or garbled, else `unreachable`. */
export function networkError(error: unknown, url: URL, limit: Pick<Limit, 'isOver' | 'ms'>): ApiError {
	const { code, message } = reasonOf(error, url, limit);
	const isGarbled = code === 'max-size' || code.startsWith('Z_');
	// Without a system code (an unreachable proxy, for example) the system's message is the most specific information.
	return apiError(isGarbled ? 'malformed' : 'unreachable', code === noCode ? { message } : { code, message });
}

/** The system's code and message for a failed exchange, without the URL that node-fetch puts in front and without a proxy's password. */
export function reasonOf(
	error: unknown,
	url: URL,
	limit: Pick<Limit, 'isOver' | 'ms'>,
): { readonly code: string; readonly message: string } {
	if (limit.isOver) {
		return { code: 'ETIMEDOUT', message: `ETIMEDOUT ${String(limit.ms)} ms` };
	}
	const code = codeOf(error) ?? noCode;
	const text = errorMessage(error);
	const at = text.indexOf(url.href);
	const words = at < 0 ? text : text.slice(at + url.href.length).replace(/^(?: failed, reason)?[:\s]*/, '');
	return { code, message: words === '' ? code : withoutCredentials(words) };
}

/** Node's error about an invalid header value (a pasted line break, for example). It does not contain the value. */
export function headerProblem(name: string, value: string): { readonly code: string; readonly message: string } | undefined {
	try {
		validateHeaderValue(name, value);
		return undefined;
	} catch (error) {
		return { code: codeOf(error) ?? 'ERR_INVALID_CHAR', message: errorMessage(error) };
	}
}

/** node-fetch names a response beyond its size limit by a type, not by a code. */
function codeOf(error: unknown): string | undefined {
	return error instanceof Error && 'type' in error && error.type === 'max-size' ? error.type : errorCode(error);
}

/**
 * The code and message of a proxy that refuses to connect to a host. Its response comes instead of the host's, on a socket without TLS, where
 * the editor's agent connects through a proxy.
 */
export function proxyRefusal({ statusCode = 0, statusMessage = '' }: Pick<IncomingMessage, 'statusCode' | 'statusMessage'>): {
	readonly code: string;
	readonly message: string;
} {
	const code = statusCode === 407 ? proxyPasswordCode : `HTTP ${String(statusCode)}`;
	return { code, message: statusMessage.trim() === '' ? code : statusMessage };
}
