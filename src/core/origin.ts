/**
 * Why a text is not an API origin. `hasQuery` includes a fragment. `badCharacters`: host or path has characters other than `A-Z a-z 0-9 . _
 * ~ -` (percent-encoded ones too). The URL standard allows quotes, `;`, `$` and `{a,b}` in both, which a shell or curl would interpret.
 */
type OriginProblem = 'notUrl' | 'notHttps' | 'hasCredentials' | 'hasQuery' | 'badCharacters';

export type OriginResult = { readonly ok: true; readonly origin: string } | { readonly ok: false; readonly reason: OriginProblem };

/**
 * The canonical form of an API's base URL, `https://host[:port][/base/path]`: trimmed, host in lower case, no default port, no trailing
 * slash, and without a copied `/kling/v1` or `/v1`. `http:` is accepted for loopback hosts only.
 */
export function normaliseOrigin(baseUrl: string): OriginResult {
	const text = baseUrl.trim();
	// The URL parser silently drops tabs and line breaks and repairs `https:host`. Such input is refused: it may not mean what it resolves
	// to.
	const url = /[\s\\]/.test(text) || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? null : URL.parse(text);
	if (url === null) {
		return { ok: false, reason: 'notUrl' };
	}
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) {
		return { ok: false, reason: 'notHttps' };
	}
	if (url.username !== '' || url.password !== '') {
		return { ok: false, reason: 'hasCredentials' };
	}
	if (text.includes('?') || text.includes('#')) {
		return { ok: false, reason: 'hasQuery' };
	}
	if (!plainHost.test(url.hostname) || !plainPath.test(url.pathname)) {
		return { ok: false, reason: 'badCharacters' };
	}
	const segments = url.pathname.split('/').filter((segment) => segment !== '');
	// Repeated until none is left, so that normalising is idempotent.
	while (segments.at(-1) === 'v1') {
		segments.pop();
		if (segments.at(-1) === 'kling') {
			segments.pop();
		}
	}
	return { ok: true, origin: [url.origin, ...segments].join('/') };
}

/** A host name, an IPv4 or a bracketed IPv6 address as in `URL.hostname`: lower case, other scripts as punycode. */
const plainHost = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])$/;
const plainPath = /^[A-Za-z0-9._~/-]*$/;

/**
 * An origin from a command's argument, which may come from anywhere (a repository's tasks.json, a link of another extension): only a
 * canonical origin that is in use already. Undefined for anything else.
 * @param isOurs whether a canonical origin is that of the base URL or of a tracked task
 */
export function originArgument(argument: unknown, isOurs: (origin: string) => boolean): string | undefined {
	if (typeof argument !== 'string') {
		return undefined;
	}
	const read = normaliseOrigin(argument);
	return read.ok && read.origin === argument && isOurs(argument) ? argument : undefined;
}

/** Whether a `URL.hostname` is this machine: `localhost`, 127.0.0.0/8 or `[::1]` (the URL parser has normalised `127.1` already). */
export function isLoopbackHost(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The host of an origin: `api.cometapi.com`. */
export function hostOf(origin: string): string {
	return origin.replace(/^https?:\/\//, '');
}
