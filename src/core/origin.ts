/**
 * Why a text is no API origin. `hasQuery` also covers a fragment; `badCharacters`: the host or the path has others than `A-Z a-z 0-9 . _ ~ -`
 * (percent-encoded ones too). The URL standard allows quotes, `;`, `$` and `{a,b}` in both, which a shell or curl would act on.
 */
type OriginProblem = 'notUrl' | 'notHttps' | 'hasCredentials' | 'hasQuery' | 'badCharacters';

export type OriginResult = { readonly ok: true; readonly origin: string } | { readonly ok: false; readonly reason: OriginProblem };

/**
 * The one spelling of an API's base URL, `https://host[:port][/base/path]`: trimmed, host in lower case, no default port, no
 * trailing slash, and without the `/kling/v1` or `/v1` that people copy along. `http:` is accepted on this machine alone.
 */
export function normaliseOrigin(baseUrl: string): OriginResult {
	const text = baseUrl.trim();
	// The URL parser silently drops tabs and line breaks and repairs `https:host`: what is typed must be what is meant.
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
	// Until nothing is left of it: what is normalised must stay as it is when it is normalised again.
	while (segments.at(-1) === 'v1') {
		segments.pop();
		if (segments.at(-1) === 'kling') {
			segments.pop();
		}
	}
	return { ok: true, origin: [url.origin, ...segments].join('/') };
}

/** A name, an IPv4 or a bracketed IPv6 address as `URL.hostname` spells them: lower case, other scripts as punycode. */
const plainHost = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])$/;
const plainPath = /^[A-Za-z0-9._~/-]*$/;

/**
 * An origin in a command's argument, which may come from anywhere (a repository's tasks.json, another extension's link): the one spelling of
 * an origin, and one that is ours already. Undefined for anything else.
 * @param isOurs whether a normalised origin is the base URL's or a tracked task's
 */
export function originArgument(argument: unknown, isOurs: (origin: string) => boolean): string | undefined {
	if (typeof argument !== 'string') {
		return undefined;
	}
	const read = normaliseOrigin(argument);
	return read.ok && read.origin === argument && isOurs(argument) ? argument : undefined;
}

/** Whether a `URL.hostname` is this machine: `localhost`, 127.0.0.0/8 or `[::1]` (the URL parser has already normalised `127.1`). */
export function isLoopbackHost(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** "api.cometapi.com" of an origin. */
export function hostOf(origin: string): string {
	return origin.replace(/^https?:\/\//, '');
}
