import { contentSecurityPolicy, type PageSources } from './contentSecurityPolicy';

/** The values in the page's HTML. URIs are the webview's (`asWebviewUri`). */
export interface PageParts extends PageSources {
	/** BCP 47 tag, e.g. `en` or `pt-br`. */
	readonly language: string;
	readonly title: string;
	readonly scriptUri: string;
	readonly styleUri: string;
}

/** The page's HTML: an empty document that the script fills from snapshots. */
export function resultHtml(parts: PageParts): string {
	return `<!DOCTYPE html>
<html lang="${escaped(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(contentSecurityPolicy(parts))}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(parts.title)}</title>
<link rel="stylesheet" href="${escaped(parts.styleUri)}">
</head>
<body>
<script nonce="${escaped(parts.nonce)}" src="${escaped(parts.scriptUri)}"></script>
</body>
</html>
`;
}

/** A page that says one sentence, without a script. */
export function messageHtml(sentence: string, language: string): string {
	return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>${escaped(sentence)}</title>
</head>
<body>
<p>${escaped(sentence)}</p>
</body>
</html>
`;
}

/** Text escaped for an attribute's value or an element's content. */
function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
