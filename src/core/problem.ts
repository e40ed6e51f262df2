import type { apiErrorTraits, problemTraits } from './problemTraits';

/** What a response, or the absence of one, can mean other than a snapshot. */
export type ApiErrorKind = keyof typeof apiErrorTraits;

/** The code of an `unreachable` error if a proxy requires a user name and password. */
export const proxyPasswordCode = 'HTTP 407';

/**
 * What a person can fix about an `unreachable` error, by its code: a proxy that requires a password, or an untrusted certificate. Undefined
 * for other network errors.
 * Source of the certificate codes: Node's list of X509 certificate error codes, and Node's own code for a wrong host name.
 */
export function fixableCause(code: string | undefined): 'proxyPassword' | 'certificate' | undefined {
	if (code === proxyPasswordCode) {
		return 'proxyPassword';
	}
	return /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|ERR_TLS_CERT_|INVALID_CA|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/.test(
		code ?? '',
	)
		? 'certificate'
		: undefined;
}

/** One failed check, as data. Sentences are made in `ui/text/problems.ts`; `message` is the API's own text, shown unchanged. */
export interface ApiError {
	readonly kind: ApiErrorKind;
	/** Whether the same request can succeed later without a person's help. */
	readonly retryable: boolean;
	/** The message of the API or the network stack; never empty, never contains the key. */
	readonly message: string;
	/** The API's own code ("1102", "insufficient_user_quota", "ECONNREFUSED"). */
	readonly code?: string;
	readonly httpStatus?: number;
	readonly requestId?: string;
	/** How long the API asked us to wait, in ms, bounded to 150 s. */
	readonly retryAfterMs?: number;
}

/**
 * What is currently wrong with a task's checks; undefined on a task if nothing is. An ApiError kind means that the last `failures` checks
 * failed.
 */
export interface Problem {
	readonly kind: keyof typeof problemTraits;
	/** How many consecutive checks have failed in this class. */
	readonly failures: number;
	/** The task was never found and is no longer checked automatically. */
	readonly isGivenUp?: true;
	/** When the last check failed, ms since 1970. */
	readonly at: number;
	readonly message?: string;
	readonly code?: string;
	readonly requestId?: string;
}
