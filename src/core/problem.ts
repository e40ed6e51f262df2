import type { apiErrorTraits, problemTraits } from './problemTraits';

/** What an answer (or its absence) of the API can mean other than a sighting. */
export type ApiErrorKind = keyof typeof apiErrorTraits;

/** The code of `assertNever` when a proxy wants a name and a password. */
export const proxyPasswordCode = 'HTTP 407';

/**
 * What a person can mend of `assertNever`, by its code: a proxy that wants a password, or a certificate that is not trusted; undefined where the network itself is in the way.
 * Source of the certificates' codes: Node's list of X509 certificate error codes, and its own for a wrong name.
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

/** One failed look, as data. Sentences are made in `ui/text/problems.ts`; `message` is the API's own text, shown as it came. */
export interface ApiError {
	readonly kind: ApiErrorKind;
	/** Whether the same request can succeed later without a person's help. */
	readonly retryable: boolean;
	/** The API's or the network stack's own words; never empty, never contains the key. */
	readonly message: string;
	/** The API's own code ("1102", "insufficient_user_quota", "ECONNREFUSED"). */
	readonly code?: string;
	readonly httpStatus?: number;
	readonly requestId?: string;
	/** How long the API asks us to wait, in ms, already bounded to 150 s. */
	readonly retryAfterMs?: number;
}

/** What is wrong with a task's looks at the moment; undefined on a task when nothing is. An ApiError kind: the last look failed, `failures` times in a row. */
export interface Problem {
	readonly kind: keyof typeof problemTraits;
	/** How many checks in a row have failed by this kind of trouble. */
	readonly failures: number;
	/** The task was never seen, and is checked no more by itself. */
	readonly isGivenUp?: true;
	/** When it was last seen, ms since 1970. */
	readonly at: number;
	readonly message?: string;
	readonly code?: string;
	readonly requestId?: string;
}
