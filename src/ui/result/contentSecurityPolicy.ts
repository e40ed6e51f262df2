/** What a page may load. */
export interface PageSources {
	readonly nonce: string;
	/** The webview's own source, where the style sheet comes from. */
	readonly cspSource: string;
	/** Origins of the task's media, as `mediaOrigin` gives them. */
	readonly mediaOrigins: readonly string[];
	/** Folders of the task's kept files, as `folderSource` gives them. */
	readonly fileFolders: readonly string[];
}

/**
 * The page's policy: only its one script, its style sheet, the task's own media and its kept files. No inline code or style, no frames, no
 * form, no `<base>`; requests by script only for kept files, which are played from memory (`blob:`).
 */
export function contentSecurityPolicy({ nonce, cspSource, mediaOrigins, fileFolders }: PageSources): string {
	const sources = (...all: readonly string[]): string => (all.length === 0 ? "'none'" : all.join(' '));
	return [
		"default-src 'none'",
		`script-src 'nonce-${nonce}'`,
		`style-src ${cspSource}`,
		`img-src ${sources(...mediaOrigins, ...fileFolders)}`,
		`media-src ${sources(...mediaOrigins, ...fileFolders, ...(fileFolders.length === 0 ? [] : ['blob:']))}`,
		...(fileFolders.length === 0 ? [] : [`connect-src ${sources(...fileFolders)}`]),
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

/**
 * A folder for use in a policy. Its host begins with a label that has a `+`, which a policy cannot name (`file+.vscode-resource…`): any label
 * takes its place, and the path is exact. Undefined for an address that a policy could misread.
 * @param uri of the folder, as `asWebviewUri` gives it
 */
export function folderSource(uri: string): string | undefined {
	const [, host, path = ''] = /^https:\/\/[^/.]+((?:\.[a-z0-9-]+)+)(\/[^?#]*)$/i.exec(uri) ?? [];
	return host === undefined || !/^[\w.~%/-]*$/.test(path) ? undefined : `https://*${host}${path.replace(/\/*$/, '/')}`;
}
