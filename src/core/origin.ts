/** Why a text is no API origin. `hasQuery` also covers a fragment. */
export type OriginProblem = 'notUrl' | 'notHttps' | 'hasCredentials' | 'hasQuery';

export type OriginAnswer = { readonly ok: true; readonly origin: string } | { readonly ok: false; readonly reason: OriginProblem };

/**
 * The one spelling of an API's base URL, `https://host[:port][/base/path]`: trimmed, host in lower case, no default port, no
 * trailing slash, and without the `/kling/v1` or `/v1` that people copy along. `http:` is accepted on this machine alone.
 */
export function normaliseOrigin(baseUrl: string): OriginAnswer {
	const text = baseUrl.trim();
	// The URL parser silently drops tabs and line breaks and repairs `https:host`: what is typed must be what is meant.
	const url = /[\s\\]/.test(text) || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? null : URL.parse(text);
	if (url === null) return { ok: false, reason: 'notUrl' };
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) return { ok: false, reason: 'notHttps' };
	if (url.username !== '' || url.password !== '') return { ok: false, reason: 'hasCredentials' };
	if (text.includes('?') || text.includes('#')) return { ok: false, reason: 'hasQuery' };
	const segments = url.pathname.split('/').filter((segment) => segment !== '');
	if (segments.at(-1) === 'v1') {
		segments.pop();
		if (segments.at(-1) === 'kling') segments.pop();
	}
	return { ok: true, origin: [url.origin, ...segments].join('/') };
}

/** Whether a `URL.hostname` is this machine: `localhost`, 127.0.0.0/8 or `[::1]` (the URL parser has already normalised `127.1`). */
export function isLoopbackHost(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
