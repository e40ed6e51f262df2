/** What a page may load. */
export interface PageSources {
	readonly nonce: string;
	/** The webview's own source, where the style sheet comes from. */
	readonly cspSource: string;
	/** Origins of the task's media, as `mediaOrigin` gives them. */
	readonly mediaOrigins: readonly string[];
}

/**
 * The page's policy: only its one script, its style sheet and the task's own media. No inline code or style, no requests by script,
 * no frames, no form, no `<base>`.
 */
export function contentSecurityPolicy({ nonce, cspSource, mediaOrigins }: PageSources): string {
	const media = mediaOrigins.length === 0 ? "'none'" : mediaOrigins.join(' ');
	return [
		"default-src 'none'",
		`script-src 'nonce-${nonce}'`,
		`style-src ${cspSource}`,
		`img-src ${media}`,
		`media-src ${media}`,
		"base-uri 'none'",
		"form-action 'none'",
	].join('; ');
}

/**
 * The origin of a link for use in a policy. Undefined for a host that a policy could misread: the URL standard allows `;`, `,`, `*` and
 * quotes in a host, which would add a directive or a wildcard.
 */
export function mediaOrigin(url: string): string | undefined {
	const origin = URL.parse(url)?.origin;
	return origin !== undefined && /^https?:\/\/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?(?::\d{1,5})?$/.test(origin) ? origin : undefined;
}
